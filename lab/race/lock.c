/*
 * Locks and places of publication. A lock is a line of bytes, of which most are locked whole: each
 * span of it has what was published by those who locked it alone and by those who shared it. Who
 * locks it alone learns both, who shares it only the former.
 *
 * Some locks keep out other owners, not other tasks: all tasks that lock for one owner are let in
 * together. Each owner has a line of its own then, and learns from the lines of the others.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/race/internal.h"

struct span {
	uint64_t begin, end;
	struct clock *alone, *shared; /* as published by holders of each kind */
};

struct line {
	uint64_t owner;     /* 0: each task for itself */
	struct span *spans; /* by begin, without overlap */
	size_t span_count;
};

struct hold {
	int task;
	uint64_t owner;
	uint64_t begin, end;
	bool shared;
};

struct lock {
	uint64_t key;
	struct line *lines;
	size_t line_count;
	struct hold *holds;
	size_t hold_count;
};

static struct lock *lock_get(struct race *r, uint64_t key)
{
	struct lock *l = map_find(&r->locks, key);

	if (!l) {
		l = lab_xmalloc(sizeof(*l));
		l->key = key;
		map_add(&r->locks, key, l);
	}
	return l;
}

void lock_free(void *lock)
{
	struct lock *l = lock;

	if (!l)
		return;
	for (size_t i = 0; i < l->line_count; i++) {
		struct line *line = &l->lines[i];

		for (size_t j = 0; j < line->span_count; j++) {
			clock_drop(line->spans[j].alone);
			clock_drop(line->spans[j].shared);
		}
		free(line->spans);
	}
	free(l->lines);
	free(l->holds);
	free(l);
}

static struct line *line_of(struct lock *l, uint64_t owner)
{
	for (size_t i = 0; i < l->line_count; i++)
		if (l->lines[i].owner == owner)
			return &l->lines[i];
	l->lines = lab_xrealloc(l->lines, (l->line_count + 1) * sizeof(*l->lines));
	l->lines[l->line_count] = (struct line){.owner = owner};
	return &l->lines[l->line_count++];
}

static void span_insert(struct line *l, size_t i, struct span span)
{
	l->spans = lab_xrealloc(l->spans, (l->span_count + 1) * sizeof(*l->spans));
	memmove(l->spans + i + 1, l->spans + i, (l->span_count - i) * sizeof(*l->spans));
	l->spans[i] = span;
	l->span_count++;
}

/* Make spans begin and end at AT, if any goes across it. */
static void span_split(struct line *l, uint64_t at)
{
	for (size_t i = 0; i < l->span_count; i++) {
		struct span *s = &l->spans[i];

		if (s->begin < at && at < s->end) {
			struct span rest = {at, s->end, clock_ref(s->alone), clock_ref(s->shared)};

			s->end = at;
			span_insert(l, i + 1, rest);
			return;
		}
	}
}

/* Neighbours that know the same become one, so that locks of changing ranges stay small. */
static void span_tidy(struct line *l)
{
	size_t kept = 0;

	for (size_t i = 1; i < l->span_count; i++) {
		struct span *last = &l->spans[kept], *s = &l->spans[i];

		if (last->end == s->begin && last->alone == s->alone && last->shared == s->shared) {
			last->end = s->end;
			clock_drop(s->alone);
			clock_drop(s->shared);
		} else {
			l->spans[++kept] = *s;
		}
	}
	if (l->span_count)
		l->span_count = kept + 1;
}

/* TOLD becomes known, from OWNER, in all of BEGIN to END. */
static void publish(struct lock *lock, uint64_t owner, uint64_t begin, uint64_t end, bool shared,
	struct clock *told)
{
	struct line *l = line_of(lock, owner);
	uint64_t at = begin;

	span_split(l, begin);
	span_split(l, end);
	for (size_t i = 0; at < end; i++) {
		if (i == l->span_count || l->spans[i].begin > at) {
			uint64_t next = i < l->span_count ? l->spans[i].begin : end;
			struct span gap = {at, next < end ? next : end, NULL, NULL};

			span_insert(l, i, gap);
		} else if (l->spans[i].end <= at) {
			continue;
		}
		clock_add(shared ? &l->spans[i].shared : &l->spans[i].alone, told);
		at = l->spans[i].end;
	}
	span_tidy(l);
}

static void learn_line(
	struct clock **known, const struct line *l, uint64_t begin, uint64_t end, bool shared)
{
	for (size_t i = 0; i < l->span_count; i++) {
		if (l->spans[i].end <= begin || l->spans[i].begin >= end)
			continue;
		clock_add(known, l->spans[i].alone);
		if (!shared)
			clock_add(known, l->spans[i].shared);
	}
}

/* What all but OWNER have published. */
static void learn(struct race *r, struct task *t, struct lock *l, uint64_t owner, uint64_t begin,
	uint64_t end, bool shared)
{
	struct clock *known = NULL;

	for (size_t i = 0; i < l->line_count; i++)
		if (!owner || l->lines[i].owner != owner)
			learn_line(&known, &l->lines[i], begin, end, shared);
	task_learn(r, t, known);
	clock_drop(known);
}

void race_release(struct race *r, int task, uint64_t key)
{
	struct task *t = task_get(r, task);

	task_sync(r, t, RACE_SYNC_RELEASE, key);

	struct clock *told = task_publish(r, t);

	publish(lock_get(r, key), 0, 0, UINT64_MAX, false, told);
	clock_drop(told);
}

