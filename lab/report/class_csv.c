/*
 * A class as the files that gradebooks import. What stands here is what their readers do:
 *
 * Moodle (grade/import/csv): whoever is not found by the identifier makes the whole import fail,
 * and a row without one is taken for the student of the row before; such rows are left out. A grade
 * is a number; "-" is none, also for an item that the import makes. Feedback is HTML. Grade and
 * feedback of an item have to be imported together.
 *
 * Canvas (lib/gradebook_importer.rb): the first four columns in this order, then Section, then the
 * assignments. The row whose first field has "Points Possible" in it sets what an assignment is
 * worth. Students are found by ID, SIS user ID, SIS login ID or name. Feedback is not imported.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/report/class_sheet.h"
#include "lab/report/csv.h"
#include "lab/report/words.h"

static bool has_score(const struct class_cell *cell)
{
	return cell->state != CELL_NONE && cell->state != CELL_BROKEN;
}

/* ---- Moodle ---- */

/* "0" is as good as nothing to PHP. */
static bool is_known(const char *identifier)
{
	return identifier && *identifier && strcmp(identifier, "0") != 0;
}

/* By e-mail address where somebody has one, else by ID number; who lacks what is used is left out.
 */
static bool moodle_by_email(const struct report_class *c)
{
	size_t emails = 0, numbers = 0;

	for (size_t i = 0; i < c->student_count; i++) {
		emails += is_known(c->students[i].person->email);
		numbers += is_known(c->students[i].person->number);
	}
	return emails >= numbers;
}

/* As HTML, in which neither a quote nor a backslash stands as such. */
static void add_html(struct buf *into, const char *text)
{
	BUF_SCOPED safe = BUF_INIT;

	words_add(&safe, text, true);
	for (const char *p = buf_text(&safe); *p; p++) {
		if (strchr("<>&\"'\\", *p))
			buf_printf(into, "&#%d;", *p);
		else if (*p == '\n')
			buf_puts(into, "<br>");
		else
			buf_putc(into, *p);
	}
}

/* It begins with a word of ours, so that it is no formula. */
static void put_feedback(struct buf *into, const struct class_cell *cell)
{
	BUF_SCOPED html = BUF_INIT;

	if (cell->state == CELL_NONE)
		return;
	buf_puts(&html, class_state_name(cell->state));
	if (cell->words && *cell->words) {
		buf_puts(&html, ": ");
		add_html(&html, cell->words);
	}
	csv_text(into, buf_text(&html));
}

static void put_moodle_row(
	struct buf *into, const struct report_class *c, size_t student, const char *identifier)
{
	csv_identifier(into, identifier);
	buf_putc(into, ',');
	csv_text(into, c->students[student].person->name);
	for (size_t i = 0; i < c->exercise_count; i++) {
		const struct class_cell *cell = class_cell(c, student, i);

		buf_putc(into, ',');
		if (has_score(cell))
			csv_number(into, cell->score);
		else
			buf_putc(into, '-');
		buf_putc(into, ',');
		put_feedback(into, cell);
	}
	buf_puts(into, "\r\n");
}

void report_class_moodle(struct buf *into, const struct report_class *c, size_t *left_out)
{
	bool by_email = moodle_by_email(c);

	*left_out = 0;
	buf_puts(into, by_email ? "Email address,Student" : "ID number,Student");
	for (size_t i = 0; i < c->exercise_count; i++) {
		LAB_FREE char *feedback =
			lab_xprintf("%s (feedback)", c->exercises[i].exercise->id);

		buf_putc(into, ',');
		csv_text(into, c->exercises[i].exercise->id);
		buf_putc(into, ',');
		csv_text(into, feedback);
	}
	buf_puts(into, "\r\n");
	for (size_t i = 0; i < c->student_count; i++) {
		const struct report_person *person = c->students[i].person;
		const char *identifier = by_email ? person->email : person->number;

		if (is_known(identifier))
			put_moodle_row(into, c, i, identifier);
		else
			++*left_out;
	}
}

/* ---- Canvas ---- */

/* A name that would be taken for the row of points is none of ours to print as it is. */
static void put_canvas_name(struct buf *into, const char *name)
{
	static const char points[] = "Points Possible";
	BUF_SCOPED safe = BUF_INIT;

	for (const char *p = name; *p; p++)
		if (strncmp(p, points, sizeof(points) - 1) == 0) {
			buf_puts(&safe, "Points_Possible");
			p += sizeof(points) - 2;
		} else {
			buf_putc(&safe, *p == '\n' ? ' ' : *p);
		}
	csv_text(into, buf_text(&safe));
}

static void put_known(struct buf *into, const char *identifier)
{
	buf_putc(into, ',');
	csv_identifier(into, identifier ? identifier : "");
}

void report_class_canvas(struct buf *into, const struct report_class *c)
{
	buf_puts(into, "Student,ID,SIS User ID,SIS Login ID,Section");
	for (size_t i = 0; i < c->exercise_count; i++) {
		buf_putc(into, ',');
		csv_text(into, c->exercises[i].exercise->id);
	}
	buf_puts(into, "\r\n    Points Possible,,,,");
	for (size_t i = 0; i < c->exercise_count; i++) {
		buf_putc(into, ',');
		csv_number(into, c->exercises[i].exercise->points);
	}
	buf_puts(into, "\r\n");
	for (size_t s = 0; s < c->student_count; s++) {
		const struct report_person *person = c->students[s].person;

		put_canvas_name(into, person->name);
		put_known(into, person->canvas_id);
		put_known(into, person->number);
		put_known(into, person->login);
		buf_putc(into, ',');
		csv_text(into, person->section ? person->section : "");
		for (size_t i = 0; i < c->exercise_count; i++) {
			const struct class_cell *cell = class_cell(c, s, i);

			buf_putc(into, ',');
			if (has_score(cell))
				csv_number(into, cell->score);
		}
		buf_puts(into, "\r\n");
	}
}
