/* POSIX timers: their ways of telling, what they have left, overruns, errors. */
#include "pace.h"

#include <pthread.h>
#include <semaphore.h>
#include <sys/syscall.h>

static timer_t timer;

/* Blocks SIG: who wants it asks. */
static sigset_t block(int sig)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return set;
}

static void make(clockid_t clock, int notify, int sig, int value)
{
	struct sigevent event = {
		.sigev_notify = notify, .sigev_signo = sig, .sigev_value.sival_int = value};

	MUST(timer_create(clock, &event, &timer));
}

static void set(double after, double interval)
{
	struct itimerspec spec = {span(interval), span(after)};

	MUST(timer_settime(timer, 0, &spec, NULL));
}

static void siginfo_of_a_timer(void)
{
	sigset_t mask = block(SIGUSR1);
	siginfo_t info;

	make(CLOCK_MONOTONIC, SIGEV_SIGNAL, SIGUSR1, 1234);
	start_watch();
	set(1, 0);
	result("sigwaitinfo", sigwaitinfo(&mask, &info));
	lasted("timer", 1);
	say("code %d, signal %d, value %d", info.si_code == SI_TIMER, info.si_signo == SIGUSR1,
		info.si_value.sival_int);
	say("overrun %d, errno %d", info.si_overrun, info.si_errno);
}

static void of_all_clocks(void)
{
	static const clockid_t clocks[] = {
		CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_TAI};
	sigset_t mask = block(SIGUSR1);

	for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
		struct itimerspec spec = {{0, 0}, at(clocks[i], 2)};

		make(clocks[i], SIGEV_SIGNAL, SIGUSR1, 0);
		start_watch();
		set(1, 0);
		say("came %d", sigwaitinfo(&mask, NULL) == SIGUSR1);
		lasted("relative", 1);
		MUST(timer_settime(timer, TIMER_ABSTIME, &spec, NULL));
		say("came %d", sigwaitinfo(&mask, NULL) == SIGUSR1);
		say("it is time %d", clock_ns(clocks[i]) >= ns_of(spec.it_value));
		timer_delete(timer);
	}
}

static void absolute_past_comes_at_once(void)
{
	sigset_t mask = block(SIGUSR1);
	struct itimerspec spec = {{0, 0}, {1, 0}}, rest;

	make(CLOCK_REALTIME, SIGEV_SIGNAL, SIGUSR1, 0);
	MUST(timer_settime(timer, TIMER_ABSTIME, &spec, NULL));
	say("came %d", sigwaitinfo(&mask, NULL) == SIGUSR1);
	MUST(timer_gettime(timer, &rest));
	say("rest %ld", (long)ns_of(rest.it_value));
}

static void what_is_left(void)
{
	struct itimerspec spec = {span(50), span(1000)}, old, rest;

	make(CLOCK_MONOTONIC, SIGEV_SIGNAL, SIGUSR1, 0);
	MUST(timer_gettime(timer, &rest));
	say("not armed: %ld %ld", (long)ns_of(rest.it_value), (long)ns_of(rest.it_interval));
	MUST(timer_settime(timer, 0, &spec, &old));
	say("old: %ld %ld", (long)ns_of(old.it_value), (long)ns_of(old.it_interval));
	nanosleep((struct timespec[]){span(1)}, NULL);
	MUST(timer_gettime(timer, &rest));
	is_left("gettime", rest.it_value, 1000, 1);
	say("interval %d", ns_of(rest.it_interval) == ns_of(spec.it_interval));
	spec = (struct itimerspec){0};
	MUST(timer_settime(timer, 0, &spec, &old));
	is_left("settime", old.it_value, 1000, 1);
	say("interval %d", ns_of(old.it_interval) == ns_of(span(50)));
	MUST(timer_gettime(timer, &rest));
	say("disarmed: %ld", (long)ns_of(rest.it_value));
}

/* Its rest goes on after it has expired, unseen. */
static void none_goes_on(void)
{
	struct itimerspec rest;

	make(CLOCK_MONOTONIC, SIGEV_NONE, 0, 0);
	set(1, 1000);
	nanosleep((struct timespec[]){span(2)}, NULL);
	MUST(timer_gettime(timer, &rest));
	is_left("periodic", rest.it_value, 1001, 2);
	set(1, 0);
	nanosleep((struct timespec[]){span(2)}, NULL);
	MUST(timer_gettime(timer, &rest));
	say("once: %ld", (long)ns_of(rest.it_value));
	result("overruns", timer_getoverrun(timer));
}

static void overruns_are_counted(void)
{
	sigset_t mask = block(SIGUSR1);
	siginfo_t info;
	int told;

	make(CLOCK_MONOTONIC, SIGEV_SIGNAL, SIGUSR1, 0);
	result("no signal yet", timer_getoverrun(timer));
	set(1, 1);
	nanosleep((struct timespec[]){span(5.5)}, NULL);
	say("came %d", sigwaitinfo(&mask, &info) == SIGUSR1);
	told = timer_getoverrun(timer);
	say("at least 4 overruns %d, agree %d", info.si_overrun >= 4, told == info.si_overrun);
	if (is_exact && told != 4)
		say("%d overruns", told);
}

static void periodic(void)
{
	sigset_t mask = block(SIGUSR1);

	make(CLOCK_REALTIME, SIGEV_SIGNAL, SIGUSR1, 0);
	start_watch();
	set(3, 1);
	for (int i = 0; i < 4; i++)
		say("came %d", sigwaitinfo(&mask, NULL) == SIGUSR1);
	lasted("4 times", 6);
}

static void interrupts_pause(void)
{
	handle(SIGUSR2, count, SA_RESTART);
	make(CLOCK_MONOTONIC, SIGEV_SIGNAL, SIGUSR2, 0);
	set(1, 1);
	result("pause", pause());
	say("caught %d", caught > 0);
}

