/*
 * What happens at a call's exit stop: registers are put back, an expired time-out gets its result,
 * a call that a signal interrupted waits for what the signal does, and the event gets its end.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lab/supervise/call.h"

static void add_result(struct supervisor *s, struct event *e, int64_t result)
{
	if (result < 0 && result > -4096) {
		event_add_int(s->log, e, "ret", -1);
		event_add_text(s->log, e, "err", lab_errno_name((int)-result));
		return;
	}
	event_add_int(s->log, e, "ret", result);
}

/* Calls whose result is an address or a kernel id: not for the log. */
static bool result_is_private(int64_t nr)
{
	switch (nr) {
	case SYS_mmap:
	case SYS_shmat:
	case SYS_shmget:
	case SYS_semget:
	case SYS_msgget:
	case SYS_wait4:
	case SYS_getppid:
	case SYS_setsid:
		return true;
	default:
		return false;
	}
}

/* It failed, or told that nothing has happened yet. */
static bool asks_in_vain(const struct tracee *t, int64_t result)
{
	if (call_polls(t->call))
		return result == 0;
	switch (t->call->nr) {
	case SYS_wait4:
	case SYS_waitid:
	case SYS_sched_yield:
		return result == 0;
	case SYS_kill:
		return arch_argument(&t->entry, 1) == 0;
	default:
		return result < 0 || (t->call->flags & CALL_CLOCK);
	}
}

static void count_step(struct supervisor *s, struct tracee *t, int64_t result)
{
	if (asks_in_vain(t, result))
		t->polls++;
	if (!t->main_reached || t->call->nr >= MARK_FIRST ||
		((t->call->flags & CALL_USEFUL) && result >= 0))
		return;
	spin_count(s, t, 1);
	for (unsigned i = 0; i < 4; i++) {
		if (!t->spin_names[i][0])
			strncpy(t->spin_names[i], t->call->name, sizeof(t->spin_names[i]) - 1);
		if (strncmp(t->spin_names[i], t->call->name, sizeof(t->spin_names[i]) - 1) == 0) {
			t->spin_counts[i]++;
			return;
		}
	}
}

/* Process files tell of the machine's time and numbers: no two runs read the same. */
static bool is_proc(const char *object)
{
	return object && strncmp(object, "proc:", 5) == 0;
}

static bool reads_proc(const struct event *e)
{
	return is_proc(event_text(e, "obj"));
}

static void finish(struct supervisor *s, struct tracee *t, int64_t result)
{
	struct event *e = t->event;

	count_step(s, t, result);
	if ((t->call->flags & CALL_MAKES_FD) && result >= 0)
		object_forget_fd(t, (int)result);
	if (t->call->leave)
		t->call->leave(s, t, e, result);
	else if (e && (t->call->flags & CALL_MAKES_FD) && result >= 0 &&
		 object_of_fd(s, t, (int)result))
		event_add_text(s->log, e, "newobj", object_of_fd(s, t, (int)result));
	races_call_ends(s, t, result);
	t->event = NULL;
	if (!e)
		return;
	if (result > 0 && (result_is_private(t->call->nr) || reads_proc(e)))
		event_add_int(s->log, e, "ret", result_is_private(t->call->nr) ? 0 : 1);
	else
		add_result(s, e, result);
	/* a successful fork is told by EVENT_FORK, a successful exec by EVENT_EXEC */
	if (result >= 0 && t->call->alias &&
		(strcmp(t->call->alias, "fork") == 0 || strcmp(t->call->alias, "exec") == 0))
		return;
	if (result > 0 && t->call->nr == SYS_fork)
		return;
	tracee_queue(t, e);
	if (t->took) {
		struct event *reaped = task_event(s, t->took, EVENT_REAPED, NULL);

		event_add_task(s->log, reaped, "by", t->index);
		tracee_queue(t, reaped);
		t->took = NULL;
	}
}

void call_finish_skipped(struct supervisor *s, struct tracee *t)
{
	finish(s, t, arch_result(&t->regs));
}

static int64_t result_of_expiry(const struct tracee *t)
{
	switch (t->call->timeout.kind) {
	case TIMEOUT_NONE:
		return 0;
	case TIMEOUT_RECEIVE:
	case TIMEOUT_SEND:
		return socket_time_result(t);
	default:
		return t->call->timeout.result;
	}
}

