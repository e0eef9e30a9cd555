/* Words of the lab line by line. */
#ifndef RUNNER_SESSION_PLAIN_SAY_H
#define RUNNER_SESSION_PLAIN_SAY_H

#include "runner/session/session.h"
#include "runner/view/text.h"

enum { PLAIN_WIDTH = 80 }; /* where no terminal tells another */

void plain_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Around what a function of view.h puts into T; _end prints and frees it. */
void plain_begin(struct text *t);
void plain_end(struct text *t);
void plain_notice(struct session *s); /* and forgets it */

#endif
