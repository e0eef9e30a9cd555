/* The grading of a class: see batch.h. */
#include "config.h"

#include "runner/class/batch.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "runner/class/key.h"
#include "runner/grading.h"
#include "runner/interrupt.h"
#include "runner/output.h"
#include "runner/pool.h"

/* ---- what there is to do ---- */

/* A cell that has work without a result. */
struct open_cell {
	const char *key;
	size_t cell;
};

struct open_cells {
	struct open_cell *list;
	size_t count;
};

static bool is_final(const struct class_cell *cell)
{
	return *cell->state && strcmp(cell->state, "broken") != 0;
}

static const struct exercise *exercise_of(const struct class_batch *b, size_t cell)
{
	return b->book->exercises[cell % b->book->exercise_count];
}

static const char *folder_of(const struct class_batch *b, size_t cell)
{
	return b->intake->students[cell / b->book->exercise_count]
		.works[cell % b->book->exercise_count]
		.folder;
}

static void add_open(struct open_cells *open, const char *key, size_t cell)
{
	if ((open->count & (open->count - 1)) == 0) /* powers of two: double it */
		open->list = lab_xrealloc(
			open->list, (open->count ? 2 * open->count : 1) * sizeof(*open->list));
	open->list[open->count++] = (struct open_cell){key, cell};
}

/* Looks at one student's one exercise: nothing, a result at once, or work to be done. */
static int take_cell(
	struct class_batch *b, struct open_cells *open, size_t cell, struct lab_error *e)
{
	size_t student = cell / b->book->exercise_count, ex = cell % b->book->exercise_count;
	char work[SHA256_HEX], key[SHA256_HEX];
	struct lab_error why = {0};

	switch (intake_sum(b->intake, student, ex, work, &why)) {
	case INTAKE_MISSING:
		return class_book_miss(b->book, cell, "missing", why.text, e);
	case INTAKE_UNREADABLE:
		return class_book_miss(b->book, cell, "broken", why.text, e);
	case INTAKE_THERE:
		break;
	}
	class_key(b->bases[ex], work, key);
	if (class_book_hand_in(b->book, cell, key, b->intake->students[student].submitted, e) < 0)
		return -1;
	if (is_final(&b->book->cells[cell])) {
		b->kept++;
		return 0;
	}
	add_open(open, b->book->cells[cell].key, cell);
	return 0;
}

/* By key, so that equal work is side by side; of equal work, whose comes first in the book. */
static int by_key(const void *a, const void *b)
{
	const struct open_cell *x = a, *y = b;
	int order = strcmp(x->key, y->key);

	return order ? order : (x->cell > y->cell) - (x->cell < y->cell);
}

static bool is_ours(const struct class_batch *b, const char *key)
{
	LAB_FREE char *part = lab_xprintf("%.8s", key);

	return b->shards == 0 || strtoul(part, NULL, 16) % b->shards == b->shard;
}

/* Keys are as good as drawn by lot: in their order tasks of all exercises and students are mixed,
 * and the rate so far tells how long the rest takes. */
static void make_tasks(struct class_batch *b, struct open_cells *open)
{
	size_t same;

	if (open->count)
		qsort(open->list, open->count, sizeof(*open->list), by_key);
	b->order = lab_xmalloc((open->count + 1) * sizeof(*b->order));
	b->tasks = lab_xmalloc((open->count + 1) * sizeof(*b->tasks));
	for (size_t i = 0; i < open->count; i += same) {
		const struct open_cell *first = &open->list[i];

		for (same = 0;
			i + same < open->count && strcmp(open->list[i + same].key, first->key) == 0;
			same++)
			b->order[i + same] = open->list[i + same].cell;
		if (is_ours(b, first->key))
			b->tasks[b->task_count++] =
				(struct class_task){&b->order[i], same, folder_of(b, first->cell)};
	}
}

int class_batch_plan(struct class_batch *b, struct lab_error *e)
{
	struct open_cells open = {0};
	int status = gradebook_begin(b->book->kept, e);

	for (size_t i = 0; i < b->book->student_count * b->book->exercise_count && status == 0; i++)
		status = take_cell(b, &open, i, e);
	if (status == 0)
		status = gradebook_commit(b->book->kept, e);
	if (status == 0)
		make_tasks(b, &open);
	free(open.list);
	return status;
}

void class_batch_done(struct class_batch *b)
{
	free(b->tasks);
	free(b->order);
}

/* ---- doing it: in a worker ---- */

/* {"work": SUM, "state": ..., "score": N, "why": ... or null, "report": TEXT or null} */
static char *answer(const struct grade *grade, const char *why, const char *sum)
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
	o = json_pack("{s:s, s:s, s:f, s:s?, s:s?}", "work", sum, "state",
		grade ? verdict_name(grade->verdict) : "broken", "score", grade ? grade->score : 0,
		"why", why, "report", text);
	out = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	return out;
}

/* What lies in FOLDER now, or nothing that could be graded. */
static void sum_now(const char *folder, char sum[static SHA256_HEX])
{
	if (!intake_sum_folder(folder, sum))
		sum[0] = '\0';
}

/* Somebody may write there meanwhile. What came of it belongs to the files that were built, and
 * those are known if the folder is the same before and after. SUM: of these, or "". */
