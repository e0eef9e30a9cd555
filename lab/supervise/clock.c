/*
 * Virtual time: every clock that a program can read, every timer that it can set, and the end of
 * every wait that has a deadline.
 *
 * Time stands still while calls are made, but for STEP_NS a step; it jumps to the next deadline
 * when nobody can run. Who polls a clock without ever sleeping makes it creep faster and faster, so
 * that `while (time(0) < t)` ends.
 *
 * CLOCK_REALTIME begins at EPOCH_NS; the monotonic clocks at MONOTONIC_NS; processor time is the
 * steps of the process.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/supervise/call.h"

#define SECOND       INT64_C(1000000000)
#define MONOTONIC_NS (1000 * SECOND)
#define FAR          (INT64_MAX / 4)

void clock_creep(struct supervisor *s, struct tracee *t, bool reads_clock)
{
	int64_t ns = STEP_NS;

	if (reads_clock && t->idle_steps > 1000) {
		int64_t k = (int64_t)(t->idle_steps / 1000);

		ns += STEP_NS * k * k;
	}
	s->now += ns;
	t->process->cpu += ns;
}

static bool is_cpu_clock(int clock)
{
	return clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID || clock < 0;
}

static int64_t clock_base(int clock)
{
	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_REALTIME_ALARM:
	case CLOCK_TAI:
		return EPOCH_NS;
	default:
		return MONOTONIC_NS;
	}
}

int64_t clock_read(const struct supervisor *s, const struct tracee *t, int clock)
{
	if (is_cpu_clock(clock))
		return t->process->cpu;
	return clock_base(clock) + s->now;
}

/* A point or span of CLOCK in virtual ns since the start of the run. */
int64_t clock_deadline(const struct supervisor *s, int clock, bool absolute, int64_t ns)
{
	if (ns > FAR)
		return FAR;
	if (absolute)
		return ns - clock_base(clock);
	return s->now > FAR - ns ? FAR : s->now + ns;
}

static void earliest(int64_t *at, int64_t deadline)
{
	if (deadline < *at)
		*at = deadline;
}

/* NO_DEADLINE: nothing is pending. FAR counts as nothing: a sleep of a hundred years is for ever.
 */
int64_t clock_next_deadline(const struct supervisor *s)
{
	int64_t at = NO_DEADLINE;

	for (size_t i = 0; i < s->count; i++) {
		const struct tracee *t = s->tracees[i];

		if (t->state == ENDED)
			continue;
		if (t->state == ASLEEP)
			earliest(&at, t->deadline);
		if (!t->leader)
			continue;
		earliest(&at, t->process->real.deadline);
		for (unsigned k = 0; k < POSIX_TIMERS; k++)
			if (t->process->timers[k].used)
				earliest(&at, t->process->timers[k].timer.deadline);
	}
	for (size_t i = 0; i < s->descriptor_count; i++)
		earliest(&at, s->descriptors[i].timer.deadline);
	return at >= FAR ? NO_DEADLINE : at;
}

/* Moves a due timer on; how many times it came due. */
static int64_t timer_advance(struct timer *timer, int64_t now)
{
	int64_t times = 1;

	if (timer->interval <= 0) {
		timer->deadline = NO_DEADLINE;
		return 1;
	}
	times += (now - timer->deadline) / timer->interval;
	timer->deadline += times * timer->interval;
	return times;
}

static void expire_wait(struct supervisor *s, struct tracee *t)
{
	struct event *e = task_event(s, t, EVENT_EXPIRE, call_name(t->call));

	supervise_append(s, e);
	t->expired = true;
	t->trap_pending = true;
	t->deadline = NO_DEADLINE;
	if (ptrace(PTRACE_INTERRUPT, t->tid, NULL, NULL) < 0 && errno != ESRCH)
		supervisor_fail(s, "interrupt t%d", t->index);
	t->state = MOVING;
}