void race_acquire(struct race *r, int task, uint64_t key)
{
	struct task *t = task_get(r, task);
	struct lock *l = map_find(&r->locks, key);

	task_sync(r, t, RACE_SYNC_ACQUIRE, key);
	if (l)
		learn(r, t, l, 0, 0, UINT64_MAX, false);
}

static void hold_add(struct lock *l, struct hold hold)
{
	l->holds = lab_xrealloc(l->holds, (l->hold_count + 1) * sizeof(*l->holds));
	l->holds[l->hold_count++] = hold;
}

static bool holds(const struct lock *l, int task)
{
	for (size_t i = 0; i < l->hold_count; i++) {
		if (l->holds[i].task == task)
			return true;
	}
	return false;
}

static bool is_held_by(const struct hold *h, const struct task *t, uint64_t owner)
{
	return h->owner == owner && (owner || h->task == t->index);
}

/* Who gives back what OWNER, or T if there is none, holds of BEGIN to END: T tells what it did.
 * KEEPS: only what changes from shared to alone or back; others are let in meanwhile. Was there
 * any? */
static bool let_go(struct race *r, struct task *t, struct lock *l, uint64_t owner, uint64_t begin,
	uint64_t end, const bool *keeps)
{
	size_t count = l->hold_count;
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		struct hold h = l->holds[i];

		if (!is_held_by(&h, t, owner) || h.end <= begin || h.begin >= end)
			continue;

		struct clock *told = task_publish(r, t);
		uint64_t from = h.begin > begin ? h.begin : begin;
		uint64_t to = h.end < end ? h.end : end;

		any = true;
		if (!keeps || *keeps != h.shared)
			publish(l, owner, from, to, h.shared, told);
		clock_drop(told);
		l->holds[i].task = 0;
		if (h.begin < from)
			hold_add(l, (struct hold){h.task, owner, h.begin, from, h.shared});
		if (to < h.end)
			hold_add(l, (struct hold){h.task, owner, to, h.end, h.shared});
		if (h.task != t->index)
			task_unhold(task_get(r, h.task), false, l->key);
	}
	count = 0;
	for (size_t i = 0; i < l->hold_count; i++) {
		if (l->holds[i].task)
			l->holds[count++] = l->holds[i];
	}
	l->hold_count = count;
	return any;
}

void race_lock_range(struct race *r, int task, uint64_t key, uint64_t owner, uint64_t begin,
	uint64_t end, bool shared)
{
	struct task *t = task_get(r, task);
	struct lock *l = lock_get(r, key);

	if (begin >= end)
		return;
	/* Held already: to share what was held alone lets others in, who then see what was done. */
	let_go(r, t, l, owner, begin, end, owner ? &shared : NULL);
	task_sync(r, t, RACE_SYNC_LOCK, key);
	learn(r, t, l, owner, begin, end, shared);
	hold_add(l, (struct hold){task, owner, begin, end, shared});
	task_hold(t, false, key);
}

void race_unlock_range(
	struct race *r, int task, uint64_t key, uint64_t owner, uint64_t begin, uint64_t end)
{
	struct task *t = task_get(r, task);
	struct lock *l = map_find(&r->locks, key);

	if (!l || !let_go(r, t, l, owner, begin, end, NULL))
		return;
	task_sync(r, t, RACE_SYNC_UNLOCK, key);
	if (!holds(l, task))
		task_unhold(t, false, key);
}

void race_leave(struct race *r, int task, uint64_t key, uint64_t owner)
{
	struct task *t = task_get(r, task);
	struct lock *l = map_find(&r->locks, key);
	bool any = false;

	for (size_t i = 0; l && i < l->hold_count; i++) {
		struct hold h = l->holds[i];

		if (h.owner != owner)
			continue;

		struct clock *told = task_publish(r, t);

		publish(l, owner, h.begin, h.end, h.shared, told);
		clock_drop(told);
		any = true;
	}
	if (!any)
		return;
	task_sync(r, t, RACE_SYNC_UNLOCK, key);
	task_unhold(t, false, key);
}

void race_lock(struct race *r, int task, uint64_t key, bool shared)
{
	race_lock_range(r, task, key, 0, 0, UINT64_MAX, shared);
}

void race_unlock(struct race *r, int task, uint64_t key)
{
	struct task *t = task_get(r, task);
	struct lock *l = lock_get(r, key);

	task_sync(r, t, RACE_SYNC_UNLOCK, key);
	if (!let_go(r, t, l, 0, 0, UINT64_MAX, NULL)) {
		/* Locked twice, or by another: it lets others in all the same. */
		struct clock *told = task_publish(r, t);

		publish(l, 0, 0, UINT64_MAX, false, told);
		clock_drop(told);
	}
	task_unhold(t, false, key);
}

void race_forget_lock(struct race *r, uint64_t key)
{
	struct lock *l = map_remove(&r->locks, key);

	for (size_t i = 0; l && i < l->hold_count; i++)
		task_unhold(task_get(r, l->holds[i].task), false, key);
	lock_free(l);
}

/* What an owner holds, others may go on holding for it: its closing is the caller's to tell. */
void locks_give_back(struct race *r, struct task *t)
{
	for (size_t i = 0; t->held && i < t->held->count; i++) {
		struct lock *l =
			t->held->of[i].semaphore ? NULL : map_find(&r->locks, t->held->of[i].key);

		if (l)
			let_go(r, t, l, 0, 0, UINT64_MAX, NULL);
	}
	held_drop(t->held);
	t->held = NULL;
}
