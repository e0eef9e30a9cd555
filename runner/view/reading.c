/*
 * What there is to read: the task with the hints taken so far, the chapter's lesson, the solution:
 * see view.h.
 */
#include "config.h"

#include "runner/view/view.h"

#include <stdlib.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "runner/view/markdown.h"

enum { FILE_MOST = 1 << 20, CODE_INDENT = 2 };

/* ---- the task ---- */

static void add_hints(struct text *into, const struct session *s)
{
	char **hints = session_exercise(s)->hints;
	unsigned taken = session_standing(s)->hints, all = 0;

	while (hints && hints[all])
		all++;
	for (unsigned i = 0; i < taken && i < all; i++) {
		text_blank(into);
		text_say(into, STYLE_BOLD, 0, "Hint %u of %u", i + 1, all);
		markdown_render(into, hints[i]);
	}
}

void view_task(struct text *into, const struct session *s)
{
	const struct exercise *ex = session_exercise(s);
	const char *dot = text_sign("\u00b7", "-");

	markdown_render(into, ex->text ? ex->text : "");
	text_blank(into);
	text_say(into, STYLE_FAINT, 0, "%s %s level %d %s %d minutes %s %d point%s",
		exercise_kind_name(ex->kind), dot, ex->level, dot, ex->minutes, dot, ex->points,
		ex->points == 1 ? "" : "s");
	add_hints(into, s);
}

/* ---- files ---- */

static bool read_file(struct text *into, const char *path, struct buf *bytes)
{
	struct lab_error e = {0};

	if (file_read(path, bytes, FILE_MOST, &e) == 0)
		return true;
	text_say(into, STYLE_ODD, 0, "%s", e.text);
	return false;
}

void view_lesson(struct text *into, const struct session *s)
{
	const char *path = s->standings[s->lesson].lesson;
	BUF_SCOPED bytes = BUF_INIT;

	if (!path)
		text_say(into, STYLE_PLAIN, 0, "This chapter has no lesson.");
	else if (read_file(into, path, &bytes))
		markdown_render(into, buf_text(&bytes));
}

static void add_code(struct text *into, const char *source)
{
	STYLED_SCOPED code = STYLED_INIT;
	STYLED_SCOPED indent = STYLED_INIT;

	styled_put(&code, STYLE_PLAIN, source);
	styled_pad(&indent, STYLE_PLAIN, CODE_INDENT);
	text_wrap(into, &code, &indent, &indent, TEXT_WORDS);
}

void view_solution(struct text *into, const struct session *s)
{
	const struct exercise *ex = session_exercise(s);

	text_say(into, STYLE_FAINT, 0,
		"One way to do it; yours passes as well, and there are others.");
	for (char **name = ex->files; name && *name; name++) {
		LAB_FREE char *path = path_join(ex->solution, *name);
		BUF_SCOPED bytes = BUF_INIT;

		text_blank(into);
		text_say(into, STYLE_HEADING, 0, "%s", *name);
		text_blank(into);
		if (read_file(into, path, &bytes))
			add_code(into, buf_text(&bytes));
	}
}

/* ---- by lines ---- */

void view_beside_solution(struct text *into, const struct session *s)
{
	const struct exercise *ex = session_exercise(s);
	SUBMISSION_SCOPED own = {0};
	SUBMISSION_SCOPED reference = {0};
	struct lab_error e = {0};

	if (submission_read(&own, session_standing(s)->folder, ex, &e) < 0 ||
		submission_read(&reference, ex->solution, ex, &e) < 0) {
		text_say(into, STYLE_ODD, 0, "%s", e.text);
		return;
	}
	text_say(into, STYLE_FAINT, 0,
		"Both pass. Which one reads better, and why? Blanks do not count.");
	view_difference(into,
		&(struct view_sides){"yours", "the solution", &own, &reference, false},
		into->width >= VIEW_BESIDE);
}

void view_attempt(struct text *into, const struct session *s)
{
	SUBMISSION_SCOPED files = {0};
	struct lab_error e = {0};
	struct outcome *o;

	if (attempts_files(&files, s->workspace, &s->attempts, s->attempt, &e) < 0) {
		text_say(into, STYLE_ODD, 0, "%s", e.text);
		return;
	}
	o = attempts_outcome(s->workspace, session_exercise(s), &s->attempts, s->attempt, &e);
	if (o) {
		o->report.api = (const char *const *)session_exercise(s)->api;
		o->report.lesson = session_standing(s)->lesson;
		view_outcome(into, o, &files, VIEW_ALL);
	}
	view_attempt_files(into, &files);
	outcome_free(o);
}

void view_since_attempt(struct text *into, const struct session *s)
{
	LAB_FREE char *title = lab_xprintf("attempt %zu", s->attempt);
	SUBMISSION_SCOPED now = {0};
	SUBMISSION_SCOPED then = {0};
	struct lab_error e = {0};

	if (submission_read(&now, session_standing(s)->folder, session_exercise(s), &e) < 0 ||
		attempts_files(&then, s->workspace, &s->attempts, s->attempt, &e) < 0)
		text_say(into, STYLE_ODD, 0, "%s", e.text);
	else
		view_difference(into, &(struct view_sides){title, "now", &then, &now, true},
			into->width >= VIEW_BESIDE);
}
