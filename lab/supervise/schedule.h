/*
 * Schedules: who goes next where more than one task could. A schedule has a name, and its name is
 * all that is needed to replay it:
 *
 *	natural		the current task runs until it blocks, then the lowest index
 *	random:SEED	every choice is drawn
 *	pct:SEED:DEPTH:STEPS
 *			each task gets a drawn priority at first sight, the highest one runs; at
 *			DEPTH-1 choices, drawn from the first STEPS, the one that would run falls
 *			below all others (probabilistic concurrency testing: Burckhardt, Kothari,
 *			Musuvathi, Nagarakatte, ASPLOS 2010). A bug that needs DEPTH orderings is
 *			found with a probability of 1/(tasks * STEPS^(DEPTH-1)) or better
 *	slow:SEED	every choice is drawn, and time may run past a task that could run, as on a
 *			machine that is slow: whoever relies on sleeping is found out
 *	choices:A.B.C	the first choice takes the A-th of those that can run (from 0), ...; natural
 *			after the last
 */
#ifndef LAB_SUPERVISE_SCHEDULE_H
#define LAB_SUPERVISE_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/base/error.h"
#include "lab/base/rng.h"

#define SCHEDULE_DEPTH_MAX 16
#define SCHEDULE_STEPS_MAX 1000000

enum schedule_kind {
	SCHEDULE_NATURAL,
	SCHEDULE_RANDOM,
	SCHEDULE_PCT,
	SCHEDULE_SLOW,
	SCHEDULE_CHOICES,
};

struct schedule {
	enum schedule_kind kind;
	struct rng rng;
	uint64_t *priorities; /* pct: of each task, by index; 0: not seen yet */
	size_t priority_count;
	uint64_t changes[SCHEDULE_DEPTH_MAX]; /* pct: choices at which a priority falls, from 0 */
	size_t change_count;
	uint64_t made;   /* pct: choices so far */
	uint64_t yields; /* pct: tasks that fell by yielding */
	unsigned *choices;
	size_t choice_count, next;
};

/* NAME NULL: natural. A bad name is LAB_USAGE. */
int schedule_init(struct schedule *s, const char *name, struct lab_error *e);
void schedule_done(struct schedule *s);
/* Which of the COUNT runnable TASKS (in order of index) goes; CURRENT is the position of the one
 * that ran last, COUNT if it cannot run. COUNT > 1. */
size_t schedule_pick(struct schedule *s, const int *tasks, size_t count, size_t current);
/* How often in a row, at most MOST, schedule_pick() would pick CURRENT, if asked the same; S stays
 * as it is. */
unsigned schedule_ahead(
	const struct schedule *s, const int *tasks, size_t count, size_t current, unsigned most);
/* TASK waits by going round: it is the last that a pct schedule would run. */
void schedule_yield(struct schedule *s, int task);
/* Time could run past those that can run: does it? */
bool schedule_lets_time_pass(struct schedule *s);

#endif
