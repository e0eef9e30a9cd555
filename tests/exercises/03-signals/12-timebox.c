/*
 * 03-signals/12-timebox: CMD ends by itself, or is ended, and never a moment late.
 *
 * CMD is one of the lab's own programs: nap sleeps, ignore-term does not listen, signals tells what
 * it finds blocked and ignored. When CMD was started, when it got which signal and when it had
 * ended is read from the log; only the exit status is what timebox says itself.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/judge/judge.h"

#define WITH_PATH .env = ARGS("PATH=/nowhere:/lab/helpers:/usr/bin:/bin"), .look_first = true
#define EXACTLY   0.05 /* seconds */
#define GRACE     2
#define FOREVER   "3000"

static const char *decimal(int number)
{
	return text_of("%d", number);
}

/* The task that became CMD, the program of that NAME. 0: it did not come to that, as on a slow
 * machine the time may be over before. Then no check of that run is possible. */
static int command_task(struct judged *run, const char *name)
{
	const struct event *e;

	for (size_t i = 0; (e = find_event(run, EVENT_EXEC, NULL, 0, i)); i++) {
		const char *path = event_text(e, "path"), *slash = path ? strrchr(path, '/') : NULL;

		if (e->task != 1 && slash && strcmp(slash + 1, name) == 0)
			return model_task(model_of(run), e->task)->process;
	}
	expect_sound(run);
	expect(run, !expects_of(run, CLASS_TIME), CLASS_OUTPUT,
		"`%s` has not started %s: no child process became that program with exec. It ended "
		"with %s, and on standard error it said %s.",
		command_of(run), name, how_ended(run, 1), shown(errors_of(run)));
	until_end(run);
	return 0;
}

static const struct event *end_of(struct judged *run, int task)
{
	return model_task(model_of(run), task)->died;
}

/* The first call that sent SIG to CMD, or through a descriptor, or to a group; NULL. */
static const struct event *sent(struct judged *run, const char *sig, int cmd)
{
	static const char *const calls[] = {"kill", "sigqueue", "pidfd_send_signal"};
	const struct event *e;

	for (size_t k = 0; k < sizeof(calls) / sizeof(calls[0]); k++)
		for (size_t i = 0; (e = find_event(run, EVENT_CALL, calls[k], 0, i)); i++)
			if (event_text(e, "sig") && strcmp(event_text(e, "sig"), sig) == 0 &&
				event_int(e, "ret", -1) == 0 && e->task != cmd &&
				(!event_task(e, "pid") || event_task(e, "pid") == cmd))
				return e;
	return NULL;
}

/* ---- What must hold of any run ---- */

/* Timebox did not end before CMD. */
static void expect_waited(struct judged *run, int cmd)
{
	const struct event *end = end_of(run, 1), *of_cmd = end_of(run, cmd), *e;
	const struct event *broken = NULL;

	if (!end || (of_cmd && of_cmd->step < end->step))
		return;
	for (size_t i = 0; (e = find_event(run, EVENT_CALL, NULL, 1, i)); i++)
		if (strncmp(e->name, "wait", 4) == 0 && event_text(e, "err") &&
			strcmp(event_text(e, "err"), "EINTR") == 0)
			broken = e;
	expect_at(run, !broken, CLASS_EXIT, broken,
		"waitpid() returned -1 with EINTR, and timebox ended with %s, but CMD still runs. "
		"A handler has broken the wait off: that is not the end of a child, and status was "
		"not written.",
		how_ended(run, 1));
	expect_at(run, false, CLASS_EXIT, end,
		"timebox ended with %s %.2f seconds after the start, before it had waited for the "
		"end of CMD. It should end when CMD has ended and has been waited for.",
		how_ended(run, 1), seconds_at(end));
}

