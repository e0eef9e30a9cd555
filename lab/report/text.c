/*
 * A grade for people. What is said is decided elsewhere (judge, verdict); here is only the order:
 * what the compiler said, the checks, the sum.
 */
#include "config.h"

#include "lab/report/report.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/report/words.h"

enum { INDENT = 6, TAB = 8 };

enum tone { PLAIN, BOLD, GOOD, BAD, ODD, FAINT };

static const char *const tones[] = {
	[PLAIN] = "",
	[BOLD] = "\033[1m",
	[GOOD] = "\033[32m",
	[BAD] = "\033[1;31m",
	[ODD] = "\033[1;35m",
	[FAINT] = "\033[2m",
};

struct printer {
	struct buf out;
	bool colour;
	int width;
};

static void put(struct printer *p, enum tone tone, const char *text)
{
	bool coloured = p->colour && tone != PLAIN;

	if (coloured)
		buf_puts(&p->out, tones[tone]);
	words_add(&p->out, text, true);
	if (coloured)
		buf_puts(&p->out, "\033[0m");
}

static void put_wrapped(struct printer *p, const char *text, int indent)
{
	BUF_SCOPED safe = BUF_INIT;

	words_add(&safe, text, true);
	words_wrap(&p->out, buf_text(&safe), indent, p->width);
}

/* "      LABEL  VALUE", on one line: commands and places are to be copied. */
static void put_field(struct printer *p, const char *label, const char *value)
{
	buf_printf(&p->out, "%*s", INDENT, "");
	put(p, FAINT, label);
	buf_printf(&p->out, "%*s", (int)(10 - strlen(label)), "");
	put(p, PLAIN, value);
	buf_putc(&p->out, '\n');
}

