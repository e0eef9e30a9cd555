/*
 * ipclab verify: the answers are tested too. Every exercise's starter, reference, right and wrong
 * programs are graded, each as a submission of its own, in parallel; what is not as it should be is
 * a problem, and so is any difference between repetitions.
 */
#include "config.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/path.h"
#include "runner/catalogue.h"
#include "runner/cmd.h"
#include "runner/interrupt.h"
#include "runner/output.h"
#include "runner/pool.h"
#include "runner/verify/grade.h"
#include "runner/verify/quality.h"
#include "runner/verify/rebuild.h"
#include "runner/verify/saved.h"
#include "runner/verify/tree.h"
#include "runner/verify/variant.h"

struct verify_options {
	const char *course, *private;
	struct cmd_number repeat, jobs;
	bool quality, watch;
};

/* The first round is a task a variant; later ones come in batches, so that a batch is built once.
 */
struct verify {
	struct variants variants;
	size_t rounds, tasks;
	json_t **answers;         /* of all tasks; NULL: not yet, or no longer needed */
	size_t finished, printed; /* tasks; printed in their order */
	size_t problems;
	const struct exercise *unjudged; /* the last one that this machine cannot judge */
	size_t unjudged_count;
};

static void print_problem(struct verify *v, const char *text)
{
	progress_erase();
	puts(text);
	v->problems++;
}

static void print_problems(struct verify *v, struct problems *problems)
{
	for (size_t i = 0; i < problems->count; i++)
		print_problem(v, problems->list[i]);
	problems_done(problems);
}

static size_t batches(const struct verify *v)
{
	return 1 + (v->rounds - 1 + VERIFY_ROUNDS_MOST - 1) / VERIFY_ROUNDS_MOST;
}

static struct verify_rounds rounds_of(const struct verify *v, size_t task)
{
	size_t batch = task / v->variants.count;
	struct verify_rounds rounds = {0, 1};

	if (batch > 0) {
		rounds.first = 1 + (batch - 1) * VERIFY_ROUNDS_MOST;
		rounds.count = v->rounds - rounds.first;
	}
	if (rounds.count > VERIFY_ROUNDS_MOST)
		rounds.count = VERIFY_ROUNDS_MOST;
	return rounds;
}

static char *work(void *context, size_t task, int cpu, int cancel_fd)
{
	const struct verify *v = context;
	const struct variant *variant = &v->variants.list[task % v->variants.count];

	return verify_grade(variant, rounds_of(v, task), cpu, cancel_fd);
}

/* What the first round said by SCHEDULE; NULL if it got no grade. */
static const char *first_report(const json_t *answer, const char *schedule)
{
	const json_t *reports = json_object_get(answer, "reports");

	for (size_t i = 0; i < json_array_size(reports); i++) {
		const json_t *entry = json_array_get(reports, i);

		if (strcmp(json_string_value(json_array_get(entry, 1)), schedule) == 0)
			return json_string_value(json_array_get(entry, 2));
	}
	return NULL;
}

static void compare_report(struct verify *v, size_t index, const json_t *entry)
{
	const struct variant *variant = &v->variants.list[index];
	const char *schedule = json_string_value(json_array_get(entry, 1));
	const char *now = json_string_value(json_array_get(entry, 2));
	const char *first = first_report(v->answers[index], schedule);
	LAB_FREE char *line = NULL;

	if (!first || strcmp(first, now) == 0)
		return; /* where there is no first one, its own problem was told */
	line = lab_xprintf("%s: %s%s%s: round %d differs from the first in its %s",
		variant->exercise->id, variant->name, *schedule ? " under " : "", schedule,
		(int)json_integer_value(json_array_get(entry, 0)) + 1,
		report_difference(first, now));
	print_problem(v, line);
}

static void compare_rounds(struct verify *v, size_t task, const json_t *answer)
{
	size_t index = task % v->variants.count;
	const json_t *reports = json_object_get(answer, "reports");
	const json_t *problems = json_object_get(answer, "problems");
	bool graded = first_report(v->answers[index], "") != NULL;

	for (size_t i = 0; i < json_array_size(reports); i++)
		compare_report(v, index, json_array_get(reports, i));
	for (size_t i = 0; graded && json_array_size(reports) == 0 && i < json_array_size(problems);
		i++)
		print_problem(v, json_string_value(json_array_get(problems, i)));
}

/* Once an exercise: its other programs are refused for the same reason. */
static void tell_unjudged(struct verify *v, const struct exercise *ex, const char *why)
{
	if (v->unjudged == ex)
		return;
	v->unjudged = ex;
	v->unjudged_count++;
	progress_erase();
	printf("%s: this machine cannot judge it: %s\n", ex->id, why);
}

