/*
 * 08-semaphores/02-child-first: of two processes one waits for the other, or each for each.
 *
 * Both programs are small: most solutions have so few choices that all schedules are tried. Who
 * printed a line, and after what, is read from the log.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "lab/judge/judge.h"

#define SCHEDULES 12
#define HELD_UP   2.5 /* seconds */

enum { PARENT = 1, CHILD }; /* their tasks */

static const char *const order_lines[] = {"child", "parent", NULL};
static const char *const meet_lines[] = {"A1", "A2", "B1", "B2", NULL};

/* The call that handed LINE to the kernel; NULL. */
static const struct event *said(struct judged *run, const char *line)
{
	const char *whole = text_of("%s\n", line);
	const struct event *e;

	for (size_t i = 0; (e = find_event(run, EVENT_CALL, NULL, 0, i)); i++) {
		const char *object = event_text(e, "obj"), *data = event_text(e, "data");

		if (object && data && strcmp(object, "stdout") == 0 && strstr(data, whole))
			return e;
	}
	return NULL;
}

/* The last event of KIND and NAME by TASK before END; NULL. */
static const struct event *last_before(struct judged *run, enum event_kind kind, const char *name,
	int task, const struct event *end)
{
	const struct event *e, *last = NULL;

	for (size_t i = 0; (e = find_event(run, kind, name, task, i)); i++)
		if (e->step < end->step)
			last = e;
	return last;
}

/* All lines are there, once each; those of the child are the child's. */
static void expect_lines(struct judged *run, const char *const *lines, const char *of_child)
{
	const struct event *line;

	expect_output_lines(run, lines);
	for (size_t i = 0; lines[i]; i++) {
		bool childs = strncmp(lines[i], of_child, strlen(of_child)) == 0;

		line = said(run, lines[i]);
		expect_at(run, !line || (line->task == PARENT) != childs, CLASS_OUTPUT, line,
			"The line \"%s\" of `%s` was printed by the %s. It is the %s's.", lines[i],
			command_of(run), childs ? "parent" : "child", childs ? "child" : "parent");
	}
	expect_exit(run, 0);
}

/* LATER is there, and EARLIER was not yet. */
static const char *why_too_early(
	struct judged *run, const struct event *earlier, const struct event *later)
{
	const struct event *post = last_before(run, EVENT_CALL, "sem_post", earlier->task, earlier);
	const struct event *slept = last_before(run, EVENT_EXPIRE, NULL, later->task, later);

	if (slept)
		return text_of("It had slept until %.1f s, in the hope that the other one would "
			       "have printed by then, but that one was slow: sleeping is not "
			       "synchronising. However long it is, on some day it is too short. "
			       "Let the other one say that it has printed.",
			seconds_at(slept));
	if (post && last_before(run, EVENT_CALL, "sem_wait", later->task, later))
		return "The other one had posted already, but its line was still in the process: "
		       "into a file or a pipe stdio writes when its buffer is full, or at the end. "
		       "First the line, with fflush(stdout), then the post.";
	if (last_before(run, EVENT_CALL, "sem_wait", later->task, later))
		return "It called sem_wait() before, but had not to wait there: it took a post "
		       "that was not the other's, or the value that the semaphore began with. "
		       "What one waits for begins with 0, and only the other one posts it.";
	return "Nothing made it wait for the other one. That it comes out right with you is "
	       "because of who happens to be faster.";
}

static void expect_in_order(struct judged *run, const char *earlier, const char *later)
{
	const struct event *first = said(run, earlier), *second = said(run, later);

	expect_at(run, !first || !second || first->step <= second->step, CLASS_SCHEDULE, second,
		"`%s` printed \"%s\" before \"%s\": this schedule let the %s run first. %s",
		command_of(run), later, earlier, second->task == PARENT ? "parent" : "child",
		why_too_early(run, first, second));
}

static void expect_order(struct judged *run)
{
	expect_lines(run, order_lines, "child");
	expect_in_order(run, "child", "parent");
}

static void expect_meeting(struct judged *run)
{
	expect_lines(run, meet_lines, "B");
	expect_in_order(run, "A1", "A2");
	expect_in_order(run, "B1", "B2");
	expect_in_order(run, "A1", "B2");
	expect_in_order(run, "B1", "A2");
}

/* Runs PROGRAM, in which HELD is stopped right after the fork and goes on when the other one has
 * had much time; *WAKE: somebody woke up by the clock meanwhile. NULL: it does not fork. */
static struct judged *run_held_up(const char *program, int held, const struct event **wake)
{
	struct judged *run = judge_start(program, .schedule = "natural");

	if (!until_call(run, "fork", 1))
		return NULL;
	send_signal_to(run, held, SIGSTOP);
	until_time(run, HELD_UP);
	*wake = find_event(run, EVENT_EXPIRE, NULL, 0, 0);
	send_signal_to(run, held, SIGCONT);
	until_end(run);
	return run;
}

/* Under many schedules; where somebody sleeps for a time, also when the other one is slower still.
 */
