/*
 * 01-fork/03-fan-not-chain: N children of one parent, all at the same time.
 *
 * Who forked whom, who ended when and with what status: from the log and its model. Each check
 * looks at one of these alone, so that a program with one mistake fails the one check that names
 * it.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/judge/judge.h"

#define SCHEDULES  12
#define STEPS_MOST 20000 /* 2^N - 1 processes are to be stopped early */
#define SHOWN_MOST 60    /* bytes of output in a message */

static struct judged *run_fan(int n)
{
	return judge_run("fan", .args = ARGS(text_of("%d", n)), .step_budget = STEPS_MOST);
}

/* The same for checks of who forks whom: they have better words for 2^N processes than that some
 * budget of the run was used up. */
static struct judged *look_at_fan(int n)
{
	return judge_run("fan", .args = ARGS(text_of("%d", n)), .step_budget = STEPS_MOST,
		.look_first = true);
}

/* The I-th child process from 0, in order of creation, whoever made it; NULL past the last. */
static const struct model_task *child_of(struct judged *run, int i)
{
	const struct model *m = model_of(run);

	for (size_t at = 0; at < m->task_count; at++)
		if (m->tasks[at].first_parent && !m->tasks[at].thread && i-- == 0)
			return &m->tasks[at];
	return NULL;
}

static int children_in(struct judged *run)
{
	int count = 0;

	while (child_of(run, count))
		count++;
	return count;
}

/* The task that leads the process of TASK, which may be a thread of it. */
static int process_of(struct judged *run, int task)
{
	const struct model_task *t = model_task(model_of(run), task);

	return t ? t->process : task;
}

/* TEXT as it can be shown: escaped, and cut where it is long. */
static const char *quoted(const char *text)
{
	size_t len = strlen(text);
	BUF_SCOPED shown = BUF_INIT;

	buf_put_escaped(&shown, text, len < SHOWN_MOST ? len : SHOWN_MOST);
	return text_of("\"%s\"%s", buf_text(&shown), len < SHOWN_MOST ? "" : "...");
}

/* How often LINE is a whole line of what was printed. */
static int lines_equal(struct judged *run, const char *line)
{
	size_t len = strlen(line);
	int count = 0;

	for (const char *at = output_of(run); at && *at; at = strchr(at, '\n'), at += at != NULL)
		count += strncmp(at, line, len) == 0 && (at[len] == '\n' || at[len] == '\0');
	return count;
}

/* The write of TEXT to standard output by some process; NULL if the log shows none. */
static const struct event *write_of(struct judged *run, const char *text)
{
	const struct event *e;

	for (size_t i = 0; (e = find_event(run, EVENT_CALL, "write", 0, i)); i++) {
		const char *data = event_text(e, "data");

		if (strcmp(event_text(e, "obj") ? event_text(e, "obj") : "", "stdout") == 0 &&
			data && strcmp(data, text) == 0)
			return e;
	}
	return NULL;
}

/* The first exec of a program by a process below the children; NULL. */
static const struct event *exec_below(struct judged *run)
{
	const struct event *e;

	for (size_t i = 0; (e = find_event(run, EVENT_EXEC, NULL, 0, i)); i++) {
		int above = model_task(model_of(run), process_of(run, e->task))->first_parent;

		if (above && process_of(run, above) != 1)
			return e;
	}
	return NULL;
}

