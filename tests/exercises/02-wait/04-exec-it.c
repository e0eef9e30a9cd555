/*
 * 02-wait/04-exec-it: a program is run as it was asked for, and run ends as that did.
 *
 * CMD is one of the lab's own programs: args writes down its arguments, end ends in a given way,
 * nap sleeps. Which process executed what, and who waited, is in the log. The line "+ CMD ARG..."
 * may come before or behind what CMD prints, so it is taken out before the output is compared.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "lab/judge/judge.h"

#define MANY      150 /* arguments */
#define FOLDER    "/lab/helpers"
#define WITH_PATH .env = ARGS("PATH=/nowhere:" FOLDER ":/usr/bin:/bin")

/* run with these arguments, in the world of WORLD (a new one if that is NULL); the lab's programs
 * are found by PATH. What is told below is told of the latest one in its world. */
static struct judged *run_in(struct judged **world, const char *const *words)
{
	if (*world)
		then_run(*world, "run", .args = words, WITH_PATH);
	else
		*world = judge_run("run", .args = words, WITH_PATH, .look_first = true);
	return *world;
}

/* How many processes it and its children have made. */
static unsigned forks_in(struct judged *run)
{
	const struct event *e;
	unsigned count = 0;

	for (size_t i = 0; (e = find_event(run, EVENT_FORK, NULL, 0, i)); i++)
		count += e->task >= task_of(run) && !event_int(e, "thread", 0);
	return count;
}

/* Was it a child that did this? */
static bool by_child(struct judged *run, const struct event *e)
{
	return model_task(model_of(run), e->task)->process > task_of(run);
}

/* "+ CMD ARG..." and a newline. */
static const char *line_for(const char *const *words)
{
	const char *line = "+";

	for (; *words; words++)
		line = text_of("%s %s", line, *words);
	return text_of("%s\n", line);
}

/* How often LINE is a whole line of TEXT. */
static int lines_equal(const char *text, const char *line)
{
	size_t len = strlen(line);
	int count = 0;

	for (const char *at = text; at && *at; at = strchr(at, '\n'), at += at != NULL)
		count += strncmp(at, line, len) == 0;
	return count;
}

/* TEXT without the first line that is LINE. */
static const char *without(const char *text, const char *line)
{
	const char *at = text;

	while (at && *at && strncmp(at, line, strlen(line)) != 0) {
		at = strchr(at, '\n');
		at += at != NULL;
	}
	if (!at || !*at)
		return text;
	return text_of("%.*s%s", (int)(at - text), text, at + strlen(line));
}

/* The first line that begins with "+", as run prints it, without its newline; "" if there is none.
 */
static const char *plus_line(struct judged *run)
{
	for (const char *at = output_of(run); at && *at; at = strchr(at, '\n'), at += at != NULL)
		if (*at == '+')
			return text_of("%.*s", (int)strcspn(at, "\n"), at);
	return "";
}

/* What CMD has printed: all but run's own line, which need not be right for that. */
static const char *printed_by_cmd(struct judged *run, const char *const *words)
{
	const char *line = line_for(words), *out = output_of(run);
	const char *plus = text_of("%s\n", plus_line(run));

	return without(out, lines_equal(out, line) == 0 && *plus == '+' ? plus : line);
}

/* The N-th time that a process has become a program of this name; NULL. */
static const struct event *started(struct judged *run, const char *name, size_t n)
{
	const struct event *e;

	for (size_t i = 0; (e = find_event(run, EVENT_EXEC, NULL, 0, i)); i++) {
		const char *path = event_text(e, "path"), *last = path ? strrchr(path, '/') : NULL;

		if (e->task >= task_of(run) && last && strcmp(last + 1, name) == 0 && n-- == 0)
			return e;
	}
	return NULL;
}

/* Has a shell been started? */
static const struct event *shell(struct judged *run)
{
	static const char *const shells[] = {"sh", "dash", "bash", "busybox"};
	const struct event *e = NULL;

	for (size_t i = 0; !e && i < sizeof(shells) / sizeof(shells[0]); i++)
		e = started(run, shells[i], 0);
	return e;
}

/* The last call that was to execute something and failed (of a walk through PATH, the one that
 * decided); NULL. */
