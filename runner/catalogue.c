/* The course that a command works on: which one, and which of its exercises a folder stands for. */
#include "config.h"

#include "runner/catalogue.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "runner/verify/folder.h"

enum { LESSON_MAX = 1 << 20 };

struct course *catalogue_open(const char *dir, struct lab_error *e)
{
	const char *course = dir ? dir : lab_course_dir();
	LAB_FREE char *own = path_join(course, "judges");

	if (dir && !path_is_dir(dir)) {
		lab_fail(e, LAB_USAGE, "there is no course in \"%s\": it is no folder", dir);
		return NULL;
	}
	return course_load(course, path_is_dir(own) ? own : lab_judges_dir(), e);
}

static int add_private(
	struct course *course, const char *judges, const char *id, struct lab_error *e)
{
	for (size_t i = 0; i < course->count; i++) {
		if (strcmp(course->exercises[i]->id, id) != 0)
			continue;
		free(course->exercises[i]->private_judge);
		course->exercises[i]->private_judge = path_join(judges, id);
		return 0;
	}
	return lab_fail(e, LAB_USAGE, "--private: \"%s/%s\" is a test of no exercise of \"%s\"",
		judges, id, course->dir);
}

/* -1 and E; else how many were added. */
static int add_chapter_private(
	struct course *course, const char *judges, const char *chapter, struct lab_error *e)
{
	LAB_FREE char *folder = path_join(judges, chapter);
	FOLDER_SCOPED tests = {0};
	int added = 0;

	if (path_is_dir(folder) && folder_read(&tests, folder, e) < 0)
		return -1;
	for (size_t i = 0; i < tests.count; i++) {
		LAB_FREE char *id = path_join(chapter, tests.names[i]);

		if (strchr(tests.names[i], '.'))
			continue; /* what make notes of how it was built */
		if (add_private(course, judges, id, e) < 0)
			return -1;
		added++;
	}
	return added;
}

int catalogue_add_private(struct course *course, const char *dir, struct lab_error *e)
{
	LAB_FREE char *folder = path_join(dir, "judges");
	LAB_FREE char *judges = realpath(folder, NULL);
	FOLDER_SCOPED chapters = {0};
	int added = 0;

	if (judges && folder_read(&chapters, judges, e) < 0)
		return -1;
	for (size_t i = 0; i < chapters.count; i++) {
		int more = add_chapter_private(course, judges, chapters.names[i], e);

		if (more < 0)
			return -1;
		added += more;
	}
	if (added > 0)
		return 0;
	return lab_fail(e, LAB_USAGE,
		"--private: \"%s\" holds no compiled test judges/CHAPTER/EXERCISE; their sources "
		"stand in its tests/exercises/CHAPTER/EXERCISE.c, and make, with the Makefile of "
		"\"ipclab new --course\", builds them",
		dir);
}

/* The last two components of an absolute path, or NULL. */
static const char *last_two(const char *path)
{
	const char *p = strrchr(path, '/');

	while (p && p > path && p[-1] != '/')
		p--;
	return p && p > path ? p : NULL;
}

const struct exercise *catalogue_of_path(
	const struct course *course, const char *path, struct lab_error *e)
{
	LAB_FREE char *whole = realpath(path ? path : ".", NULL);
	const char *id;

	if (!whole) {
		lab_fail_errno(e, LAB_USAGE, "open \"%s\"", path ? path : ".");
		return NULL;
	}
	id = last_two(whole);
	for (size_t i = 0; id && i < course->count; i++)
		if (strcmp(course->exercises[i]->id, id) == 0)
			return course->exercises[i];
	lab_fail(e, LAB_USAGE,
		"which exercise? The folder \"%s\" does not end in CHAPTER/EXERCISE; name the "
		"exercise, \"ipclab list\" shows all",
		whole);
	return NULL;
}

char *catalogue_chapter(const struct exercise *exercise)
{
	return lab_xprintf("%.*s", (int)strcspn(exercise->id, "/"), exercise->id);
}

static char *chapter_file(const struct course *course, const char *chapter)
{
	return lab_xprintf("%s/exercises/%s/README.md", course->dir, chapter);
}

char *catalogue_chapter_title(const struct course *course, const char *chapter)
{
	LAB_FREE char *path = chapter_file(course, chapter);
	BUF_SCOPED text = BUF_INIT;
	const char *line;

	if (!path_is_file(path) || file_read(path, &text, LESSON_MAX, NULL) < 0)
		return lab_xstrdup(chapter);
	for (line = buf_text(&text); *line; line += strcspn(line, "\n"), line += *line == '\n')
		if (strncmp(line, "# ", 2) == 0)
			return lab_xprintf("%.*s", (int)strcspn(line + 2, "\n"), line + 2);
	return lab_xstrdup(chapter);
}

char *catalogue_lesson(const struct course *course, const struct exercise *exercise)
{
	LAB_FREE char *chapter = catalogue_chapter(exercise);
	char *path = chapter_file(course, chapter);

	if (!path_is_file(path)) {
		free(path);
		return NULL;
	}
	return path;
}
