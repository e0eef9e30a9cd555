/* clean: handler and main change the value atomically. */
#include "shared.h"

static atomic_int *x;

static void on_usr1(int sig)
{
	(void)sig;
	atomic_fetch_sub(x, 1);
}

int main(void)
{
	x = share(sizeof(*x));
	sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_usr1}, NULL);
	if (NEED(fork()) == 0) {
		sleep(1);
		NEED(kill(getppid(), SIGUSR1));
		_exit(0);
	}
	atomic_fetch_add(x, 1);
	pause();
	while (wait(NULL) == -1 && errno == EINTR)
		;
	return atomic_load(x) != 0;
}
