/*
 * Takes the signal out by hand, as often as it can: sigpending(2) says that it is there, and
 * between two looks there is a short sleep, which a blocked signal does not end.
 *
 * check: sleeps_until_the_signal
 * message: woke up 199 times by the clock in 10 seconds
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	int n = argc == 2 ? atoi(argv[1]) : 0, sig;
	sigset_t usr1, pending;

	if (n < 1)
		return 2;
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigprocmask(SIG_BLOCK, &usr1, NULL);
	puts("ready");
	fflush(stdout);

	for (int i = 1; i <= n; i++) {
		for (;;) {
			sigpending(&pending);
			if (sigismember(&pending, SIGUSR1))
				break;
			usleep(50000);
		}
		sigwait(&usr1, &sig);
		printf("%d\n", i);
		fflush(stdout);
	}
	return 0;
}
