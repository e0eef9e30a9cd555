/*
 * A submission that a test writes file by file and has built in the real sandbox. Whatever comes of
 * it, some things hold of every result: no control character reaches a diagnostic, files are the
 * submission's own, and what did not build left no program.
 */
#ifndef TESTS_UNIT_BUILDING_H
#define TESTS_UNIT_BUILDING_H

#include <check.h>

#include "lab/build/build.h"

#define MAIN "int main(void) { return 0; }\n"

/* The submission, what it is built into, and what came of the last build: new for each test. */
extern char *folder, *out;
extern struct build_result result;

/* One program, count, from count.c; a second one behind it, two, from two.c. */
extern const struct exercise one;

/* A file of the submission. */
void put(const char *name, const char *text);
void put_bytes(const char *name, const void *bytes, size_t len);

/* How many there are in a folder of what is built. */
int entries(const char *name);

/* Builds the submission into the result, of which it holds what holds of every one. */
void build(const struct exercise *ex);

/* What holds of every result. */
void check_result(const struct exercise *ex);

/* A diagnostic of this severity at FILE:LINE (-1: any) whose text has PART in it. */
const struct build_diagnostic *expect(
	enum build_severity severity, const char *file, int line, const char *part);

void expect_ok(void);

/* The usual main(): ALL_TESTS with the fixture, skipped as a whole where this machine refuses the
 * sandbox. */
int building_main(const char *name, TCase *(*all_tests)(void));

#endif
