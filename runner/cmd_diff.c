/* ipclab diff: the student's files beside the solution, or beside what they were earlier. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "runner/attempts.h"
#include "runner/cmd.h"
#include "runner/output.h"
#include "runner/student.h"
#include "runner/view/text_print.h"
#include "runner/view/view.h"

struct diff_options {
	const char *course;
	struct cmd_number attempt;
	bool all;
};

static int print_difference(const struct view_sides *sides)
{
	int width = output_width(STDOUT_FILENO);
	struct text text;

	text_init(&text, width == 0 ? 1000 : width); /* in a file, no line is broken */
	view_difference(&text, sides, width >= VIEW_BESIDE);
	text_print(stdout, &text, output_colour(STDOUT_FILENO));
	text_done(&text);
	return 0;
}

static int with_attempt(const struct student *s, const struct diff_options *options,
	const struct submission *own, struct lab_error *e)
{
	size_t number = options->attempt.value;
	LAB_FREE char *title = lab_xprintf("attempt %zu", number);
	SUBMISSION_SCOPED then = {0};
	ATTEMPTS_SCOPED attempts;

	if (attempts_read(&attempts, s->workspace, s->exercise, e) < 0 ||
		attempts_files(&then, s->workspace, &attempts, number, e) < 0)
		return -1;
	return print_difference(&(struct view_sides){title, "now", &then, own, !options->all});
}

static int with_solution(const struct student *s, const struct cmd_call *call,
	const struct submission *own, struct lab_error *e)
{
	const struct diff_options *options = call->options;
	SUBMISSION_SCOPED reference = {0};

	if (!s->exercise->solution)
		return lab_fail(e, LAB_UNSUPPORTED,
			"diff: this installation has no solutions; ask whoever gives the course");
	if (!workspace_standing(s->workspace, s->exercise).passed) {
		fprintf(stderr,
			"ipclab: the solution of %s is shown once yours has passed; \"%s hint\" "
			"helps on the way\n",
			s->exercise->id, call->program);
		return 1;
	}
	if (submission_read(&reference, s->exercise->solution, s->exercise, e) < 0)
		return -1;
	return print_difference(
		&(struct view_sides){"yours", "the solution", own, &reference, !options->all});
}

static int diff_exec(const struct cmd_call *call, struct lab_error *e)
{
	const struct diff_options *options = call->options;
	const char *name = call->operand_count ? call->operands[0] : NULL;
	LAB_FREE char *folder = NULL;
	SUBMISSION_SCOPED own = {0};
	STUDENT_SCOPED s;

	if (student_begin(&s, name, options->course, e) < 0)
		return -1;
	folder = workspace_folder(s.workspace, s.exercise);
	if (submission_read(&own, folder, s.exercise, e) < 0)
		return -1;
	return options->attempt.given ? with_attempt(&s, options, &own, e)
				      : with_solution(&s, call, &own, e);
}

static const struct cmd_option diff_rows[] = {
	{"attempt", CMD_NUMBER, "N", offsetof(struct diff_options, attempt),
		"beside your attempt N instead of the solution"},
	{"all", CMD_FLAG, NULL, offsetof(struct diff_options, all),
		"all lines, also those that are the same"},
	{"course", CMD_TEXT, "DIR", offsetof(struct diff_options, course),
		"the course in DIR instead of the installed one"},
	{0},
};

const struct cmd cmd_diff = {
	.name = "diff",
	.synopsis = "[EXERCISE]",
	.summary = "your files beside the solution, by lines, once yours has passed",
	.text = "On a wide terminal both stand side by side: `|` is between lines that differ, `<` "
		"and `>`\n"
		"beside those of one side alone. Elsewhere `-` stands before your lines and `+` "
		"before the\n"
		"others. Blanks do not count. Both ways pass; which one reads better is yours to "
		"judge. With\n"
		"--attempt, which needs no pass, the left side is what you had then. The exit code "
		"is 1\n"
		"before your first pass, and 4 where the installation has no solutions.\n",
	.options = diff_rows,
	.options_size = sizeof(struct diff_options),
	.operands_most = 1,
	.exec = diff_exec,
};
