/*
 * 08-semaphores/04-bounded-buffer: what was put and taken is read from the lines, and when, by the
 * virtual clock. While all consumers work the buffer is as full as it can be.
 *
 * Most checks let data races pass: their words are about the numbers. One run is about races alone,
 * for a race is one in every schedule.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/judge/judge.h"
#include "tests/exercises/uses.h"

#define BUFFER_SIZE    4
#define PROCESSES_MOST 10
#define SCHEDULES      12
#define SPIN_STEPS     2000
#define ALL_MOST       64 /* numbers in one run of this test */

/* ---- Nobody gets any further ---- */

/* "producer 1 (process 4712)": the parent creates P of them first, then the consumers. */
static const char *who(struct judged *run, int p, int task)
{
	const struct event *e;
	long long pid = (long long)pid_of(run, task);

	for (int i = 0; (e = find_event(run, EVENT_FORK, NULL, 1, (size_t)i)); i++)
		if (event_task(e, "child") == task)
			return text_of("%s %d (process %lld)", i < p ? "producer" : "consumer",
				i < p ? i : i - p, pid);
	return text_of("the parent (process %lld)", pid);
}

/* The value that a semaphore began with; -1: it is none, or nobody knows. */
static long long began_with(struct judged *run, const char *object)
{
	const struct model_object *o = object ? model_object(model_of(run), object) : NULL;

	return o && o->made_known ? event_int(o->made, "value", -1) : -1;
}

static bool is_lock(struct judged *run, const char *object)
{
	return strncmp(object, "mutex:", 6) == 0 || began_with(run, object) == 1;
}

/* How many wait for OBJECT in the deadlock. */
static int waiting_for(struct judged *run, const char *object)
{
	const struct event *e;
	int count = 0;

	for (size_t i = 0; (e = find_event(run, EVENT_WAITS, NULL, 0, i)); i++)
		count += event_text(e, "obj") && strcmp(event_text(e, "obj"), object) == 0;
	return count;
}

/* Somebody waits for a slot, or a number, and has the lock that the others wait for. */
static void expect_no_lock_held(struct judged *run, int p)
{
	const struct model *m = model_of(run);

	for (size_t i = 0; i < m->use_count; i++) {
		const struct model_use *u = &m->uses[i];
		const struct event *wait = find_event(run, EVENT_WAITS, NULL, u->task, 0);
		const char *object = wait ? event_text(wait, "obj") : NULL;

		if (u->held <= 0 || !object || !is_lock(run, u->object) ||
			strcmp(object, u->object) == 0 || waiting_for(run, u->object) == 0)
			continue;
		expect_at(run, false, CLASS_DEADLOCK, wait,
			"In `%s` %s holds mutex and waits, in line %d, for a semaphore that "
			"counts; %d others wait for mutex, and only one of them could ever post "
			"what it waits for. First wait for a slot, or for a number, and only then "
			"for mutex: who holds it must never have to wait for those who need it.",
			command_of(run), who(run, p, u->task), wait->place.line,
			waiting_for(run, u->object));
	}
}

/* Nobody has come by a semaphore that began with 0 and was never posted. */
static void expect_begun(struct judged *run)
{
	const struct event *e;
	const char *lines = "", *line;

	for (size_t i = 0; (e = find_event(run, EVENT_WAITS, NULL, 0, i)); i++) {
		const char *object = event_text(e, "obj");
		const struct model_object *o = object ? model_object(model_of(run), object) : NULL;

		if (!o || strncmp(o->id, "sem:", 4) != 0)
			continue;
		if (o->given || began_with(run, object) != 0)
			return;
		line = text_of("%d", e->place.line);
		if (!strstr(lines, line))
			lines = text_of("%s%s%s", lines, *lines ? ", " : "", line);
	}
	e = find_event(run, EVENT_WAITS, "sem_wait", 0, 0);
	expect_at(run, !*lines, CLASS_DEADLOCK, e,
		"All wait at t=%.0f: empty must start at BUFFER_SIZE. They wait at semaphores that "
		"began with 0 (line %s), and nobody has posted one yet. It is right for \"full\", "
		"which counts the numbers in the buffer; \"empty\" counts the slots without one, "
		"and at the beginning that is all of them.",
		seconds_of(run), lines);
}

