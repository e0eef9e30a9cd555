/*
 * A deadlock, taken apart: one struct waiter for each blocked task, filled by the rule for its call
 * (waits_pipe.c, waits_queue.c, waits_sem.c, waits_lock.c, waits_task.c), put together by
 * deadlock.c. For this room only.
 */
#ifndef LAB_VERDICT_WAITS_H
#define LAB_VERDICT_WAITS_H

#include "lab/base/buf.h"
#include "lab/event/event.h"
#include "lab/model/model.h"

/* How much a headline explains; the highest one opens the message. */
enum rank {
	RANK_NONE,
	RANK_CONSEQUENCE, /* it waits for somebody who is blocked himself */
	RANK_GENERIC,     /* nobody is there to wake it */
	RANK_LIKELY,      /* a pattern that fits, with other readings */
	RANK_PARTNER,     /* the one who should act is known, and why he does not */
	RANK_OWN,         /* it waits for itself */
	RANK_CYCLE,
	RANK_MISTAKE, /* a mistake with a name */
};

struct edge {
	int task;           /* who would have to act */
	const char *object; /* what he has taken, for locks; NULL */
	int64_t number;     /* in a System V set */
};

struct waiter {
	const struct event *event; /* EVENT_WAITS */
	int task;
	enum rank rank;
	struct buf headline; /* whole sentences */
	const char *advice;  /* where to read on, or NULL */
	struct buf detail;   /* lines below "X waits in call at place", indented by two */
	struct edge *edges;
	size_t edge_count;
};

struct deadlock {
	const struct event_log *log;
	const struct model *model;
	size_t at; /* step of the EVENT_DEADLOCK */
	struct waiter *waiters;
	size_t waiter_count;
	const struct event **holds; /* EVENT_HOLDS, once a process */
	size_t hold_count;
};

typedef void wait_rule(const struct deadlock *d, struct waiter *w);

struct wait_row {
	const char *name;
	wait_rule *explain;
};
extern const struct wait_row waits_pipe[], waits_queue[], waits_sem[], waits_lock[],
	waits_task[]; /* end: name NULL */

/* A poll or select without descriptors: a sleep that only a signal ends. */
wait_rule explain_idle;

/* Clears W's headline for a better one; NULL if it has one of RANK or more. */
struct buf *waiter_headline(struct waiter *w, enum rank rank, const char *advice);
void waiter_edge(struct waiter *w, int task, const char *object, int64_t number);
/* The waiter of a task's process, NULL if it is not blocked. */
const struct waiter *waiter_of(const struct deadlock *d, int task);
/* "waits itself, in waitpid(4712) at count.c:31"; "is stopped"; "is dead" */
void say_state(struct buf *into, const struct deadlock *d, int task);
/* The NTH (from 0) process with OBJECT open in a mode that contains MODE ('r' or 'w'); the
 * EVENT_HOLDS, or NULL. */
const struct event *holder(const struct deadlock *d, const char *object, char mode, size_t nth);
/* The same, but the first one that is not W's own process. */
const struct event *other_end(
	const struct deadlock *d, const struct waiter *w, const char *object, char mode);
/* Lines for everyone who has OBJECT open in MODE, and edges to them; ITSELF is said of W's own.
 * Returns how many others there are. */
size_t list_holders(const struct deadlock *d, struct waiter *w, const char *object, char mode,
	const char *itself);
/* The signal whose handler ran as the last thing before the wait; NULL if none did. RESTARTED: the
 * call was already waiting then. */
const struct event *handled_before(
	const struct deadlock *d, const struct waiter *w, bool *restarted);
/* The signal whose handler runs now, in which the task waits; NULL if none does. */
const struct event *inside_handler(const struct deadlock *d, const struct waiter *w);

/* The last sending of signal NAME to a task's process: EVENT_CALL (kill, ...) or, from outside,
 * EVENT_SIGNAL; NULL if the log has none. */
const struct event *signal_sent(const struct deadlock *d, int task, const char *name);

/* Lines for everyone who took OBJECT and did not give it back, and edges to them. */
void say_takers(const struct deadlock *d, struct waiter *w, const char *object, int64_t number);

/* The whole message. PLACE: of the wait that the headline is about. */
char *deadlock_message(const struct event_log *log, size_t at, struct event_place *place);

#endif
