/*
 * What a student has done, in one SQLite file: every attempt with its sources and its verdict, and
 * how each exercise stands. Knows exercise ids and verdicts as text; runs and grades nothing.
 *
 * Every change is a transaction: whoever is killed in the middle leaves the state before it.
 * Several programs may have the same file open; each waits for the other for a while
 * (STORE_BUSY_MS).
 *
 * A file that is no database, damaged, or of another version of the lab is never touched: it is
 * kept aside under another name, a fresh one begins, and that is said (store_note()). One that is
 * taken away while it is open is made again. A store belongs to the process that opened it: after
 * fork() the child must neither use nor close it.
 */
#ifndef LAB_STORE_STORE_H
#define LAB_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/base/buf.h"
#include "lab/base/error.h"
#include "lab/verdict/verdict.h"

#define STORE_VERSION 1
#define STORE_BUSY_MS 5000

struct store;

/* LAB_USAGE if PATH can neither be opened nor made; where it can only be read, it is read, and what
 * writes fails. */
struct store *store_open(const char *path, struct lab_error *e);
void store_close(struct store *s); /* NULL is fine */
static inline void store_cleanup_(struct store **s)
{
	store_close(*s);
}
#define STORE_SCOPED __attribute__((cleanup(store_cleanup_))) struct store
/* What happened to the file that was there before, or NULL. Damage may come to light late: ask
 * again after a call. */
const char *store_note(const struct store *s);

struct store_file {
	const char *name;
	const void *bytes;
	size_t len;
};

struct store_attempt {
	const char *exercise; /* id */
	enum verdict verdict;
	double score, max_score;
	const char *report; /* what `check --json` prints */
	const struct store_file *files;
	size_t file_count;
	int64_t time; /* seconds since 1970; 0: now */
};

/* The attempt, and what it changes in the exercise's standing, in one transaction. The same source
 * is kept once, however often it was tried. */
int store_add_attempt(struct store *s, const struct store_attempt *a, struct lab_error *e);

struct store_standing {
	uint64_t attempts; /* those that came to a verdict */
	bool passed;       /* once at least */
	enum verdict last; /* of the latest attempt; without one VERDICT_FAIL */
	double best;       /* score */
	unsigned hints;    /* shown so far */
};

/* An exercise that was never tried has a standing of zeros. */
int store_standing(
	struct store *s, const char *exercise, struct store_standing *out, struct lab_error *e);
/* At least so many hints have been shown. */
int store_set_hints(struct store *s, const char *exercise, unsigned hints, struct lab_error *e);

/* The report of the latest attempt at EXERCISE; *SAME: it was of just these files, in any order.
 * NULL if there is none, or it cannot be read. The caller frees. */
char *store_last_report(struct store *s, const char *exercise, const struct store_file *files,
	size_t count, bool *same);

/* An attempt at EXERCISE had just these files, in any order: they can be got back. */
bool store_keeps(
	struct store *s, const char *exercise, const struct store_file *files, size_t count);

/* An attempt of earlier. */
struct store_past {
	int64_t id, time; /* TIME as the clock stood then: it may have been set back since */
	enum verdict verdict;
	double score, max_score;
	char *report; /* what `check --json` printed; "" if none was kept */
};
struct store_past_list {
	struct store_past *list;
	size_t count;
};
/* All attempts at EXERCISE in the order in which they were made. */
int store_past_list(
	struct store *s, const char *exercise, struct store_past_list *into, struct lab_error *e);
void store_past_list_done(struct store_past_list *l);

struct store_copy {
	char *name;
	struct buf bytes;
};
struct store_copies {
	struct store_copy *list;
	size_t count;
};
/* The files of attempt ID, by name. */
int store_past_files(struct store *s, int64_t id, struct store_copies *into, struct lab_error *e);
void store_copies_done(struct store_copies *c);

/* The exercise that was open last. NULL if there is none; the caller frees. */
char *store_last(struct store *s);
int store_set_last(struct store *s, const char *exercise, struct lab_error *e);

#endif