/* Answers come as tasks end, but are told in order, so that two runs print the same. */
static void tell(struct verify *v, size_t task)
{
	const json_t *answer = v->answers[task], *text;
	const char *cannot = json_string_value(json_object_get(answer, "cannot"));
	size_t i;

	if (cannot)
		tell_unjudged(v, v->variants.list[task % v->variants.count].exercise, cannot);
	if (task < v->variants.count) {
		json_array_foreach(json_object_get(answer, "problems"), i, text)
			print_problem(v, json_string_value(text));
		return;
	}
	compare_rounds(v, task, answer);
	json_decref(v->answers[task]);
	v->answers[task] = NULL;
}

static void done(void *context, size_t task, const char *answer)
{
	struct verify *v = context;
	v->answers[task] = json_loads(answer, 0, NULL);
	if (!v->answers[task])
		v->answers[task] = json_pack("{s:[s]}", "problems", "a worker sent no answer");
	v->finished++;
	while (v->printed < v->tasks && v->answers[v->printed])
		tell(v, v->printed++);
	progress_show("verify: %zu of %zu graded, %zu problem%s", v->finished, v->tasks,
		v->problems, v->problems == 1 ? "" : "s");
}

/* Texts and files of one exercise; then its variants, unless nothing could judge them. */
static int take_exercise(struct verify *v, const struct exercise *ex, struct lab_error *e)
{
	struct problems problems = {0};
	int status = tree_check_exercise(ex, &problems, e);

	if (status == 0 && ex->solution && ex->judge && path_is_file(ex->judge))
		status = variants_add(&v->variants, ex, &problems, e);
	print_problems(v, &problems);
	return status;
}

static int take_all(struct verify *v, const struct course *course, struct lab_error *e)
{
	struct problems problems = {0};

	if (tree_check_strays(course, &problems, e) < 0)
		return -1;
	print_problems(v, &problems);
	for (size_t i = 0; i < course->count; i++)
		if (take_exercise(v, course->exercises[i], e) < 0)
			return -1;
	return 0;
}

static int take_named(struct verify *v, const struct course *course, char *const *names,
	size_t count, struct lab_error *e)
{
	for (size_t i = 0; i < count; i++) {
		const struct exercise *ex = course_find(course, names[i], e);

		if (!ex || take_exercise(v, ex, e) < 0)
			return -1;
	}
	return 0;
}

static int have_solutions(const struct course *course, struct lab_error *e)
{
	for (size_t i = 0; i < course->count; i++)
		if (course->exercises[i]->solution)
			return 0;
	return lab_fail(e, LAB_UNSUPPORTED,
		"verify: this installation has no solutions (\"%s\" has no folder solutions/); "
		"run it on the source tree, or name that with --course",
		course->dir);
}

static size_t count_wrong(const struct verify *v)
{
	size_t n = 0;

	for (size_t i = 0; i < v->variants.count; i++)
		n += v->variants.list[i].kind == VARIANT_WRONG;
	return n;
}

static int run_tasks(struct verify *v, const struct verify_options *options, struct lab_error *e)
{
	struct pool_job job = {
		.workers = (unsigned)options->jobs.value,
		.work = work,
		.done = done,
		.context = v,
	};
	int status;

	v->rounds = options->repeat.given ? options->repeat.value : 1;
	v->tasks = job.tasks = v->variants.count * batches(v);
	v->answers = lab_xmalloc(job.tasks * sizeof(json_t *));
	job.cancel_fd = interrupt_open(e);
	if (job.cancel_fd < 0)
		return -1;
	progress_show("verify: 0 of %zu graded", job.tasks);
	status = pool_run(&job, e);
	progress_erase();
	return status;
}

static void print_quality(const struct verify *v)
{
	struct quality_row *rows = lab_xmalloc(v->variants.count * sizeof(*rows));

	for (size_t i = 0; i < v->variants.count; i++)
		rows[i] = (struct quality_row){&v->variants.list[i], v->answers[i]};
	quality_print(stdout, rows, v->variants.count);
	free(rows);
}

static void verify_done(struct verify *v)
{
	for (size_t i = 0; v->answers && i < v->tasks; i++)
		json_decref(v->answers[i]);
	free(v->answers);
	variants_done(&v->variants);
}

/* COUNT 0: all exercises. The exit code, or -1 and E. */
static int verify_once(
	const struct verify_options *options, char *const *names, size_t count, struct lab_error *e)
{
	CATALOGUE_SCOPED *course = catalogue_open(options->course, e);
	struct verify v = {0};
	int status;

	if (!course || have_solutions(course, e) < 0 ||
		(options->private && catalogue_add_private(course, options->private, e) < 0))
		return -1;
	status = count > 0 ? take_named(&v, course, names, count, e) : take_all(&v, course, e);
	if (status == 0)
		status = run_tasks(&v, options, e);
	if (status == 0) {
		if (options->quality)
			print_quality(&v);
		printf("%zu exercises, %zu known-wrong, %zu problems\n",
			count > 0 ? count : course->count, count_wrong(&v), v.problems);
		if (v.problems > 0)
			status = 1;
		else
			status = v.unjudged_count > 0 ? LAB_UNSUPPORTED : 0;
	}
	verify_done(&v);
	return status;
}

