/*
 * What came of one exercise as a page: the verdict, what the compiler said, each check that failed
 * with its words, those that passed; then the run of one that failed, to be walked through. It may
 * go to a student: of the lab's own failures it says what check itself says.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/report/cases.h"
#include "lab/report/html.h"
#include "lab/report/report.h"
#include "lab/report/words.h"

/* ---- the verdict ---- */

static void put_verdict(struct buf *into, const struct report *r, const struct report_cases *cases)
{
	LAB_FREE char *got = words_points(r->score), *most = words_points(r->max_score);

	buf_printf(into, "<p id=\"verdict\" class=\"%s\"><b>%s</b>: ", verdict_name(r->verdict),
		verdict_name(r->verdict));
	if (r->verdict == VERDICT_BROKEN)
		buf_puts(into, "the lab itself failed, not you. This costs no points.");
	else if (r->verdict == VERDICT_FAIL && r->check_count == 0)
		buf_printf(into, "it does not build, so nothing could run; %s of %s points.", got,
			most);
	else if (r->verdict == VERDICT_FAIL)
		buf_printf(into, "%zu of %zu checks failed, %s of %s points.", cases->of[CASE_FAIL],
			r->check_count, got, most);
	else if (r->check_count == 1)
		buf_printf(into, "the one check, %s of %s points.", got, most);
	else
		buf_printf(into, "all %zu checks, %s of %s points.", r->check_count, got, most);
	buf_puts(into, "</p>\n");
}

/* ---- a case ---- */

static void put_field(struct buf *into, const char *name, const char *text, bool code)
{
	if (!text || !*text)
		return;
	buf_printf(into, "<dt>%s</dt><dd>%s", name, code ? "<code>" : "");
	html_put(into, text);
	buf_printf(into, "%s</dd>\n", code ? "</code>" : "");
}

/* Of a check that is the same AGAIN only how to see it. */
static void put_facts(
	struct buf *into, const struct report *r, const struct check_result *c, bool again)
{
	LAB_FREE char *schedule = report_schedule(c), *replay = report_replay(r, c, NULL);
	BUF_SCOPED place = BUF_INIT;
	BUF_SCOPED read = BUF_INIT;

	buf_puts(into, "<dl>\n");
	if (!again) {
		report_add_place(&place, c->file, c->line);
		for (size_t i = 0; c->verdict == VERDICT_FAIL && r->api && r->api[i]; i++)
			buf_printf(&read, "%s%s", i ? ", " : "", r->api[i]);
		put_field(into, "where", buf_text(&place), true);
		put_field(into, "line", c->source, true);
		put_field(into, "schedule", schedule, false);
		put_field(into, "read", buf_text(&read), false);
	}
	put_field(into, "again", replay, true);
	buf_puts(into, "</dl>\n");
}

void html_case(struct buf *into, const struct report *r, const struct report_case *c, bool shown)
{
	const struct check_result *before = c->check ? report_told_before(r, c->check) : NULL;

	buf_printf(into, "<section class=\"case %s\">\n<h2>", report_case_kind_name(c->kind));
	html_put(into, c->name);
	if (c->class)
		buf_printf(into, " (%s)", c->class);
	buf_puts(into, "</h2>\n");
	if (before) {
		buf_puts(into, "<p>The same as in ");
		html_put(into, before->name);
		buf_puts(into, ".</p>\n");
	} else {
		buf_puts(into, "<pre>");
		html_put(into, *c->message ? c->message : "(no words)");
		buf_puts(into, "</pre>\n");
	}
	if (c->check)
		put_facts(into, r, c->check, before != NULL);
	if (shown)
		buf_puts(into, "<p><a href=\"#run\">Its run, step by step</a></p>\n");
	buf_puts(into, "</section>\n");
}

static void put_passed(struct buf *into, const struct report_cases *cases)
{
	const char *before = "<p id=\"passed\">Passed: ";

	for (size_t i = 0; i < cases->count; i++)
		if (cases->list[i].kind == CASE_PASS) {
			buf_puts(into, before);
			html_put(into, cases->list[i].name);
			before = ", ";
		}
	if (cases->of[CASE_PASS])
		buf_puts(into, ".</p>\n");
}

/* What the compiler said, where it is not a case of its own. */
static void put_warnings(struct buf *into, const struct report *r, const struct report_cases *cases)
{
	BUF_SCOPED words = BUF_INIT;

	for (size_t i = 0; i < cases->count; i++)
		if (!cases->list[i].check)
			return;
	report_add_diagnostics(&words, r);
	if (!words.len)
		return;
	buf_puts(into, "<section class=\"case\">\n<h2>What the compiler said</h2>\n<pre>");
	html_put(into, buf_text(&words));
	buf_puts(into, "</pre>\n</section>\n");
}

/* ---- all of it ---- */

static void put_run(struct buf *into, const struct check_result *c, const struct event_log *log)
{
	buf_puts(into, "<h2 id=\"run\">A run in which ");
	html_put(into, c->name);
	buf_puts(into, " fails, step by step</h2>\n");
	html_walk(into, log, c);
}

void report_html_check(
	struct buf *into, const struct report *r, size_t shown, const struct event_log *log)
{
	const struct check_result *c = NULL;
	CASES_SCOPED cases = {0};

	report_cases_init(&cases, r);
	if (log && shown < r->check_count)
		c = &r->checks[shown];
	html_head(into, r->exercise, "check");
	buf_puts(into, "<h1>");
	html_put(into, r->exercise);
	if (r->title) {
		buf_puts(into, ": ");
		html_put(into, r->title);
	}
	buf_puts(into, "</h1>\n");
	put_verdict(into, r, &cases);
	put_warnings(into, r, &cases);
	for (size_t i = 0; i < cases.count; i++)
		if (cases.list[i].kind != CASE_PASS)
			html_case(into, r, &cases.list[i], c && cases.list[i].check == c);
	put_passed(into, &cases);
	if (c)
		put_run(into, c, log);
	buf_puts(into, HTML_FOOT);
}
