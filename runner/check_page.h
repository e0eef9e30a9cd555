/* check --html: what came of a check as a page, with the run of its first failure. */
#ifndef RUNNER_CHECK_PAGE_H
#define RUNNER_CHECK_PAGE_H

#include "lab/base/error.h"
#include "lab/grade/grade.h"
#include "lab/report/report.h"

/* Writes the page of GRADE, of which REPORT is, to PATH. The first check that failed is run once
 * more for its log, AS the others were. */
int check_page_save(const char *path, const struct grade *grade, const struct report *report,
	const struct grade_request *as, struct lab_error *e);

#endif
