/*
 * Right, without forks: who is eating stands in a table that a mutex guards, and who cannot eat
 * waits for a change of it. A meal begins when neither neighbour is at one.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PHILOSOPHERS_MOST 20
#define MEALS_MOST        1000

/* In the memory that all share. */
static struct {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	int eats[PHILOSOPHERS_MOST];
} * table;

/* Says what failed, and why. Returns 1, the exit status for that. */
static int failed(const char *what)
{
	fprintf(stderr, "dine: %s: %s\n", what, strerror(errno));
	return 1;
}

/* Eats, with both forks in hand: a line, a second, a line. */
static void eat(long i)
{
	printf("%ld eats\n", i);
	fflush(stdout);
	sleep(1);
	printf("%ld has eaten\n", i);
	fflush(stdout);
}

static void take_forks(long i, long n)
{
	pthread_mutex_lock(&table->mutex);
	while (table->eats[(i + 1) % n] || table->eats[(i + n - 1) % n])
		pthread_cond_wait(&table->changed, &table->mutex);
	table->eats[i] = 1;
	pthread_mutex_unlock(&table->mutex);
}

static void put_forks(long i)
{
	pthread_mutex_lock(&table->mutex);
	table->eats[i] = 0;
	pthread_cond_broadcast(&table->changed);
	pthread_mutex_unlock(&table->mutex);
}

/* The life of number I of N. Returns its exit status. */
static int philosopher(long i, long n, long k)
{
	for (long meal = 0; meal < k; meal++) {
		take_forks(i, n);
		eat(i);
		put_forks(i);
	}
	return 0;
}

/* -1 if TEXT is not a whole number from LEAST to MOST. */
static long number_from(const char *text, long least, long most)
{
	char *end;
	long value = strtol(text, &end, 10);

	return end == text || *end != '\0' || value < least || value > most ? -1 : value;
}

/* Lays the table. Returns 0, or 1 after it has said what failed. */
static int lay_table(void)
{
	pthread_mutexattr_t mutex;
	pthread_condattr_t condition;

	table = mmap(
		NULL, sizeof(*table), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (table == MAP_FAILED)
		return failed("mmap");
	pthread_mutexattr_init(&mutex);
	pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&table->mutex, &mutex);
	pthread_condattr_init(&condition);
	pthread_condattr_setpshared(&condition, PTHREAD_PROCESS_SHARED);
	pthread_cond_init(&table->changed, &condition);
	return 0;
}

/* Starts N philosophers. Returns 0, or 1 after it has said what failed. */
static int start_philosophers(long n, long k, long *started)
{
	for (*started = 0; *started < n; ++*started) {
		pid_t pid = fork();

		if (pid == -1)
			return failed("fork");
		if (pid == 0)
			_exit(philosopher(*started, n, k));
	}
	return 0;
}

/* Waits until COUNT of them have gone. Returns 0, or 1 if one of them was not well. */
static int wait_for_all(long count)
{
	int status, result = 0;

	for (long i = 0; i < count; i++) {
		if (wait(&status) == -1)
			return failed("wait");
		if (status != 0)
			result = 1;
	}
	return result;
}

int main(int argc, char *argv[])
{
	long n = argc == 3 ? number_from(argv[1], 2, PHILOSOPHERS_MOST) : -1;
	long k = argc == 3 ? number_from(argv[2], 1, MEALS_MOST) : -1;
	long started;
	int result;

	if (n == -1 || k == -1) {
		fprintf(stderr, "usage: dine N K (2 to %d, 1 to %d)\n", PHILOSOPHERS_MOST,
			MEALS_MOST);
		return 2;
	}
	if (lay_table() != 0)
		return 1;
	result = start_philosophers(n, k, &started);
	return wait_for_all(started) != 0 || result != 0;
}
