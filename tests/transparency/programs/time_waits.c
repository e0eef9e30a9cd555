/* Waiting for descriptors with a time-out: poll, ppoll, select, pselect, epoll. */
#include "pace.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/syscall.h>

static int fds[2];

static int ms(double n)
{
	return (int)(units(n) / MS);
}

static void open_pipe(void)
{
	MUST(pipe(fds));
}

static void write_later(double n)
{
	if (fork() == 0) {
		nanosleep((struct timespec[]){span(n)}, NULL);
		_exit(write(fds[1], "x", 1) != 1);
	}
}

static void poll_ends(void)
{
	struct pollfd p = {.events = POLLIN};

	open_pipe();
	p.fd = fds[0];
	start_watch();
	result("poll", poll(&p, 1, ms(1)));
	lasted("poll", 1);
	result("of none", poll(NULL, 0, ms(1)));
	lasted("of none", 2);
	result("at once", poll(&p, 1, 0));
	p.fd = -1;
	p.revents = 7;
	result("negative descriptor", poll(&p, 1, ms(1)));
	say("revents %d", p.revents);
	lasted("negative descriptor", 3);
	p.fd = 77;
	result("closed descriptor", poll(&p, 1, ms(1000)));
	say("revents %d", p.revents == POLLNVAL);
}

static void poll_in_time(void)
{
	struct pollfd p = {.events = POLLIN};

	open_pipe();
	p.fd = fds[0];
	start_watch();
	write_later(1);
	result("poll", poll(&p, 1, ms(1000)));
	lasted("poll", 1);
	wait(NULL);
}

static void poll_interrupted(void)
{
	catch_alarm(0);
	start_watch();
	ring(1, 1);
	result("poll", poll(NULL, 0, ms(1000)));
	ring(0, 0);
	lasted("poll", 1);
	catch_alarm(SA_RESTART);
	ring(1, 1);
	result("with SA_RESTART", poll(NULL, 0, ms(1000)));
	ring(0, 0);
	handle(SIGALRM, SIG_IGN, 0);
	start_watch();
	ring(1, 0);
	result("ignored", poll(NULL, 0, ms(3)));
	lasted("ignored", 3);
}

static void ppoll_ends(void)
{
	struct pollfd p = {.events = POLLIN};
	struct timespec ts = span(1), was = ts;
	sigset_t all;

	open_pipe();
	p.fd = fds[0];
	sigfillset(&all);
	start_watch();
	result("ppoll", ppoll(&p, 1, &ts, NULL));
	lasted("ppoll", 1);
	say("untouched %d", ns_of(ts) == ns_of(was));
	result("no time", ppoll(&p, 1, &(struct timespec){0, SECOND}, NULL));
	result("at once", ppoll(&p, 1, &(struct timespec){0, 0}, NULL));
	catch_alarm(0);
	start_watch();
	ring(1, 0);
	ts = span(3);
	result("with all blocked", ppoll(&p, 1, &ts, &all));
	lasted("with all blocked", 3);
	say("caught afterwards %d", (int)caught);
}

static void select_ends(void)
{
	struct timeval tv = span_us(1);
	fd_set set;

	open_pipe();
	FD_ZERO(&set);
	FD_SET(fds[0], &set);
	start_watch();
	result("select", select(fds[0] + 1, &set, NULL, NULL, &tv));
	lasted("select", 1);
	say("set %d, left %ld", FD_ISSET(fds[0], &set), (long)(tv.tv_sec + tv.tv_usec));
	tv = span_us(1);
	result("of none", select(0, NULL, NULL, NULL, &tv));
	lasted("of none", 2);
	tv = (struct timeval){0, -1};
	result("no time", select(0, NULL, NULL, NULL, &tv));
	tv = (struct timeval){0, 0};
	result("at once", select(0, NULL, NULL, NULL, &tv));
	FD_ZERO(&set);
	FD_SET(37, &set);
	tv = span_us(1000);
	result("closed descriptor", select(38, &set, NULL, NULL, &tv));
}

static void select_is_left(void)
{
	struct timeval tv = span_us(1000);
	fd_set set;

	open_pipe();
	FD_ZERO(&set);
	FD_SET(fds[0], &set);
	write_later(1);
	result("select", select(fds[0] + 1, &set, NULL, NULL, &tv));
	say("less is left %d",
		ns_of((struct timespec){tv.tv_sec, tv.tv_usec * 1000}) < units(1000));
	wait(NULL);
	catch_alarm(0);
	ring(1, 1);
	tv = span_us(1000);
	result("interrupted", select(0, NULL, NULL, NULL, &tv));
	ring(0, 0);
	is_left("interrupted", (struct timespec){tv.tv_sec, tv.tv_usec * 1000}, 1000, 1);
}

