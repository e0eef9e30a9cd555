/* SO_RCVTIMEO and SO_SNDTIMEO: every call that they end, and those that they do not. */
#include "pace.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

static int pair[2];

static void set(int fd, int option, double n)
{
	struct timeval tv = span_us(n);

	MUST(setsockopt(fd, SOL_SOCKET, option, &tv, sizeof(tv)));
}

static void open_pair(int type, int option, double n)
{
	MUST(socketpair(AF_UNIX, type, 0, pair));
	set(pair[0], option, n);
}

static void receive_ends(void)
{
	char byte;
	struct iovec part = {&byte, 1};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	struct mmsghdr several = {.msg_hdr = message};

	open_pair(SOCK_STREAM, SO_RCVTIMEO, 1);
	start_watch();
	result("recv", recv(pair[0], &byte, 1, 0));
	lasted("recv", 1);
	result("read", read(pair[0], &byte, 1));
	result("readv", readv(pair[0], &part, 1));
	result("recvfrom", recvfrom(pair[0], &byte, 1, 0, NULL, NULL));
	result("recvmsg", recvmsg(pair[0], &message, 0));
	result("recvmmsg", recvmmsg(pair[0], &several, 1, 0, NULL));
	lasted("six", 6);
	result("not at all", recv(pair[0], &byte, 1, MSG_DONTWAIT));
	lasted("six still", 6);
	result("send", send(pair[1], "x", 1, 0));
	result("recv", recv(pair[0], &byte, 1, 0));
	lasted("six and data", 6);
}

static void receive_datagrams(void)
{
	char byte;

	open_pair(SOCK_DGRAM, SO_RCVTIMEO, 1);
	start_watch();
	result("recv", recv(pair[0], &byte, 1, 0));
	lasted("UNIX datagrams", 1);
	close(pair[0]);
	close(pair[1]);
	open_pair(SOCK_SEQPACKET, SO_RCVTIMEO, 1);
	result("recv", recv(pair[0], &byte, 1, 0));
	lasted("and packets", 2);
}

static void data_in_time(void)
{
	char byte;

	open_pair(SOCK_STREAM, SO_RCVTIMEO, 1000);
	start_watch();
	if (fork() == 0) {
		nanosleep((struct timespec[]){span(1)}, NULL);
		_exit(write(pair[1], "x", 1) != 1);
	}
	result("recv", recv(pair[0], &byte, 1, 0));
	lasted("recv", 1);
	wait(NULL);
}

/* A part is there: the call is content with it once its time is over. */
static void waits_for_all(void)
{
	char bytes[4];

	open_pair(SOCK_STREAM, SO_RCVTIMEO, 1);
	result("send", send(pair[1], "xy", 2, 0));
	start_watch();
	result("recv", recv(pair[0], bytes, 4, MSG_WAITALL));
	lasted("recv", 1);
}

static void send_ends(void)
{
	static char full[1 << 20];
	struct iovec part = {full, sizeof(full)};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	open_pair(SOCK_STREAM, SO_SNDTIMEO, 1);
	start_watch();
	say("a part was sent %d", send(pair[0], full, sizeof(full), 0) > 0);
	lasted("send", 1);
	result("send", send(pair[0], full, sizeof(full), 0));
	result("write", write(pair[0], full, sizeof(full)));
	result("writev", writev(pair[0], &part, 1));
	result("sendmsg", sendmsg(pair[0], &message, 0));
	lasted("five", 5);
	result("not at all", send(pair[0], full, sizeof(full), MSG_DONTWAIT));
	lasted("five still", 5);
}

static void send_datagrams(void)
{
	char byte = 'x';
	int sent = 0;

	open_pair(SOCK_DGRAM, SO_SNDTIMEO, 1);
	while (send(pair[0], &byte, 1, MSG_DONTWAIT) == 1)
		sent++;
	start_watch();
	result("send", send(pair[0], &byte, 1, 0));
	lasted("send", 1);
	say("sent some %d", sent > 0);
}

static int listens(int family)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	struct sockaddr_un nameless = {.sun_family = AF_UNIX};
	int fd = socket(family, SOCK_STREAM, 0);

	MUST(fd);
	if (family == AF_INET)
		MUST(bind(fd, (struct sockaddr *)&address, sizeof(address)));
	else
		MUST(bind(fd, (struct sockaddr *)&nameless, sizeof(sa_family_t)));
	MUST(listen(fd, 0));
	return fd;
}

static void accept_ends(void)
{
	int families[] = {AF_INET, AF_UNIX};

	for (int i = 0; i < 2; i++) {
		int fd = listens(families[i]);

		start_watch();
		set(fd, SO_RCVTIMEO, 1);
		result("accept", accept(fd, NULL, NULL));
		lasted("accept", 1);
		result("accept4", accept4(fd, NULL, NULL, SOCK_CLOEXEC));
		lasted("accept4", 2);
	}
}

/* The queue of connections is full: connect(2) waits for room as long as sending may take. */
static void connect_ends(void)
{
	struct sockaddr_un address;
	socklen_t size = sizeof(address);
	int fd = listens(AF_UNIX), last = -1, r = 0;

	MUST(getsockname(fd, (struct sockaddr *)&address, &size));
	for (int i = 0; i < 4 && r == 0; i++) {
		last = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
		r = connect(last, (struct sockaddr *)&address, size);
	}
	result("no room", r);
	fcntl(last, F_SETFL, 0);
	start_watch();
	set(last, SO_SNDTIMEO, 1);
	result("connect", connect(last, (struct sockaddr *)&address, size));
	lasted("connect", 1);
}