/* ---- Interrupted calls ---- */

/* The next thing that TASK did with a semaphore after E; NULL. */
static const struct event *next_of(struct judged *run, const struct event *e)
{
	const struct event *next;

	for (size_t i = 0; (next = find_event(run, EVENT_CALL, NULL, e->task, i)); i++)
		if (next->step > e->step && strncmp(next->name, "sem_", 4) == 0)
			return next;
	return NULL;
}

static bool same_object(const struct event *a, const struct event *b)
{
	const char *one = event_text(a, "obj"), *other = event_text(b, "obj");

	return one && other && strcmp(one, other) == 0;
}

/* A sem_wait that was interrupted is made again, and nothing else. */
static void expect_waits_again(struct judged *run)
{
	const struct event *e, *next;

	for (size_t i = 0; (e = find_event(run, EVENT_CALL, "sem_wait", 0, i)); i++) {
		if (!event_text(e, "err") || strcmp(event_text(e, "err"), "EINTR") != 0)
			continue;
		next = next_of(run, e);
		expect_at(run,
			!next || (strcmp(next->name, "sem_wait") == 0 && same_object(next, e)),
			CLASS_FAULT, e,
			"sem_wait() returned -1 with EINTR at event %llu (%s:%d), and process %lld "
			"went on as if it had succeeded: its next call was %s() of %s. A signal "
			"has come and nothing was taken. Who goes on has no slot, no number, or no "
			"lock. Wait again: while (sem_wait(s) == -1 && errno == EINTR).",
			(unsigned long long)e->step, e->place.file ? e->place.file : "?",
			e->place.line, (long long)pid_of(run, e->task), next->name,
			same_object(next, e) ? "what it had not got" : "another one");
	}
}

/* ---- What was put and taken ---- */

struct count {
	int puts, takes;
	const struct event *put, *took; /* the last ones */
};

struct traffic {
	struct judged *run;
	int p, n;
	struct count of[ALL_MOST];
};

/* The I-th call (from 0) that wrote to standard output; NULL. */
static const struct event *line_at(struct judged *run, size_t n)
{
	const struct event *e;

	for (size_t i = 0; (e = find_event(run, EVENT_CALL, NULL, 0, i)); i++)
		if (event_text(e, "obj") && event_text(e, "data") &&
			strcmp(event_text(e, "obj"), "stdout") == 0 && n-- == 0)
			return e;
	return NULL;
}

/* "put 3\n" or "took 3\n", and nothing else. */
static int read_line(const struct traffic *t, const struct event *e, bool *put)
{
	const char *text = event_text(e, "data");
	const char *digits = text + (strncmp(text, "put ", 4) == 0 ? 4 : 5);
	char *end;
	long number;

	*put = strncmp(text, "put ", 4) == 0;
	expect_at(t->run, *put || strncmp(text, "took ", 5) == 0, CLASS_OUTPUT, e,
		"`%s` wrote %s, where there should be one line, \"put NUMBER\" or \"took NUMBER\".",
		command_of(t->run), shown(text));
	number = strtol(digits, &end, 10);
	expect_at(t->run, end > digits && strcmp(end, "\n") == 0, CLASS_OUTPUT, e,
		"`%s` wrote %s, where there should be one line with one number, at the moment at "
		"which it is true. If there are several lines, they have been in the process until "
		"now: fflush(stdout) after each.",
		command_of(t->run), shown(text));
	expect_at(t->run, number >= 0 && number < (long)t->p * t->n, CLASS_OUTPUT, e,
		"`%s` wrote %s, and the producers have only the numbers 0 to %d. What was taken "
		"had never been put: the slot was empty, or an end mark.",
		command_of(t->run), shown(text), t->p * t->n - 1);
	return (int)number;
}

static struct traffic read_traffic(struct judged *run, int p, int n)
{
	struct traffic t = {.run = run, .p = p, .n = n};
	const struct event *e;

