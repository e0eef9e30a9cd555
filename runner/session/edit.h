/* The student's editor, in the foreground. */
#ifndef RUNNER_SESSION_EDIT_H
#define RUNNER_SESSION_EDIT_H

#include "lab/base/error.h"

/* Opens FILE in FOLDER, at LINE (0: anywhere) where the editor is known to take one, and waits
 * until it ends. $VISUAL, $EDITOR, or one that is installed. The terminal must be free. SIGTERM and
 * SIGHUP that come meanwhile end the editor and are pending afterwards. -1 and E: there is none, or
 * it failed. */
int edit_file(const char *folder, const char *file, int line, struct lab_error *e);

#endif