void call_leave(struct supervisor *s, struct tracee *t)
{
	int64_t result = arch_result(&t->regs);
	uint64_t asked = arch_argument(&t->regs, 2);
	bool rewritten = t->rewritten || t->moved;

	t->in_call = false;
	if (t->rewritten)
		arch_restore(&t->regs, &t->entry);
	if (t->expired && interrupted_code(result)) {
		result = result_of_expiry(t);
		arch_set_result(&t->regs, result);
		rewritten = true;
	} else if (!t->expired && interrupted_breaks_off(t, result, asked)) {
		t->deadline = NO_DEADLINE;
		arch_write(t->tid, &t->regs);
		return;
	}
	result = interrupted_whole(t, result);
	if (many_go_on(s, t, &result)) {
		arch_write(t->tid, &t->regs);
		return;
	}
	if (s->config.world) {
		int64_t shown = world_leave(s, t, result);

		rewritten = rewritten || shown != result;
		arch_set_result(&t->regs, shown);
		result = shown;
	}
	if (t->failure && result == 0) {
		result = -t->failure;
		arch_set_result(&t->regs, result);
		rewritten = true;
	}
	finish(s, t, result);
	t->deadline = NO_DEADLINE;
	t->expired = false;
	if (rewritten && arch_write(t->tid, &t->regs) < 0 && errno != ESRCH)
		supervisor_fail(s, "write the registers of t%d", t->index);
}

void leave_open(struct supervisor *s, struct tracee *t, struct event *e, int64_t result)
{
	const char *id;

	if (result < 0)
		return;
	id = object_of_new_fd(s, t, (int)result, t->call->nr == SYS_mq_open ? "mq" : NULL);
	if (e && id)
		event_add_text(s->log, e, "obj", id);
}

void leave_close(struct supervisor *s, struct tracee *t, struct event *e, int64_t result)
{
	unsigned first = (unsigned)arch_argument(&t->entry, 0);
	unsigned last = t->call->nr == SYS_close ? first : (unsigned)arch_argument(&t->entry, 1);

	(void)s;
	(void)e;
	if (result == -EBADF || result == -EINVAL) /* after any other failure they are closed too */
		return;
	for (unsigned fd = first; fd <= last && fd < FD_CACHE; fd++)
		object_forget_fd(t, (int)fd);
}

/* pipe, socketpair: two new descriptors in memory. */
void leave_pipe(struct supervisor *s, struct tracee *t, struct event *e, int64_t result)
{
	bool pair = t->call->nr == SYS_socketpair;
	int fds[2];

	if (result < 0 || !tracee_read(t, arch_argument(&t->entry, pair ? 3 : 0), fds, sizeof(fds)))
		return;
	object_of_new_fd(s, t, fds[0], NULL);
	object_of_new_fd(s, t, fds[1], NULL);
	if (!e)
		return;
	event_add_int(s->log, e, "fd0", fds[0]);
	event_add_int(s->log, e, "fd1", fds[1]);
	if (t->call->nr == SYS_pipe2 && (arch_argument(&t->entry, 1) & O_CLOEXEC))
		event_add_int(s->log, e, "cloexec", 1);
	if (pair) {
		event_add_text(s->log, e, "obj0", object_of_fd(s, t, fds[0]));
		event_add_text(s->log, e, "obj1", object_of_fd(s, t, fds[1]));
	} else {
		event_add_text(s->log, e, "obj", object_of_fd(s, t, fds[0]));
	}
}

void leave_dup(struct supervisor *s, struct tracee *t, struct event *e, int64_t result)
{
	(void)s;
	(void)e;
	if (result >= 0)
		object_fd_is(t, (int)result, object_of_fd(s, t, (int)arch_argument(&t->entry, 0)));
}

void leave_fcntl(struct supervisor *s, struct tracee *t, struct event *e, int64_t result)
{
	int cmd = (int)arch_argument(&t->entry, 1);

	if (cmd == F_DUPFD || cmd == F_DUPFD_CLOEXEC)
		leave_dup(s, t, e, result);
	if (cmd == F_DUPFD_CLOEXEC && e)
		event_add_int(s->log, e, "cloexec", 1);
}

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

static void add_received(
	struct supervisor *s, struct tracee *t, struct event *e, uint64_t addr, int64_t n)
{
	LAB_FREE char *bytes = NULL;
	size_t len = n > EVENT_DATA_MAX ? EVENT_DATA_MAX : (size_t)n;

	bytes = lab_xmalloc(len);
	if (tracee_read(t, addr, bytes, len))
		event_add_bytes(s->log, e, "data", bytes, len);
}

/* /proc/uptime tells CLOCK_BOOTTIME and how long the processors were idle. As many bytes as the
 * kernel wrote: the second number is filled up with zeros in front. */
