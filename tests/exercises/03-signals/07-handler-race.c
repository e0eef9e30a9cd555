/*
 * 03-signals/07-handler-race: in N rounds main() subtracts N times and a handler adds N times, and
 * the number is in the end what it was, wherever the signals come.
 *
 * The programs are built so that each use of a global or static variable is seen (.variables), and
 * is a point at which the sender may go first: then its signal comes right there. preempt_each()
 * tries them all, one after the other; so the load and the store of main's update are met, too, and
 * what was loaded and stored is in the log.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/judge/judge.h"

#define MAIN       1 /* its task */
#define SPIN_STEPS 300
#define ROUNDS     2 /* what one round leaves behind, the next one finds */

static struct judged *run_rounds(int start, int n)
{
	return judge_run("handler-race", .args = ARGS(text_of("%d", start), text_of("%d", n)),
		.variables = true, .look_first = true, .may_race = true, .spin_steps = SPIN_STEPS);
}

/* What was printed; -1 if it is not one number and a newline. */
static long printed(struct judged *run)
{
	const char *text = output_of(run);
	char *end;
	long number = strtol(text, &end, 10);

	return end != text && strchr("-0123456789", text[0]) && strcmp(end, "\n") == 0 ? number
										       : LONG_MIN;
}

/* ---- What the log has ---- */

/* Signals that another process has sent to main(). */
static unsigned signals_sent(struct judged *run)
{
	const struct event *e;
	unsigned sent = 0;

	for (size_t i = 0; (e = find_event(run, EVENT_CALL, "kill", 0, i)); i++)
		sent += e->task != MAIN && event_int(e, "ret", -1) == 0;
	return sent;
}

/* Handlers of SIGUSR1 that have run in main(). */
static unsigned handlers_run(struct judged *run)
{
	return (unsigned)count_events(run, EVENT_DELIVER, "SIGUSR1", MAIN);
}

static bool is_use(const struct event *e, bool in_handler)
{
	return e->kind == EVENT_USE && e->task == MAIN && event_has(e, "handler") == in_handler;
}

static bool reads(const struct event *e)
{
	return strstr(e->name, "read") || strstr(e->name, "update");
}

static bool writes(const struct event *e)
{
	return strstr(e->name, "write") || strstr(e->name, "update");
}

static bool overlap(const struct event *a, const struct event *b)
{
	long long from = event_int(a, "at", 0), to = from + event_int(a, "n", 0);
	long long begin = event_int(b, "at", 0), end = begin + event_int(b, "n", 0);

	return from < end && begin < to;
}

/* A change of main's that a handler came into the middle of. */
struct interrupted {
	const struct event *load, *other, *store; /* OTHER: the handler's store */
};

/* What main() read, a handler then changed, and main() wrote, without having read it again. */
static bool find_interrupted(struct judged *run, struct interrupted *found)
{
	const struct event_log *log = log_of(run);

	for (size_t i = 0; i < log->count; i++) {
		const struct event *load = log->events[i];

		if (!is_use(load, false) || !reads(load) || writes(load))
			continue;
		*found = (struct interrupted){.load = load};
		for (size_t k = i + 1; k < log->count; k++) {
			const struct event *e = log->events[k];

			if (is_use(e, true) && writes(e) && overlap(e, load))
				found->other = e;
			if (!is_use(e, false) || !overlap(e, load))
				continue;
			found->store = e;
			if (writes(e) && !reads(e) && found->other)
				return true;
			break;
		}
	}
	return false;
}

static bool is_atomic(const struct event *e)
{
	return strncmp(e->name, "atomic-", 7) == 0;
}

static bool is_volatile(const struct event *e)
{
	return strncmp(e->name, "volatile-", 9) == 0;
}

/* The first call of NAME by main() that it makes in a handler, or outside; NULL. */
static const struct event *call_in(struct judged *run, const char *name, bool in_handler)
{
	const struct event_log *log = log_of(run);
	unsigned inside = 0;

	for (size_t i = 0; i < log->count; i++) {
		const struct event *e = log->events[i];

		if (e->task != MAIN)
			continue;
		if (event_is(e, EVENT_DELIVER, NULL))
			inside++;
		if (event_is(e, EVENT_RETURN, NULL) && inside)
			inside--;
		if (event_is(e, EVENT_CALL, name) && (inside > 0) == in_handler)
			return e;
	}
	return NULL;
}

/* ---- Expectations ---- */

/* It goes round in a handler, which main() cannot help. */
static void expect_no_waiting_handler(struct judged *run)
{
	const struct event *spin = find_event(run, EVENT_SPIN, NULL, MAIN, 0);

	expect_at(run,
		!spin || count_events(run, EVENT_DELIVER, NULL, MAIN) ==
				 count_events(run, EVENT_RETURN, NULL, MAIN),
		CLASS_SPIN, spin,
		"The handler goes round and waits, for ever: main stands still as long as it runs, "
		"and cannot do what it waits for. A handler cannot wait for what it has "
		"interrupted.");
}

