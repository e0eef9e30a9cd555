/* Who computes instead of waiting: processor time, its clocks and timers, loops that only end if
 * time goes on or others get a turn meanwhile. */
#include "pace.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/times.h>

#define FEW_MS (30 * MS)

static void set(int which, int64_t ns, int64_t interval)
{
	struct itimerval timer = {
		{interval / SECOND, interval % SECOND / 1000}, {ns / SECOND, ns % SECOND / 1000}};

	MUST(setitimer(which, &timer, NULL));
}

/* Until CLOCK has gone on by NS. */
static void spend(clockid_t clock, int64_t ns)
{
	int64_t end = clock_ns(clock) + ns;

	while (clock_ns(clock) < end)
		;
}

static volatile int *shared_word(void)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		exit(95);
	return at;
}

static void alarm_ends_a_loop(void)
{
	catch_alarm(0);
	set(ITIMER_REAL, FEW_MS, 0);
	while (!caught)
		;
	say("caught %d", (int)caught);
}

static void timer_ends_a_loop(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	struct itimerspec once = {{0, 0}, {0, FEW_MS}};
	timer_t timer;

	handle(SIGUSR1, count, 0);
	MUST(timer_create(CLOCK_REALTIME, &event, &timer));
	MUST(timer_settime(timer, 0, &once, NULL));
	while (!caught)
		;
	say("caught %d", (int)caught);
}

static siginfo_t got;

static void keep(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	got = *info;
	caught++;
}

static void interval_timer(int which, int sig)
{
	struct sigaction act = {.sa_sigaction = keep, .sa_flags = SA_SIGINFO};

	sigaction(sig, &act, NULL);
	set(which, FEW_MS, 10 * MS);
	while (caught < 3)
		;
	set(which, 0, 0);
	say("signal %d, code %d, sender %d", got.si_signo == sig, got.si_code == SI_KERNEL,
		(int)got.si_pid);
	say("it was used %d", clock_ns(CLOCK_PROCESS_CPUTIME_ID) >= FEW_MS);
}

static void virtual_timer(void)
{
	interval_timer(ITIMER_VIRTUAL, SIGVTALRM);
}

static void profile_timer(void)
{
	interval_timer(ITIMER_PROF, SIGPROF);
}

static void cpu_timers_stand_still_in_sleep(void)
{
	struct itimerval left;

	handle(SIGPROF, count, 0);
	set(ITIMER_PROF, units(1) / 2, 0);
	nanosleep((struct timespec[]){span(1)}, NULL);
	MUST(getitimer(ITIMER_PROF, &left));
	say("caught %d, some is left %d", (int)caught,
		left.it_value.tv_sec + left.it_value.tv_usec > 0);
}

static void cpu_timers_are_not_inherited(void)
{
	struct itimerval left;

	set(ITIMER_VIRTUAL, 1000 * SECOND, 0);
	set(ITIMER_PROF, 1000 * SECOND, 5 * SECOND);
	if (fork() == 0) {
		MUST(getitimer(ITIMER_VIRTUAL, &left));
		say("child: %ld", (long)left.it_value.tv_sec);
		MUST(getitimer(ITIMER_PROF, &left));
		say("child: %ld, %ld", (long)left.it_value.tv_sec, (long)left.it_interval.tv_sec);
		_exit(0);
	}
	wait(NULL);
	MUST(getitimer(ITIMER_PROF, &left));
	say("parent: %d, %ld", left.it_value.tv_sec >= 900, (long)left.it_interval.tv_sec);
	MUST(getitimer(ITIMER_VIRTUAL, &left));
	say("parent: %d", left.it_value.tv_sec >= 900);
	result("no such timer", getitimer(7, &left));
	result("no such timer", setitimer(7, &left, NULL));
}

static void posix_timer(clockid_t clock)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	struct itimerspec often = {{0, FEW_MS}, {0, FEW_MS}}, rest;
	timer_t timer;

	handle(SIGUSR1, count, 0);
	MUST(timer_create(clock, &event, &timer));
	MUST(timer_settime(timer, 0, &often, NULL));
	while (caught < 2)
		;
	say("caught %d", caught >= 2);
	MUST(timer_gettime(timer, &rest));
	say("rest %d", ns_of(rest.it_value) > 0 && ns_of(rest.it_value) <= FEW_MS);
	MUST(timer_delete(timer));
}

