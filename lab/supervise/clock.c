/*
 * Virtual time: every clock that a program can read, every timer that it can set, and the end of
 * every wait that has a deadline.
 *
 * Time stands still while calls are made, but for STEP_NS a step; it jumps to the next deadline
 * when nobody can run. Who polls a clock without ever sleeping makes it creep faster and faster, so
 * that `while (time(0) < t)` ends; where spins are not looked for, so does who asks for anything
 * else in vain. What is computed without a call takes time as watch.c says.
 *
 * CLOCK_REALTIME begins at EPOCH_NS; the monotonic clocks at MONOTONIC_NS; processor time is the
 * steps of the task, and what it computes.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <time.h>

#include "lab/supervise/call.h"

#define SECOND       INT64_C(1000000000)
#define MONOTONIC_NS (1000 * SECOND)

void clock_creep(struct supervisor *s, struct tracee *t, bool reads_clock)
{
	uint64_t idle = reads_clock ? t->idle_steps : s->config.spin_steps ? 0 : t->polls;
	int64_t ns = STEP_NS;

	if (idle > 1000) {
		int64_t k = (int64_t)(idle / 1000);

		ns += STEP_NS * k * k;
	}
	clock_spend(s, t, ns);
}

void clock_spend(struct supervisor *s, struct tracee *t, int64_t ns)
{
	s->now += ns;
	t->cpu += ns;
	t->process->cpu += ns;
}

bool clock_is_cpu(int clock)
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

int64_t clock_read(const struct supervisor *s, int clock)
{
	return clock_base(clock) + s->now;
}

/* A clock of another process or thread has its number in it, as clock_getcpuclockid(3) makes it:
 * ~number << 3 | 4 for a thread | kind (include/linux/posix-timers.h of the kernel). */
struct tracee *clock_owner(struct supervisor *s, struct tracee *t, int clock, bool *thread)
{
	pid_t pid = (pid_t) ~(clock >> 3);
	struct tracee *owner;

	*thread = clock == CLOCK_THREAD_CPUTIME_ID || (clock < 0 && (clock & 4));
	if (clock >= 0 || pid == 0)
		return t;
	if ((clock & 3) == 3)
		return NULL;
	owner = tracee_by_inside(s, pid);
	if (!owner || (*thread ? owner->process != t->process : !owner->leader))
		return NULL;
	return owner;
}

int64_t clock_of_timer(const struct supervisor *s, const struct posix_timer *timer)
{
	const struct tracee *owner;

	if (!timer->by_cpu)
		return s->now;
	owner = tracee_by_index(s, timer->owner);
	return timer->per_thread ? owner->cpu : owner->process->cpu;
}

/* Clocks that the kernel lets nobody sleep by, or does not have, are its own to refuse. */
bool clock_sleeps(int clock)
{
	return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC || clock == CLOCK_BOOTTIME ||
	       clock == CLOCK_TAI;
}

/* A point or span of CLOCK in virtual ns since the start of the run. */
int64_t clock_deadline(const struct supervisor *s, int clock, bool absolute, int64_t ns)
{
	if (ns > CLOCK_FAR)
		return CLOCK_FAR;
	if (absolute)
		return ns - clock_base(clock);
	return s->now > CLOCK_FAR - ns ? CLOCK_FAR : s->now + ns;
}

static void earliest(int64_t *at, int64_t deadline)
{
	if (deadline < *at)
		*at = deadline;
}

