/* What Gradescope says of a submission. */
#ifndef RUNNER_GRADESCOPE_METADATA_H
#define RUNNER_GRADESCOPE_METADATA_H

#include "lab/base/error.h"

/* PATH is Gradescope's submission_metadata.json. *LATE: seconds after the due date; 0 where it was
 * in time, or where no due date is set. -1 and E (LAB_USAGE): it cannot be read, or is none. */
int gradescope_late(const char *path, long long *late, struct lab_error *e);

#endif