static void expect_children(struct judged *run, int n)
{
	const struct model_task *child;
	int count = children_in(run);
	const struct event *one_too_many = count > n ? child_of(run, n)->born : NULL;
	const struct event *exec = exec_below(run);
	bool nested = false;

	for (int i = 0; (child = child_of(run, i)); i++)
		nested = nested || process_of(run, child->first_parent) != 1;
	expect_at(run, count <= n || !nested || !exec, CLASS_OUTPUT, one_too_many,
		"There were %d forks for N = %d: a child has started %s in a process of its own, "
		"as "
		"system(3) and popen(3) do. There should be the children and no other processes: "
		"to "
		"wait a second takes no program, but a call like sleep(3).\nWho forked whom: %s",
		count, n, event_text(exec, "path"), tree_of(run));
	expect_at(run, count <= n || !nested, CLASS_OUTPUT, one_too_many,
		"There were %d forks for N = %d: each child that goes on with your loop forks "
		"children of its own, and so do they. A child forks nothing: end it in its own "
		"branch, with exit or _exit.\nWho forked whom: %s",
		count, n, tree_of(run));
	expect_at(run, count == n, CLASS_OUTPUT, one_too_many,
		"There were %d forks for N = %d. There should be one for each child, numbered from "
		"0 to N - 1.\nWho forked whom: %s",
		count, n, tree_of(run));
}

START_TEST(forks_exactly_n_times)
{
	for (int n = 2; n <= 4; n += 2)
		expect_children(look_at_fan(n), n);
}
END_TEST

START_TEST(all_children_have_one_parent)
{
	int n = draw(3, 4);
	struct judged *run = look_at_fan(n);
	const struct model_task *child;

	expect(run, children_in(run) > 0, CLASS_OUTPUT, "`fan %d` created no process at all.", n);
	for (int i = 0; (child = child_of(run, i)); i++)
		expect_at(run, process_of(run, child->first_parent) == 1, CLASS_OUTPUT, child->born,
			"Process %lld was forked by process %lld, which is itself a child. The "
			"process that was started as fan (%lld) must do all the forking: after "
			"fork it is the child that leaves the loop, not the parent.\nWho forked "
			"whom: %s",
			(long long)child->pid, (long long)pid_of(run, child->first_parent),
			(long long)pid_of(run, 1), tree_of(run));
}
END_TEST

/* Was the last child created before the first second was over? */
static bool all_lived_together(struct judged *run)
{
	int count = children_in(run);

	return count > 0 && seconds_at(child_of(run, count - 1)->born) < 0.5;
}

START_TEST(children_run_at_the_same_time)
{
	int n = draw(3, 6);
	struct judged *run = run_fan(n);

	expect(run, exit_of(run) != INT_MIN, CLASS_TIME,
		"`fan %d` had not ended after %.0f seconds.", n, seconds_of(run));
	expect(run, seconds_of(run) < 1.9 || !all_lived_together(run), CLASS_TIME,
		"For N = %d your program took %.0f seconds; it should take 1. The children do live "
		"at the same time, but some of them wait longer than a second.",
		n, seconds_of(run));
	expect(run, seconds_of(run) < 1.9, CLASS_TIME,
		"For N = %d your program took %.0f seconds; when the children sleep at the same "
		"time it takes 1. Whoever waits for a child before the next one is created has a "
		"queue, not a fan: fork all of them first, then wait for all of them.",
		n, seconds_of(run));
}
END_TEST

START_TEST(children_wait_before_they_print)
{
	int n = draw(2, 5);
	struct judged *run = run_fan(n);
	const struct event *first = NULL, *e;

	for (size_t i = 0; !first && (e = find_event(run, EVENT_OUTPUT, NULL, 0, i)); i++)
		if (event_text(e, "data") && strpbrk(event_text(e, "data"), "0123456789"))
			first = e;
	expect(run, first, CLASS_OUTPUT, "`fan %d` ended with %s, and printed no number.", n,
		how_ended(run, 1));
	expect(run, seconds_at(first) >= 0.9, CLASS_TIME,
		"The first number came %.3f seconds after the start of `fan %d`. A child waits one "
		"second first, then prints its number.",
		seconds_at(first), n);
}
END_TEST

