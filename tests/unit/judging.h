/*
 * The judge of judge_sample.h, run as `ipclab grade` runs one, and what it handed over. All that it
 * sends is held to the order of the wire: a plan, results, an end.
 */
#ifndef TESTS_UNIT_JUDGING_H
#define TESTS_UNIT_JUDGING_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/base/buf.h"
#include "lab/verdict/verdict.h"

#define RESULTS_MOST 96

/* What one judge handed over. */
struct heard {
	struct buf results, said;
	struct check_result checks[RESULTS_MOST];
	size_t count, planned;
	bool ended;
	int status;
};
void heard_done(struct heard *h);
#define HEARD_SCOPED __attribute__((cleanup(heard_done))) struct heard

/* What Check reads from its environment. This test is Check's as well: only the judge gets it. */
extern bool odd_environment;

/* Runs the judge with more OPTIONS. */
void judge(struct heard *h, const char *const *options);
#define JUDGE_WITH(heard, ...) judge(heard, (const char *const[]){__VA_ARGS__, NULL})

const struct check_result *check_of(const struct heard *h, const char *name);

#endif
