/*
 * 00-basecamp/02-ticker: a line at once, one every SECS seconds, until SIGINT.
 *
 * A run is steered: the virtual clock goes on to a point half-way between two lines, then SIGINT is
 * sent. When each line came is read from the log.
 */
#include "config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/judge/judge.h"

#define SHOWN_MOST 60 /* bytes of output in a message */
#define LINES      12
#define CALLS_MOST 300   /* a second; some look at the clock a hundred times */
#define GLANCE     0.005 /* seconds; who naps for a microsecond is told by then */
#define LONG_LOOK  20    /* seconds of a wait that is far longer */
#define STEPS_MOST 80000

/* TEXT as it can be shown: escaped, and cut where it is long. */
static const char *quoted(const char *text)
{
	size_t len = strlen(text);
	BUF_SCOPED shown = BUF_INIT;

	buf_put_escaped(&shown, text, len < SHOWN_MOST ? len : SHOWN_MOST);
	return text_of("\"%s\"%s", buf_text(&shown), len < SHOWN_MOST ? "" : "...");
}

/* One ticking run. */
struct ticking {
	struct judged *run;
	int secs;
	int due;         /* lines that must be there when SIGINT is sent */
	int signal_time; /* in seconds; half-way between the last of them and the next */
	bool alive;      /* it had not ended by itself before */
	size_t before;   /* bytes in the pipe when SIGINT was sent */
};

static size_t lines_in(const char *text, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += text[i] == '\n';
	return count;
}

/* The virtual second in which the N-th newline (from 0) arrived on stdout, -1 if it did not. */
static double time_of_line(struct judged *run, size_t n)
{
	const struct event *e;

	for (size_t i = 0; (e = find_event(run, EVENT_OUTPUT, NULL, 0, i)); i++) {
		const struct event_arg *data = event_arg(e, "data");
		size_t lines;

		if (event_int(e, "fd", 0) != 1 || !data || data->type != EVENT_STRING)
			continue;
		lines = lines_in(data->text, data->len);
		if (lines > n)
			return seconds_at(e);
		n -= lines;
	}
	return -1;
}

/* It wakes up now and then at most. Naps of a microsecond are no busy loop, but nearly. */
static void expect_few_calls(struct judged *run)
{
	size_t calls = count_events(run, EVENT_CALL, NULL, 0);

	expect_at(run, calls <= CALLS_MOST * (1 + seconds_of(run)), CLASS_SPIN,
		find_event(run, EVENT_CALL, NULL, 0, calls - 1),
		"Your program made %zu calls in %.3f seconds: it sleeps for next to no time, looks "
		"at the clock, and sleeps again. That keeps a processor busy, too. Sleep until the "
		"next line is due, all of it by one call.",
		calls, seconds_of(run));
}

/* Lets the first second pass, and looks how often it wakes up. */
static void watch_first_second(struct judged *run)
{
	if (until_time(run, GLANCE))
		expect_few_calls(run);
	if (until_time(run, 1))
		expect_few_calls(run);
}

/* Lets `ticker SECS` run until the line after DUE lines would come in half an interval. */
static struct ticking tick(int due)
{
	struct ticking t = {.due = due, .secs = 2 * draw(2, due < LINES ? 4 : 3)};

	t.signal_time = due * t.secs - t.secs / 2; /* secs is even */
	t.run = judge_start("ticker", .args = ARGS(text_of("%d", t.secs)), .may_die = true,
		.step_budget = STEPS_MOST, .look_first = true);
	watch_first_second(t.run);
	t.alive = until_time(t.run, t.signal_time);
	t.before = output_size(t.run);
	return t;
}

/* A spin ends the run by itself, and so does the end of its steps. */
static void expect_ticking(const struct ticking *t)
{
	const struct event *spin = find_event(t->run, EVENT_SPIN, NULL, 0, 0);

	if (find_event(t->run, EVENT_LIMIT, NULL, 0, 0)) {
		expect_few_calls(t->run);
		expect_sound(t->run);
	}

	expect_at(t->run, !spin, CLASS_SPIN, spin,
		"Your program waits without blocking: it took %lld steps without a single call "
		"that waits, at %.3f s of %d. It keeps a processor busy to find out that nothing "
		"has happened yet. A call like sleep(3) or nanosleep(2) lets the kernel wake the "
		"process.",
		(long long)event_int(spin, "steps", 0), seconds_at(spin), t->secs);
}

