/*
 * Who waits without sleeping: its steps are counted from where it last slept or did something
 * useful. Shortly before they are too many, the lines that it comes by are noted: they are its
 * loop.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/supervise/parts.h"

/* A loop that makes more calls than this in one round is known by a part of it. */
#define LAST_STEPS 2500

static void note_place(struct supervisor *s, struct tracee *t)
{
	struct event here = {0};

	place_of_tracee(s, t, &here);
	for (size_t i = 0; here.place.file && i < SPIN_LOOPS; i++) {
		struct spin_lines *l = &t->loops[i];

		if (!l->file)
			*l = (struct spin_lines){here.place.file, here.place.function,
				here.place.line, here.place.line};
		if (strcmp(l->file, here.place.file) != 0 ||
			(l->function && here.place.function &&
				strcmp(l->function, here.place.function) != 0))
			continue;
		if (here.place.line < l->first)
			l->first = here.place.line;
		if (here.place.line > l->last)
			l->last = here.place.line;
		return;
	}
}

void spin_count(struct supervisor *s, struct tracee *t, uint64_t steps)
{
	if (!t->idle_steps) {
		t->idle_since = s->now;
		memset(t->loops, 0, sizeof(t->loops));
	}
	t->idle_steps += steps;
	if (s->config.spin_steps && t->idle_steps + LAST_STEPS > s->config.spin_steps)
		note_place(s, t);
}

static void add_loops(struct supervisor *s, const struct tracee *t, struct event *e)
{
	for (size_t i = 0; i < SPIN_LOOPS && t->loops[i].file; i++) {
		const struct spin_lines *l = &t->loops[i];
		LAB_FREE char *lines = lab_xprintf(
			"%s:%d-%d:%s", l->file, l->first, l->last, l->function ? l->function : "");
		char key[16];

		snprintf(key, sizeof(key), "loop%zu", i);
		event_add_text(s->log, e, key, lines);
	}
}

void report_spin(struct supervisor *s, struct tracee *t)
{
	struct event *e = task_event(s, t, EVENT_SPIN, NULL);
	BUF_SCOPED calls = BUF_INIT;

	event_add_int(s->log, e, "steps", (int64_t)t->idle_steps);
	for (unsigned i = 0; i < 4; i++)
		if (t->spin_counts[i])
			buf_printf(&calls, "%s%s*%llu", calls.len ? " " : "", t->spin_names[i],
				(unsigned long long)t->spin_counts[i]);
	event_add_text(s->log, e, "calls", buf_text(&calls));
	event_add_int(s->log, e, "since", t->idle_since);
	add_loops(s, t, e);
	races_spin(s, t, e);
	place_of_tracee(s, t, e);
	supervise_append(s, e);
	s->ended_by = SUPERVISE_SPIN;
}
