/*
 * Unusual: sleeps until points on the clock (clock_nanosleep with TIMER_ABSTIME) instead of for a
 * while, so that the time a line takes never adds up; and writes the line with dprintf(3), which
 * has no buffer that outlives the call.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Reads the digits by hand; -1 for anything but a whole number from 1 to INT_MAX. */
static int seconds_from(const char *text)
{
	long value = 0;

	if (*text == '\0')
		return -1;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return -1;
		value = value * 10 + (*text - '0');
		if (value > INT_MAX)
			return -1;
	}
	return value == 0 ? -1 : (int)value;
}

int main(int argc, char **argv)
{
	struct timespec next;
	int seconds;

	if (argc != 2 || (seconds = seconds_from(argv[1])) == -1) {
		dprintf(STDERR_FILENO, "usage: %s SECS\n", argc > 0 ? argv[0] : "ticker");
		return 2;
	}

	/* CLOCK_MONOTONIC is not moved when somebody sets the time of day. */
	clock_gettime(CLOCK_MONOTONIC, &next);
	for (int n = 0;; n++) {
		dprintf(STDOUT_FILENO, "%d: %d\n", (int)getpid(), n);
		next.tv_sec += seconds;
		/* Returns an error number, not -1; EINTR means: not there yet, same goal again. */
		while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL) == EINTR)
			;
	}
}
