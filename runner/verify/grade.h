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

/* Stages V, builds it and grades it on CPU: as its test explores, that again from the saved logs,
 * and if it is a right one with each kind of schedule forced. The answer as JSON text, for the
 * caller of the pool; free() it:
 * {"problems": [text], "reports": {SCHEDULE, "" for the test's own: what `check --json` prints},
 * "failed": [checks], "checks": [all], "gradings": how many, "ms": wall time of all}. */
char *verify_grade(const struct variant *v, int cpu, int cancel_fd);

/* Which part of two reports, as JSON, is not the same. */
const char *report_difference(const char *a, const char *b);

#endif
