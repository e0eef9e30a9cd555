/*
 * Vector clocks, and the lists of held locks: shared values with a count of references. And the map
 * from the caller's keys to what is known of them; its order is that of creation, so that no order
 * of a hash is ever seen.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/race/internal.h"

struct clock *clock_new(int owner, unsigned count)
{
	struct clock *c = lab_xmalloc(sizeof(*c) + count * sizeof(c->at[0]));

	c->refs = 1;
	c->owner = owner;
	c->count = count;
	return c;
}

struct clock *clock_ref(struct clock *c)
{
	if (c)
		c->refs++;
	return c;
}

void clock_drop(struct clock *c)
{
	if (c && --c->refs == 0)
		free(c);
}

/* Is all of A in B? */
static bool within(const struct clock *a, const struct clock *b)
{
	for (unsigned i = 0; i < a->count; i++) {
		if (a->at[i] > (i < b->count ? b->at[i] : 0))
			return false;
	}
	return true;
}

struct clock *clock_join(struct clock *a, struct clock *b)
{
	if (!a || a == b)
		return clock_ref(b);
	if (!b || within(b, a))
		return clock_ref(a);
	if (within(a, b))
		return clock_ref(b);

	struct clock *c = clock_new(0, a->count > b->count ? a->count : b->count);

	memcpy(c->at, a->at, a->count * sizeof(c->at[0]));
	for (unsigned i = 0; i < b->count; i++) {
		if (b->at[i] > c->at[i])
			c->at[i] = b->at[i];
	}
	return c;
}

void clock_set(struct clock **place, struct clock *c)
{
	clock_ref(c);
	clock_drop(*place);
	*place = c;
}

void clock_add(struct clock **place, struct clock *more)
{
	struct clock *joined = clock_join(*place, more);

	clock_drop(*place);
	*place = joined;
}

struct held *held_ref(struct held *h)
{
	if (h)
		h->refs++;
	return h;
}

void held_drop(struct held *h)
{
	if (h && --h->refs == 0)
		free(h);
}

static size_t bucket(const struct map *m, uint64_t key)
{
	key ^= key >> 32;
	key *= 0x9e3779b97f4a7c15u;
	return (key >> 32) & (m->bucket_count - 1);
}

static struct map_entry *entry(const struct map *m, uint64_t key)
{
	if (!m->bucket_count)
		return NULL;
	for (struct map_entry *e = m->buckets[bucket(m, key)]; e; e = e->chain) {
		if (e->key == key)
			return e;
	}
	return NULL;
}

void *map_find(const struct map *m, uint64_t key)
{
	const struct map_entry *e = entry(m, key);

	return e ? e->value : NULL;
}

static void chain(struct map *m, struct map_entry *e)
{
	struct map_entry **head = &m->buckets[bucket(m, e->key)];

	e->chain = *head;
	*head = e;
}

static void grow(struct map *m)
{
	free(m->buckets);
	m->bucket_count = m->bucket_count ? m->bucket_count * 2 : 16;
	m->buckets = lab_xmalloc(m->bucket_count * sizeof(*m->buckets));
	for (struct map_entry *e = m->first; e; e = e->next)
		chain(m, e);
}

void map_add(struct map *m, uint64_t key, void *value)
{
	struct map_entry *e = lab_xmalloc(sizeof(*e));

	if (m->count >= m->bucket_count)
		grow(m);
	e->key = key;
	e->value = value;
	e->prev = m->last;
	if (m->last)
		m->last->next = e;
	else
		m->first = e;
	m->last = e;
	m->count++;
	chain(m, e);
}

void *map_remove(struct map *m, uint64_t key)
{
	struct map_entry *e = entry(m, key);

	if (!e)
		return NULL;

	void *value = e->value;
	struct map_entry **link = &m->buckets[bucket(m, key)];

	while (*link != e)
		link = &(*link)->chain;
	*link = e->chain;
	*(e->prev ? &e->prev->next : &m->first) = e->next;
	*(e->next ? &e->next->prev : &m->last) = e->prev;
	m->count--;
	free(e);
	return value;
}

void map_done(struct map *m, void (*free_value)(void *value))
{
	for (struct map_entry *e = m->first, *next; e; e = next) {
		next = e->next;
		if (free_value)
			free_value(e->value);
		free(e);
	}
	free(m->buckets);
	memset(m, 0, sizeof(*m));
}
