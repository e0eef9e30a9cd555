/*
 * The files of an exercise in a workspace: put where there are none, and moved aside. Whatever
 * happens in the middle, a file is either not there or whole, and none that was there is gone.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "runner/workspace.h"

enum { STARTER_MOST = 1 << 20, ASIDE_MOST = 10000 };

/* ---- put ---- */

/* FROM is a whole file of ours beside TO, which is taken away. What TO is, whatever it is, stays.
 */
static int name_new(const char *from, const char *to, struct lab_error *e)
{
	int result = link(from, to);

	/* a file system without links: rename() never replaces a folder, and we have looked */
	if (result < 0 && (errno == EPERM || errno == EOPNOTSUPP) && !path_exists(to))
		result = rename(from, to);
	if (result < 0 && errno != EEXIST)
		lab_fail_errno(e, LAB_USAGE, "create \"%s\"", to);
	else
		result = 0;
	unlink(from);
	return result;
}

static int put_new(const char *to, const char *bytes, size_t len, struct lab_error *e)
{
	LAB_FREE char *part =
		lab_xprintf("%.*s.%s.XXXXXX", (int)(path_base(to) - to), to, path_base(to));
	FD_SCOPED fd = -1;
	mode_t mask;

	if (path_exists(to))
		return 0;
	fd = mkostemp(part, O_CLOEXEC);
	if (fd < 0)
		return lab_fail_errno(e, LAB_USAGE, "create \"%s\"", to);
	mask = umask(0);
	umask(mask);
	if (fd_write_all(fd, bytes, len) == 0 && fchmod(fd, 0666 & ~mask) == 0)
		return name_new(part, to, e);
	lab_fail_errno(e, LAB_USAGE, "write \"%s\"", to);
	unlink(part);
	return -1;
}

static int copy_missing(
	const struct exercise *exercise, const char *folder, char **list, struct lab_error *e)
{
	for (; list && *list; list++) {
		LAB_FREE char *from = path_join(exercise->folder, *list);
		LAB_FREE char *to = path_join(folder, *list);
		BUF_SCOPED bytes = BUF_INIT;

		if (path_exists(to))
			continue;
		if (file_read(from, &bytes, STARTER_MOST, e) < 0 ||
			put_new(to, buf_text(&bytes), bytes.len, e) < 0)
			return -1;
	}
	return 0;
}

/* The name of the file that the lab brings with its main(), as a list, which LIST is room for. */
static char **driver_of(const struct exercise *exercise, char *list[2])
{
	list[0] = exercise->driver ? strrchr(exercise->driver, '/') + 1 : NULL;
	list[1] = NULL;
	return list;
}

/* The course's own file begins with the hints, which are not to be read by accident. */
static int put_text(const struct exercise *exercise, const char *folder, struct lab_error *e)
{
	LAB_FREE char *to = path_join(folder, "README.md");

	return exercise->text ? put_new(to, exercise->text, strlen(exercise->text), e) : 0;
}

int workspace_prepare(
	const struct workspace *w, const struct exercise *exercise, struct lab_error *e)
{
	LAB_FREE char *folder = workspace_folder(w, exercise);
	char *driver[2];

	if (path_mkdirs(folder, 0777, e) < 0) {
		if (e)
			e->kind = LAB_USAGE;
		return lab_wrap(e, "your work cannot be kept in \"%s\"", w->dir);
	}
	for (size_t i = 0; i < exercise->given_count; i++)
		if (copy_missing(exercise, folder, exercise->given[i].sources, e) < 0)
			return -1;
	if (copy_missing(exercise, folder, driver_of(exercise, driver), e) < 0 ||
		copy_missing(exercise, folder, exercise->files, e) < 0)
		return -1;
	return put_text(exercise, folder, e);
}

/* ---- look ---- */

static bool is_in(char *const *list, const char *name)
{
	for (; list && *list; list++)
		if (strcmp(*list, name) == 0)
			return true;
	return false;
}

static bool is_the_starters(const struct exercise *exercise, const struct submission_file *file)
{
	LAB_FREE char *path = path_join(exercise->folder, file->name);
	BUF_SCOPED bytes = BUF_INIT;

	return !file->refused && is_in(exercise->files, file->name) &&
	       file_read(path, &bytes, STARTER_MOST, NULL) == 0 && bytes.len == file->bytes.len &&
	       memcmp(buf_text(&bytes), buf_text(&file->bytes), bytes.len) == 0;
}

static bool is_untouched(const struct exercise *exercise, const struct submission *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (!is_the_starters(exercise, &s->files[i]))
			return false;
	return true;
}

bool workspace_is_untouched(const struct workspace *w, const struct exercise *exercise)
{
	LAB_FREE char *folder = workspace_folder(w, exercise);
	SUBMISSION_SCOPED s;

	return submission_read(&s, folder, exercise, NULL) == 0 && is_untouched(exercise, &s);
}

