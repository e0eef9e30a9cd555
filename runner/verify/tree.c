/*
 * What verify says of a course without running anything: every exercise is whole, and nothing lies
 * around that belongs to none.
 */
#include "config.h"

#include "runner/verify/tree.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/path.h"
#include "runner/verify/blank.h"
#include "runner/verify/folder.h"
#include "runner/verify/rebuild.h"
#include "runner/verify/shown.h"

enum { HINTS = 3, RIGHT_LEAST = 2, TEXT_LEAST = 200 };

static bool in_list(char **list, const char *name)
{
	for (; list && *list; list++)
		if (strcmp(*list, name) == 0)
			return true;
	return false;
}

static size_t length(char **list)
{
	size_t n = 0;

	while (list && list[n])
		n++;
	return n;
}

static bool ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n > m && strcmp(name + n - m, end) == 0;
}

/* What a submission may consist of. */
static bool is_submittable(const char *name)
{
	return path_name_is_plain(name) &&
	       (ends_with(name, ".c") || ends_with(name, ".h") || strcmp(name, "answers.txt") == 0);
}

static bool is_older(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec < b->tv_sec : a->tv_nsec < b->tv_nsec;
}

/* Whoever has changed a test and not built it looks for the fault elsewhere. */
static void check_judge(const struct exercise *ex, struct problems *problems)
{
	size_t root = strlen(ex->folder) - strlen("/exercises/") - strlen(ex->id);
	LAB_FREE char *course = lab_xprintf("%.*s", (int)root, ex->folder);
	LAB_FREE char *command = rebuild_command(course);
	struct stat judge, source;

	if (!ex->judge || access(ex->judge, X_OK) < 0 || stat(ex->judge, &judge) < 0)
		problems_add(problems, "%s: its compiled test is missing: %s; %s builds it", ex->id,
			ex->judge ? ex->judge : "no path", command);
	else if (ex->test_source && stat(ex->test_source, &source) == 0 &&
		 is_older(&judge.st_mtim, &source.st_mtim))
		problems_add(problems,
			"%s: tests/exercises/%s.c is newer than the compiled test, which is what "
			"judges; %s builds it",
			ex->id, ex->id, command);
}

static void check_texts(const struct exercise *ex, struct problems *problems)
{
	if (length(ex->hints) != HINTS)
		problems_add(problems,
			"%s: it has %zu hints; there should be %d, each telling more", ex->id,
			length(ex->hints), HINTS);
	for (size_t i = 0; i < length(ex->hints); i++)
		if (ex->hints[i][strspn(ex->hints[i], " \t\n")] == '\0')
			problems_add(problems, "%s: hint %zu is empty", ex->id, i + 1);
	if (!ex->text || strlen(ex->text) < TEXT_LEAST)
		problems_add(problems, "%s: README.md says next to nothing below its front matter",
			ex->id);
	if (!ex->test_source)
		problems_add(problems, "%s: there is no test source tests/exercises/%s.c", ex->id,
			ex->id);
	check_judge(ex, problems);
}

static int check_starter(const struct exercise *ex, struct problems *problems, struct lab_error *e)
{
	FOLDER_SCOPED folder = {0};

	if (folder_read(&folder, ex->folder, e) < 0)
		return -1;
	if (length(ex->files) == 0)
		problems_add(problems, "%s: there is no starter file", ex->id);
	for (size_t i = 0; i < folder.count; i++)
		if (strcmp(folder.names[i], "README.md") != 0 && !is_submittable(folder.names[i]))
			problems_add(problems,
				"%s: exercises/%s/%s is stray: no .c, .h or answers.txt", ex->id,
				ex->id, folder.names[i]);
	return 0;
}

/* right/ or wrong/: files NAME.c, or folders of what can be handed in. */
static int check_variants(const struct exercise *ex, const char *which, size_t least,
	struct problems *problems, struct lab_error *e)
{
	LAB_FREE char *path = path_join(ex->solution, which);
	FOLDER_SCOPED folder = {0};

	if (path_is_dir(path) && folder_read(&folder, path, e) < 0)
		return -1;
	if (folder.count < least)
		problems_add(problems,
			"%s: solutions/%s/%s holds %zu programs; at least %zu are due", ex->id,
			ex->id, which, folder.count, least);
	for (size_t i = 0; i < folder.count; i++) {
		LAB_FREE char *entry = path_join(path, folder.names[i]);
		FOLDER_SCOPED inside = {0};

		if (path_is_dir(entry) && folder_read(&inside, entry, e) < 0)
			return -1;
		if (!path_is_dir(entry) && !is_submittable(folder.names[i]))
			problems_add(problems,
				"%s: solutions/%s/%s/%s is stray: no .c file or folder", ex->id,
				ex->id, which, folder.names[i]);
		for (size_t k = 0; k < inside.count; k++)
			if (!is_submittable(inside.names[k]))
				problems_add(problems, "%s: solutions/%s/%s/%s/%s is stray", ex->id,
					ex->id, which, folder.names[i], inside.names[k]);
	}
	return 0;
}

