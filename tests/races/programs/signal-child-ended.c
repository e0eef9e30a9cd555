/* clean: SIGCHLD comes after the end of the child. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x)), sig;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (NEED(fork()) == 0) {
		*x = 1;
		_exit(0);
	}
	if (sigwait(&set, &sig) != 0)
		return 1;
	return *x != 1 || finish();
}