/* ---- move aside ---- */

/* EXERCISE.old-N beside the exercise's folder, made. NULL and E. */
static char *make_aside(const char *folder, struct lab_error *e)
{
	for (int n = 1; n < ASIDE_MOST; n++) {
		char *name = lab_xprintf("%s.old-%d", folder, n);

		if (mkdir(name, 0777) == 0)
			return name;
		if (errno != EEXIST) {
			lab_fail_errno(e, LAB_USAGE, "mkdir \"%s\"", name);
			free(name);
			return NULL;
		}
		free(name);
	}
	lab_fail(e, LAB_USAGE,
		"\"%s\" has %d folders of earlier work beside it (.old-1 and so on); remove some",
		folder, ASIDE_MOST - 1);
	return NULL;
}

/* Those that are not there are none. */
static int move(const char *folder, const char *aside, const char *name, struct lab_error *e)
{
	LAB_FREE char *from = path_join(folder, name);
	LAB_FREE char *to = path_join(aside, name);

	if (rename(from, to) == 0 || errno == ENOENT)
		return 0;
	return lab_fail_errno(e, LAB_USAGE, "move \"%s\" to \"%s\"", from, aside);
}

static int move_own(
	const struct submission *s, const char *folder, const char *aside, struct lab_error *e)
{
	for (size_t i = 0; i < s->count; i++)
		if (move(folder, aside, s->files[i].name, e) < 0)
			return -1;
	return 0;
}

/* The folder itself stays: a shell, an editor and a watch may be in it. */
static int move_all(const struct exercise *exercise, const struct submission *s, const char *folder,
	const char *aside, struct lab_error *e)
{
	char *driver[2];

	if (move_own(s, folder, aside, e) < 0)
		return -1;
	for (size_t i = 0; i < exercise->given_count; i++)
		for (char **name = exercise->given[i].sources; name && *name; name++)
			if (move(folder, aside, *name, e) < 0)
				return -1;
	driver_of(exercise, driver);
	return driver[0] ? move(folder, aside, driver[0], e) : 0;
}

int workspace_reset(const struct workspace *w, const struct exercise *exercise, char **aside,
	struct lab_error *e)
{
	LAB_FREE char *folder = workspace_folder(w, exercise);
	SUBMISSION_SCOPED s;

	*aside = NULL;
	if (submission_read(&s, folder, exercise, e) < 0)
		return -1;
	if (!is_untouched(exercise, &s)) {
		*aside = make_aside(folder, e);
		if (!*aside || move_all(exercise, &s, folder, *aside, e) < 0)
			return -1;
	}
	return workspace_prepare(w, exercise, e);
}

/* ---- bring back ---- */

static bool are_same(const struct submission *a, const struct submission *b)
{
	for (size_t i = 0; i < a->count && a->count == b->count; i++)
		if (strcmp(a->files[i].name, b->files[i].name) != 0 || a->files[i].refused ||
			a->files[i].bytes.len != b->files[i].bytes.len ||
			memcmp(buf_text(&a->files[i].bytes), buf_text(&b->files[i].bytes),
				a->files[i].bytes.len) != 0)
			return false;
	return a->count == b->count;
}

static int put_all(const struct submission *files, const char *folder, struct lab_error *e)
{
	for (size_t i = 0; i < files->count; i++) {
		LAB_FREE char *to = path_join(folder, files->files[i].name);

		if (put_new(to, buf_text(&files->files[i].bytes), files->files[i].bytes.len, e) < 0)
			return -1;
	}
	return 0;
}

/* What was moved is looked at again where it lies now: it may have been saved in between. */
static bool is_kept(const struct workspace *w, const struct exercise *exercise, const char *aside)
{
	SUBMISSION_SCOPED s = {0};

	return submission_read(&s, aside, exercise, NULL) == 0 &&
	       (is_untouched(exercise, &s) || workspace_keeps(w, exercise, &s));
}

int workspace_put_back(const struct workspace *w, const struct exercise *exercise,
	const struct submission *files, char **aside, struct lab_error *e)
{
	LAB_FREE char *folder = workspace_folder(w, exercise);
	SUBMISSION_SCOPED s = {0};

	*aside = NULL;
	if (submission_read(&s, folder, exercise, e) < 0)
		return -1;
	if (are_same(&s, files))
		return 0;
	if (path_mkdirs(folder, 0777, e) < 0)
		return -1;
	*aside = make_aside(folder, e);
	if (!*aside || move_own(&s, folder, *aside, e) < 0)
		return -1;
	if (put_all(files, folder, e) < 0)
		return lab_wrap(e, "what you had is in \"%s\"", *aside);
	if (is_kept(w, exercise, *aside)) {
		path_remove_tree(*aside, NULL);
		free(*aside);
		*aside = NULL;
	}
	return workspace_prepare(w, exercise, e);
}
