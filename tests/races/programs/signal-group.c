/* clean: the signal goes to the whole group. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x)), sig;
	sigset_t set;

	NEED(setpgid(0, 0) == -1 && errno != EPERM ? -1 : 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (int i = 0; i < 2; i++) {
		if (NEED(fork()) == 0) {
			sigwait(&set, &sig);
			_exit(*x != 1);
		}
	}
	*x = 1;
	NEED(kill(0, SIGUSR1));
	return finish();
}
