/* One sitting in the lab: see session.h. */
#include "config.h"

#include "runner/session.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "runner/catalogue.h"

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

static void read_progress(struct session *s)
{
	enum work_state *states = lab_xmalloc((s->course->count + 1) * sizeof(*states));
	struct lab_error e = {0};

	if (work_read_progress(s->root, s->course, states, &e) < 0)
		session_tell(s, "what you did before cannot be read: %s", e.text);
	for (size_t i = 0; i < s->course->count; i++)
		s->standings[i].state = states[i];
	free(states);
}

int session_begin(struct session *s, const struct session_options *options, struct lab_error *e)
{
	*s = (struct session){.options = *options};
	jobs_init(&s->jobs);
	watch_init(&s->watch);
	s->root = work_root(options->work, e);
	s->course = s->root ? catalogue_open(options->course, e) : NULL;
	if (!s->course) {
		session_end(s);
		return -1;
	}
	if (s->course->count == 0) {
		lab_fail(e, LAB_USAGE, "the course in \"%s\" has no exercises", s->course->dir);
		session_end(s);
		return -1;
	}
	s->standings = lab_xmalloc(s->course->count * sizeof(*s->standings));
	for (size_t i = 0; i < s->course->count; i++) {
		s->standings[i].folder = work_folder(s->root, s->course->exercises[i]);
		s->standings[i].lesson = catalogue_lesson(s->course, s->course->exercises[i]);
	}
	read_progress(s);
	return 0;
}

void session_end(struct session *s)
{
	jobs_quit(&s->jobs);
	watch_done(&s->watch);
	for (size_t i = 0; s->standings && i < s->course->count; i++) {
		outcome_free(s->standings[i].outcome);
		free(s->standings[i].folder);
		free(s->standings[i].lesson);
	}
	free(s->standings);
	course_free(s->course);
	free(s->root);
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
	if (work_prepare(s->root, s->course->exercises[n], e) < 0)
		return -1;
	if (s->current != n)
		job_cancel(&s->jobs);
	s->current = n;
	watch_folder(&s->watch, s->standings[n].folder, false);
	return 0;
}

void session_leave(struct session *s)
{
	watch_done(&s->watch);
}

const char *session_place(const struct session *s, int *line)
{
	const struct outcome *o = session_standing(s)->outcome;
	const struct check_result *c = o ? outcome_failed(o, 0) : NULL;
	char **files = session_exercise(s)->files;

	*line = 0;
	for (size_t i = 0; o && i < o->report.diagnostic_count; i++) {
		const struct report_diagnostic *d = &o->diagnostics[i];

		if (d->file && strcmp(d->severity, "error") == 0) {
			*line = d->line;
			return d->file;
		}
	}
	if (c && c->file) {
		*line = c->line;
		return c->file;
	}
	return files && files[0] ? files[0] : ".";
}

/* ---- checks ---- */

int session_check(struct session *s, struct lab_error *e)
{
	struct standing *now = session_standing(s);

	s->progress = (struct job_news){.state = JOB_BUILDING};
	s->checked = s->current;
	now->failure = (struct lab_error){0};
	return job_start(&s->jobs, session_exercise(s), now->folder, e);
}

bool session_checks(const struct session *s)
{
	return job_runs(&s->jobs) && s->checked == s->current;
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

/* What an outcome does not know of itself, see outcome.h. */
static void complete(const struct session *s, struct report *r)
{
	const struct exercise *ex = s->course->exercises[s->checked];

	r->title = ex->title;
	r->api = (const char *const *)ex->api;
	r->lesson = s->standings[s->checked].lesson;
	r->submission = s->standings[s->checked].folder;
	r->course = s->options.course;
	r->program = s->options.program;
}

static void take_outcome(struct session *s, struct outcome *outcome)
{
	struct standing *then = &s->standings[s->checked];
	struct lab_error e = {0};

	complete(s, &outcome->report);
	outcome_free(then->outcome);
	then->outcome = outcome;
	then->state = state_of(outcome->report.verdict);
	if (work_write_progress(s->root, s->course->exercises[s->checked], then->state, &e) < 0)
		session_tell(s, "your progress cannot be kept: %s", e.text);
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

	if (session_check(s, &now->failure) < 0)
		now->failure.kind = LAB_BROKEN;
}

enum session_news session_listen(struct session *s)
{
	enum session_news heard = SESSION_SAME;
	struct job_news news;

	while (job_read(&s->jobs, &news))
		if (take_news(s, &news))
			heard = SESSION_VERDICT;
		else if (heard == SESSION_SAME)
			heard = SESSION_PROGRESS;
	if (watch_changed(&s->watch)) {
		check_after_save(s);
		heard = heard == SESSION_SAME ? SESSION_PROGRESS : heard;
	}
	return heard;
}
