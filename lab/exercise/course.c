/*
 * A course's folders -> the exercises, in order. Every name and file is looked at once, here, so
 * that nobody after has to ask whether a program's source is there.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/exercise/marks.h"

struct loader {
	struct course *course;
	struct marks *marks; /* one an exercise */
	const char *judges;
	struct lab_error *e;
};

/* NN-name, the name of small letters, digits and single dashes. */
static bool is_numbered(const char *name)
{
	if (strspn(name, "0123456789") != 2 || name[2] != '-' || strlen(name) > 60)
		return false;
	for (const char *p = name + 2; *p == '-';
		p += strspn(p, "abcdefghijklmnopqrstuvwxyz0123456789"))
		if (strspn(++p, "abcdefghijklmnopqrstuvwxyz0123456789") == 0)
			return false;
	return name[2 + strspn(name + 2, "-abcdefghijklmnopqrstuvwxyz0123456789")] == '\0';
}

static int is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

struct listing {
	struct dirent **entries;
	int count;
};

static void listing_done(struct listing *l)
{
	for (int i = 0; i < l->count; i++)
		free(l->entries[i]);
	free(l->entries);
}
#define LISTING_SCOPED __attribute__((cleanup(listing_done))) struct listing

static int list_folder(const char *path, struct listing *l, struct lab_error *e)
{
	l->count = scandir(path, &l->entries, is_shown, by_bytes);
	if (l->count >= 0)
		return 0;
	*l = (struct listing){NULL, 0};
	return lab_fail_errno(e, LAB_BROKEN, "read the folder \"%s\"", path);
}

