/* What shells need to complete ipclab's words: scripts made of the rows that --help is made of. */
#ifndef RUNNER_COMPLETION_H
#define RUNNER_COMPLETION_H

#include <stdio.h>

#include "lab/base/error.h"

/* The script for SHELL ("bash", "zsh", "fish"); -1 and E (LAB_USAGE): another one. */
int completion_print(FILE *out, const char *shell, struct lab_error *e);

/* The exercises that WORD may become, a line each: the ids that begin so; where there are none, the
 * names without their chapter, then those without their number. */
int completion_exercises(FILE *out, const char *word, struct lab_error *e);

#endif
