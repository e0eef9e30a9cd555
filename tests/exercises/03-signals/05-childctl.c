/*
 * 03-signals/05-childctl: lines on a beat that signals do not shift, a line for each signal, and an
 * end on the third of one.
 *
 * The time is stopped between two lines, a signal is sent, and the line for it must come before
 * time goes on. What is said of a line's time is when it arrived, from the log.
 */
#include "config.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "lab/judge/judge.h"

#define NEAR  0.1 /* seconds: far above what the virtual clock lets a step take */
#define LINES 64

/* All are for a machine that keeps up with its clock. */
#define ON_TIME .schedule = "natural", .may_die = true

static const struct {
	const char *name;
	int number;
} names[] = {
	{"HUP", SIGHUP},
	{"INT", SIGINT},
	{"QUIT", SIGQUIT},
	{"USR1", SIGUSR1},
	{"USR2", SIGUSR2},
	{"PIPE", SIGPIPE},
	{"TERM", SIGTERM},
	{"WINCH", SIGWINCH},
};

#define NAMES ((int)(sizeof(names) / sizeof(names[0])))

/* A run of `childctl SECS QUIT A B`; the signals are indices of names. */
struct ctl {
	struct judged *run;
	int secs, quit, a, b;
};

static struct ctl start(void)
{
	int first = draw(0, NAMES - 1);
	struct ctl c = {.secs = draw(3, 6),
		.quit = first,
		.a = (first + draw(1, 3)) % NAMES,
		.b = (first + draw(4, 7)) % NAMES};

	c.run = judge_start("childctl",
		.args = ARGS(text_of("%d", c.secs), names[c.quit].name, names[c.a].name,
			text_of("SIG%s", names[c.b].name)),
		ON_TIME);
	return c;
}

struct lines {
	const char *text[LINES];
	double at[LINES]; /* seconds: when its last byte arrived */
	size_t count;
	const char *rest; /* what has no newline yet */
};

static struct lines lines_of(struct judged *run)
{
	struct lines l = {.rest = ""};
	const struct event *e;

	for (size_t i = 0; (e = find_event(run, EVENT_OUTPUT, NULL, 0, i)); i++) {
		const struct event_arg *data = event_arg(e, "data");

		for (size_t k = 0; event_int(e, "fd", 0) == 1 && data && k < data->len; k++) {
			if (data->text[k] != '\n') {
				l.rest = text_of("%s%c", l.rest, data->text[k]);
			} else if (l.count < LINES) {
				l.at[l.count] = seconds_at(e);
				l.text[l.count++] = l.rest;
				l.rest = "";
			}
		}
	}
	return l;
}

/* How often TEXT is a line; *AT: when it came last. */
static int count_lines(struct judged *run, const char *text, double *at)
{
	struct lines l = lines_of(run);
	int count = 0;

	for (size_t i = 0; i < l.count; i++) {
		if (strcmp(l.text[i], text) != 0)
			continue;
		count++;
		if (at)
			*at = l.at[i];
	}
	return count;
}

static const char *tick(const struct ctl *c, int n)
{
	return text_of("%lld: %d", (long long)pid_of(c->run, 1), n);
}

static const char *caught(int i)
{
	return text_of("[Caught: %s]", strsignal(names[i].number));
}

/* How often a handler of signal I has run. */
static int handled(const struct ctl *c, int i)
{
	const struct event *e;
	int count = 0;

	for (size_t n = 0; (e = find_event(c->run, EVENT_DELIVER, NULL, 1, n)); n++)
		count += strcmp(e->name + 3, names[i].name) == 0 &&
			 strcmp(event_text(e, "how"), "handler") == 0;
	return count;
}

/* ---- What many checks look at ---- */

