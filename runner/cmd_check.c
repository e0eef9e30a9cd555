/*
 * ipclab check: one submission, one verdict. Decides which exercise and which folder are meant, has
 * them graded, prints, and keeps what was graded in a workspace. With --all, one after the other.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "lab/base/buf.h"
#include "lab/base/path.h"
#include "runner/catalogue.h"
#include "runner/check_output.h"
#include "runner/check_page.h"
#include "runner/cmd.h"
#include "runner/gradescope_metadata.h"
#include "runner/grading.h"
#include "runner/interrupt.h"
#include "runner/output.h"
#include "runner/student.h"

struct check_options {
	const char *submission, *course, *schedule, *only, *save_logs, *replay_logs;
	const char *gradescope_metadata;
	const char *junit, *gradescope, *html;
	struct cmd_number seed;
	bool all, json, tap;
};

/* One `check`: what stays the same for all its submissions. */
struct check {
	const struct cmd_call *call;
	const struct check_options *options;
	const struct course *course;
	struct workspace *workspace; /* NULL: nothing is kept */
	struct check_output *output;
	int cancel_fd;
};

static bool show_progress(void *context, const struct grade *g)
{
	(void)context;
	if (g->phase == GRADE_BUILDING)
		progress_show("%s: compiling", g->exercise->id);
	else if (g->phase == GRADE_RUNNING && g->check_count < g->checks_planned && g->runs > 1)
		progress_show("%s: check %zu of %zu, run %zu of %zu", g->exercise->id,
			g->check_count + 1, g->checks_planned, g->run, g->runs);
	else if (g->phase == GRADE_RUNNING && g->check_count < g->checks_planned)
		progress_show("%s: check %zu of %zu", g->exercise->id, g->check_count + 1,
			g->checks_planned);
	return true;
}

/* SUBMISSION: how the replay command names it. LESSON: the caller frees. */
static struct report report_of(
	const struct check *c, const struct grade *grade, const char *submission, char **lesson)
{
	struct report report = grading_report(grade);

	*lesson = catalogue_lesson(c->course, grade->exercise);
	report.submission = submission;
	report.course = c->options->course;
	report.program = c->call->program;
	report.lesson = *lesson;
	return report;
}

static void tell(const struct check *c, const struct grade *grade, const char *submission)
{
	LAB_FREE char *lesson = NULL;
	struct report report = report_of(c, grade, submission, &lesson);

	check_output_grade(c->output, grade, &report);
	grading_report_done(&report);
}

static int save_page(const struct check *c, const struct grade *grade, const char *submission,
	const struct grade_request *as, struct lab_error *e)
{
	LAB_FREE char *lesson = NULL;
	struct report report;
	int status;

	if (!c->options->html)
		return 0;
	fflush(stdout);
	report = report_of(c, grade, submission, &lesson);
	status = check_page_save(c->options->html, grade, &report, as, e);
	grading_report_done(&report);
	return status;
}

/* Only whole checks count: not a part of one, and not under a schedule of the user's own. */
static void keep(const struct check *c, const struct grade *grade)
{
	const struct check_options *o = c->options;
	struct report report;
	struct lab_error e = {0};

	if (!c->workspace || !c->workspace->store || o->only || o->schedule || o->replay_logs ||
		o->seed.given)
		return;
	report = grading_report(grade);

	LAB_FREE char *json = report_json(&report);

	if (workspace_record(c->workspace, grade->exercise, grade->verdict, grade->score,
		    grade->max_score, json, &e) < 0)
		output_complain("this is not kept: %s", e.text);
	else if (c->workspace->late)
		output_complain("%s", c->workspace->trouble);
	grading_report_done(&report);
}

static int exit_code(enum verdict v)
{
	switch (v) {
	case VERDICT_PASS:
		return 0;
	case VERDICT_FAIL:
		return 1;
	case VERDICT_BROKEN:
		break;
	}
	return LAB_BROKEN;
}

/* The logs of one exercise of many lie in a folder of its name. */
static char *logs_folder(const struct check *c, const char *dir, const struct exercise *ex)
{
	if (!dir || !c->options->all)
		return lab_xstrdup(dir);
	return path_join(dir, ex->id);
}

/* FOLDER: what is graded; NAMED: how the replay command names it. The exit code, or -1 and E. */
static int check_one(const struct check *c, const struct exercise *ex, const char *folder,
	const char *named, struct lab_error *e)
{
	LAB_FREE char *save = logs_folder(c, c->options->save_logs, ex);
	LAB_FREE char *replay = logs_folder(c, c->options->replay_logs, ex);
	struct grade grade = {0};
	struct grade_request request = {
		.exercise = ex,
		.submission = folder,
		.schedule = c->options->schedule,
		.only = c->options->only,
		.save_logs = save,
		.replay_logs = replay,
		.seed = c->options->seed.value,
		.cpu = -1,
		.progress = show_progress,
		.cancel_fd = c->cancel_fd,
	};
	int status;

	if (save && path_mkdirs(save, 0777, e) < 0)
		return -1;
	if (c->workspace)
		workspace_snapshot(c->workspace, ex);
	status = grade_submission(&request, &grade, e);
	progress_erase();
	if (status == 0 && !interrupt_signal()) {
		tell(c, &grade, named);
		keep(c, &grade);
		status = save_page(c, &grade, named, &request, e);
		if (status == 0)
			status = exit_code(grade.verdict);
	}
	grade_done(&grade);
	return status;
}

