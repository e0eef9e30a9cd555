/*
 * The verdict: see view.h. Of the checks one that failed is told in full and stands first; the
 * others are a line each. What is said was decided elsewhere; here is only the order.
 */
#include "config.h"

#include "runner/view/view.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/diff.h"
#include "lab/report/words.h"
#include "runner/catalogue.h"

enum { INDENT = 2, LABEL = 10, GUTTER = 6, CARET_ROOM = 8, NEIGHBOURS = 2 };

/* ---- before there is a verdict ---- */

/* What is known of checks that were made before this sitting. */
static void add_history(struct text *into, const struct standing *now)
{
	const char *was = now->state == WORK_PASSING  ? "passed"
			  : now->state == WORK_BROKEN ? "came to no verdict"
			  : now->passed               ? "failed, but one before it passed"
						      : "failed";

	if (now->state == WORK_BROKEN && now->attempts == 0)
		text_say(into, STYLE_ODD, 0,
			"%s The last check came to no verdict: the lab failed, not you.",
			view_mark(WORK_BROKEN));
	else if (now->attempts == 0)
		text_say(into, STYLE_BOLD, 0, "Not checked yet.");
	else
		text_say(into, STYLE_BOLD, 0,
			"Checked %" PRIu64 " time%s in earlier sittings; the last one %s.",
			now->attempts, now->attempts == 1 ? "" : "s", was);
}

static void add_start(struct text *into, const struct session *s)
{
	LAB_FREE char *folder = view_path(session_standing(s)->folder);
	char **files = session_exercise(s)->files;

	add_history(into, session_standing(s));
	text_say(into, STYLE_PLAIN, 0, "%s",
		s->options.plain
			? "Type \"edit\", or edit in another window; then type \"check\", or "
			  "\"watch\", which checks each save. On the way there are \"hint\" and "
			  "\"lesson\"."
			: "e opens your editor, or edit in another window: each save is compiled, "
			  "run and graded, and the verdict stands here. h gives a hint, l the "
			  "chapter's lesson.");
	if (files && files[0] && !files[1]) {
		text_say(into, STYLE_PLAIN, 0, "Your file is");
		text_say(into, STYLE_CODE, INDENT, "%s/%s", folder, files[0]);
		return;
	}
	text_say(into, STYLE_PLAIN, 0, "Your files are in");
	text_say(into, STYLE_CODE, INDENT, "%s", folder);
	for (char **name = files; name && *name; name++)
		text_say(into, STYLE_CODE, 2 * INDENT, "%s", *name);
}

static void add_failure(struct text *into, const struct lab_error *e)
{
	text_say(into, STYLE_ODD, 0, "%s The lab could not check this. That is no fault of yours.",
		view_mark(WORK_BROKEN));
	text_say(into, STYLE_PLAIN, INDENT, "%s", e->text);
	if (e->kind == LAB_UNSUPPORTED)
		text_say(into, STYLE_PLAIN, INDENT,
			"\"ipclab doctor\" says what this machine lacks.");
	text_blank(into);
}

/* ---- the compiler ---- */

/* A line of the gutter: the line's number, or nothing. */
static void begin_source(struct styled *line, int number)
{
	if (number > 0)
		styled_printf(line, STYLE_FAINT, "%*d", GUTTER - 2, number);
	styled_pad(line, STYLE_PLAIN, GUTTER - 2);
	styled_printf(line, STYLE_FAINT, " %s ", text_sign("\u2502", "|"));
}

/* The source line and a caret under the column; of a long line the part around the caret. */
static void add_source(struct text *into, const struct report_diagnostic *d)
{
	STYLED_SCOPED source = STYLED_INIT;
	STYLED_SCOPED before = STYLED_INIT;
	struct styled line = STYLED_INIT;
	size_t len = strlen(d->source), at = d->column > 0 ? (size_t)d->column - 1 : 0;
	LAB_FREE char *part = lab_xprintf("%.*s", (int)(at < len ? at : len), d->source);
	int room = into->width - GUTTER - 1, caret, left = 0;

	styled_put(&before, STYLE_CODE, part);
	styled_put(&source, STYLE_CODE, d->source);
	caret = styled_columns(&before);
	if (caret > room - CARET_ROOM)
		left = caret - room / 2;
	styled_skip(&source, left);
	begin_source(&line, d->line);
	styled_add(&line, &source);
	text_add(into, &line);
	if (d->column <= 0)
		return;
	begin_source(&line, 0);
	styled_pad(&line, STYLE_PLAIN, styled_columns(&line) + caret - left);
	styled_put(&line, STYLE_GOOD, "^");
	text_add(into, &line);
}

