/* race: the parent looks first and waits then. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x));

	if (NEED(fork()) == 0) {
		*x = 1; /* race A */
		_exit(0);
	}
	int seen = *x; /* race B */
	return finish() || seen > 1;
}
