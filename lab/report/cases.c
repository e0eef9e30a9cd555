/* A report as a list of cases: see cases.h. */
#include "config.h"

#include "lab/report/cases.h"

#include <stdlib.h>

#include "lab/base/buf.h"
#include "lab/report/words.h"

static const char *const kind_names[] = {
	[CASE_PASS] = "pass",
	[CASE_FAIL] = "fail",
	[CASE_BROKEN] = "broken",
	[CASE_MISSING] = "missing",
};
static const enum case_kind kind_of[] = {
	[VERDICT_PASS] = CASE_PASS,
	[VERDICT_FAIL] = CASE_FAIL,
	[VERDICT_BROKEN] = CASE_BROKEN,
};

const char *report_case_kind_name(enum case_kind kind)
{
	return kind_names[kind];
}

static char *safe(const char *text)
{
	struct buf b = BUF_INIT;

	words_add(&b, text ? text : "", true);
	return buf_take(&b);
}

static void add(struct report_cases *c, struct report_case one)
{
	c->list = lab_xrealloc(c->list, (c->count + 1) * sizeof(*c->list));
	c->list[c->count++] = one;
	c->of[one.kind]++;
}

/* Checks of a report that was saved have no weights: then all are alike. */
static double share(const struct report *r, const struct check_result *c)
{
	double all = 0;

	for (size_t i = 0; i < r->check_count; i++)
		all += r->checks[i].weight;
	return all > 0 ? r->max_score * c->weight / all : r->max_score / (double)r->check_count;
}

static void add_check(
	struct report_cases *cases, const struct report *r, const struct check_result *c)
{
	bool passed = c->verdict == VERDICT_PASS;
	double most = r->verdict == VERDICT_BROKEN ? 0 : share(r, c);

	add(cases, (struct report_case){
			   .kind = kind_of[c->verdict],
			   .name = safe(c->name),
			   .class = passed ? NULL : verdict_class_name(c->class),
			   .message = safe(passed ? NULL : c->message),
			   .check = c,
			   .score = passed ? most : 0,
			   .max_score = most,
		   });
}

void report_add_place(struct buf *into, const char *file, int line)
{
	if (!file || !*file)
		return;
	words_add(into, file, true);
	if (line > 0)
		buf_printf(into, ":%d", line);
}

void report_add_diagnostics(struct buf *into, const struct report *r)
{
	for (size_t i = 0; i < r->diagnostic_count; i++) {
		const struct report_diagnostic *d = &r->diagnostics[i];

		report_add_place(into, d->file, d->line);
		if (d->file && *d->file && d->line > 0 && d->column > 0)
			buf_printf(into, ":%d", d->column);
		buf_printf(into, "%s%s: ", d->file && *d->file ? ": " : "", d->severity);
		words_add(into, d->text, true);
		buf_putc(into, '\n');
	}
}

static void add_build(struct report_cases *cases, const struct report *r)
{
	struct buf words = BUF_INIT;

	buf_puts(&words, "It does not build, so nothing could run.\n");
	report_add_diagnostics(&words, r);
	add(cases, (struct report_case){
			   .kind = CASE_FAIL,
			   .name = lab_xstrdup("build"),
			   .class = verdict_class_name(CLASS_COMPILE),
			   .message = buf_take(&words),
			   .max_score = r->check_count ? 0 : r->max_score,
		   });
}

void report_cases_init(struct report_cases *cases, const struct report *r)
{
	*cases = (struct report_cases){0};
	if (r->missing) {
		add(cases, (struct report_case){
				   .kind = CASE_MISSING,
				   .name = lab_xstrdup("handed_in"),
				   .message = safe(r->missing),
				   .max_score = r->max_score,
			   });
		return;
	}
	for (size_t i = 0; i < r->check_count; i++)
		add_check(cases, r, &r->checks[i]);
	if (r->verdict == VERDICT_FAIL && !cases->of[CASE_FAIL])
		add_build(cases, r);
	if (r->verdict == VERDICT_BROKEN && !cases->of[CASE_BROKEN])
		add(cases, (struct report_case){
				   .kind = CASE_BROKEN,
				   .name = lab_xstrdup("lab"),
				   .class = verdict_class_name(CLASS_BROKEN),
				   .message = safe(
					   r->complaint ? r->complaint : "The lab itself failed."),
			   });
}

void report_cases_done(struct report_cases *cases)
{
	for (size_t i = 0; i < cases->count; i++) {
		free(cases->list[i].name);
		free(cases->list[i].message);
	}
	free(cases->list);
	*cases = (struct report_cases){0};
}
