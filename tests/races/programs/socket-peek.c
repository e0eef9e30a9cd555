/* clean: the byte is looked at with MSG_PEEK, and stays. */
#include "shared.h"

#include <sys/socket.h>

int main(void)
{
	int *x = share(2 * sizeof(*x)), end[2];

	NEED(socketpair(AF_UNIX, SOCK_STREAM, 0, end));

	if (NEED(fork()) == 0) {
		*x = 1;
		give(end[1]);
		_exit(0);
	}
	char byte;

	NEED((int)recv(end[0], &byte, 1, MSG_PEEK));
	if (*x != 1)
		return 1;
	return finish();
}
