/*
 * Accesses: is there an earlier one to the same bytes that nothing orders? And what atomics order.
 *
 * The past of a byte holds the accesses with which a later one could still race. One is dropped
 * when a later access is ordered after it and races with all that it would race with: who is not
 * ordered after the earlier one is then not ordered after the later one either. So mostly one write
 * or a few reads are kept, as in FastTrack, and no race is missed for it.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/race/internal.h"

enum class { READ = 1, WRITE = 2, ATOMIC_READ = 4, ATOMIC_WRITE = 8 };

static enum class class_of(enum race_kind kind) {
	switch (kind){
		case RACE_READ : case RACE_VOLATILE_READ : return READ;
		case RACE_ATOMIC_READ : return ATOMIC_READ;
		case RACE_ATOMIC_WRITE : case RACE_ATOMIC_UPDATE : return ATOMIC_WRITE;
		default : return WRITE;
	}
}

/* With which classes each races. */
static unsigned conflicts(enum race_kind kind)
{
	switch (class_of(kind)) {
	case READ:
		return WRITE | ATOMIC_WRITE;
	case ATOMIC_READ:
		return WRITE;
	case ATOMIC_WRITE:
		return READ | WRITE;
	default:
		return READ | WRITE | ATOMIC_READ | ATOMIC_WRITE;
	}
}

static bool is_volatile(const struct record *x)
{
	return x->kind == RACE_VOLATILE_READ || x->kind == RACE_VOLATILE_WRITE;
}

/* X, in a handler of T, and OLD, of what it interrupted. */
static bool interrupted_race(struct task *t, const struct record *old, const struct record *x)
{
	const struct handler *h = task_handler(t);
	uint64_t set = t->handler_set ? t->handler_set[x->sig] : 0;

	if (is_volatile(old) && is_volatile(x) && old->end - old->begin <= 4 &&
		x->end - x->begin <= 4)
		return false;
	return !(old->mask >> (x->sig - 1) & 1) && old->op > set && old->epoch > h->known;
}

static bool races(struct task *t, const struct record *old, const struct record *x)
{
	if (!(conflicts(x->kind) & class_of(old->kind)))
		return false;
	if (old->task != x->task)
		return old->epoch > task_knows(t, old->task);
	return x->sig && !old->sig && interrupted_race(t, old, x);
}

/* Is OLD of no use any more once X is known? */
static bool covered(const struct task *t, const struct record *old, const struct record *x)
{
	if (class_of(x->kind) == WRITE && old->task != x->task)
		return true; /* ordered, or reported just now */
	if (old->epoch > task_knows(t, old->task) || conflicts(old->kind) & ~conflicts(x->kind))
		return false;
	/* A handler may still race with what its signal could interrupt. */
	return old->task != x->task || !t->handler_set ||
	       (old->sig == x->sig && !(x->mask & ~old->mask) &&
		       (is_volatile(old) || !is_volatile(x)));
}

/* OLD and X in one, X last; what is covered left out. */
static struct past *with(const struct task *t, const struct past *old, struct record *x)
{
	size_t count = old ? old->count : 0;
	struct past *p = past_new(count + 1);

	for (size_t i = 0; i < count; i++) {
		if (!covered(t, old->of[i], x))
			p->of[p->count++] = record_ref(old->of[i]);
	}
	p->of[p->count++] = record_ref(x);
	return p;
}

static void check(struct race *r, struct task *t, const struct shadow *s, const struct run *run,
	struct record *x)
{
	for (size_t i = 0; run->past && i < run->past->count; i++) {
		struct record *old = run->past->of[i];

		if (races(t, old, x))
			report_add(r, s->key, run->begin, run->end, old, x);
	}
}

static struct record *record_new(const struct race *r, struct task *t, const struct race_access *a)
{
	struct record *x = lab_xmalloc(sizeof(*x));
	const struct handler *h = task_handler(t);

