/* A file that is made piece by piece: see file.h. */
#include "config.h"

#include "runner/class/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"

enum { MUCH = 1 << 16 };

int class_file_open(struct class_file *f, const char *dir, const char *name, struct lab_error *e)
{
	*f = (struct class_file){.path = path_join(dir, name), .fd = -1};
	f->fresh = lab_xprintf("%s.XXXXXX", f->path);
	f->fd = mkostemp(f->fresh, O_CLOEXEC);
	if (f->fd >= 0)
		return 0;
	lab_fail_errno(e, LAB_BROKEN, "create \"%s\"", f->fresh);
	free(f->fresh);
	f->fresh = NULL;
	return -1;
}

static int write_out(struct class_file *f, struct lab_error *e)
{
	if (fd_write_all(f->fd, buf_text(&f->text), f->text.len) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "write \"%s\"", f->path);
	buf_clear(&f->text);
	return 0;
}

int class_file_flush(struct class_file *f, struct lab_error *e)
{
	return f->text.len < MUCH ? 0 : write_out(f, e);
}

/* Is what was there the same, byte for byte? */
static bool is_same(const struct class_file *f)
{
	FD_SCOPED old = open(f->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	LAB_FREE char *a = lab_xmalloc(MUCH);
	LAB_FREE char *b = lab_xmalloc(MUCH);
	struct stat was, is;
	ssize_t n;

	if (old < 0 || fstat(old, &was) < 0 || fstat(f->fd, &is) < 0 || !S_ISREG(was.st_mode) ||
		was.st_size != is.st_size || lseek(f->fd, 0, SEEK_SET) < 0)
		return false;
	while ((n = fd_read_full(f->fd, a, MUCH)) > 0)
		if (fd_read_full(old, b, MUCH) != n || memcmp(a, b, (size_t)n) != 0)
			return false;
	return n == 0;
}

int class_file_keep(struct class_file *f, struct lab_error *e)
{
	if (write_out(f, e) < 0)
		return -1;
	if (is_same(f))
		return 0;
	if (fchmod(f->fd, 0644) < 0 || fsync(f->fd) < 0 || rename(f->fresh, f->path) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "write \"%s\"", f->path);
	free(f->fresh);
	f->fresh = NULL;
	return 0;
}

void class_file_done(struct class_file *f)
{
	fd_close(&f->fd);
	if (f->fresh)
		unlink(f->fresh);
	free(f->fresh);
	free(f->path);
	buf_done(&f->text);
	*f = (struct class_file){.fd = -1};
}
