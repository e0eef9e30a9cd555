/* clean: select() says that the byte is there; it is not even read. */
#include "shared.h"

#include <sys/select.h>

int main(void)
{
	int *x = share(sizeof(*x)), end[2];

	NEED(pipe(end));

	if (NEED(fork()) == 0) {
		*x = 1;
		give(end[1]);
		_exit(0);
	}
	fd_set set;

	FD_ZERO(&set);
	FD_SET(end[0], &set);
	NEED(select(end[0] + 1, &set, NULL, NULL, NULL));
	if (*x != 1)
		return 1;
	return finish();
}
