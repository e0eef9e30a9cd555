/*
 * Memory of a log, for this room only: three arenas and a table of names.
 *
 * Records (events and their arguments) and bytes (strings) lie in arenas of their own, so that the
 * arguments of the event that is being built end at the top of theirs and grow in place: a run of
 * a million events costs what its events hold, and nothing is ever moved or freed one by one.
 * Names, keys, files and functions are kept once each, also when all events are forgotten.
 */
#ifndef LAB_EVENT_MEMORY_H
#define LAB_EVENT_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MEMORY_RECENT 256 /* a power of two */

struct arena_block;

struct arena {
	struct arena_block *block; /* the one in use; the older ones hang behind it */
};

struct event_log_memory {
	struct arena records;
	struct arena bytes;
	struct arena texts; /* of the names */
	const char **names; /* open addressing; NULL: free */
	size_t name_slots;  /* a power of two, or 0 */
	size_t name_count;
	const char *recent[MEMORY_RECENT]; /* of them, by where the text came from */
	size_t event_slots;                /* allocated length of event_log.events */
};

/* SIZE zeroed bytes, aligned for any record of this room. */
void *arena_take(struct arena *a, size_t size);
/* END is where a piece from arena_take ends: true if MORE bytes behind it now belong to it. */
bool arena_grow(struct arena *a, const void *end, size_t more);
/* Forgets all pieces, and keeps memory for as many as fit into one block. */
void arena_clear(struct arena *a);
void arena_done(struct arena *a);

/* The one copy of TEXT[0..LEN). Equal texts give equal pointers. */
const char *memory_name(struct event_log_memory *m, const char *text, size_t len);
/* The same for a text with a NUL: at once if what lies at TEXT is still what was asked for last. */
const char *memory_text(struct event_log_memory *m, const char *text);
/* A copy, NUL-terminated; TEXT may hold NULs. */
const char *memory_bytes(struct event_log_memory *m, const void *bytes, size_t len);

struct event_log_memory *memory_new(void);
void memory_free(struct event_log_memory *m);

#endif