static void expect_alive(const struct ctl *c)
{
	const struct event *killed = find_event(c->run, EVENT_KILLED, NULL, 1, 0);
	size_t nth = killed ? count_events(c->run, EVENT_SIGNAL, killed->name, 0) : 0;
	const struct event *asked = find_event(c->run, EVENT_CALL, "sigaction", 1, 0);

	expect_at(c->run, nth != 1, CLASS_EXIT, asked,
		"`%s` was ended by the first %s: no handler was there for it.", command_of(c->run),
		killed->name);
	expect_at(c->run, nth < 2, CLASS_EXIT, asked,
		"The %s %s met the default action. Use sigaction without SA_RESETHAND, so that the "
		"handler stays.",
		nth == 2 ? "second" : "next", killed->name);
	expect_at(c->run, !killed, CLASS_CRASH, killed, "`%s` was ended by %s.", command_of(c->run),
		killed->name);
	expect(c->run, exit_of(c->run) == INT_MIN, CLASS_EXIT,
		"`%s` ended at t=%.1f with %s, and should go on until the third %s. It has printed "
		"%s, and on standard error %s.",
		command_of(c->run), seconds_of(c->run), how_ended(c->run, 1), names[c->quit].name,
		shown(output_of(c->run)), shown(errors_of(c->run)));
}

static void go_to(const struct ctl *c, double seconds)
{
	until_time(c->run, seconds);
	expect_alive(c);
}

#define WORDS_BEAT                                                                               \
	"nanosleep(2) tells you what remained when a signal has cut it short, and with "         \
	"clock_nanosleep(2) one can sleep until a given time. However many signals come, lines " \
	"stay on their beat."
#define WORDS_FLUSH "Into a pipe stdio writes when its buffer is full: fflush(stdout)."

/* Lines 0 to LAST are there, each at its time. */
static void expect_ticks(const struct ctl *c, int last)
{
	bool signals = count_events(c->run, EVENT_SIGNAL, NULL, 0) > 0;

	for (int n = 0; n <= last; n++) {
		double due = (double)n * c->secs, at = -1;
		int count = count_lines(c->run, tick(c, n), &at);

		expect(c->run, count == 1, CLASS_OUTPUT,
			"At t=%.1f the line \"%s\" of `%s`, due at t=%.0f, has come %d times: %s. "
			"%s",
			seconds_of(c->run), tick(c, n), command_of(c->run), due, count,
			shown(output_of(c->run)), output_size(c->run) ? "" : WORDS_FLUSH);
		expect(c->run, at > due - NEAR && at < due + NEAR, CLASS_TIME,
			"Tick %d came at t=%.1f instead of %.1f: %s", n, at, due,
			signals ? WORDS_BEAT : "the first at once, each of the others SECS later.");
	}
	expect(c->run, count_lines(c->run, tick(c, last + 1), NULL) == 0, CLASS_TIME,
		"Tick %d came before t=%.1f; it is due at t=%d.", last + 1, seconds_of(c->run),
		(last + 1) * c->secs);
}

/* Sends signal I to the sleeping program: its line comes at once. */
static void expect_caught(const struct ctl *c, int i)
{
	size_t size = output_size(c->run);
	int before = handled(c, i), lines = count_lines(c->run, caught(i), NULL);
	const char *more;
	bool ran;

	send_signal(c->run, names[i].number);
	until_blocked(c->run);
	expect_alive(c);
	more = output_of(c->run) + size;
	ran = handled(c, i) > before;
	expect(c->run, before == 0 || ran, CLASS_EXIT,
		"The next SIG%s met the default action. Use sigaction without SA_RESETHAND, so "
		"that "
		"the handler stays. (Here the default is that nothing happens.)",
		names[i].name);
	expect(c->run, *more || !ran, CLASS_OUTPUT,
		"SIG%s was sent at t=%.1f, while your program slept. Its handler has run, and "
		"nothing "
		"was printed: stdio keeps it in a buffer (fflush(stdout) hands it on), or nobody "
		"looked at the flag before the next sleep. \"%s\" must come at once.",
		names[i].name, seconds_of(c->run), caught(i));
	expect(c->run, *more, CLASS_OUTPUT,
		"SIG%s was sent at t=%.1f, while your program slept. Nothing was printed, and no "
		"handler has run. \"%s\" must come at once.",
		names[i].name, seconds_of(c->run), caught(i));
	expect(c->run, count_lines(c->run, caught(i), NULL) == lines + 1, CLASS_OUTPUT,
		"SIG%s was sent at t=%.1f, and what was printed is %s; it should be the line "
		"\"%s\". "
		"The words are those of strsignal(3).",
		names[i].name, seconds_of(c->run), shown(more), caught(i));
}

