/*
 * Says "ready" first, and gets ready then. Whoever believes it may signal a process that has no
 * handler yet.
 *
 * check: no_wakeup_is_lost
 * message: SIGUSR1 ended your program: it had said
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static volatile sig_atomic_t came;

static void on_usr1(int sig)
{
	(void)sig;
	came = 1;
}

int main(int argc, char *argv[])
{
	struct sigaction action = {.sa_handler = on_usr1};
	sigset_t usr1, none;
	int n = argc == 2 ? atoi(argv[1]) : 0;

	if (n < 1) {
		fprintf(stderr, "usage: waiter N\n");
		return 2;
	}
	puts("ready");
	fflush(stdout);
	sigemptyset(&none);
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	if (sigprocmask(SIG_BLOCK, &usr1, NULL) == -1 || sigaction(SIGUSR1, &action, NULL) == -1)
		return 1;

	for (int i = 1; i <= n; i++) {
		while (!came)
			sigsuspend(&none);
		came = 0;
		printf("%d\n", i);
		fflush(stdout);
	}
	return 0;
}
