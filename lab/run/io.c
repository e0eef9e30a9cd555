/*
 * The standard streams of a run: three pipes. Our ends never block: output is drained when a task
 * has written, input is fed when everyone is blocked.
 *
 * Whoever writes more than a pipe holds waits for room, and goes on while we read: how much comes
 * with which read is a matter of luck. So what is read then is logged only when the call has
 * returned, or the run stops.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/run/internal.h"

static int make_pipe(
	int *ours, int *theirs, bool they_read, ino_t *inode, dev_t *device, struct lab_error *e)
{
	int ends[2];
	struct stat st;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "pipe");
	*ours = ends[they_read ? 1 : 0];
	*theirs = ends[they_read ? 0 : 1];
	if (fcntl(*ours, F_SETFL, O_NONBLOCK) < 0 || fstat(*ours, &st) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "set up a pipe");
	*inode = st.st_ino;
	*device = st.st_dev;
	return 0;
}

void io_init(struct stdio *io)
{
	io->input = io->output = io->error = -1;
	for (int i = 0; i < 3; i++)
		io->theirs[i] = -1;
}

static int make_input(struct stdio *io, struct lab_error *e)
{
	return make_pipe(&io->input, &io->theirs[0], true, &io->inodes[0], &io->device, e);
}

int io_open(struct run *r, struct lab_error *e)
{
	struct stdio *io = &r->io;

	if (make_input(io, e) < 0 ||
		make_pipe(&io->output, &io->theirs[1], false, &io->inodes[1], &io->device, e) < 0 ||
		make_pipe(&io->error, &io->theirs[2], false, &io->inodes[2], &io->device, e) < 0)
		return -1;
	return 0;
}

int io_renew_input(struct run *r, struct lab_error *e)
{
	fd_close(&r->io.input);
	return make_input(&r->io, e);
}

const char *io_object(const struct run *r, uint64_t device, uint64_t inode)
{
	static const char *const names[] = {"stdin", "stdout", "stderr"};

	for (unsigned i = 0; i < 3; i++)
		if (r->io.device == device && r->io.inodes[i] == inode)
			return names[i];
	return NULL;
}

/* At most one byte more than the budget, which is then used up. */
static size_t budget_left(const struct run *r)
{
	size_t used = r->out.len + r->err.len;
	size_t left = used <= r->output_budget ? r->output_budget - used + 1 : 0;

	return left < EVENT_DATA_MAX ? left : EVENT_DATA_MAX;
}

/* A read that brings less than it might has emptied the pipe. */
static bool read_one(struct run *r, int fd, struct buf *into)
{
	size_t most, before = into->len;

	while (fd >= 0 && (most = budget_left(r)) > 0 &&
		fd_read_some(fd, into, most) == (ssize_t)most)
		;
	r->over_output = budget_left(r) == 0;
	return into->len > before;
}

static void log_one(struct run *r, int number, const struct buf *read, size_t *logged)
{
	while (*logged < read->len) {
		size_t len = read->len - *logged;
		struct event *e = supervise_event(r->supervisor, EVENT_OUTPUT, 0, NULL);

		len = len < EVENT_DATA_MAX ? len : EVENT_DATA_MAX;
		event_add_int(r->log, e, "fd", number);
		event_add_bytes(r->log, e, "data", read->data + *logged, len);
		supervise_append(r->supervisor, e);
		*logged += len;
	}
}

bool io_read(struct run *r)
{
	bool any = read_one(r, r->io.output, &r->out);

	return read_one(r, r->io.error, &r->err) || any;
}

void io_drain(struct run *r)
{
	if (io_read(r))
		supervise_stir(r->supervisor);
	r->written = false;
	log_one(r, 1, &r->out, &r->io.logged[0]);
	log_one(r, 2, &r->err, &r->io.logged[1]);
}

bool io_feed(struct run *r)
{
	ssize_t n;

	if (r->io.input < 0)
		return false;
	if (r->pending.len == 0) {
		if (r->input_open)
			return false;
		fd_close(&r->io.input);
		return true;
	}
	n = write(r->io.input, r->pending.data, r->pending.len);
	if (n > 0) {
		buf_drop(&r->pending, (size_t)n);
		if (r->pending.len == 0 && !r->input_open)
			fd_close(&r->io.input);
		return true;
	}
	if (n < 0 && errno == EPIPE) { /* nobody reads any more */
		buf_clear(&r->pending);
		fd_close(&r->io.input);
	}
	return false;
}

void io_close(struct run *r)
{
	fd_close(&r->io.input);
	fd_close(&r->io.output);
	fd_close(&r->io.error);
	for (int i = 0; i < 3; i++)
		fd_close(&r->io.theirs[i]);
}
