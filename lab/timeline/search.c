/* Where to go next in a log: see timeline.h. Only events that are shown are found. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lab/timeline/internal.h"

struct wanted {
	const struct timeline *timeline;
	const struct event *like;
	const char *text, *object;
};

typedef bool is_wanted(const struct wanted *w, const struct event *e);

static size_t next(
	const struct timeline *t, size_t from, bool back, is_wanted *is, const struct wanted *w)
{
	size_t at = shown_at(t, back ? from : from + 1);

	if (back) {
		while (at-- > 0)
			if (is(w, t->log->events[t->shown[at]]))
				return t->shown[at];
		return TIMELINE_NONE;
	}
	for (; at < t->shown_count; at++)
		if (is(w, t->log->events[t->shown[at]]))
			return t->shown[at];
	return TIMELINE_NONE;
}

static bool is_blocked(const struct wanted *w, const struct event *e)
{
	(void)w;
	return e->kind == EVENT_BLOCK;
}

size_t timeline_next_blocked(const struct timeline *t, size_t from, bool back)
{
	return next(t, from, back, is_blocked, NULL);
}

bool timeline_is_trouble(const struct event *e)
{
	switch (e->kind) {
	case EVENT_CALL:
		return event_has(e, "err");
	case EVENT_UNSAFE:
	case EVENT_RACE:
	case EVENT_KILLED:
	case EVENT_DEADLOCK:
	case EVENT_WAITS:
	case EVENT_SPIN:
	case EVENT_LIMIT:
	case EVENT_REFUSED:
	case EVENT_DENIED:
	case EVENT_ZOMBIE:
	case EVENT_SURVIVOR:
	case EVENT_LEFT:
	case EVENT_FAULT:
		return true;
	default:
		return false;
	}
}

/* A deadlock is one failure, however many wait in it. */
static bool is_failure(const struct wanted *w, const struct event *e)
{
	(void)w;
	return e->kind != EVENT_WAITS && timeline_is_trouble(e);
}

size_t timeline_next_failure(const struct timeline *t, size_t from, bool back)
{
	return next(t, from, back, is_failure, NULL);
}

static bool has_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = text; p && (p = strstr(p, word)); p += len)
		if ((p == text || strchr(" :", p[-1])) && (!p[len] || p[len] == ' '))
			return true;
	return false;
}

/* fds="3:pipe:1 4:pipe:2" of a poll, mutex= of a condition */
static bool uses_object(const struct wanted *w, const struct event *e)
{
	static const char *const keys[] = {"obj", "newobj", "obj0", "obj1", "mutex", "fds", "by"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *text = event_text(e, keys[i]);

		if (text && has_word(text, w->object))
			return true;
	}
	return false;
}

static bool is_of_task(const struct wanted *w, const struct event *e)
{
	return e->task == w->like->task;
}

size_t timeline_next_same(const struct timeline *t, size_t from, bool back)
{
	struct wanted w = {.timeline = t};

	if (from >= t->log->count)
		return TIMELINE_NONE;
	w.like = t->log->events[from];
	w.object = event_text(w.like, "obj");
	if (!w.object)
		w.object = event_text(w.like, "newobj");
	return next(t, from, back, w.object ? uses_object : is_of_task, &w);
}

static bool holds(const char *text, const char *part)
{
	return text && strcasestr(text, part) != NULL;
}

static bool has_text(const struct wanted *w, const struct event *e)
{
	char task[16];

	if (holds(e->name, w->text) || holds(event_kind_name(e->kind), w->text) ||
		holds(e->place.file, w->text) || holds(e->place.function, w->text) ||
		holds(timeline_name(w->timeline, e->task), w->text))
		return true;
	snprintf(task, sizeof(task), "t%d", e->task);
	if (strcasecmp(task, w->text) == 0)
		return true;
	for (size_t i = 0; i < e->arg_count; i++)
		if (e->args[i].type == EVENT_STRING && holds(e->args[i].text, w->text))
			return true;
	return false;
}

size_t timeline_search(const struct timeline *t, size_t from, bool back, const char *text)
{
	struct wanted w = {.timeline = t, .text = text};

	return *text ? next(t, from, back, has_text, &w) : TIMELINE_NONE;
}

/* ---- where it went wrong ---- */

static bool is_end_of_run(const struct wanted *w, const struct event *e)
{
	(void)w;
	return e->kind == EVENT_DEADLOCK || e->kind == EVENT_SPIN || e->kind == EVENT_LIMIT ||
	       e->kind == EVENT_RACE || e->kind == EVENT_UNSAFE ||
	       (e->kind == EVENT_KILLED && event_int(e, "core", 0));
}

static bool is_at(const struct wanted *w, const struct event *e)
{
	return e->place.line == w->like->place.line && e->place.file &&
	       strcmp(e->place.file, w->text) == 0;
}

size_t timeline_moment(const struct timeline *t, const char *file, int line)
{
	struct event place = {.place.line = line};
	struct wanted w = {.timeline = t, .like = &place, .text = file};
	size_t found = next(t, t->log->count, true, is_end_of_run, &w);

	if (found == TIMELINE_NONE && file)
		found = next(t, t->log->count, true, is_at, &w);
	if (found == TIMELINE_NONE && t->shown_count)
		found = t->shown[t->shown_count - 1];
	return found;
}
