/* clean: the byte in the pipe says that the value is there. */
#include "shared.h"

int main(void)
{
	int *x = share(sizeof(*x)), end[2];

	NEED(pipe(end));

	if (NEED(fork()) == 0) {
		*x = 1;
		give(end[1]);
		_exit(0);
	}
	take(end[0]);
	if (*x != 1)
		return 1;
	return finish();
}
