/* What the known-wrong programs tell of the checks. */
#ifndef RUNNER_VERIFY_QUALITY_H
#define RUNNER_VERIFY_QUALITY_H

#include <jansson.h>
#include <stdio.h>

#include "runner/verify/variant.h"

struct quality_row {
	const struct variant *variant;
	const json_t *answer; /* of verify_grade() */
};

/* Of each exercise: which check catches each wrong program first, and whether that is the one that
 * was meant; which checks no wrong program needs; how long all its gradings took. ROWS: variants of
 * an exercise stand together. */
void quality_print(FILE *out, const struct quality_row *rows, size_t count);

#endif
