/*
 * What is wrong with a run whoever asked for it: the house rules. The rules themselves are in
 * deadlock.c, ends.c, races.c and leaks.c; here they are put in order of how much they explain.
 * After a fatal one nothing else is said: what is left behind then is its consequence.
 */
#include "config.h"

#include "lab/verdict/findings.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/verdict/waits.h"

void findings_add(struct findings *out, enum verdict_class class, bool fatal, char *message,
	struct event_place place)
{
	out->list = lab_xrealloc(out->list, (out->count + 1) * sizeof(*out->list));
	out->list[out->count++] = (struct finding){
		.class = class, .fatal = fatal, .message = message, .place = place};
}

void findings_done(struct findings *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->list[i].message);
	free(f->list);
	*f = (struct findings){0};
}

/* The first event of KIND; NULL if there is none. */
static const struct event *first(const struct event_log *log, enum event_kind kind)
{
	for (size_t i = 0; i < log->count; i++)
		if (log->events[i]->kind == kind)
			return log->events[i];
	return NULL;
}

static void find_ends(const struct event_log *log, struct findings *out)
{
	const struct event *e = first(log, EVENT_DEADLOCK);
	struct event_place place = {NULL, 0, NULL};
	char *message;

	if (e) {
		message = deadlock_message(log, (size_t)e->step, &place);
		findings_add(out, CLASS_DEADLOCK, true, message, place);
	}
	e = first(log, EVENT_SPIN);
	if (e)
		findings_add(out, CLASS_SPIN, true, spin_message(log, e), e->place);
	e = first(log, EVENT_LIMIT);
	if (e)
		findings_add(out, CLASS_LIMIT, true, limit_message(log, e), e->place);
}

/* Killed for the call that the lab has told of: one of another architecture. */
static bool is_killed_for(const struct event *e, const struct event *refused)
{
	return e->kind == EVENT_KILLED && refused && refused->task == e->task &&
	       strcmp(e->name, "SIGSYS") == 0;
}

/* The crash has told of it. */
static bool ends_by(const struct event_log *log, const struct event *refused)
{
	for (size_t i = 0; i < log->count; i++)
		if (is_killed_for(log->events[i], refused))
			return true;
	return false;
}

static void find_crashes(
	const struct event_log *log, const struct event *refused, struct findings *out)
{
	for (size_t i = 0; i < log->count; i++) {
		const struct event *e = log->events[i];
		struct event_place place = {NULL, 0, NULL};
		char *message;

		/* The supervisor kills what lives when a run has been ended. */
		if (e->kind == EVENT_DEADLOCK || e->kind == EVENT_SPIN || e->kind == EVENT_LIMIT)
			return;
		if (e->kind != EVENT_KILLED)
			continue;
		if (is_killed_for(e, refused)) {
			message = refused_message(log, refused);
			place = refused->place;
		} else {
			message = crash_message(log, e, &place);
		}
		if (!message)
			continue;
		findings_add(out, CLASS_CRASH, true, message, place);
		return;
	}
}

/* Only programs that are built to find races say anything of them. What they compute is luck. */
static void find_races(const struct event_log *log, struct findings *out)
{
	struct event_place place = {NULL, 0, NULL};
	char *message = race_message(log, &place);

	if (message)
		findings_add(out, CLASS_RACE, true, message, place);
}

static void find_leaks(const struct event_log *log, struct findings *out)
{
	static char *(*const rules[])(const struct event_log *log, struct event_place *place) = {
		zombie_message, survivor_message, left_message};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		struct event_place place = {NULL, 0, NULL};
		char *message = rules[i](log, &place);

		if (message)
			findings_add(out, CLASS_LEAK, false, message, place);
	}
}

void verdict_findings(const struct event_log *log, struct findings *out)
{
	const struct event *refused = first(log, EVENT_REFUSED);

	*out = (struct findings){0};
	find_ends(log, out);
	find_crashes(log, refused, out);
	find_races(log, out);
	if (refused && !ends_by(log, refused))
		findings_add(
			out, CLASS_LIMIT, false, refused_message(log, refused), refused->place);
	for (size_t i = 0; i < out->count; i++)
		if (out->list[i].fatal)
			return;
	find_leaks(log, out);
}

static void only(struct findings *out, enum verdict_class class, const struct event_log *log,
	char *(*rule)(const struct event_log *log, struct event_place *place))
{
	struct event_place place = {NULL, 0, NULL};
	char *message = rule(log, &place);

	*out = (struct findings){0};
	if (message)
		findings_add(out, class, false, message, place);
}

void verdict_handlers(const struct event_log *log, struct findings *out)
{
	only(out, CLASS_HANDLER, log, handler_message);
}

void verdict_crowd(const struct event_log *log, struct findings *out)
{
	only(out, CLASS_LIMIT, log, crowd_message);
}
