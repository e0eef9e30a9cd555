/*
 * A process ends while threads of it sleep and another process could run: that the threads die with
 * it is known at once, each time, not when they happen to have come so far.
 */
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS  20
#define THREADS 2
#define WRITES  30

static sem_t sleeps;

static void *listener(void *unused)
{
	sem_post(&sleeps);
	pause();
	return unused;
}

static void end_with_threads(void)
{
	pthread_t thread;

	if (sem_init(&sleeps, 0, 0) < 0)
		_exit(2);
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&thread, NULL, listener, NULL) != 0)
			_exit(2);
	for (int i = 0; i < THREADS; i++)
		sem_wait(&sleeps);
	_exit(0);
}

static void work(void)
{
	int fd = open("/dev/null", O_WRONLY);

	for (int i = 0; i < WRITES; i++)
		if (write(fd, "x", 1) != 1)
			_exit(2);
	_exit(0);
}

int main(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		int status, worst = 0;

		if (fork() == 0)
			work();
		if (fork() == 0)
			end_with_threads();
		while (wait(&status) > 0)
			worst |= status;
		if (worst)
			return 1;
	}
	return 0;
}
