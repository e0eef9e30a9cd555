/*
 * POSIX timers and timerfds that come due in virtual time, told to the program as the kernel does:
 * a timer has at most one signal queued, what comes due meanwhile is its overrun
 * (timer_getoverrun(2)); a timerfd counts until it is read.
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/supervise/call.h"

#ifndef TFD_IOC_SET_TICKS
#define TFD_IOC_SET_TICKS _IOW('T', 0, uint64_t) /* include/uapi/linux/timerfd.h */
#endif

int64_t timer_advance(struct timer *timer, int64_t now)
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

/* The number behind NAME in a file of /proc; 0 if there is none. */
static uint64_t proc_number(const char *path, const char *name, int base)
{
	char line[256];
	uint64_t number = 0;
	FILE *file = fopen(path, "re");

	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, name, strlen(name)) == 0)
			number = strtoull(line + strlen(name), NULL, base);
	if (file)
		fclose(file);
	return number;
}

/* SIG waits for the thread TID or its process. */
static bool is_pending(pid_t tid, int sig)
{
	char path[64];
	uint64_t set;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)tid);
	set = proc_number(path, "SigPnd:", 16) | proc_number(path, "ShdPnd:", 16);
	return set >> (sig - 1) & 1;
}

static pid_t target_of(struct supervisor *s, struct tracee *t, const struct posix_timer *timer)
{
	struct tracee *thread =
		timer->notify == SIGEV_THREAD_ID ? tracee_by_inside(s, timer->thread) : NULL;

	return thread ? thread->tid : t->tid;
}

/* With its siginfo; sigev_value travels as it was given. */
static void queue(
	struct supervisor *s, struct tracee *t, const struct posix_timer *timer, int number)
{
	siginfo_t info = {0};

	info.si_signo = timer->signo;
	info.si_code = SI_TIMER;
	info.si_timerid = number;
	info.si_overrun = timer->missed;
	info.si_ptr = (void *)(uintptr_t)timer->value;
	if (timer->notify == SIGEV_THREAD_ID)
		syscall(SYS_rt_tgsigqueueinfo, t->group, target_of(s, t, timer), timer->signo,
			&info);
	else
		syscall(SYS_rt_sigqueueinfo, t->tid, timer->signo, &info);
}

void timer_fire(struct supervisor *s, struct tracee *t, int number, int64_t now)
{
	struct posix_timer *timer = &t->process->timers[number];
	int times = (int)timer_advance(&timer->timer, now);
	struct event *e = task_event(s, t, EVENT_EXPIRE, "timer");

	event_add_int(s->log, e, "timer", number);
	supervise_append(s, e);
	if (timer->notify == SIGEV_NONE)
		return;
	if (timer->queued && is_pending(target_of(s, t, timer), timer->signo)) {
		timer->missed += times;
		return;
	}
	timer->queued = true;
	timer->missed = times - 1;
	queue(s, t, timer, number);
}

bool timer_taken(struct tracee *t, siginfo_t *info)
{
	int number = info->si_timerid;
	struct posix_timer *timer;

	if (info->si_code != SI_TIMER || number < 0 || (size_t)number >= t->process->timer_count ||
		!t->process->timers[number].used)
		return false;
	timer = &t->process->timers[number];
	timer->overrun = info->si_overrun = timer->missed;
	timer->missed = 0;
	timer->queued = false;
	return true;
}

/* Who took the signal without asking for its siginfo did so unseen. */
int timer_overrun(struct tracee *t, struct posix_timer *timer)
{
	if (timer->queued && !is_pending(t->tid, timer->signo)) {
		timer->overrun = timer->missed;
		timer->missed = 0;
		timer->queued = false;
	}
	return timer->overrun;
}

/* The record of the timerfd FD of T; NULL: it is something else. */
struct timer_descriptor *timer_of_descriptor(struct supervisor *s, struct tracee *t, int fd)
{
	const char *id = object_of_fd(s, t, fd);
	struct timer_descriptor *d = NULL;

