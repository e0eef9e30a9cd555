/*
 * The calls that read a clock or set a timer, answered from virtual time (clock.c): the kernel
 * never sees them, but for errors that are its own to tell.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/times.h>
#include <time.h>

#include "lab/supervise/call.h"

#define SECOND    INT64_C(1000000000)
#define TFD_FLAGS (TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET)

static struct timespec to_timespec(int64_t ns)
{
	return (struct timespec){ns / SECOND, ns % SECOND};
}

static int64_t from_timespec(const struct timespec *ts)
{
	if (ts->tv_sec > CLOCK_FAR / SECOND)
		return CLOCK_FAR;
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
	const struct tracee *owner;
	struct timespec ts;
	bool thread;

	if (clock > CLOCK_TAI)
		return ENTER_MAKE;
	if (clock_is_cpu(clock)) {
		owner = clock_owner(s, t, clock, &thread);
		if (!owner)
			return ENTER_MAKE;
		ts = to_timespec(thread ? owner->cpu : owner->process->cpu);
	} else {
		ts = to_timespec(clock_read(s, clock));
	}
	if (!arch_argument(&t->entry, 1))
		return answer(t, -EFAULT);
	return answer_memory(t, arch_argument(&t->entry, 1), &ts, sizeof(ts));
}

static enum enter enter_getres(struct supervisor *s, struct tracee *t)
{
	int clock = (int)arch_argument(&t->entry, 0);
	struct timespec ts = {0, 1};
	bool thread;

	if (clock > CLOCK_TAI || clock == CLOCK_REALTIME_COARSE ||
		clock == CLOCK_MONOTONIC_COARSE ||
		(clock < 0 && !clock_owner(s, t, clock, &thread)))
		return ENTER_MAKE;
	return answer_memory(t, arch_argument(&t->entry, 1), &ts, sizeof(ts));
}

static enum enter enter_gettimeofday(struct supervisor *s, struct tracee *t)
{
	int64_t ns = clock_read(s, CLOCK_REALTIME);
	struct timeval tv = {ns / SECOND, ns % SECOND / 1000};

	return answer_memory(t, arch_argument(&t->entry, 0), &tv, sizeof(tv));
}

static enum enter enter_time(struct supervisor *s, struct tracee *t)
{
	time_t now = clock_read(s, CLOCK_REALTIME) / SECOND;
	uint64_t addr = arch_argument(&t->entry, 0);

	if (addr && !tracee_write(t, addr, &now, sizeof(now)))
		return answer(t, -EFAULT);
	return answer(t, now);
}

static enum enter enter_times(struct supervisor *s, struct tracee *t)
{
	clock_t cpu = t->process->cpu / (SECOND / 100);
	struct tms tms = {cpu, 0, t->process->children_cpu / (SECOND / 100), 0};
	uint64_t addr = arch_argument(&t->entry, 0);

	if (addr && !tracee_write(t, addr, &tms, sizeof(tms)))
		return answer(t, -EFAULT);
	return answer(t, clock_read(s, CLOCK_MONOTONIC) / (SECOND / 100));
}

static enum enter enter_rusage(struct tracee *t)
{
	struct rusage usage = {0};
	int64_t cpu;

	switch ((int)arch_argument(&t->entry, 0)) {
	case RUSAGE_SELF:
		cpu = t->process->cpu;
		break;
	case RUSAGE_CHILDREN:
		cpu = t->process->children_cpu;
		break;
	case RUSAGE_THREAD:
		cpu = t->cpu;
		break;
	default:
		return ENTER_MAKE;
	}
	usage.ru_utime = (struct timeval){cpu / SECOND, cpu % SECOND / 1000};
	if (!arch_argument(&t->entry, 1))
		return answer(t, -EFAULT);
	return answer_memory(t, arch_argument(&t->entry, 1), &usage, sizeof(usage));
}

/* By the clock that the timer goes by, at NOW. */
static int64_t remaining(int64_t now, const struct timer *timer)
{
	if (timer->deadline == NO_DEADLINE)
		return 0;
	return timer->deadline > now ? timer->deadline - now : 1;
}

static enum enter enter_alarm(struct supervisor *s, struct tracee *t)
{
	unsigned seconds = (unsigned)arch_argument(&t->entry, 0);
	struct timer *timer = &t->process->real;
	int64_t left = remaining(s->now, timer);

	timer->interval = 0;
	timer->deadline = seconds ? s->now + seconds * SECOND : NO_DEADLINE;
	/* alarm(2): a part of a second left counts as one (kernel/time/itimer.c rounds, not below
	 * 1) */
	return answer(t, left == 0 ? 0 : left < SECOND ? 1 : (left + SECOND / 2) / SECOND);
}

