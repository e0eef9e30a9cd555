/*
 * Calls in signal handlers that are not async-signal-safe (signal-safety(7)): which, where, and
 * what they can do to the code that the signal has interrupted.
 */
#include "config.h"

#include <string.h>

#include "lab/base/buf.h"
#include "lab/verdict/findings.h"
#include "lab/verdict/words.h"

#define SHOWN_MAX 6

static const struct {
	const char *why, *words;
} reasons[] = {
	{"stdio", "it works on a buffer and a lock that the interrupted code may be in the middle "
		  "of using. Then lines are torn, lost or printed twice, or the process waits for "
		  "ever for a lock that it holds itself"},
	{"format", "it may allocate memory and use the locale's data while the interrupted code is "
		   "in the middle of doing the same"},
	{"heap", "the interrupted code may be in the middle of malloc() or free(), with the lists "
		 "of free memory half changed and their lock held. Then memory is damaged, or the "
		 "process waits for ever for that lock"},
	{"exit", "it runs the functions of atexit() and writes out what stdio holds, perhaps in "
		 "the middle of the printf() that the signal has interrupted. _exit(2) ends a "
		 "process without that"},
	{"lock", "the interrupted code may be in the middle of the same, or hold what is waited "
		 "for here. It cannot go on before the handler returns, so that nobody would ever "
		 "give it back"},
	{"static", "it keeps its result or its state in memory that all calls share, and the "
		   "interrupted code may be in the middle of using that"},
	{"log", "it takes a lock and allocates memory, which the interrupted code may be in the "
		"middle of doing, too"},
	{"listed", "it is not on the list of functions that POSIX lets a handler call, so that no "
		   "system promises what it does there"},
};

/* What the line in the source may say instead: compilers put it in its place. */
static const struct {
	const char *name, *source;
} compiled[] = {
	{"puts", "printf() of a fixed line"},
	{"putchar", "printf() of one character"},
	{"fwrite", "fprintf() or fputs() of a fixed text"},
	{"fputc", "fprintf() or fputs() of one character"},
	{"fputs", "fprintf() of a string"},
};

static const char *reason(const struct event *e)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (has_word(event_text(e, "why"), reasons[i].why))
			return reasons[i].words;
	return "it is not on the list of functions that POSIX lets a handler call";
}

static void say_first(struct buf *into, const struct model *m, const struct event *e)
{
	const char *handler = event_text(e, "handler"), *sig = event_text(e, "sig");

	say_Task(into, m, e->task);
	buf_printf(into, " called %s in its handler of %s", e->name, sig ? sig : "a signal");
	if (handler)
		buf_printf(into, ", %s()", handler);
	say_at(into, e);
	buf_putc(into, '.');
	for (size_t i = 0; i < sizeof(compiled) / sizeof(compiled[0]); i++)
		if (strcmp(compiled[i].name, e->name) == 0)
			buf_printf(into, " (Compilers also make %s of a %s.)", e->name,
				compiled[i].source);
	buf_printf(into, " %s is not async-signal-safe: %s.", e->name, reason(e));
}

static bool is_same(const struct event *a, const struct event *b)
{
	return strcmp(a->name, b->name) == 0 && a->place.line == b->place.line &&
	       (!a->place.file || !b->place.file || strcmp(a->place.file, b->place.file) == 0);
}

/* The first of its kind: loops and further signals say nothing new. */
static bool is_new(const struct event_log *log, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (log->events[i]->kind == EVENT_UNSAFE &&
			is_same(log->events[i], log->events[at]))
			return false;
	return true;
}

static void say_others(struct buf *into, const struct event_log *log, size_t first)
{
	size_t count = 0;

	for (size_t i = first + 1; i < log->count; i++) {
		const struct event *e = log->events[i];

		if (e->kind != EVENT_UNSAFE || !is_new(log, i) || count++ >= SHOWN_MAX)
			continue;
		buf_printf(into, "%s%s", count == 1 ? " The same goes for " : ", ", e->name);
		say_at(into, e);
	}
	if (count > SHOWN_MAX)
		buf_printf(into, " and %zu more", count - SHOWN_MAX);
	if (count)
		buf_putc(into, '.');
}

char *handler_message(const struct event_log *log, struct event_place *place)
{
	MODEL_SCOPED *m = model_new(log);
	struct buf text = BUF_INIT;
	size_t i = 0;

	while (i < log->count && log->events[i]->kind != EVENT_UNSAFE)
		i++;
	if (i == log->count)
		return NULL;
	model_go_to(m, i);
	*place = log->events[i]->place;
	say_first(&text, m, log->events[i]);
	say_others(&text, log, i);
	buf_puts(&text,
		"\n\nThe signal comes between any two instructions. Let the handler set a flag "
		"(volatile sig_atomic_t) and do the work outside of it, or call only what "
		"signal-safety(7) lists: write(2), _exit(2), kill(2), waitpid(2), sem_post(3).");
	return buf_take(&text);
}
