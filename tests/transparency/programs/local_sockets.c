/* UNIX sockets: streams, datagrams, packets, descriptors and credentials that travel, names. */
#include "rows.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static int pair[2];
static struct sockaddr_un name = {.sun_family = AF_UNIX};

static socklen_t give_name(const char *text)
{
	snprintf(name.sun_path, sizeof(name.sun_path), "%s-%ld", text, (long)getpid());
	return sizeof(name);
}

static void streams(void)
{
	char text[32] = "";

	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	result("send", send(pair[0], "ab", 2, 0));
	result("send", send(pair[0], "cd", 2, 0));
	result("peek", recv(pair[1], text, 3, MSG_PEEK));
	result("both in one", recv(pair[1], text, sizeof(text), 0));
	result("nothing", recv(pair[1], text, sizeof(text), MSG_DONTWAIT));
	result("shutdown", shutdown(pair[0], SHUT_WR));
	result("end", recv(pair[1], text, sizeof(text), 0));
	result("the other way", send(pair[1], "x", 1, 0));
	result("recv", recv(pair[0], text, 1, 0));
	result("send after shutdown", send(pair[0], "x", 1, MSG_NOSIGNAL));
	close(pair[1]);
	result("peer gone", recv(pair[0], text, 1, 0));
	result("send", send(pair[0], "x", 1, MSG_NOSIGNAL));
}

static void broken(void)
{
	int value;

	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	close(pair[1]);
	if (fork() == 0) {
		result("send", send(pair[0], "x", 1, 0));
		_exit(0);
	}
	wait(&value);
	status("SIGPIPE", value);
}

static void messages(int type, const char *kind)
{
	char text[8] = "";
	struct iovec vector = {text, 3};
	struct msghdr header = {.msg_iov = &vector, .msg_iovlen = 1};

	say("%s", kind);
	MUST(socketpair(AF_UNIX, type, 0, pair));
	result("send", send(pair[0], "first", 5, 0));
	result("send", send(pair[0], "", 0, 0));
	result("send", send(pair[0], "3", 1, 0));
	result("cut", recvmsg(pair[1], &header, 0));
	say("truncated %d", header.msg_flags & MSG_TRUNC ? 1 : 0);
	result("empty", recv(pair[1], text, sizeof(text), 0));
	result("third", recv(pair[1], text, sizeof(text), 0));
	result("none", recv(pair[1], text, sizeof(text), MSG_DONTWAIT));
	close(pair[0]);
	result("peer gone", recv(pair[1], text, sizeof(text), MSG_DONTWAIT));
	result("send", send(pair[1], "x", 1, MSG_NOSIGNAL));
}

static void boundaries(void)
{
	messages(SOCK_DGRAM, "datagrams");
	messages(SOCK_SEQPACKET, "packets");
}

static void client(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	char text[16] = "";

	result("connect", connect(fd, (struct sockaddr *)&name, sizeof(name)));
	MUST(send(fd, "question", 8, 0));
	result("answer", recv(fd, text, sizeof(text), 0));
	_exit(strcmp(text, "answer") != 0);
}

static void server(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), value;

	give_name("server");
	result("nobody there", connect(fd, (struct sockaddr *)&name, sizeof(name)));
	result("bind", bind(fd, (struct sockaddr *)&name, sizeof(name)));
	result("again",
		bind(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&name, sizeof(name)));
	result("nobody listens",
		connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&name, sizeof(name)));
	result("listen", listen(fd, 2));
	for (int i = 0; i < 3; i++)
		child(client);
	for (int i = 0; i < 3; i++) {
		int one = accept(fd, NULL, NULL);
		char text[16] = "";

		okay("accept", one);
		result("recv", recv(one, text, sizeof(text), 0));
		MUST(send(one, "answer", 6, 0));
		close(one);
	}
	while (wait(&value) > 0)
		status("client", value);
	unlink(name.sun_path);
}

static void full_backlog(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), more[3];

	give_name("backlog");
	MUST(bind(fd, (struct sockaddr *)&name, sizeof(name)));
	MUST(listen(fd, 0));
	for (int i = 0; i < 3; i++) {
		more[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
		result("connect", connect(more[i], (struct sockaddr *)&name, sizeof(name)));
	}
	if (fork() == 0) {
		okay("wait for room", connect(socket(AF_UNIX, SOCK_STREAM, 0),
					      (struct sockaddr *)&name, sizeof(name)));
		_exit(0);
	}
	for (int i = 0; i < 2; i++)
		okay("accept", accept(fd, NULL, NULL));
	wait(NULL);
	unlink(name.sun_path);
}

static void send_descriptor(int to, int fd)
{
	char room[CMSG_SPACE(sizeof(int))] = "", byte = 'd';
	struct iovec vector = {&byte, 1};
	struct msghdr header = {.msg_iov = &vector,
		.msg_iovlen = 1,
		.msg_control = room,
		.msg_controllen = sizeof(room)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&header);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	result("sendmsg", sendmsg(to, &header, 0));
}

static int receive_descriptor(int from)
{
	char room[CMSG_SPACE(sizeof(int))] = "", byte;
	struct iovec vector = {&byte, 1};
	struct msghdr header = {.msg_iov = &vector,
		.msg_iovlen = 1,
		.msg_control = room,
		.msg_controllen = sizeof(room)};
	int fd = -1;

	result("recvmsg", recvmsg(from, &header, 0));
	if (CMSG_FIRSTHDR(&header))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&header)), sizeof(fd));
	return fd;
}

