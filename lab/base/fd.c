/* Descriptors and whole files: see fd.h. */
#include "config.h"

#include "lab/base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define READ_LEAST 2048 /* bytes that a read has room for in its buffer */

void fd_close(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = saved;
}

int fd_write_all(int fd, const void *bytes, size_t len)
{
	const char *p = bytes;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0) {
			if (errno == EINTR)
				continue;
			return -1;
		}
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

ssize_t fd_read_full(int fd, void *bytes, size_t len)
{
	size_t got = 0;

	while (got < len) {
		ssize_t n = read(fd, (char *)bytes + got, len - got);

		if (n < 0) {
			if (errno == EINTR)
				continue;
			return -1;
		}
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

/* Most reads bring little, and INTO is not to grow (and be copied) for what may not come: what does
 * not fit is read beside it. */
ssize_t fd_read_some(int fd, struct buf *into, size_t most)
{
	char beside[65536];
	struct iovec parts[2];
	size_t room;
	ssize_t n;

	buf_reserve(into, most < READ_LEAST ? most : READ_LEAST);
	room = into->cap - into->len - 1;
	room = room < most ? room : most;
	parts[0] = (struct iovec){into->data + into->len, room};
	parts[1] =
		(struct iovec){beside, most - room < sizeof(beside) ? most - room : sizeof(beside)};
	do
		n = readv(fd, parts, parts[1].iov_len ? 2 : 1);
	while (n < 0 && errno == EINTR);
	if (n > 0) {
		into->len += (size_t)n < room ? (size_t)n : room;
		if ((size_t)n > room)
			buf_add(into, beside, (size_t)n - room);
	}
	into->data[into->len] = '\0';
	return n;
}

int fd_read_to_end(int fd, struct buf *into, size_t most)
{
	size_t start = into->len;

	for (;;) {
		ssize_t n = fd_read_some(fd, into, 65536);

		if (n < 0)
			return -1;
		if (n == 0)
			return 0;
		if (into->len - start > most) {
			errno = EFBIG;
			return -1;
		}
	}
}

int fd_nonblock(int fd, bool on)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0)
		return -1;
	return fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
}

bool file_is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

int file_read(const char *path, struct buf *into, size_t most, struct lab_error *e)
{
	/* O_NONBLOCK: opening a FIFO must not wait for a writer. */
	FD_SCOPED fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return lab_fail_errno(e, LAB_USAGE, "open \"%s\"", path);
	if (!S_ISREG(st.st_mode))
		return lab_fail(e, LAB_USAGE, "read \"%s\": not a regular file", path);
	if (fd_read_to_end(fd, into, most) < 0)
		return lab_fail_errno(e, LAB_USAGE, "read \"%s\"", path);
	return 0;
}

/* A device, a pipe, a terminal: it stays what it is. */
static bool is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

static int write_into(const char *path, const void *bytes, size_t len, struct lab_error *e)
{
	FD_SCOPED fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);

	if (fd < 0 || fd_write_all(fd, bytes, len) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "write \"%s\"", path);
	return 0;
}

int file_write(const char *path, const void *bytes, size_t len, mode_t mode, struct lab_error *e)
{
	if (is_special(path))
		return write_into(path, bytes, len, e);

	LAB_FREE char *temporary = lab_xprintf("%s.XXXXXX", path);
	FD_SCOPED fd = mkostemp(temporary, O_CLOEXEC);

	if (fd < 0)
		return lab_fail_errno(e, LAB_BROKEN, "create \"%s\"", temporary);
	if (fd_write_all(fd, bytes, len) < 0 || fchmod(fd, mode) < 0 || fsync(fd) < 0 ||
		rename(temporary, path) < 0) {
		lab_fail_errno(e, LAB_BROKEN, "write \"%s\"", path);
		unlink(temporary);
		return -1;
	}
	return 0;
}
