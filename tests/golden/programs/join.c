/* Two threads join each other. */
#include <pthread.h>

static pthread_t first;

static void *run(void *nothing)
{
	pthread_join(first, NULL);
	return nothing;
}

int main(void)
{
	pthread_t second;

	first = pthread_self();
	pthread_create(&second, NULL, run, NULL);
	return pthread_join(second, NULL);
}
