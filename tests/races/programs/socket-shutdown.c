/* clean: shutdown() of the one side is end of file on the other. */
#include "shared.h"

#include <sys/socket.h>

int main(void)
{
	int *x = share(2 * sizeof(*x)), end[2];

	NEED(socketpair(AF_UNIX, SOCK_STREAM, 0, end));

	if (NEED(fork()) == 0) {
		*x = 1;
		NEED(shutdown(end[1], SHUT_WR));
		take(end[1]);
		_exit(0);
	}
	char byte;

	if (read(end[0], &byte, 1) != 0 || *x != 1)
		return 1;
	give(end[0]);
	return finish();
}
