/*
 * What a student has tried at an exercise, the oldest first: looked at, and brought back. They lie
 * in the store of the workspace; nothing that was checked is ever lost. Knows no screen.
 */
#ifndef RUNNER_ATTEMPTS_H
#define RUNNER_ATTEMPTS_H

#include <stddef.h>
#include <stdint.h>

#include "lab/base/error.h"
#include "runner/outcome.h"
#include "runner/submission.h"
#include "runner/workspace.h"

struct attempt {
	int64_t id, time; /* TIME: as the clock stood then */
	enum work_state state;
	double score, max_score;
	char *words; /* "2 of 3 checks failed, first says_hello" */
};

struct attempts {
	struct attempt *list; /* number N stands at N - 1 */
	size_t count;
};

int attempts_read(struct attempts *into, const struct workspace *w, const struct exercise *exercise,
	struct lab_error *e);
void attempts_done(struct attempts *a);
#define ATTEMPTS_SCOPED __attribute__((cleanup(attempts_done))) struct attempts

/* The files of attempt NUMBER, from 1. LAB_USAGE: there is none. */
int attempts_files(struct submission *into, const struct workspace *w, const struct attempts *a,
	size_t number, struct lab_error *e);
/* Its verdict. NULL and E: it cannot be read any more. */
struct outcome *attempts_outcome(const struct workspace *w, const struct exercise *exercise,
	const struct attempts *a, size_t number, struct lab_error *e);

/* Puts the files of attempt NUMBER into the exercise's folder. What was there is kept: as an
 * attempt, if it is one, else in a folder beside: *ASIDE, which the caller frees, or NULL. */
int attempts_bring_back(const struct workspace *w, const struct exercise *exercise,
	const struct attempts *a, size_t number, char **aside, struct lab_error *e);

#endif
