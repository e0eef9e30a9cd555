/* The student's editor, in the foreground. */
#ifndef RUNNER_SESSION_EDIT_H
#define RUNNER_SESSION_EDIT_H

#include "lab/base/error.h"
#include "runner/session/edit_command.h"

/* Opens PLACE and waits until the editor, or the command that hands the file on to one, ends. The
 * terminal must be free. SIGTERM and SIGHUP that come meanwhile end the editor and are pending
 * afterwards. -1 and E: there is none, or it failed. */
int edit_file(const struct edit_place *place, struct lab_error *e);

#endif
