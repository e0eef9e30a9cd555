/*
 * What calls that make, close, copy and use descriptors mean for these and for what lies behind
 * them; locks of files and mappings among it.
 */
#include "config.h"

#include <string.h>

#include "lab/model/state.h"

static bool wants_cloexec(const struct event *e)
{
	return event_int(e, "cloexec", 0) || model_says(e, "flags", "CLOEXEC") ||
	       model_says(e, "type", "CLOEXEC");
}

static void apply_pipe(struct model *m, const struct event *e, struct model_object *o)
{
	const char *id = event_text(e, "obj");
	const char *id0 = event_text(e, "obj0"), *id1 = event_text(e, "obj1");
	bool cloexec = wants_cloexec(e), both = id0 != NULL;

	(void)o;
	model_made_here(m, e, id);
	model_made_here(m, e, id0);
	model_made_here(m, e, id1);
	model_fd_open(m, e, (int)event_int(e, "fd0", -1), both ? id0 : id, true, both, cloexec);
	model_fd_open(m, e, (int)event_int(e, "fd1", -1), both ? id1 : id, both, true, cloexec);
}

static void apply_open(struct model *m, const struct event *e, struct model_object *o)
{
	const char *made = event_text(e, "newobj"); /* obj is then what it was made from */
	int fd = (int)event_int(e, "ret", -1);
	bool writes = model_says(e, "flags", "O_WRONLY") || strcmp(e->name, "creat") == 0;
	bool reads = model_says(e, "flags", "O_RDONLY");

	if (made)
		o = model_object_get(m, made, e);
	if (fd < 0 || !o)
		return;
	if (!o->path && event_text(e, "path"))
		o->path = event_text(e, "path");
	/* Who opens a queue that is there may ask for what he likes: it stays as it was made. */
	if (event_int(e, "maxmsg", 0) && o->made == e)
		o->most = event_int(e, "maxmsg", 0);
	model_made_here(m, e, o->id);
	/* Descriptors of queues are close-on-exec by themselves (mq_overview(7)). */
	model_fd_open(m, e, fd, o->id, !writes, !reads,
		wants_cloexec(e) || strncmp(o->id, "mq:", 3) == 0);
}

static void apply_close(struct model *m, const struct event *e, struct model_object *o)
{
	(void)o;
	model_fd_close(m, e->task, (int)event_int(e, "fd", -1));
}

static void apply_close_range(struct model *m, const struct event *e, struct model_object *o)
{
	int64_t last = event_int(e, "last", -1); /* unsigned in C: -1 is all of them */

	(void)o;
	if (!model_says(e, "flags", "CLOEXEC"))
		model_fd_close_range(
			m, e->task, event_int(e, "first", 0), last < 0 ? INT64_MAX : last);
}

static void apply_dup(struct model *m, const struct event *e, struct model_object *o)
{
	(void)o;
	model_fd_dup(
		m, e, (int)event_int(e, "fd", -1), (int)event_int(e, "ret", -1), wants_cloexec(e));
}

static bool same_lock(const struct model_lock *lock, const void *context)
{
	const struct model_lock *other = context;

	if (strcmp(lock->object, other->object) != 0 || lock->description != other->description)
		return false;
	return lock->description ||
	       (lock->task == other->task && lock->start >= other->start &&
		       (!other->len || lock->start < other->start + other->len));
}

static void set_lock(struct model *m, struct model_object *o, struct model_lock lock, bool unlock)
{
	model_locks_drop(m, same_lock, &lock);
	if (!unlock)
		model_lock_add(m, lock);
	o->owner = unlock ? 0 : lock.task;
	for (size_t i = 0; unlock && i < m->lock_count; i++)
		if (strcmp(m->locks[i].object, o->id) == 0)
			o->owner = m->locks[i].task;
}

