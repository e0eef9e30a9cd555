/*
 * ticker: print a line at once and then one every SECS seconds, until a signal ends it.
 *
 * Usage: ticker SECS
 *
 * Each line is "PID: N". Exit status 2 after a wrong argument, 1 when the output cannot be written.
 * There is no way to end well: SIGINT and its like kill the process, which is their default action.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The number of seconds that TEXT says, or -1 if it is not a whole number from 1 to INT_MAX. */
static int seconds_from(const char *text)
{
	char *end;
	long value;

	/*
	 * strtol(3) has no return value left to report an error with, every long is a possible
	 * result. For a number that does not fit it sets errno to ERANGE; it never sets errno to 0,
	 * so we do that before the call. END is made to point at the first character that is not
	 * part of the number: at TEXT itself if there was no number at all, at the terminating '\0'
	 * if there was nothing else.
	 */
	errno = 0;
	value = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0')
		return -1;

	/* A long has 64 bits here. sleep takes an unsigned int and would drop the upper half. */
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
		/*
		 * printf puts the line into stdout's buffer. Into a pipe or a file that buffer is
		 * written only when it is full, or when the process ends by exit(3). A signal ends
		 * it without exit: what is still in the buffer then is lost. So fflush(3) hands
		 * each line to the kernel, by write(2), as soon as it is complete. This is also the
		 * place where an error shows, a full disk for one.
		 */
		if (printf("%ld: %lu\n", (long)getpid(), n) < 0 || fflush(stdout) == EOF) {
			perror("ticker: write");
			return 1;
		}

		/*
		 * sleep(3) suspends the process; it takes no processor time until it wakes. A
		 * signal with a handler would cut it short, and sleep would return the seconds that
		 * are left. We have no handler: a signal either kills us or goes unnoticed.
		 */
		sleep((unsigned int)seconds);
	}
}