static void pselect_ends(void)
{
	struct timespec ts = span(1), was = ts;
	fd_set set;
	sigset_t none;

	open_pipe();
	FD_ZERO(&set);
	FD_SET(fds[0], &set);
	start_watch();
	result("pselect", pselect(fds[0] + 1, &set, NULL, NULL, &ts, NULL));
	lasted("pselect", 1);
	say("set %d, untouched %d", FD_ISSET(fds[0], &set), ns_of(ts) == ns_of(was));
	sigemptyset(&none);
	catch_alarm(0);
	ring(1, 1);
	ts = span(1000);
	result("interrupted", pselect(0, NULL, NULL, NULL, &ts, &none));
	ring(0, 0);
	say("untouched %d", ns_of(ts) == ns_of(span(1000)));
}

static void epoll_ends(void)
{
	int ep = epoll_create1(0);
	struct epoll_event event = {.events = EPOLLIN, .data.u32 = 3}, got;
	struct timespec ts = span(1);

	open_pipe();
	MUST(epoll_ctl(ep, EPOLL_CTL_ADD, fds[0], &event));
	start_watch();
	result("epoll_wait", epoll_wait(ep, &got, 1, ms(1)));
	result("epoll_pwait", epoll_pwait(ep, &got, 1, ms(1), NULL));
	result("epoll_pwait2", epoll_pwait2(ep, &got, 1, &ts, NULL));
	lasted("three", 3);
	result("at once", epoll_wait(ep, &got, 1, 0));
	start_watch();
	write_later(1);
	result("in time", epoll_wait(ep, &got, 1, ms(1000)));
	say("data %u", got.data.u32);
	wait(NULL);
	result("still", epoll_wait(ep, &got, 1, -1));
	result("no room", epoll_wait(ep, &got, 0, 0));
}

static void epoll_interrupted(void)
{
	int ep = epoll_create1(0);
	struct epoll_event got;
	sigset_t none;

	sigemptyset(&none);
	catch_alarm(0);
	ring(1, 1);
	result("epoll_wait", epoll_wait(ep, &got, 1, ms(1000)));
	ring(0, 0);
	catch_alarm(SA_RESTART);
	ring(1, 1);
	result("with SA_RESTART", epoll_wait(ep, &got, 1, -1));
	ring(0, 0);
	handle(SIGALRM, SIG_IGN, 0);
	start_watch();
	ring(1, 0);
	result("ignored", epoll_wait(ep, &got, 1, ms(3)));
	lasted("ignored", 3);
}

/* An end of a pipe goes while somebody waits for it. */
static void hang_up_in_time(void)
{
	struct pollfd p = {.events = POLLIN};

	open_pipe();
	p.fd = fds[0];
	start_watch();
	if (fork() == 0) {
		nanosleep((struct timespec[]){span(1)}, NULL);
		_exit(0);
	}
	close(fds[1]);
	result("poll", poll(&p, 1, ms(1000)));
	say("hang-up %d", p.revents == POLLHUP);
	lasted("poll", 1);
	wait(NULL);
}

/* Five ticks of a loop that polls with a time-out and counts by itself. */
static void ticks(void)
{
	int64_t next = clock_ns(CLOCK_MONOTONIC);
	int n = 0;

	start_watch();
	for (int i = 0; i < 5; i++) {
		next += units(1);
		while (clock_ns(CLOCK_MONOTONIC) < next) {
			int64_t rest = next - clock_ns(CLOCK_MONOTONIC);

			n += poll(NULL, 0, rest > 0 ? (int)((rest + MS - 1) / MS) : 0) == 0;
		}
	}
	lasted("five", 5);
	say("polls %d", n >= 5 || !is_exact);
}

ROWS(ROW_IF(poll_ends, PACED), ROW_IF(poll_in_time, PACED | TIMED), ROW_IF(poll_interrupted, PACED),
	ROW_IF(ppoll_ends, PACED), ROW_IF(select_ends, PACED),
	ROW_IF(select_is_left, PACED | TIMED), ROW_IF(pselect_ends, PACED),
	ROW_IF(epoll_ends, PACED | TIMED), ROW_IF(epoll_interrupted, PACED),
	ROW_IF(hang_up_in_time, PACED | TIMED), ROW_IF(ticks, PACED));
