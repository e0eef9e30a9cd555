/* Verifying while one writes: what is saved is verified, with its test made anew. */
#ifndef RUNNER_VERIFY_WATCH_H
#define RUNNER_VERIFY_WATCH_H

#include <stddef.h>

#include "lab/base/error.h"
#include "runner/verify/saved.h"

enum { VERIFY_VAIN = -2 }; /* one of them was saved again, so that nobody wants the rest */

/* Verifies what NAMES says, and prints what is to be said of it. An exit code; or -1 and E; or
 * VERIFY_VAIN, and then SAVED tells them again. */
typedef int verify_names(
	void *context, char *const *names, size_t count, struct saved *saved, struct lab_error *e);

/* Until Ctrl-C. COURSE: the option, or NULL. NAMES are verified at once. */
int verify_watch(const char *course, verify_names *verify, void *context, char *const *names,
	size_t count, struct lab_error *e);

#endif
