/*
 * A timeline as lines of styled text: its rows with their lanes, the state beside them, the cycle
 * of a deadlock. Made from lab/timeline, shown by a screen, printable without one.
 */
#ifndef RUNNER_VIEW_TIMELINE_H
#define RUNNER_VIEW_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/timeline/timeline.h"
#include "runner/view/text.h"

/* What is drawn of a timeline. */
struct view_timeline {
	struct timeline *timeline;
	bool folded;
	size_t row;          /* the one that one stands at */
	const char *finding; /* how the run ended, in the words of a verdict; NULL */
	const struct verdict_link *cycle;
	size_t cycle_length;
};

/* A line with the lanes' names, then the rows from TOP on: COUNT lines in all, each of INTO's
 * width. */
void view_timeline_rows(struct text *into, const struct view_timeline *v, size_t top, size_t count);
/* Whose lane it is that such lines of WIDTH columns have at COLUMN; 0: there is none. */
int view_timeline_lane(
	const struct view_timeline *v, size_t top, size_t count, int width, int column);
/* The state at the row, and what changed since the row before. FIRST: the first line with a change,
 * 0 if there is none. */
void view_timeline_state(struct text *into, const struct view_timeline *v, size_t *first);
/* "12 of 27  0.000014 s" */
void view_timeline_position(struct styled *into, const struct view_timeline *v);
/* The step that a row stands for; TIMELINE_NONE: there is no row. */
size_t view_timeline_step(const struct view_timeline *v);

#endif