static void timer_by_process_time(void)
{
	posix_timer(CLOCK_PROCESS_CPUTIME_ID);
}

static void timer_by_thread_time(void)
{
	posix_timer(CLOCK_THREAD_CPUTIME_ID);
}

static void sleeping_costs_nothing(void)
{
	int64_t before = clock_ns(CLOCK_PROCESS_CPUTIME_ID);

	nanosleep((struct timespec[]){span(1)}, NULL);
	say("process %d", clock_ns(CLOCK_PROCESS_CPUTIME_ID) - before < units(1));
	say("thread %d", clock_ns(CLOCK_THREAD_CPUTIME_ID) < units(1));
}

static void clock_goes_on(void)
{
	clock_t begun = clock();

	while (clock() < begun + CLOCKS_PER_SEC / 50)
		;
	say("clock");
}

static void times_go_on(void)
{
	struct tms then, later;
	clock_t begun = times(&then);

	do
		times(&later);
	while (later.tms_utime + later.tms_stime < then.tms_utime + then.tms_stime + 2);
	say("times %d", times(&later) >= begun);
}

static void usage_goes_on(void)
{
	struct rusage usage;

	do
		getrusage(RUSAGE_SELF, &usage);
	while (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec < 20000 && !usage.ru_utime.tv_sec);
	say("getrusage");
	result("thread", getrusage(RUSAGE_THREAD, &usage));
	result("no such thing", getrusage(77, &usage));
	result("no address", getrusage(RUSAGE_SELF, NULL));
}

static void of_children(void)
{
	struct rusage before, after, of_one;
	struct tms tms;
	pid_t pid;

	getrusage(RUSAGE_CHILDREN, &before);
	pid = fork();
	if (pid == 0) {
		spend(CLOCK_PROCESS_CPUTIME_ID, 2 * FEW_MS);
		_exit(0);
	}
	say("waited %d", wait4(pid, NULL, 0, &of_one) == pid);
	getrusage(RUSAGE_CHILDREN, &after);
	times(&tms);
	say("before %ld", (long)(before.ru_utime.tv_sec + before.ru_utime.tv_usec));
	say("after %d", after.ru_utime.tv_usec + after.ru_stime.tv_usec >= 50000);
	say("of one %d", of_one.ru_utime.tv_usec + of_one.ru_stime.tv_usec >= 50000);
	say("ticks %d", tms.tms_cutime + tms.tms_cstime >= 4);
}

static void clock_of_a_child(void)
{
	clockid_t clock;
	pid_t pid = fork();

	if (pid == 0) {
		spend(CLOCK_PROCESS_CPUTIME_ID, FEW_MS);
		raise(SIGSTOP);
		_exit(0);
	}
	waitpid(pid, NULL, WUNTRACED);
	error("getcpuclockid", clock_getcpuclockid(pid, &clock));
	say("its time %d", clock_ns(clock) >= FEW_MS);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	error("once it is gone", clock_getcpuclockid(pid, &clock));
	error("own", clock_getcpuclockid(0, &clock));
	say("own time %d", clock_ns(clock) <= clock_ns(CLOCK_PROCESS_CPUTIME_ID));
}

static void *computes(void *into)
{
	clockid_t clock;

	spend(CLOCK_THREAD_CPUTIME_ID, FEW_MS);
	error("getcpuclockid", pthread_getcpuclockid(pthread_self(), &clock));
	*(int64_t *)into = clock_ns(clock);
	return NULL;
}

static void threads_have_their_own(void)
{
	int64_t its = 0;
	pthread_t thread;

	pthread_create(&thread, NULL, computes, &its);
	pthread_join(thread, NULL);
	say("its %d", its >= FEW_MS);
	say("mine is less %d",
		clock_ns(CLOCK_THREAD_CPUTIME_ID) < clock_ns(CLOCK_PROCESS_CPUTIME_ID));
	say("the sum %d", clock_ns(CLOCK_PROCESS_CPUTIME_ID) >= its);
}

