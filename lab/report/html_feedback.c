/*
 * Feedback for one student as a page: the same as in markdown.c, for those who have nothing that
 * shows Markdown. It goes to the student: what the lab itself failed at is not in it.
 */
#include "config.h"

#include <stdlib.h>

#include "lab/report/cases.h"
#include "lab/report/feedback.h"
#include "lab/report/html.h"
#include "lab/report/report.h"

static void put_cell(struct buf *into, const char *text)
{
	buf_puts(into, "<td>");
	html_put(into, text);
	buf_puts(into, "</td>");
}

/* The N-th exercise. */
static void put_row(struct buf *into, const struct report *r, size_t n)
{
	CASES_SCOPED cases = {0};
	LAB_FREE char *points = feedback_points(r);
	LAB_FREE char *reason = NULL;

	report_cases_init(&cases, r);
	reason = feedback_reason(r, &cases);
	buf_puts(into, "<tr><td>");
	if (feedback_has_more(r))
		buf_printf(into, "<a href=\"#e%zu\">", n);
	html_put(into, r->exercise);
	buf_printf(into, "%s</td>", feedback_has_more(r) ? "</a>" : "");
	put_cell(into, r->missing ? "missing" : verdict_name(r->verdict));
	put_cell(into, points);
	put_cell(into, reason);
	buf_puts(into, "</tr>\n");
}

static void put_refused(struct buf *into, const struct report *r)
{
	if (!r->refused_count)
		return;
	buf_printf(
		into, "<h2>%s</h2>\n<p>%s</p>\n<ul>\n", report_refused_title, report_refused_words);
	for (size_t i = 0; i < r->refused_count; i++) {
		BUF_SCOPED line = BUF_INIT;

		report_add_refusal(&line, &r->refused[i]);
		buf_puts(into, "<li>");
		html_put(into, buf_text(&line));
		buf_puts(into, "</li>\n");
	}
	buf_puts(into, "</ul>\n");
}

static void put_exercise(struct buf *into, const struct report *r, size_t n)
{
	CASES_SCOPED cases = {0};

	if (!feedback_has_more(r))
		return;
	buf_printf(into, "<h1 id=\"e%zu\">", n);
	html_put(into, r->exercise);
	if (r->title) {
		buf_puts(into, ": ");
		html_put(into, r->title);
	}
	buf_puts(into, "</h1>\n");
	if (r->verdict == VERDICT_BROKEN)
		buf_puts(into,
			"<p>The lab itself failed here, not you. This costs no points.</p>\n");
	report_cases_init(&cases, r);
	for (size_t i = 0; i < cases.count; i++)
		if (cases.list[i].kind == CASE_FAIL)
			html_case(into, r, &cases.list[i], false);
	put_refused(into, r);
}

void report_html_feedback(struct buf *into, const struct report_feedback *f)
{
	LAB_FREE char *sum = feedback_sum(f), *title = lab_xprintf("Feedback for %s", f->student);

	html_head(into, title, "feedback");
	buf_puts(into, "<h1>");
	html_put(into, title);
	buf_puts(into, "</h1>\n<p><b>");
	html_put(into, sum);
	buf_puts(into, "</b></p>\n<table>\n<thead>\n<tr><th scope=\"col\">Exercise</th><th "
		       "scope=\"col\">Result</th><th scope=\"col\">Points</th><th "
		       "scope=\"col\">Why</th></tr>\n</thead>\n<tbody>\n");
	for (size_t i = 0; i < f->count; i++)
		put_row(into, &f->list[i], i + 1);
	buf_puts(into, "</tbody>\n</table>\n");
	for (size_t i = 0; i < f->count; i++) {
		struct report own = feedback_report(&f->list[i]);

		put_exercise(into, &own, i + 1);
	}
	buf_puts(into, HTML_FOOT);
}