static void default_event_is_alarm(void)
{
	sigset_t mask = block(SIGALRM);
	siginfo_t info;
	struct itimerspec spec = {{0, 0}, span(1)};

	MUST(timer_create(CLOCK_REALTIME, NULL, &timer));
	MUST(timer_settime(timer, 0, &spec, NULL));
	say("signal %d", sigwaitinfo(&mask, &info) == SIGALRM);
	say("code %d", info.si_code == SI_TIMER);
}

static sem_t posted;

static void in_a_thread(union sigval value)
{
	say("value %d", value.sival_int);
	sem_post(&posted);
}

static void tells_by_thread(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD,
		.sigev_notify_function = in_a_thread,
		.sigev_value.sival_int = 5};

	sem_init(&posted, 0, 0);
	MUST(timer_create(CLOCK_MONOTONIC, &event, &timer));
	start_watch();
	set(2, 0);
	while (sem_wait(&posted) < 0)
		;
	lasted("thread", 2);
}

static void *waits(void *none)
{
	sigset_t mask = block(SIGUSR1);
	struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR1};

	event._sigev_un._tid = (int)syscall(SYS_gettid);
	MUST(timer_create(CLOCK_MONOTONIC, &event, &timer));
	set(1, 0);
	say("to this thread %d", sigwaitinfo(&mask, NULL) == SIGUSR1);
	return none;
}

static void tells_a_thread(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, waits, NULL);
	pthread_join(thread, NULL);
}

static void errors(void)
{
	struct sigevent bad = {.sigev_notify = 77, .sigev_signo = SIGUSR1};
	struct itimerspec spec = {{0, 0}, {0, 1000000000}}, old;

	result("bad notify", timer_create(CLOCK_MONOTONIC, &bad, &timer));
	bad.sigev_notify = SIGEV_SIGNAL;
	bad.sigev_signo = 99;
	result("bad signal", timer_create(CLOCK_MONOTONIC, &bad, &timer));
	result("bad clock", timer_create(99, NULL, &timer));
	result("raw clock", timer_create(CLOCK_MONOTONIC_RAW, NULL, &timer));
	result("coarse clock", timer_create(CLOCK_REALTIME_COARSE, NULL, &timer));
	MUST(timer_create(CLOCK_MONOTONIC, NULL, &timer));
	result("no time", timer_settime(timer, 0, &spec, &old));
	spec.it_value = (struct timespec){-1, 0};
	result("negative", timer_settime(timer, 0, &spec, &old));
	spec.it_value = (struct timespec){1000, 0};
	spec.it_interval = (struct timespec){0, -1};
	result("bad interval", timer_settime(timer, 0, &spec, &old));
	result("delete", timer_delete(timer));
	result("delete again", timer_delete(timer));
	result("gettime", timer_gettime(timer, &old));
	result("getoverrun", timer_getoverrun(timer));
	result("settime", timer_settime(timer, 0, &spec, NULL));
}

static void not_inherited(void)
{
	int status_of;

	make(CLOCK_MONOTONIC, SIGEV_NONE, 0, 0);
	set(1000, 0);
	if (fork() == 0) {
		struct itimerspec rest;

		result("in the child", timer_gettime(timer, &rest));
		_exit(0);
	}
	wait(&status_of);
	status("child", status_of);
	result("in the parent", timer_delete(timer));
}

static void deleted_is_silent(void)
{
	handle(SIGUSR1, count, 0);
	make(CLOCK_MONOTONIC, SIGEV_SIGNAL, SIGUSR1, 0);
	set(500, 1);
	timer_delete(timer);
	result("sleep", nanosleep((struct timespec[]){span(1)}, NULL));
	make(CLOCK_MONOTONIC, SIGEV_SIGNAL, SIGUSR1, 0);
	set(500, 0);
	set(0, 3);
	result("sleep", nanosleep((struct timespec[]){span(1)}, NULL));
	say("caught %d", (int)caught);
}

static void two_timers(void)
{
	sigset_t mask = block(SIGUSR1);
	timer_t first, second;
	siginfo_t info;

	make(CLOCK_MONOTONIC, SIGEV_SIGNAL, SIGUSR1, 1);
	first = timer;
	set(1000, 0);
	make(CLOCK_MONOTONIC, SIGEV_SIGNAL, SIGUSR1, 2);
	second = timer;
	set(1, 0);
	sigwaitinfo(&mask, &info);
	say("value %d", info.si_value.sival_int);
	say("different %d", first != second);
	timer = first;
	set(1, 0);
	sigwaitinfo(&mask, &info);
	say("value %d", info.si_value.sival_int);
}

static void many_timers(void)
{
	int made = 0;

	for (int i = 0; i < 100; i++)
		made += timer_create(CLOCK_MONOTONIC, NULL, &timer) == 0;
	say("made %d", made);
}

ROWS(ROW_IF(siginfo_of_a_timer, PACED), ROW_IF(of_all_clocks, PACED),
	ROW(absolute_past_comes_at_once), ROW_IF(what_is_left, PACED | TIMED),
	ROW_IF(none_goes_on, PACED | TIMED), ROW_IF(overruns_are_counted, PACED | TIMED),
	ROW_IF(periodic, PACED | TIMED), ROW_IF(interrupts_pause, PACED),
	ROW_IF(default_event_is_alarm, PACED), ROW_IF(tells_by_thread, PACED),
	ROW_IF(tells_a_thread, PACED), ROW(errors), ROW_IF(not_inherited, PACED),
	ROW_IF(deleted_is_silent, PACED | TIMED), ROW_IF(two_timers, PACED | TIMED),
	ROW(many_timers));
