/* A student's record in a folder of its own, for the tests of the store. */
#ifndef TESTS_UNIT_RECORD_H
#define TESTS_UNIT_RECORD_H

#include <check.h>

#include "lab/store/store.h"

#define EX "04-pipes/02-eof-or-hang"

/* Between begin() and end(): the folder, and the record's file, which is not there. */
extern char *folder, *path;

void begin(void);
void end(void);

struct store *open_store(void);

/* An attempt with two files: count.c, which is SOURCE, and empty.h. */
int add(struct store *s, const char *exercise, enum verdict verdict, double score,
	const char *source, struct lab_error *e);

struct store_standing standing(struct store *s, const char *exercise);

/* Several processes that open the record at the same moment, each of which adds some attempts. */
enum { WRITERS = 4, EACH = 25 };
void write_at_once(void);

#endif