static void apply_flock(struct model *m, const struct event *e, struct model_object *o)
{
	const struct model_fd *f = model_fd(m, e->task, (int)event_int(e, "fd", -1));

	if (!o)
		return;
	set_lock(m, o,
		(struct model_lock){.object = o->id,
			.task = e->task,
			.description = f ? f->description : -model_process(m, e->task),
			.exclusive = model_says(e, "cmd", "LOCK_EX"),
			.taken = e},
		model_says(e, "cmd", "LOCK_UN"));
}

static void apply_fcntl(struct model *m, const struct event *e, struct model_object *o)
{
	struct model_fd *f = (struct model_fd *)model_fd(m, e->task, (int)event_int(e, "fd", -1));

	if (model_says(e, "cmd", "F_DUPFD")) {
		model_fd_dup(m, e, (int)event_int(e, "fd", -1), (int)event_int(e, "ret", -1),
			model_says(e, "cmd", "CLOEXEC"));
	} else if (model_says(e, "cmd", "F_SETFD")) {
		if (f)
			f->cloexec = event_int(e, "arg", 0) & 1;
	} else if (model_says(e, "cmd", "SETLK") && o) {
		bool description = model_says(e, "cmd", "F_OFD") && f;

		set_lock(m, o,
			(struct model_lock){.object = o->id,
				.task = model_process(m, e->task),
				.description = description ? f->description : 0,
				.exclusive = model_says(e, "type", "F_WRLCK"),
				.start = event_int(e, "start", 0),
				.len = event_int(e, "len", 0),
				.taken = e},
			model_says(e, "type", "F_UNLCK"));
	}
}

static void apply_write(struct model *m, const struct event *e, struct model_object *o)
{
	(void)m;
	if (!o || event_int(e, "ret", 0) <= 0)
		return;
	o->bytes += event_int(e, "ret", 0);
	o->given = e;
}

static void apply_read(struct model *m, const struct event *e, struct model_object *o)
{
	(void)m;
	if (!o || event_int(e, "ret", 0) <= 0)
		return;
	o->bytes -= event_int(e, "ret", 0);
	o->taken = e;
}

/* Their return value is not a number of bytes in or out of FD alone, or goes elsewhere as well. */
static void apply_splice(struct model *m, const struct event *e, struct model_object *o)
{
	const char *keys[] = {"to", "from"};

	if (o)
		o->untold = true;
	for (size_t i = 0; i < 2; i++) {
		const struct model_fd *f = model_fd(m, e->task, (int)event_int(e, keys[i], -1));
		struct model_object *other =
			f && f->object ? model_object_get(m, f->object, NULL) : NULL;

		if (other)
			other->untold = true;
	}
}

/* Of a mapping that no descriptor stands for. */
static void apply_mmap(struct model *m, const struct event *e, struct model_object *o)
{
	(void)o;
	model_made_here(m, e, event_text(e, "newobj"));
}

const struct model_rule model_file_rules[] = {
	{"accept", apply_open},
	{"accept4", apply_open},
	{"close", apply_close},
	{"close_range", apply_close_range},
	{"creat", apply_open},
	{"dup", apply_dup},
	{"dup2", apply_dup},
	{"dup3", apply_dup},
	{"epoll_create", apply_open},
	{"eventfd", apply_open},
	{"fcntl", apply_fcntl},
	{"flock", apply_flock},
	{"memfd_create", apply_open},
	{"mmap", apply_mmap},
	{"mq_open", apply_open},
	{"open", apply_open},
	{"openat", apply_open},
	{"pidfd_open", apply_open},
	{"pipe", apply_pipe},
	{"pipe2", apply_pipe},
	{"read", apply_read},
	{"readv", apply_read},
	{"sendfile", apply_splice},
	{"shm_open", apply_open},
	{"signalfd", apply_open},
	{"socket", apply_open},
	{"socketpair", apply_pipe},
	{"splice", apply_splice},
	{"tee", apply_splice},
	{"timerfd_create", apply_open},
	{"vmsplice", apply_splice},
	{"write", apply_write},
	{"writev", apply_write},
	{.name = NULL},
};
