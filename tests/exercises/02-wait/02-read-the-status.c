/*
 * 02-wait/02-read-the-status: one line for each change of a child's state, and the right one.
 *
 * What the child did is known from the log, for the words; what counts is what was printed.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/judge/judge.h"

#define SCHEDULES  10
#define STOP_LINES text_of("stopped %d\ncontinued\n", SIGSTOP)

/* Signals that end a process, and nothing but their numbers differs. */
static const int deadly[] = {SIGHUP, SIGINT, SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE,
	SIGKILL, SIGUSR1, SIGSEGV, SIGUSR2, SIGPIPE, SIGALRM, SIGTERM, SIGXCPU, SIGXFSZ, SIGVTALRM,
	SIGPROF, SIGIO, SIGPWR, SIGSYS};

#define DEADLY ((int)(sizeof(deadly) / sizeof(deadly[0])))

/* `runstat WHAT N`, in the world of WORLD (a new one if that is NULL). */
static struct judged *run_in(struct judged **world, const char *what, const char *n)
{
	const char *const *args = ARGS(what, n);

	if (*world)
		then_run(*world, "runstat", .args = args);
	else
		*world = judge_run("runstat", .args = args);
	return *world;
}

/* The first that the latest runstat has made; 0. */
static int child_of(struct judged *run)
{
	return forks_of(run, task_of(run)) > 0 ? task_of(run) + 1 : 0;
}

/* The child's status as wait(2) stores it: code << 8, or the signal; -1 while it has none. */
static int word_of(struct judged *run)
{
	int status = child_of(run) ? exit_of_task(run, child_of(run)) : INT_MIN;

	return status == INT_MIN ? -1 : status < 0 ? -status : status << 8;
}

/* For messages: "was stopped, went on, and ended with exit status 3". */
static const char *fate_of_child(struct judged *run)
{
	const char *end = !child_of(run) ? "was never created"
			  : word_of(run) == -1
				  ? "still lived when runstat had ended"
				  : text_of("ended with %s", how_ended(run, child_of(run)));
	bool stopped = child_of(run) && find_event(run, EVENT_STOP, NULL, child_of(run), 0);
	bool continued = child_of(run) && find_event(run, EVENT_CONT, NULL, child_of(run), 0);

	return text_of("%s%s%s", stopped ? "was stopped, " : "",
		stopped && continued ? "went on, and "
		: stopped            ? "and "
				     : "",
		end);
}

/* The number behind WORD at the begin of what was printed; INT_MIN: there is none. */
static int number_behind(struct judged *run, const char *word)
{
	const char *out = output_of(run);
	size_t len = strlen(word);
	char *end;
	long number;

	if (strncmp(out, word, len) != 0 || out[len] != ' ')
		return INT_MIN;
	number = strtol(out + len, &end, 10);
	return end == out + len ? INT_MIN : (int)number;
}

/* `runstat exit N` printed RIGHT, and nothing else went wrong. */
static void expect_line(struct judged *run, const char *right)
{
	expect(run, strcmp(output_of(run), right) == 0, CLASS_OUTPUT,
		"`%s` printed %s; it should be %s. The child %s.", command_of(run),
		shown(output_of(run)), shown(right), fate_of_child(run));
	expect_errors(run, false);
	expect_exit(run, 0);
}

static void expect_code(struct judged *run, int code)
{
	int printed = number_behind(run, "exited"), word = word_of(run);

	expect(run, code == 0 || printed != word, CLASS_OUTPUT,
		"You printed %d = 0x%04x for a child that ended with exit status %d; the code sits "
		"in bits 8 to 15 of what wait stores, and the others say something else. Use "
		"WEXITSTATUS(status), when WIFEXITED(status) is true. See wait(2).",
		printed, (unsigned)printed, code);
	expect_line(run, text_of("exited %d\n", code));
}

START_TEST(code_is_taken_out)
{
	const int codes[] = {draw(2, 100), 0, 1, 127};
	struct judged *world = NULL;

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		expect_code(run_in(&world, "exit", text_of("%d", codes[i])), codes[i]);
}
END_TEST

