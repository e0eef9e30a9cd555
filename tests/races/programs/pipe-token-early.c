/* race: the byte is written before the value. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x)), end[2];

	NEED(pipe(end));

	if (NEED(fork()) == 0) {
		give(end[1]);
		*x = 1; /* race A */
		_exit(0);
	}
	take(end[0]);

	int seen = *x; /* race B */
	return finish() || seen > 1;
}
