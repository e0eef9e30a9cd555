/* What the lab line by line does with the exercise that is open; of plain.c alone. */
#ifndef RUNNER_SESSION_PLAIN_WORK_H
#define RUNNER_SESSION_PLAIN_WORK_H

#include <stdbool.h>

#include "runner/session/session.h"

struct plain {
	struct session session;
	bool open;     /* an exercise is: session.current */
	bool terminal; /* commands come from one */
	bool quit;
	int status;
};

/* A command each, as in the table of plain.c; OPERAND is what stands behind it. */
void plain_act_check(struct plain *p, const char *operand);
void plain_act_watch(struct plain *p, const char *operand);
void plain_act_timeline(struct plain *p, const char *operand);
void plain_act_read(struct plain *p, const char *operand);
void plain_act_lesson(struct plain *p, const char *operand);
void plain_act_hint(struct plain *p, const char *operand);
void plain_act_solution(struct plain *p, const char *operand);
void plain_act_difference(struct plain *p, const char *operand);
void plain_act_attempts(struct plain *p, const char *operand);
void plain_act_restore(struct plain *p, const char *operand);
void plain_act_edit(struct plain *p, const char *operand);

void plain_verdict(struct plain *p);

#endif
