/*
 * Arguments of traced calls -> named, normalised values of an event: descriptors with the object
 * behind them, pids as tasks, flags by name. Runs when the call is about to be made.
 */
#include "config.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "lab/supervise/call.h"

#define PATH_BYTES 4096

struct flag_name {
	uint64_t flag;
	const char *name;
};

static void put_flags(struct buf *b, uint64_t flags, const struct flag_name *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (flags & names[i].flag) {
			if (b->len)
				buf_putc(b, '|');
			buf_puts(b, names[i].name);
			flags &= ~names[i].flag;
		}
	if (flags)
		buf_printf(b, "%s0x%llx", b->len ? "|" : "", (unsigned long long)flags);
}

void decode_open_flags(struct supervisor *s, struct event *e, const char *key, uint64_t flags)
{
	static const struct flag_name names[] = {
		{O_CREAT, "O_CREAT"},
		{O_EXCL, "O_EXCL"},
		{O_TRUNC, "O_TRUNC"},
		{O_APPEND, "O_APPEND"},
		{O_NONBLOCK, "O_NONBLOCK"},
		{O_CLOEXEC, "O_CLOEXEC"},
		{O_DIRECTORY, "O_DIRECTORY"},
		{O_NOFOLLOW, "O_NOFOLLOW"},
		{O_SYNC, "O_SYNC"},
	};
	static const char *const modes[] = {"O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"};
	BUF_SCOPED b = BUF_INIT;

	buf_puts(&b, modes[flags & O_ACCMODE]);
	put_flags(&b, flags & ~(uint64_t)(O_ACCMODE | 0100000), names,
		sizeof(names) / sizeof(names[0]));
	event_add_text(s->log, e, key, buf_text(&b));
}

void decode_task(struct supervisor *s, struct event *e, const char *key, int64_t pid)
{
	struct tracee *other = pid > 0 ? tracee_by_inside(s, (pid_t)pid) : NULL;

	if (other)
		event_add_task(s->log, e, key, other->index);
	else if (pid < -1 && (other = tracee_by_inside(s, (pid_t)-pid)))
		event_add_task(s->log, e, "group", other->index);
	else if (pid > 0)
		event_add_text(s->log, e, key, pid == 1 ? "init" : "nobody");
	else
		event_add_int(s->log, e, key, pid);
}

