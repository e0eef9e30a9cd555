/*
 * A saved log stands in for a run: the same requests, in the same order, are answered from its
 * steering events. A request that differs from the saved one means that the test or the lab has
 * changed since: the log says nothing about it then (LAB_BROKEN).
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lab/run/internal.h"

/* Tells one event: the output it carries becomes the run's. */
static struct event *tell(struct run *r)
{
	struct event *e = r->log->events[r->cursor++];

	r->view.count = r->cursor;
	if (e->kind == EVENT_OUTPUT) {
		const struct event_arg *data = event_arg(e, "data");

		if (data && data->type == EVENT_STRING)
			buf_add(event_int(e, "fd", 1) == 2 ? &r->err : &r->out, data->text,
				data->len);
	}
	return e;
}

static int differs(const struct run *r, const char *name, struct lab_error *e)
{
	return lab_fail(e, LAB_BROKEN,
		"the saved log has no request \"%s\" at event %zu: the test or the engine is not "
		"the "
		"one that saved it",
		name, r->cursor);
}

/* What a request brought about at once stands between it and the next one: a signal that was sent.
 */
static void tell_consequences(struct run *r)
{
	while (r->cursor < r->log->count && r->log->events[r->cursor]->kind != EVENT_STEER &&
		r->log->events[r->cursor]->kind != EVENT_FILE &&
		r->log->events[r->cursor]->kind != EVENT_END)
		tell(r);
}

/* The next steering event must be this one. */
static int expect(struct run *r, const char *name, const char *key, const char *text,
	int64_t number, struct lab_error *e)
{
	const struct event *next;

	tell_consequences(r);
	if (r->cursor >= r->log->count)
		return differs(r, name, e);
	next = tell(r);
	if (!event_is(next, EVENT_STEER, name))
		return differs(r, name, e);
	if (text) {
		const char *saved = event_text(next, key);

		return saved && strcmp(saved, text) == 0 ? 0 : differs(r, name, e);
	}
	return !key || event_int(next, key, INT64_MIN) == number ? 0 : differs(r, name, e);
}

/* Tells what came until the run stopped again. */
static enum run_stop replay_until_stopped(struct run *r, struct lab_error *e)
{
	while (r->cursor < r->log->count) {
		const struct event *next = tell(r);
		const char *why;

		if (!event_is(next, EVENT_STEER, "stopped"))
			continue;
		why = event_text(next, "why");
		if (why && strcmp(why, "reached") == 0)
			return RUN_REACHED;
		if (why && strcmp(why, "quiet") == 0)
			return RUN_QUIET;
		r->ended = true;
		return RUN_ENDED;
	}
	differs(r, "stopped", e);
	return RUN_FAILED;
}

enum run_stop replay_until(struct run *r, const char *name, const char *key, const char *text,
	int64_t number, struct lab_error *e)
{
	if (expect(r, name, key, text, number, e) < 0)
		return RUN_FAILED;
	return replay_until_stopped(r, e);
}

enum run_stop replay_until_call(
	struct run *r, const char *call, unsigned occurrence, struct lab_error *e)
{
	if (expect(r, "until-call", "call", call, 0, e) < 0)
		return RUN_FAILED;
	if (event_int(r->log->events[r->cursor - 1], "n", 0) != occurrence) {
		differs(r, "until-call", e);
		return RUN_FAILED;
	}
	return replay_until_stopped(r, e);
}

int replay_act(struct run *r, const char *name, const char *key, const char *text, int64_t number,
	struct lab_error *e)
{
	return expect(r, name, key, text, number, e);
}

/* The task that the saved log has for it. */
int replay_launch(struct run *r, const struct run_launch *launch, struct lab_error *e)
{
	struct event_log *wanted = event_log_new();
	struct event *request = event_new(wanted, EVENT_STEER, 0, 0, "launch");
	BUF_SCOPED saved_text = BUF_INIT;
	BUF_SCOPED wanted_text = BUF_INIT;
	struct event saved;
	int result = expect(r, "launch", NULL, NULL, 0, e);

	launch_log(launch, wanted, request);
	if (result == 0) {
		saved = *r->log->events[r->cursor - 1];
		saved.step = request->step;
		saved.time = request->time;
		event_write(&saved, &saved_text);
		event_write(request, &wanted_text);
		if (strcmp(buf_text(&saved_text), buf_text(&wanted_text)) != 0)
			result = differs(r, "launch", e);
	}
	while (result == 0 && r->cursor < r->log->count) {
		const struct event *next = r->log->events[r->cursor];

		if (next->kind == EVENT_STEER || next->kind == EVENT_END)
			break;
		tell(r);
		if (next->kind == EVENT_START)
			result = next->task;
	}
	event_log_free(wanted);
	if (result == 0)
		return differs(r, "launch", e);
	r->ended = false;
	return result;
}

int replay_signal(struct run *r, int task, int sig, struct lab_error *e)
{
	if (expect(r, "signal", "sig", NULL, sig, e) < 0)
		return -1;
	return event_task(r->log->events[r->cursor - 1], "to") == task ? 0
								       : differs(r, "signal", e);
}

int replay_file(struct run *r, const char *path, struct buf *into, struct lab_error *e)
{
	const struct event *next;
	const struct event_arg *data;
	const char *saved;

	tell_consequences(r);
	if (r->cursor >= r->log->count)
		return differs(r, "file", e);
	next = tell(r);
	saved = next->kind == EVENT_FILE ? event_text(next, "path") : NULL;
	if (!saved || strcmp(saved, path) != 0)
		return differs(r, "file", e);
	data = event_arg(next, "data");
	if (!data || data->type != EVENT_STRING) {
		lab_fail(e, LAB_USAGE, "read \"%s\": %s", path, event_text(next, "err"));
		if (e)
			e->errnum = (int)event_int(next, "errno", ENOENT);
		return -1;
	}
	buf_add(into, data->text, data->len);
	return 0;
}

int replay_finish(struct run *r, struct lab_error *e)
{
	while (r->cursor < r->log->count)
		if (event_is(tell(r), EVENT_STEER, NULL))
			return differs(r, "end", e);
	r->finished = r->ended = true;
	return 0;
}

struct run *run_replay(
	struct event_log *log, const struct run_request *request, struct lab_error *e)
{
	struct event_log *wanted = event_log_new();
	BUF_SCOPED saved_text = BUF_INIT;
	BUF_SCOPED wanted_text = BUF_INIT;
	struct run *r = NULL;

	request_log(request, wanted);
	event_write(wanted->events[0], &wanted_text);
	if (log->count)
		event_write(log->events[0], &saved_text);
	if (strcmp(buf_text(&saved_text), buf_text(&wanted_text)) != 0) {
		lab_fail(e, LAB_BROKEN,
			"the saved log answers another request: the test, or the submission, is "
			"not "
			"the one that it was saved for");
		event_log_free(log);
	} else {
		r = lab_xmalloc(sizeof(*r));
		r->is_replay = true;
		r->log = log;
		io_init(&r->io);
		r->view.events = log->events;
		while (r->cursor < log->count && log->events[r->cursor]->kind != EVENT_STEER)
			tell(r);
	}
	event_log_free(wanted);
	return r;
}
