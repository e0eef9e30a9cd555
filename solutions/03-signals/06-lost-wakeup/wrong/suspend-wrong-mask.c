/*
 * Gives sigsuspend() the set of what it waits for. It wants the mask: what is blocked meanwhile.
 *
 * check: prints_a_line_for_each_signal
 * message: Waiting in sigsuspend with SIGUSR1 blocked: pass the mask that lets it in
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
	sigset_t usr1;
	int n = argc == 2 ? atoi(argv[1]) : 0;

	if (n < 1) {
		fprintf(stderr, "usage: waiter N\n");
		return 2;
	}
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	if (sigprocmask(SIG_BLOCK, &usr1, NULL) == -1)
		return 1;
	if (sigaction(SIGUSR1, &action, NULL) == -1)
		return 1;
	puts("ready");
	fflush(stdout);

	for (int i = 1; i <= n; i++) {
		while (!came)
			sigsuspend(&usr1);
		came = 0;
		printf("%d\n", i);
		fflush(stdout);
	}
	return 0;
}