static void expect_alive(const struct ticking *t)
{
	expect_ticking(t);
	expect_at(t->run, t->alive, CLASS_EXIT, find_event(t->run, EVENT_KILLED, NULL, 1, 0),
		"`ticker %d` should tick until a signal ends it, but it ended by itself after %.1f "
		"seconds and %zu lines, with %s.",
		t->secs, seconds_of(t->run), lines_in(output_of(t->run), output_size(t->run)),
		how_ended(t->run, 1));
}

START_TEST(waits_without_the_processor)
{
	struct ticking t = tick(2);

	expect_ticking(&t);
	expect_alive(&t);
}
END_TEST

START_TEST(lines_leave_the_process)
{
	struct ticking t = tick(3);
	size_t came = lines_in(output_of(t.run), t.before);

	expect_alive(&t);
	expect(t.run, errors_of(t.run)[0] == '\0', CLASS_OUTPUT,
		"The lines belong on standard output. On standard error (descriptor 2) %zu bytes "
		"arrived instead: %s.",
		strlen(errors_of(t.run)), quoted(errors_of(t.run)));
	send_signal(t.run, SIGINT);
	until_time(t.run, t.signal_time + t.secs);
	expect(t.run, t.before > 0, CLASS_OUTPUT,
		"Nothing had reached the pipe when SIGINT came after %d seconds; %d lines were "
		"due. Into a pipe stdout is block-buffered: what printf() printed still lay in a "
		"buffer in your process's memory, and was lost with it. fflush(stdout) after each "
		"line hands it to the kernel. See setvbuf(3).",
		t.signal_time, t.due);
	expect(t.run, came > 0, CLASS_OUTPUT,
		"After %d seconds %zu bytes had reached the pipe, but no newline: each line must "
		"be complete when it is due.",
		t.signal_time, t.before);
}
END_TEST

START_TEST(first_line_comes_at_once)
{
	struct ticking t = tick(3);
	double first;

	expect_alive(&t);
	first = time_of_line(t.run, 0);
	expect(t.run, first >= 0, CLASS_TIME,
		"After %d seconds no line had come out of `ticker %d`; the first is due at once.",
		t.signal_time, t.secs);
	expect(t.run, first < t.secs / 2.0, CLASS_TIME,
		"Your first line came %.0f seconds after the start; the contract wants it at once, "
		"at second 0. Print first, then wait.",
		first);
}
END_TEST

START_TEST(one_line_every_secs)
{
	struct ticking t = tick(LINES);
	size_t came = lines_in(output_of(t.run), t.before);
	double first;
	int due;

	expect_alive(&t);
	first = time_of_line(t.run, 0);
	expect(t.run, first >= 0, CLASS_TIME,
		"%d seconds after the start of `ticker %d` no line had come; %d were due.",
		t.signal_time, t.secs, t.due);
	due = 1 +
	      (int)((t.signal_time - first) / t.secs); /* a late first line is not judged here */
	for (int n = 1; n < due; n++) {
		double since = time_of_line(t.run, (size_t)n) - first;

		expect(t.run, (size_t)n < came, CLASS_TIME,
			"%d seconds after the start of `ticker %d` only %zu lines had come; %d "
			"were due.",
			t.signal_time, t.secs, came, due);
		expect(t.run, since > (n - 0.5) * t.secs && since < (n + 0.5) * t.secs, CLASS_TIME,
			"Line %d of `ticker %d` came %.2f seconds after line 0; it was due after "
			"%d. There must be %d seconds between two lines, no more and no fewer.",
			n, t.secs, since, n * t.secs, t.secs);
	}
	expect(t.run, came <= (size_t)due, CLASS_TIME,
		"%d seconds after the start of `ticker %d` there were %zu lines already; %d were "
		"due.",
		t.signal_time, t.secs, came, due);
}
END_TEST

