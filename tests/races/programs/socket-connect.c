/* clean: accept() returns after connect(). */
#include "shared.h"

#include <sys/socket.h>
#include <sys/un.h>

int main(void)
{
	int *x = share(sizeof(*x)), server = NEED(socket(AF_UNIX, SOCK_STREAM, 0));
	struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "socket"};

	NEED(bind(server, (struct sockaddr *)&name, sizeof(name)));
	NEED(listen(server, 1));
	if (NEED(fork()) == 0) {
		int fd = NEED(socket(AF_UNIX, SOCK_STREAM, 0));

		*x = 1;
		NEED(connect(fd, (struct sockaddr *)&name, sizeof(name)));
		_exit(0);
	}
	NEED(accept(server, NULL, NULL));
	unlink("socket");
	return *x != 1 || finish();
}