static void add_diagnostic(struct text *into, const struct report_diagnostic *d)
{
	STYLED_SCOPED words = STYLED_INIT;
	STYLED_SCOPED rest = STYLED_INIT;

	if (d->file && d->line > 0 && d->column > 0)
		styled_printf(&words, STYLE_BOLD, "%s:%d:%d: ", d->file, d->line, d->column);
	else if (d->file && d->line > 0)
		styled_printf(&words, STYLE_BOLD, "%s:%d: ", d->file, d->line);
	else if (d->file)
		styled_printf(&words, STYLE_BOLD, "%s: ", d->file);
	styled_printf(&words, strcmp(d->severity, "error") == 0 ? STYLE_BAD : STYLE_ODD,
		"%s: ", d->severity);
	styled_put(&words, STYLE_PLAIN, d->text);
	styled_pad(&rest, STYLE_PLAIN, INDENT);
	text_wrap(into, &words, NULL, &rest, TEXT_WORDS);
	if (d->source && d->line > 0)
		add_source(into, d);
}

/* Errors first: a warning is seldom why it does not build. */
static void add_diagnostics(struct text *into, const struct report *r)
{
	bool errors = false;

	for (size_t i = 0; i < r->diagnostic_count; i++)
		errors |= strcmp(r->diagnostics[i].severity, "error") == 0;
	for (size_t i = 0; i < r->diagnostic_count; i++) {
		const char *severity = r->diagnostics[i].severity;

		if (errors && strcmp(severity, "warning") == 0)
			continue;
		if (strcmp(severity, "note") != 0)
			text_blank(into);
		add_diagnostic(into, &r->diagnostics[i]);
	}
	for (size_t i = 0; errors && i < r->diagnostic_count; i++) {
		if (strcmp(r->diagnostics[i].severity, "warning") != 0)
			continue;
		text_blank(into);
		add_diagnostic(into, &r->diagnostics[i]);
	}
}

/* ---- the checks ---- */

static void add_field(struct text *into, const char *label, const char *value)
{
	STYLED_SCOPED words = STYLED_INIT;
	STYLED_SCOPED first = STYLED_INIT;
	STYLED_SCOPED rest = STYLED_INIT;

	styled_put(&words, STYLE_PLAIN, value);
	styled_pad(&first, STYLE_PLAIN, INDENT);
	styled_put(&first, STYLE_FAINT, label);
	styled_pad(&first, STYLE_PLAIN, INDENT + LABEL);
	styled_pad(&rest, STYLE_PLAIN, INDENT + LABEL);
	text_wrap(into, &words, &first, &rest, TEXT_WORDS);
}

static enum work_state mark_of(const struct check_result *c)
{
	return c->verdict == VERDICT_PASS   ? WORK_PASSING
	       : c->verdict == VERDICT_FAIL ? WORK_FAILING
					    : WORK_BROKEN;
}

static void add_check(struct text *into, const struct check_result *c)
{
	struct styled line = STYLED_INIT;
	enum work_state state = mark_of(c);

	styled_put(&line, view_mark_style(state), view_mark(state));
	styled_printf(&line, state == WORK_PASSING ? STYLE_PLAIN : STYLE_BOLD, " %s", c->name);
	if (state != WORK_PASSING)
		styled_printf(&line, STYLE_FAINT, " (%s)", verdict_class_name(c->class));
	text_add(into, &line);
}

/* "exercises/04-pipes/README.md; pipe(2), close(2)" */
static char *reading(const struct report *r)
{
	const char *lesson = r->lesson ? strstr(r->lesson, "/exercises/") : NULL;
	struct buf b = BUF_INIT;

	for (const char *next = lesson; next; next = strstr(next + 1, "/exercises/"))
		lesson = next; /* the last one: the course's own */
	if (lesson)
		buf_puts(&b, lesson + 1);
	for (size_t i = 0; r->api && r->api[i]; i++)
		buf_printf(&b, "%s%s", b.len == 0 ? "" : i == 0 ? "; " : ", ", r->api[i]);
	return buf_take(&b);
}

/* The line that a check names, marked, with its neighbours. */
static void add_excerpt(
	struct text *into, const struct check_result *c, const struct submission *files)
{
	const struct submission_file *file =
		files && c->file ? submission_find(files, c->file) : NULL;
	struct diff_lines lines;
	int first = c->line - NEIGHBOURS, last = c->line + NEIGHBOURS;

