/* clean: a byte through a socket with a name, and one back. */
#include "shared.h"

#include <sys/socket.h>
#include <sys/un.h>

int main(void)
{
	int *x = share(2 * sizeof(*x)), server = NEED(socket(AF_UNIX, SOCK_STREAM, 0)), fd;
	struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "socket"};

	NEED(bind(server, (struct sockaddr *)&name, sizeof(name)));
	NEED(listen(server, 1));
	if (NEED(fork()) == 0) {
		fd = NEED(socket(AF_UNIX, SOCK_STREAM, 0));
		NEED(connect(fd, (struct sockaddr *)&name, sizeof(name)));
		x[0] = 1;
		give(fd);
		take(fd);
		_exit(x[1] != 2);
	}
	fd = NEED(accept(server, NULL, NULL));
	take(fd);
	unlink("socket");
	x[1] = x[0] + 1;
	give(fd);
	return finish();
}
