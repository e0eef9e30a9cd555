/*
 * The standard streams of a run: three pipes. Our ends never block: output is drained when a task
 * has written, input is fed when everyone is blocked.
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
	if (fd_nonblock(*ours, true) < 0 || fstat(*ours, &st) < 0)
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

static bool drain_one(struct run *r, int fd, int number, struct buf *into)
{
	bool any = false;
	ssize_t n;

	while (fd >= 0 && (n = fd_read_some(fd, into, EVENT_DATA_MAX)) > 0) {
		struct event *e = supervise_event(r->supervisor, EVENT_OUTPUT, 0, NULL);

		event_add_int(r->log, e, "fd", number);
		event_add_bytes(r->log, e, "data", into->data + into->len - n, (size_t)n);
		supervise_append(r->supervisor, e);
		any = true;
		if (r->out.len + r->err.len > r->output_budget) {
			r->over_output = true;
			break;
		}
	}
	return any;
}

bool io_drain(struct run *r)
{
	bool any = drain_one(r, r->io.output, 1, &r->out);

	r->written = false;
	return drain_one(r, r->io.error, 2, &r->err) || any;
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
