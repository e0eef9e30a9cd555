/* race: both send first: each has the byte of the other, and none is after the other. */
#include "shared.h"

#include <sys/socket.h>

int main(void)
{
	int *x = share(2 * sizeof(*x)), end[2];

	NEED(socketpair(AF_UNIX, SOCK_STREAM, 0, end));

	if (NEED(fork()) == 0) {
		give(end[1]);
		*x = 1; /* race A */
		take(end[1]);
		_exit(0);
	}
	give(end[0]);
	*x = 2; /* race B */
	take(end[0]);
	return finish();
}
