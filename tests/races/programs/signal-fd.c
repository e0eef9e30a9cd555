/* clean: the signal comes as bytes of a descriptor. */
#include "shared.h"

#include <sys/signalfd.h>

int main(void)
{
	int *x = share(sizeof(*x)), fd;
	struct signalfd_siginfo info;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = NEED(signalfd(-1, &set, 0));
	if (NEED(fork()) == 0) {
		*x = 1;
		NEED(kill(getppid(), SIGUSR1));
		_exit(0);
	}
	NEED((int)read(fd, &info, sizeof(info)));
	return *x != 1 || finish();
}
