/* A grade as the printers of lab/report want it. */
#ifndef RUNNER_GRADING_H
#define RUNNER_GRADING_H

#include "lab/exercise/exercise.h"
#include "lab/grade/grade.h"
#include "lab/report/report.h"

/* The strings belong to GRADE and the caller; grading_report_done() frees what is made here. Fill
 * in submission, course, program and lesson afterwards. */
struct report grading_report(const struct grade *grade);
void grading_report_done(struct report *report);

/* The log of the last run of CHECK, of those that a grade has saved in FOLDER (save_logs): the one
 * it failed in. NULL: it has run nothing, or E. */
struct event_log *grading_last_log(const char *folder, const char *check, struct lab_error *e);

#endif
