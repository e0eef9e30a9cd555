/*
 * Right, with two pipes. One has a byte for each slot that is free: to take it is to wait for a
 * slot. The other one has the numbers, each of which is written and read in one piece.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define BUFFER_SIZE    4
#define PROCESSES_MOST 10
#define NUMBERS_MOST   1000

#define END (-1) /* no number: the consumer that takes it goes home */

static int slots[2], numbers[2]; /* their two ends */

/* Says what failed, and why. Returns 1, the exit status for that. */
static int failed(const char *what)
{
	fprintf(stderr, "bbuf: %s: %s\n", what, strerror(errno));
	return 1;
}

/* Prints WHAT was done with NUMBER, at once. */
static void say(const char *what, long number)
{
	printf("%s %ld\n", what, number);
	fflush(stdout);
}

/* Reads COUNT bytes, whatever signals come. Returns 0, or 1 after it has said what failed. */
static int read_from(int end, void *bytes, size_t count)
{
	ssize_t got;

	do
		got = read(end, bytes, count);
	while (got == -1 && errno == EINTR);
	return got == (ssize_t)count ? 0 : failed("read");
}

static int write_to(int end, const void *bytes, size_t count)
{
	return write(end, bytes, count) == (ssize_t)count ? 0 : failed("write");
}

/* Puts NUMBER in, when there is room. Returns 0, or 1 after it has said what failed. */
static int put(long number)
{
	char slot;

	return read_from(slots[0], &slot, 1) != 0 ||
	       write_to(numbers[1], &number, sizeof(number)) != 0;
}

/* Takes a number out, when there is one, and stores it. Returns as put does. */
static int take(long *number)
{
	return read_from(numbers[0], number, sizeof(*number)) != 0 ||
	       write_to(slots[1], "", 1) != 0;
}

/* Puts N numbers, from FIRST on. */
static int producer(long first, long n)
{
	for (long i = first; i < first + n; i++) {
		if (put(i) != 0)
			return 1;
		say("put", i);
	}
	return 0;
}

/* Takes numbers and works on each of them, until it takes END. */
static int consumer(void)
{
	long number;

	for (;;) {
		if (take(&number) != 0)
			return 1;
		if (number == END)
			return 0;
		say("took", number);
		sleep(1);
	}
}

/* -1 if TEXT is not a whole number from 1 to MOST. */
static long number_from(const char *text, long most)
{
	char *end;
	long value = strtol(text, &end, 10);

	return end == text || *end != '\0' || value < 1 || value > most ? -1 : value;
}

/* Waits for COUNT processes. Returns 0, or 1 if one of them could not do its work. */
static int wait_for(const pid_t *pids, long count)
{
	int status, result = 0;

	for (long i = 0; i < count; i++) {
		if (waitpid(pids[i], &status, 0) == -1)
			return failed("waitpid");
		if (status != 0)
			result = 1;
	}
	return result;
}

/* The producers, then the consumers. Returns 0, or 1 after it has said what failed; then there are
 * none. */
static int start(pid_t *pids, long producers, long consumers, long n)
{
	for (long i = 0; i < producers + consumers; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(i < producers ? producer(i * n, n) : consumer());
		if (pids[i] == -1) {
			failed("fork");
			for (long k = 0; k < i; k++)
				kill(pids[k], SIGKILL);
			wait_for(pids, i);
			return 1;
		}
	}
	return 0;
}

int main(int argc, char *argv[])
{
	long producers = argc == 4 ? number_from(argv[1], PROCESSES_MOST) : -1;
	long consumers = argc == 4 ? number_from(argv[2], PROCESSES_MOST) : -1;
	long n = argc == 4 ? number_from(argv[3], NUMBERS_MOST) : -1;
	pid_t pids[2 * PROCESSES_MOST];
	int result;

	if (producers == -1 || consumers == -1 || n == -1) {
		fprintf(stderr, "usage: bbuf P C N (1 to %d, 1 to %d, 1 to %d)\n", PROCESSES_MOST,
			PROCESSES_MOST, NUMBERS_MOST);
		return 2;
	}
	if (pipe(slots) == -1 || pipe(numbers) == -1)
		return failed("pipe");
	for (int i = 0; i < BUFFER_SIZE; i++)
		if (write_to(slots[1], "", 1) != 0)
			return 1;
	if (start(pids, producers, consumers, n) != 0)
		return 1;
	result = wait_for(pids, producers);
	for (long i = 0; i < consumers; i++)
		if (put(END) != 0)
			return 1;
	return wait_for(pids + producers, consumers) != 0 || result != 0;
}