static void over_loopback(void)
{
	struct sockaddr_in address;
	socklen_t size = sizeof(address);
	int fd = listens(AF_INET), client = socket(AF_INET, SOCK_STREAM, 0), server;
	static char full[1 << 20];
	char byte;
	ssize_t n;

	MUST(getsockname(fd, (struct sockaddr *)&address, &size));
	MUST(connect(client, (struct sockaddr *)&address, size));
	server = accept(fd, NULL, NULL);
	MUST(server);
	start_watch();
	set(client, SO_RCVTIMEO, 1);
	result("recv", recv(client, &byte, 1, 0));
	lasted("recv", 1);
	set(client, SO_SNDTIMEO, 1);
	while ((n = send(client, full, sizeof(full), 0)) > 0)
		;
	result("send, once all is full", n);
}

static void udp(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	char byte;

	MUST(bind(fd, (struct sockaddr *)&address, sizeof(address)));
	start_watch();
	set(fd, SO_RCVTIMEO, 2);
	result("recvfrom", recvfrom(fd, &byte, 1, 0, NULL, NULL));
	lasted("recvfrom", 2);
}

/* With a time-out a handler ends the call, whatever SA_RESTART says (signal(7)). */
static void interrupted(void)
{
	char byte;

	open_pair(SOCK_STREAM, SO_RCVTIMEO, 1000);
	catch_alarm(0);
	start_watch();
	ring(1, 1);
	result("recv", recv(pair[0], &byte, 1, 0));
	ring(0, 0);
	catch_alarm(SA_RESTART);
	ring(1, 1);
	result("with SA_RESTART", recv(pair[0], &byte, 1, 0));
	ring(0, 0);
	lasted("recv", 2);
	handle(SIGALRM, SIG_IGN, 0);
	start_watch();
	set(pair[0], SO_RCVTIMEO, 3);
	ring(1, 0);
	result("ignored", recv(pair[0], &byte, 1, 0));
	lasted("recv", 3);
}

/* It belongs to the socket: a child and a copy have it too, and it can be taken away. */
static void belongs_to_the_socket(void)
{
	char byte;
	int copy;

	open_pair(SOCK_STREAM, SO_RCVTIMEO, 1);
	copy = dup(pair[0]);
	start_watch();
	result("copy", recv(copy, &byte, 1, 0));
	lasted("copy", 1);
	if (fork() == 0) {
		result("child", recv(pair[0], &byte, 1, 0));
		_exit(0);
	}
	wait(NULL);
	lasted("child", 2);
	set(copy, SO_RCVTIMEO, 0);
	catch_alarm(0);
	ring(30, 30);
	result("taken away", recv(pair[0], &byte, 1, 0));
	ring(0, 0);
}

static void as_it_was_set(void)
{
	struct timeval tv = {3, 500000}, got;
	socklen_t size = sizeof(got);

	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	MUST(getsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &got, &size));
	say("at first %ld.%06ld", (long)got.tv_sec, (long)got.tv_usec);
	result("set", setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)));
	MUST(getsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &got, &size));
	say("then %ld.%06ld", (long)got.tv_sec, (long)got.tv_usec);
	MUST(getsockopt(pair[1], SOL_SOCKET, SO_RCVTIMEO, &got, &size));
	say("the other end %ld.%06ld", (long)got.tv_sec, (long)got.tv_usec);
	tv.tv_usec = 1000000;
	result("no time", setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)));
	result("too small", setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &tv, 4));
	tv = (struct timeval){-1, 0};
	result("negative", setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)));
	result("do not wait", recv(pair[0], &got, 1, 0));
}

/* An accepted socket of TCP has what its listener had. */
static void accepted_sockets(void)
{
	struct sockaddr_in address;
	socklen_t size = sizeof(address);
	int fd = listens(AF_INET), client = socket(AF_INET, SOCK_STREAM, 0), server;
	char byte;

	start_watch();
	set(fd, SO_RCVTIMEO, 1);
	MUST(getsockname(fd, (struct sockaddr *)&address, &size));
	MUST(connect(client, (struct sockaddr *)&address, size));
	server = accept(fd, NULL, NULL);
	MUST(server);
	result("recv", recv(server, &byte, 1, 0));
	lasted("recv", 1);
}

ROWS(ROW_IF(receive_ends, PACED), ROW_IF(receive_datagrams, PACED),
	ROW_IF(data_in_time, PACED | TIMED), ROW_IF(waits_for_all, PACED), ROW_IF(send_ends, PACED),
	ROW_IF(send_datagrams, PACED), ROW_IF(accept_ends, PACED), ROW_IF(connect_ends, PACED),
	ROW_IF(over_loopback, PACED), ROW_IF(udp, PACED), ROW_IF(interrupted, PACED),
	ROW_IF(belongs_to_the_socket, PACED | TIMED), ROW(as_it_was_set),
	ROW_IF(accepted_sockets, PACED));
