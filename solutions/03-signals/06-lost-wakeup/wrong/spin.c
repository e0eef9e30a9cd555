/*
 * Looks at the flag without a pause. Nothing is lost, and a processor is kept busy for nothing.
 *
 * check: sleeps_until_the_signal
 * message: steps without a call that waits
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
	int n = argc == 2 ? atoi(argv[1]) : 0;

	if (n < 1) {
		fprintf(stderr, "usage: waiter N\n");
		return 2;
	}
	if (sigaction(SIGUSR1, &action, NULL) == -1)
		return 1;
	puts("ready");
	fflush(stdout);

	for (int i = 1; i <= n; i++) {
		while (!came)
			;
		came = 0;
		printf("%d\n", i);
		fflush(stdout);
	}
	return 0;
}
