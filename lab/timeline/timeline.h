/*
 * An event log that is walked through: the state at any event, what is to be shown of the log, what
 * joins two lanes, where to go next. Pure: reads a log, knows no terminal.
 *
 * Made in one pass. On the way copies of the model are kept, the larger it is the farther apart, so
 * that any state is a copy and a few hundred events away. What the log does not tell is not said.
 *
 * A step is the number of an event. "The state at step N" is the one after event N.
 */
#ifndef LAB_TIMELINE_TIMELINE_H
#define LAB_TIMELINE_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/base/buf.h"
#include "lab/event/event.h"
#include "lab/model/model.h"

#define TIMELINE_NONE SIZE_MAX

struct timeline;

/* LOG must outlive it, and may have no event. */
struct timeline *timeline_new(const struct event_log *log);
void timeline_free(struct timeline *t);
static inline void timeline_cleanup_(struct timeline **t)
{
	timeline_free(*t);
}
#define TIMELINE_SCOPED __attribute__((cleanup(timeline_cleanup_))) struct timeline
const struct event_log *timeline_log(const struct timeline *t);

/* The state at STEP. Two are at hand at a time, one a slot, each until the slot's next call. */
enum timeline_slot { TIMELINE_NOW, TIMELINE_BEFORE, TIMELINE_SLOTS };
const struct model *timeline_at(struct timeline *t, enum timeline_slot slot, size_t step);
/* Before the first event. */
const struct model *timeline_nothing(const struct timeline *t);

/* ---- lanes: each task has one ---- */

int timeline_tasks(const struct timeline *t); /* t1 to tN */
enum model_state timeline_state(const struct timeline *t, int task, size_t step);
/* "count", "count 4711"; "" for a task that the log does not tell of. Belongs to the timeline. */
const char *timeline_name(const struct timeline *t, int task);

/* What goes from one task to another at STEP: a fork, a signal, the bytes that a read took, ... */
struct timeline_arrow {
	int from, to;  /* tasks */
	size_t source; /* the step where it began: the write of a read; TIMELINE_NONE: here */
};
bool timeline_arrow(const struct timeline *t, size_t step, struct timeline_arrow *arrow);

/* ---- rows: what is shown of the log ---- */

/* One event, or TIMES of the same. A repetition may be of several rows (write, read, write, read,
 * ...): then these stand below each other, all with the same TIMES. */
struct timeline_row {
	uint32_t first, last; /* steps */
	uint32_t times;
	bool begins, ends; /* a repetition of several rows; both false in its middle */
};
/* FOLDED: with repetitions in one. */
size_t timeline_rows(const struct timeline *t, bool folded);
struct timeline_row timeline_row(const struct timeline *t, bool folded, size_t n);
/* The row of an event, or the last one before it; 0 if there is none. */
size_t timeline_row_of(const struct timeline *t, bool folded, size_t step);

/* E tells of something that went wrong, or of who is caught in it. */
bool timeline_is_trouble(const struct event *e);

/* What kind of thing an event is, for whoever has colours. */
enum timeline_tone {
	TONE_QUIET,
	TONE_CALL,
	TONE_WAIT,
	TONE_LIFE, /* of a process: begins, becomes, ends */
	TONE_ODD,  /* comes from outside the program's order: signals */
	TONE_BAD,
	TONE_CAUGHT, /* in what went wrong */
};
enum timeline_tone timeline_tone(const struct event *e);

/* ---- lanes as they are drawn ---- */

