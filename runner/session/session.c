/* One sitting in the lab: see session.h. */
#include "config.h"

#include "runner/session/session.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "runner/catalogue.h"
#include "runner/editors.h"
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

/* What the outcome of exercise N does not know of itself, see outcome.h. */
static void complete(const struct session *s, size_t n, struct report *r)
{
	const struct exercise *ex = s->course->exercises[n];

	r->title = ex->title;
	r->api = (const char *const *)ex->api;
	r->lesson = s->standings[n].lesson;
	r->submission = s->standings[n].folder;
	r->course = s->options.course;
	r->program = s->options.program;
}

/* Files that changed while nobody looked, or whose check was cancelled. */
static void find_changed(struct session *s, size_t n)
{
	bool same;
	LAB_FREE char *report = workspace_last_report(s->workspace, s->course->exercises[n], &same);

	if (s->standings[n].outcome && report)
		s->standings[n].changed = !same;
}

/* The verdict of an earlier sitting is shown until there is a new one. What a broken one complained
 * of is not kept, and it says nothing without. */
static void take_earlier(struct session *s, size_t n)
{
	struct standing *now = &s->standings[n];
	LAB_FREE char *report = NULL;
	bool same;

	if (now->state == WORK_NEW || now->state == WORK_BROKEN)
		return;
	report = workspace_last_report(s->workspace, s->course->exercises[n], &same);
	now->outcome = report ? outcome_of_report(report, NULL) : NULL;
	if (!now->outcome)
		return;
	complete(s, n, &now->outcome->report);
	now->earlier = true;
	now->changed = !same;
	if (same)
		submission_read(&now->files, now->folder, s->course->exercises[n], NULL);
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
		find_changed(s, n);
	else
		take_earlier(s, n);
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

/* ---- checks ---- */

int session_check(struct session *s, struct lab_error *e)
{
	struct standing *now = session_standing(s);

	session_look_away(s);
	s->progress = (struct job_news){.state = JOB_BUILDING};
	s->checked = s->current;
	now->failure = (struct lab_error){0};
	workspace_snapshot(s->workspace, session_exercise(s));
	return job_start(&s->jobs, session_exercise(s), now->folder, NULL, e);
}

bool session_checks(const struct session *s)
{
	return job_runs(&s->jobs) && s->checked == s->current && !s->moment.wanted;
}

bool session_cancel(struct session *s)
{
	if (s->moment.wanted) {
		session_look_away(s);
		session_tell(s, "Cancelled. Ctrl-C once more leaves the lab.");
		return true;
	}
	if (!session_checks(s))
		return false;
	job_cancel(&s->jobs);
	find_changed(s, s->current);
	session_tell(s,
		"Cancelled: there is no verdict. r checks again, Ctrl-C once more leaves the lab.");
	return true;
}

/* ---- a failed check once more ---- */

static void forget_moment(struct session *s)
{
	free(s->moment.file);
	free(s->moment.words);
	event_log_free(s->moment.log);
	s->moment = (struct moment){0};
}

bool session_looks(const struct session *s)
{
	return s->moment.wanted;
}

void session_look_away(struct session *s)
{
	if (s->moment.wanted)
		job_cancel(&s->jobs);
	forget_moment(s);
}

static int run_once_more(
	struct session *s, const struct check_result *c, bool again, struct lab_error *e)
{
	const struct job_wish wish = {c->name, c->schedule};

	if (session_outcome_is_old(s))
		return lab_fail(e, LAB_USAGE,
			"This verdict is of files that have changed since; check them first.");
	session_look_away(s);
	s->checked = s->current;
	s->moment = (struct moment){.file = lab_xstrdup(c->file),
		.line = c->line,
		.wanted = true,
		.again = again,
		.words = again ? lab_xstrdup(c->message) : NULL};
	if (job_start(&s->jobs, session_exercise(s), session_standing(s)->folder, &wish, e) == 0)
		return 0;
	forget_moment(s);
	return -1;
}

int session_look(struct session *s, const struct check_result *c, struct lab_error *e)
{
	return run_once_more(s, c, false, e);
}

int session_again(struct session *s, const struct check_result *c, struct lab_error *e)
{
	return run_once_more(s, c, true, e);
}

static void tell_again(struct session *s, const struct outcome *o)
{
	const struct check_result *c = o->report.check_count ? &o->checks[0] : NULL;
	const char *words = s->moment.words ? s->moment.words : "";

	if (!c)
		session_tell(s, "Your files do not build any more.");
	else if (c->verdict == VERDICT_PASS)
		session_tell(s, "%s, once more: it passed.", c->name);
	else if (c->verdict == VERDICT_BROKEN || !c->message)
		session_tell(s, "%s, once more: the lab itself failed.", c->name);
	else if (strcmp(c->message, words) == 0)
		session_tell(s, "%s, once more under %s: it failed again, in the same way.",
			c->name, c->schedule ? c->schedule : "its schedule");
	else
		session_tell(s, "%s, once more: it failed otherwise. %s", c->name, c->message);
}

/* Its verdict is known; only the log counts. */
static bool take_moment(struct session *s, const struct job_news *news)
{
	if (news->state != JOB_DONE && news->state != JOB_FAILED)
		return false;
	if (news->state == JOB_DONE && s->moment.again)
		tell_again(s, news->outcome);
	if (news->state == JOB_DONE)
		outcome_free(news->outcome);
	if (news->state == JOB_DONE && s->moment.again) {
		event_log_free(news->log);
		forget_moment(s);
		return false;
	}
	s->moment.wanted = false;
	s->moment.log = news->log;
	if (news->log)
		return true;
	session_tell(s, "%s",
		news->error.kind != LAB_OK ? news->error.text
					   : "This check has run nothing that could be shown.");
	forget_moment(s);
	return false;
}

bool session_outcome_is_old(const struct session *s)
{
	const struct standing *now = session_standing(s);

	return now->outcome && (session_checks(s) || now->failure.kind != LAB_OK || now->changed);
}

static enum work_state state_of(enum verdict v)
{
	switch (v) {
	case VERDICT_PASS:
		return WORK_PASSING;
	case VERDICT_FAIL:
		return WORK_FAILING;
	case VERDICT_BROKEN:
		break;
	}
	return WORK_BROKEN;
}

static void record(struct session *s, const struct report *r)
{
	LAB_FREE char *json = report_json(r);
	struct lab_error e = {0};

	if (workspace_record(s->workspace, s->course->exercises[s->checked], r->verdict, r->score,
		    r->max_score, json, &e) < 0)
		session_tell(s, "This verdict cannot be kept: %s", e.text);
	else if (s->workspace->late)
		session_tell(s, "%s", s->workspace->trouble);
}

static void take_outcome(struct session *s, struct outcome *outcome)
{
	struct standing *then = &s->standings[s->checked];

	complete(s, s->checked, &outcome->report);
	outcome_free(then->outcome);
	then->outcome = outcome;
	submission_done(&then->files);
	if (s->workspace->seen_of == s->course->exercises[s->checked])
		submission_copy(&then->files, &s->workspace->seen);
	then->earlier = then->changed = false;
	then->state = state_of(outcome->report.verdict);
	then->passed |= then->state == WORK_PASSING;
	record(s, &outcome->report);
}

static bool take_news(struct session *s, const struct job_news *news)
{
	switch (news->state) {
	case JOB_BUILDING:
	case JOB_RUNNING:
		s->progress = *news;
		return false;
	case JOB_DONE:
		take_outcome(s, news->outcome);
		return true;
	case JOB_FAILED:
		s->standings[s->checked].failure = news->error;
		return true;
	}
	return false;
}

static void check_after_save(struct session *s)
{
	struct standing *now = session_standing(s);

	if (!s->notice_stays) { /* what was told belongs to what was there before */
		free(s->notice);
		s->notice = NULL;
	}
	s->notice_stays = false;
	if (session_check(s, &now->failure) < 0)
		now->failure.kind = LAB_BROKEN;
}

enum session_news session_listen(struct session *s)
{
	enum session_news heard = SESSION_SAME;
	struct job_news news;

	while (job_read(&s->jobs, &news))
		if (s->moment.wanted)
			heard = take_moment(s, &news) ? SESSION_MOMENT : SESSION_PROGRESS;
		else if (take_news(s, &news))
			heard = SESSION_VERDICT;
		else if (heard == SESSION_SAME)
			heard = SESSION_PROGRESS;
	if (watch_changed(&s->watch)) {
		check_after_save(s);
		heard = heard == SESSION_SAME ? SESSION_PROGRESS : heard;
	}
	return heard;
}
