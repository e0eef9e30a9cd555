/*
 * Unusual: ppoll(2) on no descriptors at all, with the mask that lets the signal in; and the
 * handler counts, so that main compares two numbers instead of putting a flag back.
 */
#define _GNU_SOURCE /* for ppoll */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static volatile sig_atomic_t arrived;

static void count(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)info, (void)context;
	arrived++; /* its own signal is blocked while it runs, so nothing comes in between */
}

int main(int argc, char *argv[])
{
	struct sigaction sa = {.sa_sigaction = count, .sa_flags = SA_SIGINFO | SA_RESTART};
	sigset_t everything, open;
	int wanted = argc > 1 ? atoi(argv[1]) : 0, told = 0;

	sigfillset(&everything);
	sigprocmask(SIG_SETMASK, &everything, &open);
	sigaction(SIGUSR1, &sa, NULL);
	fputs("ready\n", stdout);
	for (fflush(stdout); told < wanted; fflush(stdout)) {
		while (arrived == told)
			if (ppoll(NULL, 0, NULL, &open) == -1 && errno != EINTR)
				return 1;
		while (told < arrived)
			printf("%d\n", ++told);
	}
	return 0;
}
