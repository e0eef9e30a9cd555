/*
 * A class as its reports want it: students, exercises, what came of each, which mistakes were made.
 * Results are taken in one by one and only what the reports say of them is kept, so that memory
 * grows with the table, not with what was graded.
 *
 * Names, words and lines of source may be any bytes. The same class, added in the same order, gives
 * the same bytes.
 */
#ifndef LAB_REPORT_CLASS_H
#define LAB_REPORT_CLASS_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/base/buf.h"
#include "lab/exercise/exercise.h"
#include "lab/report/report.h"

/* What is not known is NULL. */
struct report_person {
	const char *name;
	const char *email, *number; /* by which Moodle knows them: e-mail address, ID number */
	const char *canvas_id, *login,
		*section;     /* by which Canvas does; NUMBER is the SIS user ID */
	const char *feedback; /* where their feedback lies, as a relative address for a page */
};

struct report_class;

/* PEOPLE and EXERCISES, and what they point to, must outlive it. */
struct report_class *report_class_new(const struct report_person *people, size_t person_count,
	const struct exercise *const *exercises, size_t exercise_count);
void report_class_free(struct report_class *c);

/* What came of one student's one exercise. SCORE is what it counts, which a late penalty may have
 * made less than R->score. WORK is the same for the same files, and for no others; NULL: not known.
 * Once for each at most. */
void report_class_add(struct report_class *c, size_t person, size_t exercise,
	const struct report *r, double score, const char *work);
/* WORK of what students begin with, of which there may be several: whoever hands that in has copied
 * it from nobody. */
void report_class_starter(struct report_class *c, size_t exercise, const char *work);
/* A student's sum, where it is not the plain one of the scores that were added. */
void report_class_total(struct report_class *c, size_t person, double score, double max_score);

/* The printers. All add to INTO. */

/* One page of HTML that wants nothing from anywhere. ANONYMOUS: nobody is named, students stand in
 * the order of their results, and text that seems to name one of them is left out. */
void report_class_html(struct buf *into, const struct report_class *c, bool anonymous);
/* CSV as Moodle's and Canvas' gradebooks import it. *LEFT_OUT: how many students are not in it, as
 * nothing is known by which Moodle could find them: there such a row would spoil the import. */
void report_class_moodle(struct buf *into, const struct report_class *c, size_t *left_out);
void report_class_canvas(struct buf *into, const struct report_class *c);
/* CSV: a row for each thing that the sandbox refused to somebody's program. */
void report_class_refused(struct buf *into, const struct report_class *c);
/* The same for a terminal: a line a student, with the first of them. Nothing where nothing was. */
void report_class_refused_text(struct buf *into, const struct report_class *c);
/* For a terminal of WIDTH columns: a row a student, of whom at most ROWS are shown (0: all), and a
 * row an exercise. COLOUR: ANSI. */
void report_class_text(
	struct buf *into, const struct report_class *c, bool colour, int width, size_t rows);

#endif
