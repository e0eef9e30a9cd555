/* timerfd: counts, polls, what is left, who shares it. */
#include "pace.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>

static void set(int fd, double after, double interval)
{
	struct itimerspec spec = {span(interval), span(after)};

	MUST(timerfd_settime(fd, 0, &spec, NULL));
}

static uint64_t take(int fd)
{
	uint64_t times = 0;

	if (read(fd, &times, sizeof(times)) < 0)
		say("read: %s", strerrorname_np(errno));
	return times;
}

static void of_all_clocks(void)
{
	static const clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME};

	for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
		int fd = timerfd_create(clocks[i], 0);
		struct itimerspec spec = {{0, 0}, at(clocks[i], 2)};

		MUST(fd);
		start_watch();
		set(fd, 1, 0);
		say("times %d", (int)take(fd));
		lasted("relative", 1);
		MUST(timerfd_settime(fd, TFD_TIMER_ABSTIME, &spec, NULL));
		say("times %d", (int)take(fd));
		say("it is time %d", clock_ns(clocks[i]) >= ns_of(spec.it_value));
		spec.it_value = (struct timespec){1, 0};
		MUST(timerfd_settime(fd, TFD_TIMER_ABSTIME, &spec, NULL));
		say("long ago: %d", (int)take(fd));
		close(fd);
	}
}

static void counts_until_read(void)
{
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	uint64_t n;

	take(fd);
	set(fd, 1, 1);
	nanosleep((struct timespec[]){span(5.5)}, NULL);
	n = take(fd);
	say("at least 5 times %d", n >= 5);
	if (is_exact && n != 5)
		say("%d times", (int)n);
	if (is_exact)
		take(fd);
	else
		say("read: EAGAIN");
}

static void what_is_left(void)
{
	struct itimerspec spec = {span(1000), span(1000)}, old;
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);

	MUST(timerfd_gettime(fd, &old));
	say("not armed: %ld", (long)ns_of(old.it_value));
	MUST(timerfd_settime(fd, 0, &spec, &old));
	say("old: %ld", (long)ns_of(old.it_value));
	nanosleep((struct timespec[]){span(1)}, NULL);
	MUST(timerfd_gettime(fd, &old));
	is_left("gettime", old.it_value, 1000, 1);
	say("interval %d", ns_of(old.it_interval) == ns_of(span(1000)));
	set(fd, 0, 0);
	MUST(timerfd_gettime(fd, &old));
	say("disarmed: %ld", (long)ns_of(old.it_value));
}

static void setting_forgets(void)
{
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);

	set(fd, 1, 0);
	nanosleep((struct timespec[]){span(2)}, NULL);
	set(fd, 1000, 0);
	take(fd);
	set(fd, 0, 0);
	take(fd);
}

static void polled(void)
{
	int fd = timerfd_create(CLOCK_MONOTONIC, 0), ep = epoll_create1(0);
	struct pollfd p = {.fd = fd, .events = POLLIN};
	struct epoll_event event = {.events = EPOLLIN}, got;
	fd_set readable;

	start_watch();
	set(fd, 1, 0);
	result("poll", poll(&p, 1, -1));
	lasted("poll", 1);
	say("times %d", (int)take(fd));
	set(fd, 1, 0);
	FD_ZERO(&readable);
	FD_SET(fd, &readable);
	result("select", select(fd + 1, &readable, NULL, NULL, NULL));
	say("times %d", (int)take(fd));
	set(fd, 1, 0);
	MUST(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event));
	result("epoll_wait", epoll_wait(ep, &got, 1, -1));
	say("times %d", (int)take(fd));
	lasted("three", 3);
}

/* Two timers in one poll: the nearer one ends it. */
static void nearer_one_first(void)
{
	int near = timerfd_create(CLOCK_MONOTONIC, 0), far = timerfd_create(CLOCK_REALTIME, 0);
	struct pollfd p[] = {{.fd = near, .events = POLLIN}, {.fd = far, .events = POLLIN}};

	set(far, 1000, 0);
	set(near, 1, 0);
	result("poll", poll(p, 2, -1));
	say("near %d, far %d", p[0].revents, p[1].revents);
}

static void shared_with_a_child(void)
{
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);

	set(fd, 1, 0);
	if (fork() == 0) {
		say("times %d", (int)take(fd));
		_exit(0);
	}
	wait(NULL);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	take(fd);
}

static void a_copy_is_the_same(void)
{
	int fd = timerfd_create(CLOCK_MONOTONIC, 0), copy = dup(fd);

	set(fd, 1, 0);
	close(fd);
	say("times %d", (int)take(copy));
	set(copy, 1, 0);
	say("times %d", (int)take(copy));
}

static void closed_is_gone(void)
{
	int fd = timerfd_create(CLOCK_MONOTONIC, 0), other;

	set(fd, 1, 1);
	close(fd);
	other = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	say("same number %d", other == fd);
	nanosleep((struct timespec[]){span(3)}, NULL);
	take(other);
}

static void interrupted(void)
{
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);

	catch_alarm(0);
	ring(1, 1);
	set(fd, 1000, 0);
	take(fd);
	ring(0, 0);
	catch_alarm(SA_RESTART);
	set(fd, 4, 0);
	ring(1, 1);
	say("times %d", (int)take(fd));
	ring(0, 0);
}

static void errors(void)
{
	struct itimerspec spec = {{0, 0}, {0, SECOND}};
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);
	char small[4];

	result("bad clock", timerfd_create(99, 0));
	result("CPU clock", timerfd_create(CLOCK_PROCESS_CPUTIME_ID, 0));
	result("bad flags", timerfd_create(CLOCK_MONOTONIC, 1));
	result("no time", timerfd_settime(fd, 0, &spec, NULL));
	spec.it_value.tv_nsec = 0;
	result("bad flags", timerfd_settime(fd, 0x40, &spec, NULL));
	result("no timer", timerfd_settime(1, 0, &spec, NULL));
	result("no descriptor", timerfd_settime(-1, 0, &spec, NULL));
	result("nothing set", timerfd_settime(fd, 0, NULL, NULL));
	result("small read", read(fd, small, sizeof(small)));
}

ROWS(ROW_IF(of_all_clocks, PACED), ROW_IF(counts_until_read, PACED | TIMED),
	ROW_IF(what_is_left, PACED | TIMED), ROW_IF(setting_forgets, PACED | TIMED),
	ROW_IF(polled, PACED | TIMED), ROW_IF(nearer_one_first, PACED | TIMED),
	ROW_IF(shared_with_a_child, PACED), ROW_IF(a_copy_is_the_same, PACED),
	ROW_IF(closed_is_gone, PACED), ROW_IF(interrupted, PACED), ROW(errors));
