/*
 * 08-semaphores/06-philosophers: who eats when is read from the lines, each at the time at which it
 * was written.
 *
 * Nothing here depends on how the philosophers agree. Only the words for a circle of those who wait
 * look at semaphores; what waits for something else has the words that every program gets.
 */
#include "config.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/judge/judge.h"
#include "tests/exercises/uses.h"

#define SCHEDULES         12
#define PHILOSOPHERS_MOST 20
#define MEAL              0.999 /* seconds, at least */
#define SPIN_STEPS        2000

/* ---- Nobody gets any further ---- */

/* The number of a philosopher: the parent creates them in order. */
static int number_of(struct judged *run, int task)
{
	const struct event *e;

	for (size_t i = 0; (e = find_event(run, EVENT_FORK, NULL, 1, i)); i++)
		if (event_task(e, "child") == task)
			return (int)i;
	return -1;
}

/* Of the semaphores that were made in one line, as OBJECT was, which one it is; -1. */
static int fork_number(struct judged *run, const char *object)
{
	const struct model_object *o = model_object(model_of(run), object);
	const struct event *e;
	int number = 0, all = 0;

	if (!o || !o->made_known || !o->made->place.file)
		return -1;
	for (size_t i = 0; (e = find_event(run, EVENT_CALL, o->made->name, 1, i)); i++) {
		if (!e->place.file || e->place.line != o->made->place.line)
			continue;
		all++;
		number += e->step < o->made->step;
	}
	return all > 1 ? number : -1;
}

/* What TASK waits for in the deadlock; NULL. */
static const struct event *wait_of(struct judged *run, int task)
{
	return find_event(run, EVENT_WAITS, NULL, task, 0);
}

/* Who has taken OBJECT and not put it back; 0: nobody. */
static int holder_of(struct judged *run, const char *object)
{
	const struct model *m = model_of(run);

	for (size_t i = 0; object && i < m->use_count; i++)
		if (m->uses[i].held > 0 && strcmp(m->uses[i].object, object) == 0)
			return m->uses[i].task;
	return 0;
}

/* The task that holds what TASK waits for, if both are philosophers and it is a fork; 0. */
static int next_of(struct judged *run, int task)
{
	const struct event *wait = wait_of(run, task);
	const char *object = wait ? event_text(wait, "obj") : NULL;
	int holder = holder_of(run, object);

	return holder && number_of(run, holder) >= 0 && fork_number(run, object) >= 0 ? holder : 0;
}

/* "P0 holds f0 waits f1, P1 holds f1 waits f0", beginning with P0 if it is in it. */
static const char *circle(struct judged *run, int n)
{
	BUF_SCOPED text = BUF_INIT;

	for (int first = 2; first <= n + 1; first++) {
		int task = first, before = 0, length = 0;

		buf_clear(&text);
		for (; task && length <= n; length++) {
			if (length && task == first)
				break;
			before = task;
			task = next_of(run, task);
		}
		if (task != first || length < 2)
			continue;
		for (int i = 0; i < length; i++, task = next_of(run, task)) {
			buf_printf(&text, "%sP%d holds f%d waits f%d", i ? ", " : "",
				number_of(run, task),
				fork_number(run, event_text(wait_of(run, before), "obj")),
				fork_number(run, event_text(wait_of(run, task), "obj")));
			before = task;
		}
		return text_of("%s", buf_text(&text));
	}
	return NULL;
}

/* A semaphore that lets in all N, so that it might as well not be there; NULL. */
static const struct event *wide_door(struct judged *run, int n)
{
	const struct event *e;

	for (size_t i = 0; (e = find_event(run, EVENT_CALL, "sem_init", 0, i)); i++)
		if (event_int(e, "value", 0) >= n)
			return e;
	return NULL;
}

static void expect_no_circle(struct judged *run, int n)
{
	const char *all = hangs(run) ? circle(run, n) : NULL;
	const struct event *wait = all ? wait_of(run, 2) : NULL;
	const struct event *door = all ? wide_door(run, n) : NULL;

	expect_at(run, !door, CLASS_DEADLOCK, wait,
		"Cycle: %s. Nobody will ever eat. (P0 is the first child, f0 the first of those "
		"semaphores.) All %d are in the room: the semaphore that should keep somebody out "
		"begins with %lld. With N - 1 inside there is always one who gets two forks.",
		all, n, (long long)event_int(door, "value", 0));
	expect_at(run, !all, CLASS_DEADLOCK, wait,
		"Cycle: %s. Nobody will ever eat. (P0 is the first child, f0 the first of those "
		"semaphores.) Each holds one fork and waits for the next one's. Let the circle "
		"never close: everybody takes the fork with the lower number first, say, or only N "
		"- 1 of them may reach for forks at a time.",
		all);
}

