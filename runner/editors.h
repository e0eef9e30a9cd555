/*
 * What editors want to know of a workspace: how its sources are compiled. clangd, which most of
 * them ask, reads compile_commands.json and .clangd.
 */
#ifndef RUNNER_EDITORS_H
#define RUNNER_EDITORS_H

#include "lab/base/error.h"
#include "lab/exercise/exercise.h"

/* Writes the two into the workspace DIR, or brings them up to date. One that the student has
 * written or changed stays as it is; *THEIRS names those ("x", "x and y"), or is NULL; the caller
 * frees. -1 and E: they cannot be written; nothing else depends on it. */
int editors_tell(const char *dir, const struct course *course, char **theirs, struct lab_error *e);

#endif
