/*
 * The verdicts of a sitting: those of earlier ones, the check that runs, and a failed one once
 * more, for its log or to see whether it fails again. See session.h.
 */
#include "config.h"

#include "runner/session/checking.h"

#include <stdlib.h>
#include <string.h>

/* ---- earlier ones ---- */

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

void session_find_changed(struct session *s, size_t n)
{
	bool same;
	LAB_FREE char *report = workspace_last_report(s->workspace, s->course->exercises[n], &same);

	if (s->standings[n].outcome && report)
		s->standings[n].changed = !same;
}

void session_take_earlier(struct session *s, size_t n)
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
	session_find_changed(s, s->current);
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