START_TEST(lines_tell_pid_and_number)
{
	struct ticking t = tick(LINES);
	const char *at = output_of(t.run);
	long pid = pid_of(t.run, 1);

	expect_alive(&t);
	expect(t.run, t.before > 0, CLASS_OUTPUT,
		"No line had come after %d seconds. Each should read \"%ld: N\", with N = 0, 1, "
		"...",
		t.signal_time, pid);
	for (int n = 0; *at; n++) {
		const char *right = text_of("%ld: %d\n", pid, n);
		const char *end = strchr(at, '\n');
		int len = end ? (int)(end - at) : (int)strlen(at);
		long said = strtol(at, NULL, 10);

		expect(t.run, said == pid || strncmp(at, right, strlen(right)) == 0, CLASS_OUTPUT,
			"Line %d is \"%.*s\", but it should begin with the process id of ticker, "
			"which is %ld in this run. Ask with getpid().",
			n, len, at, pid);
		expect(t.run, strncmp(at, right, strlen(right)) == 0, CLASS_OUTPUT,
			"Line %d is \"%.*s\"; it should be \"%ld: %d\", with one colon, one blank, "
			"and a number that counts from 0.",
			n, len, at, pid, n);
		at += strlen(right);
	}
}
END_TEST

START_TEST(sigint_ends_it)
{
	struct ticking t = tick(3);
	size_t due, came;

	expect_alive(&t);
	due = lines_in(output_of(t.run), t.before);
	send_signal(t.run, SIGINT);
	t.alive = until_time(t.run, t.signal_time + 3.0 * t.secs);
	came = lines_in(output_of(t.run), output_size(t.run));
	expect_ticking(&t);
	expect(t.run, !t.alive, CLASS_EXIT,
		"SIGINT was sent at second %d, and at second %.0f ticker was still there, with %zu "
		"more lines. Whoever presses Ctrl-C wants it to end: leave the default action "
		"alone, or end the process in your handler. See signal(7).",
		t.signal_time, seconds_of(t.run), came - due);
	expect(t.run, came <= due, CLASS_OUTPUT,
		"SIGINT was sent at second %d, and after it came %s more: %s. Lines must have left "
		"the process when they are due, and none comes after the signal.",
		t.signal_time, came - due == 1 ? "one line" : text_of("%zu lines", came - due),
		quoted(output_of(t.run) + t.before));
	expect(t.run, output_size(t.run) == t.before, CLASS_OUTPUT,
		"After SIGINT %zu more bytes came on standard output: %s. Only the lines belong "
		"there.",
		output_size(t.run) - t.before, quoted(output_of(t.run) + t.before));
}
END_TEST

/* `ticker ARGS` must refuse, in the world of WORLD (a new one if that is NULL). WHY completes
 * "although ...". */
static void expect_refused(
	struct judged **world, const char *shown, const char *const *args, const char *why)
{
	struct judged *run = *world;
	size_t lines;
	bool stopped;
	int status;

	if (run)
		then_run(run, "ticker", .args = args, .may_die = true);
	else
		run = judge_run("ticker", .args = args, .look_first = true,
			.time_budget = 20 * RUN_SECOND, .step_budget = 2000, .may_die = true);
	*world = run;
	lines = lines_in(output_of(run), output_size(run));
	stopped = count_events(run, EVENT_LIMIT, NULL, 0) || count_events(run, EVENT_SPIN, NULL, 0);
	status = exit_of(run);
	expect(run, lines == 0 || status == 2, CLASS_OUTPUT,
		"`%s` printed %zu lines although %s. atoi() cannot report an error, it gives 0 for "
		"what it does not understand; strtol() tells where it stopped and whether the "
		"number was too big. Check both, and the range, before you print anything. See "
		"strtol(3).",
		shown, lines, why);
	expect(run, !stopped && seconds_of(run) < 1, CLASS_EXIT,
		"`%s` was still running after %.0f seconds although %s. It should say on standard "
		"error how it is used, and end with status 2 at once.",
		shown, seconds_of(run), why);
	expect(run, status == 2, CLASS_EXIT,
		"`%s` ended with %s although %s. The status for a wrong use is 2.", shown,
		how_ended(run, task_of(run)), why);
	expect(run, output_size(run) == 0, CLASS_OUTPUT,
		"`%s` wrote %zu bytes on standard output: %s. How a program is used is no result; "
		"it goes to standard error (descriptor 2), where it is seen in a pipeline, too.",
		shown, output_size(run), quoted(output_of(run)));
	expect(run, errors_of(run)[0] != '\0', CLASS_OUTPUT,
		"`%s` ended with status %d, as it should, but without a word: %zu bytes on "
		"standard error. Tell there how the program is used.",
		shown, status, strlen(errors_of(run)));
}