static int display_columns(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

/* The first LEN bytes of SOURCE, made safe and with tabs as spaces, so that the caret stands where
 * the eye expects it. Returns how many columns they take. */
static int expand(struct buf *into, const char *source, size_t len)
{
	size_t done = 0;

	for (;;) {
		size_t n = strcspn(source + done, "\t");
		LAB_FREE char *part = NULL;
		int at;

		n = n < len - done ? n : len - done;
		part = lab_xprintf("%.*s", (int)n, source + done);
		words_add(into, part, true);
		at = display_columns(buf_text(into));
		done += n;
		if (done == len)
			return at;
		buf_printf(into, "%*s", TAB - at % TAB, "");
		done++;
	}
}

static void put_source(struct printer *p, const struct report_diagnostic *d)
{
	BUF_SCOPED whole = BUF_INIT;
	BUF_SCOPED before = BUF_INIT;
	size_t len = strlen(d->source), column = d->column > 0 ? (size_t)d->column - 1 : 0;
	int caret = expand(&before, d->source, column < len ? column : len);

	expand(&whole, d->source, len);
	buf_printf(&p->out, "%5d | %s\n", d->line, buf_text(&whole));
	if (d->column > 0) {
		buf_printf(&p->out, "      | %*s", caret, "");
		put(p, GOOD, "^");
		buf_putc(&p->out, '\n');
	}
}

static void put_diagnostic(struct printer *p, const struct report_diagnostic *d)
{
	LAB_FREE char *severity = lab_xprintf("%s:", d->severity);
	LAB_FREE char *place = NULL;

	if (d->file && *d->file && d->line > 0 && d->column > 0)
		place = lab_xprintf("%s:%d:%d: ", d->file, d->line, d->column);
	else if (d->file && *d->file && d->line > 0)
		place = lab_xprintf("%s:%d: ", d->file, d->line);
	else if (d->file && *d->file)
		place = lab_xprintf("%s: ", d->file);
	put(p, BOLD, place ? place : "");
	put(p, strcmp(d->severity, "error") == 0 ? BAD : ODD, severity);
	buf_putc(&p->out, ' ');
	put(p, PLAIN, d->text);
	buf_putc(&p->out, '\n');
	if (d->source && d->line > 0)
		put_source(p, d);
}

/* "04-pipes/README.md; man 2 pipe, man 2 close" */
static char *reading(const struct report *r)
{
	struct buf b = BUF_INIT;

	if (r->lesson)
		buf_puts(&b, r->lesson);
	for (size_t i = 0; r->api && r->api[i]; i++)
		buf_printf(&b, "%s%s", b.len == 0 ? "" : i == 0 ? "; " : ", ", r->api[i]);
	return buf_take(&b);
}

/* Equal but for numbers: pids and counts are another in every run. */
static bool same_words(const char *a, const char *b)
{
	static const char digits[] = "0123456789";

	while (*a && *b) {
		size_t m = strspn(a, digits), n = strspn(b, digits);

		if ((m == 0) != (n == 0) || (m == 0 && *a != *b))
			return false;
		a += m ? m : 1;
		b += n ? n : 1;
	}
	return *a == *b;
}

static bool same_place(const struct check_result *a, const struct check_result *b)
{
	if (!a->file || !b->file)
		return a->file == b->file;
	return a->line == b->line && strcmp(a->file, b->file) == 0;
}

const struct check_result *report_told_before(const struct report *r, const struct check_result *c)
{
	if (c->verdict == VERDICT_PASS)
		return NULL;
	for (const struct check_result *b = r->checks; b < c; b++)
		if (b->verdict == c->verdict && b->class == c->class && b->message && c->message &&
			same_place(b, c) && same_words(b->message, c->message))
			return b;
	return NULL;
}

static void put_again(struct printer *p, const struct report *r, const struct check_result *c)
{
	LAB_FREE char *replay = report_replay(r, c, r->program);

	put_field(p, "again", replay);
	buf_putc(&p->out, '\n');
}

/* "1st", "2nd", ... */
static const char *ending(size_t n)
{
	static const char *const endings[] = {"th", "st", "nd", "rd"};

	return n % 10 > 3 || n % 100 / 10 == 1 ? "th" : endings[n % 10];
}

char *report_schedule(const struct check_result *c)
{
	struct buf text = BUF_INIT;

	if (!c->schedule)
		return NULL;
	buf_puts(&text, c->schedule);
	if (c->schedules > 1)
		buf_printf(&text, ", the %zu%s that was tried", c->schedules, ending(c->schedules));
	if (c->shortest)
		buf_printf(&text, "; the shortest found: %s", c->shortest);
	return buf_take(&text);
}

static void put_words(struct printer *p, const struct report *r, const struct check_result *c)
{
	LAB_FREE char *read = reading(r), *schedule = report_schedule(c);
	LAB_FREE char *where = NULL;

	if (c->file && c->line > 0)
		where = lab_xprintf("%s:%d", c->file, c->line);
	put_wrapped(p, c->message ? c->message : "(no words)", INDENT);
	buf_putc(&p->out, '\n');
	if (where || c->file)
		put_field(p, "where", where ? where : c->file);
	if (schedule)
		put_field(p, "schedule", schedule);
	if (c->verdict == VERDICT_FAIL && read)
		put_field(p, "read", read);
}

static void put_failed(struct printer *p, const struct report *r, const struct check_result *c)
{
	const struct check_result *before = report_told_before(r, c);

	put(p, c->verdict == VERDICT_FAIL ? BAD : ODD,
		c->verdict == VERDICT_FAIL ? "FAIL" : "LAB ");
	buf_puts(&p->out, "  ");
	put(p, BOLD, c->name);
	buf_puts(&p->out, "  (");
	put(p, PLAIN, verdict_class_name(c->class));
	buf_puts(&p->out, ")\n");
	if (before) {
		LAB_FREE char *line = lab_xprintf("The same as in %s.", before->name);

		put_wrapped(p, line, INDENT);
	} else {
		put_words(p, r, c);
	}
	put_again(p, r, c);
}

static void put_check(struct printer *p, const struct report *r, const struct check_result *c)
{
	if (c->verdict == VERDICT_PASS) {
		put(p, GOOD, "pass");
		buf_puts(&p->out, "  ");
		put(p, PLAIN, c->name);
		if (c->schedules > 1) {
			LAB_FREE char *tried = lab_xprintf(
				"  (%s%zu schedules)", c->all ? "all " : "", c->schedules);

			put(p, FAINT, tried);
		}
		buf_putc(&p->out, '\n');
	} else {
		put_failed(p, r, c);
	}
}

static size_t count(const struct report *r, enum verdict v)
{
	size_t n = 0;

	for (size_t i = 0; i < r->check_count; i++)
		n += r->checks[i].verdict == v;
	return n;
}

static void put_sum(struct printer *p, const struct report *r)
{
	LAB_FREE char *got = words_points(r->score), *most = words_points(r->max_score);
	LAB_FREE char *score = lab_xprintf("%s of %s points", got, most);
	LAB_FREE char *line = NULL;

	switch (r->verdict) {
	case VERDICT_PASS:
		line = r->check_count == 1
			       ? lab_xprintf(": the one check, %s.\n", score)
			       : lab_xprintf(": all %zu checks, %s.\n", r->check_count, score);
		put(p, GOOD, "PASS");
		break;
	case VERDICT_FAIL:
		line = r->check_count == 0
			       ? lab_xprintf(
					 ": it does not build, so nothing could run; %s.\n", score)
			       : lab_xprintf(": %zu of %zu checks failed, %s.\n",
					 count(r, VERDICT_FAIL), r->check_count, score);
		put(p, BAD, "FAIL");
		break;
	case VERDICT_BROKEN:
		line = lab_xprintf(": the lab itself failed, not you. This costs no points; "
				   "please report it.\n");
		put(p, ODD, "BROKEN");
		break;
	}
	put(p, PLAIN, line);
	if (r->verdict == VERDICT_BROKEN && r->complaint)
		put_wrapped(p, r->complaint, INDENT);
	if (r->isolation && strcmp(r->isolation, "full") != 0)
		put(p, PLAIN,
			"Reduced isolation: this machine refuses user namespaces "
			"(ipclab doctor says more).\n");
}

static void put_refused(struct printer *p, const struct report *r)
{
	if (!r->refused_count)
		return;
	buf_putc(&p->out, '\n');
	put(p, BOLD, report_refused_title);
	buf_putc(&p->out, '\n');
	put_wrapped(p, report_refused_words, INDENT);
	buf_putc(&p->out, '\n');
	for (size_t i = 0; i < r->refused_count; i++) {
		BUF_SCOPED line = BUF_INIT;

		report_add_refusal(&line, &r->refused[i]);
		put_wrapped(p, buf_text(&line), INDENT);
	}
}

void report_text(FILE *out, const struct report *r, bool colour, int width)
{
	struct printer p = {BUF_INIT, colour, width};

	put(&p, BOLD, r->exercise);
	buf_puts(&p.out, "  ");
	put(&p, PLAIN, r->title ? r->title : "");
	buf_puts(&p.out, "\n\n");
	for (size_t i = 0; i < r->diagnostic_count; i++)
		put_diagnostic(&p, &r->diagnostics[i]);
	if (r->diagnostic_count > 0)
		buf_putc(&p.out, '\n');
	for (size_t i = 0; i < r->check_count; i++)
		put_check(&p, r, &r->checks[i]);
	if (r->check_count > 0 && r->checks[r->check_count - 1].verdict == VERDICT_PASS)
		buf_putc(&p.out, '\n');
	put_sum(&p, r);
	put_refused(&p, r);
	fwrite(buf_text(&p.out), 1, p.out.len, out);
	buf_done(&p.out);
}
