/* ipclab lesson: what to read first, on the terminal. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "runner/catalogue.h"
#include "runner/cmd.h"
#include "runner/output.h"
#include "runner/student.h"
#include "runner/view/markdown.h"

enum { LESSON_MOST = 1 << 20 };

struct lesson_options {
	const char *course;
	bool task;
};

static void print_markdown(const char *source)
{
	markdown_print(stdout, source, output_colour(STDOUT_FILENO), output_width(STDOUT_FILENO));
}

/* A chapter by its name, its number, or a part of it. NULL: none, or several. */
static char *chapter_named(const struct course *course, const char *name)
{
	LAB_FREE char *found = NULL;
	size_t count = 0;

	for (size_t i = 0; i < course->count; i++) {
		char *chapter = catalogue_chapter(course->exercises[i]);

		if (strstr(chapter, name) && (!found || strcmp(found, chapter) != 0)) {
			free(found);
			found = chapter;
			count++;
		} else {
			free(chapter);
		}
	}
	return count == 1 ? lab_xstrdup(found) : NULL;
}

/* The chapter or the exercise that is meant. *EXERCISE NULL: a chapter, the caller frees it. */
static char *find(const struct course *course, const char *name, const struct exercise **exercise,
	struct lab_error *e)
{
	char *chapter = name ? chapter_named(course, name) : NULL;

	*exercise = NULL;
	if (chapter)
		return chapter;
	if (name) {
		*exercise = course_find(course, name, e);
	} else {
		WORKSPACE_SCOPED *w = workspace_open_here(NULL, e);

		*exercise = w ? student_exercise_here(course, w, e) : NULL;
		if (w && !*exercise)
			return student_chapter_here(course, w);
	}
	return *exercise ? catalogue_chapter(*exercise) : NULL;
}

static int lesson_exec(const struct cmd_call *call, struct lab_error *e)
{
	const struct lesson_options *options = call->options;
	CATALOGUE_SCOPED *course = catalogue_open(options->course, e);
	const struct exercise *ex = NULL;
	LAB_FREE char *chapter = NULL, *path = NULL;
	BUF_SCOPED text = BUF_INIT;

	if (!course)
		return -1;
	chapter = find(course, call->operand_count ? call->operands[0] : NULL, &ex, e);
	if (!chapter)
		return -1;
	if (options->task) {
		if (!ex)
			return lab_fail(e, LAB_USAGE,
				"lesson: \"%s\" is a chapter; --task wants an exercise", chapter);
		print_markdown(ex->text);
		return 0;
	}
	path = lab_xprintf("%s/exercises/%s/README.md", course->dir, chapter);
	if (file_read(path, &text, LESSON_MOST, e) < 0)
		return -1;
	print_markdown(buf_text(&text));
	return 0;
}

static const struct cmd_option lesson_rows[] = {
	{"task", CMD_FLAG, NULL, offsetof(struct lesson_options, task),
		"the exercise's own text instead: what is to be done"},
	{"course", CMD_TEXT, "DIR", offsetof(struct lesson_options, course),
		"the course in DIR instead of the installed one"},
	{0},
};

const struct cmd cmd_lesson = {
	.name = "lesson",
	.synopsis = "[CHAPTER | EXERCISE]",
	.summary = "read a chapter's lesson, or an exercise's task",
	.text = "Prints the lesson of the chapter, or of the chapter that the exercise belongs to. "
		"Without\n"
		"a name the current folder tells. To read it page by page: ipclab lesson 04 | "
		"less.\n",
	.options = lesson_rows,
	.options_size = sizeof(struct lesson_options),
	.operands_most = 1,
	.exec = lesson_exec,
};