static const struct event *failed_exec(struct judged *run)
{
	static const char *const calls[] = {"execve", "execveat"};
	const struct event *e, *last = NULL;

	for (size_t c = 0; c < 2; c++)
		for (size_t i = 0; (e = find_event(run, EVENT_CALL, calls[c], 0, i)); i++)
			if (e->task >= task_of(run) && event_text(e, "err") &&
				(!last || last->step < e->step))
				last = e;
	return last;
}

static void expect_ended(struct judged *run)
{
	expect_sound(run);
	expect(run, exit_of(run) != INT_MIN, CLASS_EXIT, "`%s` has not ended.", command_of(run));
}

/* CMD has not been started: why not? */
static void explain_not_started(struct judged *run, const char *name)
{
	const struct event *e = failed_exec(run);
	const struct model_task *child = model_task(model_of(run), task_of(run) + 1);

	expect(run, forks_in(run) > 0, CLASS_OUTPUT,
		"`%s` has made no process and executed nothing; it ended with %s. fork(2) makes a "
		"process, execvp(3) has it execute a program.",
		command_of(run), how_ended(run, task_of(run)));
	expect_at(run, !e || strcmp(event_text(e, "err"), "EFAULT") != 0, CLASS_OUTPUT, e,
		"`%s` has not started %s: the kernel could not read the array of arguments "
		"(EFAULT). Does it end with a null pointer?",
		command_of(run), name);
	expect(run, !child || child->died || exit_of(run) == INT_MIN, CLASS_LEAK,
		"run ended with %s before its child, process %lld, had started %s. Wait for it.",
		how_ended(run, task_of(run)), (long long)child->pid, name);
	expect_at(run, false, CLASS_OUTPUT, e,
		"`%s` has not started %s, which is in a folder of PATH. It ended with %s; on "
		"standard error there is %s.",
		command_of(run), name, how_ended(run, task_of(run)), shown(errors_of(run)));
}

/* CMD has run, in a child. */
static void expect_started(struct judged *run, const char *name)
{
	const struct event *e = started(run, name, 0);

	if (!e)
		explain_not_started(run, name);
	expect_at(run, by_child(run, e), CLASS_OUTPUT, e,
		"The process that was started as run has itself become %s. From then on nothing of "
		"run is left that could wait, or make 128 + S of a signal. A child does that.",
		name);
}

/* What `args` writes for these words. */
static const char *written_by_args(const char *const *words)
{
	const char *text = "";

	for (int i = 0; words[i]; i++)
		text = text_of("%sargv[%d] = \"%s\"\n", text, i, words[i]);
	return text;
}

/* `run args WORDS...` has run: WORDS is what CMD must get, argv[0] first. */
static void expect_arguments(struct judged *run, const char *const *words)
{
	const struct event *e = started(run, words[0], 0), *sh = shell(run);
	const char *right = written_by_args(words);
	const char *got = printed_by_cmd(run, words);

	expect_started(run, words[0]);
	expect_at(run, !sh || strcmp(got, right) == 0, CLASS_OUTPUT, sh,
		"`%s` started %s, and args got\n%sinstead of\n%sSo a shell re-parsed your "
		"arguments: it splits them at blanks, and looks for patterns and variables in "
		"them. Nobody has to put them together: execvp(3) takes them as they are.",
		command_of(run), event_text(sh, "path"), got, right);
	expect_at(run, event_text(e, "argv0") && strcmp(event_text(e, "argv0"), words[0]) == 0,
		CLASS_OUTPUT, e,
		"The program was started with argv[0]=%s. argv begins with the name of the program "
		"(\"%s\"), then come the arguments, and a null pointer ends it.",
		event_text(e, "argv0") ? shown(event_text(e, "argv0")) : "NULL", words[0]);
	expect_at(run, strcmp(got, right) == 0, CLASS_OUTPUT, e, "`%s`: args got\n%sinstead of\n%s",
		command_of(run), got, right);
}

