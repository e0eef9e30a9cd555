/*
 * childctl: ticks, tells what it catches, and ends on the third of one signal.
 *
 * Usage: childctl SECS QUITSIG SIG...
 *
 * README.md has the exact contract. This file compiles, and ticks once.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* What a handler shares with the program is of this type. One variable remembers one signal. */
static volatile sig_atomic_t came;

static void on_signal(int sig)
{
	came = sig;
}

int main(int argc, char *argv[])
{
	if (argc < 3) {
		fprintf(stderr, "usage: childctl SECS QUITSIG SIG...\n");
		return 2;
	}

	/* sigaction(2) says with errno EINVAL that a signal cannot be caught. */
	(void)on_signal;
	(void)argv;

	printf("%ld: %d\n", (long)getpid(), 0);
	fflush(stdout);

	/*
	 * nanosleep(2) returns -1 with errno EINTR when a handler has run, and leaves in its second
	 * argument what remained. clock_nanosleep(2) can sleep until a given time instead.
	 */
	return 0;
}