static void leave_uptime(struct supervisor *s, struct tracee *t, int64_t bytes)
{
	int64_t hundredths = clock_read(s, CLOCK_BOOTTIME) / 10000000;
	char path[64], link[32] = "", text[64];
	int n, width;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)t->tid,
		(int)arch_argument(&t->entry, 0));
	if (readlink(path, link, sizeof(link) - 1) < 0 || strcmp(link, "/proc/uptime") != 0)
		return;
	n = snprintf(text, sizeof(text), "%lld.%02lld ", (long long)hundredths / 100,
		(long long)hundredths % 100);
	width = (int)bytes - n - 1;
	if (bytes >= (int64_t)sizeof(text) || width < 4)
		return;
	snprintf(text + n, sizeof(text) - (size_t)n, "%0*d.00\n", width - 3, 0);
	tracee_write(t, arch_argument(&t->entry, 1), text, (size_t)bytes);
}

/* sysinfo(2): a part of a second counts as one, as in the kernel. */
void leave_sysinfo(struct supervisor *s, struct tracee *t, struct event *e, int64_t result)
{
	int64_t uptime = (clock_read(s, CLOCK_BOOTTIME) + 999999999) / 1000000000;

	(void)e;
	if (result == 0) /* the first field */
		tracee_write(t, arch_argument(&t->entry, 0), &uptime, sizeof(uptime));
}

/* Signals that are read as data tell of the time that a child used, too. */
static void leave_signals_read(struct supervisor *s, struct tracee *t, int64_t bytes)
{
	struct signalfd_siginfo info;
	uint64_t at = arch_argument(&t->entry, 1), end = at + (uint64_t)bytes;

	for (; at + sizeof(info) <= end; at += sizeof(info)) {
		if (!tracee_read(t, at, &info, sizeof(info)) || info.ssi_signo != SIGCHLD ||
			info.ssi_code <= 0)
			continue;
		info.ssi_utime = (uint64_t)signal_usage(s, (int)info.ssi_pid);
		info.ssi_stime = 0;
		tracee_write(t, at, &info, sizeof(info));
	}
}

void leave_receive(struct supervisor *s, struct tracee *t, struct event *e, int64_t result)
{
	const char *id = result > 0 && t->call->nr == SYS_read
				 ? object_of_fd(s, t, (int)arch_argument(&t->entry, 0))
				 : NULL;

	if (id && is_proc(id))
		leave_uptime(s, t, result);
	if (object_is(id, "signalfd"))
		leave_signals_read(s, t, result);
	if (e && result > 0 && !reads_proc(e))
		add_received(s, t, e, arch_argument(&t->entry, 1), result);
}

void leave_mq_receive(struct supervisor *s, struct tracee *t, struct event *e, int64_t result)
{
	uint64_t prio_at = arch_argument(&t->entry, 3);
	uint32_t prio;

	if (!e || result < 0)
		return;
	add_received(s, t, e, arch_argument(&t->entry, 1), result);
	if (prio_at && tracee_read(t, prio_at, &prio, sizeof(prio)))
		event_add_int(s->log, e, "prio", prio);
}

/* What the queue was like before the call; mq_getattr asks for nothing else. */
void leave_mq_attributes(struct supervisor *s, struct tracee *t, struct event *e, int64_t result)
{
	uint64_t at = arch_argument(&t->entry, 2);
	struct mq_attr attr;

	if (!e || result < 0 || !at || !tracee_read(t, at, &attr, sizeof(attr)))
		return;
	event_add_int(s->log, e, "maxmsg", attr.mq_maxmsg);
	event_add_int(s->log, e, "msgsize", attr.mq_msgsize);
	event_add_int(s->log, e, "curmsgs", attr.mq_curmsgs);
	event_add_int(s->log, e, "nonblock", attr.mq_flags & O_NONBLOCK ? 1 : 0);
}

/* On a time-out the kernel would have cleared the sets and the remaining time. */
void leave_select(struct supervisor *s, struct tracee *t, struct event *e, int64_t result)
{
	uint64_t count = arch_argument(&t->entry, 0);
	size_t bytes = ((size_t)count + 63) / 64 * 8;
	static const char zero[sizeof(fd_set) + 64];
	uint64_t timeout = arch_argument(&t->entry, 4);
	int64_t left;

	(void)e;
	if (t->expired && result == 0 && bytes <= sizeof(zero))
		for (unsigned i = 1; i <= 3; i++)
			if (arch_argument(&t->entry, i))
				tracee_write(t, arch_argument(&t->entry, i), zero, bytes);
	if ((t->deadline == NO_DEADLINE && !t->expired) || !timeout)
		return;
	left = !t->expired && t->deadline > s->now ? t->deadline - s->now : 0;
	if (t->call->nr == SYS_select) {
		struct timeval tv = {left / 1000000000, left % 1000000000 / 1000};

		tracee_write(t, timeout, &tv, sizeof(tv));
	} else {
		struct timespec ts = {left / 1000000000, left % 1000000000};

		tracee_write(t, timeout, &ts, sizeof(ts));
	}
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
