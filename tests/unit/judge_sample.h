/*
 * What the judge for test_judge.c is made of: its runs are rows of a table (judge_runs.c), its
 * checks stand in a file for each subject. Each file puts its own at TO and returns how many.
 */
#ifndef TESTS_UNIT_JUDGE_SAMPLE_H
#define TESTS_UNIT_JUDGE_SAMPLE_H

#include <stddef.h>

#include "lab/judge/judge.h"

enum { CHECKS_MOST = 96 }; /* of all files */

/* What a student's program can do, and the rules of the house. */
size_t program_checks(struct judge_check *to);

/* Bodies that are made again and again. */
size_t loop_checks(struct judge_check *to);

#endif
