/*
 * "A signal ends sleep() anyway, so a long one will do instead of pause()". One that comes before
 * sleep() is called ends nothing.
 *
 * check: no_wakeup_is_lost
 * message: Woke 3600000 ms of virtual time after the signal; you
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
			sleep(3600);
		came = 0;
		printf("%d\n", i);
		fflush(stdout);
	}
	return 0;
}
