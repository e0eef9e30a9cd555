/*
 * A report as a list of cases: what the formats that machines read (JUnit, TAP, Gradescope) share.
 * A case is a check; what no check says (nothing was handed in, it does not build, the lab failed)
 * is a case of its own, so that no such list looks as if all were well.
 */
#ifndef LAB_REPORT_CASES_H
#define LAB_REPORT_CASES_H

#include "lab/report/report.h"

enum case_kind { CASE_PASS, CASE_FAIL, CASE_BROKEN, CASE_MISSING, CASE_KIND_COUNT };

struct report_case {
	enum case_kind kind;
	char *name;
	const char *class; /* "deadlock"; NULL: there is none */
	char *message;     /* valid UTF-8 without control characters but \n and \t; "" if passed */
	const struct check_result *check; /* NULL: it is none */
	double score, max_score;          /* its share of the points; both 0 if broken */
};
struct report_cases {
	struct report_case *list;
	size_t count;
	size_t of[CASE_KIND_COUNT];
};

/* At least one. R must outlive it. */
void report_cases_init(struct report_cases *cases, const struct report *r);
void report_cases_done(struct report_cases *cases);
#define CASES_SCOPED __attribute__((cleanup(report_cases_done))) struct report_cases

/* "pass", "fail", "broken", "missing" */
const char *report_case_kind_name(enum case_kind kind);
/* Adds "count.c:31", or nothing. */
void report_add_place(struct buf *into, const char *file, int line);
/* Adds what the compiler said, a line each. */
void report_add_diagnostics(struct buf *into, const struct report *r);

#endif
