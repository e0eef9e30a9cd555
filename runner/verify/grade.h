/* One variant graded, and whether it got what it should. */
#ifndef RUNNER_VERIFY_GRADE_H
#define RUNNER_VERIFY_GRADE_H

#include <jansson.h>

#include "lab/grade/grade.h"
#include "runner/verify/problem.h"
#include "runner/verify/variant.h"

/* What GRADE got must be what V is for. SCHEDULE: forced, or NULL. */
void outcome_check(const struct variant *v, const char *schedule, const struct grade *grade,
	struct problems *problems);

/* Some rounds of a variant: FIRST (0 is the first of all), COUNT of them, at most
 * VERIFY_ROUNDS_MOST. */
struct verify_rounds {
	size_t first, count;
};

enum { VERIFY_ROUNDS_MOST = 10 };

/* Stages V, builds it once and grades it on CPU. Round 0: as its test explores, that again from the
 * saved logs, and if it is a right one with each kind of schedule forced. Each later round: as its
 * test explores, and a right one with the next of the forced schedules. What is judged from equal
 * logs is equal, so that no later round needs to judge them again. The answer as JSON text, for the
 * caller of the pool; free() it:
 * {"problems": [text], "reports": [[ROUND, SCHEDULE, "" for the test's own, what `check --json`
 * prints]], "failed": [checks], "checks": [all], "gradings": how many, "ms": wall time of all}. */
char *verify_grade(const struct variant *v, struct verify_rounds rounds, int cpu, int cancel_fd);

/* Which part of two reports, as JSON, is not the same. */
const char *report_difference(const char *a, const char *b);

#endif
