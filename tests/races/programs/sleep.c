/* race: a second of sleep is no order. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x));

	if (NEED(fork()) == 0) {
		*x = 1; /* race A */
		_exit(0);
	}
	sleep(1);

	int seen = *x; /* race B */
	return finish() || seen > 1;
}
