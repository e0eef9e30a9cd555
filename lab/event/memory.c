/* Memory of a log: see memory.h. Knows no event. */
#include "config.h"

#include "lab/event/memory.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/rng.h"

/* Of an arena's first block; each later one is twice as long as the one before. Most logs are
 * short, and a block that is zeroed as a whole costs more than the run that it is for. */
#define BLOCK_FIRST ((size_t)16 << 10)
#define BLOCK_MOST  ((size_t)1 << 20)
#define ALIGNMENT   sizeof(uint64_t)

struct arena_block {
	struct arena_block *older;
	size_t used, size;
	uint64_t data[];
};

static size_t aligned(size_t size)
{
	return (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}

static struct arena_block *block_new(size_t size)
{
	struct arena_block *b = lab_xrealloc(NULL, sizeof(*b) + size);

	*b = (struct arena_block){.size = size};
	return b;
}

static size_t next_size(const struct arena_block *last)
{
	if (!last)
		return BLOCK_FIRST;
	return last->size < BLOCK_MOST / 2 ? last->size * 2 : BLOCK_MOST;
}

void *arena_take(struct arena *a, size_t size)
{
	struct arena_block *b = a->block;
	void *piece;

	size = aligned(size);
	if (!b || b->size - b->used < size) {
		size_t room = next_size(b);

		b = block_new(size > room ? size : room);
		b->older = a->block;
		a->block = b;
	}
	piece = (char *)b->data + b->used;
	b->used += size;
	memset(piece, 0, size);
	return piece;
}

bool arena_grow(struct arena *a, const void *end, size_t more)
{
	struct arena_block *b = a->block;

	more = aligned(more);
	if (!b || (const char *)b->data + b->used != end || b->size - b->used < more)
		return false;
	memset((char *)b->data + b->used, 0, more);
	b->used += more;
	return true;
}

void arena_clear(struct arena *a)
{
	struct arena_block *b = a->block;

	if (!b)
		return;
	arena_done(&(struct arena){b->older});
	b->older = NULL;
	b->used = 0;
}

void arena_done(struct arena *a)
{
	while (a->block) {
		struct arena_block *older = a->block->older;

		free(a->block);
		a->block = older;
	}
}

static const char *keep(struct arena *a, const void *bytes, size_t len)
{
	char *copy = arena_take(a, len + 1);

	if (len)
		memcpy(copy, bytes, len);
	return copy;
}

const char *memory_bytes(struct event_log_memory *m, const void *bytes, size_t len)
{
	return keep(&m->bytes, bytes, len);
}

/* Where TEXT is, or the free slot where it belongs. */
static size_t name_slot(const struct event_log_memory *m, const char *text, size_t len)
{
	size_t slot = (size_t)rng_hash(text, len) & (m->name_slots - 1);

	while (m->names[slot] &&
		(strncmp(m->names[slot], text, len) != 0 || m->names[slot][len] != '\0'))
		slot = (slot + 1) & (m->name_slots - 1);
	return slot;
}

static void names_double(struct event_log_memory *m)
{
	const char **old = m->names;
	size_t old_slots = m->name_slots;

	m->name_slots = old_slots ? old_slots * 2 : 256;
	m->names = lab_xmalloc(m->name_slots * sizeof(*m->names));
	for (size_t i = 0; i < old_slots; i++)
		if (old[i])
			m->names[name_slot(m, old[i], strlen(old[i]))] = old[i];
	free(old);
}

const char *memory_name(struct event_log_memory *m, const char *text, size_t len)
{
	size_t slot;

	len = strnlen(text, len);
	if (m->name_count * 2 >= m->name_slots)
		names_double(m);
	slot = name_slot(m, text, len);
	if (!m->names[slot]) {
		m->names[slot] = keep(&m->texts, text, len);
		m->name_count++;
	}
	return m->names[slot];
}

const char *memory_text(struct event_log_memory *m, const char *text)
{
	uint64_t place = (uint64_t)(uintptr_t)text * UINT64_C(0x9e3779b97f4a7c15);
	const char **recent = &m->recent[place >> 32 & (MEMORY_RECENT - 1)];

	if (!*recent || strcmp(*recent, text) != 0)
		*recent = memory_name(m, text, strlen(text));
	return *recent;
}

struct event_log_memory *memory_new(void)
{
	return lab_xmalloc(sizeof(struct event_log_memory));
}

void memory_free(struct event_log_memory *m)
{
	if (!m)
		return;
	arena_done(&m->records);
	arena_done(&m->bytes);
	arena_done(&m->texts);
	free(m->names);
	free(m);
}
