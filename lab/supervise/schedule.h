/*
 * Schedules: who goes next where more than one task could. A schedule has a name, and its name is
 * all that is needed to replay it:
 *
 *	natural		the current task runs until it blocks, then the lowest index
 *	random:SEED	every choice is drawn
 *	choices:A.B.C	the first choice takes the A-th of those that can run (from 0), ...; natural
 *			after the last
 */
#ifndef LAB_SUPERVISE_SCHEDULE_H
#define LAB_SUPERVISE_SCHEDULE_H

#include <stddef.h>
#include <stdint.h>

#include "lab/base/error.h"
#include "lab/base/rng.h"

enum schedule_kind { SCHEDULE_NATURAL, SCHEDULE_RANDOM, SCHEDULE_CHOICES };

struct schedule {
	enum schedule_kind kind;
	struct rng rng;
	unsigned *choices;
	size_t choice_count, next;
};

/* NAME NULL: natural. A bad name is LAB_USAGE. */
int schedule_init(struct schedule *s, const char *name, struct lab_error *e);
void schedule_done(struct schedule *s);
/* Which of COUNT runnable tasks (in order of index) goes; CURRENT is the position of the one that
 * ran last, COUNT if it cannot run. COUNT > 1. */
size_t schedule_pick(struct schedule *s, size_t count, size_t current);

#endif
