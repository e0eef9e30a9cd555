/*
 * The race detector against one that is slow and plain: many drawn traces. The plain one keeps for
 * each event the set of all events before it, for each byte of a lock, a stream or an atomic who
 * published there, and compares each pair of accesses. Each report must be of two accesses that it
 * finds unordered too, on those bytes; and each byte on which it finds a race must be in a report.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/rng.h"
#include "lab/race/race.h"
#include "tests/unit/text_log.h"

#define TRACES  2000
#define EVENTS  48
#define TASKS   4
#define OBJECTS 2
#define BYTES   12
#define KEYS    2

_Static_assert(EVENTS <= 64, "the events before one are bits of a word");

/* Events that published something, oldest first. */
struct list {
	int of[EVENTS * BYTES], count;
};

struct world {
	uint64_t before[EVENTS]; /* which events are before each */
	int count;
	int last[TASKS + 1]; /* the last event of each task; -1 */
	bool begun[TASKS + 1], over[TASKS + 1];
	struct race_access access[EVENTS];
	int task[EVENTS];
	bool is_access[EVENTS];
	struct list released[KEYS], tokens[KEYS], stream[KEYS], messages[KEYS];
	struct list alone[BYTES], shared[BYTES]; /* of the lock with ranges */
	int holder[BYTES][TASKS + 1];            /* 0, 1 alone, 2 shared */
	struct list heads[OBJECTS][BYTES];       /* of the release sequence of each byte */
	struct race *race;
	struct buf text;
};

static void add(struct list *l, int event)
{
	l->of[l->count++] = event;
}

/* The oldest of L, or -1. */
static int take(struct list *l)
{
	int event = l->count ? l->of[0] : -1;

	if (l->count)
		memmove(l->of, l->of + 1, (size_t)--l->count * sizeof(int));
	return event;
}

static void order(struct world *w, int before, int after)
{
	if (before >= 0)
		w->before[after] |= w->before[before] | (uint64_t)1 << before;
}

static void order_all(struct world *w, const struct list *before, int after)
{
	for (int i = 0; i < before->count; i++)
		order(w, before->of[i], after);
}

static int event(struct world *w, int task)
{
	int e = w->count++;

	order(w, w->last[task], e);
	w->last[task] = e;
	w->task[e] = task;
	race_at(w->race, (uint64_t)e, (uint64_t)e + 1);
	return e;
}

static bool is_atomic(enum race_kind kind)
{
	return kind >= RACE_ATOMIC_READ;
}

static bool writes(enum race_kind kind)
{
	return kind == RACE_WRITE || kind == RACE_VOLATILE_WRITE || kind == RACE_ATOMIC_WRITE ||
	       kind == RACE_ATOMIC_UPDATE;
}

/* What the kind and order of the access do to the release sequences of its bytes. */
static void synchronise(struct world *w, int e)
{
	const struct race_access *a = &w->access[e];
	bool acquires = a->order != RACE_RELAXED && a->order != RACE_RELEASE;

	for (uint64_t i = a->offset; i < a->offset + a->size; i++) {
		struct list *heads = &w->heads[a->object][i];

		if ((a->kind == RACE_ATOMIC_READ || a->kind == RACE_ATOMIC_UPDATE) && acquires)
			order_all(w, heads, e);
	}
	for (uint64_t i = a->offset; i < a->offset + a->size; i++) {
		struct list *heads = &w->heads[a->object][i];

		if (writes(a->kind) && a->kind != RACE_ATOMIC_UPDATE)
			heads->count = 0; /* its own earlier ones are in the new one */
		if ((a->kind == RACE_ATOMIC_WRITE || a->kind == RACE_ATOMIC_UPDATE) &&
			a->order >= RACE_RELEASE)
			add(heads, e);
	}
}