START_TEST(each_number_is_printed_once)
{
	explore(SCHEDULES / 2)
	{
		int n = draw(3, 5);
		struct judged *run = run_fan(n);
		size_t right = strlen("done\n");

		for (int i = 0; i < n; i++) {
			const char *number = text_of("%d", i);
			int count = lines_equal(run, number);

			right += strlen(number) + 1;
			expect(run, count >= 1, CLASS_OUTPUT,
				"`fan %d` did not print the line \"%d\". The children are numbered "
				"from 0 to %d, and each prints its number. It printed:\n%s",
				n, i, n - 1, output_of(run));
			expect(run, count == 1, CLASS_OUTPUT,
				"`fan %d` printed the line \"%d\" %d times. Either more than one "
				"process came to that statement, or a buffer with the line in it "
				"was copied by fork, and each copy was written out.",
				n, i, count);
		}
		expect(run, lines_equal(run, "done") <= 1, CLASS_OUTPUT,
			"`fan %d` printed \"done\" %d times; only the parent prints it.", n,
			lines_equal(run, "done"));
		expect(run, output_size(run) <= right, CLASS_OUTPUT,
			"`fan %d` printed %zu bytes, but the %d numbers and \"done\", a line each, "
			"are %zu. It printed:\n%s",
			n, output_size(run), n, right, output_of(run));
	}
}
END_TEST

START_TEST(child_i_prints_i_and_exits_with_i)
{
	int n = draw(3, 6);
	struct judged *run = run_fan(n);
	const struct model_task *child;

	for (int i = 0; i < n; i++) {
		const struct event *e = write_of(run, text_of("%d\n", i));
		bool found = false;

		for (int at = 0; (child = child_of(run, at)); at++) {
			found = found || child->status == i;
			expect_at(run,
				!e || child->index != process_of(run, e->task) ||
					child->status == i,
				CLASS_EXIT, child->died,
				"The process that printed %d ended with %s. Child i prints i and "
				"ends with status i, so that its parent can tell which one it was.",
				i, how_ended(run, child->index));
		}
		expect_at(run, !e || process_of(run, e->task) != 1, CLASS_OUTPUT, e,
			"The line \"%d\" was printed by the parent (process %lld). Child %d should "
			"print it.",
			i, (long long)pid_of(run, 1), i);
		expect(run, found, CLASS_EXIT,
			"None of the %d children of `fan %d` ended with status %d. Child i ends "
			"with exit status i: exit(i).",
			children_in(run), n, i);
	}
}
END_TEST

/* "done" came once, behind everything else, and when all children had ended. */
static void expect_done_last(struct judged *run, int n)
{
	const char *out = output_of(run);
	size_t len = output_size(run);
	const struct event *written = write_of(run, "done\n"), *e, *shown = NULL;
	const struct model_task *child;

	expect(run, lines_equal(run, "done") > 0, CLASS_OUTPUT,
		"`fan %d` did not print the line \"done\"; it ended with %s and %zu bytes of "
		"output.",
		n, how_ended(run, 1), len);
	expect_at(run, !written || process_of(run, written->task) == 1, CLASS_OUTPUT, written,
		"Process %lld, a child, printed \"done\". The parent (%lld) prints it, when all "
		"its children have ended.",
		(long long)pid_of(run, written->task), (long long)pid_of(run, 1));
	expect(run, len >= 5 && strcmp(out + len - 5, "done\n") == 0, CLASS_SCHEDULE,
		"\"done\" is not the last of the lines of `fan %d`: it was printed while a child "
		"was still at work. The parent prints it after it has waited for each of its "
		"children. The output was:\n%s",
		n, out);
	for (size_t i = 0; (e = find_event(run, EVENT_OUTPUT, NULL, 0, i)); i++) {
		const char *data = event_text(e, "data");

		if (data && strstr(data, "done\n"))
			shown = e;
	}
	for (int i = 0; (child = child_of(run, i)) && shown; i++)
		expect_at(run, child->died && child->died->step < shown->step, CLASS_SCHEDULE,
			shown,
			"\"done\" was printed before process %lld, a child, had ended. That a "
			"child has printed does not mean that it has ended: wait for it. See "
			"wait(2).",
			(long long)child->pid);
}

