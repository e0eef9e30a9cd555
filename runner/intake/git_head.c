/*
 * What HEAD of a student's git checkout is. Three small text files are read, and no program of git,
 * which would do what the repository's own configuration says.
 */
#include "config.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "runner/intake/internal.h"

enum { TEXT_MOST = 1 << 20 };

#define REF "ref: "

/* Opened component by component: there is no link on the way. */
static int read_text(int at, const char *path, struct buf *into)
{
	const char *slash = strchr(path, '/');
	FD_SCOPED fd = -1;
	struct stat st;

	if (slash) {
		LAB_FREE char *first = lab_xprintf("%.*s", (int)(slash - path), path);

		fd = path_name_is_plain(first)
			     ? openat(at, first, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
			     : -1;
		return fd < 0 ? -1 : read_text(fd, slash + 1, into);
	}
	fd = path_name_is_plain(path)
		     ? openat(at, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
		     : -1;
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return -1;
	return fd_read_to_end(fd, into, TEXT_MOST);
}

/* The number of a commit that TEXT begins with, or NULL. */
static char *commit(const char *text)
{
	size_t len = strspn(text, "0123456789abcdef");

	return len == 40 || len == 64 ? lab_xprintf("%.*s", (int)len, text) : NULL;
}

static char *packed(int fd, const char *ref)
{
	BUF_SCOPED text = BUF_INIT;

	if (read_text(fd, "packed-refs", &text) < 0)
		return NULL;
	for (const char *line = buf_text(&text); *line;) {
		size_t len = strcspn(line, "\n"), hex = strcspn(line, " \n");

		if (len - hex == strlen(ref) + 1 &&
			strncmp(line + hex + 1, ref, len - hex - 1) == 0)
			return commit(line);
		line += len + (line[len] == '\n');
	}
	return NULL;
}

char *git_head(int fd)
{
	BUF_SCOPED head = BUF_INIT;
	BUF_SCOPED direct = BUF_INIT;
	char *ref;

	if (read_text(fd, "HEAD", &head) < 0 || !head.len)
		return NULL;
	if (strncmp(head.data, REF, strlen(REF)) != 0)
		return commit(head.data);
	ref = head.data + strlen(REF);
	ref[strcspn(ref, "\n")] = '\0';
	if (read_text(fd, ref, &direct) == 0)
		return commit(buf_text(&direct));
	return packed(fd, ref);
}