/* A POSIX timer's signal with its siginfo; sigev_value travels as it was given. */
static void fire_posix_timer(struct supervisor *s, struct tracee *t, int number)
{
	struct posix_timer *timer = &t->process->timers[number];
	siginfo_t info = {0};
	struct event *e;

	timer->overrun = (int)timer_advance(&timer->timer, s->now) - 1;
	e = task_event(s, t, EVENT_EXPIRE, "timer");
	event_add_int(s->log, e, "timer", number);
	supervise_append(s, e);
	if (timer->notify == SIGEV_NONE)
		return;
	info.si_signo = timer->signo;
	info.si_code = SI_TIMER;
	info.si_timerid = number;
	info.si_overrun = timer->overrun;
	info.si_ptr = (void *)(uintptr_t)timer->value;
	if (timer->notify == SIGEV_THREAD_ID) {
		struct tracee *thread = tracee_by_inside(s, timer->thread);

		if (thread)
			syscall(SYS_rt_tgsigqueueinfo, thread->group, thread->tid, timer->signo,
				&info);
	} else {
		syscall(SYS_rt_sigqueueinfo, t->tid, timer->signo, &info);
	}
}

/* The kernel's own timerfd is made to expire now; it is readable when its hrtimer has run. */
static void fire_descriptor(struct supervisor *s, struct timer_descriptor *d)
{
	struct tracee *t = s->tracees[d->tracee - 1];
	FD_SCOPED pidfd = pidfd_open(t->group, 0);
	FD_SCOPED fd = pidfd < 0 ? -1 : pidfd_getfd(pidfd, d->fd, 0);
	struct itimerspec now = {{0, 0}, {0, 1}};
	struct event *e;

	timer_advance(&d->timer, s->now);
	if (fd < 0) { /* closed meanwhile */
		d->timer.deadline = NO_DEADLINE;
		return;
	}
	e = task_event(s, t, EVENT_EXPIRE, "timerfd");
	event_add_text(s->log, e, "obj", d->id);
	supervise_append(s, e);
	timerfd_settime(fd, 0, &now, NULL);
	do
		timerfd_gettime(fd, &now);
	while (now.it_value.tv_sec || now.it_value.tv_nsec);
}

static bool expire_process(struct supervisor *s, struct tracee *t)
{
	struct process *p = t->process;
	bool any = false;

	if (p->real.deadline <= s->now) {
		timer_advance(&p->real, s->now);
		supervise_append(s, task_event(s, t, EVENT_EXPIRE, "alarm"));
		signal_send(s, t, SIGALRM, "alarm", false);
		any = true;
	}
	for (int k = 0; k < POSIX_TIMERS; k++)
		if (p->timers[k].used && p->timers[k].timer.deadline <= s->now) {
			fire_posix_timer(s, t, k);
			any = true;
		}
	return any;
}

bool clock_expire(struct supervisor *s)
{
	bool any = false;

	for (size_t i = 0; i < s->count; i++) {
		struct tracee *t = s->tracees[i];

		if (t->state == ENDED || t->state == DYING)
			continue;
		if (t->state == ASLEEP && t->deadline <= s->now) {
			expire_wait(s, t);
			any = true;
		}
		if (t->leader && expire_process(s, t))
			any = true;
	}
	for (size_t i = 0; i < s->descriptor_count; i++)
		if (s->descriptors[i].timer.deadline <= s->now) {
			fire_descriptor(s, &s->descriptors[i]);
			any = true;
		}
	if (any)
		s->rescan = s->rescan_stopped = true;
	return any;
}

/* ---- calls that read or set ---- */

static struct timespec to_timespec(int64_t ns)
{
	return (struct timespec){ns / SECOND, ns % SECOND};
}

static int64_t from_timespec(const struct timespec *ts)
{
	if (ts->tv_sec > FAR / SECOND)
		return FAR;
	return ts->tv_sec * SECOND + ts->tv_nsec;
}

static enum enter answer(struct tracee *t, int64_t result)
{
	arch_skip(&t->regs, result);
	return ENTER_SKIP;
}

static enum enter answer_memory(struct tracee *t, uint64_t addr, const void *bytes, size_t len)
{
	if (addr && !tracee_write(t, addr, bytes, len))
		return answer(t, -EFAULT);
	return answer(t, 0);
}

static enum enter enter_gettime(struct supervisor *s, struct tracee *t)
{
	int clock = (int)arch_argument(&t->entry, 0);
	struct timespec ts = to_timespec(clock_read(s, t, clock));

	if (clock > CLOCK_TAI)
		return ENTER_MAKE;
	if (!arch_argument(&t->entry, 1))
		return answer(t, -EFAULT);
	return answer_memory(t, arch_argument(&t->entry, 1), &ts, sizeof(ts));
}

static enum enter enter_getres(struct tracee *t)
{
	struct timespec ts = {0, 1};

	if ((int)arch_argument(&t->entry, 0) > CLOCK_TAI)
		return ENTER_MAKE;
	return answer_memory(t, arch_argument(&t->entry, 1), &ts, sizeof(ts));
}

