/* race: the value is before the second byte, and the reader takes one. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x)), end[2];

	NEED(pipe(end));

	if (NEED(fork()) == 0) {
		give(end[1]);
		*x = 1; /* race A */
		give(end[1]);
		_exit(0);
	}
	take(end[0]);

	int seen = *x; /* race B */
	return finish() || seen > 1;
}