/* The student has not begun with it: nothing to be graded, and no attempt. */
static bool skip_untouched(const struct check *c, const struct exercise *ex)
{
	if (!c->workspace || !workspace_is_untouched(c->workspace, ex))
		return false;
	check_output_untouched(c->output, ex);
	return true;
}

static int totals_code(const struct check_output *o)
{
	if (o->broken)
		return LAB_BROKEN;
	return o->failed || o->untouched ? 1 : 0;
}

/* Every exercise that DIR has a folder for; in a workspace, every exercise. */
static int check_all(const struct check *c, const char *dir, struct lab_error *e)
{
	size_t found = 0;

	for (size_t i = 0; i < c->course->count && !interrupt_signal(); i++) {
		const struct exercise *ex = c->course->exercises[i];
		LAB_FREE char *folder = path_join(dir, ex->id);

		if (!c->workspace && !path_is_dir(folder))
			continue;
		found++;
		if (!skip_untouched(c, ex) && check_one(c, ex, folder, folder, e) < 0)
			return -1;
		fflush(stdout);
	}
	if (found == 0)
		return lab_fail(e, LAB_USAGE,
			"check --all: \"%s\" holds no folder CHAPTER/EXERCISE of the course", dir);
	return totals_code(c->output);
}

static bool holds_files(const char *folder, const struct exercise *ex)
{
	for (char **name = ex->files; name && *name; name++) {
		LAB_FREE char *path = path_join(folder, *name);

		if (path_exists(path))
			return true;
	}
	return false;
}

/* In a workspace: by its name, or the one that the current folder belongs to. */
static int check_in_workspace(const struct check *c, const char *name, struct lab_error *e)
{
	const struct exercise *ex = name ? course_find(c->course, name, e)
					 : student_exercise_here(c->course, c->workspace, e);
	LAB_FREE char *folder = ex ? workspace_folder(c->workspace, ex) : NULL;

	if (!ex)
		return -1;
	if (!path_is_dir(folder) && workspace_prepare(c->workspace, ex, e) < 0)
		return -1;
	return check_one(c, ex, folder, NULL, e);
}

static int check_named(const struct check *c, const char *name, struct lab_error *e)
{
	const char *submission = c->options->submission;

	if (c->workspace)
		return check_in_workspace(c, name, e);

	const struct exercise *ex = name ? course_find(c->course, name, e)
					 : catalogue_of_path(c->course, submission, e);

	if (!ex)
		return -1;
	if (!submission && !holds_files(".", ex))
		return lab_fail(e, LAB_USAGE,
			"check: the current folder holds no file of %s (it wants %s); go to yours, "
			"or "
			"name it with --submission",
			ex->id, ex->files && ex->files[0] ? ex->files[0] : "none");
	return check_one(c, ex, submission ? submission : ".", submission, e);
}

static int check_options_fit(const struct cmd_call *call, struct lab_error *e)
{
	const struct check_options *o = call->options;

	if (o->all && call->operand_count > 0)
		return lab_fail(
			e, LAB_USAGE, "check: either --all or \"%s\", not both", call->operands[0]);
	if (o->json && o->tap)
		return lab_fail(e, LAB_USAGE,
			"check: either --json or --tap, not both: each is all of standard output");
	if (o->html && (o->all || o->replay_logs))
		return lab_fail(e, LAB_USAGE,
			"check: --html is the page of one exercise, and runs the check that failed "
			"once more: %s does not go with it",
			o->all ? "--all" : "--replay-logs");
	if (o->save_logs && o->replay_logs)
		return lab_fail(e, LAB_USAGE,
			"check: --save-logs and --replay-logs exclude each other: saved logs are "
			"judged without running anything");
	if (o->submission && !path_is_dir(o->submission))
		return lab_fail(e, LAB_USAGE,
			"check: --submission \"%s\" is %s; it wants the folder with the student's "
			"files",
			o->submission, path_exists(o->submission) ? "no folder" : "not there");
	if (o->replay_logs && !path_is_dir(o->replay_logs))
		return lab_fail(
			e, LAB_USAGE, "check: --replay-logs \"%s\" is no folder", o->replay_logs);
	return 0;
}

/* All that is to be checked: the exit code, or -1 and E. */
static int check_what_was_asked(const struct check *c, struct lab_error *e)
{
	const char *submission = c->options->submission;

	if (c->options->all)
		return check_all(c,
			submission     ? submission
			: c->workspace ? c->workspace->dir
				       : ".",
			e);
	return check_named(c, c->call->operand_count > 0 ? c->call->operands[0] : NULL, e);
}