static enum enter enter_gettimeofday(struct supervisor *s, struct tracee *t)
{
	int64_t ns = clock_read(s, t, CLOCK_REALTIME);
	struct timeval tv = {ns / SECOND, ns % SECOND / 1000};

	return answer_memory(t, arch_argument(&t->entry, 0), &tv, sizeof(tv));
}

static enum enter enter_time(struct supervisor *s, struct tracee *t)
{
	time_t now = clock_read(s, t, CLOCK_REALTIME) / SECOND;
	uint64_t addr = arch_argument(&t->entry, 0);

	if (addr && !tracee_write(t, addr, &now, sizeof(now)))
		return answer(t, -EFAULT);
	return answer(t, now);
}

static enum enter enter_times(struct supervisor *s, struct tracee *t)
{
	clock_t cpu = t->process->cpu / (SECOND / 100);
	struct tms tms = {cpu, 0, 0, 0};
	uint64_t addr = arch_argument(&t->entry, 0);

	if (addr && !tracee_write(t, addr, &tms, sizeof(tms)))
		return answer(t, -EFAULT);
	return answer(t, clock_read(s, t, CLOCK_MONOTONIC) / (SECOND / 100));
}

static enum enter enter_rusage(struct tracee *t)
{
	struct rusage usage = {0};

	if ((int)arch_argument(&t->entry, 0) != RUSAGE_CHILDREN) {
		usage.ru_utime.tv_sec = t->process->cpu / SECOND;
		usage.ru_utime.tv_usec = t->process->cpu % SECOND / 1000;
	}
	return answer_memory(t, arch_argument(&t->entry, 1), &usage, sizeof(usage));
}

static int64_t remaining(const struct supervisor *s, const struct timer *timer)
{
	if (timer->deadline == NO_DEADLINE)
		return 0;
	return timer->deadline > s->now ? timer->deadline - s->now : 1;
}

static enum enter enter_alarm(struct supervisor *s, struct tracee *t)
{
	unsigned seconds = (unsigned)arch_argument(&t->entry, 0);
	struct timer *timer = &t->process->real;
	int64_t left = remaining(s, timer);

	timer->interval = 0;
	timer->deadline = seconds ? s->now + seconds * SECOND : NO_DEADLINE;
	/* alarm(2): a part of a second left counts as one (kernel/time/itimer.c rounds, not below
	 * 1) */
	return answer(t, left == 0 ? 0 : left < SECOND ? 1 : (left + SECOND / 2) / SECOND);
}

static void fill_itimer(const struct supervisor *s, const struct timer *timer, struct itimerval *v)
{
	int64_t left = remaining(s, timer);

	v->it_value = (struct timeval){left / SECOND, left % SECOND / 1000};
	v->it_interval =
		(struct timeval){timer->interval / SECOND, timer->interval % SECOND / 1000};
}

static bool valid_timeval(const struct timeval *tv)
{
	return tv->tv_sec >= 0 && tv->tv_usec >= 0 && tv->tv_usec < 1000000;
}

static enum enter enter_setitimer(struct supervisor *s, struct tracee *t)
{
	uint64_t new_at = arch_argument(&t->entry, 1), old_at = arch_argument(&t->entry, 2);
	struct timer *timer = &t->process->real;
	struct itimerval wanted = {{0, 0}, {0, 0}}, old;
	int64_t ns;

	if ((int)arch_argument(&t->entry, 0) != ITIMER_REAL)
		return ENTER_MAKE;
	if (new_at && !tracee_read(t, new_at, &wanted, sizeof(wanted)))
		return answer(t, -EFAULT);
	if (!valid_timeval(&wanted.it_value) || !valid_timeval(&wanted.it_interval))
		return answer(t, -EINVAL);
	fill_itimer(s, timer, &old);
	ns = wanted.it_value.tv_sec * SECOND + wanted.it_value.tv_usec * 1000;
	timer->interval = wanted.it_interval.tv_sec * SECOND + wanted.it_interval.tv_usec * 1000;
	timer->deadline = ns ? s->now + ns : NO_DEADLINE;
	return answer_memory(t, old_at, &old, sizeof(old));
}

static enum enter enter_getitimer(struct supervisor *s, struct tracee *t)
{
	struct itimerval value;