/* However many there are. */
static void expect_many_arguments(struct judged **world)
{
	const char *words[MANY + 2] = {"args"}, *got;
	struct judged *run;

	for (int i = 1; i <= MANY; i++)
		words[i] = draw_word(3);
	run = run_in(world, words);
	expect_started(run, "args");
	got = printed_by_cmd(run, words);
	for (int i = 1; i <= MANY; i++)
		expect(run, strstr(got, text_of("argv[%d] = \"%s\"\n", i, words[i])), CLASS_OUTPUT,
			"run was given CMD and %d ARGs, and number %d of these, \"%s\", has not "
			"arrived at CMD as its argv[%d]. There may be any number of them. No array "
			"of your own is needed: the one that main() gets has them all, and ends "
			"with a null pointer.",
			MANY, i, words[i], i);
}

START_TEST(arguments_arrive)
{
	const char *const words[] = {"args", draw_word(5), draw_word(3), draw_word(7), NULL};
	const char *const alone[] = {"args", NULL};
	struct judged *world = NULL;

	expect_arguments(run_in(&world, words), words);
	expect_arguments(run_in(&world, alone), alone);
	expect_many_arguments(&world);
}
END_TEST

START_TEST(arguments_stay_whole)
{
	const char *const words[] = {"args", text_of("%s  %s", draw_word(2), draw_word(3)), "*",
		"$HOME", text_of("%s;%s", draw_word(2), draw_word(2)), "", NULL};
	const char *const quotes[] = {
		"args", "it's", text_of("\"%s", draw_word(3)), "a\\b", "-c", "--", NULL};
	struct judged *world = NULL;

	expect_arguments(run_in(&world, words), words);
	expect_arguments(run_in(&world, quotes), quotes);
}
END_TEST

/* Only a wait for a child that one does not have fails so. */
static const struct event *futile_wait(struct judged *run)
{
	static const char *const calls[] = {"waitpid", "waitid", "wait4", "wait"};
	const struct event *e;

	for (size_t c = 0; c < sizeof(calls) / sizeof(calls[0]); c++)
		for (size_t i = 0; (e = find_event(run, EVENT_CALL, calls[c], 0, i)); i++)
			if (by_child(run, e) && event_text(e, "err") &&
				strcmp(event_text(e, "err"), "ECHILD") == 0)
				return e;
	return NULL;
}

START_TEST(failed_exec_ends_the_child)
{
	const char *none = draw_word(7);
	struct judged *world = NULL, *run = run_in(&world, ARGS(none));
	const struct event *e = futile_wait(run), *failed = failed_exec(run);

	expect_at(run, !e, CLASS_OUTPUT, e,
		"After a failed exec two processes ran your parent code (%lld and %lld): the child "
		"went on behind execvp(), and waited for a child that it does not have. exec "
		"returns only on error: say what is wrong, and _exit() there.",
		(long long)pid_of(run, task_of(run)), (long long)pid_of(run, e->task));
	expect_ended(run);
	expect_at(run, forks_in(run) <= 1, CLASS_OUTPUT, failed,
		"`%s` has made %u processes. One is enough: CMD runs in it, or it ends.",
		command_of(run), forks_in(run));
	expect(run, exit_of(run) == 127 || failed, CLASS_OUTPUT,
		"`%s` has not tried to execute anything; it ended with %s.", command_of(run),
		how_ended(run, task_of(run)));
}
END_TEST

static void expect_line_once(struct judged *run, const char *const *words)
{
	const char *line = line_for(words), *out = output_of(run);
	int count = lines_equal(out, line);
	int children = 0;
	const struct event *e, *twice = NULL;

	expect_ended(run);
	for (size_t i = 0; (e = find_event(run, EVENT_CALL, "write", 0, i)); i++)
		if (e->task >= task_of(run) && event_text(e, "data") &&
			strstr(event_text(e, "data"), line) && by_child(run, e)) {
			children++;
			twice = e;
		}
	expect_at(run, count < 2 || children == 0 || !failed_exec(run), CLASS_OUTPUT, twice,
		"`%s` printed the line %s %d times: exit() in the child flushed a copy of the "
		"parent's stdio buffer. Into a pipe stdio writes late; when you forked, the line "
		"was still in memory, and then there were two of it. _exit() leaves the buffers "
		"alone; a return from main does not.",
		command_of(run), shown(line), count);
	expect(run, count > 0 || plus_line(run)[0] == '\0', CLASS_OUTPUT,
		"`%s` printed the line %s; it should be %s. There is one blank before each ARG, "
		"and "
		"none at the end.",
		command_of(run), shown(text_of("%s\n", plus_line(run))), shown(line));
	expect(run, count == 1, CLASS_OUTPUT,
		"`%s` printed the line %s %d times; it should come once. The output was:\n%s",
		command_of(run), shown(line), count, out);
}

