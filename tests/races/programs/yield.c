/* race: sched_yield() is no order. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x));

	if (NEED(fork()) == 0) {
		*x = 1; /* race A */
		_exit(0);
	}
	for (int i = 0; i < 10; i++)
		sched_yield();

	int seen = *x; /* race B */
	return finish() || seen > 1;
}
