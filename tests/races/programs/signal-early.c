/* race: the signal is sent before the value. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x)), sig, seen;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (NEED(fork()) == 0) {
		NEED(kill(getppid(), SIGUSR1));
		*x = 1; /* race A */
		_exit(0);
	}
	if (sigwait(&set, &sig) != 0)
		return 1;
	seen = *x; /* race B */
	return finish() || seen > 1;
}
