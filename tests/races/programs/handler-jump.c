/* clean: siglongjmp() leaves the handler, and main goes on. */
#include "shared.h"

#include <setjmp.h>

static sigjmp_buf back;
static int *x;

static void on_usr1(int sig)
{
	*x += sig - sig + 1;
	siglongjmp(back, 1);
}

int main(void)
{
	x = share(sizeof(*x));
	sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_usr1}, NULL);
	if (sigsetjmp(back, 1) == 0)
		raise(SIGUSR1);
	*x += 1;
	if (NEED(fork()) == 0) {
		*x += 1;
		_exit(0);
	}
	return finish() || *x != 3;
}