static void fill_itimer(int64_t now, const struct timer *timer, struct itimerval *v)
{
	int64_t left = remaining(now, timer);

	v->it_value = (struct timeval){left / SECOND, left % SECOND / 1000};
	v->it_interval =
		(struct timeval){timer->interval / SECOND, timer->interval % SECOND / 1000};
}

static bool valid_timeval(const struct timeval *tv)
{
	return tv->tv_sec >= 0 && tv->tv_usec >= 0 && tv->tv_usec < 1000000;
}

/* The interval timer WHICH of the process and the time it goes by; NULL: there is none. */
static struct timer *interval_timer(
	const struct supervisor *s, struct process *p, int which, int64_t *now)
{
	*now = which == ITIMER_REAL ? s->now : p->cpu;
	switch (which) {
	case ITIMER_REAL:
		return &p->real;
	case ITIMER_VIRTUAL:
		return &p->virtual;
	case ITIMER_PROF:
		return &p->profile;
	default:
		return NULL;
	}
}

static enum enter enter_setitimer(struct supervisor *s, struct tracee *t)
{
	uint64_t new_at = arch_argument(&t->entry, 1), old_at = arch_argument(&t->entry, 2);
	int64_t now, ns;
	int which = (int)arch_argument(&t->entry, 0);
	struct timer *timer = interval_timer(s, t->process, which, &now);
	struct itimerval wanted = {{0, 0}, {0, 0}}, old;

	if (!timer)
		return ENTER_MAKE; /* the kernel's to refuse */
	if (new_at && !tracee_read(t, new_at, &wanted, sizeof(wanted)))
		return answer(t, -EFAULT);
	if (!valid_timeval(&wanted.it_value) || !valid_timeval(&wanted.it_interval))
		return answer(t, -EINVAL);
	fill_itimer(now, timer, &old);
	ns = wanted.it_value.tv_sec * SECOND + wanted.it_value.tv_usec * 1000;
	timer->interval = wanted.it_interval.tv_sec * SECOND + wanted.it_interval.tv_usec * 1000;
	timer->deadline = ns ? now + ns : NO_DEADLINE;
	if (which != ITIMER_REAL)
		s->cpu_timers = true;
	return answer_memory(t, old_at, &old, sizeof(old));
}

static enum enter enter_getitimer(struct supervisor *s, struct tracee *t)
{
	int64_t now;
	const struct timer *timer =
		interval_timer(s, t->process, (int)arch_argument(&t->entry, 0), &now);
	struct itimerval value;

	if (!timer)
		return ENTER_MAKE;
	fill_itimer(now, timer, &value);
	if (!arch_argument(&t->entry, 1))
		return answer(t, -EFAULT);
	return answer_memory(t, arch_argument(&t->entry, 1), &value, sizeof(value));
}

/* struct sigevent as the kernel has it. */
struct kernel_sigevent {
	uint64_t value;
	int signo, notify, thread, pad;
};

static bool valid_event(
	struct supervisor *s, const struct tracee *t, const struct kernel_sigevent *event)
{
	const struct tracee *thread;

	switch (event->notify) {
	case SIGEV_NONE:
		return true;
	case SIGEV_THREAD_ID:
		thread = tracee_by_inside(s, event->thread);
		if (!thread || thread->process != t->process)
			return false;
		break;
	case SIGEV_SIGNAL:
	case SIGEV_THREAD:
		break;
	default:
		return false;
	}
	return event->signo >= 1 && event->signo < SIGNAL_COUNT;
}

/* Numbers are not used again soon: who asks for a timer that was deleted is told so. */
static struct posix_timer *new_timer(struct process *p)
{
	if (p->timer_count < POSIX_TIMERS) {
		p->timers = lab_xrealloc(p->timers, (p->timer_count + 1) * sizeof(*p->timers));
		return &p->timers[p->timer_count++];
	}
	for (size_t i = 0; i < p->timer_count; i++)
		if (!p->timers[i].used)
			return &p->timers[i];
	return NULL;
}

static int clock_refusal(int clock)
{
	switch (clock) {
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_MONOTONIC_COARSE:
		return -EOPNOTSUPP;
	case CLOCK_REALTIME_ALARM:
	case CLOCK_BOOTTIME_ALARM:
		return -EPERM; /* they would wake the machine */
	default:
		return clock < 0 || clock_sleeps(clock) || clock_is_cpu(clock) ? 0 : -EINVAL;
	}
}

static enum enter enter_timer_create(struct supervisor *s, struct tracee *t)
{
	int clock = (int)arch_argument(&t->entry, 0), number;
	uint64_t event_at = arch_argument(&t->entry, 1);
	struct kernel_sigevent event = {.signo = SIGALRM, .notify = SIGEV_SIGNAL};
	struct posix_timer *made;
	struct tracee *owner;
	bool thread;

