/*
 * What `ipclab check` says, on standard output and into files: a report of each submission, in the
 * forms that were asked for. Grades nothing.
 */
#ifndef RUNNER_CHECK_OUTPUT_H
#define RUNNER_CHECK_OUTPUT_H

#include <stdbool.h>

#include "lab/base/buf.h"
#include "lab/base/error.h"
#include "lab/exercise/exercise.h"
#include "lab/grade/grade.h"
#include "lab/report/report.h"

enum check_form {
	CHECK_WHOLE, /* all there is to say, for people */
	CHECK_ROWS,  /* a line each, and the sum */
	CHECK_JSON,
	CHECK_TAP,
};

struct check_output {
	enum check_form form;
	const char *program;            /* as the caller named us */
	const char *junit, *gradescope; /* files to be written, or NULL */
	/* what they came to so far */
	size_t passed, failed, broken, untouched;
	double score, max_score;
	size_t tap_lines;
	struct buf junit_text;
	struct report_gradescope gradescope_tests;
};

/* FORM, program and files are set. */
void check_output_begin(struct check_output *o);
/* REPORT is GRADE's (runner/grading.h), filled in by the caller. */
void check_output_grade(
	struct check_output *o, const struct grade *grade, const struct report *report);
/* The student has not begun with it. */
void check_output_untouched(struct check_output *o, const struct exercise *ex);
/* The sum and the files. -1 and E: a file could not be written. */
int check_output_end(struct check_output *o, struct lab_error *e);
void check_output_done(struct check_output *o);
#define CHECK_OUTPUT_SCOPED __attribute__((cleanup(check_output_done))) struct check_output

#endif
