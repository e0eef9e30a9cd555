/*
 * What the hidden tests of toolboxes share. A toolbox is one program with commands, each of which
 * is a process of its own: what is told here is told of the latest one in a world.
 */
#ifndef TESTS_EXERCISES_TOOLBOX_H
#define TESTS_EXERCISES_TOOLBOX_H

#include <limits.h>
#include <string.h>

#include "lab/judge/judge.h"

static inline const char *decimal(int number)
{
	return text_of("%d", number);
}

/* The latest command as it was typed, but for a text that fills the page. */
static inline const char *called(struct judged *run)
{
	const char *command = command_of(run);

	return strlen(command) > 60 ? text_of("%.40s...", command) : command;
}

static inline bool worked(const struct event *e)
{
	return event_int(e, "ret", -1) >= 0;
}

/* The last call of NAME before event number END by TASK or a later one; NULL. */
static inline const struct event *last_call_before(
	struct judged *run, int task, const char *name, size_t end)
{
	const struct event_log *log = log_of(run);

	for (size_t i = end; i > 0; i--) {
		const struct event *e = log->events[i - 1];

		if (event_is(e, EVENT_CALL, name) && e->task >= task)
			return e;
	}
	return NULL;
}

static inline const struct event *last_call_of(struct judged *run, int task, const char *name)
{
	return last_call_before(run, task, name, log_of(run)->count);
}

/* By the latest program, or a child of it. */
static inline const struct event *last_call(struct judged *run, const char *name)
{
	return last_call_of(run, task_of(run), name);
}

/* Runs a command in the world of RUN; NULL: in a new one. */
static inline void run_in(struct judged **run, const char *tool, const char *const *args)
{
	if (*run)
		then_run(*run, tool, .args = args);
	else
		*run = judge_run(tool, .args = args, .may_leave = true, .look_first = true);
}

/* The latest command of TOOL, which was about NAME, met ERRNUM. */
static inline void expect_told(struct judged *run, const char *tool, const char *name, int errnum)
{
	const char *line = text_of("%s: %s: %s\n", tool, name, strerror(errnum));
	const char *why = strerrorname_np(errnum);

	expect(run, exit_of(run) != INT_MIN, CLASS_FAULT,
		"`%s` cannot be done (%s), but instead of saying so it does not come to an end.",
		called(run), why);
	expect(run, exit_of(run) == 1, CLASS_FAULT,
		"`%s` cannot be done (%s), but it ended with %s. Look at the result of every call: "
		"when it says that the call failed, the exit status is 1.",
		called(run), why, how_ended(run, task_of(run)));
	expect(run, strcmp(errors_of(run), line) == 0, CLASS_FAULT,
		"`%s` cannot be done (%s). On standard error it said %s; it should be %s. (errno "
		"says why the last call that failed did; print it before you call anything else.)",
		called(run), why, shown(errors_of(run)), shown(line));
	expect(run, output_size(run) == 0, CLASS_FAULT,
		"`%s` cannot be done (%s), and still it printed %s on standard output.",
		called(run), why, shown(output_of(run)));
}

/* The same with CALL made to fail. false: the command makes no such call, and has nothing to tell.
 */
static inline bool then_fails(
	struct judged *run, const char *tool, const char *const *args, const char *call, int errnum)
{
	size_t before = count_events(run, EVENT_FAULT, NULL, 0);

	then_run(run, tool, .args = args,
		FAULTS({.call = call, .n = 1, .kind = RUN_FAULT_ERRNO, .errnum = errnum}));
	if (count_events(run, EVENT_FAULT, NULL, 0) == before)
		return false;
	expect(run, exit_of(run) >= 0, CLASS_CRASH,
		"%s() failed (%s), `%s` went on as if it had worked, and ended with %s. Look at "
		"the result of every call before you use it.",
		call, strerrorname_np(errnum), called(run), how_ended(run, task_of(run)));
	expect_told(run, tool, args[1], errnum);
	return true;
}

/* Each of the ROWS (the last is NULL) is a wrong use of TOOL. */
static inline void expect_usage(const char *tool, const char *const *const *rows)
{
	struct judged *run = NULL;

	for (; *rows; rows++) {
		run_in(&run, tool, *rows);
		expect(run, exit_of(run) == 2, CLASS_EXIT,
			"`%s` ended with %s. That is not how %s is used; the status for it is 2.",
			called(run), how_ended(run, task_of(run)), tool);
		expect_errors(run, true);
		expect_output(run, "");
	}
}

#endif
