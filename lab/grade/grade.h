/*
 * One submission x one exercise -> one verdict: build it, start its judge, collect.
 *
 * Knows exercise, build and verdict. The judge is a program of its own (see judge/judge.h), started
 * with every descriptor closed but 0-2 (/dev/null, /dev/null, a pipe for its own complaints) and
 * the one on which it hands over results, and the queue of checks.
 */
#ifndef LAB_GRADE_GRADE_H
#define LAB_GRADE_GRADE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/base/error.h"
#include "lab/build/build.h"
#include "lab/exercise/exercise.h"
#include "lab/verdict/verdict.h"

struct grade;

struct grade_request {
	const struct exercise *exercise;
	const char *submission;    /* folder with the student's files */
	const char *schedule;      /* NULL: the judge's own exploration */
	const char *only;          /* NULL, or the name of one check */
	const char *save_logs;     /* folder for the logs, or NULL */
	const char *replay_logs;   /* judge these saved logs instead of running, or NULL */
	bool log_uses;             /* each use of shared memory is to be in the logs */
	uint64_t seed;             /* 0: 1 */
	struct build_cache *built; /* of exercises that bring their programs, or NULL */
	int cpu;                   /* -1: any */
	/* As it goes, from the calling thread: "compiling", then each check as it ends, and how far
	 * those are that make many runs. NULL: none.
	 * Returning false cancels: the grade ends with LAB_BROKEN "cancelled". */
	bool (*progress)(void *context, const struct grade *so_far);
	void *context;
	int cancel_fd;  /* readable: cancel; -1: none */
	int silence_ms; /* wall time without any result after which it is broken; 0: 10 minutes */
};

enum grade_phase { GRADE_BUILDING, GRADE_RUNNING, GRADE_DONE };

struct grade {
	enum grade_phase phase;
	const struct exercise *exercise;
	enum verdict verdict;
	double score, max_score;
	char *isolation; /* "full" or "reduced" */
	uint64_t seed;
	char *engine, *compiler, *libc, *kernel;
	struct build_result build;
	struct check_result *checks; /* in the order of the plan, also while they come */
	size_t check_count, checks_planned;
	size_t run, runs; /* while checks that make many go on: which run, of how many (0: unknown)
			   */
	struct refusals refused; /* in all checks, and to the compiler */
	char log_sha256[65];     /* over the checks' log_sums in order; "" if nothing ran */
	char *complaint;         /* why it is broken, with what the judge said on stderr; NULL */
	int64_t wall_ns;
};

/* 0: *GRADE is whole (also `broken`). -1: E says why: cancelled (LAB_BROKEN), a check or schedule
 * that is not there (LAB_USAGE), a machine that cannot (LAB_UNSUPPORTED), or the lab could not even
 * start. In no case is anything left that it started. */
int grade_submission(const struct grade_request *request, struct grade *grade, struct lab_error *e);
/* One submission judged in COUNT ways: REQUESTS differ in schedule, only, seed, logs at most. It is
 * built once. -1: also where one of the later ones failed; there is nothing in GRADES to be freed.
 */
int grade_in_ways(const struct grade_request *requests, size_t count, struct grade *grades,
	struct lab_error *e);
void grade_done(struct grade *grade);

#endif
