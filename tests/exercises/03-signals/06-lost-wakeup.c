/*
 * 03-signals/06-lost-wakeup: each signal is told by a line, wherever between two steps of the
 * program it comes, and until it comes the program sleeps.
 *
 * The signals are sent by the lab's knock, a process that a schedule can let go first at any step
 * of the waiter. Each is sent when the line before it is there, as the text promises.
 */
#include "config.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/judge/judge.h"

#define WAITER       1   /* its task */
#define QUIET        10  /* seconds without a signal */
#define LATE_MS      2.0 /* far above what the virtual clock lets the steps to a line take */
#define MOST_SECONDS 100000
#define ROUNDS       8
#define SCHEDULES    15 /* of each of the two checks that explore */

/* `waiter N`; what ends it early has words of its own below. */
static struct judged *start(int n)
{
	return judge_start("waiter", .args = ARGS(text_of("%d", n)), .look_first = true,
		.may_die = true, .step_budget = 20000, .time_budget = MOST_SECONDS * RUN_SECOND);
}

/* The last thing that TASK did on the kernel's behalf, for its place; NULL. */
static const struct event *last_place(struct judged *run)
{
	const struct event_log *log = log_of(run);

	for (size_t i = log->count; i-- > 0;)
		if (log->events[i]->task == WAITER && log->events[i]->place.file)
			return log->events[i];
	return NULL;
}

/* From outside, or by knock. */
static size_t signals_sent(struct judged *run)
{
	const struct event *e;
	size_t sent = count_events(run, EVENT_SIGNAL, "SIGUSR1", 0);

	for (size_t i = 0; (e = find_event(run, EVENT_CALL, "kill", 0, i)); i++)
		sent += e->task != WAITER;
	return sent;
}

/* The last signal that was sent, by whomever. */
static const struct event *last_signal(struct judged *run)
{
	const struct event_log *log = log_of(run);

	for (size_t i = log->count; i-- > 0;)
		if (event_is(log->events[i], EVENT_SIGNAL, NULL) ||
			event_is(log->events[i], EVENT_CALL, "kill"))
			return log->events[i];
	return NULL;
}

/* Did the last signal meet the waiter asleep, and wake it? */
static bool woken(struct judged *run)
{
	const struct event_log *log = log_of(run);
	const struct event *sent = last_signal(run), *before = NULL;

	for (size_t i = 0; sent && i < log->count; i++) {
		const struct event *e = log->events[i];

		if (e->task != WAITER || e->kind == EVENT_SIGNAL)
			continue;
		if (e->step > sent->step && e->kind == EVENT_CALL && before &&
			event_is(before, EVENT_BLOCK, e->name))
			return true;
		before = e;
	}
	return false;
}

/* The last line that was printed since the last program began, "" if none was. */
static const char *last_line(struct judged *run)
{
	const char *out = output_of(run), *at = out + strlen(out);

	at -= at > out && at[-1] == '\n';
	while (at > out && at[-1] != '\n')
		at--;
	return text_of("%.*s", (int)strcspn(at, "\n"), at);
}

/* It sleeps for ever. Not because of a signal: it was awake, and should have printed LINE. */
static void expect_printed(struct judged *run, const char *line)
{
	const struct event *sleeps = find_event(run, EVENT_WAITS, NULL, WAITER, 0);
	const char *before = atoi(line) > 1 ? text_of("%d", atoi(line) - 1) : "ready";
	const char *said = last_line(run);

	expect_at(run, !sleeps || *said == '\0' || strcmp(said, before) == 0, CLASS_OUTPUT, sleeps,
		"Your program waits for the next signal (%s), and the line \"%s\" has not come: it "
		"printed %s.",
		sleeps->name, line, shown(output_of(run)));
	expect_at(run, !sleeps || (last_signal(run) && !woken(run)), CLASS_OUTPUT, sleeps,
		"Your program waits for the next signal (%s), and the line \"%s\" has not come. If "
		"you have printed it, it is still in the process: into a pipe stdio writes when "
		"its "
		"buffer is full. fflush(stdout) after each line hands it to the kernel. See "
		"setvbuf(3).",
		sleeps->name, line);
}

