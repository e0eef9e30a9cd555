/*
 * A lock around the meal: nobody has to wait for a fork any more, and everybody for everybody.
 *
 * check: two_can_eat_at_once
 * message: N=4,K=1 took 4 s; two can eat at once, 2 s suffice
 */
#include <errno.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PHILOSOPHERS_MOST 20
#define MEALS_MOST        1000

/* In the memory that all share: 1 while nobody eats. */
static sem_t *table;

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

static int take_forks(void)
{
	return sem_wait(table) == -1 ? failed("sem_wait") : 0;
}

static int put_forks(void)
{
	return sem_post(table) == -1 ? failed("sem_post") : 0;
}

/* The life of number I. Returns its exit status. */
static int philosopher(long i, long k)
{
	for (long meal = 0; meal < k; meal++) {
		if (take_forks() != 0)
			return 1;
		eat(i);
		if (put_forks() != 0)
			return 1;
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
	table = mmap(
		NULL, sizeof(*table), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (table == MAP_FAILED)
		return failed("mmap");
	return sem_init(table, 1, 1) == -1 ? failed("sem_init") : 0;
}

/* Starts N philosophers. Returns 0, or 1 after it has said what failed. */
static int start_philosophers(long n, long k, long *started)
{
	for (*started = 0; *started < n; ++*started) {
		pid_t pid = fork();

		if (pid == -1)
			return failed("fork");
		if (pid == 0)
			_exit(philosopher(*started, k));
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