/* The last one's right fork is the first one's left. */
static void expect_round(struct judged *run, int n)
{
	for (int task = 2; hangs(run) && task <= n + 1; task++) {
		const struct event *wait = wait_of(run, task);
		const char *object = wait ? event_text(wait, "obj") : NULL;
		const struct model_object *o = model_object(model_of(run), object);

		if (!o || strncmp(o->id, "sem:", 4) != 0)
			continue;
		expect_at(run, o->made_known || o->path, CLASS_DEADLOCK, wait,
			"In `%s` philosopher %d waits for a semaphore that is none of those which "
			"were initialised, and nobody will ever post it. The table is round: to "
			"the right of philosopher %d lies fork 0 again, which is (i + 1) %% N.",
			command_of(run), number_of(run, task), n - 1);
	}
}

/* How many semaphores TASK has posted since it last wrote a line. */
static unsigned posts_of(struct judged *run, int task)
{
	const struct event_log *log = log_of(run);
	unsigned posts = 0;

	for (size_t i = 0; i < log->count; i++) {
		const struct event *e = log->events[i];

		if (e->task == task && event_is(e, EVENT_CALL, "write"))
			posts = 0;
		posts += e->task == task && event_is(e, EVENT_CALL, "sem_post");
	}
	return posts;
}

static void expect_no_livelock(struct judged *run)
{
	const struct event *spin = find_event(run, EVENT_SPIN, NULL, 0, 0), *e;
	unsigned vain = 0;

	for (size_t i = 0; (e = find_event(run, EVENT_CALL, "sem_trywait", 0, i)); i++)
		vain += event_int(e, "ret", 0) == -1;
	if (!spin || !vain)
		return;
	expect_at(run, posts_of(run, spin->task) > 2, CLASS_SPIN, spin,
		"Somebody asks for a fork again and again (sem_trywait: EAGAIN, %u times in %.3f "
		"s), and does not sleep in between. While a neighbour eats that keeps a processor "
		"busy for nothing, be it with sched_yield() or without. Who has to wait sleeps "
		"until the fork is there: sem_wait().",
		vain, seconds_of(run));
	expect_at(run, false, CLASS_SPIN, spin,
		"Livelock: somebody took one fork, did not get the other (sem_trywait: EAGAIN), "
		"put the first one back and took it again, %u times in %.3f s, and nobody slept. "
		"While a neighbour eats that keeps a processor busy for nothing; and when all of "
		"them do it in step, all take the left one, put it back, and nobody ever eats. Who "
		"has to wait sleeps until the fork is there: sem_wait().",
		vain, seconds_of(run));
}

/* ---- Who eats when ---- */

struct table {
	struct judged *run;
	int n;
	double since[PHILOSOPHERS_MOST]; /* when the meal began; below 0: does not eat */
	int meals[PHILOSOPHERS_MOST];
	int eating, most; /* at the same time, ever */
};

/* "3 eats\n" or "3 has eaten\n", and nothing else. */
static void read_line(const struct table *t, const struct event *e, int *who, bool *begins)
{
	const char *text = event_text(e, "data");
	char *end;
	long number = strtol(text, &end, 10);

	*begins = strcmp(end, " eats\n") == 0;
	*who = (int)number;
	expect_at(t->run,
		text[0] >= '0' && text[0] <= '9' && (*begins || strcmp(end, " has eaten\n") == 0),
		CLASS_OUTPUT, e,
		"`%s` wrote %s, where there should be one line, \"NUMBER eats\" or \"NUMBER has "
		"eaten\", at the moment at which it is true. If there are several lines, they have "
		"been in the process until now: fflush(stdout) after each.",
		command_of(t->run), shown(text));
	expect_at(t->run, number < t->n, CLASS_OUTPUT, e,
		"`%s` wrote %s, and there are only the philosophers 0 to %d.", command_of(t->run),
		shown(text), t->n - 1);
}

static void begin_meal(struct table *t, const struct event *e, int who)
{
	int beside[] = {(who + 1) % t->n, (who + t->n - 1) % t->n};

	expect_at(t->run, t->since[who] < 0, CLASS_OUTPUT, e,
		"In `%s` philosopher %d begins to eat a second time before it has eaten.",
		command_of(t->run), who);
	for (int i = 0; i < 2; i++)
		expect_at(t->run, t->since[beside[i]] < 0, CLASS_SCHEDULE, e,
			"In `%s` philosopher %d began to eat at %.3f s, and its neighbour %d had "
			"been eating since %.3f s: they share a fork. Both forks must be in hand "
			"before the first line, and stay there until after the second one; and all "
			"must mean the same fork, which takes semaphores in shared memory "
			"(MAP_SHARED) that begin with 1.",
			command_of(t->run), who, seconds_at(e), beside[i], t->since[beside[i]]);
	t->since[who] = seconds_at(e);
	t->eating++;
	if (t->eating > t->most)
		t->most = t->eating;
}

