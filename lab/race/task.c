/*
 * Tasks: what each knows of the others, what it holds, what it last heard and told, and in which
 * handler it is.
 *
 * The own epoch moves on with a release only if something was accessed since the last one. So
 * releases in a row publish one clock, and queues of them stay short.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/race/internal.h"

/* Room for what is known of task INDEX. */
static void widen(struct task *t, unsigned count)
{
	if (count <= t->count)
		return;
	t->at = lab_xrealloc(t->at, count * sizeof(*t->at));
	memset(t->at + t->count, 0, (count - t->count) * sizeof(*t->at));
	t->count = count;
}

struct task *task_get(struct race *r, int index)
{
	unsigned i = (unsigned)index;

	if (i >= r->task_count) {
		unsigned count = i + 16 > r->task_count * 2 ? i + 16 : r->task_count * 2;

		r->tasks = lab_xrealloc(r->tasks, count * sizeof(*r->tasks));
		memset(r->tasks + r->task_count, 0, (count - r->task_count) * sizeof(*r->tasks));
		r->task_count = count;
	}
	if (!r->tasks[i]) {
		struct task *t = lab_xmalloc(sizeof(*t));

		t->index = index;
		t->now = 2;
		widen(t, i + 1);
		t->at[i] = t->now;
		r->tasks[i] = t;
	}
	return r->tasks[i];
}

/* All but the number and the epoch: what a task that is gone needs no more. */
static void strip(struct task *t)
{
	clock_set(&t->published, NULL);
	clock_set(&t->fenced, NULL);
	clock_set(&t->glimpsed, NULL);
	held_drop(t->held);
	t->held = NULL;
	free(t->heard);
	t->heard = NULL;
	t->heard_count = 0;
	free(t->handler_set);
	t->handler_set = NULL;
	t->handler_count = 0;
}

void task_free(struct task *t)
{
	if (!t)
		return;
	strip(t);
	free(t->at);
	free(t);
}

struct clock *task_publish(struct race *r, struct task *t)
{
	(void)r;
	if (t->dirty || !t->published) {
		struct clock *c = clock_new(t->index, t->count);

		if (t->dirty)
			t->now++;
		t->dirty = false;
		t->at[t->index] = t->now;
		memcpy(c->at, t->at, t->count * sizeof(c->at[0]));
		c->at[t->index] = t->now - 1;
		clock_drop(t->published);
		t->published = c;
	}
	return clock_ref(t->published);
}

static void hear(struct task *t, unsigned of)
{
	if (of >= t->heard_count) {
		unsigned count = t->count > of ? t->count : of + 1;

		t->heard = lab_xrealloc(t->heard, count * sizeof(*t->heard));
		memset(t->heard + t->heard_count, 0, (count - t->heard_count) * sizeof(*t->heard));
		t->heard_count = count;
	}
	t->heard[of] = t->last;
}

void task_learn(struct race *r, struct task *t, const struct clock *c)
{
	bool more = false;

	t->told = c && (unsigned)t->index < c->count ? c->at[t->index] : 0;
	t->told_op = r->op;
	if (!c)
		return;
	widen(t, c->count);
	for (unsigned i = 0; i < c->count; i++) {
		if (c->at[i] > t->at[i]) {
			t->at[i] = c->at[i];
			more = true;
			hear(t, i);
		}
	}
	if (c->owner && c->owner != t->index)
		hear(t, (unsigned)c->owner);
	if (more)
		clock_set(&t->published, NULL);
}

void task_sync(struct race *r, struct task *t, enum race_sync_kind kind, uint64_t key)
{
	t->last = (struct race_sync){kind, key, r->step, r->site};
	t->last_op = ++r->op;
}

static struct held *held_copy(const struct held *old, size_t count)
{
	struct held *h = lab_xmalloc(sizeof(*h) + count * sizeof(h->of[0]));

	h->refs = 1;
	if (old)
		memcpy(h->of, old->of,
			(old->count < count ? old->count : count) * sizeof(h->of[0]));
	return h;
}

