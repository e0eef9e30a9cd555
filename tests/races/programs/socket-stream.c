/* clean: bytes go through a socket pair, there and back. */
#include "shared.h"

#include <sys/socket.h>

int main(void)
{
	int *x = share(2 * sizeof(*x)), end[2];

	NEED(socketpair(AF_UNIX, SOCK_STREAM, 0, end));

	if (NEED(fork()) == 0) {
		take(end[1]);
		x[1] = x[0] + 1;
		give(end[1]);
		_exit(0);
	}
	x[0] = 1;
	give(end[0]);
	take(end[0]);
	if (x[1] != 2)
		return 1;
	return finish();
}
