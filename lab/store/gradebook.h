/*
 * The gradebook of a class, in one SQLite file: what each student handed in for each exercise, what
 * came of each distinct piece of work, and by what gradebooks elsewhere know a student. Knows
 * names, ids, keys and states as text; runs and grades nothing.
 *
 * A result belongs to its key, a checksum over all that decides it (the work's bytes, the exercise,
 * the engine, the compiler, the isolation), never to a student: who hands in the same bytes has the
 * same result. So nothing is graded twice, and a book depends on what was handed in alone, not on
 * how often, on how many machines or in which order it was graded; there is no time of day in it.
 *
 *	submission	student, exercise -> key; or state and why, where there is nothing to grade
 *	result		key -> exercise, state, score, max_score, why
 *	report		key -> what `check --json` prints
 *	person		student -> id, email, whether the id is the institution's: who is in the
 *			class. Of others there may be submissions: they were in it before.
 *			(since version 2)
 *	starter		exercise -> key of what students begin with (since version 2)
 *
 * Every change is a transaction, on the disk before the call returns (WAL, synchronous=FULL): who
 * is killed, or loses power, loses nothing that was told as done. While a book is open for writing
 * no other program can open it. gradebook_finish() leaves it in its canonical form: equal books are
 * equal bytes. A book belongs to the process that opened it: after fork() the child must neither
 * use nor close it.
 *
 * A file that is no gradebook, damaged, or of a newer version is an error that says so, and is left
 * as it is; one of an older version becomes one of this.
 */
#ifndef LAB_STORE_GRADEBOOK_H
#define LAB_STORE_GRADEBOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "lab/base/error.h"

#define GRADEBOOK_VERSION 2

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

struct gradebook_person {
	const char *student;
	const char *id, *email; /* as a roster or an export has them, or NULL */
	bool official;          /* ID is the institution's; else a number of a platform's own */
};

/* P->student is in the class; in place of what was known of them. What is known already costs
 * nothing. */
int gradebook_know(struct gradebook *b, const struct gradebook_person *p, struct lab_error *e);
/* And is not in it any more. What they handed in stays. */
int gradebook_leave(struct gradebook *b, const char *student, struct lab_error *e);
/* Who is in the class, in order of names (by bytes). */
typedef void gradebook_each_person(void *context, const struct gradebook_person *p);
int gradebook_people(
	struct gradebook *b, gradebook_each_person *each, void *context, struct lab_error *e);

/* KEY is that of the files that students begin EXERCISE with. */
int gradebook_begin_with(
	struct gradebook *b, const char *exercise, const char *key, struct lab_error *e);
/* In order of exercises; of one there are several where books were merged that have different ones.
 */
typedef void gradebook_each_starter(void *context, const char *exercise, const char *key);
int gradebook_starters(
	struct gradebook *b, gradebook_each_starter *each, void *context, struct lab_error *e);

/* All that the book at PATH has, into B: of a result that both have, one that is not broken is
 * kept. LAB_USAGE where both know of the same student's same exercise different work, or different
 * results of the same, or of the same student other ids or addresses. */
int gradebook_merge(struct gradebook *b, const char *path, struct lab_error *e);

/* Closes B, in its canonical form if it was changed: results that no submission refers to any more
 * are gone, and the file is written anew, from the beginning. -1: it is whole, but not canonical.
 */
int gradebook_finish(struct gradebook *b, struct lab_error *e);

#endif
