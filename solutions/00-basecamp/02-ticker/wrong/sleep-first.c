/*
 * Sleeps before the first line instead of after it, so that every line comes SECS too late.
 *
 * check: first_line_comes_at_once
 * message: Your first line came %d seconds after the start
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
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
		sleep((unsigned)seconds);
		printf("%d: %d\n", (int)getpid(), n);
		fflush(stdout);
	}
}
