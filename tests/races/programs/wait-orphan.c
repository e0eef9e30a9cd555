/* race: the child does not wait for its own child. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x));

	if (NEED(fork()) == 0) {
		if (NEED(fork()) == 0) {
			*x = 1; /* race A */
			_exit(0);
		}
		_exit(0);
	}

	return finish() || *x > 1; /* race B */
}