static void end_meal(struct table *t, const struct event *e, int who)
{
	double took = seconds_at(e) - t->since[who];

	expect_at(t->run, t->since[who] >= 0, CLASS_OUTPUT, e,
		"In `%s` philosopher %d has eaten, and had not begun.", command_of(t->run), who);
	expect_at(t->run, took >= MEAL, CLASS_TIME, e,
		"In `%s` a meal of philosopher %d took %.3f s. It should be one second: sleep(1) "
		"between its two lines.",
		command_of(t->run), who, took);
	t->since[who] = -1;
	t->meals[who]++;
	t->eating--;
}

/* Looks at all lines; how many have eaten at the same time at most. */
static int expect_meals(struct judged *run, int n, int k)
{
	struct table t = {.run = run, .n = n};
	const struct event *e;

	for (int i = 0; i < n; i++)
		t.since[i] = -1;
	for (size_t i = 0; (e = find_event(run, EVENT_CALL, NULL, 0, i)); i++) {
		int who;
		bool begins;

		if (!event_text(e, "data") || !event_text(e, "obj") ||
			strcmp(event_text(e, "obj"), "stdout") != 0)
			continue;
		read_line(&t, e, &who, &begins);
		(begins ? begin_meal : end_meal)(&t, e, who);
	}
	for (int i = 0; i < n; i++)
		expect(run, t.meals[i] == k, CLASS_OUTPUT,
			"In `%s` philosopher %d has eaten %d times. It should be %d.",
			command_of(run), i, t.meals[i], k);
	return t.most;
}

/* ---- Who is hungry ---- */

/* What one of them has done since its last meal. */
struct hunger {
	bool eats;
	bool vain;                /* it has tried to get something, and did not get it */
	const struct event *nap;  /* the last call that slept for a time */
	struct event_place place; /* of that */
};

/* A call that says "not now". */
static bool in_vain(const struct event *e)
{
	const char *err = e->kind == EVENT_CALL ? event_text(e, "err") : NULL;

	return err && (strcmp(err, "EAGAIN") == 0 || strcmp(err, "EBUSY") == 0 ||
			      strcmp(err, "ETIMEDOUT") == 0);
}

/* A sleep for a time, of whatever length, has ended. */
static bool is_nap(const struct event *e)
{
	return e->kind == EVENT_CALL && strstr(e->name, "nanosleep") != NULL;
}

/* Any other wait has, by the clock. */
static bool is_expiry(const struct event *e)
{
	return e->kind == EVENT_EXPIRE && !strstr(e->name, "nanosleep");
}

static bool same_place(const struct event_place *a, const struct event_place *b)
{
	return a->line == b->line && a->file && b->file && strcmp(a->file, b->file) == 0;
}

/* E is of one whose hunger is H. true: it has come back to look again. A nap that comes once in a
 * place, and after nothing that failed, is none: it waits for nobody. */
static bool comes_back(struct hunger *h, const struct event *e)
{
	const char *obj = event_text(e, "obj"), *text = event_text(e, "data");
	bool nap = is_nap(e);

	if (e->kind == EVENT_CALL && text && obj && strcmp(obj, "stdout") == 0)
		*h = (struct hunger){.eats = strstr(text, " eats\n") != NULL};
	if (h->eats)
		return false;
	h->vain |= in_vain(e);
	if (is_expiry(e) || (nap && (h->vain || (h->nap && same_place(&h->place, &e->place)))))
		return true;
	if (nap) {
		h->nap = e;
		h->place = e->place;
	}
	return false;
}

static void expect_nobody_comes_back(struct judged *run)
{
	struct hunger hungers[PHILOSOPHERS_MOST + 2] = {{0}}; /* by task */
	const struct event_log *log = log_of(run);

	for (size_t i = 0; i < log->count; i++) {
		const struct event *e = log->events[i];

		if (e->task < 2 || e->task > PHILOSOPHERS_MOST + 1 ||
			!comes_back(&hungers[e->task], e))
			continue;
		expect_at(run, number_of(run, e->task) < 0, CLASS_TIME, e,
			"In `%s` philosopher %d woke up by the clock at %.3f s (%s), and it was "
			"not eating: it comes back to look again. That keeps the processor busy, "
			"and a fork that is put back meanwhile lies there unused, or is always "
			"taken by somebody who happens to look sooner. Who has to wait sleeps "
			"until the fork is there.",
			command_of(run), number_of(run, e->task), seconds_at(e), e->name);
	}
}

