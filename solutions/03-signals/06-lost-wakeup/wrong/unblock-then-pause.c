/*
 * Has read that the signal must be blocked while one looks at the flag, and does so; then unblocks
 * it, and then waits. The gap is smaller, and it is still there.
 *
 * check: no_wakeup_is_lost
 * message: Signal delivered between your unblock and pause(): flag is 1 and you sleep for ever
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
		while (!came) {
			sigprocmask(SIG_UNBLOCK, &usr1, NULL);
			pause();
			sigprocmask(SIG_BLOCK, &usr1, NULL);
		}
		came = 0;
		printf("%d\n", i);
		fflush(stdout);
	}
	return 0;
}
