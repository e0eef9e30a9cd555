/* What verify says of places that are still to be written. */
#ifndef RUNNER_VERIFY_BLANK_H
#define RUNNER_VERIFY_BLANK_H

#include "lab/base/error.h"
#include "lab/exercise/exercise.h"
#include "runner/verify/problem.h"

/* Each line of the text in PATH, called NAME. */
void blank_check_file(const char *path, const char *name, struct problems *problems);

/* Each line of the exercise's files that `ipclab new` has left as a blank. */
int blank_check(const struct exercise *ex, struct problems *problems, struct lab_error *e);

#endif
