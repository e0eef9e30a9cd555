/* What the sandbox refused to programs of a class, for staff: whose, where, how often. As a part of
 * the page, as CSV, and for a terminal. */
#include "config.h"

#include "lab/report/cases.h"
#include "lab/report/class_page.h"
#include "lab/report/csv.h"
#include "lab/report/html.h"
#include "lab/report/words.h"

enum { STUDENTS_MOST = 20 }; /* that a terminal tells of */

/* ---- the page ---- */

static void put_row(const struct class_page *p, const struct class_refusal *r)
{
	BUF_SCOPED where = BUF_INIT;

	report_add_place(&where, r->refusal.file, r->refusal.line);
	buf_puts(p->into, "<tr><th scope=\"row\">");
	class_page_name(p, r->person);
	buf_puts(p->into, "</th><td>");
	html_put(p->into, p->c->exercises[r->exercise].exercise->id);
	buf_puts(p->into, "</td><td><code>");
	class_page_text(p, r->refusal.what);
	buf_puts(p->into, "</code></td><td>");
	html_put(p->into, r->refusal.why);
	buf_puts(p->into, "</td><td>");
	class_page_text(p, buf_text(&where));
	buf_printf(p->into, "</td><td class=\"n\">%zu</td></tr>\n", r->refusal.times);
}

void class_page_refused(const struct class_page *p)
{
	if (p->c->refused_count == 0) {
		buf_puts(p->into, "<p>Nothing.</p>\n");
		return;
	}
	buf_puts(p->into,
		"<div class=\"wide\">\n<table>\n<caption>Programs asked for this, and did not get "
		"it. No verdict depends on it, and it may have been a mistake: look at the line "
		"before you ask anybody.</caption>\n<thead>\n<tr><th scope=\"col\">Student</th>"
		"<th scope=\"col\">Exercise</th><th scope=\"col\">Call</th>"
		"<th scope=\"col\">What that is</th><th scope=\"col\">Line</th>"
		"<th scope=\"col\" class=\"n\">Times</th></tr>\n</thead>\n<tbody>\n");
	/* in the order of the page's students, whose names may be left out */
	for (size_t i = 0; i < p->c->student_count; i++)
		for (size_t k = 0; k < p->c->refused_count; k++)
			if (p->c->refused[k].person == p->order[i])
				put_row(p, &p->c->refused[k]);
	buf_puts(p->into, "</tbody>\n</table>\n</div>\n");
}

/* ---- CSV ---- */

void report_class_refused(struct buf *into, const struct report_class *c)
{
	buf_puts(into, "student,exercise,what,why,file,line,times\r\n");
	for (size_t i = 0; i < c->refused_count; i++) {
		const struct class_refusal *r = &c->refused[i];

		csv_text(into, c->students[r->person].person->name);
		buf_putc(into, ',');
		csv_text(into, c->exercises[r->exercise].exercise->id);
		buf_putc(into, ',');
		csv_text(into, r->refusal.what);
		buf_putc(into, ',');
		csv_text(into, r->refusal.why);
		buf_putc(into, ',');
		if (r->refusal.file)
			csv_text(into, r->refusal.file);
		buf_putc(into, ',');
		if (r->refusal.file)
			buf_printf(into, "%d", r->refusal.line);
		buf_printf(into, ",%zu\r\n", r->refusal.times);
	}
}

/* ---- terminal ---- */

/* The first one of a student and exercise, and how many there are besides. */
static void put_line(struct buf *into, const struct report_class *c, size_t first, size_t more)
{
	const struct class_refusal *r = &c->refused[first];

	buf_puts(into, "  ");
	words_add_line(into, c->students[r->person].person->name);
	buf_printf(into, "  %s  ", c->exercises[r->exercise].exercise->id);
	report_add_refusal(into, &r->refusal);
	if (more)
		buf_printf(into, "; and %zu more", more);
	buf_putc(into, '\n');
}

void report_class_refused_text(struct buf *into, const struct report_class *c)
{
	size_t lines = 0, n;

	if (c->refused_count)
		buf_printf(into, "%s (refused.csv has all of it; it may have been a mistake):\n",
			report_refused_title);
	for (size_t i = 0; i < c->refused_count; i += n) {
		const struct class_refusal *r = &c->refused[i];

		for (n = 1; i + n < c->refused_count && r[n].person == r->person &&
			    r[n].exercise == r->exercise;)
			n++;
		if (lines++ < STUDENTS_MOST)
			put_line(into, c, i, n - 1);
	}
	if (lines > STUDENTS_MOST)
		buf_printf(into, "  and %zu more\n", lines - STUDENTS_MOST);
}
