/* Two threads take two mutexes in opposite order. */
#include <pthread.h>
#include <unistd.h>

static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t second = PTHREAD_MUTEX_INITIALIZER;

static void *other(void *nothing)
{
	pthread_mutex_lock(&second);
	sleep(1);
	pthread_mutex_lock(&first);
	return nothing;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, other, NULL);
	pthread_mutex_lock(&first);
	sleep(2);
	pthread_mutex_lock(&second);
	pthread_join(thread, NULL);
	return 0;
}
