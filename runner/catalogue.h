/* The course that a command works on. */
#ifndef RUNNER_CATALOGUE_H
#define RUNNER_CATALOGUE_H

#include "lab/base/error.h"
#include "lab/exercise/exercise.h"

/* DIR NULL: the installed course. Its compiled tests are looked for in DIR/judges, and where that
 * is no folder among the installed ones. course_free() it. */
struct course *catalogue_open(const char *dir, struct lab_error *e);
/* Tests of the instructor's own, compiled as DIR/judges/CHAPTER/EXERCISE: exercises that have one
 * are judged by it as well. -1 and E (LAB_USAGE): there is none, or one that belongs to no
 * exercise. */
int catalogue_add_private(struct course *course, const char *dir, struct lab_error *e);
static inline void catalogue_cleanup_(struct course **c)
{
	course_free(*c);
}
#define CATALOGUE_SCOPED __attribute__((cleanup(catalogue_cleanup_))) struct course

/* The exercise that PATH (the folder of a submission, NULL: the current one) lies in, by its last
 * two components. NULL and E if it names none. */
const struct exercise *catalogue_of_path(
	const struct course *course, const char *path, struct lab_error *e);

/* "04-pipes" of "04-pipes/02-eof-or-hang"; the caller frees. */
char *catalogue_chapter(const struct exercise *exercise);
/* The first heading of the chapter's lesson, or its folder's name; the caller frees. */
char *catalogue_chapter_title(const struct course *course, const char *chapter);
/* Where the lesson of the exercise lies, as a student reads it, or NULL; the caller frees. */
char *catalogue_lesson(const struct course *course, const struct exercise *exercise);

#endif
