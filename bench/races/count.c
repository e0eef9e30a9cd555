/*
 * count CHILDREN TIMES: children add to one number, and nothing makes one wait for the other.
 * THREADS defined: the same with threads, for tools that know only those.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile long *counter;
static long times;

static void *add(void *unused)
{
	for (long i = 0; i < times; i++)
		(*counter)++;
	return unused;
}

#ifdef THREADS
static void run(int children)
{
	pthread_t ids[64];

	for (int i = 0; i < children; i++)
		if (pthread_create(&ids[i], NULL, add, NULL))
			exit(1);
	for (int i = 0; i < children; i++)
		pthread_join(ids[i], NULL);
}
#else
static void run(int children)
{
	for (int i = 0; i < children; i++) {
		pid_t child = fork();

		if (child == -1)
			exit(1);
		if (child == 0) {
			add(NULL);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
}
#endif

int main(int argc, char **argv)
{
	int children = argc == 3 ? atoi(argv[1]) : 0;

	times = argc == 3 ? atol(argv[2]) : 0;
	if (children < 1 || children > 64)
		return 2;
	counter = mmap(
		NULL, sizeof(*counter), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (counter == MAP_FAILED)
		return 1;
	run(children);
	printf("%ld\n", *counter);
	return 0;
}
