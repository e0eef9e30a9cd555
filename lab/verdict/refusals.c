/*
 * What the sandbox refused a program, in words, whatever became of the program: a list of its own
 * beside the verdict, which it never changes. Who does the same at the same place many times, or in
 * many runs, is told of once, with how often.
 *
 * No accusation: the words say what was asked for and what that is. Limits that a run has met are
 * in the list, too, as they may be met by mistake or on purpose.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/verdict/findings.h"
#include "lab/verdict/words.h"

#define REFUSALS_MOST 64 /* different ones that are kept */

static struct refusal *find(
	struct refusals *into, const char *what, const char *why, const char *file, int line)
{
	for (size_t i = 0; i < into->count; i++) {
		struct refusal *r = &into->list[i];

		if (r->line == line && lab_same_text(r->file, file) &&
			lab_same_text(r->what, what) && lab_same_text(r->why, why))
			return r;
	}
	return NULL;
}

void refusals_add(struct refusals *into, const char *what, const char *why, const char *file,
	int line, size_t times)
{
	struct refusal *r = find(into, what, why, file, line);

	if (!r && into->count == REFUSALS_MOST)
		return;
	if (!r) {
		into->list = lab_xrealloc(into->list, (into->count + 1) * sizeof(*into->list));
		r = &into->list[into->count++];
		*r = (struct refusal){.what = lab_xstrdup(what),
			.why = lab_xstrdup(why),
			.file = lab_xstrdup(file),
			.line = line};
	}
	r->times += times;
}

void refusals_merge(struct refusals *into, const struct refusals *from)
{
	for (size_t i = 0; i < from->count; i++) {
		const struct refusal *r = &from->list[i];

		refusals_add(into, r->what, r->why, r->file, r->line, r->times);
	}
}

void refusals_done(struct refusals *r)
{
	for (size_t i = 0; i < r->count; i++) {
		free(r->list[i].what);
		free(r->list[i].why);
		free(r->list[i].file);
		free(r->list[i].source);
	}
	free(r->list);
	*r = (struct refusals){0};
}

/* As one would write the call: open("/etc/shadow"), kill(-1), ptrace(). */
static void add_denied(struct refusals *into, const struct event *e)
{
	const char *what = event_text(e, "what"), *why = event_text(e, "why");
	const char *quote = what && strchr("/.", *what) ? "\"" : "";
	LAB_FREE char *call = lab_xprintf("%s(%s%s%s)", e->name, quote, what ? what : "", quote);

	refusals_add(into, call, why ? why : "", e->place.file, e->place.line, 1);
}

/* The kernel's SIGXFSZ looks as if the writer had sent it to itself. It comes with the call that it
 * breaks off, whose error is in the log already; one that was sent comes with none. */
static bool outgrew_a_file(const struct event_log *log, const struct event *death)
{
	for (size_t i = (size_t)death->step; i-- > 0;) {
		const struct event *e = log->events[i];

		if (e->task == death->task && e->kind == EVENT_CALL)
			return has_word(event_text(e, "err"), "EFBIG");
	}
	return false;
}

void verdict_refusals(const struct event_log *log, struct refusals *into)
{
	const struct event *crowd = NULL;

	for (size_t i = 0; i < log->count; i++) {
		const struct event *e = log->events[i];

		if (e->kind == EVENT_DENIED)
			add_denied(into, e);
		else if (event_is(e, EVENT_KILLED, "SIGXFSZ") && outgrew_a_file(log, e))
			refusals_add(
				into, "write()", "a file larger than a run may have", NULL, 0, 1);
		else if (event_is(e, EVENT_LIMIT, "output"))
			refusals_add(
				into, "write()", "more output than a run may have", NULL, 0, 1);
		else if (!crowd && crowd_is_met(log, e))
			crowd = e;
	}
	if (crowd)
		refusals_add(into,
			strcmp(crowd->name, "clone") == 0 ? "pthread_create()" : "fork()",
			"more processes and threads than a run may have", crowd->place.file,
			crowd->place.line, 1);
}
