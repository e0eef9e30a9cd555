/*
 * Asks for the time again and again until SECS have passed, instead of letting the kernel wake it.
 *
 * check: waits_without_the_processor
 * message: took %d steps without a single call that waits
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	char *end = NULL;
	long seconds;

	errno = 0;
	seconds = argc == 2 ? strtol(argv[1], &end, 10) : 0;
	if (argc != 2 || end == argv[1] || *end != '\0' || errno != 0 || seconds < 1 ||
		seconds > INT_MAX) {
		fprintf(stderr, "usage: ticker SECS\n");
		return 2;
	}
	for (int n = 0;; n++) {
		time_t until = time(NULL) + seconds;

		printf("%d: %d\n", (int)getpid(), n);
		fflush(stdout);
		/* Millions of questions, one answer that matters: this is what sleep is for. */
		while (time(NULL) < until)
			;
	}
}
