/*
 * ipclab check: one submission, one verdict. Decides which exercise and which folder are meant, has
 * them graded, prints, and keeps what was graded in a workspace. With --all, one after the other.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/path.h"
#include "lab/report/words.h"
#include "runner/catalogue.h"
#include "runner/cmd.h"
#include "runner/grading.h"
#include "runner/interrupt.h"
#include "runner/output.h"
#include "runner/student.h"

struct check_options {
	const char *submission, *course, *schedule, *only, *save_logs, *replay_logs;
	struct cmd_number seed;
	bool all, json;
};

/* What many checks came to. */
struct totals {
	size_t passed, failed, broken, untouched;
	double score, max_score;
};

/* One `check`: what stays the same for all its submissions. */
struct check {
	const struct cmd_call *call;
	const struct check_options *options;
	const struct course *course;
	struct workspace *workspace; /* NULL: nothing is kept */
	struct totals *totals;       /* with --all */
	int cancel_fd;
};

static bool show_progress(void *context, const struct grade *g)
{
	(void)context;
	if (g->phase == GRADE_BUILDING)
		progress_show("%s: compiling", g->exercise->id);
	else if (g->phase == GRADE_RUNNING && g->check_count < g->checks_planned)
		progress_show("%s: check %zu of %zu", g->exercise->id, g->check_count + 1,
			g->checks_planned);
	return true;
}

static void print_grade(const struct check *c, const struct grade *grade, const char *submission)
{
	LAB_FREE char *lesson = catalogue_lesson(c->course, grade->exercise);
	struct report report = grading_report(grade);

	report.submission = submission;
	report.course = c->options->course;
	report.program = c->call->program;
	report.lesson = lesson;
	if (c->options->json) {
		LAB_FREE char *text = report_json(&report);

		puts(text);
		if (grade->verdict == VERDICT_BROKEN && grade->complaint)
			output_complain("%s", grade->complaint);
	} else {
		report_text(
			stdout, &report, output_colour(STDOUT_FILENO), output_width(STDOUT_FILENO));
	}
	grading_report_done(&report);
}

static void print_row(const char *state, double score, const struct exercise *ex, const char *what)
{
	LAB_FREE char *got = words_points(score);

	printf("%-6s  %5s of %-3d  ", state, got, ex->points);
	if (*what)
		printf("%-36s  %s\n", ex->id, what);
	else
		puts(ex->id);
}

/* A line a submission: for many of them. */
static void print_grade_row(const struct grade *grade)
{
	const char *first = grade->build.ok ? NULL : "does not build";

	for (size_t i = 0; i < grade->check_count && !first; i++)
		if (grade->checks[i].verdict != VERDICT_PASS)
			first = grade->checks[i].name;
	if (grade->verdict == VERDICT_BROKEN && grade->complaint)
		first = "see \"ipclab check\" of it";
	print_row(verdict_name(grade->verdict), grade->score, grade->exercise, first ? first : "");
}

static void count(struct totals *t, const struct grade *grade)
{
	t->passed += grade->verdict == VERDICT_PASS;
	t->failed += grade->verdict == VERDICT_FAIL;
	t->broken += grade->verdict == VERDICT_BROKEN;
	t->score += grade->score;
	t->max_score += grade->max_score;
}

static void print_totals(const struct totals *t, const char *program)
{
	LAB_FREE char *got = words_points(t->score), *most = words_points(t->max_score);

	printf("\n%zu passed, %zu failed", t->passed, t->failed);
	if (t->broken)
		printf(", %zu broken (not your fault)", t->broken);
	if (t->untouched)
		printf(", %zu not begun", t->untouched);
	printf(": %s of %s points. \"%s check EXERCISE\" tells more of one.\n", got, most, program);
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
		if (c->options->all && !c->options->json)
			print_grade_row(&grade);
		else
			print_grade(c, &grade, named);
		if (c->totals)
			count(c->totals, &grade);
		keep(c, &grade);
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
	c->totals->untouched++;
	c->totals->max_score += ex->points;
	if (!c->options->json)
		print_row("-", 0, ex, "not begun");
	return true;
}

static int totals_code(const struct totals *t)
{
	if (t->broken)
		return LAB_BROKEN;
	return t->failed || t->untouched ? 1 : 0;
}

/* Every exercise that DIR has a folder for; in a workspace, every exercise. */
static int check_all(struct check *c, const char *dir, struct lab_error *e)
{
	struct totals totals = {0};
	size_t found = 0;

	c->totals = &totals;
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
	if (!c->options->json && !interrupt_signal())
		print_totals(&totals, c->call->program);
	return totals_code(&totals);
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

static int check_exec(const struct cmd_call *call, struct lab_error *e)
{
	const struct check_options *options = call->options;
	struct check c = {.call = call, .options = options, .cancel_fd = -1};
	WORKSPACE_SCOPED *workspace = NULL;
	CATALOGUE_SCOPED *course = NULL;
	LAB_FREE char *dir = options->submission ? NULL : workspace_find(NULL);

	if (check_options_fit(call, e) < 0)
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
	if (options->all)
		return check_all(&c,
			options->submission ? options->submission
			: workspace         ? workspace->dir
					    : ".",
			e);
	return check_named(&c, call->operand_count > 0 ? call->operands[0] : NULL, e);
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
