/*
 * The catalogue: folders on disk -> const struct exercise. Knows README.md with its front matter
 * and the layout of a course (design.md); compiles nothing, runs nothing.
 *
 * A course is a folder with exercises/, and, where its owner keeps them there, solutions/ and
 * tests/exercises/. Compiled judges lie elsewhere (see course_load).
 */
#ifndef LAB_EXERCISE_EXERCISE_H
#define LAB_EXERCISE_EXERCISE_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/base/error.h"

enum exercise_kind {
	EXERCISE_FILL,
	EXERCISE_FIX,
	EXERCISE_WRITE,
	EXERCISE_PREDICT,
	EXERCISE_DEBUG,
	EXERCISE_CAPSTONE,
};

/* What is built from which of the student's files. */
struct exercise_program {
	char *name;
	char **sources; /* NULL-terminated, names inside the submission */
};

struct exercise {
	char *id; /* "04-pipes/02-eof-or-hang" */
	char *title;
	enum exercise_kind kind;
	int minutes, level, points;
	char **needs; /* ids; NULL-terminated, as all lists here */
	struct exercise_program *programs;
	size_t program_count;
	char *driver; /* source linked with each program, absolute path, or NULL */
	struct exercise_program *given; /* programs shown, built and run as they are */
	size_t given_count;
	bool races; /* built so that data races in shared memory are found */
	char **api;
	char **hints;
	char **files; /* what a student hands in: the starter's files, sorted, without README.md */
	char *folder; /* exercises/ID, absolute */
	char *solution;      /* solutions/ID, absolute; NULL where this installation has none */
	char *test_source;   /* tests/exercises/ID.c, absolute; NULL where there is none */
	char *judge;         /* the compiled judge, absolute; may not exist */
	char *private_judge; /* another one, which stays with the instructor; NULL: none */
	char *text;          /* the Markdown below the front matter */
};

struct course {
	char *dir;                   /* absolute */
	struct exercise **exercises; /* in order of id */
	size_t count;
};

/* JUDGES: the folder of compiled judges (JUDGES/CHAPTER/EXERCISE). The first fault of any file
 * fills E as "file:line:col: what, and what was expected" and fails: a course is right or it is not
 * loaded. Unknown keys, duplicate ids, cycles in needs, missing files, bad names are faults. */
struct course *course_load(const char *dir, const char *judges, struct lab_error *e);
void course_free(struct course *c);

/* By id, or by an unambiguous part of it ("eof-or-hang", "04/02"); NULL and E (LAB_USAGE) with the
 * nearest names otherwise. */
const struct exercise *course_find(const struct course *c, const char *name, struct lab_error *e);

const char *exercise_kind_name(enum exercise_kind kind); /* "debug" */

/* The N-th key (from 0) that front matter may have, or must; NULL: there are no more. What they
 * mean: ipclab-exercise(5). */
const char *exercise_key(size_t n, bool *required);

/* Reads one README.md: the front matter into EX (all but the paths), the rest into EX->text. */
int exercise_parse(const char *path, struct exercise *ex, struct lab_error *e);
void exercise_done(struct exercise *ex);

#endif
