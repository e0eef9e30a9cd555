/* race: the child writes after it has closed its end. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x)), end[2];

	NEED(pipe(end));

	if (NEED(fork()) == 0) {
		close(end[0]);
		close(end[1]);
		*x = 1; /* race A */
		_exit(0);
	}
	char byte;

	close(end[1]);
	if (read(end[0], &byte, 1) != 0)
		return 1;

	int seen = *x; /* race B */
	return finish() || seen > 1;
}
