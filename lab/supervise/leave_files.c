/*
 * What calls that use descriptors have done: which are open now and what they stand for, what was
 * received, and what is told of virtual time through them.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "lab/supervise/call.h"

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

	fault_changes(s, t, id, result);
	if (object_is(id, "proc"))
		leave_uptime(s, t, result);
	if (object_is(id, "signalfd"))
		leave_signals_read(s, t, result);
	if (e && result > 0 && !leave_reads_proc(e))
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