/* The child calls exit(N). */
static void expect_eight_bits(struct judged **world, int n)
{
	struct judged *run = run_in(world, "exit", text_of("%d", n));
	int printed = number_behind(run, "exited");

	expect(run, printed == (n & 255) || printed == word_of(run) || printed == INT_MIN,
		CLASS_OUTPUT,
		"exit(%d) arrives as %d: only the low 8 bits travel, and they are a number from 0 "
		"to 255. You printed %s.",
		n, n & 255, shown(output_of(run)));
	expect_code(run, n & 255);
}

START_TEST(eight_bits_travel)
{
	const int numbers[] = {-1, draw(128, 254), 256, 256 * draw(2, 4000) + draw(1, 255),
		-draw(2, 100), INT_MIN};
	struct judged *world = NULL;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		expect_eight_bits(&world, numbers[i]);
}
END_TEST

/* `runstat signal SIG` has run. */
static void expect_signal(struct judged **world, int sig)
{
	struct judged *run = run_in(world, "signal", text_of("%d", sig));
	const char *right = text_of("killed %d %s\n", sig, strsignal(sig));
	const char *out = output_of(run);
	bool killed = child_of(run) && exit_of_task(run, child_of(run)) == -sig;

	expect(run, !killed || strncmp(out, "exited", 6) != 0, CLASS_OUTPUT,
		"The child died of SIG%s (signal %d), and you printed %s. It has no exit status: "
		"WEXITSTATUS means nothing unless WIFEXITED is true. Ask that first, and "
		"WIFSIGNALED for the signal. See wait(2).",
		sigabbrev_np(sig), sig, shown(out));
	expect(run, number_behind(run, "killed") != sig || strcmp(out, right) == 0, CLASS_OUTPUT,
		"You printed %s for a child that died of signal %d. Behind the number stands what "
		"strsignal(%d) says: the line should be %s.",
		shown(out), sig, sig, shown(right));
	expect_line(run, right);
}

START_TEST(killed_is_not_exited)
{
	int first = draw(0, DEADLY - 1);
	struct judged *world = NULL;

	expect_signal(&world, SIGKILL);
	for (int i = 0; i < 4; i++)
		expect_signal(&world, deadly[(first + 5 * i) % DEADLY]);
}
END_TEST

/* The first kill() by the parent with that signal; NULL. */
static const struct event *sent(struct judged *run, const char *name)
{
	static const char *const calls[] = {
		"kill", "tkill", "tgkill", "sigqueue", "pidfd_send_signal"};
	const struct event *e;

	for (size_t c = 0; c < sizeof(calls) / sizeof(calls[0]); c++)
		for (size_t i = 0; (e = find_event(run, EVENT_CALL, calls[c], 0, i)); i++)
			if (event_text(e, "sig") && strcmp(event_text(e, "sig"), name) == 0 &&
				model_task(model_of(run), e->task)->process == 1)
				return e;
	return NULL;
}

/* Does E take a SIGCHLD, by a handler, a call that accepts signals, or a signalfd? */
static bool takes_sigchld(const struct event *e)
{
	const char *sig = event_text(e, "sig"), *object = event_text(e, "obj");

	if (e->kind == EVENT_DELIVER)
		return strcmp(e->name, "SIGCHLD") == 0 && event_text(e, "how") &&
		       strcmp(event_text(e, "how"), "handler") == 0;
	if (e->kind != EVENT_CALL || event_int(e, "ret", -1) <= 0)
		return false;
	return (strcmp(e->name, "sigtimedwait") == 0 && sig && strcmp(sig, "SIGCHLD") == 0) ||
	       (object && strncmp(object, "signalfd", 8) == 0);
}

/* Has the parent been told of STATE before E, which the child came into by HOW? A wait tells it,
 * and so does a SIGCHLD that came since. */
static bool told_before(
	struct judged *run, const char *state, enum event_kind how, const struct event *e)
{
	const struct event_log *log = log_of(run);
	bool happened = false;

	for (size_t i = 0; e && i < e->step; i++) {
		const struct event *told = log->events[i];
		const char *status = event_text(told, "status");
		const struct model_task *task = model_task(model_of(run), told->task);

		if (told->kind == EVENT_CALL && status &&
			strncmp(status, state, strlen(state)) == 0)
			return true;
		if (happened && task && task->process == 1 && takes_sigchld(told))
			return true;
		happened = happened || (told->kind == how && told->task == child_of(run));
	}
	return false;
}

/* SIGTERM was sent when it was known that the child goes on, SIGCONT when it was known that it was
 * stopped. */