/* And not long after it. */
static void expect_prompt(struct judged *run, int cmd)
{
	const struct event *end = end_of(run, 1), *of_cmd = end_of(run, cmd);

	expect_at(run, !end || !of_cmd || seconds_at(end) - seconds_at(of_cmd) < EXACTLY,
		CLASS_TIME, of_cmd,
		"CMD ended %.2f seconds after the start, but timebox went on until %.2f. Its end "
		"must wake timebox at once, whenever it comes: a call that only sleeps does not "
		"notice a signal that came before it was called.",
		seconds_at(of_cmd), seconds_at(end));
}

/* It slept meanwhile: whoever wakes up a few times a second to look is too late elsewhere. */
static void expect_sleep(struct judged *run, int cmd)
{
	const struct event *e, *first = NULL;
	size_t wakes = 0;

	for (size_t i = 0; (e = find_event(run, EVENT_EXPIRE, NULL, 0, i)); i++)
		if (model_task(model_of(run), e->task)->process != cmd && wakes++ == 0)
			first = e;
	expect_at(run, wakes <= 10 + 2 * seconds_of(run), CLASS_TIME,
		first ? find_event(run, EVENT_CALL, first->name, first->task, 0) : NULL,
		"timebox woke up %zu times by the clock in %.0f seconds (%s), looked, and slept "
		"again: it polls. That burns the CPU to learn that nothing has happened. Wait for "
		"the end of CMD and the end of the time by one call.",
		wakes, seconds_of(run), first->name);
}

/* No signal after the wait: the PID is free. */
static void expect_no_stray(struct judged *run, int cmd)
{
	const struct event *reaped = find_event(run, EVENT_REAPED, NULL, cmd, 0), *e;

	for (size_t i = 0; cmd && reaped && (e = find_event(run, EVENT_CALL, "kill", 0, i)); i++)
		expect_at(run,
			e->step < reaped->step || e->task == cmd || !event_text(e, "err") ||
				strcmp(event_text(e, "err"), "ESRCH") != 0,
			CLASS_SCHEDULE, e,
			"kill(%lld, %s) came after wait had freed that PID: CMD had ended and been "
			"waited for, and the number may belong to a stranger by now, who gets the "
			"signal. (Here it belonged to nobody: ESRCH.) Kill first, reap last.",
			(long long)pid_of(run, cmd),
			event_text(e, "sig") ? event_text(e, "sig") : "0");
}

static void expect_sent_at(struct judged *run, const char *sig, int cmd, int secs, const char *what)
{
	const struct event *e = sent(run, sig, cmd);

	expect(run, e, CLASS_TIME, "%s, so CMD should have got %s after %d seconds. It never did.",
		what, sig, secs);
	if (!e)
		return;
	expect_at(run, seconds_at(e) > secs - EXACTLY && seconds_at(e) < secs + EXACTLY, CLASS_TIME,
		e, "%s, so CMD should have got %s after %d seconds, but it got it after %.2f.",
		what, sig, secs, seconds_at(e));
}

/* On a slow machine any time may be over, CMD's and timebox's: then the other end is right, too. */
static bool may_differ(struct judged *run, int status)
{
	return !expects_of(run, CLASS_TIME) && (status == 124 || exit_of(run) == 124);
}

static void expect_status(struct judged *run, int status, const char *what)
{
	expect_sound(run);
	expect(run, exit_of(run) == status || may_differ(run, status), CLASS_EXIT,
		"%s, so `%s` should end with exit status %d, but it ended with %s.", what,
		command_of(run), status, how_ended(run, 1));
	expect(run, !*output_of(run) || !strstr(command_of(run), "nap"), CLASS_OUTPUT,
		"`%s` printed %s on standard output. Neither CMD nor timebox should.",
		command_of(run), shown(output_of(run)));
}

/* ---- CMD ends by itself ---- */

START_TEST(ends_as_soon_as_the_command_does)
{
	int secs = draw(2, 9);
	struct judged *run =
		judge_run("timebox", .args = ARGS(FOREVER, "nap", decimal(secs)), WITH_PATH);
	int cmd = command_task(run, "nap");

	if (!cmd)
		return;
	expect_waited(run, cmd);
	expect_sleep(run, cmd);
	expect_prompt(run, cmd);
	expect_status(run, 0, text_of("CMD slept for %d seconds and ended with 0", secs));
}
END_TEST

