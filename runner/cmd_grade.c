/*
 * ipclab grade: a class. Every student's every exercise becomes one result in the grade book; what
 * is there already and has not changed is not graded again.
 */
#include "config.h"

#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/run/run.h"
#include "runner/catalogue.h"
#include "runner/class/book.h"
#include "runner/cmd.h"
#include "runner/grading.h"
#include "runner/intake/intake.h"
#include "runner/interrupt.h"
#include "runner/output.h"
#include "runner/pool.h"

#define JUDGE_MOST (256u << 20) /* bytes of a compiled judge */

struct grade_options {
	const char *out, *course, *only;
	struct cmd_number jobs;
	bool allow_reduced;
};

struct task {
	size_t cell;        /* of the book */
	const char *folder; /* of the intake */
	char key[SHA256_HEX];
};

struct class
{
	struct intake intake;
	struct class_book book;
	const struct course *course;
	const struct exercise **exercises;
	size_t exercise_count;
	char (*sums)[SHA256_HEX]; /* of each exercise: what decides its verdicts besides the work */
	struct task *tasks;
	size_t task_count, finished, kept;
	struct lab_error *error; /* a result that could not be saved */
	bool failed;
};

/* ---- what a result depends on ---- */

static int sum_exercise(const struct exercise *ex, char out[static SHA256_HEX], struct lab_error *e)
{
	BUF_SCOPED judge = BUF_INIT;
	LAB_FREE char *readme = path_join(ex->folder, "README.md");
	BUF_SCOPED text = BUF_INIT;
	struct sha256 sum;

	if (!ex->judge || file_read(ex->judge, &judge, JUDGE_MOST, e) < 0)
		return ex->judge
			       ? -1
			       : lab_fail(e, LAB_BROKEN, "grade: %s has no compiled test", ex->id);
	if (file_read(readme, &text, JUDGE_MOST, e) < 0)
		return -1;
	sha256_init(&sum);
	sha256_add(&sum, PACKAGE_VERSION, sizeof(PACKAGE_VERSION));
	sha256_add(&sum, buf_text(&text), text.len);
	sha256_add(&sum, buf_text(&judge), judge.len);
	sha256_hex(&sum, out);
	return 0;
}

static void make_key(const char *exercise, const char *work, char out[static SHA256_HEX])
{
	struct sha256 sum;

	sha256_init(&sum);
	sha256_add(&sum, exercise, strlen(exercise));
	sha256_add(&sum, work, strlen(work));
	sha256_hex(&sum, out);
}

/* ---- what there is to do ---- */

static int take_exercises(
	struct class *c, const struct course *course, const char *only, struct lab_error *e)
{
	const struct exercise *one = only ? course_find(course, only, e) : NULL;

	if (only && !one)
		return -1;
	c->course = course;
	c->exercises = lab_xmalloc((course->count + 1) * sizeof(*c->exercises));
	c->sums = lab_xmalloc((course->count + 1) * sizeof(*c->sums));
	for (size_t i = 0; i < course->count; i++)
		if (!one || one == course->exercises[i])
			c->exercises[c->exercise_count++] = course->exercises[i];
	for (size_t i = 0; i < c->exercise_count; i++)
		if (sum_exercise(c->exercises[i], c->sums[i], e) < 0)
			return -1;
	return 0;
}

/* Looks at one student's one exercise: a result at once, or a task. */
static int take_cell(struct class *c, size_t cell, struct lab_error *e)
{
	size_t student = cell / c->exercise_count, exercise = cell % c->exercise_count;
	struct lab_error why = {0};
	struct task task = {
		.cell = cell, .folder = c->intake.students[student].works[exercise].folder};
	char work[SHA256_HEX];

	switch (intake_sum(&c->intake, student, exercise, work, &why)) {
	case INTAKE_MISSING:
		return class_book_enter(&c->book, cell, "missing", "missing", 0, NULL, why.text, e);
	case INTAKE_UNREADABLE:
		return class_book_enter(
			&c->book, cell, "unreadable", "broken", 0, NULL, why.text, e);
	case INTAKE_THERE:
		break;
	}
	make_key(c->sums[exercise], work, task.key);
	if (class_book_recall(&c->book, cell, task.key)) {
		c->kept++;
		return 0;
	}
	c->tasks = lab_xrealloc(c->tasks, (c->task_count + 1) * sizeof(*c->tasks));
	c->tasks[c->task_count++] = task;
	return 0;
}

/* ---- doing it ---- */

/* {"state": ..., "score": N, "why": ... or null, "report": {...} or null} */
static char *answer(const struct grade *grade, const char *why)
{
	struct report report = {0};
	LAB_FREE char *text = NULL;
	json_t *o;
	char *out;

	if (grade) {
		report = grading_report(grade);
		text = report_json(&report);
		grading_report_done(&report);
	}
	o = json_pack("{s:s, s:f, s:s?, s:o}", "state",
		grade ? verdict_name(grade->verdict) : "broken", "score", grade ? grade->score : 0,
		"why", why, "report", text ? json_loads(text, 0, NULL) : json_null());
	out = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	return out;
}

