/* What the commands of a student share: see student.h. */
#include "config.h"

#include "runner/student.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/path.h"
#include "runner/catalogue.h"
#include "runner/output.h"

/* The current folder as a path below the workspace; the caller frees. */
static char *path_below(const struct workspace *w)
{
	LAB_FREE char *here = realpath(".", NULL);
	size_t root = strlen(w->dir);

	return lab_xstrdup(here && strlen(here) > root ? here + root + 1 : "");
}

const struct exercise *student_exercise_here(
	const struct course *course, const struct workspace *w, struct lab_error *e)
{
	LAB_FREE char *below = path_below(w);

	for (size_t i = 0; i < course->count; i++)
		if (path_lies_in(below, course->exercises[i]->id))
			return course->exercises[i];
	lab_fail(e, LAB_USAGE,
		"which exercise? The current folder is not one of an exercise: go to one, or name "
		"it; \"ipclab list\" shows all");
	return NULL;
}

char *student_chapter_here(const struct course *course, const struct workspace *w)
{
	LAB_FREE char *below = path_below(w);

	for (size_t i = 0; i < course->count; i++) {
		char *chapter = catalogue_chapter(course->exercises[i]);

		if (path_lies_in(below, chapter))
			return chapter;
		free(chapter);
	}
	return NULL;
}

int student_begin(struct student *s, const char *name, const char *course, struct lab_error *e)
{
	*s = (struct student){.workspace = workspace_open_here(NULL, e)};
	if (!s->workspace)
		return -1;
	if (s->workspace->trouble)
		output_complain("%s", s->workspace->trouble);
	s->course = catalogue_open(course, e);
	if (!s->course)
		return -1;
	s->exercise = name ? course_find(s->course, name, e)
			   : student_exercise_here(s->course, s->workspace, e);
	return s->exercise ? 0 : -1;
}

void student_done(struct student *s)
{
	workspace_close(s->workspace);
	course_free(s->course);
	*s = (struct student){0};
}
