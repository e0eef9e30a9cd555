/* What verify says of a course without running anything. */
#ifndef RUNNER_VERIFY_TREE_H
#define RUNNER_VERIFY_TREE_H

#include "lab/base/error.h"
#include "lab/exercise/exercise.h"
#include "runner/verify/problem.h"

/* The exercise's own texts and files: hints, README, judge, reference, right/ and wrong/. */
int tree_check_exercise(const struct exercise *ex, struct problems *problems, struct lab_error *e);

/* What lies in exercises/, solutions/ and tests/exercises/ and belongs to no exercise. */
int tree_check_strays(const struct course *course, struct problems *problems, struct lab_error *e);

#endif