START_TEST(line_comes_once)
{
	const char *const runs[] = {"args", draw_word(4), draw_word(2), NULL};
	const char *const none[] = {draw_word(7), draw_word(2), NULL};
	struct judged *run = NULL;

	expect_line_once(run_in(&run, runs), runs);
	expect_line_once(run_in(&run, none), none);
	expect(run, output_size(run) == strlen(line_for(none)), CLASS_OUTPUT,
		"`%s` should print %s on standard output, and nothing else. It printed:\n%s",
		command_of(run), shown(line_for(none)), output_of(run));
}
END_TEST

/* `run end exit N`, and the like: run must end with STATUS. */
static void expect_status(struct judged **world, const char *how, int number, int status)
{
	struct judged *run = run_in(world, ARGS("end", how, text_of("%d", number)));
	const struct event *e;
	const char *child;

	expect_started(run, "end");
	e = started(run, "end", 0);
	child = how_ended(run, e->task);
	expect_ended(run);
	expect(run, exit_of_task(run, e->task) == (status > 128 && *how == 's' ? -number : number),
		CLASS_OUTPUT,
		"`%s`: CMD should end itself by %s %d, and it ended with %s. Has it got its "
		"arguments?",
		command_of(run), how, number, child);
	expect(run, exit_of(run) == status, CLASS_EXIT,
		"CMD ended with %s, and `%s` with %s; it should end with %d%s. What wait stores is "
		"no exit status: take it apart with WIFEXITED and WIFSIGNALED. See wait(2).",
		child, command_of(run), how_ended(run, task_of(run)), status,
		strcmp(how, "signal") == 0 ? text_of(" (128 + %d)", number) : "");
	expect_errors(run, false);
}

START_TEST(status_is_passed_on)
{
	struct judged *world = NULL;
	int code = draw(3, 127);

	expect_status(&world, "exit", 0, 0);
	expect_status(&world, "exit", code, code);
	expect_status(&world, "exit", 255, 255);
	expect_status(&world, "signal", SIGKILL, 128 + SIGKILL);
	expect_status(&world, "signal", SIGTERM, 128 + SIGTERM);
	expect_status(&world, "signal", SIGSEGV, 128 + SIGSEGV); /* with a core's bit */
}
END_TEST

/* CMD, the first of WORDS, cannot be run, for the reason ERRNUM. */
static void expect_not_run(struct judged *run, const char *cmd, int errnum)
{
	const char *line = text_of("run: %s: %s\n", cmd, strerror(errnum));
	const struct event *e = failed_exec(run);
	int status = errnum == ENOENT ? 127 : 126;

	expect_ended(run);
	expect_at(run, exit_of(run) == status, CLASS_EXIT, e,
		"`%s` cannot be run (%s), so run ends with %d; it ended with %s. On standard error "
		"there is %s.",
		cmd, strerror(errnum), status, how_ended(run, task_of(run)), shown(errors_of(run)));
	expect_at(run, strcmp(errors_of(run), line) == 0, CLASS_OUTPUT, e,
		"`%s` cannot be run. Standard error should be %s; it is %s.%s", cmd, shown(line),
		shown(errors_of(run)),
		strncmp(errors_of(run), line, strlen(cmd) + 7) == 0
			? " Is errno still the one of the call that failed?"
			: "");
}