/* It has ended by itself, well, with one number. */
static void expect_a_number(struct judged *run)
{
	const struct event *killed = find_event(run, EVENT_KILLED, "SIGUSR1", MAIN, 0);

	expect_at(run, !killed, CLASS_SCHEDULE, find_event(run, EVENT_CALL, "sigaction", MAIN, 0),
		"SIGUSR1 ended `%s`: it met the default action. The handler must be there before "
		"the sender is let go for the first time, and stay there until it has ended.",
		command_of(run));
	expect_no_waiting_handler(run);
	expect_sound(run);
	expect(run, exit_of(run) == 0, CLASS_EXIT,
		"`%s` ended with %s, but there was no reason to fail. On standard error it said "
		"%s.",
		command_of(run), how_ended(run, MAIN), shown(errors_of(run)));
	expect(run, printed(run) != LONG_MIN, CLASS_OUTPUT,
		"`%s` should print one number on a line of its own, and nothing else. It printed "
		"%s.",
		command_of(run), shown(output_of(run)));
}

/* "main had loaded 5, the handler stored 6, and then main stored 4." where all three are known. */
static const char *what_happened(const struct interrupted *i)
{
	if (!event_has(i->load, "value") || !event_has(i->other, "value") ||
		!event_has(i->store, "value"))
		return "What the handler had stored was overwritten.";
	return text_of("main had loaded %lld, the handler stored %lld, and then main stored %lld: "
		       "the handler's ++ was overwritten.",
		(long long)event_int(i->load, "value", 0),
		(long long)event_int(i->other, "value", 0),
		(long long)event_int(i->store, "value", 0));
}

static const char *why_interrupted(struct judged *run, const struct interrupted *i)
{
	if (call_in(run, "sigprocmask", true))
		return "It is main's update that needs protection; the handler's own signal is "
		       "blocked already, as long as the handler runs. Block it in main, with "
		       "sigprocmask(2), before the load, and let it in after the store.";
	if (is_atomic(i->load) && is_atomic(i->store))
		return "Each of the two is one step, and two are not one: atomic_fetch_sub() "
		       "loads, subtracts and stores in a single step.";
	if (is_volatile(i->load) && is_volatile(i->store))
		return "volatile does not make it one step. Nor does sig_atomic_t: it guarantees a "
		       "whole load or a whole store, not a whole decrement.";
	return "One line of C is not one step: global-- loads, subtracts and stores.";
}

static void expect_not_interrupted(struct judged *run)
{
	struct interrupted i;
	struct event_place at;

	if (!find_interrupted(run, &i))
		return;
	at = place_of(i.store);
	expect_at(run, false, CLASS_SCHEDULE, i.store,
		"`%s` printed %ld. Signal arrived between load and store of %s:%d: %s %s",
		command_of(run), printed(run), at.file ? at.file : "main's update", at.line,
		what_happened(&i), why_interrupted(run, &i));
}

/* All that was sent has been handled. */
static void expect_all_handled(struct judged *run)
{
	unsigned sent = signals_sent(run), handled = handlers_run(run);
	const struct event *ignored = NULL, *e;

	for (size_t i = 0; !ignored && (e = find_event(run, EVENT_CALL, "sigaction", MAIN, i)); i++)
		if (event_text(e, "how") && strcmp(event_text(e, "how"), "ignore") == 0)
			ignored = e;
	expect_at(run, handled >= sent || !ignored, CLASS_OUTPUT, ignored,
		"%u signals sent, handler ran %u time%s: what comes while it is ignored (SIG_IGN) "
		"is thrown away. Block it instead: then it is kept.",
		sent, handled, handled == 1 ? "" : "s");
	expect_at(run, handled >= sent, CLASS_OUTPUT, call_in(run, "sigprocmask", false),
		"%u signals sent, handler ran %u time%s: blocked too long, pending is one bit. "
		"What "
		"comes while one is pending already is lost. Let them in once a round, at least: "
		"block for no longer than the update takes.",
		sent, handled, handled == 1 ? "" : "s");
}

static void expect_number(struct judged *run, int start)
{
	unsigned handled = handlers_run(run);

	expect_a_number(run);
	if (printed(run) == start)
		return;
	expect_not_interrupted(run);
	expect_all_handled(run);
	fail_check(run, CLASS_SCHEDULE, (struct event_place){NULL, 0, NULL},
		"`%s` printed %ld instead of %d, although the handler ran %u times, once for each "
		"signal. Each time it must add 1, or leave a note by which main does so later, "
		"whatever main was at when it came.",
		command_of(run), printed(run), start, handled);
}

/* ---- One after the other? ---- */

/* Does E begin a round (1), or end one (-1)? */
static int round_step(const struct event *e)
{
	const char *obj = event_text(e, "obj");

	if (e->kind != EVENT_CALL || e->task != MAIN || event_int(e, "ret", -1) < 1 || !obj ||
		strncmp(obj, "pipe:", 5) != 0)
		return 0;
	return strcmp(e->name, "write") == 0 ? 1 : strcmp(e->name, "read") == 0 ? -1 : 0;
}

