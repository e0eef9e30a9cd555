/*
 * What calls that concern processes, signals and time have done: children that were waited for,
 * actions of signals, sleeps that were cut short; and the ids of System V's objects.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#include "lab/supervise/call.h"

static int status_from_info(const siginfo_t *info)
{
	switch (info->si_code) {
	case CLD_EXITED:
		return (info->si_status & 0xff) << 8;
	case CLD_STOPPED:
	case CLD_TRAPPED:
		return info->si_status << 8 | 0x7f;
	case CLD_CONTINUED:
		return 0xffff;
	default:
		return info->si_status & 0x7f;
	}
}

/* What a child has used, where its parent wants to know (wait4, waitid of the kernel). */
static void leave_usage(const struct tracee *t, const struct process *child)
{
	uint64_t at = arch_argument(&t->entry, t->call->nr == SYS_waitid ? 4 : 3);
	int64_t cpu = child->cpu + child->children_cpu;
	struct timeval used[2] = {{cpu / 1000000000, cpu % 1000000000 / 1000}, {0, 0}};

	if (at)
		tracee_write(t, at, used, sizeof(used)); /* ru_utime, ru_stime */
}

void leave_wait(struct supervisor *s, struct tracee *t, struct event *e, int64_t result)
{
	bool id_call = t->call->nr == SYS_waitid;
	int64_t pid = result;
	struct tracee *child;
	siginfo_t info;
	int status = -1, options;

	if (id_call) {
		if (result < 0 || !tracee_read(t, arch_argument(&t->entry, 2), &info, sizeof(info)))
			return;
		pid = info.si_signo ? info.si_pid : 0;
		status = status_from_info(&info);
	} else if (pid > 0 && arch_argument(&t->entry, 1)) {
		tracee_read(t, arch_argument(&t->entry, 1), &status, sizeof(status));
	}
	options = (int)arch_argument(&t->entry, id_call ? 3 : 2);
	child = pid > 0 ? tracee_by_inside(s, (pid_t)pid) : NULL;
	if (!child)
		return;
	t->idle_steps = t->polls = 0;
	if (child->state == ENDED) {
		status = child->wait_status;
		if (!(options & WNOWAIT) && !child->reaped) {
			child->reaped = true;
			t->process->children_cpu +=
				child->process->cpu + child->process->children_cpu;
		}
		leave_usage(t, child->process);
	}
	if (!e)
		return;
	event_add_task(s->log, e, "child", child->index);
	if (status != -1)
		decode_wait_status(s, e, status);
	if (child->reaped)
		t->took = child;
}

void leave_sigaction(struct supervisor *s, struct tracee *t, struct event *e, int64_t result)
{
	struct {
		uint64_t handler, flags, restorer, mask;
	} act;
	unsigned sig = (unsigned)arch_argument(&t->entry, 0);
	uint64_t addr = arch_argument(&t->entry, 1);

	(void)s;
	(void)e;
	if (result < 0 || !addr || sig >= SIGNAL_COUNT || !tracee_read(t, addr, &act, sizeof(act)))
		return;
	t->process->handlers[sig] = (uintptr_t)act.handler;
	t->process->handler_flags[sig] = act.flags;
	if (act.flags & 0x04000000) /* SA_RESTORER, asm/signal.h */
		t->process->restorer = act.restorer;
}

/* sysinfo(2): a part of a second counts as one, as in the kernel. */
void leave_sysinfo(struct supervisor *s, struct tracee *t, struct event *e, int64_t result)
{
	int64_t uptime = (clock_read(s, CLOCK_BOOTTIME) + 999999999) / 1000000000;

	(void)e;
	if (result == 0) /* the first field */
		tracee_write(t, arch_argument(&t->entry, 0), &uptime, sizeof(uptime));
}

void leave_sleep(struct supervisor *s, struct tracee *t, struct event *e, int64_t result)
{
	(void)e;
	(void)result;
	(void)s;
	t->idle_steps = t->polls = 0;
}

/* No timer fires on the instant (prctl(2), PR_SET_TIMERSLACK): natively an alarm of 3 s leaves
 * less than 7 of a sleep of 10, and sleep(3) returns 6. Virtual time is exact; so what interrupts a
 * sleep is late by this. */
#define SLACK_NS 50000

/* A handler ends a sleep: what is left of it, where the caller wants to know. */
void leave_sleep_interrupted(struct supervisor *s, struct tracee *t)
{
	bool clock = t->call->nr == SYS_clock_nanosleep;
	uint64_t rest = arch_argument(&t->entry, clock ? 3 : 1);
	struct timespec ts;
	int64_t left;

	if (t->call->nr == SYS_select || t->call->nr == SYS_pselect6) {
		t->deadline = t->kept_deadline;
		leave_select(s, t, NULL, -EINTR);
		t->deadline = NO_DEADLINE;
		return;
	}
	if ((t->call->nr != SYS_nanosleep && !clock) || t->kept_deadline == NO_DEADLINE || !rest)
		return;
	if (clock && (arch_argument(&t->entry, 1) & TIMER_ABSTIME))
		return;
	s->now += SLACK_NS;
	left = t->kept_deadline > s->now ? t->kept_deadline - s->now : 0;
	ts = (struct timespec){left / 1000000000, left % 1000000000};
	tracee_write(t, rest, &ts, sizeof(ts));
}

void leave_signal_taken(struct supervisor *s, struct tracee *t, struct event *e, int64_t result)
{
	uint64_t info_at = arch_argument(&t->entry, 1);
	siginfo_t info;

	if (result <= 0)
		return;
	if (info_at && tracee_read(t, info_at, &info, sizeof(info)) &&
		(signal_fix_sender(&info) || signal_fix_usage(s, &info) || timer_taken(t, &info)))
		tracee_write(t, info_at, &info, sizeof(info));
	if (e)
		event_add_text(s->log, e, "sig", signal_name((int)result));
}

void leave_sysv_get(struct supervisor *s, struct tracee *t, struct event *e, int64_t result)
{
	static const struct {
		int nr;
		const char *kind;
	} kinds[] = {{SYS_semget, "sysv-sem"}, {SYS_msgget, "sysv-msg"}, {SYS_shmget, "sysv-shm"}};
	char key[32];

	if (result < 0 || !e)
		return;
	for (size_t i = 0; i < 3; i++)
		if (kinds[i].nr == t->call->nr) {
			snprintf(key, sizeof(key), "%s:%d", kinds[i].kind, (int)result);
			event_add_text(s->log, e, "obj", object_id(s, kinds[i].kind, key));
			if (kinds[i].nr == SYS_semget && event_int(e, "count", 0) > 0)
				object_set_size(s, key, (unsigned)event_int(e, "count", 0));
		}
}

void leave_prctl(struct supervisor *s, struct tracee *t, struct event *e, int64_t result)
{
	(void)s;
	(void)e;
	if (result == 0 && arch_argument(&t->entry, 0) == PR_SET_CHILD_SUBREAPER)
		t->process->subreaper = arch_argument(&t->entry, 1) != 0;
}

void leave_parent(struct supervisor *s, struct tracee *t, struct event *e, int64_t result)
{
	(void)t;
	if (!e)
		return;
	if (result == 1)
		event_add_text(s->log, e, "parent", "reaper");
	else
		decode_task(s, e, "parent", result);
}