	for (size_t i = 0; (e = line_at(run, i)); i++) {
		bool put;
		struct count *c = &t.of[read_line(&t, e, &put)];

		c->puts += put;
		c->takes += !put;
		*(put ? &c->put : &c->took) = e;
	}
	return t;
}

/* The I-th of the two uses of the first race: they follow it. NULL: there is no race. */
static const struct event *use_of(struct judged *run, size_t i)
{
	const struct event_log *log = log_of(run);
	const struct event *race = find_event(run, EVENT_RACE, NULL, 0, 0);
	size_t at = race ? (size_t)race->step + i : log->count;

	return at < log->count && log->events[at]->kind == EVENT_ACCESS ? log->events[at] : NULL;
}

/* How many semaphores begin with as many as there are slots. */
static int large_semaphores(struct judged *run)
{
	const struct event *e;
	int count = 0;

	for (size_t i = 0; (e = find_event(run, EVENT_CALL, "sem_init", 0, i)); i++)
		count += event_int(e, "value", 0) >= BUFFER_SIZE;
	return count;
}

/* Why a number is not there, or there twice. */
static const char *why(struct judged *run)
{
	const struct event *a = use_of(run, 1), *b = use_of(run, 2);

	if ((!a || !b) && count_events(run, EVENT_CALL, "pthread_cond_wait", 0) > 0)
		return "Who has been woken at a condition variable may find that another one was "
		       "faster, and the ring is empty (or full) again. So ask again: while, and "
		       "not if, around pthread_cond_wait().";
	if ((!a || !b) && large_semaphores(run) > 1)
		return "More than one semaphore begins with BUFFER_SIZE. That is right for "
		       "\"empty\", which counts the free slots. \"full\" counts the numbers in "
		       "the buffer, and at the beginning there are none: what is taken then was "
		       "never put.";
	if (!a || !b)
		return "There is no data race, so that it is not two who came to the same slot at "
		       "once: look who counts what, and when.";
	return text_of("The buffer was used by two at once: process %lld in %s:%d and process %lld "
		       "in %s:%d, with nothing that makes one wait for the other. Both take the "
		       "same `in` (or `out`), and one of them is lost. %s",
		(long long)pid_of(run, a->task), a->place.file ? a->place.file : "?", a->place.line,
		(long long)pid_of(run, b->task), b->place.file ? b->place.file : "?", b->place.line,
		count_events(run, EVENT_CALL, "sem_wait", 0) > 0
			? "To count slots keeps out who would find none, but not two who have "
			  "found one each: that takes a lock as well, around counter and slot."
			: "That takes a lock, around counter and slot.");
}

static void expect_none_doubled(struct judged *run, int p, int n)
{
	struct traffic t = read_traffic(run, p, n);

	for (int i = 0; i < p * n; i++)
		expect_at(run, t.of[i].takes <= 1, CLASS_SCHEDULE, t.of[i].took,
			"In `%s` the number %d was put once and taken %d times. %s",
			command_of(run), i, t.of[i].takes, why(run));
}

static void expect_none_lost(struct judged *run, int p, int n)
{
	struct traffic t = read_traffic(run, p, n);

	for (int i = 0; i < p * n; i++) {
		const struct count *c = &t.of[i];

		expect_at(run, c->puts == 1, CLASS_OUTPUT, c->put,
			"In `%s` the line \"put %d\" came %d times. It should be once.",
			command_of(run), i, c->puts);
		expect_at(run, c->takes == 1, CLASS_SCHEDULE, c->put,
			"In `%s` the number %d was put and never taken. %s", command_of(run), i,
			why(run));
	}
}

static struct judged *start_bbuf(int p, int c, int n, const char *schedule)
{
	return judge_start("bbuf",
		.args = ARGS(text_of("%d", p), text_of("%d", c), text_of("%d", n)),
		.schedule = schedule, .may_race = true, .look_first = true,
		.spin_steps = SPIN_STEPS);
}

