/*
 * 01-fork/01-two-returns: one child, and each of the two says who it is.
 *
 * Who wrote which bytes is read from the log's calls, and which numbers the two have from its
 * forks. Each check looks at one of these alone, so that a program with one mistake fails the one
 * check that names it.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/judge/judge.h"

#define SCHEDULES  8
#define STEPS_MOST 20000 /* a program that forks for ever is to be stopped early */
#define STARTED    1     /* the task that the lab started */

static struct judged *run_twins(void)
{
	return judge_run("twins", .step_budget = STEPS_MOST);
}

/* The same for checks that have better words than "it crashed" or "it used up a budget". */
static struct judged *look_at_twins(void)
{
	return judge_run("twins", .step_budget = STEPS_MOST, .look_first = true);
}

/* Another process begins between the start of twins and its fork, as may happen on any machine: it
 * takes the number that comes behind that of twins. */
static struct judged *look_at_twins_in_company(void)
{
	struct judged *run = judge_start("twins", .step_budget = STEPS_MOST, .look_first = true);

	then_start(run, "nap", .helper = true, .args = ARGS("1"));
	until_end(run);
	return run;
}

/* The N-th child process from 0, whoever made it; NULL past the last. */
static const struct model_task *child_of(struct judged *run, int n)
{
	const struct model *m = model_of(run);

	for (size_t i = 0; i < m->task_count; i++)
		if (m->tasks[i].first_parent && !m->tasks[i].thread && n-- == 0)
			return &m->tasks[i];
	return NULL;
}

/* The one child that a program has which passed the first check; ends the check without one. */
static const struct model_task *only_child(struct judged *run)
{
	const struct model_task *child = child_of(run, 0);

	expect(run, child || exit_of(run) != INT_MIN, CLASS_OUTPUT,
		"Your program created no process. It did not end, either: something keeps it busy "
		"before it gets as far as fork(), which makes two processes of one.");
	expect(run, child, CLASS_OUTPUT,
		"Your program created no process: it ended with %s, and never got as far as "
		"fork(), which makes two processes of one.",
		how_ended(run, STARTED));
	return child;
}

/* Did process TASK (or a thread of it) make this call? */
static bool made_by(struct judged *run, const struct event *e, int task)
{
	const struct model_task *t = model_task(model_of(run), e->task);

	return t && t->process == task;
}

/* All that process TASK wrote on standard output. */
static const char *written_by(struct judged *run, int task)
{
	const struct event_log *log = log_of(run);
	BUF_SCOPED text = BUF_INIT;

	for (size_t i = 0; i < log->count; i++) {
		const struct event *e = log->events[i];
		const char *object = e->kind == EVENT_CALL ? event_text(e, "obj") : NULL;
		const char *data = object ? event_text(e, "data") : NULL;

		if (data && strcmp(object, "stdout") == 0 && event_int(e, "ret", 0) > 0 &&
			made_by(run, e, task))
			buf_puts(&text, data);
	}
	return text_of("%s", buf_text(&text));
}

/* Where TEXT first went to standard output, by process TASK; NULL. */
static const struct event *write_of(struct judged *run, const char *text, int task)
{
	const struct event *e;

	for (size_t i = 0; (e = find_event(run, EVENT_CALL, "write", 0, i)); i++)
		if (event_text(e, "data") && strstr(event_text(e, "data"), text) &&
			made_by(run, e, task))
			return e;
	return NULL;
}

START_TEST(makes_one_child)
{
	struct judged *run = look_at_twins();
	const struct model_task *second = only_child(run) ? child_of(run, 1) : NULL;

	expect_at(run, !second || second->first_parent != STARTED, CLASS_OUTPUT, second->born,
		"Your program forked %u times; it should do so once. Each call of fork() creates a "
		"process, also in an if: keep what it returned in a variable, and compare that.\n"
		"Who forked whom: %s",
		forks_of(run, 0), tree_of(run));
	expect_at(run, !second, CLASS_OUTPUT, second->born,
		"Process %lld forked although it is itself a child: there should be one fork in "
		"all.\nWho forked whom: %s",
		(long long)pid_of(run, second->first_parent), tree_of(run));
}
END_TEST

/* Does what the child wrote, BELOW, begin with the same piece of a line as that of its parent,
 * ABOVE? Then both wrote a copy of one buffer. */
static bool copied_start(const char *below, const char *above)
{
	const char *own = strstr(below, "child:");

	return own && own != below && own[-1] != '\n' && strstr(below, "parent:") &&
	       strncmp(below, above, (size_t)(own - below)) == 0;
}

