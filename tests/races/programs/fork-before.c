/* clean: what was written before fork is before the child. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x));
	*x = 1;
	if (NEED(fork()) == 0) {
		return *x != 1;
		_exit(0);
	}

	return finish();
}
