/*
 * Reports as JUnit XML, in the dialect that Jenkins' xunit plugin publishes as junit-10.xsd and
 * that GitLab reads too: a suite is one exercise of one student, a case one check. There is neither
 * time nor host in it, so that equal grades give equal bytes.
 */
#include "config.h"

#include "lab/report/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/report/cases.h"
#include "lab/report/words.h"

/* Adds TEXT, which may be any bytes, as content of an element or between the quotes of an
 * attribute, where a parser would make spaces of line ends. */
static void add_escaped(struct buf *into, const char *text, bool attribute)
{
	BUF_SCOPED safe = BUF_INIT;

	words_add(&safe, text, true);
	for (const char *p = buf_text(&safe); *p; p++) {
		if (*p == '&')
			buf_puts(into, "&amp;");
		else if (*p == '<')
			buf_puts(into, "&lt;");
		else if (*p == '>')
			buf_puts(into, "&gt;");
		else if (attribute && strchr("\"\n\t", *p))
			buf_printf(into, "&#%d;", *p);
		else
			buf_putc(into, *p);
	}
}

static void add_attribute(struct buf *into, const char *name, const char *value)
{
	buf_printf(into, " %s=\"", name);
	add_escaped(into, value, true);
	buf_putc(into, '"');
}

static void add_property(struct buf *into, const char *name, const char *value)
{
	if (!value)
		return;
	buf_puts(into, "   <property");
	add_attribute(into, "name", name);
	add_attribute(into, "value", value);
	buf_puts(into, "/>\n");
}

static void add_properties(struct buf *into, const struct report *r)
{
	LAB_FREE char *score = words_points(r->score), *most = words_points(r->max_score);
	LAB_FREE char *seed = r->seed ? lab_xprintf("%" PRIu64, r->seed) : NULL;
	const char *verdict =
		r->missing ? report_case_kind_name(CASE_MISSING) : verdict_name(r->verdict);

	buf_puts(into, "  <properties>\n");
	add_property(into, "student", r->student);
	add_property(into, "exercise", r->exercise);
	add_property(into, "verdict", verdict);
	add_property(into, "score", score);
	add_property(into, "max_score", most);
	add_property(into, "isolation", r->isolation);
	add_property(into, "seed", seed);
	add_property(into, "engine", r->engine);
	add_property(into, "compiler", r->compiler);
	add_property(into, "libc", r->libc);
	add_property(into, "kernel", r->kernel);
	add_property(into, "log_sha256", r->log_sha256 && *r->log_sha256 ? r->log_sha256 : NULL);
	buf_puts(into, "  </properties>\n");
}

/* What is known of a failed check besides its words. */
static void add_facts(struct buf *into, const struct report *r, const struct check_result *c)
{
	LAB_FREE char *schedule = report_schedule(c), *replay = report_replay(r, c, NULL);
	BUF_SCOPED facts = BUF_INIT;
	BUF_SCOPED where = BUF_INIT;

	report_add_place(&where, c->file, c->line);
	buf_puts(&facts, "\n");
	if (where.len)
		buf_printf(&facts, "\nwhere: %s", buf_text(&where));
	if (schedule)
		buf_printf(&facts, "\nschedule: %s", schedule);
	buf_printf(&facts, "\nagain: %s", replay);
	add_escaped(into, buf_text(&facts), false);
}

static void add_outcome(struct buf *into, const struct report *r, const struct report_case *c)
{
	static const char *const elements[] = {
		[CASE_FAIL] = "failure",
		[CASE_BROKEN] = "error",
		[CASE_MISSING] = "skipped",
	};
	const char *element = elements[c->kind];
	LAB_FREE char *first = lab_xprintf("%.*s", (int)strcspn(c->message, "\n"), c->message);

	buf_printf(into, "   <%s", element);
	if (c->class)
		add_attribute(into, "type", c->class);
	add_attribute(into, "message", first);
	if (c->kind == CASE_MISSING) {
		buf_puts(into, "/>\n");
		return;
	}
	buf_putc(into, '>');
	add_escaped(into, c->message, false);
	if (c->check)
		add_facts(into, r, c->check);
	buf_printf(into, "</%s>\n", element);
}

static void add_case(struct buf *into, const struct report *r, const struct report_case *c)
{
	/* Readers of the format take what stands before the last '.' for a package. */
	LAB_FREE char *class = lab_xprintf(
		"%s%s%s", r->student ? r->student : "", r->student ? "." : "", r->exercise);

	buf_puts(into, "  <testcase");
	add_attribute(into, "name", c->name);
	add_attribute(into, "classname", class);
	if (c->kind == CASE_PASS) {
		buf_puts(into, "/>\n");
		return;
	}
	buf_puts(into, ">\n");
	add_outcome(into, r, c);
	buf_puts(into, "  </testcase>\n");
}

static void add_refused(struct buf *into, const struct report *r)
{
	BUF_SCOPED lines = BUF_INIT;

	if (!r->refused_count)
		return;
	buf_printf(&lines, "%s:", report_refused_title);
	for (size_t i = 0; i < r->refused_count; i++) {
		buf_putc(&lines, '\n');
		report_add_refusal(&lines, &r->refused[i]);
	}
	buf_puts(into, "  <system-out>");
	add_escaped(into, buf_text(&lines), false);
	buf_puts(into, "</system-out>\n");
}

void report_junit_begin(struct buf *into)
{
	buf_puts(
		into, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"ipclab\">\n");
}

void report_junit_add(struct buf *into, const struct report *r)
{
	CASES_SCOPED cases = {0};
	LAB_FREE char *name = lab_xprintf(
		"%s%s%s", r->student ? r->student : "", r->student ? ": " : "", r->exercise);

	report_cases_init(&cases, r);
	buf_puts(into, " <testsuite");
	add_attribute(into, "name", name);
	buf_printf(into, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\">\n",
		cases.count, cases.of[CASE_FAIL], cases.of[CASE_BROKEN], cases.of[CASE_MISSING]);
	add_properties(into, r);
	for (size_t i = 0; i < cases.count; i++)
		add_case(into, r, &cases.list[i]);
	add_refused(into, r);
	if (cases.of[CASE_BROKEN] && r->complaint && cases.list[cases.count - 1].check) {
		buf_puts(into, "  <system-err>");
		add_escaped(into, r->complaint, false);
		buf_puts(into, "</system-err>\n");
	}
	buf_puts(into, " </testsuite>\n");
}

void report_junit_end(struct buf *into)
{
	buf_puts(into, "</testsuites>\n");
}