	if (!file || c->line <= 0)
		return;
	lines = diff_split(buf_text(&file->bytes), file->bytes.len);
	last = last < (int)lines.count ? last : (int)lines.count;
	for (int n = first > 1 ? first : 1; n <= last; n++) {
		const struct diff_line *l = &lines.list[n - 1];
		LAB_FREE char *text =
			lab_xprintf("%.*s", (int)(l->len - (l->text[l->len - 1] == '\n')), l->text);
		bool here = n == c->line;
		struct styled line = STYLED_INIT;

		begin_source(&line, n);
		styled_put(&line, STYLE_BAD, here ? text_sign("\u25b6 ", "> ") : "  ");
		styled_put(&line, here ? STYLE_BOLD : STYLE_CODE, text);
		styled_cut(&line, into->width);
		text_add(into, &line);
	}
	free(lines.list);
}

static void add_opened(struct text *into, const struct report *r, const struct check_result *c,
	const struct submission *files)
{
	LAB_FREE char *where = lab_xprintf("%s:%d", c->file ? c->file : "", c->line);
	LAB_FREE char *replay = report_replay(r, c, r->program);
	LAB_FREE char *read = reading(r), *schedule = report_schedule(c);

	add_check(into, c);
	text_say(into, STYLE_PLAIN, INDENT, "%s", c->message ? c->message : "(no words)");
	text_blank(into);
	if (c->file)
		add_field(into, "where", c->line > 0 ? where : c->file);
	add_excerpt(into, c, files);
	if (schedule)
		add_field(into, "schedule", schedule);
	if (c->verdict == VERDICT_FAIL && *read)
		add_field(into, "read", read);
	if (r->submission) /* what was checked is still there */
		add_field(into, "again", replay);
	text_blank(into);
}

/* The keys that lead on from a failed check. */
static void add_ways_on(struct text *into, const struct check_result *c, bool others)
{
	static const struct {
		const char *key, *words;
		bool wants_run, wants_place, wants_others;
	} ways[] = {
		{"t", "that run, step by step", .wants_run = true},
		{"e", "your editor at that line", .wants_place = true},
		{"o", "run it once more", .wants_run = true},
		{"f", "the next one that failed", .wants_others = true},
	};
	STYLED_SCOPED line = STYLED_INIT;

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if ((ways[i].wants_run && !c->schedule) || (ways[i].wants_place && c->line <= 0) ||
			(ways[i].wants_others && !others))
			continue;
		styled_put(&line, STYLE_FAINT, line.bytes.len ? "; " : "(");
		styled_put(&line, STYLE_BOLD, ways[i].key);
		styled_printf(&line, STYLE_FAINT, ": %s", ways[i].words);
	}
	if (line.bytes.len == 0)
		return;
	styled_put(&line, STYLE_FAINT, ")");
	text_wrap(into, &line, NULL, NULL, TEXT_WORDS);
}

static void add_checks(
	struct text *into, const struct outcome *o, const struct submission *files, size_t opened)
{
	const struct check_result *open = opened == VIEW_ALL ? NULL : outcome_failed(o, opened);

	text_blank(into);
	if (open)
		add_opened(into, &o->report, open, files);
	for (size_t i = 0; outcome_failed(o, i); i++)
		if (opened == VIEW_ALL)
			add_opened(into, &o->report, outcome_failed(o, i), files);
		else if (i != opened)
			add_check(into, outcome_failed(o, i));
	if (open)
		add_ways_on(into, open, outcome_failed_count(o) > 1);
	for (size_t i = 0; i < o->report.check_count; i++)
		if (o->checks[i].verdict == VERDICT_PASS)
			add_check(into, &o->checks[i]);
}

/* After a pass: where to go on. */
static void add_next(struct text *into, const struct session *s)
{
	const char *key = s->options.plain ? "\"next\"" : "n";
	LAB_FREE char *here = catalogue_chapter(session_exercise(s));
	const struct exercise *next;

	text_blank(into);
	if (session_exercise(s)->solution)
		text_say(into, STYLE_PLAIN, 0,
			"%s shows how it may be written, %s that beside yours, line by line.",
			s->options.plain ? "\"solution\"" : "s",
			s->options.plain ? "\"difference\"" : "d");
	if (s->current + 1 >= s->course->count) {
		text_say(into, STYLE_PLAIN, 0, "This was the last exercise of the course.");
		return;
	}
	next = s->course->exercises[s->current + 1];
	if (strncmp(next->id, here, strlen(here)) == 0)
		text_say(into, STYLE_PLAIN, 0, "%s goes on to: %s", key, next->title);
	else
		text_say(into, STYLE_PLAIN, 0,
			"%s goes on to the next chapter, %.*s: %s (its lesson first: %s)", key,
			(int)strcspn(next->id, "/"), next->id, next->title,
			s->options.plain ? "\"next\", then \"lesson\"" : "n, then l");
}