/* How the run ended although LINE was still to come. */
static void expect_line(struct judged *run, bool came, const char *line)
{
	const struct event *killed = find_event(run, EVENT_KILLED, NULL, WAITER, 0);
	const struct event *place = find_event(run, EVENT_CALL, "sigaction", WAITER, 0);
	bool usr1 = killed && strcmp(killed->name, "SIGUSR1") == 0;
	size_t before = usr1 ? signals_sent(run) - 1 : 0;

	if (came)
		return;
	expect_at(run, !usr1 || before > 0, CLASS_SCHEDULE, place,
		"SIGUSR1 ended your program: it had said \"ready\", and the signal met the default "
		"action. Who says that signals may come must be ready for them: first the handler "
		"(or the mask), then the line.");
	expect_at(run, !usr1, CLASS_SCHEDULE, place,
		"Signal number %zu ended your program: SIGUSR1 met the default action. A handler "
		"that is to stay must not be installed for one time only (SA_RESETHAND), and "
		"without "
		"one the signal must be blocked, all the time.",
		before + 1);
	expect_at(run, !killed, CLASS_CRASH, killed,
		"Your program was ended by %s, and \"%s\" had not come.", killed->name, line);
	expect_printed(run, line);
	expect_sound(run);
	expect(run, exit_of_task(run, WAITER) == INT_MIN, CLASS_OUTPUT,
		"The line \"%s\" has not come: your program ended with %s before it. Written so "
		"far, "
		"since the signal before: %s.",
		line, how_ended(run, WAITER), shown(output_of(run)));
	fail_check(run, CLASS_OUTPUT, place_of(last_place(run)),
		"The line \"%s\" has not come. Written instead: %s; on standard error: %s.", line,
		shown(output_of(run)), shown(errors_of(run)));
}

static void until_line(struct judged *run, const char *line)
{
	expect_line(run, until_output(run, text_of("%s\n", line)), line);
}

/* All N lines have come: now it ends, and writes nothing else. */
static void expect_end(struct judged *run, int n, const char *last)
{
	until_end(run);
	expect_sound(run);
	if (strcmp(output_of(run), last) != 0)
		expect_safe_handlers(run);
	expect(run, strcmp(output_of(run), last) == 0, CLASS_OUTPUT,
		"`waiter %d` should print \"ready\" and the lines 1 to %d. In the end it printed "
		"%s "
		"instead of %s.",
		n, n, shown(output_of(run)), shown(last));
	expect(run, exit_of_task(run, WAITER) == 0, CLASS_EXIT,
		"After the last line `waiter %d` ended with %s; it should be exit status 0.", n,
		how_ended(run, WAITER));
}

START_TEST(sleeps_until_the_signal)
{
	struct judged *run = start(1);
	const struct event *spin, *wake, *place;
	size_t wakes;

	until_line(run, "ready");
	until_time(run, seconds_of(run) + QUIET);
	spin = find_event(run, EVENT_SPIN, NULL, 0, 0);
	wakes = count_events(run, EVENT_EXPIRE, NULL, 0);
	wake = find_event(run, EVENT_EXPIRE, NULL, 0, 0);
	place = wake ? find_event(run, EVENT_CALL, wake->name, wake->task, 0) : NULL;
	expect_at(run, !wake, CLASS_TIME, place,
		"Your program woke up %zu times by the clock in %.0f seconds without a signal "
		"(%s), "
		"looked, and slept again: you poll. That costs the processor for nothing, and what "
		"comes while you sleep is seen late. Sleep until the signal wakes you.",
		wakes, seconds_of(run), wake->name);
	expect_at(run, !spin, CLASS_SPIN, spin,
		"Your program spins without blocking: it took %lld steps without a call that "
		"waits, "
		"and nothing had been sent. It keeps a processor busy to see that nothing has come "
		"yet. Let the kernel put the process to sleep until the signal comes.",
		(long long)event_int(spin, "steps", 0));
	expect_line(run, exit_of_task(run, WAITER) == INT_MIN, "1");
	expect(run, strcmp(output_of(run), "ready\n") == 0, CLASS_OUTPUT,
		"No signal has been sent yet, and there is %s instead of \"ready\" alone.",
		shown(output_of(run)));
	send_signal(run, SIGUSR1);
	until_line(run, "1");
}
END_TEST