/* A consumer waits for a number although all have been taken. */
static void expect_told_of_end(struct judged *run, int p, int n)
{
	struct traffic t = read_traffic(run, p, n);
	const struct event *wait = NULL, *e;

	for (int i = 0; i < p * n; i++)
		if (t.of[i].takes != 1)
			return;
	for (size_t i = 0; (e = find_event(run, EVENT_WAITS, NULL, 0, i)); i++)
		if (e->task != 1)
			wait = e;
	expect_at(run, !wait, CLASS_DEADLOCK, wait,
		"In `%s` all %d numbers have been taken, and %s still waits (%s) for another one. "
		"Nobody has told it that there will be none: who takes an end mark goes home with "
		"it, and each consumer needs one of its own.",
		command_of(run), p * n, who(run, p, wait->task), wait->name);
}

/* It has come to its end, and all is as it should be. */
static void expect_done(struct judged *run, int p, int n)
{
	until_end(run);
	expect_waits_again(run);
	expect_none_doubled(run, p, n);
	if (hangs(run)) {
		expect_no_lock_held(run, p);
		expect_begun(run);
		expect_told_of_end(run, p, n);
	}
	expect_sound(run);
	expect_exit(run, 0);
	expect_none_lost(run, p, n);
}

/* ---- The checks ---- */

/* With one consumer the lines are in the order in which the numbers come out. */
static void expect_first_in_first_out(struct judged *run, int p, int n)
{
	struct traffic t = {.run = run, .p = p, .n = n};
	int last[PROCESSES_MOST];
	const struct event *e;

	for (int i = 0; i < p; i++)
		last[i] = -1;
	for (size_t i = 0; (e = line_at(run, i)); i++) {
		bool put;
		int number = read_line(&t, e, &put);

		if (put)
			continue;
		expect_at(run, number > last[number / n], CLASS_OUTPUT, e,
			"In `%s` the number %d was taken after %d. One producer has put both, %d "
			"first: what is put first is taken first.",
			command_of(run), number, last[number / n], number);
		last[number / n] = number;
	}
}

START_TEST(each_number_goes_through)
{
	int p = draw(2, 3), n = draw(4, 6);
	struct judged *run = start_bbuf(p, 1, n, NULL);

	expect_done(run, p, n);
	expect_first_in_first_out(run, p, n);
	expect(run, forks_of(run, 0) == (unsigned)p + 1, CLASS_OUTPUT,
		"`%s` created %u processes, and there should be %d producers and one consumer.\n"
		"Who forked whom: %s",
		command_of(run), forks_of(run, 0), p, tree_of(run));
}
END_TEST

/* While all consumers work on what they have taken first. */
START_TEST(all_slots_are_used)
{
	const int p = 2, c = draw(2, 3), n = 6;
	struct judged *run = start_bbuf(p, c, n, "natural");
	struct traffic t;
	int puts = 0, takes = 0;

	until_time(run, 0.5);
	expect_sound(run);
	t = read_traffic(run, p, n);
	for (int i = 0; i < p * n; i++) {
		puts += t.of[i].puts;
		takes += t.of[i].takes;
	}
	if (takes < c)
		expect_done(run, p, n); /* a deadlock has better words */
	expect(run, takes == c, CLASS_TIME,
		"`%s`, after half a second: of %d consumers %d have taken a number. Each of them "
		"should work on one by now, for there are enough, and nobody has to wait until "
		"another one has done its work.",
		command_of(run), c, takes);
	expect(run, puts >= c + BUFFER_SIZE, CLASS_OUTPUT,
		"`%s`, after half a second: its %d consumers work, the producers have put %d "
		"numbers and wait. There should be %d: those that were taken, and %d in the "
		"buffer. A slot is free as soon as its number was taken out, and none is kept "
		"empty to tell a full ring from an empty one.",
		command_of(run), c, puts, c + BUFFER_SIZE, BUFFER_SIZE);
	expect(run, puts == c + BUFFER_SIZE, CLASS_OUTPUT,
		"`%s`, after half a second: its %d consumers work, and the producers have put %d "
		"numbers. There can only be %d: those that were taken, and %d in the buffer.",
		command_of(run), c, puts, c + BUFFER_SIZE, BUFFER_SIZE);
	expect_done(run, p, n);
	expect(run, seconds_of(run) < p * n / c + 0.5, CLASS_TIME,
		"`%s` took %.0f s. %d consumers who work on %d numbers for one second each, at the "
		"same time, need %d s.",
		command_of(run), seconds_of(run), c, p * n, p * n / c);
}
END_TEST

