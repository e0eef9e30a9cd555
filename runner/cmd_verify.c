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
#include "runner/verify_grade.h"
#include "runner/verify_quality.h"
#include "runner/verify_tree.h"
#include "runner/verify_variant.h"

struct verify_options {
	const char *course;
	struct cmd_number repeat, jobs;
	bool quality;
};

/* The right programs are also run with one schedule forced on the whole test. The seeds are any
 * that the tests do not explore by themselves (1, 2, 3, ...). */
static const char *const forced[] = {
	"natural", "random:10007", "random:5000011", "pct:10007:3:64", "slow:10007", "slow:20011"};

struct task {
	const struct variant *variant;
	const char *schedule; /* NULL: as the test explores */
};

struct verify {
	struct variants variants;
	struct task *tasks; /* of one round */
	size_t task_count;
	size_t rounds;
	json_t **answers;         /* of all rounds; NULL: not yet, or no longer needed */
	size_t finished, printed; /* tasks of all rounds; printed in their order */
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

static void add_task(struct verify *v, const struct variant *variant, const char *schedule)
{
	v->tasks = lab_xrealloc(v->tasks, (v->task_count + 1) * sizeof(*v->tasks));
	v->tasks[v->task_count++] = (struct task){variant, schedule};
}

static void make_tasks(struct verify *v)
{
	for (size_t i = 0; i < v->variants.count; i++) {
		const struct variant *variant = &v->variants.list[i];
		bool right = variant->kind == VARIANT_REFERENCE || variant->kind == VARIANT_RIGHT;

		add_task(v, variant, NULL);
		for (size_t k = 0; right && k < sizeof(forced) / sizeof(forced[0]); k++)
			add_task(v, variant, forced[k]);
	}
}

static char *work(void *context, size_t task, int cpu, int cancel_fd)
{
	const struct verify *v = context;
	const struct task *t = &v->tasks[task % v->task_count];

	return verify_grade(t->variant, t->schedule, cpu, cancel_fd);
}

static const char *text_at(const json_t *answer, const char *key)
{
	const char *text = json_string_value(json_object_get(answer, key));

	return text ? text : "";
}

/* Which part of two reports is not the same. */
static const char *difference(const char *a, const char *b)
{
	static const char *const parts[] = {"verdict", "diagnostics", "checks", "log_sha256"};
	json_t *x = json_loads(a, 0, NULL), *y = json_loads(b, 0, NULL);
	const char *found = "report";

	for (size_t i = 0; x && y && i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!json_equal(json_object_get(x, parts[i]), json_object_get(y, parts[i]))) {
			found = parts[i];
			break;
		}
	json_decref(x);
	json_decref(y);
	return found;
}

static void compare_rounds(struct verify *v, size_t task, const json_t *answer)
{
	size_t index = task % v->task_count;
	const struct task *t = &v->tasks[index];
	const char *first = text_at(v->answers[index], "report");
	const char *now = text_at(answer, "report");
	LAB_FREE char *line = NULL;

	if (strcmp(first, now) == 0)
		return;
	line = lab_xprintf("%s: %s%s%s: round %zu differs from the first in its %s",
		t->variant->exercise->id, t->variant->name, t->schedule ? " under " : "",
		t->schedule ? t->schedule : "", task / v->task_count + 1, difference(first, now));
	print_problem(v, line);
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
	size_t i;

	if (*text_at(answer, "cannot"))
		tell_unjudged(v, v->tasks[task % v->task_count].variant->exercise,
			text_at(answer, "cannot"));
	if (task < v->task_count) {
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
	size_t all = v->task_count * v->rounds;

	v->answers[task] = json_loads(answer, 0, NULL);
	if (!v->answers[task])
		v->answers[task] = json_pack("{s:[s]}", "problems", "a worker sent no answer");
	v->finished++;
	while (v->printed < all && v->answers[v->printed])
		tell(v, v->printed++);
	progress_show("verify: %zu of %zu graded, %zu problem%s", v->finished, all, v->problems,
		v->problems == 1 ? "" : "s");
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

static int take_named(struct verify *v, const struct course *course, const struct cmd_call *call,
	struct lab_error *e)
{
	for (int i = 0; i < call->operand_count; i++) {
		const struct exercise *ex = course_find(course, call->operands[i], e);

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

	make_tasks(v);
	v->rounds = options->repeat.given ? options->repeat.value : 1;
	job.tasks = v->task_count * v->rounds;
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
	struct quality_row *rows = lab_xmalloc(v->task_count * sizeof(*rows));

	for (size_t i = 0; i < v->task_count; i++)
		rows[i] = (struct quality_row){v->tasks[i].variant, v->answers[i]};
	quality_print(stdout, rows, v->task_count);
	free(rows);
}

static void verify_done(struct verify *v)
{
	for (size_t i = 0; v->answers && i < v->task_count * v->rounds; i++)
		json_decref(v->answers[i]);
	free(v->answers);
	free(v->tasks);
	variants_done(&v->variants);
}

static int verify_exec(const struct cmd_call *call, struct lab_error *e)
{
	const struct verify_options *options = call->options;
	CATALOGUE_SCOPED *course = NULL;
	struct verify v = {0};
	size_t exercises;
	int status;

	if (options->repeat.given && (options->repeat.value < 1 || options->repeat.value > 100000))
		return lab_fail(e, LAB_USAGE, "verify: --repeat wants 1 to 100000");
	course = catalogue_open(options->course, e);
	if (!course || have_solutions(course, e) < 0)
		return -1;
	exercises = call->operand_count > 0 ? (size_t)call->operand_count : course->count;
	status =
		call->operand_count > 0 ? take_named(&v, course, call, e) : take_all(&v, course, e);
	if (status == 0)
		status = run_tasks(&v, options, e);
	if (status == 0) {
		if (options->quality)
			print_quality(&v);
		printf("%zu exercises, %zu known-wrong, %zu problems\n", exercises, count_wrong(&v),
			v.problems);
		if (v.problems > 0)
			status = 1;
		else
			status = v.unjudged_count > 0 ? LAB_UNSUPPORTED : 0;
	}
	verify_done(&v);
	return status;
}

static const struct cmd_option verify_rows[] = {
	{"repeat", CMD_NUMBER, "N", offsetof(struct verify_options, repeat),
		"do everything N times; any difference is a problem"},
	{"jobs", CMD_NUMBER, "N", offsetof(struct verify_options, jobs),
		"at most N programs at the same time (default: one a processor)"},
	{"course", CMD_TEXT, "DIR", offsetof(struct verify_options, course),
		"the course in DIR instead of the installed one"},
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
		"with the words that it names; that the hints and texts are there, and that "
		"nothing\n"
		"lies around that belongs to no exercise.\n"
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
