/* clean: records of SOCK_SEQPACKET. */
#include "shared.h"

#include <sys/socket.h>

int main(void)
{
	int *x = share(2 * sizeof(*x)), end[2];

	NEED(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, end));

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
