/* A check that one waits for, in the lab line by line. */
#ifndef RUNNER_SESSION_PLAIN_CHECK_H
#define RUNNER_SESSION_PLAIN_CHECK_H

#include <signal.h>
#include <stdbool.h>

#include "lab/base/error.h"
#include "runner/session/session.h"

enum plain_end {
	PLAIN_VERDICT,   /* or the session knows why there is none */
	PLAIN_CANCELLED, /* Ctrl-C */
	PLAIN_FAILED,    /* it could not begin: E */
	PLAIN_ENDED,     /* the lab is to end: *STATUS */
};

/* Checks the current exercise, between plain_block() and the old mask; with FAILED, runs that check
 * once more for its log (session_look). TERMINAL: commands come from one, and it may go. */
enum plain_end plain_check(struct session *s, const struct check_result *failed, bool terminal,
	int *status, struct lab_error *e);
/* Checks the current exercise now and after each save, until something is typed or Ctrl-C; likewise
 * between plain_block() and the old mask. TOLD: a check begins after a save (BEGINS), or has come
 * to its end. */
enum plain_end plain_watch(struct session *s, bool terminal,
	void (*told)(void *context, bool begins), void *context, int *status, struct lab_error *e);
/* Blocks the signals that would end us while something runs that must be ended first. */
void plain_block(sigset_t *before);
/* The terminal at standard input has hung up. */
bool plain_terminal_gone(void);

#endif
