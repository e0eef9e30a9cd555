/*
 * The owner's side of files inside: init opens them, the descriptor comes out.
 */
#include "config.h"

#include "lab/sandbox/sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/sandbox/inside.h"
#include "lab/sandbox/reduced.h"

int sandbox_request(struct sandbox *s, const struct wire_request *request, int *value, int *fd)
{
	struct wire_reply reply;
	int got_fd = -1;
	size_t count = 1;

	if (s->killed || wire_send(s->control, request, sizeof *request, NULL, 0, NULL, 0) < 0 ||
		wire_receive(s->control, &reply, sizeof reply, &got_fd, &count, NULL) !=
			sizeof reply) {
		errno = EPIPE;
		return -1;
	}
	if (value)
		*value = reply.value;
	if (fd && count)
		*fd = got_fd;
	else if (count)
		close(got_fd);
	if (!reply.errnum)
		return 0;
	errno = reply.errnum;
	return -1;
}

static int request_path(struct wire_request *request, const char *path, struct lab_error *e)
{
	if (strlen(path) >= sizeof request->path) {
		errno = ENAMETOOLONG;
		return lab_fail_errno(e, LAB_USAGE, "open \"%.60s...\" in the sandbox", path);
	}
	strcpy(request->path, path);
	return 0;
}

int sandbox_open(struct sandbox *s, const char *path, int flags, struct lab_error *e)
{
	struct wire_request request = {.kind = WIRE_OPEN, .number = flags, .mode = 0644};
	int fd = -1;

	if (request_path(&request, path, e) < 0)
		return -1;
	if (s->reduced)
		fd = reduced_open(s->reduced, path, flags);
	if (s->reduced ? fd < 0 : sandbox_request(s, &request, NULL, &fd) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "open \"%s\" in the sandbox", path);
	return fd;
}

static void remember(struct sandbox *s, const char *path)
{
	s->put = lab_xrealloc(s->put, (s->put_count + 1) * sizeof *s->put);
	s->put[s->put_count++] = lab_xstrdup(path);
}

int sandbox_put_file(struct sandbox *s, const char *path, mode_t mode, const void *bytes,
	size_t len, struct lab_error *e)
{
	struct wire_request request = {.kind = WIRE_PUT, .mode = mode};
	FD_SCOPED fd = -1;
	char full[512];

	if (path[0] == '/')
		snprintf(full, sizeof full, "%s", path);
	else
		snprintf(full, sizeof full, "%s/%s", s->work_dir, path);
	if (request_path(&request, full, e) < 0)
		return -1;
	if (s->reduced)
		fd = reduced_create(s->reduced, full, mode);
	if ((s->reduced ? fd < 0 : sandbox_request(s, &request, NULL, &fd) < 0) ||
		fd_write_all(fd, bytes, len) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "put \"%s\" into the sandbox", full);
	remember(s, full);
	return 0;
}
