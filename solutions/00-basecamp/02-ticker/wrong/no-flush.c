/*
 * Never flushes: into a pipe stdout is block-buffered, so the lines stay in the process's memory
 * and die with it.
 *
 * check: lines_leave_the_process
 * message: Nothing had reached the pipe when SIGINT came after %d seconds
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
		/* A newline flushes stdout on a terminal only. */
		printf("%d: %d\n", (int)getpid(), n);
		sleep((unsigned)seconds);
	}
}
