/*
 * Events and the log that owns them: built, appended, looked at. How they look as text is write.c
 * and parse.c; files and sums are log.c.
 */
#include "config.h"

#include "lab/event/event.h"

#include <stdlib.h>
#include <string.h>

#include "lab/event/memory.h"

static const char *const kind_names[EVENT_KIND_COUNT] = {
	[EVENT_RUN] = "run",
	[EVENT_STEER] = "steer",
	[EVENT_START] = "start",
	[EVENT_FORK] = "fork",
	[EVENT_EXEC] = "exec",
	[EVENT_MAIN] = "main",
	[EVENT_CALL] = "call",
	[EVENT_BLOCK] = "block",
	[EVENT_SIGNAL] = "signal",
	[EVENT_DELIVER] = "deliver",
	[EVENT_RETURN] = "return",
	[EVENT_RACE] = "race",
	[EVENT_ACCESS] = "access",
	[EVENT_USE] = "use",
	[EVENT_STOP] = "stop",
	[EVENT_CONT] = "cont",
	[EVENT_EXIT] = "exit",
	[EVENT_KILLED] = "killed",
	[EVENT_REAPED] = "reaped",
	[EVENT_ADOPT] = "adopt",
	[EVENT_OUTPUT] = "output",
	[EVENT_ADVANCE] = "advance",
	[EVENT_EXPIRE] = "expire",
	[EVENT_UNSAFE] = "unsafe",
	[EVENT_FAULT] = "fault",
	[EVENT_CHOICE] = "choice",
	[EVENT_DEADLOCK] = "deadlock",
	[EVENT_WAITS] = "waits",
	[EVENT_HOLDS] = "holds",
	[EVENT_SPIN] = "spin",
	[EVENT_LIMIT] = "limit",
	[EVENT_REFUSED] = "refused",
	[EVENT_DENIED] = "denied",
	[EVENT_ZOMBIE] = "zombie",
	[EVENT_SURVIVOR] = "survivor",
	[EVENT_LEFT] = "left",
	[EVENT_FILE] = "file",
	[EVENT_END] = "end",
};

const char *event_kind_name(enum event_kind kind)
{
	return (unsigned)kind < EVENT_KIND_COUNT ? kind_names[kind] : "?";
}

bool event_kind_from_name(const char *text, size_t len, enum event_kind *kind)
{
	for (int k = 0; k < EVENT_KIND_COUNT; k++) {
		if (strlen(kind_names[k]) == len && memcmp(kind_names[k], text, len) == 0) {
			*kind = (enum event_kind)k;
			return true;
		}
	}
	return false;
}

struct event_log *event_log_new(void)
{
	struct event_log *log = lab_xmalloc(sizeof(*log));

	log->memory = memory_new();
	return log;
}

void event_log_free(struct event_log *log)
{
	if (!log)
		return;
	memory_free(log->memory);
	free(log->events);
	free(log);
}

struct event *event_new(
	struct event_log *log, enum event_kind kind, int task, int64_t time, const char *name)
{
	struct event *e = arena_take(&log->memory->records, sizeof(*e));

	if (!name || !*name)
		name = "-";
	e->kind = kind;
	e->task = task;
	e->time = time;
	e->name = memory_text(log->memory, name);
	return e;
}

/* One more argument: in place while E is the last record, otherwise in a copy that is. */
static struct event_arg *add(struct event_log *log, struct event *e, const char *key)
{
	struct arena *records = &log->memory->records;
	struct event_arg *arg;

	if (!e->args) {
		e->args = arena_take(records, sizeof(*arg));
	} else if (!arena_grow(records, e->args + e->arg_count, sizeof(*arg))) {
		arg = arena_take(records, (e->arg_count + 1) * sizeof(*arg));
		memcpy(arg, e->args, e->arg_count * sizeof(*arg));
		e->args = arg;
	}
	arg = &e->args[e->arg_count++];
	arg->key = memory_text(log->memory, key);
	return arg;
}

void event_add_int(struct event_log *log, struct event *e, const char *key, int64_t value)
{
	struct event_arg *arg = add(log, e, key);

	arg->type = EVENT_INT;
	arg->number = value;
}

void event_add_task(struct event_log *log, struct event *e, const char *key, int task)
{
	struct event_arg *arg = add(log, e, key);

	arg->type = EVENT_TASK;
	arg->number = task;
}

void event_add_text(struct event_log *log, struct event *e, const char *key, const char *text)
{
	event_add_bytes(log, e, key, text, strlen(text));
}

/* Its values are the same ones again and again. */
static bool is_one_of_few(const char *key)
{
	static const char *const keys[] = {"obj", "newobj", "flags", "sig", "err"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(keys[i], key) == 0)
			return true;
	return false;
}

void event_add_bytes(
	struct event_log *log, struct event *e, const char *key, const void *bytes, size_t len)
{
	struct event_arg *arg = add(log, e, key);

	arg->type = EVENT_STRING;
	arg->len = (uint32_t)len;
	arg->text = is_one_of_few(key) && !memchr(bytes, '\0', len)
			    ? memory_name(log->memory, bytes, len)
			    : memory_bytes(log->memory, bytes, len);
}

void event_set_place(
	struct event_log *log, struct event *e, const char *file, int line, const char *function)
{
	e->place = (struct event_place){NULL, 0, NULL};
	if (!file)
		return;
	e->place.file = memory_text(log->memory, file);
	e->place.line = line;
	if (function)
		e->place.function = memory_text(log->memory, function);
}

void event_log_append(struct event_log *log, struct event *e)
{
	struct event_log_memory *m = log->memory;

	if (log->count == m->event_slots) {
		m->event_slots = m->event_slots ? m->event_slots * 2 : 1024;
		log->events = lab_xrealloc(log->events, m->event_slots * sizeof(*log->events));
	}
	e->step = log->count;
	log->events[log->count++] = e;
}

void event_log_clear(struct event_log *log)
{
	arena_clear(&log->memory->records);
	arena_clear(&log->memory->bytes);
	log->count = 0;
}

const char *event_log_text(struct event_log *log, const char *text)
{
	return memory_text(log->memory, text);
}

const struct event_arg *event_arg(const struct event *e, const char *key)
{
	for (size_t i = 0; i < e->arg_count; i++)
		if (strcmp(e->args[i].key, key) == 0)
			return &e->args[i];
	return NULL;
}

bool event_has(const struct event *e, const char *key)
{
	return event_arg(e, key) != NULL;
}

int64_t event_int(const struct event *e, const char *key, int64_t fallback)
{
	const struct event_arg *arg = event_arg(e, key);

	return arg && arg->type == EVENT_INT ? arg->number : fallback;
}

int event_task(const struct event *e, const char *key)
{
	const struct event_arg *arg = event_arg(e, key);

	return arg && arg->type == EVENT_TASK ? (int)arg->number : 0;
}

const char *event_text(const struct event *e, const char *key)
{
	const struct event_arg *arg = event_arg(e, key);

	return arg && arg->type == EVENT_STRING ? arg->text : NULL;
}

bool event_is(const struct event *e, enum event_kind kind, const char *name)
{
	return e->kind == kind && (!name || strcmp(e->name, name) == 0);
}
