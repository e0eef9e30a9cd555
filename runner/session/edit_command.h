/* Which editor, and the words that open a file in it. Runs nothing. */
#ifndef RUNNER_SESSION_EDIT_COMMAND_H
#define RUNNER_SESSION_EDIT_COMMAND_H

#include "lab/base/error.h"

struct edit_place {
	const char *folder, *file; /* FILE in FOLDER */
	int line, column;          /* from 1; 0: anywhere */
};

/* The command as somebody named it, and who (*FROM: "VISUAL"; NULL: nobody, it is installed). NULL
 * and E: there is none. Both static. */
const char *edit_command_chosen(const char **from, struct lab_error *e);
/* COMMAND for PLACE as the shell runs it in PLACE's folder. {file}, {line} and {column} in it are
 * replaced; without {file}, the file stands behind it, with the line before where the editor is
 * known to take one so. The caller frees. */
char *edit_command_for(const char *command, const struct edit_place *place);

#endif
