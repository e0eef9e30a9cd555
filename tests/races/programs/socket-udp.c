/* clean: a datagram of UDP. */
#include "shared.h"

#include <netinet/in.h>
#include <sys/socket.h>

int main(void)
{
	int *x = share(sizeof(*x)), fd = NEED(socket(AF_INET, SOCK_DGRAM, 0));
	struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t size = sizeof(name);

	NEED(bind(fd, (struct sockaddr *)&name, sizeof(name)));
	NEED(getsockname(fd, (struct sockaddr *)&name, &size));
	if (NEED(fork()) == 0) {
		*x = 1;
		fd = NEED(socket(AF_INET, SOCK_DGRAM, 0));
		NEED((int)sendto(fd, "!", 1, 0, (struct sockaddr *)&name, sizeof(name)));
		_exit(0);
	}
	take(fd);
	return *x != 1 || finish();
}
