/*
 * Descriptors and whole files. Everything opened here is close-on-exec. Retries EINTR.
 */
#ifndef LAB_BASE_FD_H
#define LAB_BASE_FD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "lab/base/buf.h"
#include "lab/base/error.h"

void fd_close(int *fd); /* closes if >= 0, sets -1; errno preserved */
static inline void fd_cleanup_(int *fd)
{
	fd_close(fd);
}
/* FD_SCOPED fd = open(...): closed when the scope ends; "return fd_keep(&fd)" hands it out. */
#define FD_SCOPED __attribute__((cleanup(fd_cleanup_))) int
static inline int fd_keep(int *fd)
{
	int kept = *fd;

	*fd = -1;
	return kept;
}

int fd_write_all(int fd, const void *bytes, size_t len); /* 0 or -1 with errno */
ssize_t fd_read_full(int fd, void *bytes, size_t len);   /* bytes read (short only at EOF), -1 */
ssize_t fd_read_some(int fd, struct buf *into, size_t most); /* one read(): n, 0 EOF, -1 errno */
int fd_read_to_end(int fd, struct buf *into, size_t most);   /* 0; -1 with errno, EFBIG past MOST */
int fd_nonblock(int fd, bool on);

/* Do both tell of one file, unchanged in between? */
bool file_is_same(const struct stat *a, const struct stat *b);
/* A whole regular file; -1 and E for all else (links are followed). */
int file_read(const char *path, struct buf *into, size_t most, struct lab_error *e);
/* Replaces PATH atomically (temporary file beside it, fsync, rename); what is no regular file
 * (/dev/null, a pipe) is written into. */
int file_write(const char *path, const void *bytes, size_t len, mode_t mode, struct lab_error *e);

#endif
