/* Gradebooks in a folder of their own, filled by hand, for the tests of lab/store/gradebook.h. */
#ifndef TESTS_UNIT_GRADEBOOKS_H
#define TESTS_UNIT_GRADEBOOKS_H

#include <check.h>
#include <stdbool.h>

#include "lab/store/gradebook.h"

/* Between begin() and end(): the folder, and the path of a book in it, which is not there yet. */
extern char *folder, *path;

void begin(void);
void end(void);

struct gradebook *open_book(const char *where);
void finish(struct gradebook *b);

/* Without KEY nothing was handed in. */
void hand_in(struct gradebook *b, const char *student, const char *key);
void enter(struct gradebook *b, const char *key, const char *state, double score);
struct gradebook_mark mark(struct gradebook *b, const char *key);

/* One of many keys, in no order. Caller frees. */
char *key_of(int n);

/* 40 students in one order and the other, in one sitting or many, by detours or straight. */
void fill(const char *where, bool backwards);

void expect_same_bytes(const char *a, const char *b);

#endif
