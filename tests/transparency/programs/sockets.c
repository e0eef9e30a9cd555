/* socketpair, an abstract AF_UNIX server, passing a descriptor, TCP over the loopback. */
#include "say.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

static void pass(int through, int fd)
{
	char byte = 'p', control[CMSG_SPACE(sizeof(int))] = {0};
	struct iovec iov = {&byte, 1};
	struct msghdr message = {.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(int));
	result("sendmsg", sendmsg(through, &message, 0));
}

static int take(int through)
{
	char byte, control[CMSG_SPACE(sizeof(int))] = {0};
	struct iovec iov = {&byte, 1};
	struct msghdr message = {.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control)};
	int fd = -1;

	result("recvmsg", recvmsg(through, &message, 0));
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(int));
	return fd;
}

static void serve(int s, struct sockaddr *address, socklen_t len)
{
	char line[32] = "";
	int c;

	result("bind", bind(s, address, len));
	result("listen", listen(s, 5));
	getsockname(s, address, &len);
	for (int i = 0; i < 2; i++)
		if (fork() == 0) {
			c = socket(address->sa_family, SOCK_STREAM, 0);
			if (connect(c, address, len) < 0 || send(c, "hi", 2, 0) != 2)
				_exit(1);
			shutdown(c, SHUT_WR);
			_exit(recv(c, line, sizeof(line), 0) != 5);
		}
	for (int i = 0; i < 2; i++) {
		c = accept(s, NULL, NULL);
		result("recv", recv(c, line, sizeof(line), 0));
		result("recv", recv(c, line, sizeof(line), 0));
		send(c, "hello", 5, 0);
		close(c);
	}
	for (int i = 0; i < 2; i++) {
		int value;

		wait(&value);
		status("client", value);
	}
	close(s);
}

int main(void)
{
	struct sockaddr_un local = {.sun_family = AF_UNIX};
	struct sockaddr_in inet = {.sin_family = AF_INET};
	struct timeval tenth = {0, 100000};
	int pair[2], fds[2], fd;
	char text[16];

	inet.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) < 0 || pipe(fds) < 0)
		return 1;
	result("send", send(pair[0], "datagram", 8, 0));
	result("recv, too short", recv(pair[1], text, 4, 0));
	result("recv without waiting", recv(pair[1], text, 4, MSG_DONTWAIT));
	setsockopt(pair[1], SOL_SOCKET, SO_RCVTIMEO, &tenth, sizeof(tenth));
	begin();
	result("recv for a tenth", recv(pair[1], text, 4, 0));
	took("recv", 1);
	pass(pair[0], fds[1]);
	fd = take(pair[1]);
	result("write to what was passed", write(fd, "abc", 3));
	result("read", read(fds[0], text, sizeof(text)));
	close(pair[1]);
	result("send to nobody", send(pair[0], "x", 1, MSG_NOSIGNAL));

	snprintf(local.sun_path + 1, 64, "transparency-%ld", (long)getpid());
	serve(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&local, sizeof(local));
	serve(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&inet, sizeof(inet));
	return 0;
}