static void descriptors_travel(void)
{
	int pipes[2];
	char byte;

	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	if (fork() == 0) {
		int fd = receive_descriptor(pair[1]);

		result("write to it", write(fd, "t", 1));
		_exit(0);
	}
	MUST(pipe(pipes));
	send_descriptor(pair[0], pipes[1]);
	close(pipes[1]);
	result("read", read(pipes[0], &byte, 1));
	result("end", read(pipes[0], &byte, 1));
	wait(NULL);
	MUST(pipe(pipes)); /* one that nobody ever takes is closed with the socket */
	send_descriptor(pair[0], pipes[1]);
	close(pipes[1]);
	close(pair[0]);
	close(pair[1]);
	result("lost", read(pipes[0], &byte, 1));
}

static void credentials(void)
{
	int on = 1;
	char room[CMSG_SPACE(sizeof(struct ucred))] = "", byte;
	struct iovec vector = {&byte, 1};
	struct msghdr header = {.msg_iov = &vector,
		.msg_iovlen = 1,
		.msg_control = room,
		.msg_controllen = sizeof(room)};
	struct ucred cred = {0};
	socklen_t len = sizeof(cred);
	pid_t pid;

	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	MUST(setsockopt(pair[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)));
	pid = fork();
	if (pid == 0)
		_exit(write(pair[1], "c", 1) != 1);
	result("recvmsg", recvmsg(pair[0], &header, 0));
	if (CMSG_FIRSTHDR(&header))
		memcpy(&cred, CMSG_DATA(CMSG_FIRSTHDR(&header)), sizeof(cred));
	say("sender %d, uid %d", cred.pid == pid, cred.uid == getuid());
	wait(NULL);
	result("peer", getsockopt(pair[0], SOL_SOCKET, SO_PEERCRED, &cred, &len));
	say("who made it %d", cred.pid == getpid());
}

static void named_datagrams(void)
{
	struct sockaddr_un from;
	socklen_t len = sizeof(from);
	int a = socket(AF_UNIX, SOCK_DGRAM, 0), b = socket(AF_UNIX, SOCK_DGRAM, 0);
	char text[16];

	give_name("datagrams");
	MUST(bind(a, (struct sockaddr *)&name, sizeof(name)));
	result("sendto", sendto(b, "hi", 2, 0, (struct sockaddr *)&name, sizeof(name)));
	result("recvfrom", recvfrom(a, text, sizeof(text), 0, (struct sockaddr *)&from, &len));
	say("a sender without a name %d", len <= sizeof(sa_family_t));
	result("connect", connect(b, (struct sockaddr *)&name, sizeof(name)));
	result("send", send(b, "again", 5, 0));
	result("recv", recv(a, text, sizeof(text), 0));
	close(a);
	result("nobody", send(b, "x", 1, 0));
	unlink(name.sun_path);
	result("too long", bind(b, (struct sockaddr *)&name, sizeof(name) + 1));
}

static void datagrams_wait_for_room(void)
{
	static char big[4096];
	int n = 0, value;

	MUST(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
	fcntl(pair[0], F_SETFL, O_NONBLOCK);
	while (send(pair[0], big, sizeof(big), 0) > 0)
		n++;
	say("full after some %d: %s", n > 0, strerrorname_np(errno));
	if (fork() == 0) {
		fcntl(pair[0], F_SETFL, 0);
		result("waits", send(pair[0], big, sizeof(big), 0));
		_exit(0);
	}
	for (int i = 0; i <= n; i++)
		if (recv(pair[1], big, sizeof(big), 0) != sizeof(big))
			say("short");
	wait(&value);
	status("sender", value);
}

static void events(void)
{
	struct pollfd p[2];

	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	p[0] = (struct pollfd){.fd = pair[0], .events = POLLIN | POLLOUT | POLLRDHUP};
	result("poll", poll(p, 1, 0));
	say("%x", (unsigned)p[0].revents);
	MUST(write(pair[1], "x", 1));
	result("poll", poll(p, 1, -1));
	say("%x", (unsigned)p[0].revents);
	shutdown(pair[1], SHUT_WR);
	result("poll", poll(p, 1, -1));
	say("%x", (unsigned)p[0].revents);
	close(pair[1]);
	result("poll", poll(p, 1, -1));
	say("%x", (unsigned)p[0].revents);
	p[1] = (struct pollfd){.fd = 999, .events = POLLIN};
	result("closed", poll(p, 2, -1));
	say("%x", (unsigned)p[1].revents);
}

static void abstract_names(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), value;
	socklen_t len = sizeof(name);

	result("autobind", bind(fd, (struct sockaddr *)&name, sizeof(sa_family_t)));
	result("name", getsockname(fd, (struct sockaddr *)&name, &len));
	say("abstract %d", name.sun_path[0] == '\0' && len > sizeof(sa_family_t));
	MUST(listen(fd, 1));
	if (fork() == 0)
		_exit(connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&name, len) != 0);
	okay("accept", accept(fd, NULL, NULL));
	wait(&value);
	status("client", value);
}

ROWS(ROW(streams), ROW(broken), ROW(boundaries), ROW_IF(server, SORTED),
	ROW_IF(full_backlog, SORTED), ROW_IF(descriptors_travel, SORTED), ROW(credentials),
	ROW(named_datagrams), ROW_IF(datagrams_wait_for_room, SORTED), ROW(events),
	ROW(abstract_names));
