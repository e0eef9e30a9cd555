/*
 * Sends three datagrams, of one, two and three bytes, in the way that its command line says, and
 * prints for each what the call returned; then takes what comes until five seconds bring nothing,
 * and prints for each its length, and the second in which it came. Nothing here knows of faults.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char text[] = "abc";
static int ends[2]; /* the sender's, the receiver's */
static struct sockaddr_un name = {.sun_family = AF_UNIX};
static struct sockaddr_in port = {.sin_family = AF_INET};
static const struct sockaddr *to;
static socklen_t to_len;

/* ---- sockets ---- */

static void pair(int type)
{
	if (socketpair(AF_UNIX, type, 0, ends) < 0)
		exit(99);
}

static void bound(int family, const void *address, socklen_t len)
{
	ends[0] = socket(family, SOCK_DGRAM, 0);
	ends[1] = socket(family, SOCK_DGRAM, 0);
	if (bind(ends[1], address, len) < 0)
		exit(99);
	to = address;
	to_len = len;
}

static void named(const char *path, size_t skip)
{
	strcpy(name.sun_path + skip, path);
	bound(AF_UNIX, &name, sizeof(name));
}

static void loopback(void)
{
	socklen_t len = sizeof(port);

	port.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bound(AF_INET, &port, len);
	getsockname(ends[1], (struct sockaddr *)&port, &len);
}

static void connected(void)
{
	if (connect(ends[0], to, to_len) < 0)
		exit(99);
	to = NULL;
	to_len = 0;
}

/* ---- ways to send ---- */

static ssize_t by_send(size_t len)
{
	return sendto(ends[0], text, len, 0, to, to_len);
}

static ssize_t by_write(size_t len)
{
	return write(ends[0], text, len);
}

static ssize_t by_writev(size_t len)
{
	struct iovec list[2] = {{text, 1}, {text + 1, len - 1}};

	return writev(ends[0], list, 2);
}

static ssize_t by_sendmsg(size_t len)
{
	struct iovec list[2] = {{text, 1}, {text + 1, len - 1}};
	struct msghdr head = {
		.msg_name = (void *)to, .msg_namelen = to_len, .msg_iov = list, .msg_iovlen = 2};

	return sendmsg(ends[0], &head, 0);
}

static void send_all(ssize_t (*by)(size_t len))
{
	for (size_t len = 1; len <= 3; len++)
		printf("%zd ", by(len));
	printf(":");
	fflush(stdout);
}

static void take_all(void)
{
	struct pollfd until = {ends[1], POLLIN, 0};
	time_t begin = time(NULL);
	char room[8];

	while (poll(&until, 1, 5000) > 0) {
		ssize_t n = recv(ends[1], room, sizeof(room), 0);

		printf(" %zd", n < 0 ? -errno : memcmp(room, text, (size_t)n) == 0 ? n : -99);
		if (time(NULL) > begin)
			printf("@%d", (int)(time(NULL) - begin));
	}
	puts("");
}

/* ---- */

static void pair_of_datagrams(void)
{
	pair(SOCK_DGRAM);
}

static void pair_of_streams(void)
{
	pair(SOCK_STREAM);
}

static void here(void)
{
	named("here", 0);
}

static void there(void)
{
	named("/tmp/there", 0);
}

static void abstract(void)
{
	named("nowhere", 1);
}

static void connected_loopback(void)
{
	loopback();
	connected();
}

static void nobody(void)
{
	here();
	unlink("here");
}

/* Afterwards: */

static void remove_name(void)
{
	unlink("here");
	take_all();
}

static void take_none(void)
{
	close(ends[1]);
	puts("");
	sleep(5);
}

/* The sender is dead, and the receiver waits without an end of the other one. */
static void survive(void)
{
	if (fork() == 0) {
		send_all(by_send);
		_exit(0);
	}
	close(ends[0]);
	wait(NULL);
	take_all();
}

static const struct {
	const char *how;
	void (*open)(void);
	ssize_t (*by)(size_t len);
	void (*then)(void);
} rows[] = {
	{"send", pair_of_datagrams, by_send, take_all},
	{"write", pair_of_datagrams, by_write, take_all},
	{"writev", pair_of_datagrams, by_writev, take_all},
	{"sendmsg", pair_of_datagrams, by_sendmsg, take_all},
	{"stream", pair_of_streams, by_send, take_all},
	{"path", here, by_sendmsg, take_all},
	{"root", there, by_send, take_all},
	{"abstract", abstract, by_send, take_all},
	{"udp", loopback, by_send, take_all},
	{"udp-write", connected_loopback, by_write, take_all},
	{"nobody", nobody, by_send, take_all},
	{"removed", here, by_send, remove_name},
	{"closed", pair_of_datagrams, by_send, take_none},
	{"dead", pair_of_datagrams, NULL, survive},
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(argv[1], rows[i].how) != 0)
			continue;
		rows[i].open();
		if (rows[i].by)
			send_all(rows[i].by);
		rows[i].then();
	}
	return 0;
}
