/*
 * Reports as TAP, the Test Anything Protocol: version 13, written so that readers of version 14
 * understand it as well. What is known of a failed check stands below it as YAML, each value as a
 * quoted string on one line, which even the smallest readers of YAML can do; its words follow as
 * comments, for people.
 */
#include "config.h"

#include "lab/report/report.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/report/cases.h"
#include "lab/report/words.h"

enum { COMMENT_WIDTH = 98 };

void report_tap_begin(struct buf *into)
{
	buf_puts(into, "TAP version 13\n");
}

/* On one line, and without the '#' that would begin a directive. */
static void add_description(struct buf *into, const char *text)
{
	BUF_SCOPED safe = BUF_INIT;

	words_add(&safe, text, true);
	for (const char *p = buf_text(&safe); *p; p++) {
		if (strchr("#\\", *p))
			buf_putc(into, '\\');
		buf_putc(into, *p == '\n' || *p == '\t' ? ' ' : *p);
	}
}

/* A string of JSON is one of YAML. */
static void add_value(struct buf *into, const char *key, const char *value)
{
	BUF_SCOPED safe = BUF_INIT;
	LAB_FREE char *quoted = NULL;
	json_t *string;

	if (!value || !*value)
		return;
	words_add(&safe, value, true);
	string = json_stringn(buf_text(&safe), safe.len);
	quoted = json_dumps(string, JSON_ENCODE_ANY);
	json_decref(string);
	buf_printf(into, "  %s: %s\n", key, quoted);
}

static void add_comment(struct buf *into, const char *text)
{
	BUF_SCOPED lines = BUF_INIT;

	words_wrap(&lines, text, 0, COMMENT_WIDTH);
	for (const char *p = buf_text(&lines); *p;) {
		size_t len = strcspn(p, "\n");

		buf_printf(into, len ? "# %.*s\n" : "#%.*s\n", (int)len, p);
		p += len + (p[len] == '\n');
	}
}

static void add_diagnostics(struct buf *into, const struct report *r, const struct report_case *c)
{
	BUF_SCOPED where = BUF_INIT;
	LAB_FREE char *schedule = c->check ? report_schedule(c->check) : NULL;
	LAB_FREE char *replay = c->check ? report_replay(r, c->check, NULL) : NULL;

	if (c->check)
		report_add_place(&where, c->check->file, c->check->line);
	buf_puts(into, "  ---\n");
	add_value(into, "verdict", report_case_kind_name(c->kind));
	add_value(into, "class", c->class);
	add_value(into, "message", c->message);
	add_value(into, "where", buf_text(&where));
	add_value(into, "schedule", schedule);
	add_value(into, "again", replay);
	buf_puts(into, "  ...\n");
	add_comment(into, c->message);
}

void report_tap_add(struct buf *into, const struct report *r, size_t *number)
{
	LAB_FREE char *got = words_points(r->score), *most = words_points(r->max_score);
	CASES_SCOPED cases = {0};

	report_cases_init(&cases, r);
	for (size_t i = 0; i < cases.count; i++) {
		const struct report_case *c = &cases.list[i];
		bool ok = c->kind == CASE_PASS || c->kind == CASE_MISSING;

		buf_printf(into, "%s %zu - ", ok ? "ok" : "not ok", ++*number);
		add_description(into, r->exercise);
		buf_puts(into, ": ");
		add_description(into, c->name);
		if (c->kind == CASE_MISSING) {
			buf_puts(into, " # SKIP ");
			add_description(into, c->message);
		}
		buf_putc(into, '\n');
		if (!ok)
			add_diagnostics(into, r, c);
	}
	buf_puts(into, "# ");
	add_description(into, r->exercise);
	buf_printf(into, ": %s of %s points\n", got, most);
}

void report_tap_end(struct buf *into, size_t number)
{
	buf_printf(into, "1..%zu\n", number);
}