	if ((int)arch_argument(&t->entry, 0) != ITIMER_REAL)
		return ENTER_MAKE;
	fill_itimer(s, &t->process->real, &value);
	return answer_memory(t, arch_argument(&t->entry, 1), &value, sizeof(value));
}

static enum enter enter_timer_create(struct tracee *t)
{
	int clock = (int)arch_argument(&t->entry, 0), number = -1;
	uint64_t event_at = arch_argument(&t->entry, 1);
	struct posix_timer made = {.used = true,
		.timer = {NO_DEADLINE, 0},
		.clock = clock,
		.notify = SIGEV_SIGNAL,
		.signo = SIGALRM};
	struct {
		uint64_t value;
		int signo, notify, thread, pad;
	} sev; /* struct sigevent as the kernel has it */

	for (int i = POSIX_TIMERS; i-- > 0;)
		if (!t->process->timers[i].used)
			number = i;
	if (number < 0)
		return answer(t, -EAGAIN);
	if (event_at) {
		if (!tracee_read(t, event_at, &sev, sizeof(sev)))
			return answer(t, -EFAULT);
		made.value = sev.value;
		made.signo = sev.signo;
		made.notify = sev.notify;
		made.thread = sev.thread;
		if (sev.notify != SIGEV_NONE && (sev.signo < 1 || sev.signo >= SIGNAL_COUNT))
			return answer(t, -EINVAL);
	} else {
		made.value = (uint64_t)number;
	}
	if (clock > CLOCK_TAI)
		return answer(t, -EINVAL);
	t->process->timers[number] = made;
	return answer_memory(t, arch_argument(&t->entry, 2), &number, sizeof(number));
}

static void fill_itimerspec(
	const struct supervisor *s, const struct timer *timer, struct itimerspec *v)
{
	v->it_value = to_timespec(remaining(s, timer));
	v->it_interval = to_timespec(timer->interval);
}

static bool valid_timespec(const struct timespec *ts)
{
	return ts->tv_sec >= 0 && ts->tv_nsec >= 0 && ts->tv_nsec < SECOND;
}

static void arm(struct supervisor *s, struct timer *timer, int clock, bool absolute,
	const struct itimerspec *value)
{
	int64_t ns = from_timespec(&value->it_value);

	timer->interval = from_timespec(&value->it_interval);
	timer->deadline = ns ? clock_deadline(s, clock, absolute, ns) : NO_DEADLINE;
}

/* timer_settime, timerfd_settime share their form: (which, flags, new, old). */
static enum enter set_timer(struct supervisor *s, struct tracee *t, struct timer *timer, int clock)
{
	uint64_t new_at = arch_argument(&t->entry, 2), old_at = arch_argument(&t->entry, 3);
	struct itimerspec wanted, old;

	if (!new_at || !tracee_read(t, new_at, &wanted, sizeof(wanted)))
		return answer(t, -EFAULT);
	if (!valid_timespec(&wanted.it_value) || !valid_timespec(&wanted.it_interval))
		return answer(t, -EINVAL);
	fill_itimerspec(s, timer, &old);
	arm(s, timer, clock, arch_argument(&t->entry, 1) & TIMER_ABSTIME, &wanted);
	return answer_memory(t, old_at, &old, sizeof(old));
}

static struct posix_timer *timer_of(struct tracee *t)
{
	int number = (int)arch_argument(&t->entry, 0);

	if (number < 0 || number >= POSIX_TIMERS || !t->process->timers[number].used)
		return NULL;
	return &t->process->timers[number];
}

static enum enter enter_timer(struct supervisor *s, struct tracee *t, int nr)
{
	struct posix_timer *timer = timer_of(t);
	struct itimerspec value;

	if (!timer)
		return answer(t, -EINVAL);
	switch (nr) {
	case SYS_timer_settime:
		timer->overrun = 0;
		return set_timer(s, t, &timer->timer, timer->clock);
	case SYS_timer_gettime:
		fill_itimerspec(s, &timer->timer, &value);
		return answer_memory(t, arch_argument(&t->entry, 1), &value, sizeof(value));
	case SYS_timer_getoverrun:
		return answer(t, timer->overrun);
	default:
		timer->used = false;
		return answer(t, 0);
	}
}

/* The record of the timerfd behind the call's descriptor; NULL: not one, the kernel says so. */
static struct timer_descriptor *descriptor_of(struct supervisor *s, struct tracee *t)
{
	int fd = (int)arch_argument(&t->entry, 0);
	const char *id = object_of_fd(s, t, fd);
	struct timer_descriptor *d;

