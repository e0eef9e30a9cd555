/* The first words to a newcomer, and the first question: where to work. */
#ifndef RUNNER_SESSION_WELCOME_H
#define RUNNER_SESSION_WELCOME_H

#include <stdbool.h>

#include "lab/base/error.h"

/* The workspace to open: the one that the current folder lies in, else ~/ipclab; where that is none
 * yet, it says how the lab goes (PLAIN: line by line), and asks: *ASKED. The caller frees. NULL
 * with E of kind LAB_OK: no workspace is wanted. */
char *welcome(bool plain, bool *asked, struct lab_error *e);
/* Behind a newcomer's first sitting: how one comes back. */
void welcome_again(const char *work, const char *program);

#endif