/* ---- Checks ---- */

START_TEST(ticks_every_secs)
{
	struct ctl c = start();

	go_to(&c, 3.5 * c.secs);
	expect_ticks(&c, 3);
	expect(c.run, lines_of(c.run).count == 4, CLASS_OUTPUT,
		"No signal was sent, and beside the four lines that were due there is something "
		"else: "
		"%s.",
		shown(output_of(c.run)));
}
END_TEST

START_TEST(catches_each_signal)
{
	struct ctl c = start();
	const int order[] = {c.a, c.b, c.a, c.quit, c.b, c.b};

	for (int i = 0; i < 6; i++) {
		go_to(&c, (0.4 + 0.2 * i) * c.secs);
		expect_caught(&c, order[i]);
	}
}
END_TEST

START_TEST(keeps_the_beat)
{
	static const double times[] = {0.3, 0.45, 1.2, 1.7, 2.1};
	struct ctl c = start();

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		go_to(&c, times[i] * c.secs);
		send_signal(c.run, names[i % 2 ? c.a : c.b].number);
	}
	go_to(&c, 4.6 * c.secs);
	expect_ticks(&c, 4);
}
END_TEST

START_TEST(two_at_once_are_two)
{
	struct ctl c = start();

	go_to(&c, 0.5 * c.secs);
	send_signal(c.run, names[c.a].number);
	send_signal(c.run, names[c.b].number);
	go_to(&c, 1.5 * c.secs);
	for (int i = 0; i < 2; i++)
		expect(c.run, count_lines(c.run, caught(i ? c.b : c.a), NULL) == 1, CLASS_OUTPUT,
			"SIG%s and SIG%s were sent together, and there is no line \"%s\", or more "
			"than "
			"one: %s. If one variable is all that the handlers write, the second of "
			"them "
			"overwrites what the first has written.",
			names[c.a].name, names[c.b].name, caught(i ? c.b : c.a),
			shown(output_of(c.run)));
}
END_TEST

/* The third QUITSIG was sent. */
static void expect_bye(const struct ctl *c)
{
	struct lines l = lines_of(c->run);
	const char *quit = names[c->quit].name;

	expect(c->run, exit_of(c->run) != INT_MIN, CLASS_EXIT,
		"At t=%.1f `%s` has got its third %s and goes on: %s. It should say \"bye\" and "
		"end.",
		seconds_of(c->run), command_of(c->run), quit, shown(output_of(c->run)));
	if (exit_of(c->run) < 0)
		expect_alive(c);
	expect(c->run, exit_of(c->run) == 0, CLASS_EXIT,
		"`%s` got its third %s and ended with %s; it should be exit status 0.",
		command_of(c->run), quit, how_ended(c->run, 1));
	expect(c->run,
		l.count && strcmp(l.text[l.count - 1], "bye") == 0 && !*l.rest &&
			count_lines(c->run, caught(c->quit), NULL) == 2,
		CLASS_OUTPUT,
		"After three %s there should be two lines \"%s\" and, last, \"bye\" in place of a "
		"third: %s.",
		quit, caught(c->quit), shown(output_of(c->run)));
}

START_TEST(the_third_quitsig_ends_it)
{
	struct ctl c = start();
	const int order[] = {c.quit, c.a, c.b, c.quit};

	for (int i = 0, quits = 0; i < 4; i++) {
		quits += order[i] == c.quit;
		go_to(&c, (0.2 + 0.3 * i) * c.secs);
		send_signal(c.run, names[order[i]].number);
		until_blocked(c.run);
		expect(c.run, exit_of(c.run) < 0, CLASS_EXIT,
			"`%s` ended at signal number %d, and %d of them %s %s: only these are "
			"counted, "
			"up to three.",
			command_of(c.run), i + 1, quits, quits == 1 ? "was" : "were",
			names[c.quit].name);
	}
	go_to(&c, 1.5 * c.secs);
	send_signal(c.run, names[c.quit].number);
	until_time(c.run, 1.7 * c.secs);
	expect_bye(&c);
}
END_TEST

/* ---- In the middle of a line ---- */