START_TEST(each_prints_its_own_line)
{
	struct judged *run = look_at_twins();
	int child = only_child(run)->index;
	const char *below = written_by(run, child), *above = written_by(run, STARTED);
	long long child_pid = pid_of(run, child), parent_pid = pid_of(run, STARTED);

	expect_at(run, !copied_start(below, above), CLASS_OUTPUT, write_of(run, "parent:", child),
		"Process %lld, the child, printed %s. It has not come to the parent's line, but it "
		"has its begin: what you printed before fork() still lay in stdout's buffer, in "
		"the "
		"memory of the process, and fork() copied it with the rest. Print nothing before "
		"the fork, or send it off with fflush(stdout) first.",
		child_pid, shown(below));
	expect_at(run, !strstr(below, "child:") || !strstr(below, "parent:"), CLASS_OUTPUT,
		write_of(run, "parent:", child),
		"Process %lld, the child, printed both lines: after fork the child goes on at the "
		"same statement as its parent, and it comes to the parent's line as well. End its "
		"branch with return, exit or _exit.\nIt printed: %s",
		child_pid, shown(below));
	expect_at(run, !strstr(above, "child:") || !strstr(above, "parent:"), CLASS_OUTPUT,
		write_of(run, "child:", STARTED),
		"Process %lld, the parent, printed both lines: %s. The child's line is to be "
		"printed by the child, in which fork() has returned 0.",
		parent_pid, shown(above));
	expect_at(run, !strstr(below, "parent:"), CLASS_OUTPUT, write_of(run, "parent:", child),
		"Process %lld printed the parent's line, but it is the child. fork() returned 0 to "
		"it; to the parent it returned the number of the child, which is not 0.",
		child_pid);
	expect_at(run, !strstr(above, "child:"), CLASS_OUTPUT, write_of(run, "child:", STARTED),
		"Process %lld printed the child's line, but it is the parent. fork() returned the "
		"number of the child to it; to the child it returned 0.",
		parent_pid);
}
END_TEST

/* The line of WHO, wherever it came from; ends the check if there is none. */
static const char *line_with(struct judged *run, const char *label, const char *who)
{
	const char *line = strstr(output_of(run), label);

	expect(run, line, CLASS_OUTPUT,
		"There is no line \"%s ...\" on standard output: the %s's line has not come. Who "
		"ends by _exit() leaves in stdout's buffer what printf() has put there; "
		"fflush(stdout) sends it off, and exit() and return do it by themselves. The "
		"output was %s.",
		label, who, shown(output_of(run)));
	return text_of("%.*s", (int)strcspn(line, "\n"), line);
}

START_TEST(child_tells_its_numbers)
{
	struct judged *run = look_at_twins_in_company();
	long pid = (long)pid_of(run, only_child(run)->index);
	long above = (long)pid_of(run, STARTED), said = -1, said_parent = -1;
	const struct event *e = write_of(run, "child:", child_of(run, 0)->index);
	const char *line = line_with(run, "child:", "child");
	int found = sscanf(line, "child: I am %ld, parent %ld", &said, &said_parent);

	expect_at(run, found == 2, CLASS_OUTPUT, e,
		"The child's line is %s; it should be \"child: I am %ld, parent %ld\" in this run.",
		shown(line), pid, above);
	expect_at(run, said == pid || said != 0, CLASS_OUTPUT, e,
		"The child's line says \"I am 0\", which is what fork() returned to it. That 0 "
		"says "
		"which of the two it is; it is no process id. Its own number, %ld, comes from "
		"getpid().",
		pid);
	expect_at(run, said == pid || said != above, CLASS_OUTPUT, e,
		"The child's line says \"I am %ld\", but that is its parent. Its own number is "
		"%ld: "
		"whoever asks getpid() before the fork gets the number of the one that forks.",
		said, pid);
	expect_at(run, said == pid || said != above + 1, CLASS_OUTPUT, e,
		"The child's line says \"I am %ld\", the number behind that of the parent (%ld); "
		"but "
		"the child is %ld. Nobody promises that the next number is free: another process "
		"may begin in between, and so it was here. Ask getpid(), in the child.",
		said, above, pid);
	expect_at(run, said == pid, CLASS_OUTPUT, e,
		"The child's line says \"I am %ld\", but its number is %ld. Ask getpid(), in the "
		"child.",
		said, pid);
	expect_at(run, said_parent == above || said_parent != pid, CLASS_OUTPUT, e,
		"The child's line says \"parent %ld\", but that is itself. Its parent is %ld; "
		"getppid() tells.",
		said_parent, above);
	expect_at(run, said_parent == above, CLASS_OUTPUT, e,
		"The child's line says \"parent %ld\", but its parent is %ld. getppid(), called in "
		"the "
		"child, gives the number of the child's parent; called in the parent, that of the "
		"shell.",
		said_parent, above);
}
END_TEST