void decode_wait_status(struct supervisor *s, struct event *e, int status)
{
	char text[48];

	if (WIFEXITED(status))
		snprintf(text, sizeof(text), "exited %d", WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		snprintf(text, sizeof(text), "killed %s", signal_name(WTERMSIG(status)));
	else if (WIFSTOPPED(status))
		snprintf(text, sizeof(text), "stopped %s", signal_name(WSTOPSIG(status)));
	else
		snprintf(text, sizeof(text), "continued");
	event_add_text(s->log, e, "status", text);
}

static void add_path(
	struct supervisor *s, struct tracee *t, struct event *e, const char *key, uint64_t addr)
{
	LAB_FREE char *path = tracee_read_string(t, addr, PATH_BYTES);

	if (path)
		event_add_text(s->log, e, key, path);
}

static void add_queue_name(
	struct supervisor *s, struct tracee *t, struct event *e, const char *key, uint64_t addr)
{
	LAB_FREE char *name = tracee_read_string(t, addr, PATH_BYTES);
	LAB_FREE char *whole = name ? lab_xprintf("/%s", name) : NULL;

	if (whole)
		event_add_text(s->log, e, key, whole);
}

static const char *clock_name(int clock)
{
	switch (clock) {
	case CLOCK_REALTIME:
		return "CLOCK_REALTIME";
	case CLOCK_MONOTONIC:
		return "CLOCK_MONOTONIC";
	case CLOCK_BOOTTIME:
		return "CLOCK_BOOTTIME";
	default:
		return "CPU";
	}
}

static void decode_one(struct supervisor *s, struct tracee *t, struct event *e,
	const struct call_arg *arg, uint64_t value)
{
	switch (arg->type) {
	case ARG_NONE:
		break;
	case ARG_INT:
		event_add_int(s->log, e, arg->key, (int)value);
		break;
	case ARG_LONG:
		event_add_int(s->log, e, arg->key, (int64_t)value);
		break;
	case ARG_FD:
		event_add_int(s->log, e, arg->key, (int)value);
		if (object_of_fd(s, t, (int)value))
			event_add_text(s->log, e, "obj", object_of_fd(s, t, (int)value));
		break;
	case ARG_PATH:
		add_path(s, t, e, arg->key, value);
		break;
	case ARG_QUEUE_NAME:
		add_queue_name(s, t, e, arg->key, value);
		break;
	case ARG_SIGNAL:
		event_add_text(s->log, e, arg->key, signal_name((int)value));
		break;
	case ARG_PID:
		decode_task(s, e, arg->key, (int)value);
		break;
	case ARG_OCTAL:
		event_add_int(s->log, e, arg->key, (int64_t)(value & 07777));
		break;
	case ARG_OPEN_FLAGS:
		decode_open_flags(s, e, arg->key, value);
		break;
	case ARG_CLOCK:
		event_add_text(s->log, e, arg->key, clock_name((int)value));
		break;
	}
}

static void add_sent_bytes(struct supervisor *s, struct tracee *t, struct event *e)
{
	uint64_t addr = arch_argument(&t->entry, 1);
	uint64_t len = arch_argument(&t->entry, 2);
	LAB_FREE char *bytes = NULL;

	if (len > EVENT_DATA_MAX)
		len = EVENT_DATA_MAX;
	bytes = lab_xmalloc(len);
	if (tracee_read(t, addr, bytes, len))
		event_add_bytes(s->log, e, "data", bytes, len);
}

void decode_arguments(struct supervisor *s, struct tracee *t, struct event *e)
{
	const struct call *c = t->call;

	for (unsigned i = 0; i < 6; i++)
		if (c->args[i].key)
			decode_one(s, t, e, &c->args[i], arch_argument(&t->entry, i));
	if (c->decode)
		c->decode(s, t, e);
	if (c->flags & CALL_SENDS)
		add_sent_bytes(s, t, e);
}

void call_decode(struct supervisor *s, struct tracee *t, struct event *e)
{
	decode_arguments(s, t, e);
}

void decode_flags_wait(struct supervisor *s, struct tracee *t, struct event *e)
{
	static const struct flag_name names[] = {{WNOHANG, "WNOHANG"}, {WUNTRACED, "WUNTRACED"},
		{WCONTINUED, "WCONTINUED"}, {WEXITED, "WEXITED"}, {WNOWAIT, "WNOWAIT"}};
	bool waitid_call = arch_number(&t->entry) == SYS_waitid;
	uint64_t flags = arch_argument(&t->entry, waitid_call ? 3 : 2);
	BUF_SCOPED b = BUF_INIT;

	if (waitid_call) {
		int64_t id = (int64_t)arch_argument(&t->entry, 1);

		switch ((idtype_t)arch_argument(&t->entry, 0)) {
		case P_ALL:
			event_add_int(s->log, e, "pid", -1);
			break;
		case P_PID:
			decode_task(s, e, "pid", id);
			break;
		case P_PGID:
			decode_task(s, e, "pid", id ? -id : 0);
			break;
		default:
			event_add_int(s->log, e, "fd", id);
		}
	}
	put_flags(
		&b, flags & 0xffffffff, names, waitid_call ? sizeof(names) / sizeof(names[0]) : 3);
	if (waitid_call || flags)
		event_add_text(s->log, e, "options", buf_text(&b));
}

void decode_clone(struct supervisor *s, struct tracee *t, struct event *e)
{
	if (arch_argument(&t->entry, 0) & CLONE_THREAD)
		event_add_int(s->log, e, "thread", 1);
}

void decode_exec(struct supervisor *s, struct tracee *t, struct event *e)
{
	uint64_t argv = arch_argument(&t->entry, arch_number(&t->entry) == SYS_execveat ? 2 : 1);
	uint64_t list[8];
	size_t count = tracee_read_some(t, argv, list, sizeof(list)) / sizeof(*list);

	for (unsigned i = 0; i < count && list[i]; i++) {
		char key[8];
		LAB_FREE char *text = tracee_read_string(t, list[i], 256);

		snprintf(key, sizeof(key), "argv%u", i);
		if (text)
			event_add_text(s->log, e, key, text);
	}
}

void decode_sleep(struct supervisor *s, struct tracee *t, struct event *e)
{
	bool clock = arch_number(&t->entry) == SYS_clock_nanosleep;
	struct timespec ts;

	if (!tracee_read(t, arch_argument(&t->entry, clock ? 2 : 0), &ts, sizeof(ts)))
		return;
	if (clock && (arch_argument(&t->entry, 1) & TIMER_ABSTIME)) {
		int64_t ns = (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
		int64_t at = clock_deadline(s, (int)arch_argument(&t->entry, 0), true, ns);

		event_add_int(s->log, e, "at", at);
		return;
	}
	event_add_int(s->log, e, "ns", (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec);
}

struct kernel_sigaction { /* include/uapi/asm/signal.h of the kernel */
	uint64_t handler, flags, restorer, mask;
};

void decode_sigaction(struct supervisor *s, struct tracee *t, struct event *e)
{
	struct kernel_sigaction act;
	uint64_t addr = arch_argument(&t->entry, 1);

	if (!addr) {
		event_add_text(s->log, e, "how", "query");
		return;
	}
	if (!tracee_read(t, addr, &act, sizeof(act)))
		return;
	event_add_text(s->log, e, "how",
		act.handler == (uintptr_t)SIG_DFL   ? "default"
		: act.handler == (uintptr_t)SIG_IGN ? "ignore"
						    : "handler");
	if (act.flags & SA_RESTART)
		event_add_int(s->log, e, "restart", 1);
}

static void add_set(struct supervisor *s, struct tracee *t, struct event *e, uint64_t addr)
{
	uint64_t set;
	BUF_SCOPED b = BUF_INIT;

	if (!addr || !tracee_read(t, addr, &set, sizeof(set)))
		return;
	if (set == UINT64_MAX || set == 0xfffffffe7ffbfeffULL || set == 0xfffffffc7ffbfeffULL) {
		buf_puts(&b, "all");
	} else {
		for (int sig = 1; sig < SIGNAL_COUNT; sig++)
			if (set >> (sig - 1) & 1) {
				if (b.len)
					buf_putc(&b, '|');
				buf_puts(&b, signal_name(sig));
			}
	}
	event_add_text(s->log, e, "set", b.len ? buf_text(&b) : "none");
}

void decode_sigmask(struct supervisor *s, struct tracee *t, struct event *e)
{
	static const char *const how[] = {"SIG_BLOCK", "SIG_UNBLOCK", "SIG_SETMASK"};
	uint64_t n = arch_argument(&t->entry, 0);

	if (arch_argument(&t->entry, 1) && n < 3)
		event_add_text(s->log, e, "how", how[n]);
	add_set(s, t, e, arch_argument(&t->entry, 1));
}

void decode_sigset(struct supervisor *s, struct tracee *t, struct event *e)
{
	add_set(s, t, e, arch_argument(&t->entry, 0));
}
