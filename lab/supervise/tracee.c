/*
 * Records of tracees and processes, and the tracee's memory. Memory is read and written with
 * process_vm_readv(2): one call whatever the length, and no stop is needed.
 */
#include "config.h"

#include "lab/supervise/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/pidfd.h"

struct process *process_new(void)
{
	struct process *p = lab_xmalloc(sizeof(*p));

	p->references = 1;
	p->real.deadline = p->virtual.deadline = p->profile.deadline = NO_DEADLINE;
	return p;
}

/* fork(2): alarms and POSIX timers are not inherited, dispositions and descriptors are. */
struct process *process_copy(const struct process *from)
{
	struct process *p = process_new();

	memcpy(p->fds, from->fds, sizeof(p->fds));
	memcpy(p->files, from->files, sizeof(p->files));
	for (unsigned i = 0; i < ADDRESS_CACHE; i++)
		if (from->addresses[i].shared)
			p->addresses[i] = from->addresses[i];
	memcpy(p->handlers, from->handlers, sizeof(p->handlers));
	memcpy(p->handler_flags, from->handler_flags, sizeof(p->handler_flags));
	p->restorer = from->restorer;
	p->flag_at = from->flag_at;
	p->flag = from->flag;
	p->path = lab_xstrdup(from->path);
	p->entry = from->entry;
	p->interpreter = from->interpreter;
	p->shared_at = from->shared_at;
	p->tape_at = from->tape_at;
	p->peek_at = from->peek_at;
	p->tapes = from->tapes;
	if (from->modules_known) {
		p->modules = lab_xmalloc(from->module_count * sizeof(*p->modules));
		memcpy(p->modules, from->modules, from->module_count * sizeof(*p->modules));
		p->module_count = from->module_count;
		p->modules_known = true;
	}
	return p;
}

void process_release(struct process *p)
{
	if (!p || --p->references)
		return;
	free(p->modules);
	free(p->timers);
	free(p->path);
	free(p->shared);
	free(p);
}

/* execve(2): handlers become the default, ignored signals stay, close-on-exec descriptors go,
 * POSIX timers are deleted, the alarm stays. */
void process_exec(struct process *p)
{
	for (int i = 0; i < SIGNAL_COUNT; i++)
		if (p->handlers[i] != (uintptr_t)SIG_IGN)
			p->handlers[i] = (uintptr_t)SIG_DFL;
	memset(p->handler_flags, 0, sizeof(p->handler_flags));
	/* which timerfd a descriptor is /proc does not tell; one that was closed is made anew by
	 * the call that gives its number again */
	for (int i = 0; i < FD_CACHE; i++)
		if (p->fds[i] && strncmp(p->fds[i], "timerfd:", 8) != 0)
			p->fds[i] = NULL;
	p->restorer = p->flag_at = p->shared_at = p->tape_at = p->peek_at = 0;
	p->shared_count = 0;
	p->variables.end = 0;
	memset(p->addresses, 0, sizeof(p->addresses));
	free(p->timers);
	p->timers = NULL;
	p->timer_count = 0;
	free(p->modules);
	p->modules = NULL;
	p->module_count = 0;
	p->modules_known = false;
	free(p->path);
	p->path = NULL;
}

static int open_proc(pid_t tid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)tid, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

struct tracee *tracee_new(struct supervisor *s, pid_t tid)
{
	struct tracee *t = lab_xmalloc(sizeof(*t));

	t->tid = t->group = tid;
	t->leader = true;
	t->library = -1;
	t->deadline = t->kept_deadline = NO_DEADLINE;
	t->stat_fd = t->syscall_fd = -1;
	t->index = (int)s->total + 1;
	s->all = lab_xrealloc(s->all, (s->total + 1) * sizeof(struct tracee *));
	s->all[s->total++] = t;
	s->tracees = lab_xrealloc(s->tracees, (s->count + 1) * sizeof(struct tracee *));
	s->tracees[s->count++] = t;
	return t;
}

void tracee_free(struct tracee *t)
{
	fd_close(&t->stat_fd);
	fd_close(&t->syscall_fd);
	process_release(t->process);
	free(t->queue);
	free(t->race);
	free(t);
}

struct tracee *tracee_by_index(const struct supervisor *s, int index)
{
	return index >= 1 && (size_t)index <= s->total ? s->all[index - 1] : NULL;
}

struct tracee *tracee_by_tid(struct supervisor *s, pid_t tid)
{
	for (size_t i = s->count; i-- > 0;)
		if (s->tracees[i]->tid == tid && s->tracees[i]->state != ENDED)
			return s->tracees[i];
	return NULL;
}

struct tracee *tracee_by_inside(struct supervisor *s, pid_t inside)
{
	for (size_t i = s->count; i-- > 0;)
		if (s->tracees[i]->inside == inside && !s->tracees[i]->reaped)
			return s->tracees[i];
	return NULL;
}

/* FD is the file's once it was needed: many a task ends before anyone asks. */
static ssize_t read_proc(const struct tracee *t, int *fd, const char *name, char *into, size_t len)
{
	if (*fd < 0)
		*fd = open_proc(t->tid, name);
	return *fd < 0 ? -1 : pread(*fd, into, len, 0);
}