static void add_sum(struct text *into, const struct outcome *o)
{
	const struct report *r = &o->report;
	LAB_FREE char *got = words_points(r->score), *most = words_points(r->max_score);
	LAB_FREE char *score =
		lab_xprintf("%s of %s point%s", got, most, r->max_score == 1 ? "" : "s");

	switch (r->verdict) {
	case VERDICT_PASS:
		if (r->check_count == 1)
			text_say(into, STYLE_GOOD, 0, "%s PASS: the one check, %s",
				view_mark(WORK_PASSING), score);
		else
			text_say(into, STYLE_GOOD, 0, "%s PASS: all %zu checks, %s",
				view_mark(WORK_PASSING), r->check_count, score);
		break;
	case VERDICT_FAIL:
		if (r->check_count == 0)
			text_say(into, STYLE_BAD, 0,
				"%s FAIL: it does not build, so nothing could run",
				view_mark(WORK_FAILING));
		else if (r->check_count == 1)
			text_say(into, STYLE_BAD, 0, "%s FAIL: the one check, %s",
				view_mark(WORK_FAILING), score);
		else
			text_say(into, STYLE_BAD, 0, "%s FAIL: %zu of %zu checks failed, %s",
				view_mark(WORK_FAILING), outcome_failed_count(o), r->check_count,
				score);
		break;
	case VERDICT_BROKEN:
		text_say(into, STYLE_ODD, 0,
			"%s BROKEN: the lab itself failed, not you. This costs no points; please "
			"report it.",
			view_mark(WORK_BROKEN));
		break;
	}
	if (r->verdict == VERDICT_BROKEN && r->complaint)
		text_say(into, STYLE_PLAIN, INDENT, "%s", r->complaint);
	if (r->isolation && strcmp(r->isolation, "full") != 0)
		text_say(into, STYLE_ODD, 0,
			"Reduced isolation: this machine refuses user namespaces (ipclab doctor "
			"says more).");
}

/* That a verdict is not of this moment. */
static void add_age(struct text *into, const struct session *s)
{
	const struct standing *now = session_standing(s);

	if (session_checks(s))
		text_say(into, STYLE_ODD, 0,
			"Old: this is the verdict on your files as they were before. They are "
			"being "
			"checked anew.");
	else if (now->failure.kind != LAB_OK)
		text_say(into, STYLE_ODD, 0,
			"Old: this is the verdict on your files as they were when they could last "
			"be "
			"checked.");
	else if (now->changed)
		text_say(into, STYLE_ODD, 0,
			"Old: your files have changed since this verdict. %s checks them.",
			s->options.plain ? "\"check\"" : "r");
	else
		text_say(into, STYLE_FAINT, 0,
			"From an earlier sitting; your files are still the same.%s",
			now->passed && now->state == WORK_FAILING
				? " A check before this one passed."
				: "");
	text_blank(into);
}

void view_outcome(
	struct text *into, const struct outcome *o, const struct submission *files, size_t opened)
{
	add_sum(into, o);
	add_diagnostics(into, &o->report);
	add_checks(into, o, files, opened);
}

void view_verdict(struct text *into, const struct session *s, size_t opened)
{
	const struct standing *now = session_standing(s);

	if (now->failure.kind != LAB_OK)
		add_failure(into, &now->failure);
	if (!now->outcome) {
		if (session_checks(s))
			text_say(into, STYLE_FAINT, 0, "Your program is compiled and run ...");
		else if (now->failure.kind == LAB_OK)
			add_start(into, s);
		return;
	}
	if (session_outcome_is_old(s) || now->earlier)
		add_age(into, s);
	view_outcome(into, now->outcome, &now->files, opened);
	if (now->outcome->report.verdict == VERDICT_PASS)
		add_next(into, s);
}

void view_progress(struct styled *into, const struct session *s)
{
	if (session_looks(s))
		styled_printf(into, STYLE_BOLD, "once more, to look%s", text_sign("\u2026", "..."));
	if (!session_checks(s))
		return;
	if (s->progress.state == JOB_BUILDING)
		styled_put(into, STYLE_BOLD, "compiling");
	else if (s->progress.planned == 0)
		styled_put(into, STYLE_BOLD, "running");
	else
		styled_printf(into, STYLE_BOLD, "check %zu of %zu",
			s->progress.done < s->progress.planned ? s->progress.done + 1
							       : s->progress.planned,
			s->progress.planned);
	if (s->progress.state == JOB_RUNNING && s->progress.runs > 1)
		styled_printf(
			into, STYLE_BOLD, ", run %zu of %zu", s->progress.run, s->progress.runs);
	else if (s->progress.state == JOB_RUNNING && s->progress.run > 1)
		styled_printf(into, STYLE_BOLD, ", run %zu", s->progress.run);
	styled_put(into, STYLE_BOLD, text_sign("\u2026", "..."));
}
