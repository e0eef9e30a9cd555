/* clean: splice() moves the token from one pipe to the next. */
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
	if (NEED(fork()) == 0)
		_exit(NEED((int)splice(one[0], NULL, two[1], NULL, 1, 0)) != 1);
	take(two[0]);
	return *x != 1 || finish();
}
