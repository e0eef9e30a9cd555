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

#include "lab/base/buf.h"
#include "lab/base/path.h"
#include "runner/catalogue.h"
#include "runner/cmd.h"
#include "runner/interrupt.h"
#include "runner/output.h"
#include "runner/pool.h"
#include "runner/verify/grade.h"
#include "runner/verify/quality.h"
#include "runner/verify/saved.h"
#include "runner/verify/tree.h"
#include "runner/verify/variant.h"
#include "runner/verify/watch.h"

struct verify_options {
	const char *course, *private;
	struct cmd_number repeat, jobs;
	bool quality, watch, json;
};

enum { VERIFY_SCHEMA = 1 }; /* of what --json prints: lab/report/report.schema.json */

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
	json_t *told, *told_unjudged; /* where all is told as JSON: problems, exercises */
	struct saved *saved;          /* NULL, or what is saved meanwhile */
};

static void print_problem(struct verify *v, const char *text)
{
	v->problems++;
	if (v->told) {
		json_array_append_new(v->told, json_string(text));
		return;
	}
	progress_erase();
	puts(text);
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
	if (v->told_unjudged) {
		json_array_append_new(
			v->told_unjudged, json_pack("{s:s, s:s}", "exercise", ex->id, "why", why));
		return;
	}
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

	v->answers[task] = answer ? json_loads(answer, 0, NULL) : NULL;
	if (!v->answers[task])
		v->answers[task] = json_pack("{s:[s]}", "problems", pool_lost);
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

/* Was one of those that are verified saved again? */
static bool is_vain(void *context)
{
	struct verify *v = context;

	saved_look(v->saved);
	for (size_t i = 0; i < v->variants.count; i++)
		if (saved_has(v->saved, v->variants.list[i].exercise->id))
			return true;
	return false;
}

/* All of them are verified anew then. */
static void tell_again(struct verify *v)
{
	for (size_t i = 0; i < v->variants.count; i++)
		saved_again(v->saved, v->variants.list[i].exercise->id);
}

static int run_tasks(struct verify *v, const struct verify_options *options, struct lab_error *e)
{
	struct pool_job job = {
		.workers = (unsigned)options->jobs.value,
		.work = work,
		.done = done,
		.context = v,
		.heed = v->saved ? is_vain : NULL,
		.heed_fd = v->saved ? v->saved->fd : -1,
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

static json_t *quality_of(const struct verify *v)
{
	struct quality_row *rows = lab_xmalloc((v->variants.count + 1) * sizeof(*rows));
	json_t *quality;

	for (size_t i = 0; i < v->variants.count; i++)
		rows[i] = (struct quality_row){&v->variants.list[i], v->answers[i]};
	quality = quality_object(rows, v->variants.count);
	free(rows);
	return quality;
}

/* The last of what is told, or as JSON all of it. */
static void print_all(struct verify *v, size_t exercises, bool with_quality)
{
	json_t *quality = v->told || with_quality ? quality_of(v) : NULL;

	if (v->told) {
		json_t *all = json_pack("{s:i, s:s, s:I, s:I, s:O, s:O, s:O}", "schema",
			VERIFY_SCHEMA, "engine", PACKAGE_VERSION, "exercises",
			(json_int_t)exercises, "known_wrong", (json_int_t)count_wrong(v),
			"problems", v->told, "unjudged", v->told_unjudged, "quality", quality);

		json_dumpf(all, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
		putchar('\n');
		json_decref(all);
	} else {
		if (quality)
			quality_print(stdout, quality);
		printf("%zu exercises, %zu known-wrong, %zu problems\n", exercises, count_wrong(v),
			v->problems);
	}
	json_decref(quality);
}

static void verify_done(struct verify *v)
{
	for (size_t i = 0; v->answers && i < v->tasks; i++)
		json_decref(v->answers[i]);
	free(v->answers);
	json_decref(v->told);
	json_decref(v->told_unjudged);
	variants_done(&v->variants);
}

/* COUNT 0: all exercises. The exit code, or -1 and E; or VERIFY_VAIN, if it was broken off because
 * SAVED (may be NULL) has one of them again. */
static int verify_once(const struct verify_options *options, char *const *names, size_t count,
	struct saved *saved, struct lab_error *e)
{
	CATALOGUE_SCOPED *course = catalogue_open(options->course, e);
	struct verify v = {.saved = saved};
	int status;

	if (!course || have_solutions(course, e) < 0 ||
		(options->private && catalogue_add_private(course, options->private, e) < 0))
		return -1;
	if (options->json) {
		v.told = json_array();
		v.told_unjudged = json_array();
	}
	status = count > 0 ? take_named(&v, course, names, count, e) : take_all(&v, course, e);
	if (status == 0)
		status = run_tasks(&v, options, e);
	if (status < 0 && saved && !interrupt_signal() && is_vain(&v)) {
		tell_again(&v);
		status = VERIFY_VAIN;
	}
	if (status == 0) {
		print_all(&v, count > 0 ? count : course->count, options->quality);
		if (v.problems > 0)
			status = 1;
		else
			status = v.unjudged_count > 0 ? LAB_UNSUPPORTED : 0;
	}
	verify_done(&v);
	return status;
}

/* ---- while they are written ---- */

static int verify_again(
	void *context, char *const *names, size_t count, struct saved *saved, struct lab_error *e)
{
	return verify_once(context, names, count, saved, e);
}

static int verify_exec(const struct cmd_call *call, struct lab_error *e)
{
	const struct verify_options *options = call->options;
	size_t count = (size_t)call->operand_count;

	if (options->repeat.given && (options->repeat.value < 1 || options->repeat.value > 100000))
		return lab_fail(e, LAB_USAGE, "verify: --repeat wants 1 to 100000");
	if (options->watch && options->json)
		return lab_fail(e, LAB_USAGE, "verify: --json and --watch exclude each other");
	if (options->watch)
		return verify_watch(
			options->course, verify_again, (void *)options, call->operands, count, e);
	return verify_once(options, call->operands, count, NULL, e);
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
		"until Ctrl-C; the EXERCISEs at once as well. Saved again, it is begun again"},
	{"quality", CMD_FLAG, NULL, offsetof(struct verify_options, quality),
		"report also which check catches what, which checks catch nothing, and the time it "
		"takes"},
	{"json", CMD_FLAG, NULL, offsetof(struct verify_options, json),
		"print all this, with problems and quality, as one JSON object"},
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