	if (!object_is(id, "timerfd"))
		return NULL;
	for (size_t i = 0; i < s->descriptor_count; i++)
		if (strcmp(s->descriptors[i].id, id) == 0)
			d = &s->descriptors[i];
	if (!d) {
		s->descriptors = lab_xrealloc(
			s->descriptors, (s->descriptor_count + 1) * sizeof(*s->descriptors));
		d = &s->descriptors[s->descriptor_count++];
		*d = (struct timer_descriptor){
			.id = id, .clock = CLOCK_MONOTONIC, .timer = {NO_DEADLINE, 0}};
	}
	d->tracee = t->index;
	d->fd = fd;
	return d;
}

void leave_timerfd(struct supervisor *s, struct tracee *t, struct event *e, int64_t result)
{
	struct timer_descriptor *d;

	if (result < 0)
		return;
	d = timer_of_descriptor(s, t, (int)result);
	if (!d)
		return;
	d->clock = (int)arch_argument(&t->entry, 0);
	if (e)
		event_add_text(s->log, e, "newobj", d->id);
}

static bool holds(const struct tracee *t, const struct timer_descriptor *d, int fd)
{
	const char *id = fd < FD_CACHE ? t->process->fds[fd] : NULL;

	return t->state != ENDED && id && strcmp(id, d->id) == 0;
}

/* Who has it open: who set it last, or anyone who has a copy. */
static bool find_holder(const struct supervisor *s, struct timer_descriptor *d)
{
	if (holds(tracee_by_index(s, d->tracee), d, d->fd))
		return true;
	for (size_t i = 0; i < s->count; i++)
		for (int fd = 0; fd < FD_CACHE; fd++)
			if (holds(s->tracees[i], d, fd)) {
				d->tracee = s->tracees[i]->index;
				d->fd = fd;
				return true;
			}
	return d->fd >= FD_CACHE; /* not known, but perhaps still there */
}

/* The kernel's own timerfd, as a descriptor of ours; -1: nobody has it any more. */
static int take_descriptor(const struct supervisor *s, struct timer_descriptor *d)
{
	return find_holder(s, d) ? tracee_take_descriptor(tracee_by_index(s, d->tracee), d->fd)
				 : -1;
}

/* Where the kernel does not let its count be set (no CONFIG_CHECKPOINT_RESTORE) it expires now,
 * once; it is readable when its hrtimer has run. */
static void expire_once(int fd)
{
	struct itimerspec now = {{0, 0}, {0, 1}};

	timerfd_settime(fd, 0, &now, NULL);
	do
		timerfd_gettime(fd, &now);
	while (now.it_value.tv_sec || now.it_value.tv_nsec);
}

void timer_fire_descriptor(struct supervisor *s, struct timer_descriptor *d)
{
	uint64_t ticks = (uint64_t)timer_advance(&d->timer, s->now);
	FD_SCOPED fd = take_descriptor(s, d);
	const struct tracee *t = tracee_by_index(s, d->tracee);
	char path[64];
	struct event *e;

	if (fd < 0) {
		d->timer.deadline = NO_DEADLINE;
		return;
	}
	e = supervise_event(s, EVENT_EXPIRE, t->index, "timerfd");
	event_add_text(s->log, e, "obj", d->id);
	supervise_append(s, e);
	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", (int)t->group, d->fd);
	ticks += proc_number(path, "ticks:", 10);
	if (ioctl(fd, TFD_IOC_SET_TICKS, &ticks) < 0)
		expire_once(fd);
}

/* Setting it anew forgets what was not read. */
void timer_reset_descriptor(struct supervisor *s, struct timer_descriptor *d)
{
	struct itimerspec never = {{0, 0}, {0, 0}};
	FD_SCOPED fd = take_descriptor(s, d);

	if (fd >= 0)
		timerfd_settime(fd, 0, &never, NULL);
}
