/* The heat map of a class: a row a student, a column an exercise. The number in each field says
 * what its colour says; what is no number (missing, broken) has a sign. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/report/class_page.h"
#include "lab/report/html.h"
#include "lab/report/words.h"

enum { STEPS = 10, FIRST_COLUMN = 3 }; /* name, points and percent come before the exercises */

/* Full is 10, nothing is 0; what is nearly one of them is neither. */
static int step_of(double share)
{
	if (share >= 1)
		return STEPS;
	return share <= 0 ? 0 : 1 + (int)(share * (STEPS - 1));
}

/* How many exercises from AT on are of one chapter. */
static size_t chapter_length(const struct report_class *c, size_t at)
{
	const char *id = c->exercises[at].exercise->id;
	size_t len = strcspn(id, "/"), n = 1;

	while (at + n < c->exercise_count &&
		strncmp(c->exercises[at + n].exercise->id, id, len + 1) == 0)
		n++;
	return n;
}

static void put_chapters(const struct class_page *p)
{
	buf_puts(p->into, "<tr>");
	class_page_column(p, NULL, 0, " rowspan=\"2\"");
	buf_puts(p->into, "Student</th>");
	class_page_column(p, "n", 1, " rowspan=\"2\"");
	buf_puts(p->into, "Points</th>");
	class_page_column(p, "n", 2, " rowspan=\"2\"");
	buf_puts(p->into, "%</th>");
	for (size_t i = 0; i < p->c->exercise_count;) {
		const char *id = p->c->exercises[i].exercise->id;
		LAB_FREE char *chapter = lab_xprintf("%.*s", (int)strcspn(id, "/"), id);
		size_t n = chapter_length(p->c, i);

		/* the number alone where the name has no room */
		if (n < 3)
			chapter[strcspn(chapter, "-")] = '\0';
		buf_printf(p->into, "<th scope=\"colgroup\" class=\"chapter\" colspan=\"%zu\">", n);
		html_put(p->into, chapter);
		buf_puts(p->into, "</th>");
		i += n;
	}
	buf_puts(p->into, "</tr>\n");
}

static void put_names(const struct class_page *p)
{
	buf_puts(p->into, "<tr>");
	for (size_t i = 0; i < p->c->exercise_count; i++) {
		const char *id = p->c->exercises[i].exercise->id, *slash = strchr(id, '/');

		class_page_column(p, "tall", FIRST_COLUMN + i, "");
		buf_puts(p->into, "<span>");
		html_put(p->into, slash ? slash + 1 : id);
		buf_puts(p->into, "</span></th>");
	}
	buf_puts(p->into, "</tr>\n");
}

/* What a pointer that rests on it shows. */
static void put_title(const struct class_page *p, size_t student, size_t exercise)
{
	const struct class_cell *cell = class_cell(p->c, student, exercise);

	buf_puts(p->into, " title=\"");
	html_put(p->into, p->c->exercises[exercise].exercise->id);
	buf_printf(p->into, ": %s", class_state_name(cell->state));
	if (!p->anonymous && cell->words && *cell->words) {
		buf_puts(p->into, ". ");
		html_put(p->into, cell->words);
	}
	buf_putc(p->into, '"');
}

static void put_cell(const struct class_page *p, size_t student, size_t exercise)
{
	static const char *const kinds[] = {
		[CELL_NONE] = "none", [CELL_MISSING] = "missing", [CELL_BROKEN] = "broken"};
	static const char *const signs[] = {
		[CELL_NONE] = "", [CELL_MISSING] = "\u2013", [CELL_BROKEN] = "!"};
	const struct class_cell *cell = class_cell(p->c, student, exercise);
	double most = p->c->exercises[exercise].exercise->points;
	LAB_FREE char *points = words_points(cell->score);

	if (cell->state == CELL_PASS || cell->state == CELL_FAIL)
		buf_printf(p->into, "<td class=\"h%d\"", step_of(class_share(cell->score, most)));
	else
		buf_printf(p->into, "<td class=\"%s\"", kinds[cell->state]);
	if (cell->state != CELL_PASS)
		put_title(p, student, exercise);
	buf_printf(p->into, ">%s</td>",
		cell->state == CELL_PASS || cell->state == CELL_FAIL ? points : signs[cell->state]);
}

static void put_row(const struct class_page *p, size_t student)
{
	const struct class_student *s = &p->c->students[student];
	LAB_FREE char *points = words_points(s->score);

	buf_puts(p->into, "<tr><th scope=\"row\">");
	class_page_name(p, student);
	buf_printf(p->into, "</th><td class=\"n\">%s</td><td class=\"h%d\">%d</td>", points,
		step_of(class_student_share(s)), class_percent(class_student_share(s)));
	for (size_t i = 0; i < p->c->exercise_count; i++)
		put_cell(p, student, i);
	buf_puts(p->into, "</tr>\n");
}

/* The mean of each exercise, over all but what is broken or was not graded; of one that nobody
 * handed in there is none. */
static void put_means(const struct class_page *p)
{
	buf_puts(p->into, "<tfoot>\n<tr><th scope=\"row\" colspan=\"3\">Mean, %</th>");
	for (size_t i = 0; i < p->c->exercise_count; i++) {
		const struct class_exercise *e = &p->c->exercises[i];
		double share = class_exercise_share(e);

		if (class_graded(e) == 0)
			buf_puts(p->into, "<td class=\"missing\">\u2013</td>");
		else
			buf_printf(p->into, "<td class=\"h%d\">%d</td>", step_of(share),
				class_percent(share));
	}
	buf_puts(p->into, "</tr>\n</tfoot>\n");
}

void class_page_heat(const struct class_page *p)
{
	buf_puts(p->into,
		"<p id=\"legend\">Points of each exercise. <span class=\"h10 key\">full</span> "
		"<span class=\"h7 key\">most</span> <span class=\"h3 key\">some</span> "
		"<span class=\"h0 key\">none</span> <span class=\"missing key\">\u2013</span> was "
		"not handed in <span class=\"broken key\">!</span> broken: the lab failed. <span "
		"id=\"keys\" hidden=\"hidden\">A click on a heading sorts by it, another one turns "
		"the order round.</span></p>\n"
		"<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Students and "
		"exercises\">\n<table class=\"heat sorts\">\n<thead>\n");
	put_chapters(p);
	put_names(p);
	buf_puts(p->into, "</thead>\n<tbody>\n");
	for (size_t i = 0; i < p->c->student_count; i++)
		put_row(p, p->order[i]);
	buf_puts(p->into, "</tbody>\n");
	put_means(p);
	buf_puts(p->into, "</table>\n</div>\n");
}
