/*
 * The submission's files: what is accepted, read once. Everything here may have been prepared by
 * somebody who wants the lab to open, follow, wait for or overwrite something else: so links are
 * not followed, a FIFO is opened without waiting, sizes are looked at before bytes are read, and
 * names that a command line could take for something else are refused.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/base/rng.h"
#include "lab/build/parts.h"

static bool ends_in(const char *name, const char *end)
{
	size_t len = strlen(name), tail = strlen(end);

	return len > tail && strcmp(name + len - tail, end) == 0;
}

bool source_is_c(const char *name)
{
	return ends_in(name, ".c");
}

static bool is_source_name(const char *name)
{
	return source_is_c(name) || ends_in(name, ".h") || strcmp(name, "answers.txt") == 0;
}

static const char *kind_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return "a folder";
	case S_IFIFO:
		return "a FIFO";
	case S_IFSOCK:
		return "a socket";
	case S_IFCHR:
	case S_IFBLK:
		return "a device";
	case S_IFLNK:
		return "a symbolic link";
	default:
		return "no regular file";
	}
}

/* The first NUL byte's line, 0 if there is none. */
static int nul_line(const struct buf *b)
{
	int line = 1;

	for (size_t i = 0; i < b->len; i++) {
		if (b->data[i] == '\0')
			return line;
		line += b->data[i] == '\n';
	}
	return 0;
}

static bool is_blank(const struct buf *b)
{
	for (size_t i = 0; i < b->len; i++)
		if (strchr(" \t\r\n\f\v", b->data[i]) == NULL)
			return false;
	return true;
}

static void refuse_open(struct build_result *r, const char *name, int errnum)
{
	if (errnum == ELOOP)
		diagnostic_addf(r, name, 0, BUILD_ERROR,
			"%s is a symbolic link. Hand in the file itself: links are not followed",
			name);
	else if (errnum == ENXIO)
		diagnostic_addf(r, name, 0, BUILD_ERROR,
			"%s is a socket, not a file with source text", name);
	else
		diagnostic_addf(
			r, name, 0, BUILD_ERROR, "%s cannot be read: %s", name, strerror(errnum));
}

/* The bytes of one file, or a diagnostic. */
static bool read_file(struct build_result *r, int folder, const char *name, struct buf *into)
{
	FD_SCOPED fd =
		openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	int line;

	if (fd < 0 || fstat(fd, &st) < 0) {
		refuse_open(r, name, errno);
		return false;
	}
	if (!S_ISREG(st.st_mode)) {
		diagnostic_addf(r, name, 0, BUILD_ERROR, "%s is %s, not a file with source text",
			name, kind_of(st.st_mode));
		return false;
	}
	if (st.st_size > BUILD_SOURCE_MAX || fd_read_to_end(fd, into, BUILD_SOURCE_MAX) < 0) {
		if (st.st_size > BUILD_SOURCE_MAX || errno == EFBIG)
			diagnostic_addf(r, name, 0, BUILD_ERROR,
				"%s is larger than %d KiB, the most that a source file may have",
				name, BUILD_SOURCE_MAX >> 10);
		else
			refuse_open(r, name, errno);
		return false;
	}
	line = nul_line(into);
	if (line > 0)
		diagnostic_addf(r, name, line, BUILD_ERROR,
			"%s has a NUL byte here, as no text has. Was it saved as UTF-16? Save it "
			"as UTF-8.",
			name);
	return line == 0;
}

static void keep(struct source_list *s, const char *name, struct buf *bytes, bool given)
{
	s->list = lab_xrealloc(s->list, (s->count + 1) * sizeof(*s->list));
	s->list[s->count++] = (struct source){lab_xstrdup(name), *bytes, given};
	*bytes = (struct buf)BUF_INIT;
}

/* Is NAME a file that the lab itself brings? The student's copy of it plays no part. */
static bool is_given(const struct exercise *ex, const char *name)
{
	for (size_t i = 0; i < ex->given_count; i++)
		for (char **source = ex->given[i].sources; *source != NULL; source++)
			if (strcmp(*source, name) == 0)
				return true;
	return ex->driver != NULL && strcmp(path_base(ex->driver), name) == 0;
}

static int is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && is_source_name(entry->d_name);
}