static char *work(void *context, size_t number, int cpu, int cancel_fd)
{
	const struct class *c = context;
	const struct task *task = &c->tasks[number];
	struct lab_error e = {0};
	struct grade grade = {0};
	struct grade_request request = {
		.exercise = c->exercises[task->cell % c->exercise_count],
		.submission = task->folder,
		.cpu = cpu,
		.cancel_fd = cancel_fd,
	};
	char *text;

	if (grade_submission(&request, &grade, &e) < 0)
		text = answer(NULL, e.text);
	else
		text = answer(&grade, grade.complaint);
	grade_done(&grade);
	return text;
}

static void show(const struct class *c)
{
	size_t broken = class_book_count(&c->book, "broken");
	LAB_FREE char *also = broken ? lab_xprintf(", %zu broken", broken) : lab_xstrdup("");

	progress_show("grade: %zu of %zu graded%s", c->finished, c->task_count, also);
}

static void done(void *context, size_t number, const char *text)
{
	struct class *c = context;
	const struct task *task = &c->tasks[number];
	json_t *o = json_loads(text, 0, NULL);
	const char *state = json_string_value(json_object_get(o, "state"));
	const char *why = json_string_value(json_object_get(o, "why"));
	json_t *report = json_object_get(o, "report");

	if (!state) {
		state = "broken";
		why = "a worker sent no answer";
	}
	if (!c->failed &&
		class_book_enter(&c->book, task->cell, task->key, state,
			json_number_value(json_object_get(o, "score")),
			json_is_object(report) ? json_incref(report) : NULL, why, c->error) < 0)
		c->failed = true;
	json_decref(o);
	c->finished++;
	show(c);
}

static int run_tasks(struct class *c, const struct grade_options *options, struct lab_error *e)
{
	struct pool_job job = {
		.tasks = c->task_count,
		.workers = (unsigned)options->jobs.value,
		.work = work,
		.done = done,
		.context = c,
		.cancel_fd = interrupt_open(e),
		.finish_running = true,
	};
	int status;

	if (job.cancel_fd < 0)
		return -1;
	c->error = e;
	if (c->task_count)
		show(c);
	status = c->task_count ? pool_run(&job, e) : 0;
	progress_erase();
	return c->failed ? -1 : status;
}

/* ---- what is told ---- */

static void tell_notes(const struct intake *in)
{
	for (size_t i = 0; i < in->notes.count; i++)
		fprintf(stderr, "ipclab: %s\n", in->notes.names[i]);
	for (size_t i = 0; i < in->count; i++) {
		const struct list *notes = &in->students[i].notes;
		BUF_SCOPED name = BUF_INIT;

		buf_put_escaped(&name, in->names[i], strlen(in->names[i]));
		for (size_t n = 0; n < notes->count; n++)
			fprintf(stderr, "ipclab: %s: %s\n", buf_text(&name), notes->names[n]);
	}
}

static void tell_broken(const struct class *c)
{
	for (size_t i = 0; i < c->intake.count * c->exercise_count; i++) {
		const char *state = class_book_state(&c->book, i);
		const char *why =
			state && strcmp(state, "broken") == 0
				? json_string_value(json_object_get(c->book.results[i], "why"))
				: NULL;
		BUF_SCOPED name = BUF_INIT;

		if (!why)
			continue;
		buf_put_escaped(&name, c->intake.names[i / c->exercise_count],
			strlen(c->intake.names[i / c->exercise_count]));
		fprintf(stderr, "ipclab: broken: %s: %s: %s\n", buf_text(&name),
			c->exercises[i % c->exercise_count]->id, why);
	}
}

/* The exit code. */
static int tell(const struct class *c)
{
	size_t broken = class_book_count(&c->book, "broken");

	class_book_print(&c->book, stdout);
	printf("%zu students, %zu exercises: %zu graded now, %zu kept, %zu missing, %zu broken; "
	       "tables in %s\n",
		c->intake.count, c->exercise_count, c->finished, c->kept,
		class_book_count(&c->book, "missing"), broken, c->book.dir);
	tell_broken(c);
	return broken ? LAB_BROKEN : 0;
}

/* A book inside of what it grades would be taken for a student the next time. */
static int out_lies_outside(const char *dir, const char *out, struct lab_error *e)
{
	char real_dir[PATH_MAX], real_out[PATH_MAX];
	LAB_FREE char *there = lab_xstrdup(out); /* OUT, or what of it is there already */
	size_t len;

	while (!path_exists(there) && strchr(there + 1, '/'))
		*strrchr(there, '/') = '\0';
	if (!realpath(dir, real_dir) || !realpath(path_exists(there) ? there : ".", real_out))
		return 0; /* what is not there is said elsewhere */
	len = strlen(real_dir);
	if (strncmp(real_dir, real_out, len) == 0 && (real_out[len] == '/' || !real_out[len]))
		return lab_fail(e, LAB_USAGE,
			"grade: --out \"%s\" lies inside of \"%s\", which it is to grade", out,
			dir);
	return 0;
}

