/*
 * ipclab new: lays out an exercise that is whole but for its blanks. Never writes over anything.
 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
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

static char *path_for(const char *course, const struct new_file *file, const char *id)
{
	BUF_SCOPED path = BUF_INIT;

	new_fill(&path, file->path, id);
	return path_join(course, buf_text(&path));
}

/* Fails where something is there already. */
static int write_new(
	const char *course, const struct new_file *file, const char *id, struct lab_error *e)
{
	LAB_FREE char *path = path_for(course, file, id);
	LAB_FREE char *dir = lab_xstrdup(path);
	BUF_SCOPED text = BUF_INIT;
	FD_SCOPED fd = -1;

	*strrchr(dir, '/') = '\0';
	if (path_mkdirs(dir, 0777, e) < 0)
		return -1;
	new_fill(&text, file->text, id);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0 || fd_write_all(fd, buf_text(&text), text.len) < 0)
		return lab_fail_errno(e, LAB_USAGE, "new: write \"%s\"", path);
	printf("  %s\n", path);
	return 0;
}

/* Nothing is begun that cannot be finished. */
static int nothing_there(const char *course, const char *id, struct lab_error *e)
{
	for (const struct new_file *file = new_files; file->path; file++) {
		LAB_FREE char *path = path_for(course, file, id);

		if (path_exists(path))
			return lab_fail(e, LAB_USAGE,
				"new: there is \"%s\" already; nothing was written", path);
	}
	return 0;
}

static void tell_what_next(const char *program, const struct new_options *options, const char *id)
{
	LAB_FREE char *course =
		options->course ? lab_xprintf(" --course %s", options->course) : lab_xstrdup("");

	printf("\nIt is whole as it stands, but each line with \"" NEW_BLANK
	       "\" is yours to write. Then:\n\n");
	if (options->course)
		printf("  make -C build course-judges COURSE=%s\n", options->course);
	else
		printf("  make -C build\n");
	printf("  %s verify%s %s\n\nHACKING.md has the guide.\n", program, course, id);
}

static int new_exec(const struct cmd_call *call, struct lab_error *e)
{
	const struct new_options *options = call->options;
	const char *course = options->course ? options->course : lab_course_dir();
	const char *id = call->operand_count == 1 ? call->operands[0] : NULL;
	LAB_FREE char *lesson = NULL;

	if (!id)
		return lab_fail(e, LAB_USAGE, "new: it wants a name: CHAPTER/EXERCISE");
	if (!is_id(id))
		return lab_fail(e, LAB_USAGE,
			"new: \"%s\" is no name for an exercise; it wants CHAPTER/EXERCISE, each a "
			"number of two digits and a name of small letters: 04-pipes/10-relay",
			id);
	if (!path_is_dir(course))
		return lab_fail(e, LAB_USAGE,
			"new: there is no folder \"%s\"; make it first, a course may begin empty",
			course);
	if (nothing_there(course, id, e) < 0)
		return -1;
	lesson = path_for(course, &new_lesson, id);
	if (!path_exists(lesson) && write_new(course, &new_lesson, id, e) < 0)
		return -1;
	for (const struct new_file *file = new_files; file->path; file++)
		if (write_new(course, file, id, e) < 0)
			return -1;
	tell_what_next(call->program, options, id);
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
		"touched. A course may begin as an empty folder.\n",
	.options = new_rows,
	.options_size = sizeof(struct new_options),
	.operands_most = 1,
	.exec = new_exec,
};
