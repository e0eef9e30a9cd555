/* A server and a client that send 64 bytes to and fro, 2,000 times: "unix" or "loopback". */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 2000, SIZE = 64 };

static int echo(int fd)
{
	char bytes[SIZE];
	ssize_t n;

	while ((n = recv(fd, bytes, sizeof(bytes), 0)) > 0)
		if (send(fd, bytes, (size_t)n, 0) != n)
			return 2;
	return n < 0 ? 2 : 0;
}

static int ask(int fd)
{
	char bytes[SIZE] = "hello";
	int one = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)); /* no socket but TCP has it */
	for (int i = 0; i < ROUNDS; i++)
		if (send(fd, bytes, sizeof(bytes), 0) != SIZE ||
			recv(fd, bytes, sizeof(bytes), MSG_WAITALL) != SIZE)
			return 2;
	return 0;
}

int main(int argc, char **argv)
{
	int loopback = argc == 2 && strcmp(argv[1], "loopback") == 0, server, client, status;
	struct sockaddr_un local = {.sun_family = AF_UNIX};
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	struct sockaddr *address = loopback ? (struct sockaddr *)&in : (struct sockaddr *)&local;
	/* of the family alone: the kernel draws a port or a name */
	socklen_t size = loopback ? sizeof(in) : sizeof(local.sun_family);

	server = socket(address->sa_family, SOCK_STREAM, 0);
	if (server < 0 || bind(server, address, size) < 0 || listen(server, 1) < 0)
		return 2;
	size = loopback ? sizeof(in) : sizeof(local);
	if (getsockname(server, address, &size) < 0)
		return 2;
	if (fork() == 0)
		_exit(echo(accept(server, NULL, NULL)));
	client = socket(address->sa_family, SOCK_STREAM, 0);
	if (client < 0 || connect(client, address, size) < 0 || ask(client))
		return 2;
	close(client);
	return wait(&status) < 0 || status != 0 ? 2 : 0;
}
