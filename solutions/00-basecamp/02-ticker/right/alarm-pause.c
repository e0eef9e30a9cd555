/*
 * Unusual: waits for SIGALRM instead of sleeping. alarm(2) asks the kernel to send it later,
 * sigsuspend(2) unblocks it and waits in one step, so that it cannot come between the two.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void on_alarm(int sig)
{
	(void)sig; /* coming back from sigsuspend is all that it is for */
}

static void usage(void)
{
	fputs("usage: ticker SECS\n", stderr);
	exit(2);
}

int main(int argc, char *argv[])
{
	struct sigaction action = {.sa_handler = on_alarm};
	sigset_t blocked, waiting;
	char *end;

	if (argc != 2)
		usage();
	errno = 0;
	long seconds = strtol(argv[1], &end, 10);
	if (*argv[1] == '\0' || *end != '\0' || errno == ERANGE || seconds <= 0 ||
		seconds > INT_MAX)
		usage();

	/* SIGALRM stays pending while it is blocked; sigsuspend waits with a mask without it. */
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGALRM);
	sigprocmask(SIG_BLOCK, &blocked, &waiting);
	sigdelset(&waiting, SIGALRM);
	sigaction(SIGALRM, &action, NULL);

	/* One line, one write: stdout is told to behave as on a terminal. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (unsigned n = 0;; n++) {
		alarm((unsigned)seconds);
		printf("%d: %u\n", getpid(), n);
		sigsuspend(&waiting);
	}
}
