/* clean: the signal is sent after the value, and waited for. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x)), sig;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (NEED(fork()) == 0) {
		*x = 1;
		NEED(kill(getppid(), SIGUSR1));
		_exit(0);
	}
	if (sigwait(&set, &sig) != 0)
		return 1;
	return *x != 1 || finish();
}
