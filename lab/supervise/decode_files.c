/*
 * Arguments of calls that use descriptors in ways of their own: locks, what fcntl is told to do,
 * those that are waited for together, files that are mapped.
 */
#include "config.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/mman.h>

#include "lab/supervise/call.h"

void decode_flock(struct supervisor *s, struct tracee *t, struct event *e)
{
	int op = (int)arch_argument(&t->entry, 1);
	const char *name = (op & LOCK_UN) ? "LOCK_UN" : (op & LOCK_EX) ? "LOCK_EX" : "LOCK_SH";

	event_add_text(s->log, e, "cmd", name);
	if (op & LOCK_NB)
		event_add_int(s->log, e, "nonblock", 1);
}

static void decode_lock(struct supervisor *s, struct tracee *t, struct event *e)
{
	struct flock lock;

	if (!tracee_read(t, arch_argument(&t->entry, 2), &lock, sizeof(lock)))
		return;
	event_add_text(s->log, e, "type",
		lock.l_type == F_RDLCK   ? "F_RDLCK"
		: lock.l_type == F_WRLCK ? "F_WRLCK"
					 : "F_UNLCK");
	event_add_int(s->log, e, "start", lock.l_start);
	event_add_int(s->log, e, "len", lock.l_len);
}

void decode_fcntl(struct supervisor *s, struct tracee *t, struct event *e)
{
	static const struct {
		int cmd;
		const char *name;
		bool lock;
	} commands[] = {
		{F_DUPFD, "F_DUPFD", false},
		{F_DUPFD_CLOEXEC, "F_DUPFD_CLOEXEC", false},
		{F_GETFD, "F_GETFD", false},
		{F_SETFD, "F_SETFD", false},
		{F_GETFL, "F_GETFL", false},
		{F_SETFL, "F_SETFL", false},
		{F_GETLK, "F_GETLK", true},
		{F_SETLK, "F_SETLK", true},
		{F_SETLKW, "F_SETLKW", true},
		{F_OFD_SETLK, "F_OFD_SETLK", true},
		{F_OFD_SETLKW, "F_OFD_SETLKW", true},
		{F_SETPIPE_SZ, "F_SETPIPE_SZ", false},
		{F_GETPIPE_SZ, "F_GETPIPE_SZ", false},
	};
	int cmd = (int)arch_argument(&t->entry, 1);

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (commands[i].cmd != cmd)
			continue;
		event_add_text(s->log, e, "cmd", commands[i].name);
		if (commands[i].lock)
			decode_lock(s, t, e);
		else
			event_add_int(s->log, e, "arg", (int64_t)arch_argument(&t->entry, 2));
		return;
	}
	event_add_int(s->log, e, "cmd", cmd);
}

void decode_poll(struct supervisor *s, struct tracee *t, struct event *e)
{
	struct pollfd fds[8];
	uint64_t count = arch_argument(&t->entry, 1);
	BUF_SCOPED b = BUF_INIT;

	if (count > 8)
		count = 8;
	if (!count || !tracee_read(t, arch_argument(&t->entry, 0), fds, count * sizeof(fds[0])))
		return;
	for (uint64_t i = 0; i < count; i++) {
		const char *id = fds[i].fd >= 0 ? object_of_fd(s, t, fds[i].fd) : NULL;

		buf_printf(&b, "%s%d:%s", i ? " " : "", fds[i].fd, id ? id : "none");
	}
	event_add_text(s->log, e, "fds", buf_text(&b));
}

/* The descriptors of the read and write sets, as poll has them. */
void decode_select(struct supervisor *s, struct tracee *t, struct event *e)
{
	uint64_t count = arch_argument(&t->entry, 0), sets[2] = {0, 0};
	BUF_SCOPED b = BUF_INIT;

	for (unsigned i = 0; i < 2; i++)
		if (arch_argument(&t->entry, i + 1))
			tracee_read(t, arch_argument(&t->entry, i + 1), &sets[i], sizeof(sets[i]));
	for (int fd = 0; fd < 64 && (uint64_t)fd < count; fd++) {
		const char *id;

		if (!((sets[0] | sets[1]) >> fd & 1))
			continue;
		id = object_of_fd(s, t, fd);
		buf_printf(&b, "%s%d:%s", b.len ? " " : "", fd, id ? id : "none");
	}
	if (b.len)
		event_add_text(s->log, e, "fds", buf_text(&b));
}

void decode_mmap(struct supervisor *s, struct tracee *t, struct event *e)
{
	int fd = (int)arch_argument(&t->entry, 4);
	int flags = (int)arch_argument(&t->entry, 3);

	event_add_text(s->log, e, "flags", "MAP_SHARED");
	if (flags & MAP_ANONYMOUS)
		return;
	event_add_int(s->log, e, "fd", fd);
	if (object_of_fd(s, t, fd))
		event_add_text(s->log, e, "obj", object_of_fd(s, t, fd));
}