static void loop_until_a_time(void)
{
	start_watch();
	spend(CLOCK_REALTIME, units(0.05));
	spend(CLOCK_MONOTONIC, units(0.05));
	say("enough %d", clock_ns(CLOCK_MONOTONIC) - since >= units(0.1) - 10000);
}

static void loop_until_a_word_changes(void)
{
	volatile int *word = shared_word();

	if (fork() == 0) {
		*word = 1;
		while (*word != 2)
			;
		say("child");
		_exit(0);
	}
	while (*word != 1)
		;
	*word = 2;
	wait(NULL);
	say("parent");
}

static void loop_until_a_sleeper_writes(void)
{
	volatile int *word = shared_word();

	if (fork() == 0) {
		usleep(30000);
		*word = 1;
		_exit(0);
	}
	while (!*word)
		;
	say("written");
}

static void loop_of_yields(void)
{
	volatile int *word = shared_word();

	if (fork() == 0) {
		nanosleep((struct timespec[]){span(1)}, NULL);
		*word = 1;
		_exit(0);
	}
	while (!*word)
		sched_yield();
	say("written");
}

static void loop_of_waits(void)
{
	int status_of = -1;
	pid_t pid = fork();

	if (pid == 0) {
		nanosleep((struct timespec[]){span(1)}, NULL);
		_exit(3);
	}
	while (waitpid(pid, &status_of, WNOHANG) == 0)
		;
	status("child", status_of);
}

static void loop_of_reads(void)
{
	int fds[2];
	char byte;

	MUST(pipe2(fds, O_NONBLOCK));
	if (fork() == 0) {
		nanosleep((struct timespec[]){span(1)}, NULL);
		_exit(write(fds[1], "x", 1) != 1);
	}
	while (read(fds[0], &byte, 1) < 0 && errno == EAGAIN)
		;
	say("read %c", byte);
}

static void loop_of_polls(void)
{
	int fds[2];
	struct pollfd p = {.events = POLLIN};

	MUST(pipe(fds));
	p.fd = fds[0];
	if (fork() == 0) {
		nanosleep((struct timespec[]){span(1)}, NULL);
		_exit(write(fds[1], "x", 1) != 1);
	}
	while (poll(&p, 1, 0) == 0)
		;
	say("readable %d", p.revents == POLLIN);
}

static void loop_until_a_file_is_there(void)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "there.%ld", (long)getpid());
	if (fork() == 0) {
		nanosleep((struct timespec[]){span(1)}, NULL);
		_exit(open(path, O_CREAT | O_WRONLY, 0600) < 0);
	}
	while ((fd = open(path, O_RDONLY)) < 0)
		;
	result("unlink", unlink(path));
}

/* A watchdog that is far away does not bark at one who computes for a moment. */
static void watchdog_waits(void)
{
	alarm(100);
	spend(CLOCK_PROCESS_CPUTIME_ID, FEW_MS);
	say("in time %d", alarm(0) > 50);
}

ROWS(ROW(alarm_ends_a_loop), ROW(timer_ends_a_loop), ROW(virtual_timer), ROW(profile_timer),
	ROW_IF(cpu_timers_stand_still_in_sleep, PACED), ROW(cpu_timers_are_not_inherited),
	ROW(timer_by_process_time), ROW(timer_by_thread_time),
	ROW_IF(sleeping_costs_nothing, PACED), ROW(clock_goes_on), ROW(times_go_on),
	ROW(usage_goes_on), ROW(of_children), ROW(clock_of_a_child), ROW(threads_have_their_own),
	ROW_IF(loop_until_a_time, PACED), ROW_IF(loop_until_a_word_changes, SORTED),
	ROW(loop_until_a_sleeper_writes), ROW_IF(loop_of_yields, PACED),
	ROW_IF(loop_of_waits, PACED | TIMED), ROW_IF(loop_of_reads, PACED),
	ROW_IF(loop_of_polls, PACED), ROW_IF(loop_until_a_file_is_there, PACED),
	ROW_IF(watchdog_waits, TIMED));
