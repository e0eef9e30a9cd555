/*
 * The children add nothing, and what is printed is what would have come out if they had.
 *
 * check: prints_what_was_added
 * message: that many additions there have not been
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILDREN_MOST 20
#define TIMES_MOST    1000000

/* Says what failed, and why. Returns 1, the exit status for that. */
static int failed(const char *what)
{
	fprintf(stderr, "count: %s: %s\n", what, strerror(errno));
	return 1;
}

/* -1 if TEXT is not a whole number from 1 to MOST. */
static long number_from(const char *text, long most)
{
	char *end;
	long value = strtol(text, &end, 10);

	return end == text || *end != '\0' || value < 1 || value > most ? -1 : value;
}

/* Starts N children. Returns 0, or 1 after it has said what failed. */
static int start_children(long n, long *started)
{
	for (*started = 0; *started < n; ++*started) {
		pid_t pid = fork();

		if (pid == -1)
			return failed("fork");
		if (pid == 0)
			_exit(0);
	}
	return 0;
}

/* Waits until COUNT children have ended. Returns 0, or 1 if one of them could not do its work. */
static int wait_for_children(long count)
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
	long n = argc == 3 ? number_from(argv[1], CHILDREN_MOST) : -1;
	long k = argc == 3 ? number_from(argv[2], TIMES_MOST) : -1;
	long started;
	int result;

	if (n == -1 || k == -1) {
		fprintf(stderr, "usage: count N K (1 to %d, 1 to %d)\n", CHILDREN_MOST, TIMES_MOST);
		return 2;
	}
	result = start_children(n, &started);
	if (wait_for_children(started) != 0 || result != 0)
		return 1;
	printf("%ld\n", n * k);
	return 0;
}
