/*
 * How results become grades: a policy, as staff write it in one YAML file. Knows the course, no
 * student and no result. It is applied when reports are made, never when work is graded, so that
 * another policy grades nothing again.
 *
 *	deadline: 2026-03-01 23:59 +0100        # for all that has none of its own
 *	deadlines: {04-pipes: 2026-03-08 23:59 +0100}
 *	late: {grace: 15m, per-day: 10%, cap: 50%}
 *	weights: {04-pipes: 2, 04-pipes/02-eof-or-hang: 0.5}
 *	drop-lowest: 1
 *
 * Where a chapter and one of its exercises are both named, the exercise's own counts.
 */
#ifndef LAB_EXERCISE_POLICY_H
#define LAB_EXERCISE_POLICY_H

#include <stdint.h>

#include "lab/base/error.h"
#include "lab/exercise/exercise.h"

struct policy_rule {
	char *of; /* a chapter, or an exercise's id */
	double weight;
	int64_t deadline;
};

struct policy_rules {
	struct policy_rule *list;
	size_t count;
};

struct policy {
	int64_t deadline; /* seconds since 1970; 0: none */
	struct policy_rules deadlines, weights;
	int64_t grace;  /* seconds after the deadline that cost nothing */
	double per_day; /* part of the score that each day begun costs, counted from the deadline;
			 */
	double cap;     /* at most this. 0 to 1 */
	int drop_lowest;
};

/* The first fault is LAB_USAGE, "file:line:column: what, and what was expected"; so is a chapter or
 * an exercise that COURSE has not. policy_done() either way. */
int policy_read(
	const char *path, const struct course *course, struct policy *p, struct lab_error *e);
void policy_done(struct policy *p);

double policy_weight(const struct policy *p, const char *exercise);    /* 1 if nothing is said */
int64_t policy_deadline(const struct policy *p, const char *exercise); /* 0: none */
/* The part of its score that work costs which was handed in then (0: nobody knows: nothing). */
double policy_penalty(const struct policy *p, const char *exercise, int64_t submitted);

#endif
