/* Curses, loaded when a terminal is first asked what it can do; of tty.c alone. */
#ifndef RUNNER_SCREEN_LATE_H
#define RUNNER_SCREEN_LATE_H

#include "lab/base/error.h"

/* Before any function of curses. -1 and E: it is not to be had here. */
int late_load(struct lab_error *e);

#endif
