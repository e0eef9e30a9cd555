/* ipclab attempts: what was tried at an exercise; any of it can be looked at or brought back. */
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

struct attempts_options {
	const char *course;
	struct cmd_number show, restore;
};

static void begin_text(struct text *t)
{
	int width = output_width(STDOUT_FILENO);

	text_init(t, width == 0 ? 1000 : width); /* in a file, no line is broken */
}

static int end_text(struct text *t)
{
	text_print(stdout, t, output_colour(STDOUT_FILENO));
	text_done(t);
	return 0;
}

static int list(const struct student *s, const struct attempts *a, const char *program)
{
	struct text text;

	if (a->count == 0) {
		printf("%s has not been checked yet.\n", s->exercise->id);
		return 0;
	}
	begin_text(&text);
	view_attempts(&text, a);
	end_text(&text);
	if (isatty(STDOUT_FILENO))
		printf("\"%s attempts %s --show N\" shows one, --restore N brings it back.\n",
			program, s->exercise->id);
	return 0;
}

static int show(
	const struct student *s, const struct attempts *a, size_t number, struct lab_error *e)
{
	SUBMISSION_SCOPED files = {0};
	struct outcome *outcome;
	struct text text;

	if (attempts_files(&files, s->workspace, a, number, e) < 0)
		return -1;
	outcome = attempts_outcome(s->workspace, s->exercise, a, number, e);
	begin_text(&text);
	if (outcome)
		view_outcome(&text, outcome, &files, VIEW_ALL);
	view_attempt_files(&text, &files);
	outcome_free(outcome);
	return end_text(&text);
}

static int restore(
	const struct student *s, const struct attempts *a, size_t number, struct lab_error *e)
{
	LAB_FREE char *folder = workspace_folder(s->workspace, s->exercise);
	LAB_FREE char *aside = NULL;

	if (attempts_bring_back(s->workspace, s->exercise, a, number, &aside, e) < 0)
		return -1;
	output_name(stdout, folder);
	printf(" has the files of attempt %zu again.\n", number);
	if (aside) {
		fputs("What you had is in ", stdout);
		output_name(stdout, aside);
		putchar('\n');
	}
	return 0;
}

static int attempts_exec(const struct cmd_call *call, struct lab_error *e)
{
	const struct attempts_options *options = call->options;
	const char *name = call->operand_count ? call->operands[0] : NULL;
	STUDENT_SCOPED s = {0};
	ATTEMPTS_SCOPED attempts = {0};

	if (options->show.given && options->restore.given)
		return lab_fail(e, LAB_USAGE, "attempts: --show and --restore exclude each other");
	if (student_begin(&s, name, options->course, e) < 0 ||
		attempts_read(&attempts, s.workspace, s.exercise, e) < 0)
		return -1;
	if (options->show.given)
		return show(&s, &attempts, options->show.value, e);
	if (options->restore.given)
		return restore(&s, &attempts, options->restore.value, e);
	return list(&s, &attempts, call->program);
}

static const struct cmd_option attempts_rows[] = {
	{"show", CMD_NUMBER, "N", offsetof(struct attempts_options, show),
		"the verdict and the files of attempt N"},
	{"restore", CMD_NUMBER, "N", offsetof(struct attempts_options, restore),
		"bring the files of attempt N back"},
	{"course", CMD_TEXT, "DIR", offsetof(struct attempts_options, course),
		"the course in DIR instead of the installed one"},
	{0},
};

const struct cmd cmd_attempts = {
	.name = "attempts",
	.synopsis = "[EXERCISE]",
	.summary = "list what you have tried, look at it, bring it back",
	.text = "Each check keeps its files and its verdict. The list has the latest first; "
		"numbers count\n"
		"from the first attempt and never change. What --restore replaces is kept as well: "
		"if it was\n"
		"never checked, it is moved to EXERCISE.old-N beside the exercise's folder. "
		"Without "
		"EXERCISE\n"
		"the current folder tells which it is.\n",
	.options = attempts_rows,
	.options_size = sizeof(struct attempts_options),
	.operands_most = 1,
	.exec = attempts_exec,
};
