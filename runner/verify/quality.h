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

/* Of each exercise: which check catches each wrong program first, which one was meant, and which
 * others fail; how many each check catches; how long all its gradings took. Its form is "quality"
 * in lab/report/report.schema.json. ROWS: variants of an exercise stand together. */
json_t *quality_object(const struct quality_row *rows, size_t count);
/* The same in words. */
void quality_print(FILE *out, const json_t *quality);

#endif
