/*
 * What is remembered of memory: for each object its runs, stretches of bytes with the same past, in
 * a treap. A range of any size is one run until something cuts it. Weights come from a generator
 * that begins the same in each struct race, so that the shape, too, is always the same.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/race/internal.h"

struct record *record_ref(struct record *x)
{
	x->refs++;
	return x;
}

void record_drop(struct record *x)
{
	if (--x->refs)
		return;
	held_drop(x->held);
	free(x);
}

struct past *past_new(size_t room)
{
	struct past *p = lab_xmalloc(sizeof(*p) + room * sizeof(p->of[0]));

	p->refs = 1;
	return p;
}

struct past *past_ref(struct past *p)
{
	if (p)
		p->refs++;
	return p;
}

void past_drop(struct past *p)
{
	if (!p || --p->refs)
		return;
	for (size_t i = 0; i < p->count; i++)
		record_drop(p->of[i]);
	free(p);
}

struct run *shadow_run_new(struct race *r, struct shadow *s, uint64_t begin, uint64_t end)
{
	struct run *run = lab_xmalloc(sizeof(*run));

	r->dice ^= r->dice << 13; /* xorshift32, Marsaglia 2003 */
	r->dice ^= r->dice >> 17;
	r->dice ^= r->dice << 5;
	run->weight = r->dice;
	run->begin = begin;
	run->end = end;
	s->runs++;
	r->runs++;
	return run;
}

void shadow_run_free(struct race *r, struct shadow *s, struct run *run)
{
	clock_drop(run->released);
	past_drop(run->past);
	free(run);
	s->runs--;
	r->runs--;
}

/* Both in order, all of LEFT before all of RIGHT. */
static struct run *merge(struct run *left, struct run *right)
{
	if (!left || !right)
		return left ? left : right;
	if (left->weight >= right->weight) {
		left->right = merge(left->right, right);
		return left;
	}
	right->left = merge(left, right->left);
	return right;
}

/* What begins before AT, and the rest. */
static void split(struct run *root, uint64_t at, struct run **before, struct run **rest)
{
	if (!root) {
		*before = *rest = NULL;
	} else if (root->begin < at) {
		split(root->right, at, &root->right, rest);
		*before = root;
	} else {
		split(root->left, at, before, &root->left);
		*rest = root;
	}
}

static void cut_add(struct cut *cut, struct run *run)
{
	if (cut->count == cut->room) {
		cut->room = cut->room ? cut->room * 2 : 16;
		cut->of = lab_xrealloc(cut->of, cut->room * sizeof(struct run *));
	}
	cut->of[cut->count++] = run;
}

static void collect(struct cut *cut, struct run *root)
{
	if (!root)
		return;
	collect(cut, root->left);
	cut_add(cut, root);
	collect(cut, root->right);
}

/* If the last of RUNS goes on beyond AT: what does. */
static struct run *overhang(struct race *r, struct shadow *s, struct run *runs, uint64_t at)
{
	while (runs && runs->right)
		runs = runs->right;
	if (!runs || runs->end <= at)
		return NULL;

	struct run *rest = shadow_run_new(r, s, at, runs->end);

	rest->head = runs->head;
	rest->released = clock_ref(runs->released);
	rest->past = past_ref(runs->past);
	runs->end = at;
	return rest;
}

void shadow_cut(struct race *r, struct shadow *s, uint64_t begin, uint64_t end, struct cut *cut)
{
	struct run *middle;

	cut->count = 0;
	split(s->root, begin, &cut->left, &middle);
	middle = merge(overhang(r, s, cut->left, begin), middle);
	split(middle, end, &middle, &cut->right);
	cut->right = merge(overhang(r, s, middle, end), cut->right);
	collect(cut, middle);
	s->root = NULL;
}

void shadow_paste(struct race *r, struct shadow *s, struct cut *cut)
{
	struct run *root = cut->left;
	struct run *last = NULL;

	for (size_t i = 0; i < cut->count; i++) {
		struct run *run = cut->of[i];

		if (last && last->end == run->begin && last->past == run->past &&
			last->released == run->released && last->head == run->head) {
			last->end = run->end;
			shadow_run_free(r, s, run);
			continue;
		}
		run->left = run->right = NULL;
		root = merge(root, run);
		last = run;
	}
	s->root = merge(root, cut->right);
}

struct run *shadow_find(const struct shadow *s, uint64_t begin, uint64_t end)
{
	struct run *run = s->root;

	while (run && run->begin != begin)
		run = begin < run->begin ? run->left : run->right;
	return run && run->end == end ? run : NULL;
}

void shadow_free(struct race *r, struct shadow *s)
{
	struct cut cut = {0};

	collect(&cut, s->root);
	for (size_t i = 0; i < cut.count; i++)
		shadow_run_free(r, s, cut.of[i]);
	free(cut.of);
	free(s);
}