static void expect_argument_refused(struct judged **world, const char *secs, const char *why)
{
	expect_refused(world, *secs ? text_of("ticker %s", secs) : "ticker ''", ARGS(secs), why);
}

START_TEST(refuses_what_is_no_number)
{
	struct judged *world = NULL;

	expect_argument_refused(&world, draw_word(5), "the argument is no number");
	expect_argument_refused(&world, text_of("%d%s", draw(2, 9), draw_word(1)),
		"there is a letter behind the number");
	expect_argument_refused(
		&world, text_of("%d.5", draw(1, 9)), "the argument is no whole number");
	expect_argument_refused(&world, "", "the argument is empty");
	expect_argument_refused(&world, "-", "a sign alone is no number");
}
END_TEST

START_TEST(refuses_what_is_out_of_range)
{
	struct judged *world = NULL;

	expect_argument_refused(&world, "0", "SECS must be at least 1");
	expect_argument_refused(&world, text_of("-%d", draw(1, 9)), "SECS must be at least 1");
	expect_argument_refused(
		&world, "2147483648", "that is 1 more than the 2147483647 that are allowed");
	expect_argument_refused(&world, text_of("%lld", (1LL << 32) + draw(1, 9)),
		"that is far more than the 2147483647 that are allowed");
	expect_argument_refused(&world, text_of("%d0000000000000000000000", draw(1, 9)),
		"that is more than any integer type holds");
}
END_TEST

START_TEST(refuses_a_wrong_number_of_arguments)
{
	const char *secs = text_of("%d", draw(2, 9));
	struct judged *world = NULL;

	expect_refused(&world, "ticker", ARGS(NULL), "there is no argument");
	expect_refused(&world, text_of("ticker %s %s", secs, secs), ARGS(secs, secs),
		"there are two arguments");
}
END_TEST

/* Beside those that wait already in the world of WORLD; NULL: there is none. */
static void expect_long_wait(struct judged **world, const char *secs, const char *next)
{
	struct judged *run = *world;
	bool alive;
	size_t lines;

	if (run)
		then_start(run, "ticker", .args = ARGS(secs), .may_die = true);
	else
		run = judge_start(
			"ticker", .args = ARGS(secs), .may_die = true, .step_budget = STEPS_MOST);
	*world = run;
	watch_first_second(run);
	until_time(run, seconds_of(run) + LONG_LOOK);
	alive = exit_of(run) == INT_MIN;
	lines = lines_in(output_of(run), output_size(run));

	expect(run, alive, CLASS_EXIT,
		"`ticker %s` ended with %s; 2147483647 is the largest SECS that is allowed, so it "
		"should print line 0 and wait.",
		secs, how_ended(run, task_of(run)));
	expect(run, lines <= 1, CLASS_OUTPUT,
		"%d seconds after the start of `ticker %s` there were %zu lines. There should be "
		"one, line 0, for the next is due in %s. Does the number of seconds (of "
		"milliseconds, of microseconds) fit the type that you give it to?",
		LONG_LOOK, secs, lines, next);
}

/* The largest one, and the smallest ones of which 32 bits do not hold the milliseconds or the
 * microseconds: what is left of these is less than a second. */
START_TEST(takes_the_largest_number)
{
	struct judged *world = NULL;

	expect_long_wait(&world, "2147483647", "68 years");
	expect_long_wait(&world, "4294968", "49 days");
	expect_long_wait(&world, "4295", "more than an hour");
}
END_TEST

JUDGE(CHECK(lines_leave_the_process, .weight = 2), CHECK(first_line_comes_at_once),
	CHECK(one_line_every_secs, .weight = 2), CHECK(lines_tell_pid_and_number),
	CHECK(waits_without_the_processor, .weight = 2), CHECK(sigint_ends_it),
	CHECK(refuses_what_is_no_number), CHECK(refuses_what_is_out_of_range),
	CHECK(refuses_a_wrong_number_of_arguments), CHECK(takes_the_largest_number))
