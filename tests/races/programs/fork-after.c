/* race: the parent writes after fork, and nothing tells the child when. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x));

	if (NEED(fork()) == 0) {
		int seen = *x; /* race B */

		_exit(seen > 1);
		_exit(0);
	}
	*x = 1; /* race A */
	return finish();
}