START_TEST(says_why_not)
{
	const char *none = draw_word(7), *name = draw_word(6), *file = text_of("./%s", name);
	struct judged *run = judge_run("run", .args = ARGS(none, "x"), WITH_PATH,
		.look_first = true, FILES({.path = name, .bytes = "text\n", .len = 5}));

	expect_not_run(run, none, ENOENT);
	none = text_of("./%s", none);
	expect_not_run(run_in(&run, ARGS(none)), none, ENOENT);
	expect_not_run(run_in(&run, ARGS(file)), file, EACCES);
	expect_not_run(run_in(&run, ARGS("/usr")), "/usr", EACCES);
	then_run(run, "run", .args = ARGS(FOLDER "/args", "x"),
		FAULTS({.call = "execve", .n = 1, .kind = RUN_FAULT_ERRNO, .errnum = E2BIG}));
	if (find_event(run, EVENT_FAULT, "execve", 0, 0))
		expect_not_run(run, FOLDER "/args", E2BIG);
}
END_TEST

START_TEST(failed_fork_is_reported)
{
	struct judged *run =
		judge_run("run", .args = ARGS("args", "x"), WITH_PATH, .look_first = true,
			FAULTS({.call = "fork", .kind = RUN_FAULT_ERRNO, .errnum = EAGAIN}));
	const struct event *e = find_event(run, EVENT_FAULT, NULL, 0, 0);

	expect(run, e, CLASS_OUTPUT, "`run args x` has not tried to make a process.");
	expect_at(run, exit_of(run) != INT_MIN, CLASS_SPIN, e,
		"fork() failed (EAGAIN), and you try again, without an end.");
	expect_at(run, exit_of(run) == 126, CLASS_FAULT, e,
		"fork() failed (EAGAIN), and `run args x` ended with %s. It should end with 126.",
		how_ended(run, task_of(run)));
	expect_at(run, strcmp(errors_of(run), text_of("run: args: %s\n", strerror(EAGAIN))) == 0,
		CLASS_FAULT, e, "fork() failed (EAGAIN). Standard error should be %s; it is %s.",
		shown(text_of("run: args: %s\n", strerror(EAGAIN))), shown(errors_of(run)));
}
END_TEST

/* The task of CMD, which runs and waits now. */
static int until_napping(struct judged *run)
{
	const struct event *e;

	until_blocked(run);
	e = started(run, "nap", 0);
	expect_started(run, "nap");
	expect(run, exit_of_task(run, e->task) == INT_MIN, CLASS_OUTPUT,
		"`run nap 5`: CMD should sleep for 5 seconds, and it ended at once, with %s. Has "
		"it "
		"got its arguments?",
		how_ended(run, e->task));
	expect(run, exit_of(run) == INT_MIN, CLASS_LEAK,
		"run ended with %s while CMD (process %lld) was still running. Wait for it.",
		how_ended(run, task_of(run)), (long long)pid_of(run, e->task));
	return e->task;
}

START_TEST(waits_until_the_end)
{
	struct judged *run = judge_start(
		"run", .args = ARGS("nap", "5"), WITH_PATH, .look_first = true, .may_leave = true);
	int task = until_napping(run);

	send_signal_to(run, task, SIGSTOP);
	until_blocked(run);
	expect(run, exit_of(run) == INT_MIN, CLASS_EXIT,
		"CMD was stopped (SIGSTOP), and run ended with %s. To be stopped is not to end: "
		"without WUNTRACED waitpid(2) does not return for it.",
		how_ended(run, task_of(run)));
	send_signal_to(run, task, SIGCONT);
	until_end(run);
	expect_ended(run);
	expect(run, exit_of_task(run, task) != INT_MIN, CLASS_LEAK,
		"run ended with %s while CMD (process %lld) was still running. Wait for it.",
		how_ended(run, task_of(run)), (long long)pid_of(run, task));
	expect_exit(run, 0);
}
END_TEST

START_TEST(wants_a_command)
{
	struct judged *run = judge_run("run");

	expect(run, forks_in(run) == 0, CLASS_OUTPUT,
		"`run` without CMD has made a process. There is nothing to run.");
	expect_output(run, "");
	expect_exit(run, 2);
	expect_errors(run, true);
}
END_TEST

JUDGE(CHECK(arguments_arrive, .weight = 2), CHECK(arguments_stay_whole),
	CHECK(failed_exec_ends_the_child), CHECK(line_comes_once),
	CHECK(status_is_passed_on, .weight = 2), CHECK(says_why_not, .weight = 2),
	CHECK(failed_fork_is_reported), CHECK(waits_until_the_end), CHECK(wants_a_command))