/* Runs it, and looks at everything but who ate together. NULL: under the one to be explored. */
static int run_dine(int n, int k, const char *schedule, struct judged **run)
{
	*run = judge_run("dine", .args = ARGS(text_of("%d", n), text_of("%d", k)),
		.schedule = schedule, .look_first = true, .spin_steps = SPIN_STEPS);
	expect_no_livelock(*run);
	if (find_event(*run, EVENT_LIMIT, NULL, 0, 0)) /* of steps that come to nothing */
		expect_nobody_comes_back(*run);
	expect_no_circle(*run, n);
	expect_round(*run, n);
	expect_sound(*run);
	expect_exit(*run, 0);
	return expect_meals(*run, n, k);
}

START_TEST(everybody_eats)
{
	int n = draw(3, 5);
	struct judged *run;

	run_dine(n, draw(2, 3), NULL, &run);
	expect(run, forks_of(run, 0) == (unsigned)n, CLASS_OUTPUT,
		"`%s` created %u processes, and there should be one for each philosopher, and "
		"nobody else.\nWho forked whom: %s",
		command_of(run), forks_of(run, 0), tree_of(run));
}
END_TEST

START_TEST(nobody_waits_for_ever)
{
	explore(SCHEDULES)
	{
		struct judged *run;

		run_dine(3, 1, NULL, &run);
	}
	explore(SCHEDULES)
	{
		struct judged *run;

		run_dine(2, 2, NULL, &run);
	}
}
END_TEST

/* In some order; there are others in which a row of neighbours has to wait for one another. */
START_TEST(two_can_eat_at_once)
{
	struct judged *run;
	int most = run_dine(4, 1, "natural", &run);

	for (int i = 1; most < 2 && i <= SCHEDULES; i++)
		most = run_dine(4, 1, text_of("random:%d", i), &(struct judged *){NULL});
	expect(run, most >= 2, CLASS_TIME,
		"N=4,K=1 took %.0f s; two can eat at once, 2 s suffice. Under none of %d schedules "
		"has anybody eaten while another one did. Philosophers 0 and 2 have no fork in "
		"common, nor have 1 and 3: what keeps neighbours apart must not keep those apart.",
		seconds_of(run), SCHEDULES + 1);
}
END_TEST

/* Whoever finds no fork, or only one, in whatever order they come. */
START_TEST(the_hungry_sleep)
{
	explore(SCHEDULES)
	{
		struct judged *run;

		run_dine(4, 2, NULL, &run);
		expect_nobody_comes_back(run);
	}
}
END_TEST

/* ---- What can fail ---- */

static void expect_fork_reported(int n, int nth)
{
	struct judged *run = judge_run("dine", .args = ARGS(text_of("%d", n), "1"),
		FAULTS({.call = "fork", .n = (unsigned)nth, .errnum = EAGAIN}));
	const struct event *fault = find_event(run, EVENT_FAULT, NULL, 0, 0);
	const struct event *left = find_event(run, EVENT_ADOPT, NULL, 0, 0);
	const char *reason = strerror(EAGAIN);

	expect_at(run, exit_of(run) == 1 && strstr(errors_of(run), reason), CLASS_FAULT, fault,
		"Fork number %d of `%s` failed (%s), and it ended with %s; on standard error there "
		"is %s. fork() returns -1 then, and there is one philosopher too few: say so, with "
		"the words of strerror(3) or perror(3), and end with exit status 1.",
		nth, command_of(run), reason, how_ended(run, 1), shown(errors_of(run)));
	expect_at(run, forks_of(run, 0) < (unsigned)nth, CLASS_FAULT, fault,
		"Fork number %d of `%s` failed (%s), and it went on creating philosophers. The "
		"machine is full: create no more.",
		nth, command_of(run), reason);
	expect_at(run, !left, CLASS_LEAK, left,
		"Fork number %d of `%s` failed (%s), and the parent ended while a philosopher was "
		"still at the table. Wait for those that were created.",
		nth, command_of(run), reason);
}

START_TEST(failed_fork_is_reported)
{
	expect_fork_reported(3, 2);
}
END_TEST

START_TEST(refuses_a_bad_use)
{
	const char *const *const uses[] = {ARGS("1", "5"), ARGS("3", "0"),
		ARGS(text_of("%d", PHILOSOPHERS_MOST + 1), "5"), ARGS("3x", "5"),
		ARGS("3", draw_word(3)), ARGS("3"), ARGS("3", "3", "3")};

	expect_bad_uses("dine", uses, sizeof(uses) / sizeof(uses[0]));
}
END_TEST

JUDGE(CHECK(everybody_eats, .weight = 2), CHECK(nobody_waits_for_ever, .weight = 3),
	CHECK(two_can_eat_at_once, .weight = 2), CHECK(the_hungry_sleep),
	CHECK(failed_fork_is_reported), CHECK(refuses_a_bad_use))
