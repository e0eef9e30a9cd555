/*
 * recvmmsg(2) and its time-out, which is looked at when a datagram has come and at no other time.
 */
#include "pace.h"

#include <sys/socket.h>
#include <sys/uio.h>

#define MOST 8

static int pair[2];
static char room[MOST][16];
static struct iovec parts[MOST];
static struct mmsghdr several[MOST];

static void open_pair(void)
{
	MUST(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
	for (int i = 0; i < MOST; i++) {
		parts[i] = (struct iovec){room[i], sizeof(room[i])};
		several[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
	}
}

static void send_some(int count)
{
	for (int i = 0; i < count; i++)
		MUST(send(pair[1], "datagram", 1 + (size_t)i, 0));
}

/* A child that sends one datagram after each of so many units; the list ends with -1. */
static void send_after(const double *units_list)
{
	if (fork() != 0)
		return;
	for (size_t len = 1; *units_list >= 0; units_list++, len++) {
		nanosleep((struct timespec[]){span(*units_list)}, NULL);
		send(pair[1], "datagram", len, 0);
	}
	_exit(0);
}
#define SEND_AFTER(...) send_after((const double[]){__VA_ARGS__, -1})

static void received(const char *what, int n)
{
	result(what, n);
	for (int i = 0; i < n; i++)
		say("%d: %u bytes, %.*s", i, several[i].msg_len, (int)several[i].msg_len, room[i]);
}

/* The last one comes when the time is long over, and is waited for all the same. */
static void time_is_looked_at_late(void)
{
	struct timespec time = span(2);

	open_pair();
	start_watch();
	SEND_AFTER(0, 1, 3);
	received("recvmmsg", recvmmsg(pair[0], several, MOST, 0, &time));
	lasted("it", 4);
	is_left("of its time", time, 0, 0);
	wait(NULL);
}

static void as_many_as_wanted(void)
{
	struct timespec time = span(1000);

	open_pair();
	start_watch();
	SEND_AFTER(1, 1, 1);
	received("recvmmsg", recvmmsg(pair[0], several, 2, 0, &time));
	lasted("two", 2);
	is_left("of its time", time, 1000, 2);
	received("the third", recvmmsg(pair[0], several, 1, 0, &time));
	lasted("three", 3);
	is_left("of its time", time, 1000, 3);
	wait(NULL);
}

static void what_is_there(void)
{
	struct timespec time = span(1000);

	open_pair();
	start_watch();
	send_some(3);
	received("one, or what is there", recvmmsg(pair[0], several, MOST, MSG_WAITFORONE, &time));
	send_some(2);
	received("what is there", recvmmsg(pair[0], several, MOST, MSG_DONTWAIT, &time));
	lasted("all that", 0);
	is_left("of its time", time, 1000, 0);
}

static void nothing_is_there(void)
{
	struct timespec time = span(1000);

	open_pair();
	received("recvmmsg", recvmmsg(pair[0], several, MOST, MSG_DONTWAIT, &time));
	is_left("of its time", time, 1000, 0);
}

/* Of three one is enough to find that there is no time. */
static void no_time(void)
{
	struct timespec time = {0, 0};

	open_pair();
	send_some(3);
	received("recvmmsg", recvmmsg(pair[0], several, MOST, 0, &time));
}

static void no_such_time(void)
{
	struct timespec time = {0, -1};

	open_pair();
	send_some(1);
	received("negative", recvmmsg(pair[0], several, MOST, 0, &time));
	received("nowhere", recvmmsg(pair[0], several, MOST, 0, (struct timespec *)8));
	received("none wanted", recvmmsg(pair[0], several, 0, 0, &(struct timespec){1, 0}));
	received("without", recvmmsg(pair[0], several, MOST, MSG_DONTWAIT, NULL));
}

static void handler_ends_it(void)
{
	struct timespec time = span(1000);

	open_pair();
	catch_alarm(0);
	start_watch();
	ring(1, 0);
	received("before the first", recvmmsg(pair[0], several, MOST, 0, &time));
	lasted("a handler", 1);
	send_some(2);
	ring(1, 0);
	received("before the third", recvmmsg(pair[0], several, MOST, 0, &time));
	lasted("another", 2);
	say("%d handlers", (int)caught);
}

/* SA_RESTART takes back what has received nothing, and ends what has. */
static void handler_lets_it_go_on(void)
{
	struct timespec time = span(1000);

	open_pair();
	catch_alarm(SA_RESTART);
	start_watch();
	SEND_AFTER(2);
	ring(1, 0);
	received("recvmmsg", recvmmsg(pair[0], several, 1, 0, &time));
	lasted("it", 2);
	say("%d handlers", (int)caught);
	wait(NULL);
	send_some(2);
	ring(1, 0);
	received("another", recvmmsg(pair[0], several, MOST, 0, &time));
	lasted("both", 3);
}

/* The death of a child that nobody has asked about. */
static void ignored_signal_changes_nothing(void)
{
	struct timespec time = span(1000);

	open_pair();
	start_watch();
	if (fork() == 0) {
		send_some(1);
		nanosleep((struct timespec[]){span(1)}, NULL);
		_exit(0);
	}
	SEND_AFTER(2);
	received("recvmmsg", recvmmsg(pair[0], several, 2, 0, &time));
	lasted("it", 2);
	while (wait(NULL) > 0)
		;
}

static void socket_has_its_own_time(void)
{
	struct timeval own = span_us(1);
	struct timespec time = span(1000);

	open_pair();
	MUST(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &own, sizeof(own)));
	start_watch();
	received("nothing", recvmmsg(pair[0], several, MOST, 0, &time));
	lasted("it", 1);
	send_some(2);
	received("two", recvmmsg(pair[0], several, MOST, 0, &time));
	lasted("both", 2);
	is_left("of its time", time, 1000, 1);
}

ROWS(ROW_IF(time_is_looked_at_late, PACED | TIMED), ROW_IF(as_many_as_wanted, PACED | TIMED),
	ROW_IF(what_is_there, PACED), ROW_IF(nothing_is_there, PACED), ROW(no_time),
	ROW(no_such_time), ROW_IF(handler_ends_it, PACED),
	ROW_IF(handler_lets_it_go_on, PACED | TIMED),
	ROW_IF(ignored_signal_changes_nothing, PACED | TIMED),
	ROW_IF(socket_has_its_own_time, PACED));
