/* race: the value is before the second datagram, and one is received. */
#include "shared.h"

#include <sys/socket.h>

int main(void)
{
	int *x = share(2 * sizeof(*x)), end[2];

	NEED(socketpair(AF_UNIX, SOCK_DGRAM, 0, end));

	if (NEED(fork()) == 0) {
		give(end[1]);
		*x = 1; /* race A */
		give(end[1]);
		_exit(0);
	}
	take(end[0]);

	int seen = *x; /* race B */
	return finish() || seen > 1;
}