static bool handler_uses(struct judged *run, const struct event *use)
{
	const struct event *e;

	for (size_t i = 0; (e = find_event(run, EVENT_USE, NULL, MAIN, i)); i++)
		if (is_use(e, true) && overlap(e, use))
			return true;
	return false;
}

/* The signal may come while main() changes the number: it does not change it only between two
 * rounds, when no signal is on its way. Who blocks the signal, or has an atomic type, need not be
 * told. */
static void expect_no_turns(struct judged *run)
{
	const struct event_log *log = log_of(run);
	const struct event *between = NULL;
	bool open = false, begun = false;
	size_t last = 0;

	for (size_t i = 0; i < log->count; i++)
		last = round_step(log->events[i]) > 0 ? i : last;
	for (size_t i = 0; i < last; i++) {
		const struct event *e = log->events[i];
		int step = round_step(e);

		open = step ? step > 0 : open;
		begun |= open;
		if (!begun || !is_use(e, false) || !writes(e) || !handler_uses(run, e))
			continue;
		if (open || is_atomic(e))
			return;
		between = e;
	}
	expect_at(run, !between || call_in(run, "sigprocmask", false), CLASS_OUTPUT, between,
		"`%s` changes the number between two rounds: before it lets the sender go, or "
		"after it has heard that the signal was sent. So main and the sender take turns, "
		"and nothing can go wrong. But signals come when they come: subtract after the "
		"byte to the sender, and before you read its answer.",
		command_of(run));
}

/* ---- The checks ---- */

START_TEST(adds_up_to_what_it_was)
{
	int start = draw(20, 90), n = draw(4, 7);
	struct judged *run = run_rounds(start, n);
	unsigned sent;

	expect_a_number(run);
	expect_safe_handlers(run);
	sent = signals_sent(run);
	expect(run, sent == (unsigned)n, CLASS_OUTPUT,
		"`%s`: another process should send main() %d signals, one a round, and it has sent "
		"%u. The sender is right as it is given to you.",
		command_of(run), n, sent);
	expect_number(run, start);
	expect_no_turns(run);
}
END_TEST

START_TEST(no_change_is_lost)
{
	int start = draw(20, 90);

	preempt_each() expect_number(run_rounds(start, ROUNDS), start);
}
END_TEST

/* A signal is lost on its way: main() has subtracted once more than there was anything to add for.
 * Who waits for it waits for ever, and that is as well. */
START_TEST(each_signal_counts)
{
	int start = draw(20, 90), n = draw(3, 5), lost = draw(1, n);
	struct judged *run =
		judge_run("handler-race", .args = ARGS(text_of("%d", start), text_of("%d", n)),
			.what_if = true, .spin_steps = SPIN_STEPS,
			FAULTS({.call = "kill", .n = (unsigned)lost, .kind = RUN_FAULT_GONE}));
	const struct event *fault = find_event(run, EVENT_FAULT, NULL, 0, 0);

	expect_at(run, !fault || printed(run) != start, CLASS_OUTPUT, fault,
		"`%s` printed %d, and in this run that is wrong: the lab let signal number %d of "
		"the %d be lost, so that 1 is to be subtracted %d times, and added %d times only. "
		"What adds has to be the signal's own doing: the handler adds, or leaves a note by "
		"which main does. And main has to subtract in each round.",
		command_of(run), start, lost, n, n, n - 1);
}
END_TEST

START_TEST(no_data_race)
{
	judge_run("handler-race", .args = ARGS("5", text_of("%d", ROUNDS)), .variables = true);
}
END_TEST

START_TEST(failed_calls_are_reported)
{
	struct judged *run = judge_run("handler-race", .args = ARGS("5", "3"), .look_first = true,
		.may_die = true, FAULTS({.call = "fork", .n = 1, .errnum = EAGAIN}));
	const struct event *fault = find_event(run, EVENT_FAULT, NULL, 0, 0);
	const char *reason = strerror(EAGAIN);

	expect_at(run, exit_of(run) == 1, CLASS_FAULT, fault,
		"fork(2) failed in `%s` (%s), and it ended with %s instead of exit status 1. fork "
		"returns -1 then, and there is no sender: nobody reads the bytes to it.",
		command_of(run), reason, how_ended(run, MAIN));
	expect_output(run, "");
	expect_error_text(run, reason);
}
END_TEST

START_TEST(refuses_a_bad_use)
{
	const char *const *const uses[] = {ARGS("-1", "5"), ARGS("2", "1000001"), ARGS("2x", "5"),
		ARGS("2", draw_word(3)), ARGS("", "5"), ARGS("2"), ARGS("2", "2", "2"), ARGS(NULL)};
	struct judged *run = NULL;

	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		if (run)
			then_run(run, "handler-race", .args = uses[i]);
		else
			run = judge_run("handler-race", .args = uses[i]);
		expect_exit(run, 2);
		expect_errors(run, true);
		expect_output(run, "");
	}
}
END_TEST

JUDGE(CHECK(adds_up_to_what_it_was), CHECK(no_change_is_lost, .weight = 4),
	CHECK(no_data_race, .weight = 2), CHECK(each_signal_counts),
	CHECK(failed_calls_are_reported), CHECK(refuses_a_bad_use))