START_TEST(prints_a_line_for_each_signal)
{
	int n = draw(3, 6);
	struct judged *run = start(n);
	const char *all = "ready\n";

	until_line(run, "ready");
	for (int i = 1; i <= n; i++) {
		until_blocked(run);
		expect_sound(run);
		expect(run, strcmp(output_of(run), all) == 0, CLASS_OUTPUT,
			"After %d of %d signals there should be %s, and there is %s.", i - 1, n,
			shown(all), shown(output_of(run)));
		send_signal(run, SIGUSR1);
		until_line(run, text_of("%d", i));
		all = text_of("%s%d\n", all, i);
	}
	expect_end(run, n, all);
}
END_TEST

/* A process that will send TIMES signals, each whenever the schedule wants it to come. */
static void start_knock(struct judged *run, int times)
{
	const char *pid = text_of("%lld", (long long)pid_of(run, WAITER));

	then_start(run, "knock", .helper = true, .input_open = true,
		.args = ARGS(pid, text_of("%d", SIGUSR1), text_of("%d", times)));
}

/* The line NUMBER comes, at once after the signal that knock sends as the N-th (from 0). */
static void expect_knock_told(struct judged *run, int number, int n)
{
	bool came = until_output(run, text_of("%d\n", number));
	const struct event *sent = find_event(run, EVENT_CALL, "kill", task_of(run), (size_t)n);
	double late = sent ? 1000 * (seconds_of(run) - seconds_at(sent)) : 0;

	if (!came)
		until_end(run); /* knock waits for another line, which must not look like hope */
	expect_line(run, came, text_of("%d", number));
	expect_at(run, late < LATE_MS, CLASS_TIME, last_place(run),
		"Woke %.0f ms of virtual time after the signal; you poll. The signal came before "
		"your program slept, its handler ran, and then it slept to the end of the "
		"time-out: "
		"the wake-up was lost. Unblock and wait in one step.",
		late);
}

/* From the line of one signal to the sleep before the next. The first signal comes right after
 * "ready". */
START_TEST(no_wakeup_is_lost)
{
	explore(SCHEDULES)
	{
		struct judged *run = start(ROUNDS);
		const char *rest = "";

		until_line(run, "ready");
		send_signal(run, SIGUSR1);
		until_line(run, "1");
		start_knock(run, ROUNDS - 1);
		for (int i = 2; i <= ROUNDS; i++) {
			if (i > 2)
				send_input(run, "\n");
			expect_knock_told(run, i, i - 2);
			rest = text_of("%s%d\n", rest, i);
		}
		expect_end(run, ROUNDS, rest);
	}
}
END_TEST

/* From "ready" to the first sleep. */
START_TEST(nor_is_the_first_one)
{
	explore(SCHEDULES)
	{
		struct judged *run = start(1);

		until_line(run, "ready");
		start_knock(run, 1);
		expect_knock_told(run, 1, 0);
		expect_end(run, 1, "1\n");
	}
}
END_TEST

JUDGE(CHECK(sleeps_until_the_signal), CHECK(prints_a_line_for_each_signal),
	CHECK(no_wakeup_is_lost, .long_one = true, .weight = 2),
	CHECK(nor_is_the_first_one, .long_one = true))
