/* race: the handler changes what it interrupts main in changing. */
#include "shared.h"

static int *x;

static void on_usr1(int sig)
{
	(void)sig;
	(*x)--; /* race B */
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
	(*x)++; /* race A */
	pause();
	while (wait(NULL) == -1 && errno == EINTR)
		;
	return *x != 0;
}