bool build_reads(const struct exercise *exercise, const char *name)
{
	return name[0] != '.' && is_source_name(name) && !is_given(exercise, name);
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void read_one(struct source_list *s, const struct exercise *ex, int folder, const char *name,
	struct build_result *r)
{
	BUF_SCOPED bytes = BUF_INIT;

	if (is_given(ex, name))
		return;
	if (!path_name_is_plain(name)) {
		diagnostic_addf(r, name, 0, BUILD_ERROR,
			"the file name \"%s\" has characters other than letters, digits, _ . and "
			"-, or "
			"begins with -. Rename it, or move it elsewhere",
			name);
		return;
	}
	if (s->count >= BUILD_FILES_MAX) {
		diagnostic_addf(r, "", 0, BUILD_ERROR,
			"there are more than %d source files in the folder", BUILD_FILES_MAX);
		return;
	}
	if (read_file(r, folder, name, &bytes))
		keep(s, name, &bytes, false);
}

static int read_submission(struct source_list *s, const struct exercise *ex, const char *submission,
	struct build_result *r, struct lab_error *e)
{
	FD_SCOPED folder = open(submission, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent **entries;
	int count;

	if (folder < 0)
		return lab_fail_errno(
			e, LAB_USAGE, "the folder of the submission \"%s\"", submission);
	count = scandirat(folder, ".", &entries, is_shown, by_bytes);
	if (count < 0)
		return lab_fail_errno(e, LAB_USAGE, "read the folder \"%s\"", submission);
	for (int i = 0; i < count; i++) {
		read_one(s, ex, folder, entries[i]->d_name, r);
		free(entries[i]);
	}
	free(entries);
	return 0;
}

static int read_given(struct source_list *s, const struct exercise *ex, struct lab_error *e)
{
	for (size_t i = 0; i < ex->given_count; i++) {
		for (char **source = ex->given[i].sources; *source != NULL; source++) {
			LAB_FREE char *path = path_join(ex->folder, *source);
			BUF_SCOPED bytes = BUF_INIT;

			if (sources_find(s, *source) != NULL)
				continue;
			if (file_read(path, &bytes, BUILD_SOURCE_MAX, e) < 0)
				return -1;
			keep(s, *source, &bytes, true);
		}
	}
	return 0;
}

/* A file that the exercise asks for. One that was refused has its diagnostic already. */
static void need(const struct source_list *s, const char *name, struct build_result *r)
{
	const struct source *source = sources_find(s, name);

	for (size_t i = 0; i < r->count; i++)
		if (strcmp(r->diagnostics[i].file, name) == 0)
			return;
	if (source == NULL)
		diagnostic_addf(r, name, 0, BUILD_ERROR, "%s is missing", name);
	else if (is_blank(&source->bytes))
		diagnostic_addf(r, name, 0, BUILD_ERROR, "%s is empty", name);
}

int sources_read(struct source_list *s, const struct exercise *ex, const char *submission,
	struct build_result *result, struct lab_error *e)
{
	if (read_submission(s, ex, submission, result, e) < 0)
		return -1;
	for (size_t i = 0; i < ex->program_count; i++)
		for (char **source = ex->programs[i].sources; *source != NULL; source++)
			need(s, *source, result);
	if (ex->kind == EXERCISE_PREDICT)
		need(s, "answers.txt", result);
	return read_given(s, ex, e);
}

const struct source *sources_find(const struct source_list *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->list[i].name, name) == 0)
			return &s->list[i];
	return NULL;
}

int write_whole(const char *path, const struct buf *bytes, mode_t mode, struct lab_error *e)
{
	FD_SCOPED fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

	if (fd < 0 || fchmod(fd, mode) < 0 || fd_write_all(fd, buf_text(bytes), bytes->len) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "write \"%s\"", path);
	return 0;
}

int sources_write(const struct source_list *s, const char *folder, struct lab_error *e)
{
	for (size_t i = 0; i < s->count; i++) {
		LAB_FREE char *path = path_join(folder, s->list[i].name);

		if (write_whole(path, &s->list[i].bytes, 0644, e) < 0)
			return -1;
	}
	return 0;
}

uint64_t sources_hash(const struct source_list *s)
{
	BUF_SCOPED all = BUF_INIT;

	for (size_t i = 0; i < s->count; i++) {
		if (s->list[i].given)
			continue;
		buf_printf(&all, "%s %zu\n", s->list[i].name, s->list[i].bytes.len);
		buf_add(&all, buf_text(&s->list[i].bytes), s->list[i].bytes.len);
	}
	return rng_hash(buf_text(&all), all.len);
}

void sources_done(struct source_list *s)
{
	for (size_t i = 0; i < s->count; i++) {
		free(s->list[i].name);
		buf_done(&s->list[i].bytes);
	}
	free(s->list);
	*s = (struct source_list){NULL, 0};
}