	x->refs = 1;
	x->task = t->index;
	x->epoch = t->now;
	x->kind = (uint8_t)a->kind;
	x->sig = h ? (uint8_t)h->sig : 0;
	x->value_size = (uint8_t)(a->value_size < 8 ? a->value_size : 8);
	memcpy(x->value, a->value, x->value_size);
	x->op = r->op;
	x->mask = t->mask;
	x->site = r->site;
	x->step = r->step;
	x->begin = a->offset;
	x->end = a->size > UINT64_MAX - a->offset ? UINT64_MAX : a->offset + a->size;
	x->held = held_ref(t->held);
	return x;
}

static bool acquires(enum race_order order)
{
	return order != RACE_RELAXED && order != RACE_RELEASE;
}

static bool releases(enum race_order order)
{
	return order >= RACE_RELEASE;
}

/* What an atomic load of RUN teaches. */
static void learn(struct race *r, struct task *t, const struct run *run, enum race_order order)
{
	if (acquires(order))
		task_learn(r, t, run->released);
	else
		clock_add(&t->glimpsed, run->released);
}

/* What an atomic store to RUN publishes: TOLD, or what a fence before it did. */
static void publish(struct task *t, struct run *run, enum race_kind kind, struct clock *told)
{
	bool update = kind == RACE_ATOMIC_UPDATE;
	bool continues = update || (run->released && run->head == t->index);

	if (!continues)
		clock_set(&run->released, NULL);
	if (told)
		run->head = run->released && run->head != t->index ? 0 : t->index;
	clock_add(&run->released, told);
}

/* What becomes of pasts by one access: runs whose pasts were the same, or have nothing but the
 * access in it now, are to have the same again. */
struct change {
	struct past *from, *to;
	struct past *alone; /* the access and nothing else */
};

/* X happens to all of RUN. */
static void touch(struct race *r, struct task *t, const struct shadow *s, struct run *run,
	struct record *x, struct clock *told, struct change *change)
{
	check(r, t, s, run, x);

	if (!change->to || run->past != change->from) {
		past_drop(change->from);
		past_drop(change->to);
		change->from = past_ref(run->past);
		change->to = with(t, run->past, x);
		if (change->to->count == 1 && change->alone) {
			past_drop(change->to);
			change->to = past_ref(change->alone);
		} else if (change->to->count == 1) {
			change->alone = past_ref(change->to);
		}
	}
	past_drop(run->past);
	run->past = past_ref(change->to);
	if (class_of(x->kind) == WRITE) {
		clock_set(&run->released, NULL);
		run->head = 0;
	} else if (class_of(x->kind) == ATOMIC_WRITE) {
		publish(t, run, x->kind, told);
	}
}

/* The runs of CUT and new ones for what lies between them, BEGIN to END without a gap. */
static void fill(struct race *r, struct shadow *s, struct cut *cut, uint64_t begin, uint64_t end)
{
	uint64_t at = begin;
	size_t gaps = 0, count = cut->count;

	for (size_t i = 0; i < count; at = cut->of[i++]->end)
		gaps += cut->of[i]->begin > at;
	gaps += at < end;
	if (!gaps)
		return;
	if (cut->room < count + gaps) {
		cut->room = count + gaps + 16;
		cut->of = lab_xrealloc(cut->of, cut->room * sizeof(struct run *));
	}
	cut->count = count + gaps;
	/* From the end, so that it is done in place. */
	for (size_t to = cut->count; to > 0;) {
		uint64_t last = count ? cut->of[count - 1]->end : begin;

		if (last < end)
			cut->of[--to] = shadow_run_new(r, s, last, end);
		if (!count)
			break;
		end = cut->of[count - 1]->begin;
		cut->of[--to] = cut->of[--count];
	}
}

static struct shadow *shadow_get(struct race *r, uint64_t key)
{
	struct shadow *s = map_find(&r->shadows, key);

	if (!s) {
		s = lab_xmalloc(sizeof(*s));
		s->key = key;
		map_add(&r->shadows, key, s);
	}
	return s;
}

