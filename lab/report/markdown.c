/*
 * Feedback for one student, in Markdown (CommonMark, with tables): how each exercise went, and of
 * each check that failed its words, its place, and the command that shows it again. It goes to the
 * student: nothing of the grader's machine is in it, and of the lab's own failures only that they
 * cost nothing.
 *
 * Names and words may be any bytes; none of them becomes markup.
 */
#include "config.h"

#include "lab/report/report.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/report/cases.h"
#include "lab/report/feedback.h"
#include "lab/report/words.h"

enum { WIDTH = 88 };

/* Inside of a line. */
static void add_inline(struct buf *into, const char *text)
{
	BUF_SCOPED safe = BUF_INIT;

	words_add(&safe, text, true);
	for (const char *p = buf_text(&safe); *p; p++) {
		if (strchr("\\`*_[]<>|~&#!$", *p) || strncmp(p, ":/", 2) == 0)
			buf_putc(into, '\\');
		buf_putc(into, *p == '\n' || *p == '\t' ? ' ' : *p);
	}
}

/* The longest run of backquotes in TEXT: what fences it must be longer. */
static int longest_run(const char *text)
{
	int longest = 0;

	for (int run = 0; *text; text++) {
		run = *text == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	return longest;
}

static void add_fence(struct buf *into, int len)
{
	for (int i = 0; i < len; i++)
		buf_putc(into, '`');
}

/* TEXT is safe, and ends with '\n' or not at all. */
static void add_block(struct buf *into, const char *kind, const char *text)
{
	int run = longest_run(text), fence = run < 3 ? 3 : run + 1;
	size_t len = strlen(text);

	add_fence(into, fence);
	buf_printf(into, "%s\n%s%s", kind, text, len && text[len - 1] == '\n' ? "" : "\n");
	add_fence(into, fence);
	buf_putc(into, '\n');
}

static void add_code(struct buf *into, const char *text)
{
	BUF_SCOPED safe = BUF_INIT;
	int fence;

	words_add(&safe, text, true);
	fence = longest_run(buf_text(&safe)) + 1;
	add_fence(into, fence);
	buf_puts(into, fence > 1 ? " " : "");
	for (size_t i = 0; i < safe.len; i++)
		buf_putc(into, safe.data[i] == '\n' ? ' ' : safe.data[i]);
	buf_puts(into, fence > 1 ? " " : "");
	add_fence(into, fence);
}

/* ---- the table ---- */

static void add_row(struct buf *into, const struct report *r)
{
	CASES_SCOPED cases = {0};
	LAB_FREE char *points = feedback_points(r);
	LAB_FREE char *reason = NULL;

	report_cases_init(&cases, r);
	reason = feedback_reason(r, &cases);
	buf_puts(into, "| ");
	add_inline(into, r->exercise);
	buf_printf(
		into, " | %s | %s | ", r->missing ? "missing" : verdict_name(r->verdict), points);
	add_inline(into, reason);
	buf_puts(into, " |\n");
}

static void add_table(struct buf *into, const struct report_feedback *f)
{
	LAB_FREE char *sum = feedback_sum(f);

	buf_printf(into, "%s\n\n", sum);
	buf_puts(into, "| exercise | result | points | |\n|---|---|---|---|\n");
	for (size_t i = 0; i < f->count; i++)
		add_row(into, &f->list[i]);
}

/* ---- what failed ---- */

static void add_words(struct buf *into, const char *message)
{
	BUF_SCOPED lines = BUF_INIT;

	words_wrap(&lines, *message ? message : "(no words)", 0, WIDTH);
	add_block(into, "text", buf_text(&lines));
}

static void add_facts(struct buf *into, const struct report *r, const struct check_result *c)
{
	LAB_FREE char *schedule = report_schedule(c);
	BUF_SCOPED where = BUF_INIT;

	report_add_place(&where, c->file, c->line);
	if (where.len) {
		buf_puts(into, "\n- where: ");
		add_code(into, buf_text(&where));
	}
	if (c->source && c->source[strspn(c->source, " \t")]) {
		buf_puts(into, "\n- line: ");
		add_code(into, c->source + strspn(c->source, " \t"));
	}
	if (schedule) {
		buf_puts(into, "\n- schedule: ");
		add_inline(into, schedule);
	}
	for (size_t i = 0; r->api && r->api[i]; i++) {
		buf_puts(into, i ? ", " : "\n- read: ");
		add_code(into, r->api[i]);
	}
	buf_putc(into, '\n');
}

static void add_again(struct buf *into, const struct report *r, const struct check_result *c)
{
	LAB_FREE char *replay = report_replay(r, c, NULL);
	BUF_SCOPED safe = BUF_INIT;

	words_add(&safe, replay, true);
	buf_puts(into, "\nTo see it again:\n\n");
	add_block(into, "sh", buf_text(&safe));
}

static void add_failed(struct buf *into, const struct report *r, const struct report_case *c)
{
	const struct check_result *before = c->check ? report_told_before(r, c->check) : NULL;

	buf_puts(into, "\n### ");
	add_inline(into, c->name);
	buf_printf(into, " (%s)\n\n", c->class);
	if (before) {
		buf_puts(into, "The same as in ");
		add_inline(into, before->name);
		buf_puts(into, ".\n");
	} else {
		add_words(into, c->message);
		if (c->check)
			add_facts(into, r, c->check);
	}
	if (c->check)
		add_again(into, r, c->check);
}

static void add_refused(struct buf *into, const struct report *r)
{
	if (!r->refused_count)
		return;
	buf_printf(into, "\n### %s\n\n%s\n\n", report_refused_title, report_refused_words);
	for (size_t i = 0; i < r->refused_count; i++) {
		BUF_SCOPED line = BUF_INIT;

		report_add_refusal(&line, &r->refused[i]);
		buf_puts(into, "- ");
		add_inline(into, buf_text(&line));
		buf_putc(into, '\n');
	}
}

static void add_exercise(struct buf *into, const struct report *r)
{
	CASES_SCOPED cases = {0};

	if (!feedback_has_more(r))
		return;
	buf_puts(into, "\n## ");
	add_inline(into, r->exercise);
	if (r->title) {
		buf_puts(into, ": ");
		add_inline(into, r->title);
	}
	buf_putc(into, '\n');
	if (r->verdict == VERDICT_BROKEN)
		buf_puts(into, "\nThe lab itself failed here, not you. This costs no points.\n");
	report_cases_init(&cases, r);
	for (size_t i = 0; i < cases.count; i++)
		if (cases.list[i].kind == CASE_FAIL)
			add_failed(into, r, &cases.list[i]);
	add_refused(into, r);
}

void report_markdown(struct buf *into, const struct report_feedback *f)
{
	buf_puts(into, "# Feedback for ");
	add_inline(into, f->student);
	buf_puts(into, "\n\n");
	add_table(into, f);
	for (size_t i = 0; i < f->count; i++) {
		struct report own = feedback_report(&f->list[i]);

		add_exercise(into, &own);
	}
}