	if (!id || strncmp(id, "timerfd:", 8) != 0)
		return NULL;
	for (size_t i = 0; i < s->descriptor_count; i++)
		if (strcmp(s->descriptors[i].id, id) == 0) {
			s->descriptors[i].tracee = t->index;
			s->descriptors[i].fd = fd;
			return &s->descriptors[i];
		}
	s->descriptors =
		lab_xrealloc(s->descriptors, (s->descriptor_count + 1) * sizeof(*s->descriptors));
	d = &s->descriptors[s->descriptor_count++];
	*d = (struct timer_descriptor){
		.id = id, .tracee = t->index, .fd = fd, .timer = {NO_DEADLINE, 0}};
	return d;
}

/* Which clock a timerfd has only its creator said; absolute times tell: no one sets a monotonic
 * timer for the year 2026. */
static int guess_clock(struct tracee *t)
{
	struct itimerspec value;

	if (tracee_read(t, arch_argument(&t->entry, 2), &value, sizeof(value)) &&
		from_timespec(&value.it_value) > EPOCH_NS / 2)
		return CLOCK_REALTIME;
	return CLOCK_MONOTONIC;
}

static enum enter enter_timerfd(struct supervisor *s, struct tracee *t, int nr)
{
	struct timer_descriptor *d = descriptor_of(s, t);
	struct itimerspec value;

	if (!d)
		return ENTER_MAKE;
	if (nr == SYS_timerfd_gettime) {
		fill_itimerspec(s, &d->timer, &value);
		return answer_memory(t, arch_argument(&t->entry, 1), &value, sizeof(value));
	}
	return set_timer(s, t, &d->timer, guess_clock(t));
}

enum enter clock_enter(struct supervisor *s, struct tracee *t, int nr)
{
	switch (nr) {
	case SYS_clock_gettime:
		return enter_gettime(s, t);
	case SYS_clock_getres:
		return enter_getres(t);
	case SYS_gettimeofday:
		return enter_gettimeofday(s, t);
	case SYS_time:
		return enter_time(s, t);
	case SYS_times:
		return enter_times(s, t);
	case SYS_getrusage:
		return enter_rusage(t);
	case SYS_alarm:
		return enter_alarm(s, t);
	case SYS_setitimer:
		return enter_setitimer(s, t);
	case SYS_getitimer:
		return enter_getitimer(s, t);
	case SYS_timer_create:
		return enter_timer_create(t);
	case SYS_timerfd_settime:
	case SYS_timerfd_gettime:
		return enter_timerfd(s, t, nr);
	default:
		return enter_timer(s, t, nr);
	}
}

static bool set_auxiliary(struct tracee *t, uint64_t at)
{
	static const unsigned char fixed[16] = "ipclab-fixed-rnd";
	uint64_t pair[2];

	for (unsigned i = 0; i < 64; i++, at += sizeof(pair)) {
		if (!tracee_read(t, at, pair, sizeof(pair)))
			return false;
		if (pair[0] == 0) /* AT_NULL */
			return true;
		if (pair[0] == 33) { /* AT_SYSINFO_EHDR: no vDSO, clocks become calls */
			pair[0] = 1; /* AT_IGNORE */
			tracee_write(t, at, pair, sizeof(pair));
		} else if (pair[0] == 25) { /* AT_RANDOM */
			tracee_write(t, pair[1], fixed, sizeof(fixed));
		} else if (pair[0] == 7) { /* AT_BASE */
			t->process->interpreter = pair[1];
		} else if (pair[0] == 9) { /* AT_ENTRY */
			t->process->entry = pair[1];
		}
	}
	return true;
}

/* At the exec event: argc, argv, NULL, envp, NULL, auxv lie at the stack pointer (System V ABI,
 * "Process Initialization"). */
void clock_exec(struct supervisor *s, struct tracee *t)
{
	uint64_t words[512], at = arch_sp(&t->regs) + 8;
	unsigned nulls = 0;

	while (nulls < 2) {
		size_t len = sizeof(words);

		while (len && !tracee_read(t, at, words, len))
			len = len > 4096 ? 4096 - (at & 4095) : len / 2 & ~(size_t)7;
		if (!len) {
			supervisor_fail(s, "read the start of t%d", t->index);
			return;
		}
		for (size_t i = 0; i < len / 8 && nulls < 2; i++, at += 8)
			if (words[i] == 0)
				nulls++;
	}
	set_auxiliary(t, at);
}
