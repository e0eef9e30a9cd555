/*
 * What the commands of a student share: the workspace that the current folder lies in, the course,
 * and the exercise that is meant.
 */
#ifndef RUNNER_STUDENT_H
#define RUNNER_STUDENT_H

#include "lab/base/error.h"
#include "lab/exercise/exercise.h"
#include "runner/workspace.h"

struct student {
	struct course *course;
	struct workspace *workspace;
	const struct exercise *exercise;
};

/* NAME NULL: the exercise that the current folder belongs to. COURSE NULL: the installed one. -1
 * and E; student_done() either way. What is not kept is said on standard error. */
int student_begin(struct student *s, const char *name, const char *course, struct lab_error *e);
void student_done(struct student *s);
#define STUDENT_SCOPED __attribute__((cleanup(student_done))) struct student

/* The exercise that the folder of a workspace belongs to: the current one or one above it. NULL and
 * E otherwise. */
const struct exercise *student_exercise_here(
	const struct course *course, const struct workspace *w, struct lab_error *e);

/* The chapter whose folder the current one is, or lies in; the caller frees. NULL: it is none. */
char *student_chapter_here(const struct course *course, const struct workspace *w);

#endif