ssize_t tracee_read_stat(struct tracee *t, char *into, size_t len)
{
	return read_proc(t, &t->stat_fd, "stat", into, len);
}

ssize_t tracee_read_syscall(struct tracee *t, char *into, size_t len)
{
	return read_proc(t, &t->syscall_fd, "syscall", into, len);
}

void tracee_read_status(pid_t tid, char text[static STATUS_SIZE])
{
	FD_SCOPED fd = open_proc(tid, "status");
	ssize_t n = fd < 0 ? -1 : read(fd, text, STATUS_SIZE - 1); /* a read gives all of it */

	text[n > 0 ? n : 0] = '\0';
}

const char *tracee_status_field(const char *status, const char *name)
{
	const char *field = strstr(status, name);

	return field ? field + strlen(name) : NULL;
}

/* The last number of NSpid: the pid in its own namespace (proc(5), /proc/PID/status). */
pid_t tracee_read_inside_pid(pid_t tid)
{
	char status[STATUS_SIZE];
	const char *field;
	long last = tid;

	tracee_read_status(tid, status);
	field = tracee_status_field(status, "\nNSpid:");
	while (field && (*field == '\t' || *field == ' ')) {
		char *end;
		long value = strtol(field, &end, 10);

		if (end == field)
			break;
		last = value;
		field = end;
	}
	return (pid_t)last;
}

int tracee_take_descriptor(const struct tracee *t, int fd)
{
	FD_SCOPED pidfd = pidfd_open(t->group, 0);

	return pidfd < 0 ? -1 : pidfd_getfd(pidfd, fd, 0);
}

bool tracee_read(const struct tracee *t, uint64_t addr, void *into, size_t len)
{
	struct iovec local = {into, len};
	struct iovec remote = {(void *)(uintptr_t)addr, len};

	return len == 0 || process_vm_readv(t->tid, &local, 1, &remote, 1, 0) == (ssize_t)len;
}

size_t tracee_read_some(const struct tracee *t, uint64_t addr, void *into, size_t len)
{
	struct iovec local = {into, len};
	struct iovec remote[2] = {{(void *)(uintptr_t)addr, len}, {NULL, 0}};
	size_t first = 4096 - (addr & 4095);
	ssize_t n;

	/* a transfer ends at the first element that fails: one element a page */
	if (first < len) {
		remote[0].iov_len = first;
		remote[1] = (struct iovec){(void *)(uintptr_t)(addr + first), len - first};
	}
	n = process_vm_readv(t->tid, &local, 1, remote, first < len ? 2 : 1, 0);
	return n < 0 ? 0 : (size_t)n;
}

bool tracee_write(const struct tracee *t, uint64_t addr, const void *from, size_t len)
{
	struct iovec local = {(void *)(uintptr_t)from, len};
	struct iovec remote = {(void *)(uintptr_t)addr, len};

	return len == 0 || process_vm_writev(t->tid, &local, 1, &remote, 1, 0) == (ssize_t)len;
}

char *tracee_read_string(const struct tracee *t, uint64_t addr, size_t most)
{
	struct buf b = BUF_INIT;

	while (addr && b.len < most) {
		/* up to the page's end: the next page may not be there */
		size_t len = 4096 - (addr & 4095);
		char page[4096];
		size_t used;

		if (len > 256 && b.len == 0)
			len = 256;
		if (!tracee_read(t, addr, page, len))
			break;
		used = strnlen(page, len);
		buf_add(&b, page, used);
		if (used < len)
			return buf_take(&b);
		addr += len;
	}
	if (b.len >= most) {
		b.len = most;
		b.data[most] = '\0';
		return buf_take(&b);
	}
	buf_done(&b);
	return NULL;
}

void tracee_queue(struct tracee *t, struct event *e)
{
	if (t->queued == t->queue_size) {
		t->queue_size = t->queue_size ? 2 * t->queue_size : 8;
		t->queue = lab_xrealloc(t->queue, t->queue_size * sizeof(struct event *));
	}
	t->queue[t->queued++] = e;
}

const char *supervisor_intern(struct supervisor *s, const char *text)
{
	return event_log_text(s->names, text);
}

int supervisor_fail(struct supervisor *s, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	if (s->failed)
		return -1;
	s->failed = true;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return lab_fail_errno(s->error, LAB_BROKEN, "%s", text);
}

void supervisor_cannot(struct supervisor *s, const char *why)
{
	if (!s->failed)
		lab_fail(s->error, LAB_UNSUPPORTED, "%s", why);
	s->failed = true;
}

/* Arguments and place; the bytes of a transfer stay where they are. */
void supervisor_copy_event(struct supervisor *s, struct event *to, const struct event *from)
{
	for (size_t i = 0; i < from->arg_count; i++) {
		const struct event_arg *a = &from->args[i];

		if (strcmp(a->key, "data") == 0)
			continue;
		switch (a->type) {
		case EVENT_INT:
			event_add_int(s->log, to, a->key, a->number);
			break;
		case EVENT_TASK:
			event_add_task(s->log, to, a->key, (int)a->number);
			break;
		case EVENT_STRING:
			event_add_bytes(s->log, to, a->key, a->text, a->len);
			break;
		}
	}
	to->place = from->place;
}
