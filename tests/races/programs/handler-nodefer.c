/* clean: a handler with SA_NODEFER interrupts itself, and counts atomically. */
#include "shared.h"

static atomic_int *x;

static void on_usr1(int sig)
{
	(void)sig;
	if (atomic_fetch_add(x, 1) < 3)
		raise(SIGUSR1);
	atomic_fetch_add(x, 10);
}

int main(void)
{
	x = share(sizeof(*x));
	sigaction(
		SIGUSR1, &(struct sigaction){.sa_handler = on_usr1, .sa_flags = SA_NODEFER}, NULL);
	if (NEED(fork()) == 0) {
		raise(SIGUSR1);
		_exit(0);
	}
	raise(SIGUSR1);
	return finish() || atomic_load(x) / 10 < 2;
}