static int check_solution(const struct exercise *ex, struct problems *problems, struct lab_error *e)
{
	FOLDER_SCOPED folder = {0};

	if (!ex->solution) {
		problems_add(problems, "%s: there is no folder solutions/%s", ex->id, ex->id);
		return 0;
	}
	if (folder_read(&folder, ex->solution, e) < 0)
		return -1;
	for (char **name = ex->files; name && *name; name++) {
		LAB_FREE char *path = path_join(ex->solution, *name);

		if (!path_is_file(path))
			problems_add(problems, "%s: the reference has no %s, which the starter has",
				ex->id, *name);
	}
	for (size_t i = 0; i < folder.count; i++) {
		const char *name = folder.names[i];

		if (strcmp(name, "right") != 0 && strcmp(name, "wrong") != 0 &&
			!in_list(ex->files, name))
			problems_add(problems,
				"%s: solutions/%s/%s is stray: the starter has no such file",
				ex->id, ex->id, name);
	}
	if (check_variants(ex, "right", RIGHT_LEAST, problems, e) < 0)
		return -1;
	return check_variants(ex, "wrong", 1, problems, e);
}

int tree_check_exercise(const struct exercise *ex, struct problems *problems, struct lab_error *e)
{
	check_texts(ex, problems);
	if (check_starter(ex, problems, e) < 0 || blank_check(ex, problems, e) < 0 ||
		shown_check(ex, problems, e) < 0)
		return -1;
	return check_solution(ex, problems, e);
}

/* Is there an exercise CHAPTER (ENTRY NULL) or CHAPTER/ENTRY? */
static bool is_known(const struct course *course, const char *chapter, const char *entry)
{
	LAB_FREE char *id =
		entry ? lab_xprintf("%s/%s", chapter, entry) : lab_xprintf("%s/", chapter);

	for (size_t i = 0; i < course->count; i++)
		if (entry ? strcmp(course->exercises[i]->id, id) == 0
			  : strncmp(course->exercises[i]->id, id, strlen(id)) == 0)
			return true;
	return false;
}

/* One of the three trees. SUFFIX: what an exercise's entry is called beyond its name. LESSONS: a
 * chapter has a README.md. */
struct tree {
	const char *name, *suffix;
	bool lessons;
};

static int check_chapter(const struct course *course, const struct tree *tree, const char *chapter,
	struct problems *problems, struct lab_error *e)
{
	LAB_FREE char *path = lab_xprintf("%s/%s/%s", course->dir, tree->name, chapter);
	FOLDER_SCOPED folder = {0};

	if (folder_read(&folder, path, e) < 0)
		return -1;
	for (size_t i = 0; i < folder.count; i++) {
		LAB_FREE char *entry = lab_xstrdup(folder.names[i]);
		bool fits = !*tree->suffix || ends_with(entry, tree->suffix);

		if (tree->lessons && strcmp(entry, "README.md") == 0) {
			LAB_FREE char *lesson = path_join(path, entry);

			blank_check_file(lesson, lesson + strlen(course->dir) + 1, problems);
			continue;
		}
		if (fits)
			entry[strlen(entry) - strlen(tree->suffix)] = '\0';
		if (!fits || !is_known(course, chapter, entry))
			problems_add(problems, "%s/%s/%s is stray: it belongs to no exercise",
				tree->name, chapter, folder.names[i]);
	}
	return 0;
}

static int check_tree(const struct course *course, const struct tree *tree,
	struct problems *problems, struct lab_error *e)
{
	LAB_FREE char *path = path_join(course->dir, tree->name);
	FOLDER_SCOPED folder = {0};

	if (!path_is_dir(path))
		return 0;
	if (folder_read(&folder, path, e) < 0)
		return -1;
	for (size_t i = 0; i < folder.count; i++) {
		if (strcmp(folder.names[i], "Makemodule.am") == 0)
			continue; /* the build's own */
		if (*tree->suffix && ends_with(folder.names[i], ".h"))
			continue; /* what several tests share */
		if (!is_known(course, folder.names[i], NULL))
			problems_add(problems, "%s/%s is stray: it is no chapter with exercises",
				tree->name, folder.names[i]);
		else if (check_chapter(course, tree, folder.names[i], problems, e) < 0)
			return -1;
	}
	return 0;
}

int tree_check_strays(const struct course *course, struct problems *problems, struct lab_error *e)
{
	static const struct tree trees[] = {
		{"exercises", "", true},
		{"solutions", "", false},
		{"tests/exercises", ".c", false},
	};

	for (size_t i = 0; i < sizeof(trees) / sizeof(trees[0]); i++)
		if (check_tree(course, &trees[i], problems, e) < 0)
			return -1;
	return 0;
}
