/* race: WNOHANG found no child that had ended. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x)), hold[2], seen;

	NEED(pipe(hold));
	if (NEED(fork()) == 0) {
		*x = 1; /* race A */
		take(hold[0]);
		_exit(0);
	}
	if (NEED(waitpid(-1, NULL, WNOHANG)) != 0)
		return 1;
	seen = *x; /* race B */
	give(hold[1]);
	return finish() || seen > 1;
}
