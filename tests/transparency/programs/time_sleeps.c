/* The sleeps: how long by which clock, what a handler leaves of them, what is no time at all. */
#include "pace.h"

static void nanosleep_lasts(void)
{
	struct timespec ts = span(1), left = {7, 7};

	start_watch();
	result("nanosleep", nanosleep(&ts, &left));
	lasted("nanosleep", 1);
	say("left untouched %d", left.tv_sec == 7 && left.tv_nsec == 7);
	ts = (struct timespec){0, 0};
	result("of nothing", nanosleep(&ts, NULL));
	ts = (struct timespec){0, 1};
	result("of a nanosecond", nanosleep(&ts, NULL));
}

static void nanosleep_errors(void)
{
	result("too many ns", nanosleep(&(struct timespec){0, SECOND}, NULL));
	result("negative ns", nanosleep(&(struct timespec){0, -1}, NULL));
	result("negative s", nanosleep(&(struct timespec){-1, 0}, NULL));
	result("no address", nanosleep((void *)8, NULL));
}

static void nanosleep_interrupted(void)
{
	struct timespec ts = span(1000), left;

	catch_alarm(0);
	start_watch();
	ring(1, 1);
	result("nanosleep", nanosleep(&ts, &left));
	ring(0, 0);
	lasted("interrupted", 1);
	is_left("nanosleep", left, 1000, 1);
	catch_alarm(SA_RESTART);
	ring(1, 1);
	result("with SA_RESTART", nanosleep(&ts, &left));
	ring(0, 0);
	ring(1, 1);
	result("nobody wants the rest", nanosleep(&ts, NULL));
	ring(0, 0);
	say("caught %d", caught > 0);
}

/* The usual loop: what it sleeps in all is what was asked for. */
static void nanosleep_goes_on(void)
{
	struct timespec ts = span(5);
	int times = 0;

	catch_alarm(0);
	start_watch();
	ring(1, 1);
	while (nanosleep(&ts, &ts) < 0 && errno == EINTR)
		times++;
	lasted("in all", 5);
	say("was interrupted %d", times > 2 || !is_exact);
}

static void ignored_signals_do_not_end_it(void)
{
	struct timespec ts = span(3);

	handle(SIGALRM, SIG_IGN, 0);
	start_watch();
	ring(1, 0);
	result("nanosleep", nanosleep(&ts, NULL));
	lasted("nanosleep", 3);
}

static const struct {
	const char *name;
	clockid_t clock;
} clocks[] = {
	{"REALTIME", CLOCK_REALTIME},
	{"MONOTONIC", CLOCK_MONOTONIC},
	{"BOOTTIME", CLOCK_BOOTTIME},
	{"TAI", CLOCK_TAI},
};

static void clock_nanosleep_relative(void)
{
	for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
		struct timespec ts = span(1);

		start_watch();
		error(clocks[i].name, clock_nanosleep(clocks[i].clock, 0, &ts, NULL));
		lasted(clocks[i].name, 1);
	}
}

static void clock_nanosleep_absolute(void)
{
	for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
		struct timespec ts = at(clocks[i].clock, 1);

		start_watch();
		error(clocks[i].name, clock_nanosleep(clocks[i].clock, TIMER_ABSTIME, &ts, NULL));
		say("%s has come %d", clocks[i].name, clock_ns(clocks[i].clock) >= ns_of(ts));
		error("again", clock_nanosleep(clocks[i].clock, TIMER_ABSTIME, &ts, NULL));
		ts.tv_sec = 1;
		error("long ago", clock_nanosleep(clocks[i].clock, TIMER_ABSTIME, &ts, NULL));
	}
}

