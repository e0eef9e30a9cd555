/* Threads: mutex and condition, barrier, rwlock, once, join, detach, exit of the main one. */
#include "say.h"

#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t barrier;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int turn, sum;

static void only_once(void)
{
	say("once");
}

static void *work(void *argument)
{
	long n = (long)argument;

	pthread_once(&once, only_once);
	if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
		say("one is the last");
	pthread_mutex_lock(&mutex);
	while (turn != n)
		pthread_cond_wait(&cond, &mutex);
	say("turn %ld", n);
	turn++;
	pthread_cond_broadcast(&cond);
	pthread_mutex_unlock(&mutex);
	for (int i = 0; i < 100; i++) {
		pthread_rwlock_wrlock(&rwlock);
		sum++;
		pthread_rwlock_unlock(&rwlock);
	}
	return (void *)(n * n);
}

static void *forever(void *argument)
{
	for (;;)
		pause();
	return argument;
}

static void *last(void *argument)
{
	usleep(100000);
	say("the main thread has gone");
	exit(11);
	return argument;
}

int main(void)
{
	pthread_t threads[4], other;
	void *value;

	pthread_barrier_init(&barrier, NULL, 4);
	for (long i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, work, (void *)i);
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], &value);
		say("joined %ld", (long)value);
	}
	pthread_rwlock_rdlock(&rwlock);
	say("sum %d", sum);
	error("trylock", pthread_mutex_trylock(&mutex));
	error("trylock", pthread_mutex_trylock(&mutex));
	pthread_create(&other, NULL, forever, NULL);
	pthread_cancel(other);
	pthread_join(other, &value);
	say("cancelled %d", value == PTHREAD_CANCELED);
	if (fork() == 0) {
		pthread_create(&other, NULL, last, NULL);
		pthread_exit(NULL);
	}
	wait(&turn);
	status("a child whose main thread ended first", turn);
	return 0;
}