static char *grade_work(const struct grade_request *request, char sum[static SHA256_HEX])
{
	enum { TRIES = 3 };
	char after[SHA256_HEX];
	char *text = NULL;

	sum_now(request->submission, after);
	for (unsigned i = 0; i < TRIES; i++) {
		struct lab_error e = {0};
		struct grade grade = {0};
		bool whole = grade_submission(request, &grade, &e) == 0;

		memcpy(sum, after, SHA256_HEX);
		sum_now(request->submission, after);
		free(text);
		text = answer(whole ? &grade : NULL, whole ? grade.complaint : e.text, sum);
		grade_done(&grade);
		if (*sum && strcmp(sum, after) == 0)
			return text;
	}
	free(text);
	sum[0] = '\0';
	return answer(
		NULL, "its files changed, or went away, each time while they were graded", sum);
}

static char *work(void *context, size_t number, int cpu, int cancel_fd)
{
	const struct class_batch *b = context;
	const struct class_task *task = &b->tasks[number];
	char sum[SHA256_HEX];
	struct grade_request request = {
		.exercise = exercise_of(b, task->cells[0]),
		.submission = task->folder,
		.built = b->built,
		.cpu = cpu,
		.cancel_fd = cancel_fd,
	};

	return grade_work(&request, sum);
}

/* ---- doing it: in the caller ---- */

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* ", 3.1 a second, 2:05 left"; nothing before anything is known. */
static char *pace(const struct class_batch *b)
{
	double seconds = (double)(now() - b->began) / 1e9;
	double rate = seconds > 0 ? (double)b->finished / seconds : 0;
	unsigned long left;

	if (b->finished == 0 || rate <= 0)
		return lab_xstrdup("");
	left = (unsigned long)((double)(b->task_count - b->finished) / rate + 0.5);
	if (left >= 3600)
		return lab_xprintf(", %.2g a second, %lu:%02lu:%02lu left", rate, left / 3600,
			left / 60 % 60, left % 60);
	return lab_xprintf(", %.3g a second, %lu:%02lu left", rate, left / 60, left % 60);
}

/* A line that is replaced on a terminal; elsewhere, where there is much to do, one each tenth. */
static void show(struct class_batch *b)
{
	enum { MUCH = 50 };
	size_t broken = class_book_count(b->book, "broken");
	LAB_FREE char *also = broken ? lab_xprintf(", %zu broken", broken) : lab_xstrdup("");
	LAB_FREE char *speed = pace(b);
	unsigned tenths = (unsigned)(10 * b->finished / b->task_count);

	if (output_width(STDERR_FILENO) > 0) {
		progress_show(
			"grade: %zu of %zu graded%s%s", b->finished, b->task_count, speed, also);
	} else if (b->task_count >= MUCH && tenths > b->told) {
		b->told = tenths;
		output_complain("%zu of %zu graded%s%s", b->finished, b->task_count, speed, also);
	}
}

/* The result is of other files than those that were planned: they have changed since. It is that of
 * the student in whose folder they lie; who had handed in the same waits for the next time. */
static int move_cell(
	struct class_batch *b, const struct class_task *task, const char *key, struct lab_error *e)
{
	const char *changed = "somebody else's same files, by which they were to be graded, have "
			      "changed since: the same command grades them";
	size_t cell = task->cells[0];

	if (task->count > 1 && class_book_enter(b->book, task->cells, task->count, "broken", 0,
				       NULL, changed, e) < 0)
		return -1;
	return class_book_hand_in(b->book, cell, key, b->book->cells[cell].time, e);
}

static int enter(struct class_batch *b, const struct class_task *task, const json_t *answer)
{
	size_t cell = task->cells[0], count = task->count;
	const char *work = json_string_value(json_object_get(answer, "work"));
	const char *state = json_string_value(json_object_get(answer, "state"));
	const char *why = json_string_value(json_object_get(answer, "why"));
	char key[SHA256_HEX];

	if (!state) {
		state = "broken";
		why = pool_lost;
	}
	if (work && *work) {
		class_key(b->bases[cell % b->book->exercise_count], work, key);
		if (strcmp(key, b->book->cells[cell].key) != 0) {
			if (move_cell(b, task, key, b->error) < 0)
				return -1;
			count = 1;
		}
	}
	return class_book_enter(b->book, task->cells, count, state,
		json_number_value(json_object_get(answer, "score")),
		json_string_value(json_object_get(answer, "report")), why, b->error);
}

static void done(void *context, size_t number, const char *text)
{
	struct class_batch *b = context;
	const struct class_task *task = &b->tasks[number];
	json_t *o = text ? json_loads(text, 0, NULL) : NULL;

	if (enter(b, task, o) < 0)
		b->failed = true;
	json_decref(o);
	b->graded += task->count;
	b->finished++;
	show(b);
}

int class_batch_run(struct class_batch *b, unsigned workers, struct lab_error *e)
{
	struct lab_error stopped = {0};
	struct pool_job job = {
		.tasks = b->task_count,
		.workers = workers,
		.work = work,
		.done = done,
		.context = b,
		.enough = &b->failed,
		.cancel_fd = interrupt_open(e),
		.finish_running = true,
	};
	int status;

	if (job.cancel_fd < 0)
		return -1;
	if (b->task_count == 0)
		return 0;
	b->error = e;
	b->began = now();
	show(b);
	b->built = build_cache_new();
	status = pool_run(&job, &stopped);
	build_cache_free(b->built);
	b->built = NULL;
	progress_erase();
	if (status < 0 && !b->failed && e)
		*e = stopped;
	return status;
}