START_TEST(parent_tells_the_childs_number)
{
	struct judged *run = look_at_twins_in_company();
	long pid = (long)pid_of(run, only_child(run)->index);
	long above = (long)pid_of(run, STARTED), said = -1;
	const struct event *e = write_of(run, "parent:", STARTED);
	const char *line = line_with(run, "parent:", "parent");

	expect_at(run, sscanf(line, "parent: child is %ld", &said) == 1, CLASS_OUTPUT, e,
		"The parent's line is %s; it should be \"parent: child is %ld\" in this run.",
		shown(line), pid);
	expect_at(run, said == pid || said != above, CLASS_OUTPUT, e,
		"The parent's line says \"child is %ld\", but that is its own number. The child's, "
		"%ld, is what fork() returned to the parent.",
		said, pid);
	expect_at(run, said == pid || said != above + 1, CLASS_OUTPUT, e,
		"The parent's line says \"child is %ld\", the number behind that of the parent "
		"(%ld); but "
		"the child is %ld. Nobody promises that the next number is free: another process "
		"may begin in between, and so it was here. fork() returned the right one.",
		said, above, pid);
	expect_at(run, said == pid, CLASS_OUTPUT, e,
		"The parent's line says \"child is %ld\", but the child is %ld: that is what "
		"fork() "
		"returned to the parent.",
		said, pid);
}
END_TEST

START_TEST(two_lines_in_every_schedule)
{
	explore(SCHEDULES)
	{
		struct judged *run = run_twins();
		long pid = (long)pid_of(run, only_child(run)->index);
		long above = (long)pid_of(run, STARTED);

		expect_output_lines(
			run, ARGS(text_of("parent: child is %ld", pid),
				     text_of("child: I am %ld, parent %ld", pid, above)));
		expect_errors(run, false);
	}
}
END_TEST

START_TEST(both_end_with_status_0)
{
	explore(SCHEDULES - 1)
	{
		struct judged *run = run_twins();
		const struct model_task *child = only_child(run);

		expect_at(run, child->status == 0, CLASS_EXIT, child->died,
			"The child ended with %s; when all went well the status is 0.",
			how_ended(run, child->index));
		expect_exit(run, 0);
	}
}
END_TEST

/* What must happen when the first fork fails with ERRNUM, which has the name NAME. */
static void expect_failure_reported(int errnum, const char *name)
{
	struct judged *run = judge_run("twins", .step_budget = STEPS_MOST, .look_first = true,
		.may_die = true,
		FAULTS({.call = "fork", .n = 1, .kind = RUN_FAULT_ERRNO, .errnum = errnum}));
	const struct event *fault = find_event(run, EVENT_FAULT, NULL, 0, 0);
	const char *out = output_of(run), *errors = errors_of(run);
	const char *right = text_of("twins: fork: %s\n", strerror(errnum));

	expect(run, fault, CLASS_FAULT,
		"We wanted to make fork fail, but your program never called it.");
	expect_at(run, !child_of(run, 0), CLASS_FAULT, fault,
		"We made fork fail (%s), and your program called it again. The machine is full, "
		"and a program that keeps trying keeps it so: say what failed, and end with status "
		"1.",
		name);
	expect_at(run, !strstr(out, "child:"), CLASS_FAULT, fault,
		"We made fork fail (%s), and your program printed the child's line without any "
		"child: %s. fork() returned -1, which is not 0 but not a child's number either, "
		"and it returned once. Test for -1 first. See fork(2), \"RETURN VALUE\".",
		name, shown(out));
	expect_at(run, !strstr(out, "parent:"), CLASS_FAULT, fault,
		"We made fork fail (%s), and your program printed the parent's line without any "
		"child: %s. fork() returned -1, which is no process id. Test for it first.",
		name, shown(out));
	expect_at(run, out[0] == '\0', CLASS_FAULT, fault,
		"We made fork fail (%s), and your program wrote %s on standard output. What goes "
		"wrong is said on standard error.",
		name, shown(out));
	expect_at(run, exit_of(run) == 1, CLASS_FAULT, fault,
		"We made fork fail (%s), and your program ended with %s. It should end with status "
		"1, so that whoever started it learns that nothing was done.",
		name, how_ended(run, STARTED));
	expect_at(run, errors[0] != '\0', CLASS_FAULT, fault,
		"We made fork fail (%s), and your program ended with status 1, but without a word. "
		"Say on standard error what failed and why: \"twins: fork: REASON\".",
		name);
	expect_at(run, strcmp(errors, right) == 0, CLASS_FAULT, fault,
		"We made fork fail (%s), and your program wrote %s on standard error. It should be "
		"%s: the call that failed, and what strerror(3) or perror(3) says for the errno "
		"that this call has set, before any other call sets another.",
		name, shown(errors), shown(right));
}

START_TEST(failed_fork_is_reported)
{
	expect_failure_reported(EAGAIN, "EAGAIN");
	expect_failure_reported(ENOMEM, "ENOMEM");
}
END_TEST

JUDGE(CHECK(makes_one_child), CHECK(each_prints_its_own_line, .weight = 2),
	CHECK(child_tells_its_numbers, .weight = 2), CHECK(parent_tells_the_childs_number),
	CHECK(two_lines_in_every_schedule, .long_one = true, .weight = 2),
	CHECK(both_end_with_status_0, .long_one = true),
	CHECK(failed_fork_is_reported, .weight = 2))
