/* Ctrl-C, as a descriptor to wait on. */
#ifndef RUNNER_INTERRUPT_H
#define RUNNER_INTERRUPT_H

#include "lab/base/error.h"

/* From now on SIGINT, SIGTERM and SIGHUP do not end the process but make the returned descriptor
 * readable. -1 and E. It stays open; further calls return the same one. */
int interrupt_open(struct lab_error *e);
/* The first of these signals that came, or 0. */
int interrupt_signal(void);

#endif