static void expect_told(struct judged *run)
{
	const char *out = output_of(run);
	const struct event *cont = sent(run, "SIGCONT"), *term = sent(run, "SIGTERM");
	bool knows_stop = !cont || told_before(run, "stopped", EVENT_STOP, cont);
	bool knows_cont = !term || told_before(run, "continued", EVENT_CONT, term);

	expect_at(run, knows_cont || strstr(out, "continued\n"), CLASS_SCHEDULE, term,
		"You sent SIGTERM before the kernel had told you that the child goes on, and under "
		"this schedule it never did: the child has ended before, and only that is told. "
		"Wait with WCONTINUED, and send SIGTERM when WIFCONTINUED is true. You printed %s.",
		shown(out));
	expect_at(run, knows_stop || strstr(out, "stopped"), CLASS_SCHEDULE, cont,
		"You sent SIGCONT before the kernel had told you that the child was stopped, and "
		"under this schedule it never did. Wait with WUNTRACED, and send SIGCONT when "
		"WIFSTOPPED is true. You printed %s.",
		shown(out));
	expect_at(run, knows_stop, CLASS_OUTPUT, cont,
		"You sent SIGCONT without having been told that the child is stopped: no wait has "
		"said so, and no SIGCHLD has come. What you print is a guess. Wait with WUNTRACED, "
		"and send SIGCONT when WIFSTOPPED is true. You printed %s.",
		shown(out));
	expect_at(run, knows_cont, CLASS_OUTPUT, term,
		"You sent SIGTERM without having been told that the child goes on: no wait has "
		"said so, and no SIGCHLD has come. That SIGCONT was sent does not mean that the "
		"child has come to run. Wait with WCONTINUED, and send SIGTERM when WIFCONTINUED "
		"is true. You printed %s.",
		shown(out));
}

static void expect_stop(struct judged *run)
{
	if (exit_of(run) != INT_MIN)
		expect_told(run);
	expect_line(run, text_of("%skilled %d %s\n", STOP_LINES, SIGTERM, strsignal(SIGTERM)));
}

START_TEST(stop_is_reported)
{
	explore(SCHEDULES)
	{
		expect_stop(judge_run("runstat", .args = ARGS("stop")));
	}
}
END_TEST

START_TEST(failed_fork_is_reported)
{
	struct judged *run = judge_run("runstat", .args = ARGS("exit", "3"),
		FAULTS({.call = "fork", .n = 1, .kind = RUN_FAULT_ERRNO, .errnum = EAGAIN}));
	const struct event *fault = find_event(run, EVENT_FAULT, NULL, 0, 0);

	expect(run, fault, CLASS_OUTPUT, "`runstat exit 3` has created no process.");
	expect_at(run, exit_of(run) == 1, CLASS_FAULT, fault,
		"fork() failed (EAGAIN), and `runstat exit 3` ended with %s instead of 1.",
		how_ended(run, 1));
	expect_at(run, strstr(errors_of(run), strerror(EAGAIN)), CLASS_FAULT, fault,
		"fork() failed (EAGAIN), and on standard error there is %s. It should say why, "
		"with the words of strerror(3): %s.",
		shown(errors_of(run)), strerror(EAGAIN));
	expect_output(run, "");
}
END_TEST

START_TEST(refuses_wrong_use)
{
	const char *const *const uses[] = {ARGS(NULL), ARGS("exit"), ARGS("exit", "x"),
		ARGS("exit", "3x"), ARGS("signal", "0"), ARGS("signal", "SIGTERM"),
		ARGS("stop", "3"), ARGS("halt", "3"), ARGS("exit", "99999999999")};

	struct judged *run = NULL;

	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		if (run)
			then_run(run, "runstat", .args = uses[i]);
		else
			run = judge_run("runstat", .args = uses[i]);
		expect(run, forks_of(run, 0) == 0, CLASS_OUTPUT,
			"`%s` is no use of runstat, but it has created a process.",
			command_of(run));
		expect_output(run, "");
		expect_errors(run, true);
		expect_exit(run, 2);
	}
}
END_TEST

JUDGE(CHECK(code_is_taken_out), CHECK(killed_is_not_exited, .weight = 2), CHECK(eight_bits_travel),
	CHECK(stop_is_reported, .long_one = true, .weight = 2), CHECK(failed_fork_is_reported),
	CHECK(refuses_wrong_use))
