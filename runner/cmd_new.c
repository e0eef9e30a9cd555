/*
 * ipclab new: lays out an exercise that is whole but for its blanks. Never writes over anything.
 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "runner/cmd.h"
#include "runner/new_template.h"

struct new_options {
	const char *course;
};

/* What is laid out where. */
struct layout {
	const char *course, *id;
	bool elsewhere; /* it is built against an ipclab that pkg-config finds */
};

/* "NN-name" of small letters, digits and '-'; the part of TEXT before END. */
static bool is_numbered(const char *text, const char *end)
{
	if (end - text < 4 || !isdigit((unsigned char)text[0]) ||
		!isdigit((unsigned char)text[1]) || text[2] != '-' ||
		!islower((unsigned char)text[3]) || end[-1] == '-')
		return false;
	for (const char *p = text + 3; p < end; p++)
		if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '-')
			return false;
	return true;
}

static bool is_id(const char *id)
{
	const char *slash = strchr(id, '/');

	return slash && is_numbered(id, slash) && is_numbered(slash + 1, id + strlen(id)) &&
	       strlen(id) < 100;
}

static char *path_for(const struct layout *l, const struct new_file *file)
{
	BUF_SCOPED path = BUF_INIT;

	new_fill(&path, file->path, l->id, l->elsewhere);
	return path_join(l->course, buf_text(&path));
}

/* Fails where something is there already. */
static int write_new(const struct layout *l, const struct new_file *file, struct lab_error *e)
{
	LAB_FREE char *path = path_for(l, file);
	LAB_FREE char *dir = lab_xstrdup(path);
	BUF_SCOPED text = BUF_INIT;
	FD_SCOPED fd = -1;

	*strrchr(dir, '/') = '\0';
	if (path_mkdirs(dir, 0777, e) < 0)
		return -1;
	new_fill(&text, file->text, l->id, l->elsewhere);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0 || fd_write_all(fd, buf_text(&text), text.len) < 0)
		return lab_fail_errno(e, LAB_USAGE, "new: write \"%s\"", path);
	printf("  %s\n", path);
	return 0;
}

/* What exercises share is written with the first of them. */
static int write_unless_there(
	const struct layout *l, const struct new_file *file, struct lab_error *e)
{
	LAB_FREE char *path = path_for(l, file);

	return path_exists(path) ? 0 : write_new(l, file, e);
}

/* Two folders beside one another that begin with the same number: no course that has them can be
 * read. PATH would be one of them. */
static int number_is_free(const char *path, struct lab_error *e)
{
	const char *name = path_base(path);
	LAB_FREE char *pattern = lab_xprintf("%.*s-*", (int)(name - path) + 2, path);
	glob_t found = {0};
	int status = 0;

	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc && status == 0; i++)
			if (strcmp(found.gl_pathv[i], path) != 0)
				status = lab_fail(e, LAB_USAGE,
					"new: there is \"%s\" already, and a number is taken once; "
					"nothing was written",
					found.gl_pathv[i]);
	globfree(&found);
	return status;
}

static int numbers_are_free(const struct layout *l, struct lab_error *e)
{
	LAB_FREE char *exercise = lab_xprintf("%s/exercises/%s", l->course, l->id);
	LAB_FREE char *chapter = lab_xstrdup(exercise);

	*strrchr(chapter, '/') = '\0';
	return number_is_free(chapter, e) < 0 ? -1 : number_is_free(exercise, e);
}

/* Nothing is begun that cannot be finished. */
static int nothing_there(const struct layout *l, struct lab_error *e)
{
	for (const struct new_file *file = new_files; file->path; file++) {
		LAB_FREE char *path = path_for(l, file);

		if (path_exists(path))
			return lab_fail(e, LAB_USAGE,
				"new: there is \"%s\" already; nothing was written", path);
	}
	return 0;
}

static int write_all(const struct layout *l, struct lab_error *e)
{
	if (nothing_there(l, e) < 0 || numbers_are_free(l, e) < 0 ||
		write_unless_there(l, &new_lesson, e) < 0 ||
		(l->elsewhere && write_unless_there(l, &new_makefile, e) < 0))
		return -1;
	for (const struct new_file *file = new_files; file->path; file++)
		if (write_new(l, file, e) < 0)
			return -1;
	return 0;
}

static void tell_what_next(const char *program, const struct new_options *options, const char *id)
{
	LAB_FREE char *course =
		options->course ? lab_xprintf(" --course %s", options->course) : lab_xstrdup("");
	const char *build = lab_build_dir();

	printf("\nIt is whole as it stands, but each line with \"" NEW_BLANK
	       "\" is yours to write. Then:\n\n");
	if (options->course && build)
		printf("  make -C %s PKG_CONFIG_PATH=%s/extra\n", options->course, build);
	else if (options->course)
		printf("  make -C %s\n", options->course);
	else
		printf("  make -C build\n");
	printf("  %s verify%s %s\n\n%s.\n", program, course, id,
		build ? "HACKING.md has the guide" : "man ipclab-exercise tells what there can be");
}

static int new_exec(const struct cmd_call *call, struct lab_error *e)
{
	const struct new_options *options = call->options;
	const struct layout layout = {
		.course = options->course ? options->course : lab_course_dir(),
		.id = call->operand_count == 1 ? call->operands[0] : NULL,
		.elsewhere = options->course != NULL,
	};

	if (!layout.id)
		return lab_fail(e, LAB_USAGE, "new: it wants a name: CHAPTER/EXERCISE");
	if (!is_id(layout.id))
		return lab_fail(e, LAB_USAGE,
			"new: \"%s\" is no name for an exercise; it wants CHAPTER/EXERCISE, each a "
			"number of two digits and a name of small letters: 04-pipes/10-relay",
			layout.id);
	if (!layout.elsewhere && !lab_build_dir())
		return lab_fail(e, LAB_USAGE,
			"new: the course in \"%s\" is what was installed, and not to be added to; "
			"name "
			"the folder of your own with --course=DIR",
			layout.course);
	if (!path_is_dir(layout.course))
		return lab_fail(e, LAB_USAGE,
			"new: there is no folder \"%s\"; make it first, a course may begin empty",
			layout.course);
	if (write_all(&layout, e) < 0)
		return -1;
	tell_what_next(call->program, options, layout.id);
	return 0;
}

static const struct cmd_option new_rows[] = {
	{"course", CMD_TEXT, "DIR", offsetof(struct new_options, course),
		"in the course in DIR instead of the one that this program was built with"},
	{0},
};

const struct cmd cmd_new = {
	.name = "new",
	.synopsis = "CHAPTER/EXERCISE",
	.summary = "lay out an exercise to be written",
	.text = "For whoever writes exercises. Lays out text, starter, solutions, wrong solutions "
		"and\n"
		"hidden test of a small exercise that is whole, with a mark at each place that is "
		"to\n"
		"be written; \"ipclab verify\" names those that are left. What is there already is "
		"never\n"
		"touched. A course may begin as an empty folder; it gets a Makefile, too, which "
		"builds\n"
		"its tests against the ipclab that pkg-config finds.\n",
	.options = new_rows,
	.options_size = sizeof(struct new_options),
	.operands_most = 1,
	.exec = new_exec,
};