static void draw_access(struct world *w, struct rng *rng, int task)
{
	static const enum race_order loads[] = {RACE_RELAXED, RACE_ACQUIRE, RACE_SEQ_CST},
				     stores[] = {RACE_RELEASE, RACE_SEQ_CST};
	int e = event(w, task);
	struct race_access *a = &w->access[e];

	a->object = rng_below(rng, OBJECTS);
	a->offset = rng_below(rng, BYTES);
	a->size = 1 + rng_below(rng, BYTES - a->offset);
	a->kind = (enum race_kind)rng_below(rng, 7);
	if (a->kind == RACE_ATOMIC_READ)
		a->order = loads[rng_below(rng, 3)];
	else if (a->kind == RACE_ATOMIC_WRITE)
		a->order = stores[rng_below(rng, 2)];
	else if (a->kind == RACE_ATOMIC_UPDATE)
		a->order = (enum race_order)rng_below(rng, 6);
	w->is_access[e] = true;
	synchronise(w, e);
	race_access(w->race, task, a);
	buf_printf(&w->text, "%d access %d of %d+%d order %d kind %d; ", task, (int)a->object,
		(int)a->offset, (int)a->size, (int)a->order, (int)a->kind);
}

/* What TASK holds of byte I it holds no more, from event E on. */
static void let_go(struct world *w, uint64_t i, int task, int e)
{
	if (w->holder[i][task])
		add(w->holder[i][task] == 2 ? &w->shared[i] : &w->alone[i], e);
	w->holder[i][task] = 0;
}

static void draw_task(struct world *w, struct rng *rng, int task)
{
	int other = 2 + (int)rng_below(rng, TASKS - 1);
	int e = event(w, task);

	if (other == task || w->over[other])
		return;
	if (!w->begun[other]) {
		w->begun[other] = true;
		w->last[other] = e;
		race_fork(w->race, task, other);
		buf_printf(&w->text, "%d fork %d; ", task, other);
	} else if (rng_below(rng, 4) == 0) {
		w->over[other] = true;
		for (uint64_t i = 0; i < BYTES; i++)
			let_go(w, i, other, w->last[other]);
		order(w, w->last[other], e);
		race_exit(w->race, other);
		race_join(w->race, task, other);
		buf_printf(&w->text, "%d join %d; ", task, other);
	}
}

static void draw_key(struct world *w, struct rng *rng, int task)
{
	unsigned what = (unsigned)rng_below(rng, 8);
	uint64_t key = rng_below(rng, KEYS);
	int n = 1 + (int)rng_below(rng, 3);
	int e = event(w, task);

	buf_printf(&w->text, "%d key %d what %u n %d; ", task, (int)key, what, n);
	switch (what) {
	case 0:
		add(&w->released[key], e);
		race_release(w->race, task, key);
		break;
	case 1:
		order_all(w, &w->released[key], e);
		race_acquire(w->race, task, key);
		break;
	case 2:
		for (int i = 0; i < n; i++)
			add(&w->tokens[key], e);
		race_sem_post(w->race, task, key, (unsigned)n);
		break;
	case 3:
		for (int i = 0; i < n; i++)
			order(w, take(&w->tokens[key]), e);
		race_sem_wait(w->race, task, key, (unsigned)n);
		break;
	case 4:
		for (int i = 0; i < n; i++)
			add(&w->stream[key], e);
		race_write(w->race, task, key, (uint64_t)n);
		break;
	case 5:
		for (int i = 0; i < n; i++)
			order(w, take(&w->stream[key]), e);
		race_read(w->race, task, key, (uint64_t)n);
		break;
	case 6:
		add(&w->messages[key], e);
		race_send(w->race, task, 100, key);
		break;
	default:
		order(w, take(&w->messages[key]), e);
		race_receive(w->race, task, 100, key);
	}
}

