/*
 * Where in its README.md a value of an exercise was written, so that a fault that shows only later
 * (a file that is missing, a need that nobody fills) still names its line and column. A mark
 * belongs to the string it speaks of, found by that string's address. Private to this room.
 */
#ifndef LAB_EXERCISE_MARKS_H
#define LAB_EXERCISE_MARKS_H

#include <stddef.h>

#include "lab/base/error.h"
#include "lab/exercise/exercise.h"

struct mark {
	const char *of;
	int line, column; /* from 1 */
};

struct marks {
	char *path; /* the README.md */
	struct mark *list;
	size_t count;
};

void marks_add(struct marks *m, const char *of, int line, int column);
void marks_done(struct marks *m);
/* LAB_BROKEN, "path:line:column: FMT" at the mark of OF; returns -1. */
int marks_fail(const struct marks *m, const char *of, struct lab_error *e, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* exercise_parse() that also keeps the marks. */
int exercise_read(const char *path, struct exercise *ex, struct marks *m, struct lab_error *e);

/* Reads front matter (TEXT, which begins in line FIRST_LINE of the file) into EX. */
int front_read(const char *text, size_t len, int first_line, struct exercise *ex, struct marks *m,
	struct lab_error *e);

/* The needs of all exercises: each exists, none goes round. MARKS[i] belongs to exercises[i]. */
int needs_check(const struct course *c, const struct marks *marks, struct lab_error *e);

#endif
