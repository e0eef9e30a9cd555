/* clean: each process waits for its own child. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x));

	if (NEED(fork()) == 0) {
		if (NEED(fork()) == 0) {
			*x = 1;
			_exit(0);
		}
		_exit(finish());
		_exit(0);
	}

	return finish() || *x != 1;
}