START_TEST(quick_command_is_not_missed)
{
	explore(8)
	{
		int lines = draw(2, 5);
		struct judged *run =
			judge_run("timebox", .args = ARGS("50", "emit", decimal(lines)), WITH_PATH);
		int cmd = command_task(run, "emit");

		if (!cmd)
			continue;
		expect_sound(run);
		if (may_differ(run, 0) ||
			(!expects_of(run, CLASS_TIME) && sent(run, "SIGTERM", cmd)))
			continue;
		expect_waited(run, cmd);
		expect_prompt(run, cmd);
		expect_status(run, 0, text_of("CMD printed %d lines and ended with 0", lines));
		expect(run, output_size(run) == (size_t)lines * 2, CLASS_OUTPUT,
			"CMD prints the numbers from 1 to %d, a line each, but on standard output "
			"there was %s.",
			lines, shown(output_of(run)));
	}
}
END_TEST

START_TEST(status_is_passed_on)
{
	static const int signals[] = {SIGHUP, SIGUSR1, SIGKILL, SIGUSR2};
	int status = draw(1, 99), sig = signals[draw(0, 3)], cmd;
	struct judged *run =
		judge_run("timebox", .args = ARGS("20", "end", "exit", decimal(status)), WITH_PATH);

	command_task(run, "end");
	expect_status(run, status, text_of("CMD ended with exit status %d", status));
	run = judge_start("timebox", .args = ARGS("20", "nap", "60"), WITH_PATH);
	until_time(run, draw(1, 5));
	cmd = command_task(run, "nap");
	if (!cmd)
		return;
	send_signal_to(run, cmd, sig);
	until_end(run);
	expect_waited(run, cmd);
	expect_prompt(run, cmd);
	expect_status(run, 128 + sig,
		text_of("CMD was ended by signal %d (SIG%s), not by timebox", sig,
			sigabbrev_np(sig)));
}
END_TEST

/* ---- The time is up ---- */

START_TEST(time_is_up_and_SIGTERM_comes)
{
	int secs = draw(2, 9);
	struct judged *run =
		judge_run("timebox", .args = ARGS(decimal(secs), "nap", FOREVER), WITH_PATH);
	int cmd = command_task(run, "nap");

	if (!cmd)
		return;
	expect_waited(run, cmd);
	expect_sound(run);
	expect_sent_at(run, "SIGTERM", cmd, secs, "CMD was to sleep for " FOREVER " seconds");
	expect_prompt(run, cmd);
	expect_status(run, 124, text_of("CMD took longer than %d seconds", secs));
}
END_TEST

START_TEST(stubborn_command_is_killed)
{
	int secs = draw(2, 9);
	struct judged *run =
		judge_start("timebox", .args = ARGS(decimal(secs), "ignore-term"), WITH_PATH);
	int cmd;

	until_end(run);
	cmd = command_task(run, "ignore-term");
	if (!cmd)
		return;
	expect_at(run,
		!count_events(run, EVENT_DEADLOCK, NULL, 0) || !sent(run, "SIGTERM", cmd) ||
			sent(run, "SIGKILL", cmd),
		CLASS_DEADLOCK, find_event(run, EVENT_WAITS, NULL, 1, 0),
		"CMD ignores SIGTERM: nobody will ever wake timebox, which waits for its end. "
		"SIGTERM is a request. After %d more seconds send SIGKILL, which cannot be "
		"ignored.",
		GRACE);
	expect_sound(run);
	expect_waited(run, cmd);
	expect_sent_at(run, "SIGTERM", cmd, secs, "CMD never ends by itself");
	expect_sent_at(run, "SIGKILL", cmd, secs + GRACE, "CMD ignored SIGTERM");
	expect_prompt(run, cmd);
	expect_status(run, 124, text_of("CMD took longer than %d seconds and was killed", secs));
}
END_TEST