START_TEST(done_comes_after_all_children)
{
	explore(SCHEDULES)
	{
		int n = draw(2, 4);
		struct judged *run = run_fan(n);

		expect_done_last(run, n);
		expect(run, exit_of(run) == 0, CLASS_EXIT,
			"`fan %d` printed \"done\", but ended with %s. When all went well the "
			"status is 0.",
			n, how_ended(run, 1));
		expect(run, errors_of(run)[0] == '\0', CLASS_OUTPUT,
			"`fan %d` printed %zu bytes on standard error although nothing went wrong: "
			"%s",
			n, strlen(errors_of(run)), errors_of(run));
	}
}
END_TEST

START_TEST(works_for_none_for_one_and_for_many)
{
	struct judged *run = run_fan(0);
	int many = draw(40, 50);

	expect(run, children_in(run) == 0, CLASS_OUTPUT,
		"`fan 0` created %d processes. It should just print \"done\".", children_in(run));
	expect_done_last(run, 0);
	expect(run, output_size(run) == 5, CLASS_OUTPUT,
		"`fan 0` should print \"done\" and nothing else; it printed %zu bytes:\n%s",
		output_size(run), output_of(run));
	expect(run, exit_of(run) == 0, CLASS_EXIT,
		"`fan 0` ended with %s; it has done all it was asked to do, so the status is 0.",
		how_ended(run, 1));

	run = run_fan(1);
	expect_children(run, 1);
	expect_done_last(run, 1);

	run = look_at_fan(many);
	expect_children(run, many);
	expect_done_last(run, many);
}
END_TEST

/* What `fan N` must do when fork number NTH fails. */
static void expect_failure_reported(int n, int nth)
{
	struct judged *run =
		judge_run("fan", .args = ARGS(text_of("%d", n)), .step_budget = STEPS_MOST,
			FAULTS({.call = "fork",
				.n = (unsigned)nth,
				.kind = RUN_FAULT_ERRNO,
				.errnum = EAGAIN}));
	const struct event *fault = find_event(run, EVENT_FAULT, NULL, 0, 0);
	const struct event *left = find_event(run, EVENT_ADOPT, NULL, 0, 0);
	int status = exit_of(run);
	bool done = lines_equal(run, "done") > 0;

	expect(run, fault, CLASS_FAULT,
		"We wanted to make fork number %d of `fan %d` fail, but your program forked only "
		"%d times.",
		nth, n, children_in(run));
	expect_at(run, status != 0 || !done || children_in(run) < n, CLASS_FAULT, fault,
		"Fork number %d of %d failed (EAGAIN), and you tried again, until there were %d "
		"children and you could report success. The machine is full, and a program that "
		"keeps trying keeps it so: say on standard error what failed, wait for the "
		"children that do run, and end with status 1.",
		nth, n, children_in(run));
	expect_at(run, children_in(run) < nth || (status == 0 && done), CLASS_FAULT, fault,
		"Fork number %d of %d failed (EAGAIN), and you went on forking: %d more children "
		"were created after it. The machine is full: leave the loop, wait for the children "
		"that do run, and end with status 1.",
		nth, n, children_in(run) - nth + 1);
	expect_at(run, status != 0 || !done, CLASS_FAULT, fault,
		"Fork number %d failed (EAGAIN), and you reported success with %d of %d children. "
		"fork() returns -1 when it fails, and -1 is not 0: test for it first. Then say so "
		"on standard error, wait for the children that do run, and end with status 1. See "
		"fork(2).",
		nth, children_in(run), n);
	expect_at(run, status == 1, CLASS_FAULT, fault,
		"Fork number %d of %d failed (EAGAIN), and your program ended with %s. It should "
		"end with status 1, after it has waited for the children that it has.",
		nth, n, how_ended(run, 1));
	expect_at(run, errors_of(run)[0] != '\0', CLASS_FAULT, fault,
		"Fork number %d of %d failed (EAGAIN), and your program ended with status 1, but "
		"without a word. Say on standard error what failed; perror(3) does it.",
		nth, n);
	expect_at(run, !done, CLASS_FAULT, fault,
		"Fork number %d of %d failed (EAGAIN), and you printed \"done\" all the same. It "
		"means that all the work was done.",
		nth, n);
	expect_at(run, !left, CLASS_LEAK, left,
		"Fork number %d of %d failed (EAGAIN), and the parent ended at once. Of the %d "
		"children it had, process %lld was still there, with nobody left to wait for it.",
		nth, n, children_in(run), (long long)pid_of(run, left->task));
}

