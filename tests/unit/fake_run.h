/*
 * Runs for the tests of the judge, without sandbox and supervisor: a program's name stands for a
 * log that was written by hand, and the run is the replay of that log. The linker puts this in the
 * place of run_start() and of yards
 * (-Wl,--wrap=run_start,--wrap=run_yard_new,--wrap=run_yard_free); all else of the run room is the
 * real one.
 */
#ifndef TESTS_UNIT_FAKE_RUN_H
#define TESTS_UNIT_FAKE_RUN_H

#include "lab/run/run.h"

struct fake_run {
	const char *program;
	const char *schedule;     /* only under this one; NULL: any */
	unsigned fault;           /* only if the fault's n is this; 0: any, or none */
	enum lab_error_kind fail; /* LAB_OK, or what run_start() fails with */
	const char *const *lines; /* "t1 call read fd=3 ...", NULL-terminated. Without a line of
				     steering: one that runs to its end */
};

/* The first row that fits is taken. A row without PROGRAM ends the table. */
extern const struct fake_run fake_runs[];

struct run *__wrap_run_start(const struct run_request *request, struct lab_error *e);
struct run_yard *__wrap_run_yard_new(const char *bin_dir, const char *helpers_dir);
void __wrap_run_yard_free(struct run_yard *yard);

#endif
