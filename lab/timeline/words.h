/*
 * The state of tasks and objects in a few words each; for this room only. All append to INTO, and
 * nothing where there is nothing to say.
 */
#ifndef LAB_TIMELINE_WORDS_H
#define LAB_TIMELINE_WORDS_H

#include "lab/timeline/timeline.h"

/* words_task.c */
void fact_state(struct buf *into, const struct model *m, const struct model_task *t);
void fact_place(struct buf *into, const struct model_task *t);
void fact_descriptors(struct buf *into, const struct model *m, int process);
void fact_signals(struct buf *into, const struct model_task *t);

/* words_object.c */
void fact_content(struct buf *into, const struct model *m, const struct model_object *o);
void fact_ends(struct buf *into, const struct model *m, const struct model_object *o);
/* BLOCKED: all tasks that wait. */
void fact_waiters(struct buf *into, const struct model_task *const *blocked, size_t count,
	const struct model_object *o);
bool is_kind(const char *id, const char *kind); /* "pipe:1" is a "pipe" */

#endif
