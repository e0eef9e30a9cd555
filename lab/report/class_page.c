/*
 * A class as one page: its frame, and what its parts share. The page can be read without its
 * script, which only sorts tables; see html_head.c for what it may and may not do.
 */
#include "config.h"

#include "lab/report/class_page.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lab/report/html.h"
#include "lab/report/words.h"

static const char style[] =
#include "lab/report/class.css.inc"
	;
static const char script[] =
#include "lab/report/class.js.inc"
	;

/* ---- who is named ---- */

enum { NAME_LEAST = 3 }; /* bytes of a part of a name; shorter ones stand in any text */

static void add_name(struct class_page *p, const char *part, size_t len)
{
	char *name;

	if (len < NAME_LEAST)
		return;
	name = lab_xprintf("%.*s", (int)len, part);
	for (char *at = name; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	p->names = lab_xrealloc(p->names, (p->name_count + 1) * sizeof(*p->names));
	p->names[p->name_count++] = name;
}

static void add_names(struct class_page *p, const char *text)
{
	static const char between[] = " \t\n,;._-+@()\"'";

	while (text && *text) {
		size_t len;

		text += strspn(text, between);
		len = strcspn(text, between);
		add_name(p, text, len);
		text += len;
	}
}

/* Of an address the part before the '@' is somebody's, and the rest everybody's. */
static void add_address(struct class_page *p, const char *address)
{
	LAB_FREE char *own =
		address ? lab_xprintf("%.*s", (int)strcspn(address, "@"), address) : NULL;

	add_names(p, own);
}

static void collect_names(struct class_page *p)
{
	for (size_t i = 0; p->anonymous && i < p->c->student_count; i++) {
		const struct report_person *person = p->c->students[i].person;

		add_address(p, person->name);
		add_address(p, person->email);
		add_address(p, person->login);
		add_names(p, person->number);
		add_names(p, person->canvas_id);
	}
}

static bool names_somebody(const struct class_page *p, const char *text)
{
	LAB_FREE char *low = lab_xstrdup(text);

	for (char *at = low; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	for (size_t i = 0; i < p->name_count; i++) {
		size_t len = strlen(p->names[i]);

		for (const char *at = low; (at = strstr(at, p->names[i])); at++)
			if ((at == low || !isalnum((unsigned char)at[-1])) &&
				!isalnum((unsigned char)at[len]))
				return true;
	}
	return false;
}

void class_page_text(const struct class_page *p, const char *text)
{
	if (names_somebody(p, text))
		buf_puts(p->into, "<i>(left out: it may name somebody)</i>");
	else
		html_put(p->into, text);
}

void class_page_name(const struct class_page *p, size_t student)
{
	const struct report_person *person = p->c->students[student].person;

	if (p->anonymous) {
		buf_printf(p->into, "Student %zu", p->number[student]);
		return;
	}
	if (person->feedback) {
		buf_puts(p->into, "<a href=\"");
		html_put(p->into, person->feedback);
		buf_puts(p->into, "\">");
	}
	html_put(p->into, person->name);
	if (person->feedback)
		buf_puts(p->into, "</a>");
}

static size_t *in_order(const struct class_page *p)
{
	size_t *order;

	if (p->anonymous)
		return class_by_results(p->c);
	order = lab_xmalloc((p->c->student_count + 1) * sizeof(*order));
	for (size_t i = 0; i < p->c->student_count; i++)
		order[i] = i;
	return order;
}

/* ---- what the parts share ---- */

void class_page_bar(const struct class_page *p, const struct class_bar *bars, size_t count)
{
	double at = 0;

	buf_puts(p->into,
		"<svg class=\"bar\" "
		"viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
	for (size_t i = 0; i < count; i++) {
		if (bars[i].share > 0)
			buf_printf(p->into,
				"<rect class=\"%s\" x=\"%.4g\" width=\"%.4g\" height=\"8\"/>",
				bars[i].kind, 100 * at, 100 * bars[i].share);
		at += bars[i].share;
	}
	buf_puts(p->into, "</svg>");
}

void class_page_percent(const struct class_page *p, double share)
{
	buf_printf(p->into, "%d\u00a0%%", class_percent(share));
}

void class_page_column(const struct class_page *p, const char *class, size_t n, const char *more)
{
	buf_printf(p->into, "<th scope=\"col\" data-n=\"%zu\"", n);
	if (class)
		buf_printf(p->into, " class=\"%s\"", class);
	buf_printf(p->into, "%s>", more);
}

/* ---- the frame ---- */

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median_share(const struct report_class *c)
{
	double *shares = lab_xmalloc((c->student_count + 1) * sizeof(*shares)), median;
	size_t n = c->student_count;

	for (size_t i = 0; i < n; i++)
		shares[i] = class_student_share(&c->students[i]);
	qsort(shares, n, sizeof(*shares), by_size);
	median = n == 0 ? 0 : (shares[(n - 1) / 2] + shares[n / 2]) / 2;
	free(shares);
	return median;
}

static void put_about(const struct class_page *p)
{
	const struct report_class *c = p->c;
	size_t of[CELL_STATES] = {0};

	for (size_t i = 0; i < c->exercise_count; i++)
		for (size_t state = 0; state < CELL_STATES; state++)
			of[state] += c->exercises[i].of[state];
	buf_printf(p->into,
		"<p id=\"about\">%zu students, %zu exercises: %zu results passed, %zu failed, "
		"%zu are missing, %zu broken. Half of the students have at least ",
		c->student_count, c->exercise_count, of[CELL_PASS], of[CELL_FAIL], of[CELL_MISSING],
		of[CELL_BROKEN]);
	class_page_percent(p, median_share(c));
	buf_puts(p->into, " of their points. Written by ipclab " PACKAGE_VERSION ".");
	if (of[CELL_BROKEN])
		buf_puts(p->into, " <b>What is broken the lab failed at, not the student: it is in "
				  "no sum, and wants to be graded again.</b>");
	buf_puts(p->into, "</p>\n");
}

static void put_body(const struct class_page *p)
{
	static const struct {
		const char *id, *title;
		void (*put)(const struct class_page *p);
	} parts[] = {
		{"grades", "Students and exercises", class_page_heat},
		{"distribution", "Distribution of scores", class_page_distribution},
		{"exercises", "Exercises", class_page_exercises},
		{"hardest", "Hardest checks", class_page_hardest},
		{"mistakes", "Most common mistakes", class_page_mistakes},
		{"identical", "Identical submissions", class_page_identical},
		{"refused", report_refused_title, class_page_refused},
	};
	enum { PARTS = sizeof(parts) / sizeof(parts[0]) };

	buf_puts(p->into, "<body class=\"class\">\n<h1>Class report</h1>\n");
	put_about(p);
	class_page_gist(p);
	buf_puts(p->into, "<nav aria-label=\"Parts\">");
	for (size_t i = 0; i < PARTS; i++)
		buf_printf(p->into, "<a href=\"#%s\">%s</a> ", parts[i].id, parts[i].title);
	buf_puts(p->into, "</nav>\n");
	for (size_t i = 0; i < PARTS; i++) {
		buf_printf(
			p->into, "<section id=\"%s\">\n<h2>%s</h2>\n", parts[i].id, parts[i].title);
		parts[i].put(p);
		buf_puts(p->into, "</section>\n");
	}
}

void report_class_html(struct buf *into, const struct report_class *c, bool anonymous)
{
	struct class_page p = {.into = into, .c = c, .anonymous = anonymous};

	p.order = in_order(&p);
	p.number = lab_xmalloc((c->student_count + 1) * sizeof(*p.number));
	for (size_t i = 0; i < c->student_count; i++)
		p.number[p.order[i]] = i + 1;
	collect_names(&p);
	html_begin(into, "Class report - ipclab", style, script);
	put_body(&p);
	html_script(into, script);
	buf_puts(into, HTML_FOOT);
	for (size_t i = 0; i < p.name_count; i++)
		free(p.names[i]);
	free(p.names);
	free(p.number);
	free(p.order);
}
