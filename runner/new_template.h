/*
 * What `ipclab new` lays out: a small exercise that is whole (it verifies), with a mark at each
 * place that its author has to make his own.
 */
#ifndef RUNNER_NEW_TEMPLATE_H
#define RUNNER_NEW_TEMPLATE_H

#include <stdbool.h>

#include "lab/base/buf.h"

/* A line with this is a place that is still to be written: `verify` names it. */
#define NEW_BLANK "BLANK:"

struct new_file {
	const char *path; /* below the course's folder, with marks as in TEXT */
	const char *text; /* @ID@ the exercise, @CHAPTER@, @NAME@ the program, @CONFIG@ what a test
			   * of this tree includes first */
};

/* Ends with a row without path. */
extern const struct new_file new_files[];
/* The chapter's lesson, where there is none yet. */
extern const struct new_file new_lesson;

/* Of a course elsewhere that has none: how its hidden tests are built. */
extern const struct new_file new_makefile;

/* TEXT with its marks replaced. ID is CHAPTER/NN-NAME. ELSEWHERE: for a course outside this tree.
 */
void new_fill(struct buf *into, const char *text, const char *id, bool elsewhere);

#endif
