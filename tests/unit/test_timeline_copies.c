/*
 * lab/timeline: the state that is found by copies is the one that is found by replaying from the
 * start, at every step of saved logs and of real runs; and what a real run must come to.
 */
#include "config.h"

#include <check.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "lab/timeline/timeline.h"
#include "tests/unit/facts.h"
#include "tests/unit/real_run.h"
#include "tests/unit/text_log.h"

#define SAVED ABS_TOP_SRCDIR "/tests/golden/deadlocks"

enum { ROUNDS = 16 }; /* of busy.c */

static char *busy; /* what real_build() gave */

#define SAME(field) ck_assert_msg(a->field == b->field, #field " at step %zu", step)

static void same_tasks(const struct model *x, const struct model *y, size_t step)
{
	ck_assert_uint_eq(x->task_count, y->task_count);
	for (size_t i = 0; i < x->task_count; i++) {
		const struct model_task *a = &x->tasks[i], *b = &y->tasks[i];

		SAME(index);
		SAME(parent);
		SAME(process);
		SAME(pid);
		SAME(program);
		SAME(state);
		SAME(blocked);
		SAME(stopped);
		SAME(born);
		SAME(died);
		SAME(status);
		SAME(child_count);
		SAME(reaped);
		SAME(pending);
		SAME(ignored);
		SAME(masked);
		SAME(handler_count);
		SAME(delivered);
		SAME(placed);
	}
}

static void same_fds(const struct model *x, const struct model *y, size_t step)
{
	ck_assert_uint_eq(x->fd_count, y->fd_count);
	for (size_t i = 0; i < x->fd_count; i++) {
		const struct model_fd *a = &x->fds[i], *b = &y->fds[i];

		SAME(task);
		SAME(fd);
		SAME(object);
		SAME(readable);
		SAME(writable);
		SAME(cloexec);
		SAME(description);
		SAME(opened);
		SAME(inherited);
	}
}

static void same_objects(const struct model *x, const struct model *y, size_t step)
{
	ck_assert_uint_eq(x->object_count, y->object_count);
	for (size_t i = 0; i < x->object_count; i++) {
		const struct model_object *a = &x->objects[i], *b = &y->objects[i];

		SAME(id);
		SAME(path);
		SAME(made);
		SAME(taken);
		SAME(given);
		SAME(bytes);
		SAME(messages);
		SAME(most);
		SAME(value);
		SAME(owner);
	}
	ck_assert_uint_eq(x->message_count, y->message_count);
	for (size_t i = 0; i < x->message_count; i++) {
		const struct model_message *a = &x->messages[i], *b = &y->messages[i];

		SAME(object);
		SAME(prio);
		SAME(sent);
		SAME(taken);
	}
	ck_assert_uint_eq(x->use_count, y->use_count);
	for (size_t i = 0; i < x->use_count; i++) {
		const struct model_use *a = &x->uses[i], *b = &y->uses[i];

		SAME(object);
		SAME(task);
		SAME(held);
		SAME(take);
		SAME(give);
	}
	ck_assert_uint_eq(x->lock_count, y->lock_count);
	ck_assert_uint_eq(x->cell_count, y->cell_count);
	for (size_t i = 0; i < x->cell_count; i++) {
		const struct model_cell *a = &x->cells[i], *b = &y->cells[i];

		SAME(object);
		SAME(at);
		SAME(n);
		SAME(value);
		SAME(known);
		SAME(written);
	}
}

static void same(const struct model *x, const struct model *y, size_t step)
{
	ck_assert_uint_eq(x->next, y->next);
	ck_assert_int_eq(x->running, y->running);
	same_tasks(x, y, step);
	same_fds(x, y, step);
	same_objects(x, y, step);
}

/* All steps, forward, backward, some in jumps that prefer no direction; the lanes' states as well.
 */