START_TEST(failed_fork_is_reported)
{
	int n = draw(3, 6);

	expect_failure_reported(n, draw(2, n - 1));
	expect_failure_reported(n, 1);
	expect_failure_reported(n, n);
}
END_TEST

/* `fan ARGS` must refuse, in the world of WORLD (a new one if that is NULL). WHY completes
 * "although
 * ...". */
static void expect_refused(
	struct judged **world, const char *shown, const char *const *args, const char *why)
{
	struct judged *run = *world;
	int status;

	if (run)
		then_run(run, "fan", .args = args);
	else
		run = judge_run("fan", .args = args, .look_first = true, .step_budget = STEPS_MOST,
			.time_budget = 20 * RUN_SECOND);
	*world = run;
	status = exit_of(run);

	expect(run, forks_of(run, 0) == 0, CLASS_OUTPUT, "`%s` created %u processes although %s.",
		shown, forks_of(run, 0), why);
	expect(run, output_size(run) == 0, CLASS_OUTPUT,
		"`%s` printed %zu bytes on standard output although %s: %s. It should tell on "
		"standard error how it is used. (atoi() cannot report an error; strtol() can.)",
		shown, output_size(run), why, quoted(output_of(run)));
	expect(run, status == 2, CLASS_EXIT,
		"`%s` ended with %s although %s. The status for a wrong use is 2.", shown,
		how_ended(run, task_of(run)), why);
	expect(run, errors_of(run)[0] != '\0', CLASS_OUTPUT,
		"`%s` ended with status %d, as it should, but without a word. Tell on standard "
		"error how the program is used.",
		shown, status);
}

START_TEST(refuses_a_bad_n)
{
	const char *n = text_of("%d", draw(2, 9));
	const char *word = draw_word(4);
	const char *tail = text_of("%s%s", n, draw_word(1));
	const char *negative = text_of("-%s", n);
	struct judged *world = NULL;

	expect_refused(&world, "fan", ARGS(NULL), "there is no argument");
	expect_refused(&world, text_of("fan %s %s", n, n), ARGS(n, n),
		"there are two arguments instead of one");
	expect_refused(&world, "fan ''", ARGS(""), "the argument is empty");
	expect_refused(&world, text_of("fan %s", word), ARGS(word), "the argument is no number");
	expect_refused(
		&world, text_of("fan %s", tail), ARGS(tail), "something stands behind the number");
	expect_refused(&world, text_of("fan %s", negative), ARGS(negative), "N cannot be negative");
	expect_refused(&world, "fan 51", ARGS("51"), "50 is the most that is allowed");
	expect_refused(
		&world, "fan 4294967298", ARGS("4294967298"), "50 is the most that is allowed");
}
END_TEST

JUDGE(CHECK(forks_exactly_n_times, .weight = 2), CHECK(all_children_have_one_parent, .weight = 2),
	CHECK(children_run_at_the_same_time, .weight = 2), CHECK(children_wait_before_they_print),
	CHECK(each_number_is_printed_once, .long_one = true),
	CHECK(child_i_prints_i_and_exits_with_i),
	CHECK(done_comes_after_all_children, .long_one = true, .weight = 2),
	CHECK(works_for_none_for_one_and_for_many, .long_one = true),
	CHECK(failed_fork_is_reported, .weight = 2), CHECK(refuses_a_bad_n))
