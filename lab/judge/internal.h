/*
 * What the files of this room share: the check that this process runs, and its runs.
 */
#ifndef LAB_JUDGE_INTERNAL_H
#define LAB_JUDGE_INTERNAL_H

#include "lab/base/buf.h"
#include "lab/base/rng.h"
#include "lab/base/sha256.h"
#include "lab/judge/judge.h"

struct judged {
	struct judged *next;
	struct run *run;
	struct model *model;
	size_t model_at; /* events that the model has seen */
	char *schedule;
	unsigned number; /* of this check's runs, from 1 */
	bool look_first, may_die, may_leave, input_open, over;
	char **texts; /* contents of files that were read */
	size_t text_count;
};

struct options { /* the command line: see main.c */
	int result_fd;
	const char *bin, *lines, *answers, *schedule, *only, *save, *replay;
	uint64_t input_hash, seed;
	unsigned slice, slices;
};

struct state {
	struct options options;
	const struct judge_check *check;
	int record_fd;              /* what this check's process says of itself */
	bool *unsupported;          /* shared with the parent */
	struct judged *runs;        /* of this iteration, oldest first */
	unsigned run_count;         /* of this check */
	struct sha256 sum;          /* of their logs */
	struct rng rng;             /* of its inputs */
	unsigned explore, explored; /* how many schedules, how many done */
	char schedule[64];          /* the one explored now; empty: none */
	char **texts;
	size_t text_count;
	struct buf answers;
};

extern struct state judge_state;

/* Ends this check's process with its record. */
void judge_record(enum verdict verdict, enum verdict_class class, const char *message,
	struct event_place place, const char *schedule) __attribute__((noreturn));
/* Ours; LAB_UNSUPPORTED is told to the parent. */
void judge_broken(const struct lab_error *e) __attribute__((noreturn));

/* runs.c: house rules for all runs of this iteration, then forget them. */
void judge_end_runs(void);
/* Their logs become whole, are counted and saved. */
void judge_close_runs(void);
/* What nothing can be said after: deadlock, spin, limit, crash. */
void judge_fatal_findings(struct judged *run);

/* draw.c */
void judge_draw_init(void);

#endif