/* From SIGN_ACTS on they are of the row's own event. */
enum timeline_sign {
	SIGN_NONE,
	SIGN_LIVES,
	SIGN_WAITS,
	SIGN_STOPPED,
	SIGN_ZOMBIE,
	SIGN_ACTS,
	SIGN_SLEEPS, /* begins to wait */
	SIGN_ENDS,
	SIGN_LINE, /* of an arrow */
	SIGN_CROSSED,
	SIGN_LEFT,
	SIGN_RIGHT,
	TIMELINE_SIGNS
};
/* One sign of one column. */
const char *timeline_sign(enum timeline_sign sign, bool ascii);
/* Those of COUNT tasks, in their order, WIDE cells each (2 at least). */
struct timeline_lanes {
	const int *tasks;
	int count, wide;
};
/* CELLS has room for COUNT * WIDE. */
void timeline_cells(const struct timeline *t, const struct timeline_lanes *l, size_t step,
	enum timeline_sign *cells);

/* ---- where to go ---- */

/* The next shown step after FROM (BACK: before) that ..., or TIMELINE_NONE. */
size_t timeline_next_blocked(const struct timeline *t, size_t from, bool back);
/* ... a call failed, a task was killed, the supervisor found something wrong */
size_t timeline_next_failure(const struct timeline *t, size_t from, bool back);
/* ... used what the event FROM used; an event without an object: the same task again */
size_t timeline_next_same(const struct timeline *t, size_t from, bool back);
/* ... has TEXT in its name, its arguments, its place, its program's name; "t2": is of that task */
size_t timeline_search(const struct timeline *t, size_t from, bool back, const char *text);
/* Where the run went wrong: the deadlock, the race, the crash, ...; else the last event of FILE and
 * LINE (NULL: none is known), else the last one. */
size_t timeline_moment(const struct timeline *t, const char *file, int line);

/* ---- the state in words ---- */

/* Facts of one subject stand together, its ASPECTs in the order of this enum. */
enum timeline_aspect {
	FACT_STATE,       /* of a task: "waits in read(fd=3 pipe:1) since 0.000014" */
	FACT_PLACE,       /* "count.c:58 main()" */
	FACT_DESCRIPTORS, /* "3 r pipe:1, 4 w pipe:1" */
	FACT_SIGNALS,     /* "blocks SIGINT; pending SIGUSR1; in the handler of SIGALRM" */
	FACT_CONTENT,     /* of an object: "14 bytes", "value 0", "held by t2" */
	FACT_ENDS,        /* "written by t1 fd 4; read by t1 fd 3" */
	FACT_WAITERS,     /* "waiting: t1, t3" */
};
struct timeline_fact {
	int task;           /* or, if 0, */
	const char *object; /* "pipe:1" */
	size_t number;      /* of the object: the order in which they appeared */
	enum timeline_aspect aspect;
	char *text;
	bool changed; /* since the state it is compared with */
	bool gone;    /* it was there, and is no more: TEXT is what it was */
};
struct timeline_facts {
	struct timeline_fact *list;
	size_t count;
	size_t ended; /* tasks that are gone and say nothing */
};
/* The state NOW, compared with BEFORE (NULL: with nothing, and nothing has changed). */
void timeline_facts(
	struct timeline_facts *into, const struct model *now, const struct model *before);
void timeline_facts_done(struct timeline_facts *f);
bool timeline_same_subject(const struct timeline_fact *a, const struct timeline_fact *b);
/* The end of the paragraph that FROM begins, before END: a task's state and place are one, an
 * object's facts are one, the rest one for each fact. */
const struct timeline_fact *timeline_paragraph(
	const struct timeline_fact *from, const struct timeline_fact *end);
/* Of such a paragraph: '*' something of it has changed, '-' nothing of it is left, ' ' neither. */
char timeline_mark(const struct timeline_fact *from, const struct timeline_fact *end);
/* A fact as it stands in its paragraph, which it OPENS or goes on with: "fds 3 r pipe:1", "; no
 * more: locked by t1 (exclusive)". */
void timeline_fact_words(struct buf *into, const struct timeline_fact *f, bool opens);
/* A link of a cycle: "read(pipe:1)". */
void timeline_wait(struct buf *into, const struct event *wait);
/* "read(fd=3 pipe:1, len=4096) = 14", without the bytes that were moved. */
void timeline_call(struct buf *into, const struct event *e);

#endif