/* Until the N-th write(2) from now has just been made; then signal I. The write. */
static const struct event *send_in_write(const struct ctl *c, unsigned n, int i)
{
	size_t before = count_events(c->run, EVENT_CALL, "write", 1);

	if (!until_call(c->run, "write", n))
		expect_alive(c);
	send_signal(c->run, names[i].number);
	return find_event(c->run, EVENT_CALL, "write", 1, before + n - 1);
}

/* The first call of a handler that touches the buffers of stdio; NULL. */
static const struct event *unsafe_call(struct judged *run)
{
	const struct event *e;
	const char *why;

	for (size_t n = 0; (e = find_event(run, EVENT_UNSAFE, NULL, 1, n)); n++)
		if ((why = event_text(e, "why")) && (strstr(why, "stdio") || strstr(why, "exit")))
			return e;
	return NULL;
}

/* Signal I has come in CALL. There must be TICKS lines of the beat, TOLD lines for signal I, and
 * all in all ALL lines. */
static void expect_whole(
	const struct ctl *c, int i, const struct event *call, int ticks, int told, size_t all)
{
	const struct event *unsafe = unsafe_call(c->run);
	struct lines l = lines_of(c->run);
	bool whole = !*l.rest && l.count == all && count_lines(c->run, caught(i), NULL) == told;

	for (int n = 0; n < ticks; n++)
		whole &= count_lines(c->run, tick(c, n), NULL) == 1;
	expect_at(c->run, whole || !unsafe, CLASS_HANDLER, unsafe,
		"SIG%s came while your program was in the middle of printing a line: write(2) had "
		"just taken it. The handler called %s, which works on the same buffer of stdio, "
		"and "
		"now the output is wrong: %s. %s is not async-signal-safe: set a flag in the "
		"handler, "
		"or use write(2) and _exit(2).",
		names[i].name, unsafe->name, shown(output_of(c->run)), unsafe->name);
	expect_at(c->run, whole, CLASS_OUTPUT, call,
		"SIG%s came while your program was in the middle of printing a line: write(2) had "
		"just taken it. There should be %zu lines then, \"%s\" to \"%s\" once each, and "
		"what "
		"tells of the signals: %s.",
		names[i].name, all, tick(c, 0), tick(c, ticks - 1), shown(output_of(c->run)));
}

/* The same signal again, as soon as the line for the first has left the process. */
static void expect_told_again(void)
{
	struct ctl c = start();
	const char *line = text_of("%s\n", caught(c.a));

	go_to(&c, 0.5 * c.secs);
	send_signal(c.run, names[c.a].number);
	if (!until_output(c.run, line))
		return; /* that is for another check to say */
	send_signal(c.run, names[c.a].number);
	go_to(&c, 1.5 * c.secs);
	expect(c.run, count_lines(c.run, caught(c.a), NULL) == 2, CLASS_OUTPUT,
		"SIG%s came for the second time right after the line for the first had been "
		"written, and there should be two lines \"%s\": %s. If the flag is put back after "
		"the line, it takes the second signal with it: put it back first, then tell.",
		names[c.a].name, caught(c.a), shown(output_of(c.run)));
}

START_TEST(a_signal_in_the_middle_of_a_line)
{
	struct ctl c = start();
	const struct event *call;

	go_to(&c, 0.5 * c.secs);
	if (count_events(c.run, EVENT_CALL, "write", 1) == 0)
		return; /* it prints in another way */
	for (int n = 1; n <= 3; n++) {
		c = start();
		call = send_in_write(&c, (unsigned)n, c.a);
		go_to(&c, (n + 0.5) * c.secs);
		expect_whole(&c, c.a, call, n + 1, 1, (size_t)n + 2);
	}
	c = start();
	for (int i = 1; i <= 2; i++) {
		go_to(&c, 0.2 * i * c.secs);
		send_signal(c.run, names[c.quit].number);
	}
	until_blocked(c.run);
	call = send_in_write(&c, 1, c.quit);
	until_time(c.run, 2.5 * c.secs);
	expect_whole(&c, c.quit, call, 2, 2, 5);
	expect_bye(&c);
	expect_told_again();
}
END_TEST

/* ---- What is refused ---- */