static void explore_program(const char *program, void (*expect_right)(struct judged *run))
{
	const struct event *wake = NULL;
	bool sleeps = false;

	explore(SCHEDULES)
	{
		struct judged *run = judge_run(program);

		expect_right(run);
		sleeps |= find_event(run, EVENT_EXPIRE, NULL, 0, 0) != NULL;
	}
	for (int held = PARENT; sleeps && held <= CHILD; held++) {
		struct judged *run = run_held_up(program, held, &wake);

		if (run)
			expect_right(run);
	}
}

START_TEST(the_child_is_first)
{
	explore_program("order", expect_order);
}
END_TEST

START_TEST(they_meet_between_their_lines)
{
	explore_program("meet", expect_meeting);
}
END_TEST

/* From the fork to the LAST line of the parent there are two. */
static void expect_together(const char *program, const char *first, const char *last)
{
	struct judged *run = judge_run(program);
	const struct event *made = find_event(run, EVENT_FORK, NULL, 1, 0);
	const struct event *begin = said(run, first), *end = said(run, last), *gone;

	expect_exit(run, 0);
	expect(run, forks_of(run, 0) == 1, CLASS_OUTPUT,
		"`%s` created %u processes, and there should be one child.\nWho forked whom: %s",
		program, forks_of(run, 0), tree_of(run));
	expect_at(run, !begin || made->step < begin->step, CLASS_OUTPUT, begin,
		"`%s` printed \"%s\" before there was a child. Both are to be there: fork first.",
		program, first);
	gone = end ? last_before(run, EVENT_REAPED, NULL, CHILD, end) : NULL;
	expect_at(run, !gone, CLASS_OUTPUT, end,
		"In `%s` the child was over when the parent printed \"%s\": the parent had waited "
		"for its end with wait(2). That is an order, too, but only for what comes after a "
		"whole life. Here both are to be there together: let the parent wait for what the "
		"child has done, and for its end when \"%s\" is printed. (If you do print it "
		"before "
		"wait(2), it was still in the process until the end: fflush(stdout).)",
		program, last, last);
}

START_TEST(both_are_there_together)
{
	expect_together("order", "child", "parent");
	expect_together("meet", "A1", "A2");
}
END_TEST

/* One of the two is held up for a while after the fork: the other one sleeps until it goes on, and
 * does not look again and again, with a pause or without. */
static void expect_asleep(const char *program, int held, void (*expect_right)(struct judged *run))
{
	const struct event *wake = NULL, *place;
	struct judged *run = run_held_up(program, held, &wake);

	if (!run)
		return; /* without a fork it fails elsewhere */
	place = wake ? last_before(run, EVENT_BLOCK, wake->name, wake->task, wake) : NULL;
	expect_at(run, !wake, CLASS_TIME, place,
		"In `%s` the %s was held up for %.1f s, and the %s slept in %s() for a time, woke "
		"up by the clock, and had to look again. Who has to wait sleeps until the other "
		"one wakes it, as in sem_wait(), and not for a time that happens to be over some "
		"day.",
		program, held == PARENT ? "parent" : "child", HELD_UP,
		held == PARENT ? "child" : "parent", wake->name);
	expect_right(run);
}

START_TEST(who_waits_sleeps)
{
	expect_asleep("order", CHILD, expect_order);
	expect_asleep("meet", CHILD, expect_meeting);
	expect_asleep("meet", PARENT, expect_meeting);
}
END_TEST

static void expect_fork_reported(const char *program)
{
	struct judged *run = judge_run(
		program, .look_first = true, FAULTS({.call = "fork", .n = 1, .errnum = EAGAIN}));
	const struct event *fault = find_event(run, EVENT_FAULT, NULL, 0, 0);
	const char *reason = strerror(EAGAIN);

	expect_at(run, !hangs(run), CLASS_FAULT, fault,
		"The fork of `%s` failed (%s): there is no child, and yet it waits for one, for "
		"ever. fork() returns -1 then: look, and end.",
		program, reason);
	expect_at(run, output_size(run) == 0 && exit_of(run) == 1, CLASS_FAULT, fault,
		"The fork of `%s` failed (%s): there is no child. It printed %s and ended with %s. "
		"It should print nothing there, and end with exit status 1.",
		program, reason, shown(output_of(run)), how_ended(run, 1));
	expect_at(run, strstr(errors_of(run), reason), CLASS_FAULT, fault,
		"The fork of `%s` failed (%s), and on standard error there is %s. It should say "
		"what is wrong, with the words of strerror(3) or perror(3).",
		program, reason, shown(errors_of(run)));
}

START_TEST(failed_fork_is_reported)
{
	expect_fork_reported("order");
	expect_fork_reported("meet");
}
END_TEST

JUDGE(CHECK(the_child_is_first, .weight = 3), CHECK(they_meet_between_their_lines, .weight = 3),
	CHECK(both_are_there_together), CHECK(who_waits_sleeps), CHECK(failed_fork_is_reported))
