/*
 * Semaphores as queues of tokens, each with the clock of who posted it, and barriers as rounds.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/race/internal.h"

/* Stretches of tokens that are told apart; further ones join the newest. */
#define TOKENS_APART 4096

struct tokens {
	struct clock *clock;
	unsigned count;
};

struct sem {
	struct tokens *tokens; /* oldest first */
	size_t count;
	bool lock;                    /* it was set to 1 */
	struct clock *posted, *taken; /* by all posts, by all waits, since it was set */
};

static struct sem *sem_get(struct race *r, uint64_t key)
{
	struct sem *s = map_find(&r->sems, key);

	if (!s) {
		s = lab_xmalloc(sizeof(*s));
		map_add(&r->sems, key, s);
	}
	return s;
}

static void empty(struct sem *s)
{
	for (size_t i = 0; i < s->count; i++)
		clock_drop(s->tokens[i].clock);
	free(s->tokens);
	s->tokens = NULL;
	s->count = 0;
	clock_set(&s->posted, NULL);
	clock_set(&s->taken, NULL);
}

void sem_free(void *sem)
{
	if (!sem)
		return;
	empty(sem);
	free(sem);
}

static void add(struct sem *s, struct clock *clock, unsigned count)
{
	struct tokens *last = s->count ? &s->tokens[s->count - 1] : NULL;

	if (!count)
		return;
	if (last && (last->clock == clock || s->count == TOKENS_APART)) {
		clock_add(&last->clock, clock);
		last->count += count;
		return;
	}
	s->tokens = lab_xrealloc(s->tokens, (s->count + 1) * sizeof(*s->tokens));
	s->tokens[s->count++] = (struct tokens){clock_ref(clock), count};
}

/* What the COUNT oldest tokens know; they are gone. A reference. */
static struct clock *take(struct sem *s, unsigned count)
{
	struct clock *known = NULL;
	size_t used = 0;

	for (; used < s->count && count; used++) {
		struct tokens *t = &s->tokens[used];

		clock_add(&known, t->clock);
		if (t->count > count) {
			t->count -= count;
			break;
		}
		count -= t->count;
		clock_drop(t->clock);
	}
	s->count -= used;
	if (used && s->count)
		memmove(s->tokens, s->tokens + used, s->count * sizeof(*s->tokens));
	return known;
}

void race_sem_set(struct race *r, int task, uint64_t key, unsigned value)
{
	struct task *t = task_get(r, task);
	struct sem *s = sem_get(r, key);

	task_sync(r, t, RACE_SYNC_POST, key);

	struct clock *told = task_publish(r, t);

	empty(s);
	s->lock = value == 1;
	clock_set(&s->posted, told);
	clock_set(&s->taken, told);
	add(s, told, value);
	clock_drop(told);
}

void race_sem_post(struct race *r, int task, uint64_t key, unsigned tokens)
{
	struct task *t = task_get(r, task);
	struct sem *s = sem_get(r, key);

	task_sync(r, t, RACE_SYNC_POST, key);

	struct clock *told = task_publish(r, t);

	clock_add(&s->posted, told);
	add(s, told, tokens);
	clock_drop(told);
	task_unhold(t, true, key);
}

void race_sem_wait(struct race *r, int task, uint64_t key, unsigned tokens)
{
	struct task *t = task_get(r, task);
	struct sem *s = sem_get(r, key);
	struct clock *known = take(s, tokens);

	task_sync(r, t, RACE_SYNC_WAIT, key);
	task_learn(r, t, known);
	clock_drop(known);

	struct clock *told = task_publish(r, t);

	clock_add(&s->taken, told);
	clock_drop(told);
	if (s->lock)
		task_hold(t, true, key);
}

static void see(struct race *r, int task, uint64_t key, bool posts)
{
	struct task *t = task_get(r, task);
	struct sem *s = sem_get(r, key);
	struct clock *known = clock_join(s->taken, posts ? s->posted : NULL);

	task_sync(r, t, RACE_SYNC_WAIT, key);
	task_learn(r, t, known);
	clock_drop(known);
}

void race_sem_zero(struct race *r, int task, uint64_t key)
{
	see(r, task, key, false);
}

void race_sem_look(struct race *r, int task, uint64_t key)
{
	see(r, task, key, true);
}

void race_forget_sem(struct race *r, uint64_t key)
{
	sem_free(map_remove(&r->sems, key));
}

/* One use of a barrier: who has arrived and not departed yet. */
struct round {
	struct clock *clock;
	int *inside;
	size_t count;
	bool over; /* somebody has departed: who arrives now begins the next */
};

struct barrier {
	struct round *rounds; /* oldest first */
	size_t count;
};

static void round_done(struct round *round)
{
	clock_drop(round->clock);
	free(round->inside);
}

void barrier_free(void *barrier)
{
	struct barrier *b = barrier;

	if (!b)
		return;
	for (size_t i = 0; i < b->count; i++)
		round_done(&b->rounds[i]);
	free(b->rounds);
	free(b);
}

void race_arrive(struct race *r, int task, uint64_t key)
{
	struct task *t = task_get(r, task);
	struct barrier *b = map_find(&r->barriers, key);

	if (!b) {
		b = lab_xmalloc(sizeof(*b));
		map_add(&r->barriers, key, b);
	}
	if (!b->count || b->rounds[b->count - 1].over) {
		b->rounds = lab_xrealloc(b->rounds, (b->count + 1) * sizeof(*b->rounds));
		b->rounds[b->count++] = (struct round){0};
	}

	struct round *round = &b->rounds[b->count - 1];

	round->inside = lab_xrealloc(round->inside, (round->count + 1) * sizeof(*round->inside));
	round->inside[round->count++] = task;
	task_sync(r, t, RACE_SYNC_ARRIVE, key);

	struct clock *told = task_publish(r, t);

	clock_add(&round->clock, told);
	clock_drop(told);
}

/* Was TASK in ROUND? It is no more. */
static bool leave(struct round *round, int task)
{
	for (size_t i = 0; i < round->count; i++) {
		if (round->inside[i] == task) {
			round->inside[i] = round->inside[--round->count];
			return true;
		}
	}
	return false;
}

void race_depart(struct race *r, int task, uint64_t key)
{
	struct task *t = task_get(r, task);
	struct barrier *b = map_find(&r->barriers, key);
	size_t i = 0;

	task_sync(r, t, RACE_SYNC_DEPART, key);
	while (b && i < b->count && !leave(&b->rounds[i], task))
		i++;
	if (!b || i == b->count)
		return;
	b->rounds[i].over = true;
	task_learn(r, t, b->rounds[i].clock);
	if (b->rounds[i].count)
		return;
	round_done(&b->rounds[i]);
	b->count--;
	memmove(b->rounds + i, b->rounds + i + 1, (b->count - i) * sizeof(*b->rounds));
}

void race_forget_barrier(struct race *r, uint64_t key)
{
	barrier_free(map_remove(&r->barriers, key));
}
