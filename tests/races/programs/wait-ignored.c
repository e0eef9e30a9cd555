/* clean: with SIGCHLD ignored wait() returns once all children have ended. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x));
	signal(SIGCHLD, SIG_IGN);
	if (NEED(fork()) == 0) {
		*x = 1;
		_exit(0);
	}
	while (wait(NULL) != -1)
		;
	if (errno != ECHILD)
		return 2;
	return *x != 1;
}
