/*
 * Files that lie in no exercise's folder, by their names: of the exercises whose `files` name one.
 * What could be of two is told and given to neither. They are copied into a folder of their own,
 * since what lies beside them may be another exercise's.
 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/build/build.h"
#include "runner/intake/internal.h"

bool flat_is_of(const struct exercise *ex, const char *name)
{
	for (size_t i = 0; ex->files[i]; i++)
		if (strcmp(ex->files[i], name) == 0)
			return true;
	return false;
}

static bool is_known(const struct course *course, const char *name)
{
	for (size_t i = 0; i < course->count; i++)
		if (flat_is_of(course->exercises[i], name))
			return true;
	return false;
}

/* Canvas calls the second hand-in of count.c "count-1.c". */
static void forget_number(const struct course *course, struct loose *file)
{
	char *dot = strrchr(file->name, '.'), *p = dot;
	LAB_FREE char *plain = NULL;

	while (p && p > file->name && isdigit((unsigned char)p[-1]))
		p--;
	if (!dot || p == dot || p <= file->name + 1 || p[-1] != '-' || is_known(course, file->name))
		return;
	plain = lab_xprintf("%.*s%s", (int)(p - 1 - file->name), file->name, dot);
	if (!is_known(course, plain))
		return;
	free(file->name);
	file->name = lab_xstrdup(plain);
}

/* ---- copying ---- */

static const char *refusal(int fd, const struct stat *st)
{
	if (fd < 0)
		return errno == ELOOP ? "it is a link" : strerror(errno);
	if (!S_ISREG(st->st_mode))
		return S_ISFIFO(st->st_mode) ? "it is a FIFO" : "it is no file";
	if (st->st_size > BUILD_SOURCE_MAX)
		return "it is larger than 1024 KiB";
	return NULL;
}

/* A copy of FILE in FOLDER. 1: it cannot be read, which is told. */
static int copy(
	struct intake_student *s, const struct loose *file, const char *folder, struct lab_error *e)
{
	FD_SCOPED fd = open(file->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	LAB_FREE char *to = path_join(folder, file->name);
	FD_SCOPED out = -1;
	BUF_SCOPED text = BUF_INIT;
	struct stat st = {0};
	const char *why;

	if (fd >= 0)
		fstat(fd, &st);
	why = refusal(fd, &st);
	if (!why && fd_read_to_end(fd, &text, BUILD_SOURCE_MAX) < 0)
		why = strerror(errno);
	if (fd < 0 && errno == EACCES && !s->unreadable)
		s->unreadable =
			lab_xprintf("read \"%s\": EACCES, %s", file->label, strerror(EACCES));
	if (why) {
		intake_note(&s->notes, "%s is not read: %s", file->label, why);
		return 1;
	}
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (out < 0 || fd_write_all(out, text.data, text.len) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "write \"%s\"", to);
	return 0;
}

/* ---- whose is it ---- */

static bool is_open(const struct intake_student *s, size_t exercise)
{
	return !s->works[exercise].folder && !s->works[exercise].why;
}

/* How many exercises want a file of this name; *ONE: the first of them. */
static size_t takers(const struct intake *in, const bool *open_for, const char *name, size_t *one)
{
	size_t count = 0;

	for (size_t i = 0; i < in->exercise_count; i++)
		if (open_for[i] && flat_is_of(in->exercises[i], name) && count++ == 0)
			*one = i;
	return count;
}

/* All that is called so and lies nearest to the top: the only one, or NULL, with SECOND. */
static const struct loose *nearest(
	const struct loose *files, size_t count, const char *name, const struct loose **second)
{
	const struct loose *best = NULL;

	*second = NULL;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(files[i].name, name) != 0)
			continue;
		if (!best || files[i].depth < best->depth) {
			best = &files[i];
			*second = NULL;
		} else if (files[i].depth == best->depth) {
			*second = &files[i];
		}
	}
	return best;
}

struct sorting {
	struct intake *in;
	struct intake_student *s;
	struct loose *files;
	size_t count;
	bool *open_for; /* [exercise]: has no folder of its own */
	struct lab_error *e;
};

static int give(struct sorting *so, struct loose *file, size_t exercise)
{
	struct intake_work *work = &so->s->works[exercise];

	LAB_FREE char *fresh = work->folder ? NULL : intake_room(so->in, so->e);
	int status;

	if (!work->folder && !fresh)
		return -1;
	status = copy(so->s, file, fresh ? fresh : work->folder, so->e);
	file->taken = status == 0;
	if (status == 0 && fresh) {
		work->folder = fresh;
		fresh = NULL;
	}
	return status < 0 ? -1 : 0;
}

static void tell_unclear(struct sorting *so, const struct loose *file)
{
	BUF_SCOPED ids = BUF_INIT;

	for (size_t i = 0; i < so->in->exercise_count; i++)
		if (so->open_for[i] && flat_is_of(so->in->exercises[i], file->name)) {
			struct intake_work *work = &so->s->works[i];

			buf_printf(&ids, "%s%s", ids.len ? " or " : "", so->in->exercises[i]->id);
			if (!work->why && !work->folder)
				work->why = lab_xprintf(
					"nothing was handed in, or it is unclear: %s lies in no "
					"exercise's folder, and another exercise has a file of "
					"this "
					"name",
					file->name);
		}
	intake_note(&so->s->notes,
		"%s is graded for none: it may be of %s; put it into a folder of that name",
		file->label, buf_text(&ids));
}

static int sort_one(struct sorting *so, struct loose *file)
{
	size_t exercise = 0;
	size_t count = takers(so->in, so->open_for, file->name, &exercise);
	const struct loose *second, *best = nearest(so->files, so->count, file->name, &second);

	if (count == 0 || best != file)
		return 0;
	if (count > 1) {
		tell_unclear(so, file);
		return 0;
	}
	if (second) {
		intake_note(&so->s->notes, "%s and %s are called alike, and neither is graded",
			file->label, second->label);
		return 0;
	}
	return give(so, file, exercise);
}

/* Sources and headers of the student's own go with the only exercise that they can be of. */
static int sort_own(struct sorting *so, size_t exercise)
{
	int status = 0;

	for (size_t i = 0; i < so->count && status == 0; i++) {
		struct loose *file = &so->files[i];
		const struct loose *second;

		if (!is_known(so->in->course, file->name) &&
			build_reads(so->in->exercises[exercise], file->name) &&
			nearest(so->files, so->count, file->name, &second) == file && !second)
			status = give(so, file, exercise);
	}
	return status;
}

int flat_sort(struct intake *in, struct intake_student *s, struct loose *files, size_t count,
	struct lab_error *e)
{
	struct sorting so = {
		in, s, files, count, lab_xmalloc((in->exercise_count + 1) * sizeof(bool)), e};
	size_t given = 0, only = 0, closed = 0;
	int status = 0;

	for (size_t i = 0; i < in->exercise_count; i++) {
		so.open_for[i] = is_open(s, i);
		closed += !so.open_for[i];
	}
	for (size_t i = 0; i < count; i++)
		forget_number(in->course, &files[i]);
	for (size_t i = 0; i < count && status == 0; i++)
		status = sort_one(&so, &files[i]);
	for (size_t i = 0; i < in->exercise_count; i++)
		if (so.open_for[i] && s->works[i].folder) {
			given++;
			only = i;
		}
	if (status == 0 && given == 1 && closed == 0)
		status = sort_own(&so, only);
	for (size_t i = 0; i < count; i++)
		if (!files[i].taken)
			list_add(&s->extra, files[i].label);
	free(so.open_for);
	return status;
}