static void check_copies(const struct event_log *log)
{
	TIMELINE_SCOPED *t = timeline_new(log);
	MODEL_SCOPED *m = model_new(log);

	for (size_t i = 0; i < log->count; i++) {
		size_t far = i * 7919 % log->count;

		model_go_to(m, i + 1);
		same(timeline_at(t, TIMELINE_NOW, i), m, i);
		if (i % 5 == 0) {
			timeline_at(t, TIMELINE_BEFORE, far);
			same(timeline_at(t, TIMELINE_BEFORE, i), m, i);
		}
		for (size_t k = 0; k < m->task_count; k++)
			ck_assert_int_eq(timeline_state(t, (int)k + 1, i), m->tasks[k].state);
	}
	for (size_t i = log->count; i-- > 0 && i + 40 > log->count;) {
		MODEL_SCOPED *again = model_new(log);

		model_go_to(again, i + 1);
		same(timeline_at(t, TIMELINE_NOW, i), again, i);
	}
}

START_TEST(copies_of_saved_logs)
{
	DIR *dir = opendir(SAVED);
	struct dirent *d;
	int logs = 0;

	ck_assert_ptr_nonnull(dir);
	while ((d = readdir(dir))) {
		const char *dot = strrchr(d->d_name, '.');
		LAB_FREE char *path = path_join(SAVED, d->d_name);
		struct lab_error e = {0};
		EVENT_LOG_SCOPED *log = NULL;

		if (!dot || strcmp(dot, ".log") != 0)
			continue;
		log = event_log_load(path, &e);
		ck_assert_msg(log != NULL, "%s", e.text);
		check_copies(log);
		logs++;
	}
	closedir(dir);
	ck_assert_int_gt(logs, 30);
}
END_TEST

static struct run *run_busy(const char *schedule)
{
	const char *const argv[] = {"busy", NULL};

	return real_run(busy, "busy", argv, (struct run_request){.schedule = schedule});
}

START_TEST(copies_of_real_runs)
{
	static const char *const schedules[] = {"natural", "random:7"};

	for (size_t i = 0; i < sizeof(schedules) / sizeof(schedules[0]); i++) {
		struct run *run = run_busy(schedules[i]);

		ck_assert_uint_gt(run_log(run)->count, 1000); /* several copies */
		check_copies(run_log(run));
		run_free(run);
	}
}
END_TEST

/* ---- what a real run must come to ---- */
/* At the end nothing lies in a pipe or in the queue, nobody waits, nobody is left. */
START_TEST(a_run_ends_with_nothing_left)
{
	struct run *run = run_busy("random:11");
	struct timeline *t = timeline_new(run_log(run));
	struct timeline_facts f = {0};
	size_t arrows = 0;

	facts_at(t, run_log(run)->count - 1, &f);
	ck_assert_str_eq(fact(&f, 0, "mq:1", FACT_CONTENT), "0 of 4 messages");
	ck_assert_str_eq(fact(&f, 0, "sem:1", FACT_CONTENT), "value 0");
	ck_assert_uint_eq(f.ended, 1 + ROUNDS);
	for (size_t i = 0; i < run_log(run)->count; i++) {
		const struct event *e = run_log(run)->events[i];
		struct timeline_arrow a;

		if (!timeline_arrow(t, i, &a))
			continue;
		arrows++;
		/* each read of bytes, each message, comes from the child of that moment */
		if (event_is(e, EVENT_CALL, "mq_receive") || event_is(e, EVENT_CALL, "read"))
			ck_assert_msg(a.to == 1 && a.from > 1 &&
					      timeline_state(t, a.from + 1, i) == MODEL_NONE,
				"step %zu comes from t%d", i, a.from);
	}
	ck_assert_uint_ge(
		arrows, ROUNDS * (1 + 1 + 1 + 3 + 1)); /* fork, wait, kill, 3 messages, read */
	timeline_facts_done(&f);
	timeline_free(t);
	run_free(run);
}
END_TEST

int main(void)
{
	LAB_FREE char *folder = NULL;
	struct lab_error e = {0};
	int status;

	if (!real_can_run())
		return 0;
	folder = path_make_temporary("test-timeline", &e);
	if (folder)
		busy = real_build(
			folder, "busy", ABS_TOP_SRCDIR "/tests/golden/timeline/busy.c", &e);
	if (!busy) {
		fprintf(stderr, "%s\n", e.text);
		return 99;
	}
	status = RUN_SUITE("timeline-copies", copies_of_saved_logs, copies_of_real_runs,
		a_run_ends_with_nothing_left);
	path_remove_tree(folder, NULL);
	free(busy);
	return status;
}
