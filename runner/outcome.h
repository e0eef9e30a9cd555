/*
 * What came of checking a submission, as it is kept and shown: a grade without the process that
 * made it. It travels from the job that grades (runner/session/job.c) as one line of JSON.
 */
#ifndef RUNNER_OUTCOME_H
#define RUNNER_OUTCOME_H

#include <stddef.h>

#include "lab/base/buf.h"
#include "lab/base/error.h"
#include "lab/grade/grade.h"
#include "lab/report/report.h"

struct outcome {
	struct report
		report;      /* its strings belong to the outcome, but for title, lesson, api,
				submission, course and program: the owner of the outcome fills them in */
	struct json_t *json; /* what they point into */
	struct report_diagnostic *diagnostics;
	struct check_result *checks;
	struct refusal *refused;
};

/* Adds one line of JSON without '\n'. */
void outcome_write(struct buf *into, const struct grade *grade);
/* NULL and E: TEXT is no outcome. */
struct outcome *outcome_read(const char *text, struct lab_error *e);
/* The same from REPORT, what `check --json` printed: without the reason of a broken one. Either as
 * text, or as an object that it keeps. */
struct outcome *outcome_of_report(const char *report, struct lab_error *e);
struct outcome *outcome_of_object(struct json_t *report, struct lab_error *e);
void outcome_free(struct outcome *o);

/* The N-th check that did not pass, from 0; NULL past the last. */
const struct check_result *outcome_failed(const struct outcome *o, size_t n);
size_t outcome_failed_count(const struct outcome *o);

#endif
