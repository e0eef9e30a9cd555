/* clean: tee() copies the token, and each of the two gives leave. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x)), one[2], two[2];

	NEED(pipe(one));
	NEED(pipe(two));
	if (NEED(fork()) == 0) {
		*x = 1;
		give(one[1]);
		_exit(0);
	}
	if (NEED(tee(one[0], two[1], 1, 0)) != 1)
		return 1;
	if (NEED(fork()) == 0) {
		take(two[0]);
		_exit(*x != 1);
	}
	take(one[0]);
	return *x != 1 || finish();
}
