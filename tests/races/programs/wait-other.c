/* race: two children, and only the first is waited for. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x)), seen;
	pid_t first = NEED(fork());

	if (first == 0)
		_exit(0);
	if (NEED(fork()) == 0) {
		*x = 1; /* race A */
		_exit(0);
	}
	NEED(waitpid(first, NULL, 0));
	seen = *x; /* race B */
	return finish() || seen > 1;
}