static void clock_nanosleep_interrupted(void)
{
	struct timespec ts = span(1000), left = {7, 7};

	catch_alarm(0);
	ring(1, 1);
	error("relative", clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, &left));
	ring(0, 0);
	is_left("relative", left, 1000, 1);
	ring(1, 1);
	error("REALTIME", clock_nanosleep(CLOCK_REALTIME, 0, &ts, &left));
	ring(0, 0);
	is_left("REALTIME", left, 1000, 1);
	ring(1, 1);
	left = (struct timespec){7, 7};
	ts = at(CLOCK_REALTIME, 1000);
	error("absolute", clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &ts, &left));
	ring(0, 0);
	say("left untouched %d", left.tv_sec == 7 && left.tv_nsec == 7);
}

static void clock_nanosleep_errors(void)
{
	struct timespec ts = {0, 1}, bad = {0, SECOND};

	error("no such clock", clock_nanosleep(99, 0, &ts, NULL));
	error("thread's CPU time", clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &ts, NULL));
	error("MONOTONIC_RAW", clock_nanosleep(CLOCK_MONOTONIC_RAW, 0, &ts, NULL));
	error("REALTIME_COARSE", clock_nanosleep(CLOCK_REALTIME_COARSE, 0, &ts, NULL));
	error("MONOTONIC_COARSE", clock_nanosleep(CLOCK_MONOTONIC_COARSE, 0, &ts, NULL));
	error("no time", clock_nanosleep(CLOCK_REALTIME, 0, &bad, NULL));
	error("no time, absolute", clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &bad, NULL));
	ts.tv_sec = -1;
	error("before all time", clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL));
	error("no address", clock_nanosleep(CLOCK_REALTIME, 0, (void *)8, NULL));
}

static void usleep_lasts(void)
{
	start_watch();
	result("usleep", usleep((useconds_t)(units(1) / 1000)));
	lasted("usleep", 1);
	result("usleep(0)", usleep(0));
}

static void sleep_is_left(void)
{
	catch_alarm(0);
	say("sleep(0): %u", sleep(0));
	ring(1, 0);
	say("some of it is left %d", sleep(1 + (unsigned)(2 * units(1) / SECOND)) > 0 || !is_exact);
	say("caught %d", (int)caught);
}

/* sleep(3) and alarm(2) do not disturb each other. */
static void sleep_keeps_the_alarm(void)
{
	unsigned rest;

	catch_alarm(0);
	alarm(1000);
	usleep(1000);
	rest = alarm(0);
	say("alarm %d", rest >= 990 && rest <= 1000);
	say("alarm again %u", alarm(0));
}

/* A handler that jumps out of the sleep: the next one is whole. */
static void sleep_in_a_handler(void)
{
	struct timespec ts = span(3);

	handle(SIGALRM, count, SA_NODEFER);
	start_watch();
	ring(1, 0);
	nanosleep(&ts, &ts);
	ring(0, 0);
	nanosleep(&ts, &ts);
	lasted("two parts", 3);
}

static void pause_until_alarm(void)
{
	catch_alarm(0);
	start_watch();
	ring(2, 2);
	result("pause", pause());
	ring(0, 0);
	lasted("pause", 2);
}

static void children_sleep_at_once(void)
{
	start_watch();
	for (int i = 0; i < 5; i++)
		if (fork() == 0) {
			struct timespec ts = span(2);

			nanosleep(&ts, NULL);
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
	lasted("five children", 2);
}

ROWS(ROW_IF(nanosleep_lasts, PACED), ROW(nanosleep_errors), ROW_IF(nanosleep_interrupted, PACED),
	ROW_IF(nanosleep_goes_on, PACED | TIMED), ROW_IF(ignored_signals_do_not_end_it, PACED),
	ROW_IF(clock_nanosleep_relative, PACED), ROW_IF(clock_nanosleep_absolute, PACED),
	ROW_IF(clock_nanosleep_interrupted, PACED), ROW(clock_nanosleep_errors),
	ROW_IF(usleep_lasts, PACED), ROW_IF(sleep_is_left, PACED),
	ROW_IF(sleep_keeps_the_alarm, TIMED), ROW_IF(sleep_in_a_handler, PACED),
	ROW_IF(pause_until_alarm, PACED), ROW_IF(children_sleep_at_once, PACED | TIMED));