/* NO_DEADLINE: nothing is pending. CLOCK_FAR counts as nothing: a sleep of a hundred years is for
 * ever.
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
		for (size_t k = 0; k < t->process->timer_count; k++)
			if (t->process->timers[k].used && !t->process->timers[k].by_cpu)
				earliest(&at, t->process->timers[k].timer.deadline);
	}
	for (size_t i = 0; i < s->descriptor_count; i++)
		earliest(&at, s->descriptors[i].timer.deadline);
	earliest(&at, datagrams_next(s));
	return at >= CLOCK_FAR ? NO_DEADLINE : at;
}

static void expire_wait(struct supervisor *s, struct tracee *t)
{
	bool inside = t->library >= 0; /* of a library call, which is what students know */
	const char *name = inside ? library_call_name(t->library) : call_name(t->call);
	struct event *e = task_event(s, t, EVENT_EXPIRE, name);

	supervise_append(s, e);
	t->expired = true;
	t->trap_pending = true;
	t->deadline = NO_DEADLINE;
	if (ptrace(PTRACE_INTERRUPT, t->tid, NULL, NULL) < 0 && errno != ESRCH)
		supervisor_fail(s, "interrupt t%d", t->index);
	t->state = MOVING;
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
	for (size_t k = 0; k < p->timer_count; k++)
		if (p->timers[k].used && !p->timers[k].by_cpu &&
			p->timers[k].timer.deadline <= s->now) {
			timer_fire(s, t, (int)k, s->now);
			wakes_process(s, t->process);
			any = true;
		}
	return any;
}

static bool is_due(const struct supervisor *s, const struct posix_timer *timer)
{
	return timer->used && timer->by_cpu && timer->timer.deadline <= clock_of_timer(s, timer);
}

static bool process_is_due(const struct supervisor *s, const struct process *p)
{
	if (p->virtual.deadline <= p->cpu || p->profile.deadline <= p->cpu)
		return true;
	for (size_t k = 0; k < p->timer_count; k++)
		if (is_due(s, &p->timers[k]))
			return true;
	return false;
}

bool clock_cpu_due(const struct supervisor *s)
{
	for (size_t i = 0; s->cpu_timers && i < s->count; i++) {
		const struct tracee *t = s->tracees[i];

		if (t->leader && t->state != ENDED && t->state != DYING &&
			process_is_due(s, t->process))
			return true;
	}
	return false;
}

static void expire_interval(
	struct supervisor *s, struct tracee *t, struct timer *timer, const char *name, int sig)
{
	if (timer->deadline > t->process->cpu)
		return;
	timer_advance(timer, t->process->cpu);
	supervise_append(s, task_event(s, t, EVENT_EXPIRE, name));
	signal_send(s, t, sig, name, false);
}

bool clock_expire_cpu(struct supervisor *s)
{
	for (size_t i = 0; i < s->count; i++) {
		struct tracee *t = s->tracees[i];
		struct process *p = t->process;

		if (!t->leader || t->state == ENDED || t->state == DYING || !process_is_due(s, p))
			continue;
		expire_interval(s, t, &p->virtual, "virtual timer", SIGVTALRM);
		expire_interval(s, t, &p->profile, "profile timer", SIGPROF);
		for (size_t k = 0; k < p->timer_count; k++)
			if (is_due(s, &p->timers[k])) {
				timer_fire(s, t, (int)k, clock_of_timer(s, &p->timers[k]));
				wakes_process(s, p);
			}
	}
	return true;
}

/* Timerfds and datagrams: all that are due at one instant, as one; who waits for several finds them
 * all. */
static bool expire_descriptors(struct supervisor *s)
{
	size_t due = datagrams_due(s);

	for (size_t i = 0; i < s->descriptor_count; i++)
		due += s->descriptors[i].timer.deadline <= s->now;
	if (due > 1)
		hold_waiters(s);
	for (size_t i = 0; due && i < s->descriptor_count; i++)
		if (s->descriptors[i].timer.deadline <= s->now)
			timer_fire_descriptor(s, &s->descriptors[i]);
	datagrams_send(s);
	if (due)
		s->look |= LOOK_DATA;
	return due;
}

/* A wait that ends and what it waited for, at one instant: it has come, and then time is up. */
bool clock_expire(struct supervisor *s)
{
	bool any = false;

	if (expire_descriptors(s))
		return true;

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
	return any;
}
