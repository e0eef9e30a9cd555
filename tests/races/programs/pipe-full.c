/* clean: the pipe is full: a write goes on when the child has read. */
#include "shared.h"

int main(void)
{
	static char page[65536];
	int *x = share(sizeof(*x)), end[2];

	NEED(pipe(end));
	NEED((int)write(end[1], page, sizeof(page)));
	if (NEED(fork()) == 0) {
		*x = 1;
		NEED((int)read(end[0], page, sizeof(page)));
		_exit(0);
	}
	give(end[1]);
	return *x != 1 || finish();
}
