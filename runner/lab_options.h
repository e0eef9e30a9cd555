/* The options of the lab itself: `ipclab` without a command. */
#ifndef RUNNER_LAB_OPTIONS_H
#define RUNNER_LAB_OPTIONS_H

#include "runner/cmd.h"

struct lab_options {
	const char *course, *work; /* NULL: not given; all others are settings */
};

/* As --help and the man page tell them: ends with a row without name. */
const struct cmd_option *lab_options_rows(void);

/* Takes them from argv[1] on. The index of the first word that is none of them (ARGC: all are), or
 * -1 and E: one has no value, or a wrong one. */
int lab_options_read(int argc, char **argv, struct lab_options *options, struct lab_error *e);

#endif
