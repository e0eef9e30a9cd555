/* What verify says of programs that a student is to read. */
#ifndef RUNNER_VERIFY_SHOWN_H
#define RUNNER_VERIFY_SHOWN_H

#include "lab/base/error.h"
#include "lab/exercise/exercise.h"
#include "runner/verify/problem.h"

/* Predict: each given source stands in README.md as it is built and run, but for its opening
 * comment and the white space. */
int shown_check(const struct exercise *ex, struct problems *problems, struct lab_error *e);

#endif