/* Many who put; and many who wait for what one puts now and then. */
START_TEST(nothing_is_lost_or_doubled)
{
	explore(SCHEDULES)
	{
		expect_done(start_bbuf(1, 3, 1, NULL), 1, 1);
		expect_done(start_bbuf(2, 2, 2, NULL), 2, 2);
	}
}
END_TEST

START_TEST(no_data_race)
{
	judge_run("bbuf", .args = ARGS("2", "2", "2"));
}
END_TEST

/* Nobody wakes up by the clock but from its work. */
START_TEST(who_waits_sleeps)
{
	struct judged *run = start_bbuf(1, 2, 3, "natural");
	const struct event *wake, *last, *e;

	expect_done(run, 1, 3);
	for (size_t i = 0; (wake = find_event(run, EVENT_EXPIRE, NULL, 0, i)); i++) {
		last = NULL;
		for (size_t k = 0; (e = line_at(run, k)); k++)
			if (e->task == wake->task && e->step < wake->step)
				last = e;
		for (size_t k = 0; (e = find_event(run, EVENT_EXPIRE, NULL, wake->task, k)); k++)
			if (last && e->step > last->step && e->step < wake->step)
				last = NULL;
		e = find_event(run, EVENT_BLOCK, wake->name, wake->task, 0);
		expect_at(run, last && strncmp(event_text(last, "data"), "took ", 5) == 0,
			CLASS_TIME, e,
			"In `%s` process %lld woke up by the clock at %.3f s (%s), and had nothing "
			"to work on: it comes back to look again. Who has to wait sleeps until "
			"somebody lets it go on, and that is what sem_wait() and sem_post() do.",
			command_of(run), (long long)pid_of(run, wake->task), seconds_at(wake),
			wake->name);
	}
}
END_TEST

#define INTERRUPTED(name)                                                                    \
	{                                                                                    \
		.call = (name), .one_in = 3, .seed = (uint64_t)seed, .kind = RUN_FAULT_EINTR \
	}

START_TEST(interrupted_waits_begin_anew)
{
	for (int seed = 1; seed <= 2; seed++) {
		struct judged *run = judge_start("bbuf", .args = ARGS("2", "2", "3"),
			.schedule = "natural", .may_race = true, .look_first = true,
			.spin_steps = SPIN_STEPS,
			FAULTS(INTERRUPTED("sem_wait"), INTERRUPTED("semop"), INTERRUPTED("read"),
				INTERRUPTED("mq_send"), INTERRUPTED("mq_receive")));
		const struct event *fault;

		until_end(run);
		fault = find_event(run, EVENT_FAULT, NULL, 0, 0);
		expect_waits_again(run);
		expect_at(run, !fault || exit_of(run) == 0 || hangs(run), CLASS_FAULT, fault,
			"A signal came while `%s` was about to wait: %s() returned -1 with EINTR. "
			"It ended with %s, and on standard error there is %s. That was no failure: "
			"wait again.",
			command_of(run), fault->name, how_ended(run, 1), shown(errors_of(run)));
		expect_done(run, 2, 3);
	}
}
END_TEST

START_TEST(refuses_a_bad_use)
{
	const char *const *const uses[] = {ARGS("0", "1", "5"),
		ARGS("1", text_of("%d", PROCESSES_MOST + 1), "5"), ARGS("2x", "1", "5"),
		ARGS("1", "1", draw_word(3)), ARGS("1", "1"), ARGS("1", "1", "1", "1")};

	expect_bad_uses("bbuf", uses, sizeof(uses) / sizeof(uses[0]));
}
END_TEST

JUDGE(CHECK(each_number_goes_through, .weight = 2), CHECK(all_slots_are_used, .weight = 2),
	CHECK(nothing_is_lost_or_doubled, .long_one = true, .weight = 3),
	CHECK(no_data_race, .weight = 2), CHECK(who_waits_sleeps),
	CHECK(interrupted_waits_begin_anew), CHECK(refuses_a_bad_use))
