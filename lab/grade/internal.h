/*
 * What the files of this room share: judges that run (start.c) and what they have handed over so
 * far (collect.c).
 */
#ifndef LAB_GRADE_INTERNAL_H
#define LAB_GRADE_INTERNAL_H

#include <sys/types.h>

#include "lab/base/buf.h"
#include "lab/grade/grade.h"

#define SLICES_MOST 8

/* One judge process; with several processors they share a queue of checks. */
struct slice {
	pid_t pid;                   /* 0: not started */
	int results, complaints;     /* our ends; -1 at end of file */
	struct buf line, said;       /* of each: what has come and is not taken yet */
	size_t run, runs;            /* of the check that it is at; 0: not told */
	bool planned, ended, reaped; /* it has announced its checks, told its end */
	int status;                  /* as wait(2) gives it, once reaped */
};

struct collection {
	const struct grade_request *request;
	struct grade *grade;
	const char *judge; /* the program */
	bool private;      /* its checks are told apart by CHECK_PRIVATE */
	size_t first;      /* of the grade's checks: those before are another judge's */
	char **names;      /* the plan */
	size_t name_count;
	struct slice slices[SLICES_MOST];
	unsigned count;
	bool started;
	int queue;     /* numbers of checks, a line each, for all judges */
	int fill;      /* its other end: judges wait as long as nothing is in it */
	int64_t heard; /* monotonic ns: when a judge last handed something over */
};

/* judge.c: judges of what is being built in WORK, so that they have prepared themselves when it is
 * there. To be called once, or not at all. INPUT_HASH as build gives it. */
int judges_start(struct collection *c, const char *work, uint64_t input_hash, struct lab_error *e);
/* It is built: starts them if need be and lets them judge; fills checks and complaint. -1: ours,
 * the user's (a check or schedule that is not there), or cancelled. */
int judges_run(struct collection *c, const char *work, struct lab_error *e);
/* No judge is left. */
void judges_end(struct collection *c);

/* start.c */
int slice_start(struct collection *c, unsigned number, const char *work, uint64_t input_hash,
	struct lab_error *e);
void slice_kill(const struct slice *s); /* its check and its programs die with it */
/* It has closed its streams and should be about to end; one that does not within that time is
 * killed. */
void slice_reap(struct slice *s, int patience_ms);
void slice_done(struct slice *s);

/* collect.c: what came on a descriptor of S. A line that no judge writes makes the grade broken. */
void collect_results(struct collection *c, struct slice *s);
void collect_complaints(struct slice *s);
/* The checks in the order of the plan; those that are missing are broken. */
void collect_finish(struct collection *c);

/* Why the grade is broken; the first reason counts. */
void complain(struct grade *grade, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Text from outside without control characters but '\n' and without blanks at its ends; caller
 * frees. */
char *clean_text(const char *text, size_t len);
int64_t wall_now(void); /* ns, CLOCK_MONOTONIC */

#endif
