/* One variant graded, and whether it got what it should. */
#ifndef RUNNER_VERIFY_GRADE_H
#define RUNNER_VERIFY_GRADE_H

#include <jansson.h>

#include "lab/grade/grade.h"
#include "runner/verify_problem.h"
#include "runner/verify_variant.h"

/* What GRADE got must be what V is for. SCHEDULE: forced, or NULL. */
void outcome_check(const struct variant *v, const char *schedule, const struct grade *grade,
	struct problems *problems);

/* Stages, grades and judges V on CPU. The answer as JSON text, for the caller of the pool; free()
 * it:
 * {"problems": [text], "report": what `check --json` prints, "failed": [checks], "checks": [all],
 * "ms": wall time}. */
char *verify_grade(const struct variant *v, const char *schedule, int cpu, int cancel_fd);

#endif
