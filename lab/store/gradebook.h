/*
 * The gradebook of a class, in one SQLite file: what each student handed in for each exercise, and
 * what came of each distinct piece of work. Knows names, ids, keys and states as text; runs and
 * grades nothing.
 *
 * A result belongs to its key, a checksum over all that decides it (the work's bytes, the exercise,
 * the engine, the compiler, the isolation), never to a student: who hands in the same bytes has the
 * same result. So nothing is graded twice, and a book depends on what was handed in alone, not on
 * how often, on how many machines or in which order it was graded; there is no time of day in it.
 *
 *	submission	student, exercise -> key; or state and why, where there is nothing to grade
 *	result		key -> exercise, state, score, max_score, why
 *	report		key -> what `check --json` prints
 *
 * Every change is a transaction, on the disk before the call returns (WAL, synchronous=FULL): who
 * is killed, or loses power, loses nothing that was told as done. While a book is open for writing
 * no other program can open it. gradebook_finish() leaves it in its canonical form: equal books are
 * equal bytes. A book belongs to the process that opened it: after fork() the child must neither
 * use nor close it.
 *
 * A file that is no gradebook, damaged, or of a newer version is an error that says so, and is left
 * as it is.
 */
#ifndef LAB_STORE_GRADEBOOK_H
#define LAB_STORE_GRADEBOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "lab/base/error.h"

#define GRADEBOOK_VERSION 1

struct gradebook;

/* Made if it is not there. LAB_USAGE if it cannot be opened, or another program has it open for
 * writing. */
struct gradebook *gradebook_open(const char *path, struct lab_error *e);
void gradebook_close(struct gradebook *b); /* NULL is fine */

/* Until gradebook_commit() all changes are one: many small ones cost one wait for the disk. */
int gradebook_begin(struct gradebook *b, struct lab_error *e);
int gradebook_commit(struct gradebook *b, struct lab_error *e);

struct gradebook_submission {
	const char *student, *exercise;
	const char *key;   /* NULL: there is nothing to grade, and then: */
	const char *state; /* "missing", "broken" */
	const char *why;   /* or NULL */
	int64_t time;      /* when it was handed in, seconds since 1970; 0: not known */
};

/* In place of what STUDENT had for EXERCISE. What is there already costs nothing. */
int gradebook_hand_in(
	struct gradebook *b, const struct gradebook_submission *s, struct lab_error *e);

struct gradebook_result {
	const char *key, *exercise;
	const char *state; /* "pass", "fail", "broken" */
	double score, max_score;
	const char *why;    /* or NULL */
	const char *report; /* JSON, or NULL */
};

/* In place of what KEY had. */
int gradebook_enter(struct gradebook *b, const struct gradebook_result *r, struct lab_error *e);

#define GRADEBOOK_STATE_MAX 16

struct gradebook_mark {
	char state[GRADEBOOK_STATE_MAX]; /* "": KEY has no result */
	double score, max_score;
};

int gradebook_mark(
	struct gradebook *b, const char *key, struct gradebook_mark *out, struct lab_error *e);
/* Why the result of KEY is what it is, and its report; NULL where there is none. Caller frees. */
int gradebook_read(
	struct gradebook *b, const char *key, char **why, char **report, struct lab_error *e);

/* Every submission, in order of student and exercise (by bytes); R is zeros but for its key where
 * there is no result, and has no report. What they point to lasts until EACH returns; EACH must not
 * change the book. A negative answer ends it, and is the answer. */
typedef int gradebook_each(void *context, const struct gradebook_submission *s,
	const struct gradebook_result *r, struct lab_error *e);
int gradebook_walk(struct gradebook *b, gradebook_each *each, void *context, struct lab_error *e);

/* All that the book at PATH has, into B: of a result that both have, one that is not broken is
 * kept. LAB_USAGE where both know of the same student's same exercise different work, or different
 * results of the same. */
int gradebook_merge(struct gradebook *b, const char *path, struct lab_error *e);

/* Closes B, in its canonical form if it was changed: results that no submission refers to any more
 * are gone, and the file is written anew, from the beginning. -1: it is whole, but not canonical.
 */
int gradebook_finish(struct gradebook *b, struct lab_error *e);

#endif
