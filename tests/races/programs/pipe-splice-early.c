/* race: the token is moved on before the number is written. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x)), one[2], two[2];

	NEED(pipe(one));
	NEED(pipe(two));
	if (NEED(fork()) == 0) {
		give(one[1]);
		*x = 1; /* race A */
		_exit(0);
	}
	if (NEED(fork()) == 0)
		_exit(NEED((int)splice(one[0], NULL, two[1], NULL, 1, 0)) != 1);
	take(two[0]);
	(*x)++; /* race B */
	return finish();
}
