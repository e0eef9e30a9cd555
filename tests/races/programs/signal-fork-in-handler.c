/* clean: the handler forks, and waits for its child. */
#include "shared.h"

static int *x;

static void on_usr1(int sig)
{
	(void)sig;
	if (fork() == 0) {
		*x = 1;
		_exit(0);
	}
	while (wait(NULL) == -1 && errno == EINTR)
		;
	*x += 1;
}

int main(void)
{
	x = share(sizeof(*x));
	sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_usr1}, NULL);
	raise(SIGUSR1);
	return *x != 2 || finish();
}
