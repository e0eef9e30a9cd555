/* clean: wait() returns after all that the child did. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x));

	if (NEED(fork()) == 0) {
		*x = 1;
		_exit(0);
	}

	return finish() || *x != 1;
}
