/* clean: main blocks the signal while it changes the value. */
#include "shared.h"

static int *x;

static void on_usr1(int sig)
{
	(void)sig;
	(*x)--;
}

int main(void)
{
	sigset_t set, old;

	x = share(sizeof(*x));
	sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_usr1}, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, &old);
	if (NEED(fork()) == 0) {
		sleep(1);
		NEED(kill(getppid(), SIGUSR1));
		_exit(0);
	}
	(*x)++;
	sigsuspend(&old);
	while (wait(NULL) == -1 && errno == EINTR)
		;
	return *x != 0;
}
