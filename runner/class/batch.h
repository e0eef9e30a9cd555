/*
 * The grading of a class: from what was handed in, and what the book knows, what there is to
 * do; then that, in workers, one a processor. Each distinct piece of work is one task, however many
 * handed it in; its result is in the book before the next one is asked for.
 */
#ifndef RUNNER_CLASS_BATCH_H
#define RUNNER_CLASS_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/base/error.h"
#include "lab/build/build.h"
#include "runner/class/book.h"
#include "runner/intake/intake.h"

struct class_task {
	const size_t *cells; /* of the book, in order: those of the same key */
	size_t count;
	const char *folder; /* of the first one */
};

struct class_batch {
	struct class_book *book;
	const struct intake *intake;
	const char (*bases)[SHA256_HEX]; /* of each exercise, see key.h */
	struct build_cache *built;       /* a worker's own */
	uint64_t shard, shards;          /* only tasks of this part of so many; 0 of 0: all */
	size_t *order;                   /* what the tasks' cells point into */
	struct class_task *tasks;
	size_t task_count, finished;
	size_t graded, kept; /* cells: graded now, and those that had a result already */
	bool failed;         /* a result could not be saved */
	struct lab_error *error;
	int64_t began; /* monotonic, ns */
	unsigned told; /* tenths that were told where no terminal is */
};

/* Enters into the book what was handed in, and finds the tasks. BOOK, INTAKE, BASES and the shard
 * are the caller's to fill in. */
int class_batch_plan(struct class_batch *b, struct lab_error *e);
/* Does them, in at most WORKERS (0: one a processor). -1 and E: interrupted, or a failure of ours:
 * what was graded until then is kept. */
int class_batch_run(struct class_batch *b, unsigned workers, struct lab_error *e);
void class_batch_done(struct class_batch *b);

#endif
