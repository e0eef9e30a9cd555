/* One sitting in the lab: see session.h. */
#include "config.h"

#include "runner/session/session.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "runner/catalogue.h"
#include "runner/editors.h"
#include "runner/session/checking.h"
#include "runner/settings.h"

void session_tell(struct session *s, const char *fmt, ...)
{
	BUF_SCOPED text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	free(s->notice);
	s->notice = buf_take(&text);
}

/* ---- begin and end ---- */

static void read_standing(const struct session *s, const struct exercise *ex, struct standing *into)
{
	struct store_standing kept = workspace_standing(s->workspace, ex);

	into->state = workspace_state(s->workspace, ex);
	into->passed = kept.passed;
	into->hints = kept.hints;
	into->attempts = kept.attempts;
}

static void read_standings(struct session *s)
{
	LAB_FREE char *last = s->workspace->store ? store_last(s->workspace->store) : NULL;

	s->standings = lab_xmalloc(s->course->count * sizeof(*s->standings));
	for (size_t i = 0; i < s->course->count; i++) {
		const struct exercise *ex = s->course->exercises[i];

		s->standings[i].folder = workspace_folder(s->workspace, ex);
		s->standings[i].lesson = catalogue_lesson(s->course, ex);
		read_standing(s, ex, &s->standings[i]);
		if (last && strcmp(last, ex->id) == 0) {
			s->current = i;
			s->resumes = true;
		}
	}
	if (s->workspace->trouble)
		session_tell(s, "%s", s->workspace->trouble);
}

static int open_workspace(struct session *s, struct lab_error *e)
{
	size_t added;

	if (workspace_init(s->options.work, s->course, &added, e) < 0)
		return -1;
	s->workspace = workspace_open(s->options.work, e);
	return s->workspace ? 0 : -1;
}

void session_none(struct session *s)
{
	*s = (struct session){0};
	jobs_init(&s->jobs);
	watch_init(&s->watch);
}

/* Of several faults the first; "ipclab config" tells them all. */
static void tell_settings(struct session *s)
{
	const char *faults = settings_faults();

	if (*faults)
		session_tell(s, "%.*s. Your other settings hold; \"%s config\" shows them.",
			(int)strcspn(faults, "\n"), faults, s->options.program);
}

int session_begin(struct session *s, const struct session_options *options, struct lab_error *e)
{
	session_none(s);
	s->options = *options;
	s->course = catalogue_open(options->course, e);
	if (!s->course) {
		session_end(s);
		return -1;
	}
	if (s->course->count == 0) {
		lab_fail(e, LAB_USAGE, "the course in \"%s\" has no exercises", s->course->dir);
		session_end(s);
		return -1;
	}
	if (open_workspace(s, e) < 0) {
		session_end(s);
		return -1;
	}
	read_standings(s);
	tell_settings(s);
	s->untold_editors = true;
	return 0;
}

void session_end(struct session *s)
{
	session_look_away(s);
	jobs_quit(&s->jobs);
	if (s->standings)
		session_keep(s);
	watch_done(&s->watch);
	for (size_t i = 0; s->standings && i < s->course->count; i++) {
		outcome_free(s->standings[i].outcome);
		submission_done(&s->standings[i].files);
		free(s->standings[i].folder);
		free(s->standings[i].lesson);
	}
	free(s->standings);
	attempts_done(&s->attempts);
	workspace_close(s->workspace);
	course_free(s->course);
	free(s->notice);
	*s = (struct session){0};
}

/* ---- the current exercise ---- */

const struct exercise *session_exercise(const struct session *s)
{
	return s->course->exercises[s->current];
}

struct standing *session_standing(const struct session *s)
{
	return &s->standings[s->current];
}

int session_open(struct session *s, size_t n, struct lab_error *e)
{
	const struct exercise *ex = s->course->exercises[n];

	if (workspace_prepare(s->workspace, ex, e) < 0)
		return -1;
	session_look_away(s);
	if (s->current != n)
		job_cancel(&s->jobs);
	session_keep(s);
	s->current = n;
	s->unkept_last = true;
	if (s->standings[n].outcome)
		session_find_changed(s, n);
	else
		session_take_earlier(s, n);
	watch_folder(&s->watch, s->standings[n].folder, false);
	return 0;
}

void session_leave(struct session *s)
{
	session_look_away(s);
	watch_pause(&s->watch);
}

void session_keep(struct session *s)
{
	struct store *store = s->workspace ? s->workspace->store : NULL;
	const char *id = s->workspace ? session_exercise(s)->id : NULL;
	LAB_FREE char *theirs = NULL;
	struct lab_error e = {0};

	if (store && s->unkept_last)
		store_set_last(store, id, NULL);
	if (store && s->unkept_hints &&
		store_set_hints(store, id, session_standing(s)->hints, &e) < 0)
		session_tell(s, "How many hints you took cannot be kept: %s", e.text);
	if (s->untold_editors)
		editors_tell(s->workspace->dir, s->course, &theirs, NULL);
	s->unkept_last = s->unkept_hints = s->untold_editors = false;
}

struct edit_place session_place(const struct session *s, size_t n)
{
	const struct outcome *o = session_standing(s)->outcome;
	const struct check_result *c = o ? outcome_failed(o, n) : NULL;
	const char *folder = session_standing(s)->folder;
	char **files = session_exercise(s)->files;

	for (size_t i = 0; o && i < o->report.diagnostic_count; i++) {
		const struct report_diagnostic *d = &o->diagnostics[i];

		if (d->file && *d->file && strcmp(d->severity, "error") == 0)
			return (struct edit_place){folder, d->file, d->line, d->column};
	}
	if (c && c->file)
		return (struct edit_place){folder, c->file, c->line, 0};
	return (struct edit_place){folder, files && files[0] ? files[0] : ".", 0, 0};
}

/* ---- help on the way ---- */

bool session_hint(struct session *s)
{
	const struct exercise *ex = session_exercise(s);
	struct standing *now = session_standing(s);
	unsigned count = 0;

	while (ex->hints && ex->hints[count])
		count++;
	if (now->hints >= count)
		return false;
	now->hints++;
	s->unkept_hints = true;
	return true;
}

const char *session_no_solution(const struct session *s)
{
	if (!session_standing(s)->passed)
		return "The solution is shown once yours has passed.";
	if (!session_exercise(s)->solution)
		return "This installation has no solutions; ask whoever gives the course.";
	return NULL;
}

/* ---- attempts ---- */

int session_attempts(struct session *s, struct lab_error *e)
{
	attempts_done(&s->attempts);
	return attempts_read(&s->attempts, s->workspace, session_exercise(s), e);
}

int session_bring_back(struct session *s, struct lab_error *e)
{
	LAB_FREE char *aside = NULL;

	if (attempts_bring_back(
		    s->workspace, session_exercise(s), &s->attempts, s->attempt, &aside, e) < 0)
		return -1;
	if (aside)
		session_tell(s, "Your files are those of attempt %zu again. What you had is in %s",
			s->attempt, aside);
	else
		session_tell(s,
			"Your files are those of attempt %zu again. What you had is among the "
			"attempts.",
			s->attempt);
	s->notice_stays = true;
	return 0;
}
