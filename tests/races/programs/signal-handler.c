/* clean: the handler notes that the signal came; sigsuspend() waits for it. */
#include "shared.h"

static volatile sig_atomic_t came;

static void on_usr1(int sig)
{
	came = sig;
}

int main(void)
{
	int *x = share(sizeof(*x));
	sigset_t set, old;

	sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_usr1}, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, &old);
	if (NEED(fork()) == 0) {
		*x = 1;
		NEED(kill(getppid(), SIGUSR1));
		_exit(0);
	}
	while (!came)
		sigsuspend(&old);
	return *x != 1 || finish();
}
