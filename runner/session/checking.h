/*
 * What a sitting knows of verdicts when an exercise is opened; the rest of checking.c is in
 * session.h.
 */
#ifndef RUNNER_SESSION_CHECKING_H
#define RUNNER_SESSION_CHECKING_H

#include "runner/session/session.h"

/* The verdict of an earlier sitting is shown until there is a new one. What a broken one complained
 * of is not kept, and it says nothing without. */
void session_take_earlier(struct session *s, size_t n);
/* Files of N that changed while nobody looked, or whose check was cancelled. */
void session_find_changed(struct session *s, size_t n);

#endif
