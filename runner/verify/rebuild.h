/* The compiled test of an exercise, made anew while its source is written. */
#ifndef RUNNER_VERIFY_REBUILD_H
#define RUNNER_VERIFY_REBUILD_H

#include "lab/base/error.h"

/* Has make bring judges/ID of the course in DIR up to date: by its own Makefile, or, of the course
 * of this tree, by the build's. What make and the compiler say goes to where ours goes. Without a
 * Makefile nothing is done. -1 and E (LAB_USAGE): it does not build. */
int rebuild_judge(const char *dir, const char *id, struct lab_error *e);

/* "make -C DIR" or "make -C BUILD": what brings all tests of the course in DIR up to date. Caller
 * frees. */
char *rebuild_command(const char *dir);

#endif