/* Whether anybody else's lock keeps TASK out is not looked at: it is told what it has. */
static void draw_range(struct world *w, struct rng *rng, int task)
{
	uint64_t begin = rng_below(rng, BYTES), end = begin + 1 + rng_below(rng, BYTES - begin);
	unsigned what = (unsigned)rng_below(rng, 4);
	int e = event(w, task);

	for (uint64_t i = begin; i < end; i++)
		let_go(w, i, task, e);
	buf_printf(&w->text, "%d range %d-%d what %u; ", task, (int)begin, (int)end, what);
	if (what >= 2) {
		race_unlock_range(w->race, task, 7, 0, begin, end);
		return;
	}
	for (uint64_t i = begin; i < end; i++) {
		w->holder[i][task] = what ? 2 : 1;
		order_all(w, &w->alone[i], e);
		if (!what)
			order_all(w, &w->shared[i], e);
	}
	race_lock_range(w->race, task, 7, 0, begin, end, what == 1);
}

static bool races(const struct world *w, int one, int two, uint64_t byte)
{
	const struct race_access *a = &w->access[one], *b = &w->access[two];

	return w->is_access[one] && w->is_access[two] && w->task[one] != w->task[two] &&
	       a->object == b->object && byte >= a->offset && byte < a->offset + a->size &&
	       byte >= b->offset && byte < b->offset + b->size &&
	       (writes(a->kind) || writes(b->kind)) &&
	       !(is_atomic(a->kind) && is_atomic(b->kind)) && !(w->before[two] >> one & 1);
}

static void reports_are_true(const struct world *w)
{
	for (size_t i = 0; i < race_report_count(w->race); i++) {
		const struct race_report *r = race_report(w->race, i);
		int one = (int)r->first.site - 1, two = (int)r->second.site - 1;

		for (uint64_t byte = r->begin; byte < r->end; byte++)
			ck_assert_msg(races(w, one, two, byte),
				"events %d and %d do not race at %d of %d: %s", one, two, (int)byte,
				(int)r->object, buf_text(&w->text));
	}
}

/* Is BYTE of what both accesses of a report touched? */
static bool reported(const struct world *w, uint64_t object, uint64_t byte)
{
	for (size_t i = 0; i < race_report_count(w->race); i++) {
		const struct race_report *r = race_report(w->race, i);

		if (r->object == object && byte >= r->first.begin && byte < r->first.end &&
			byte >= r->second.begin && byte < r->second.end)
			return true;
	}
	return false;
}

static void races_are_reported(const struct world *w)
{
	for (int two = 0; two < w->count; two++) {
		for (int one = 0; one < two; one++) {
			for (uint64_t byte = 0; byte < BYTES; byte++) {
				if (races(w, one, two, byte))
					ck_assert_msg(reported(w, w->access[one].object, byte),
						"events %d and %d race at %d of %d: %s", one, two,
						(int)byte, (int)w->access[one].object,
						buf_text(&w->text));
			}
		}
	}
}

static void compare(uint64_t seed)
{
	struct world *w = lab_xmalloc(sizeof(*w));
	const struct race_limits limits = {.reports = 10000};
	struct rng rng = rng_seed(seed);

	w->race = race_new(&limits);
	w->begun[1] = true;
	for (int t = 0; t <= TASKS; t++)
		w->last[t] = -1;
	while (w->count < EVENTS) {
		int task = 1 + (int)rng_below(&rng, TASKS);
		unsigned what = (unsigned)rng_below(&rng, 10);

		if (!w->begun[task] || w->over[task])
			continue;
		if (what < 4)
			draw_access(w, &rng, task);
		else if (what < 6)
			draw_task(w, &rng, task);
		else if (what < 9)
			draw_key(w, &rng, task);
		else
			draw_range(w, &rng, task);
	}
	reports_are_true(w);
	races_are_reported(w);
	race_free(w->race);
	buf_done(&w->text);
	free(w);
}

START_TEST(as_the_plain_one)
{
	for (uint64_t seed = 1; seed <= TRACES; seed++)
		compare(seed);
}
END_TEST

int main(void)
{
	return RUN_SUITE("race_random", as_the_plain_one);
}
