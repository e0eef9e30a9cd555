/* Descriptors: who holds which, and how it came to hold it. See state.h. */
#include "config.h"

#include <string.h>

#include "lab/base/buf.h"
#include "lab/model/state.h"

int model_process(const struct model *m, int task)
{
	const struct model_task *t = model_task(m, task);

	return t ? t->process : task;
}

static struct model_fd *find(const struct model *m, int process, int fd)
{
	for (size_t i = 0; i < m->fd_count; i++)
		if (m->fds[i].task == process && m->fds[i].fd == fd)
			return &m->fds[i];
	return NULL;
}

const struct model_fd *model_fd(const struct model *m, int task, int fd)
{
	return find(m, model_process(m, task), fd);
}

static struct model_fd *append(struct model *m)
{
	if ((m->fd_count & (m->fd_count - 1)) == 0)
		m->fds =
			lab_xrealloc(m->fds, (m->fd_count ? m->fd_count * 2 : 1) * sizeof(*m->fds));
	memset(&m->fds[m->fd_count], 0, sizeof(*m->fds));
	return &m->fds[m->fd_count++];
}

struct model_fd *model_fd_open(struct model *m, const struct event *e, int fd, const char *object,
	bool readable, bool writable, bool cloexec)
{
	int process = model_process(m, e->task);
	struct model_fd *f;

	model_fd_close(m, e->task, fd);
	f = append(m);
	*f = (struct model_fd){
		.task = process,
		.fd = fd,
		.object = object,
		.readable = readable,
		.writable = writable,
		.cloexec = cloexec,
		.description = ++m->descriptions,
		.opened = e,
	};
	return f;
}

void model_fd_dup(struct model *m, const struct event *e, int old, int new, bool cloexec)
{
	int process = model_process(m, e->task);
	const struct model_fd *from = find(m, process, old);
	const char *object = event_text(e, "obj");
	struct model_fd copy = {.readable = true, .writable = true, .object = object};

	if (old == new)
		return;
	if (from)
		copy = *from;
	else
		copy.description = ++m->descriptions;
	copy.task = process;
	copy.fd = new;
	copy.cloexec = cloexec;
	copy.opened = e;
	copy.inherited = NULL;
	model_fd_close(m, e->task, new);
	*append(m) = copy;
}

static bool in_use(const struct model *m, const char *object)
{
	for (size_t i = 0; i < m->fd_count; i++)
		if (m->fds[i].object && object && strcmp(m->fds[i].object, object) == 0)
			return true;
	return false;
}

static bool described(const struct model *m, int description)
{
	for (size_t i = 0; i < m->fd_count; i++)
		if (m->fds[i].description == description)
			return true;
	return false;
}

/* Closing any descriptor of a file ends the process' fcntl locks on it (fcntl(2)); a flock lock
 * goes with the last descriptor of its description. */
static bool lock_goes(const struct model_lock *lock, const void *context)
{
	const struct model_fd *closed = context;

	if (lock->description)
		return lock->description == closed->description && closed->fd == -1;
	return lock->task == closed->task && closed->object &&
	       strcmp(lock->object, closed->object) == 0;
}

static void close_at(struct model *m, size_t i)
{
	struct model_fd gone = m->fds[i];

	memmove(&m->fds[i], &m->fds[i + 1], (m->fd_count - i - 1) * sizeof(*m->fds));
	m->fd_count--;
	if (!described(m, gone.description))
		gone.fd = -1;
	if (m->lock_count)
		model_locks_drop(m, lock_goes, &gone);
	if (gone.object && !in_use(m, gone.object)) {
		struct model_object *o = model_object_get(m, gone.object, NULL);

		if (o)
			o->bytes = 0;
	}
}

void model_fd_close_range(struct model *m, int task, int64_t first, int64_t last)
{
	int process = model_process(m, task);

	for (size_t i = m->fd_count; i-- > 0;)
		if (m->fds[i].task == process && m->fds[i].fd >= first && m->fds[i].fd <= last)
			close_at(m, i);
}

void model_fd_close(struct model *m, int task, int fd)
{
	model_fd_close_range(m, task, fd, fd);
}

void model_fds_inherit(struct model *m, int from, int to, const struct event *fork)
{
	size_t count = m->fd_count;

	from = model_process(m, from);
	for (size_t i = 0; i < count; i++) {
		struct model_fd copy;

		if (m->fds[i].task != from)
			continue;
		copy = m->fds[i]; /* append() may move the list */
		copy.task = to;
		copy.inherited = fork;
		*append(m) = copy;
	}
}

void model_fds_exec(struct model *m, int task)
{
	int process = model_process(m, task);

	for (size_t i = m->fd_count; i-- > 0;)
		if (m->fds[i].task == process && m->fds[i].cloexec)
			close_at(m, i);
}

void model_fds_end(struct model *m, int task)
{
	model_fd_close_range(m, task, INT64_MIN, INT64_MAX);
}
