/*
 * signals: prints with which signals blocked, and with which ignored, it was started, as two lines
 * ("blocked: CHLD TERM", "ignored: none"), and exits 0. Both go through exec(2), so this shows what
 * whoever started it has left set.
 */
#include "config.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool is_ignored(int sig)
{
	struct sigaction now;

	return sigaction(sig, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

static void print_set(const char *title, const sigset_t *set)
{
	bool any = false;

	printf("%s:", title);
	for (int sig = 1; sig <= SIGRTMAX; sig++) {
		const char *name = sigabbrev_np(sig);

		if (sigismember(set, sig) != 1)
			continue;
		any = true;
		if (name)
			printf(" %s", name);
		else
			printf(" %d", sig);
	}
	puts(any ? "" : " none");
}

int main(void)
{
	sigset_t blocked, ignored;

	if (sigprocmask(SIG_BLOCK, NULL, &blocked) != 0) {
		perror("signals: sigprocmask");
		return 1;
	}
	sigemptyset(&ignored);
	for (int sig = 1; sig <= SIGRTMAX; sig++)
		if (is_ignored(sig))
			sigaddset(&ignored, sig);
	print_set("blocked", &blocked);
	print_set("ignored", &ignored);
	return 0;
}
