/* The curses lab's one door: everything behind it is in screen_*.c and tty.c. */
#ifndef RUNNER_SCREEN_H
#define RUNNER_SCREEN_H

#include "lab/base/error.h"

/* Opens the lab on the course in COURSE_DIR (NULL: the installed one). Standard input and output
 * are terminals. The exit code, or -1 and E, with the terminal as it was found. */
int screen_main(const char *course_dir, struct lab_error *e);

#endif