START_TEST(two_seconds_are_not_waited_out)
{
	int secs = draw(2, 9);
	struct judged *run =
		judge_start("timebox", .args = ARGS(decimal(secs), "ignore-term"), WITH_PATH);
	int cmd;

	until_time(run, secs + 1);
	cmd = command_task(run, "ignore-term");
	if (!cmd)
		return;
	expect_sent_at(run, "SIGTERM", cmd, secs, "CMD never ends by itself");
	if (!end_of(run, cmd))
		send_signal_to(run, cmd, SIGUSR1);
	until_end(run);
	expect_sound(run);
	expect_waited(run, cmd);
	expect_prompt(run, cmd);
	expect_no_stray(run, cmd);
	expect_status(run, 124,
		text_of("CMD took longer than %d seconds, got SIGTERM, and ended a second later",
			secs));
}
END_TEST

START_TEST(stopped_command_has_not_ended)
{
	int secs = draw(5, 9);
	struct judged *run =
		judge_start("timebox", .args = ARGS(decimal(secs), "nap", FOREVER), WITH_PATH);
	int cmd;

	until_time(run, 2);
	cmd = command_task(run, "nap");
	if (!cmd)
		return;
	send_signal_to(run, cmd, SIGSTOP);
	until_time(run, 3);
	expect(run, exit_of(run) == INT_MIN, CLASS_EXIT,
		"CMD was only stopped (SIGSTOP), but timebox ended with %s. SIGCHLD, and waitpid() "
		"with WUNTRACED, tell of that as well: to be stopped is not to end.",
		how_ended(run, 1));
	until_end(run);
	expect(run, !count_events(run, EVENT_DEADLOCK, NULL, 0) || sent(run, "SIGTERM", cmd),
		CLASS_DEADLOCK,
		"CMD was only stopped (SIGSTOP), 2 seconds after the start, and timebox waits for "
		"its end without looking at the time any more. SIGCHLD comes for a stop, too: ask "
		"waitpid() with WNOHANG whether CMD has ended, and else go on waiting for the "
		"deadline.");
	expect_sound(run);
	expect_waited(run, cmd);
	expect_sent_at(run, "SIGTERM", cmd, secs, "CMD was stopped after 2 seconds");
	expect_sent_at(run, "SIGKILL", cmd, secs + GRACE,
		"CMD was stopped, and SIGTERM reaches it only when it goes on");
	expect_status(run, 124, text_of("CMD took longer than %d seconds", secs));
}
END_TEST

START_TEST(no_signal_to_a_stranger)
{
	int secs = draw(2, 5);
	struct judged *run =
		judge_run("timebox", .args = ARGS(decimal(secs), "nap", FOREVER), WITH_PATH);

	expect_no_stray(run, command_task(run, "nap"));
	expect_sound(run);
	explore(24)
	{
		struct judged *tie = judge_run(
			"timebox", .args = ARGS(decimal(secs), "nap", decimal(secs)), WITH_PATH);
		int cmd = command_task(tie, "nap");

		if (!cmd)
			continue;
		expect_no_stray(tie, cmd);
		expect_waited(tie, cmd);
		expect_sound(tie);
		expect(tie, exit_of(tie) == 0 || exit_of(tie) == 124, CLASS_EXIT,
			"The time was over in the moment in which CMD was to end by itself, with "
			"0. Exit status 0 is right, and so is 124, but timebox ended with %s.",
			how_ended(tie, 1));
	}
}
END_TEST

/* ---- How CMD is started ---- */