static int grade_class(struct class *c, const struct cmd_call *call, struct lab_error *e)
{
	const struct grade_options *options = call->options;
	int status = 0;

	for (int i = 0; i < call->operand_count; i++)
		if (out_lies_outside(call->operands[i], options->out, e) < 0)
			return -1;
	if (intake_open(&c->intake, call->operands, NULL, c->course, c->exercises,
		    c->exercise_count, e) < 0 ||
		class_book_open(&c->book, options->out, c->intake.names, c->intake.count,
			c->exercises, c->exercise_count, e) < 0)
		return -1;
	tell_notes(&c->intake);
	for (size_t i = 0; i < c->intake.count * c->exercise_count; i++)
		if (take_cell(c, i, e) < 0)
			return -1;
	status = run_tasks(c, options, e);
	if (!c->failed && (class_book_write_tables(&c->book, status < 0 ? NULL : e) < 0 ||
				  class_book_write_reports(&c->book, status < 0 ? NULL : e) < 0))
		status = -1;
	if (interrupt_signal() && !c->failed)
		fprintf(stderr,
			"ipclab: %zu graded, %zu left; the same command goes on where this one "
			"stopped\n",
			c->finished, c->task_count - c->finished);
	return status < 0 ? -1 : tell(c);
}

/* Other people's programs, many at a time: whoever wants that without namespaces has to say so. */
static int check_isolation(bool allow_reduced, struct lab_error *e)
{
	struct lab_error why = {0};
	const char *isolation = run_isolation(&why);

	if (!isolation)
		return lab_fail(e, LAB_UNSUPPORTED, "grade: %s", why.text);
	if (strcmp(isolation, "full") == 0 || allow_reduced)
		return 0;
	return lab_fail(e, LAB_UNSUPPORTED,
		"grade: this machine gives programs reduced isolation only: %s. ipclab doctor says "
		"what that means and how to mend it; --allow-reduced-isolation grades all the same",
		why.text);
}

static int grade_exec(const struct cmd_call *call, struct lab_error *e)
{
	const struct grade_options *options = call->options;
	struct class c = {.book = {.lock = -1}};
	CATALOGUE_SCOPED *course = NULL;
	int status;

	if (call->operand_count < 1 || !options->out)
		return lab_fail(e, LAB_USAGE,
			"grade: it wants what the students handed in, folders or archives, and "
			"--out=DIR for the results");
	course = catalogue_open(options->course, e);
	if (!course)
		return -1;
	status = take_exercises(&c, course, options->only, e);
	if (status == 0)
		status = check_isolation(options->allow_reduced, e);
	if (status == 0)
		status = grade_class(&c, call, e);
	free(c.tasks);
	class_book_done(&c.book);
	intake_done(&c.intake);
	free(c.exercises);
	free(c.sums);
	return status;
}

static const struct cmd_option grade_rows[] = {
	{"out", CMD_TEXT, "DIR", offsetof(struct grade_options, out),
		"where the results go: grades.csv, results.csv, grades.json, junit.xml, a file a "
		"result, and in feedback/ a text in Markdown a student"},
	{"exercise", CMD_TEXT, "EXERCISE", offsetof(struct grade_options, only), "only this one"},
	{"jobs", CMD_NUMBER, "N", offsetof(struct grade_options, jobs),
		"at most N submissions at the same time (default: one a processor)"},
	{"course", CMD_TEXT, "DIR", offsetof(struct grade_options, course),
		"the course in DIR instead of the installed one"},
	{"allow-reduced-isolation", CMD_FLAG, NULL, offsetof(struct grade_options, allow_reduced),
		"grade also where this machine refuses namespaces (see ipclab doctor)"},
	{0},
};

const struct cmd cmd_grade = {
	.name = "grade",
	.synopsis = "PATH... --out=DIR",
	.summary = "grade a class: folders, archives, exports of Moodle and Canvas",
	.text = "A PATH is a folder or an archive (zip, tar, tar.gz, tar.xz) of one student, or "
		"one that\n"
		"holds a folder or an archive for each student, as it is or as Moodle or Canvas\n"
		"export it. What a student handed in is laid out as a workspace,\n"
		"CHAPTER/EXERCISE/FILES, or the files lie beside one another and go by their "
		"names;\n"
		"archives in it are unpacked. Links, devices and names that lead elsewhere are "
		"left\n"
		"out, and said.\n"
		"\n"
		"Every exercise of the course is graded for every student, one at a time on each\n"
		"processor. What was not handed in scores 0 and is called missing; what the lab\n"
		"failed at is broken, scores nothing and costs nothing.\n"
		"\n"
		"Results are kept as they come. Ctrl-C finishes those that are running (a second "
		"one\n"
		"does not wait for them); the same command then goes on where it stopped. What "
		"has\n"
		"a result is graded again only if its files, the exercise or the lab have "
		"changed,\n"
		"or if it was broken.\n"
		"\n"
		"The exit code is 0 if everything has a result, 3 if something is broken, and 4\n"
		"where programs get reduced isolation only and that was not allowed.\n",
	.options = grade_rows,
	.options_size = sizeof(struct grade_options),
	.operands_most = -1,
	.exec = grade_exec,
};