static int check_exec(const struct cmd_call *call, struct lab_error *e)
{
	const struct check_options *options = call->options;
	CHECK_OUTPUT_SCOPED output = {
		.form = options->json  ? CHECK_JSON
			: options->tap ? CHECK_TAP
			: options->all ? CHECK_ROWS
				       : CHECK_WHOLE,
		.program = call->program,
		.junit = options->junit,
		.gradescope = options->gradescope,
	};
	struct check c = {.call = call, .options = options, .output = &output, .cancel_fd = -1};
	WORKSPACE_SCOPED *workspace = NULL;
	CATALOGUE_SCOPED *course = NULL;
	LAB_FREE char *dir = options->submission ? NULL : workspace_find(NULL);
	long long late = 0;
	int status;

	if (check_options_fit(call, e) < 0)
		return -1;
	if (options->gradescope_metadata &&
		gradescope_late(options->gradescope_metadata, &late, e) < 0)
		return -1;
	course = catalogue_open(options->course, e);
	if (!course)
		return -1;
	c.course = course;
	workspace = dir ? workspace_open(dir, e) : NULL;
	if (dir && !workspace)
		return -1;
	if (workspace && workspace->trouble)
		output_complain("%s", workspace->trouble);
	c.workspace = workspace;
	c.cancel_fd = interrupt_open(e);
	if (c.cancel_fd < 0)
		return -1;
	check_output_begin(&output);
	output.gradescope_tests.late = late;
	status = check_what_was_asked(&c, e);
	if (status >= 0 && !interrupt_signal() && check_output_end(&output, e) < 0)
		return -1;
	return status;
}

static const struct cmd_option check_rows[] = {
	{"submission", CMD_TEXT, "DIR", offsetof(struct check_options, submission),
		"the folder with the student's files (default: that of the workspace); nothing is "
		"kept"},
	{"all", CMD_FLAG, NULL, offsetof(struct check_options, all),
		"every exercise that the folder has a CHAPTER/EXERCISE for, a line each; those of "
		"a "
		"workspace that still are as they were given are not begun, and not checked"},
	{"course", CMD_TEXT, "DIR", offsetof(struct check_options, course),
		"the course in DIR instead of the installed one"},
	{"only", CMD_TEXT, "CHECK", offsetof(struct check_options, only), "only this check"},
	{"schedule", CMD_TEXT, "NAME", offsetof(struct check_options, schedule),
		"every run under this schedule (natural, random:SEED, pct:SEED:DEPTH:STEPS, "
		"slow:SEED, choices:0.2.1) instead of "
		"those that the test explores"},
	{"seed", CMD_NUMBER, "N", offsetof(struct check_options, seed),
		"another seed for process ids and the like (default: 1); for staff"},
	{"save-logs", CMD_TEXT, "DIR", offsetof(struct check_options, save_logs),
		"keep the event log of every run in DIR"},
	{"replay-logs", CMD_TEXT, "DIR", offsetof(struct check_options, replay_logs),
		"judge the logs that were saved in DIR; nothing is run"},
	{"json", CMD_FLAG, NULL, offsetof(struct check_options, json),
		"one JSON object on one line; with --all, one for each exercise"},
	{"tap", CMD_FLAG, NULL, offsetof(struct check_options, tap),
		"TAP, version 13: a line a check, and below one that failed what is known of it"},
	{"html", CMD_TEXT, "FILE", offsetof(struct check_options, html),
		"write what came of it into FILE as well, as a page for browsers, with the run of "
		"the first check that failed to walk through"},
	{"junit", CMD_TEXT, "FILE", offsetof(struct check_options, junit),
		"write what came of it into FILE as well, as JUnit XML: a suite an exercise, a "
		"case a check"},
	{"gradescope", CMD_TEXT, "FILE", offsetof(struct check_options, gradescope),
		"likewise as the results.json that Gradescope wants of an autograder"},
	{"gradescope-metadata", CMD_TEXT, "FILE",
		offsetof(struct check_options, gradescope_metadata),
		"Gradescope's submission_metadata.json: results.json then says how late it was"},
	{0},
};

const struct cmd cmd_check = {
	.name = "check",
	.synopsis = "[EXERCISE]",
	.summary = "compile, run and grade a submission",
	.text = "EXERCISE is a name as \"ipclab list\" shows it, or a part of it that fits only "
		"one.\n"
		"Without it the current folder tells. In a workspace (see \"ipclab init\") its "
		"files are\n"
		"graded, and what came of it is kept there.\n"
		"\n"
		"The sources are compiled and run in a sandbox, under a supervisor that decides "
		"who\n"
		"runs next and what time it is. The same sources get the same verdict every time.\n"
		"Every failed check names the schedule it was seen under and the command that "
		"shows\n"
		"it again.\n"
		"\n"
		"The exit code is 0 if every check passed, 1 if not, 3 if the lab itself failed\n"
		"(\"broken\": it costs the student nothing).\n",
	.options = check_rows,
	.options_size = sizeof(struct check_options),
	.operands_most = 1,
	.exec = check_exec,
};
