/* clean: the parent sleeps until the child of vfork() has ended. */
#include "shared.h"

static int *x;

int main(void)
{
	x = share(sizeof(*x));
	*x = 1;

	pid_t child = vfork();

	if (child == 0) {
		*x += 1;
		_exit(0);
	}
	NEED(child);
	*x += 1;
	return finish() || *x != 3;
}
