/*
 * The files of a submission as a check would read them, and those of them that it would refuse. For
 * what is kept or handed in beside a check; the check itself reads for itself (lab/build).
 */
#ifndef RUNNER_SUBMISSION_H
#define RUNNER_SUBMISSION_H

#include <stddef.h>

#include "lab/base/buf.h"
#include "lab/base/error.h"
#include "lab/exercise/exercise.h"

struct submission_file {
	char *name;
	struct buf bytes;
	char *refused; /* why a check would not read it ("is a symbolic link"), or NULL */
};

struct submission {
	struct submission_file *files; /* sorted by name */
	size_t count;
};

/* What lies in FOLDER for EXERCISE, at this moment. Links are not followed, nothing is waited for.
 * A folder that is not there is empty; -1 and E (LAB_USAGE): it cannot be read. */
int submission_read(struct submission *s, const char *folder, const struct exercise *exercise,
	struct lab_error *e);
void submission_copy(struct submission *into, const struct submission *from);
/* The file called NAME, or NULL. */
const struct submission_file *submission_find(const struct submission *s, const char *name);
void submission_done(struct submission *s);
#define SUBMISSION_SCOPED __attribute__((cleanup(submission_done))) struct submission

#endif
