/*
 * Right, with a set of System V semaphores: semop(2) takes both forks in one call, or waits until
 * it can. Who holds none while it waits is in no circle.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

#define PHILOSOPHERS_MOST 20
#define MEALS_MOST        1000

static int forks; /* the set: each is 1 while it lies on the table, and 0 in a hand */

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

/* Takes both forks (BY is -1), or puts them back (1). */
static int move_forks(long i, long n, short by)
{
	struct sembuf both[] = {{(unsigned short)i, by, 0}, {(unsigned short)((i + 1) % n), by, 0}};

	return semop(forks, both, 2) == -1 ? failed("semop") : 0;
}

/* The life of number I of N. Returns its exit status. */
static int philosopher(long i, long n, long k)
{
	for (long meal = 0; meal < k; meal++) {
		if (move_forks(i, n, -1) != 0)
			return 1;
		eat(i);
		if (move_forks(i, n, 1) != 0)
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

/* Lays N forks on the table. Returns 0, or 1 after it has said what failed. */
static int lay_table(long n)
{
	forks = semget(IPC_PRIVATE, (int)n, 0600);
	if (forks == -1)
		return failed("semget");
	for (long i = 0; i < n; i++)
		if (semctl(forks, (int)i, SETVAL, 1) == -1)
			return failed("semctl");
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
	if (lay_table(n) != 0)
		return 1;
	result = start_philosophers(n, k, &started);
	if (wait_for_all(started) != 0)
		result = 1;
	if (semctl(forks, 0, IPC_RMID) == -1)
		return failed("semctl");
	return result;
}
