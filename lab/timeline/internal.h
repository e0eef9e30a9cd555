/* What the files of this room share. */
#ifndef LAB_TIMELINE_INTERNAL_H
#define LAB_TIMELINE_INTERNAL_H

#include "lab/timeline/timeline.h"

/* Steps are kept as 32 bits: a log of so many events could not be held in memory. */
#define NO_STEP UINT32_MAX

struct lane {
	uint64_t *changes; /* step << 8 | state, in order */
	size_t count;
	char *name;
	const char *program; /* part of it */
};

struct row_list {
	struct timeline_row *list;
	size_t count;
};

struct timeline {
	const struct event_log *log;
	struct model **copies; /* copies[i]->next grows */
	size_t copy_count;
	struct model *nothing;
	struct model *slots[TIMELINE_SLOTS];
	struct lane *lanes; /* lanes[0] is t1's */
	size_t lane_count;
	uint32_t *shown; /* steps */
	size_t shown_count;
	struct row_list folded; /* unfolded, each that is shown is a row */
	uint32_t *sources;      /* for each step the one that it came from, or NO_STEP */
};

/* rows.c */
void rows_make(struct timeline *t);
/* The first of t->shown at or after STEP. */
size_t shown_at(const struct timeline *t, size_t step);

/* sources.c: what the pass tells it of each event, once the model has it. */
struct sources;
struct sources *sources_new(struct timeline *t);
void sources_note(struct sources *s, const struct model *m, const struct event *e);
void sources_free(struct sources *s);

#endif
