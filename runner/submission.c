/* The files of a submission: see submission.h. */
#include "config.h"

#include "runner/submission.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/build/build.h"

static char *refusal(int errnum)
{
	if (errnum == ELOOP)
		return lab_xstrdup("is a symbolic link; put the file itself there");
	if (errnum == ENXIO)
		return lab_xstrdup("is a socket, not a file");
	return lab_xprintf("cannot be read: %s", strerror(errnum));
}

/* NULL: its bytes are in INTO. */
static char *read_file(int folder, const char *name, struct buf *into)
{
	FD_SCOPED fd =
		openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (!path_name_is_plain(name))
		return lab_xstrdup("has a name with characters other than letters, digits, _ . "
				   "and -, or begins with -; rename it");
	if (fd < 0 || fstat(fd, &st) < 0)
		return refusal(errno);
	if (!S_ISREG(st.st_mode))
		return lab_xprintf("is %s, not a file", S_ISDIR(st.st_mode)    ? "a folder"
							: S_ISFIFO(st.st_mode) ? "a FIFO"
									       : "a device");
	if (st.st_size <= BUILD_SOURCE_MAX && fd_read_to_end(fd, into, BUILD_SOURCE_MAX) == 0)
		return NULL;
	if (st.st_size <= BUILD_SOURCE_MAX && errno != EFBIG)
		return refusal(errno);
	return lab_xprintf("is larger than %d KiB", BUILD_SOURCE_MAX >> 10);
}

static int is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void add(struct submission *s, int folder, const char *name)
{
	struct submission_file *file;

	s->files = lab_xrealloc(s->files, (s->count + 1) * sizeof(*s->files));
	file = &s->files[s->count++];
	*file = (struct submission_file){.name = lab_xstrdup(name), .bytes = BUF_INIT};
	file->refused = read_file(folder, name, &file->bytes);
}

int submission_read(struct submission *s, const char *folder, const struct exercise *exercise,
	struct lab_error *e)
{
	FD_SCOPED fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent **entries;
	int count;

	*s = (struct submission){0};
	if (fd < 0 && errno == ENOENT)
		return 0;
	count = fd < 0 ? -1 : scandirat(fd, ".", &entries, is_shown, by_bytes);
	if (count < 0)
		return lab_fail_errno(e, LAB_USAGE, "read the folder \"%s\"", folder);
	for (int i = 0; i < count; i++) {
		if (build_reads(exercise, entries[i]->d_name))
			add(s, fd, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return 0;
}

void submission_copy(struct submission *into, const struct submission *from)
{
	*into = (struct submission){.files = lab_xmalloc((from->count + 1) * sizeof(*from->files))};
	for (; into->count < from->count; into->count++) {
		const struct submission_file *file = &from->files[into->count];
		struct submission_file *copy = &into->files[into->count];

		copy->name = lab_xstrdup(file->name);
		copy->refused = lab_xstrdup(file->refused);
		buf_add(&copy->bytes, buf_text(&file->bytes), file->bytes.len);
	}
}

const struct submission_file *submission_find(const struct submission *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->files[i].name, name) == 0)
			return &s->files[i];
	return NULL;
}

void submission_done(struct submission *s)
{
	for (size_t i = 0; i < s->count; i++) {
		free(s->files[i].name);
		free(s->files[i].refused);
		buf_done(&s->files[i].bytes);
	}
	free(s->files);
	*s = (struct submission){0};
}
