/*
 * Looks at the clock again and again, and sleeps for a microsecond in between so that it is no busy
 * loop.
 *
 * check: waits_without_the_processor
 * message: it sleeps for next to no time, looks at the clock, and sleeps again
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* The number of seconds that TEXT says, or -1 if it is not a whole number from 1 to INT_MAX. */
static int seconds_from(const char *text)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0')
		return -1;

	if (value < 1 || value > INT_MAX)
		return -1;
	return (int)value;
}

int main(int argc, char *argv[])
{
	int seconds = argc == 2 ? seconds_from(argv[1]) : -1;

	if (seconds == -1) {
		fprintf(stderr, "usage: ticker SECS\n");
		return 2;
	}

	for (unsigned long n = 0;; n++) {
		if (printf("%ld: %lu\n", (long)getpid(), n) < 0 || fflush(stdout) == EOF) {
			perror("ticker: write");
			return 1;
		}

		for (time_t due = time(NULL) + seconds; time(NULL) < due;)
			usleep(1);
	}
}