/* In the world of WORLD (a new one if that is NULL), and for two and a half seconds. */
static struct judged *start_in(struct judged **world, const char *const *args)
{
	if (*world)
		then_start(*world, "childctl", .args = args, .may_die = true);
	else
		*world = judge_start("childctl", .args = args, ON_TIME);
	until_time(*world, seconds_of(*world) + 2.5);
	return *world;
}

/* NAME is one of the arguments of ARGS. */
static void expect_refused(
	struct judged **world, const char *const *args, const char *name, const char *why)
{
	struct judged *run = start_in(world, args);
	const char *line = text_of("cannot catch %s\n", name), *command = command_of(run);
	const struct event *e, *failed = NULL;
	bool goes_on = exit_of(run) == INT_MIN;

	for (size_t i = 0; (e = find_event(run, EVENT_CALL, "sigaction", 0, i)); i++)
		if (e->task >= task_of(run) && event_text(e, "err") &&
			strstr(name, event_text(e, "sig") + 3))
			failed = e;
	expect_at(run, !failed || (!goes_on && exit_of(run) != 0), CLASS_FAULT, failed,
		"sigaction(%s) failed with %s and you did not look: `%s` %s, as if all were well. "
		"%s",
		event_text(failed, "sig"), event_text(failed, "err"), command,
		goes_on ? "ticks" : "ended", why);
	expect(run, !goes_on && exit_of(run) == 2, CLASS_EXIT,
		"`%s` %s; it should say \"cannot catch %s\" on standard error and end with status "
		"2. "
		"%s",
		command,
		goes_on ? "goes on" : text_of("ended with %s", how_ended(run, task_of(run))), name,
		why);
	expect(run, output_size(run) == 0, CLASS_OUTPUT,
		"`%s` wrote %s on standard output; nothing belongs there.", command,
		shown(output_of(run)));
	expect(run, strcmp(errors_of(run), line) == 0, CLASS_OUTPUT,
		"On standard error of `%s` there is %s; it should be %s.", command,
		shown(errors_of(run)), shown(line));
}

START_TEST(refuses_what_cannot_be_caught)
{
	static const char *const refused[][2] = {
		{"KILL", "Nobody can catch it: that is what it is for."},
		{"SIGSTOP", "Like KILL it can be neither caught nor blocked nor ignored."},
		{"NIX", "There is no such signal."},
		{"TERMX", "That is not TERM: compare whole names."},
		{"", "The empty word names no signal."},
	};

	struct judged *world = NULL;

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		const char *name = refused[i][0], *good = names[draw(0, NAMES - 1)].name;

		expect_refused(&world, ARGS("2", good, name), name, refused[i][1]);
		if (i < 3)
			expect_refused(&world, ARGS("2", name, good), name, refused[i][1]);
	}
}
END_TEST

static void expect_usage(struct judged **world, const char *const *args, const char *why)
{
	struct judged *run = start_in(world, args);
	bool goes_on = exit_of(run) == INT_MIN;

	expect(run, !goes_on && exit_of(run) == 2 && output_size(run) == 0 && *errors_of(run),
		CLASS_EXIT,
		"`%s` should tell on standard error how it is used and end with status 2: %s. It "
		"%s, "
		"with %s on standard output and %s on standard error.",
		command_of(run), why,
		goes_on ? "goes on" : text_of("ended with %s", how_ended(run, task_of(run))),
		shown(output_of(run)), shown(errors_of(run)));
}

START_TEST(tells_how_it_is_used)
{
	struct judged *world = NULL;

	expect_usage(&world, ARGS(NULL), "there is no argument");
	expect_usage(&world, ARGS("2"), "QUITSIG is missing");
	expect_usage(&world, ARGS("0", "INT", "HUP"), "SECS must be at least 1");
	expect_usage(&world, ARGS("x", "INT", "HUP"), "SECS is no number");
}
END_TEST

JUDGE(CHECK(ticks_every_secs), CHECK(catches_each_signal, .weight = 2),
	CHECK(keeps_the_beat, .weight = 2), CHECK(two_at_once_are_two),
	CHECK(the_third_quitsig_ends_it, .weight = 2),
	CHECK(a_signal_in_the_middle_of_a_line, .long_one = true, .weight = 2),
	CHECK(refuses_what_cannot_be_caught, .weight = 2), CHECK(tells_how_it_is_used))