static bool list_has(char **list, const char *name)
{
	for (size_t i = 0; list[i] != NULL; i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return false;
}

static bool is_given(const struct exercise *ex, const char *name)
{
	for (size_t i = 0; i < ex->given_count; i++)
		if (list_has(ex->given[i].sources, name))
			return true;
	return ex->driver != NULL && strcmp(ex->driver, name) == 0;
}

static bool is_handed_in(const char *name)
{
	size_t len = strlen(name);

	if (strcmp(name, "answers.txt") == 0)
		return true;
	return path_name_is_plain(name) && len > 2 && name[len - 2] == '.' &&
	       (name[len - 1] == 'c' || name[len - 1] == 'h');
}

/* The starter's files: all that lies in the folder and is not the lab's own. */
static int find_files(struct exercise *ex, struct lab_error *e)
{
	LISTING_SCOPED listing = {NULL, 0};
	size_t count = 0;

	if (list_folder(ex->folder, &listing, e) < 0)
		return -1;
	free(ex->files);
	ex->files = lab_xmalloc(((size_t)listing.count + 1) * sizeof(char *));
	for (int i = 0; i < listing.count; i++) {
		const char *name = listing.entries[i]->d_name;
		LAB_FREE char *path = path_join(ex->folder, name);

		if (strcmp(name, "README.md") == 0 || is_given(ex, name))
			continue;
		if (!path_is_file(path) || !is_handed_in(name))
			return lab_fail(e, LAB_BROKEN,
				"%s: unknown file, expected README.md, .c and .h files, "
				"answers.txt",
				path);
		ex->files[count++] = lab_xstrdup(name);
	}
	return 0;
}

static int check_sources(const struct exercise *ex, const struct marks *m,
	const struct exercise_program *programs, size_t count, struct lab_error *e)
{
	for (size_t i = 0; i < count; i++) {
		for (char **source = programs[i].sources; *source != NULL; source++) {
			LAB_FREE char *path = path_join(ex->folder, *source);

			if (!path_is_file(path))
				return marks_fail(m, *source, e,
					"program %s is built from %s, expected that file in %s",
					programs[i].name, *source, ex->folder);
		}
	}
	return 0;
}

/* The same name twice would be one program's file written over the other's. */
static int check_names(const struct exercise *ex, const struct marks *m, struct lab_error *e)
{
	for (size_t i = 0; i < ex->given_count; i++)
		for (size_t k = 0; k < ex->program_count; k++)
			if (strcmp(ex->given[i].name, ex->programs[k].name) == 0)
				return marks_fail(m, ex->given[i].sources[0], e,
					"given has the program \"%s\", expected a name that "
					"programs has "
					"not",
					ex->given[i].name);
	return 0;
}

static int check_exercise(const struct exercise *ex, const struct marks *m, struct lab_error *e)
{
	LAB_FREE char *driver = ex->driver != NULL ? path_join(ex->folder, ex->driver) : NULL;

	if (driver != NULL && !path_is_file(driver))
		return marks_fail(m, ex->driver, e, "driver is %s, expected that file in %s",
			ex->driver, ex->folder);
	if (check_sources(ex, m, ex->programs, ex->program_count, e) < 0 ||
		check_sources(ex, m, ex->given, ex->given_count, e) < 0 ||
		check_names(ex, m, e) < 0)
		return -1;
	if (ex->kind == EXERCISE_PREDICT && !list_has(ex->files, "answers.txt"))
		return marks_fail(
			m, NULL, e, "kind is predict, expected answers.txt in %s", ex->folder);
	if (ex->kind != EXERCISE_PREDICT && ex->program_count == 0)
		return marks_fail(m, NULL, e, "programs is empty, expected a program to be built");
	return 0;
}

/* The paths of an exercise: all that is not in its README.md. */
static void set_paths(const struct loader *l, struct exercise *ex)
{
	const char *dir = l->course->dir;

	ex->folder = lab_xprintf("%s/exercises/%s", dir, ex->id);
	ex->solution = lab_xprintf("%s/solutions/%s", dir, ex->id);
	if (!path_is_dir(ex->solution)) {
		free(ex->solution);
		ex->solution = NULL;
	}
	ex->test_source = lab_xprintf("%s/tests/exercises/%s.c", dir, ex->id);
	if (!path_is_file(ex->test_source)) {
		free(ex->test_source);
		ex->test_source = NULL;
	}
	ex->judge = lab_xprintf("%s/%s", l->judges, ex->id);
}

static int load_exercise(struct loader *l, const char *chapter, const char *name)
{
	struct course *c = l->course;
	struct exercise *ex = lab_xmalloc(sizeof(*ex));
	LAB_FREE char *readme = NULL;
	struct marks *m;

	c->exercises = lab_xrealloc(c->exercises, (c->count + 1) * sizeof(struct exercise *));
	l->marks = lab_xrealloc(l->marks, (c->count + 1) * sizeof(*l->marks));
	m = &l->marks[c->count];
	*m = (struct marks){0};
	c->exercises[c->count++] = ex;

	ex->id = lab_xprintf("%s/%s", chapter, name);
	set_paths(l, ex);
	readme = path_join(ex->folder, "README.md");
	if (!path_is_file(readme))
		return lab_fail(
			l->e, LAB_BROKEN, "%s: not there, expected the exercise's text", readme);
	if (exercise_read(readme, ex, m, l->e) < 0 || find_files(ex, l->e) < 0 ||
		check_exercise(ex, m, l->e) < 0)
		return -1;
	if (ex->driver != NULL) {
		char *driver = path_join(ex->folder, ex->driver);

		free(ex->driver);
		ex->driver = driver;
	}
	return 0;
}

/* Folders of PATH, each named NN-name with a number of its own; calls EACH for all. */
static int walk_numbered(struct loader *l, const char *path, const char *chapter,
	int (*each)(struct loader *l, const char *chapter, const char *name))
{
	LISTING_SCOPED listing = {NULL, 0};
	const char *before = NULL;

	if (list_folder(path, &listing, l->e) < 0)
		return -1;
	for (int i = 0; i < listing.count; i++) {
		const char *name = listing.entries[i]->d_name;
		LAB_FREE char *folder = path_join(path, name);

		if (!path_is_dir(folder))
			continue;
		if (!is_numbered(name))
			return lab_fail(l->e, LAB_BROKEN,
				"%s: bad name, expected two digits and a name, such as 04-%s",
				folder, chapter == NULL ? "pipes" : "one-way");
		if (before != NULL && strncmp(before, name, 2) == 0)
			return lab_fail(l->e, LAB_BROKEN,
				"%s: the number %.2s again (%s), expected one of its own", folder,
				name, before);
		before = name;
		if (each(l, chapter, name) < 0)
			return -1;
	}
	return 0;
}

static int load_chapter(struct loader *l, const char *none, const char *name)
{
	LAB_FREE char *folder = lab_xprintf("%s/exercises/%s", l->course->dir, name);
	LAB_FREE char *lesson = path_join(folder, "README.md");

	(void)none;
	if (!path_is_file(lesson))
		return lab_fail(
			l->e, LAB_BROKEN, "%s: not there, expected the chapter's lesson", lesson);
	return walk_numbered(l, folder, name, load_exercise);
}

static int load_all(struct loader *l, const char *dir)
{
	LAB_FREE char *exercises = NULL;

	l->course->dir = realpath(dir, NULL);
	if (l->course->dir == NULL)
		return lab_fail_errno(l->e, LAB_USAGE, "course \"%s\"", dir);
	exercises = path_join(l->course->dir, "exercises");
	if (!path_is_dir(exercises))
		return lab_fail(l->e, LAB_USAGE, "\"%s\" is no course: it has no folder exercises",
			l->course->dir);
	if (walk_numbered(l, exercises, NULL, load_chapter) < 0)
		return -1;
	return needs_check(l->course, l->marks, l->e);
}

struct course *course_load(const char *dir, const char *judges, struct lab_error *e)
{
	struct loader l = {.course = lab_xmalloc(sizeof(struct course)), .judges = judges, .e = e};
	int failed = load_all(&l, dir);

	for (size_t i = 0; i < l.course->count; i++)
		marks_done(&l.marks[i]);
	free(l.marks);
	if (failed == 0)
		return l.course;
	course_free(l.course);
	return NULL;
}

void course_free(struct course *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->count; i++) {
		exercise_done(c->exercises[i]);
		free(c->exercises[i]);
	}
	free(c->exercises);
	free(c->dir);
	free(c);
}
