/*
 * timebox: a command with a deadline.
 *
 * Usage: timebox SECS CMD [ARG]...
 *
 * README.md has the exact contract. The arguments are looked at already; start a CMD, wait for its
 * end and for the time, whichever is first, and do what has to be done then.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TIMED_OUT 124 /* exit status: CMD took too long */
#define GRACE     2   /* seconds between SIGTERM and SIGKILL */

/* The whole work. ARGV is CMD and its arguments. Returns timebox's exit status. */
static int timebox(long secs, char *argv[])
{
	(void)secs;
	(void)argv;
	return TIMED_OUT;
}

int main(int argc, char *argv[])
{
	char *end = "x";
	long secs = argc > 2 ? strtol(argv[1], &end, 10) : 0;

	if (*end != '\0' || secs < 1 || secs > INT_MAX) {
		fputs("usage: timebox SECS CMD [ARG]...\n", stderr);
		return 2;
	}
	return timebox(secs, argv + 2);
}