void task_hold(struct task *t, bool semaphore, uint64_t key)
{
	size_t count = t->held ? t->held->count : 0;

	for (size_t i = 0; i < count; i++) {
		if (t->held->of[i].semaphore == semaphore && t->held->of[i].key == key)
			return;
	}

	struct held *h = held_copy(t->held, count + 1);

	h->of[count] = (struct race_held){semaphore, key};
	h->count = count + 1;
	held_drop(t->held);
	t->held = h;
}

void task_unhold(struct task *t, bool semaphore, uint64_t key)
{
	size_t count = t->held ? t->held->count : 0;
	size_t i = 0;

	while (i < count && (t->held->of[i].semaphore != semaphore || t->held->of[i].key != key))
		i++;
	if (i == count)
		return;

	struct held *h = held_copy(t->held, count);

	memmove(h->of + i, h->of + i + 1, (count - i - 1) * sizeof(h->of[0]));
	h->count = count - 1;
	held_drop(t->held);
	t->held = h;
}

void race_fork(struct race *r, int parent, int child)
{
	struct task *p = task_get(r, parent);
	struct task *c = task_get(r, child);

	task_sync(r, p, RACE_SYNC_FORK, 0);

	struct clock *told = task_publish(r, p);

	task_sync(r, c, RACE_SYNC_FORK, 0);
	c->born = c->last;
	widen(c, told->count);
	for (unsigned i = 0; i < told->count; i++) {
		if (told->at[i] > c->at[i])
			c->at[i] = told->at[i];
	}
	clock_drop(told);
	c->mask = p->mask;
	if (p->handler_set) {
		/* The copy of the parent is before all handlers of the child. */
		c->handler_set = lab_xmalloc(65 * sizeof(*c->handler_set));
		for (int sig = 0; sig <= 64; sig++)
			c->handler_set[sig] = p->handler_set[sig] ? r->op : 0;
	}
}

void race_exit(struct race *r, int task)
{
	struct task *t = task_get(r, task);

	locks_give_back(r, t);
	clock_drop(task_publish(r, t));
	t->over = true;
}

void race_join(struct race *r, int waiter, int child)
{
	struct task *w = task_get(r, waiter);
	struct clock *told = task_publish(r, task_get(r, child));

	task_sync(r, w, RACE_SYNC_JOIN, 0);
	task_learn(r, w, told);
	clock_drop(told);
}

void race_gone(struct race *r, int task)
{
	struct task *t = task_get(r, task);

	locks_give_back(r, t);
	strip(t);
	free(t->at);
	t->at = NULL;
	t->count = 0;
	widen(t, (unsigned)t->index + 1);
	t->at[t->index] = t->now;
}

void race_exec(struct race *r, int task)
{
	struct task *t = task_get(r, task);

	clock_set(&t->fenced, NULL);
	clock_set(&t->glimpsed, NULL);
	free(t->handler_set);
	t->handler_set = NULL;
	t->handler_count = 0;
}

void race_edge(struct race *r, int from, int to)
{
	struct task *f = task_get(r, from);
	struct task *t = task_get(r, to);

	task_sync(r, f, RACE_SYNC_EDGE, 0);

	struct clock *told = task_publish(r, f);

	task_sync(r, t, RACE_SYNC_EDGE, 0);
	task_learn(r, t, told);
	clock_drop(told);
}

void race_handler_set(struct race *r, int task, int sig)
{
	struct task *t = task_get(r, task);

	if (sig < 1 || sig > 64)
		return;
	if (!t->handler_set)
		t->handler_set = lab_xmalloc(65 * sizeof(*t->handler_set));
	t->handler_set[sig] = ++r->op;
}

void race_blocked(struct race *r, int task, uint64_t mask)
{
	task_get(r, task)->mask = mask;
}

struct handler *task_handler(struct task *t)
{
	size_t most = sizeof(t->handlers) / sizeof(t->handlers[0]);
	size_t deep = t->handler_count < most ? t->handler_count : most;

	return deep ? &t->handlers[deep - 1] : NULL;
}

void race_handler_begin(struct race *r, int task, int sig)
{
	struct task *t = task_get(r, task);
	struct handler *h;

	t->handler_count++;
	h = task_handler(t);
	h->sig = sig;
	h->known = t->told_op == r->op ? t->told : 0;
}

void race_handler_end(struct race *r, int task)
{
	struct task *t = task_get(r, task);

	if (t->handler_count)
		t->handler_count--;
}