START_TEST(command_starts_with_its_own_signals)
{
	struct judged *plain = judge_run("signals", .helper = true);
	struct judged *run = judge_run("timebox", .args = ARGS("20", "signals"), WITH_PATH);
	char blocked[100] = "none", ignored[100] = "none";

	command_task(run, "signals");
	expect_sound(run);
	if (may_differ(run, 0))
		return;
	sscanf(output_of(run), "blocked: %99[^\n]\nignored: %99[^\n]", blocked, ignored);
	expect(run, strcmp(blocked, "none") == 0, CLASS_OUTPUT,
		"CMD was started with %s blocked, and timebox was started with no signal blocked. "
		"The mask goes through fork and exec: in the child, put back what it was before "
		"exec, or CMD never hears of these signals.",
		blocked);
	expect(run, strcmp(ignored, "none") == 0, CLASS_OUTPUT,
		"CMD was started with %s ignored, and timebox was started with no signal ignored. "
		"What is ignored stays so through fork and exec.",
		ignored);
	expect_output(run, output_of(plain));
	expect_exit(run, 0);
}
END_TEST

START_TEST(command_that_cannot_run_is_told)
{
	const char *none = draw_word(8);
	const struct {
		const char *name;
		int errnum, status;
	} rows[] = {{none, ENOENT, 127}, {"/", EACCES, 126}};

	for (size_t i = 0; i < 2; i++) {
		const char *line =
			text_of("timebox: %s: %s\n", rows[i].name, strerror(rows[i].errnum));
		struct judged *run =
			judge_run("timebox", .args = ARGS("20", rows[i].name), WITH_PATH);

		expect_status(run, rows[i].status,
			text_of("CMD cannot be run (%s)", strerrorname_np(rows[i].errnum)));
		if (may_differ(run, rows[i].status))
			continue;
		expect(run, strcmp(errors_of(run), line) == 0, CLASS_OUTPUT,
			"CMD cannot be run (%s). On standard error `%s` said %s; it should be %s.",
			strerrorname_np(rows[i].errnum), command_of(run), shown(errors_of(run)),
			shown(line));
		expect(run, seconds_of(run) < 1, CLASS_TIME,
			"CMD cannot be run (%s), and timebox took %.1f seconds to say so.",
			strerrorname_np(rows[i].errnum), seconds_of(run));
	}
}
END_TEST

START_TEST(failed_fork_is_told)
{
	struct judged *run = judge_run("timebox", .args = ARGS("20", "nap", "1"), WITH_PATH,
		FAULTS({.call = "fork", .n = 1, .errnum = EAGAIN}));

	expect(run, find_event(run, EVENT_FAULT, NULL, 0, 0), CLASS_OUTPUT,
		"`timebox 20 nap 1` has not tried to make a process.");
	expect_status(run, 126, "No process could be made (EAGAIN)");
	expect_errors(run, true);
}
END_TEST

START_TEST(can_be_its_own_command)
{
	int secs = draw(2, 9);
	struct judged *run = judge_run("timebox",
		.args = ARGS(FOREVER, "/lab/bin/timebox", decimal(secs), "nap", FOREVER), WITH_PATH,
		.may_leave = true);
	double took = seconds_of(run);

	command_task(run, "timebox");
	expect_status(
		run, 124, text_of("CMD is timebox, which ends a sleep after %d seconds", secs));
	expect(run, took > secs - EXACTLY && took < secs + EXACTLY, CLASS_TIME,
		"`%s`: the second one should end the sleep after %d seconds, and then both are at "
		"their end; but it took %.2f.",
		command_of(run), secs, took);
}
END_TEST

JUDGE(CHECK(ends_as_soon_as_the_command_does, .weight = 2), CHECK(quick_command_is_not_missed),
	CHECK(status_is_passed_on), CHECK(time_is_up_and_SIGTERM_comes, .weight = 2),
	CHECK(stubborn_command_is_killed, .weight = 2), CHECK(two_seconds_are_not_waited_out),
	CHECK(stopped_command_has_not_ended),
	CHECK(no_signal_to_a_stranger, .long_one = true, .weight = 2),
	CHECK(command_starts_with_its_own_signals), CHECK(command_that_cannot_run_is_told),
	CHECK(failed_fork_is_told), CHECK(can_be_its_own_command))