/* No room: the object with the most runs goes. */
static void forget_biggest(struct race *r)
{
	struct shadow *biggest = NULL;
	struct cut cut = {0};

	for (const struct map_entry *e = r->shadows.first; e; e = e->next) {
		struct shadow *s = e->value;

		if (!biggest || s->runs > biggest->runs)
			biggest = s;
	}
	if (!biggest)
		return;
	shadow_cut(r, biggest, 0, UINT64_MAX, &cut);
	for (size_t i = 0; i < cut.count; i++)
		r->lost += cut.of[i]->end - cut.of[i]->begin;
	shadow_paste(r, biggest, &cut);
	free(cut.of);
	map_remove(&r->shadows, biggest->key);
	shadow_free(r, biggest);
}

/* The runs of X in order, gaps filled; the usual one that is there already is not cut out. */
static bool select_runs(
	struct race *r, struct shadow *s, const struct record *x, struct cut *cut, struct run **one)
{
	*one = shadow_find(s, x->begin, x->end);
	if (*one) {
		cut->of = one;
		cut->count = 1;
		return false;
	}
	*cut = r->cut;
	shadow_cut(r, s, x->begin, x->end, cut);
	fill(r, s, cut, x->begin, x->end);
	return true;
}

void race_access(struct race *r, int task, const struct race_access *a)
{
	struct task *t = task_get(r, task);
	struct shadow *s = shadow_get(r, a->object);
	enum class class = class_of((enum race_kind)a->kind);
	bool learns = a->kind == RACE_ATOMIC_READ || a->kind == RACE_ATOMIC_UPDATE;
	bool tells = class == ATOMIC_WRITE && releases(a->order);
	struct change change = {0};
	struct run *one;
	struct cut cut;

	if (!a->size)
		return;
	r->before = t->last;
	if (tells)
		task_sync(r, t, RACE_SYNC_PUBLISH, a->object);
	else if (learns && acquires(a->order))
		task_sync(r, t, RACE_SYNC_LEARN, a->object);
	else
		r->op++;

	struct record *x = record_new(r, t, a);
	bool out = select_runs(r, s, x, &cut, &one);
	struct clock *told = NULL;

	for (size_t i = 0; learns && i < cut.count; i++)
		learn(r, t, cut.of[i], a->order);
	t->dirty = true;
	if (class == ATOMIC_WRITE)
		told = tells ? task_publish(r, t) : clock_ref(t->fenced);
	for (size_t i = 0; i < cut.count; i++)
		touch(r, t, s, cut.of[i], x, told, &change);
	if (out) {
		shadow_paste(r, s, &cut);
		r->cut.of = cut.of;
		r->cut.room = cut.room;
	}
	past_drop(change.from);
	past_drop(change.to);
	past_drop(change.alone);
	clock_drop(told);
	record_drop(x);
	if (r->runs > r->limits.runs)
		forget_biggest(r);
}

void race_fence(struct race *r, int task, enum race_order order)
{
	struct task *t = task_get(r, task);

	if (order == RACE_RELAXED)
		return;
	task_sync(r, t, RACE_SYNC_FENCE, 0);
	if (acquires(order))
		task_learn(r, t, t->glimpsed);
	if (releases(order)) {
		struct clock *told = task_publish(r, t);

		clock_set(&t->fenced, told);
		clock_drop(told);
	}
}

void race_forget(struct race *r, uint64_t object, uint64_t begin, uint64_t end)
{
	struct shadow *s = map_find(&r->shadows, object);

	if (!s || begin >= end)
		return;
	shadow_cut(r, s, begin, end, &r->cut);
	for (size_t i = 0; i < r->cut.count; i++)
		shadow_run_free(r, s, r->cut.of[i]);
	r->cut.count = 0;
	shadow_paste(r, s, &r->cut);
	if (!s->runs) {
		map_remove(&r->shadows, object);
		shadow_free(r, s);
	}
}