/* ---- while they are written ---- */

/* A course that cannot be loaded is told of by verify_once(). */
static int rebuild_named(
	const char *course_option, const char *dir, const char *name, struct lab_error *e)
{
	struct lab_error ignored = {0};
	CATALOGUE_SCOPED *course = catalogue_open(course_option, &ignored);
	const struct exercise *ex = course ? course_find(course, name, &ignored) : NULL;

	return ex ? rebuild_judge(dir, ex->id, e) : 0;
}

/* What is wrong is told, and waits to be mended: only a signal, or a failure of ours, is the end.
 */
static int verify_saved(const struct verify_options *options, const char *dir, char *const *names,
	size_t count, struct lab_error *e)
{
	struct lab_error wrong = {0};
	int status = 0;

	if (isatty(STDOUT_FILENO))
		fputs("\033[H\033[2J\033[3J", stdout);
	for (size_t i = 0; i < count && status == 0; i++)
		status = rebuild_named(options->course, dir, names[i], &wrong);
	if (status == 0)
		status = verify_once(options, names, count, &wrong);
	if (interrupt_signal() || (status < 0 && wrong.kind == LAB_UNSUPPORTED)) {
		*e = wrong;
		return -1;
	}
	if (status < 0)
		puts(wrong.text);
	puts("-- waiting until something is saved; Ctrl-C ends");
	fflush(stdout);
	return 0;
}

static int verify_watch(
	const struct verify_options *options, char *const *names, size_t count, struct lab_error *e)
{
	const char *dir = options->course ? options->course : lab_course_dir();
	int cancel_fd = interrupt_open(e), status;
	SAVED_SCOPED saved = {.fd = -1};

	if (cancel_fd < 0 || saved_open(&saved, dir, e) < 0)
		return -1;
	if (count > 0) {
		status = verify_saved(options, dir, names, count, e);
	} else {
		status = 0;
		puts("-- waiting until an exercise is saved; Ctrl-C ends");
		fflush(stdout);
	}
	while (status == 0) {
		status = saved_next(&saved, cancel_fd, e);
		if (status <= 0)
			break;
		status = verify_saved(options, dir, saved.ids, saved.count, e);
	}
	return status;
}

static int verify_exec(const struct cmd_call *call, struct lab_error *e)
{
	const struct verify_options *options = call->options;
	size_t count = (size_t)call->operand_count;

	if (options->repeat.given && (options->repeat.value < 1 || options->repeat.value > 100000))
		return lab_fail(e, LAB_USAGE, "verify: --repeat wants 1 to 100000");
	if (options->watch)
		return verify_watch(options, call->operands, count, e);
	return verify_once(options, call->operands, count, e);
}

static const struct cmd_option verify_rows[] = {
	{"repeat", CMD_NUMBER, "N", offsetof(struct verify_options, repeat),
		"grade everything in N rounds; any difference is a problem"},
	{"jobs", CMD_NUMBER, "N", offsetof(struct verify_options, jobs),
		"at most N programs at the same time (default: one a processor)"},
	{"course", CMD_TEXT, "DIR", offsetof(struct verify_options, course),
		"the course in DIR instead of the installed one"},
	{"private", CMD_TEXT, "DIR", offsetof(struct verify_options, private),
		"judge also by the tests in DIR/judges, as grade --private does: right programs "
		"must pass them, too"},
	{"watch", CMD_FLAG, NULL, offsetof(struct verify_options, watch),
		"verify each exercise whenever one of its files is saved, with its test made anew, "
		"until Ctrl-C; the EXERCISEs at once as well"},
	{"quality", CMD_FLAG, NULL, offsetof(struct verify_options, quality),
		"report also which check catches what, which checks catch nothing, and the time it "
		"takes"},
	{0},
};

const struct cmd cmd_verify = {
	.name = "verify",
	.synopsis = "[EXERCISE]...",
	.summary = "prove that exercises, tests and solutions fit each other",
	.text = "For whoever writes exercises. Of each exercise it proves that the starter fails, "
		"that\n"
		"the reference and every program in right/ passes under every kind of schedule, "
		"and\n"
		"that every program in wrong/ is caught by the check that its opening comment "
		"names,\n"
		"with the words that it names; that whatever it says of a program follows from "
		"the\n"
		"saved logs alone; that the hints and texts are there, and that nothing lies "
		"around\n"
		"that belongs to no exercise.\n"
		"\n"
		"One line a problem; the last line is \"N exercises, K known-wrong, P problems\". "
		"The\n"
		"exit code is 0 if P is 0, 1 if not, and 4 where there are no solutions to "
		"verify,\n"
		"or where this machine cannot judge an exercise (see ipclab doctor).\n",
	.options = verify_rows,
	.options_size = sizeof(struct verify_options),
	.operands_most = -1,
	.exec = verify_exec,
};
