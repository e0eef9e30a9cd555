/*
 * The lab line by line: for screen readers, for terminals that can only print, for pipes. A command
 * a line, in words; what it says is the same that the screens show. Knows no curses.
 */
#ifndef RUNNER_SESSION_PLAIN_H
#define RUNNER_SESSION_PLAIN_H

#include "lab/base/error.h"
#include "runner/session/session.h"

/* Reads commands from standard input until "quit" or its end. The exit code, or -1 and E. */
int plain_main(const struct session_options *options, struct lab_error *e);

#endif
