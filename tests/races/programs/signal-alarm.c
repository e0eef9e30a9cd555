/* race: an alarm is a kind of sleep. */
#include "shared.h"

static void on_alarm(int sig)
{
	(void)sig;
}

int main(void)
{
	int *x = share(sizeof(*x)), seen;

	sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, NULL);
	if (NEED(fork()) == 0) {
		*x = 1; /* race A */
		_exit(0);
	}
	alarm(1);
	pause();
	seen = *x; /* race B */
	return finish() || seen > 1;
}
