/* clean: a child of vfork() and its parent use one stack, too. */
#include "shared.h"

int main(void)
{
	volatile int own = 1;
	int *x = share(sizeof(*x));

	if (vfork() == 0) {
		own = 2;
		*x = 1;
		_exit(0);
	}
	own += *x;
	return finish() || own != 3;
}