	if (clock_refusal(clock))
		return answer(t, clock_refusal(clock));
	if (event_at && !tracee_read(t, event_at, &event, sizeof(event)))
		return answer(t, -EFAULT);
	if (!valid_event(s, t, &event))
		return answer(t, -EINVAL);
	owner = clock_owner(s, t, clock, &thread);
	if (!owner)
		return answer(t, -EINVAL);
	made = new_timer(t->process);
	if (!made)
		return answer(t, -EAGAIN);
	number = (int)(made - t->process->timers);
	*made = (struct posix_timer){.used = true,
		.timer = {NO_DEADLINE, 0},
		.clock = clock,
		.by_cpu = clock_is_cpu(clock),
		.owner = owner->index,
		.per_thread = thread,
		.notify = event.notify,
		.signo = event.signo,
		.thread = event.thread,
		.value = event_at ? event.value : (uint64_t)number};
	s->cpu_timers |= made->by_cpu;
	return answer_memory(t, arch_argument(&t->entry, 2), &number, sizeof(number));
}

static void fill_itimerspec(int64_t now, const struct timer *timer, struct itimerspec *v)
{
	v->it_value = to_timespec(remaining(now, timer));
	v->it_interval = to_timespec(timer->interval);
}

static bool valid_timespec(const struct timespec *ts)
{
	return ts->tv_sec >= 0 && ts->tv_nsec >= 0 && ts->tv_nsec < SECOND;
}

static void arm(struct supervisor *s, struct timer *timer, int clock, int64_t now, bool absolute,
	const struct itimerspec *value)
{
	int64_t ns = from_timespec(&value->it_value);

	timer->interval = from_timespec(&value->it_interval);
	if (!ns)
		timer->deadline = NO_DEADLINE;
	else if (clock_is_cpu(clock))
		timer->deadline = absolute ? ns : now + ns;
	else
		timer->deadline = clock_deadline(s, clock, absolute, ns);
}

/* timer_settime, timerfd_settime share their form: (which, flags, new, old). */
static enum enter set_timer(
	struct supervisor *s, struct tracee *t, struct timer *timer, int clock, int64_t now)
{
	uint64_t new_at = arch_argument(&t->entry, 2), old_at = arch_argument(&t->entry, 3);
	struct itimerspec wanted, old;

	if (!new_at || !tracee_read(t, new_at, &wanted, sizeof(wanted)))
		return answer(t, -EFAULT);
	if (!valid_timespec(&wanted.it_value) || !valid_timespec(&wanted.it_interval))
		return answer(t, -EINVAL);
	fill_itimerspec(now, timer, &old);
	arm(s, timer, clock, now, arch_argument(&t->entry, 1) & TIMER_ABSTIME, &wanted);
	return answer_memory(t, old_at, &old, sizeof(old));
}

static struct posix_timer *timer_of(struct tracee *t)
{
	int number = (int)arch_argument(&t->entry, 0);

	if (number < 0 || (size_t)number >= t->process->timer_count ||
		!t->process->timers[number].used)
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
		timer->overrun = timer->missed = 0;
		return set_timer(s, t, &timer->timer, timer->clock, clock_of_timer(s, timer));
	case SYS_timer_gettime:
		fill_itimerspec(clock_of_timer(s, timer), &timer->timer, &value);
		return answer_memory(t, arch_argument(&t->entry, 1), &value, sizeof(value));
	case SYS_timer_getoverrun:
		return answer(t, timer_overrun(t, timer));
	default:
		timer->used = false;
		return answer(t, 0);
	}
}

static enum enter enter_timerfd(struct supervisor *s, struct tracee *t, int nr)
{
	int flags = (int)arch_argument(&t->entry, 1);
	struct timer_descriptor *d = timer_of_descriptor(s, t, (int)arch_argument(&t->entry, 0));
	struct itimerspec value;
	enum enter how;

	if (!d || (nr == SYS_timerfd_settime && (flags & ~TFD_FLAGS)))
		return ENTER_MAKE; /* the kernel's to refuse */
	if (nr == SYS_timerfd_gettime) {
		fill_itimerspec(s->now, &d->timer, &value);
		return answer_memory(t, arch_argument(&t->entry, 1), &value, sizeof(value));
	}
	how = set_timer(s, t, &d->timer, d->clock, s->now);
	if (arch_result(&t->regs) == 0)
		timer_reset_descriptor(s, d);
	return how;
}

enum enter clock_enter(struct supervisor *s, struct tracee *t, int nr)
{
	switch (nr) {
	case SYS_clock_gettime:
		return enter_gettime(s, t);
	case SYS_clock_getres:
		return enter_getres(s, t);
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
		return enter_timer_create(s, t);
	case SYS_timerfd_settime:
	case SYS_timerfd_gettime:
		return enter_timerfd(s, t, nr);
	default:
		return enter_timer(s, t, nr);
	}
}
