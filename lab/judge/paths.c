/*
 * All schedules of a small program, one after the other: a walk through the tree of its choices,
 * depth first. Each run tells the choices that it met; the next one takes the same way up to the
 * last choice that has an alternative not yet tried, takes that, and goes on as natural does.
 * Nothing but the run's log is needed, so that saved logs are walked in the same order.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/judge/internal.h"

void paths_done(struct paths *p)
{
	free(p->steps);
	*p = (struct paths){0};
}

/* "t1 t3 t7": where tN stands, and how many they are. */
static struct path_step step_of(const struct event *e)
{
	const char *among = event_text(e, "among");
	struct path_step step = {0};
	int task;

	for (const char *at = among; at && *at; at += *at == ' ') {
		task = atoi(at + 1);
		if (task == event_task(e, "picked"))
			step.picked = step.first = step.among;
		step.among++;
		at += strcspn(at, " ");
	}
	return step;
}

void paths_take(struct paths *p, const struct event_log *log)
{
	size_t known = p->count, seen = 0;

	for (size_t i = 0; i < log->count; i++) {
		if (log->events[i]->kind != EVENT_CHOICE || seen++ < known)
			continue;
		p->steps = lab_xrealloc(p->steps, (p->count + 1) * sizeof(*p->steps));
		p->steps[p->count++] = step_of(log->events[i]);
	}
}

double paths_estimate(const struct paths *p)
{
	double product = 1;

	for (size_t i = 0; i < p->count; i++)
		product *= p->steps[i].among;
	return product;
}

/* The alternatives in their order: what natural took first, then the others from 0 on. */
static bool next_alternative(struct path_step *s)
{
	unsigned next = s->picked == s->first ? 0 : s->picked + 1;

	if (next == s->first)
		next++;
	if (next >= s->among)
		return false;
	s->picked = next;
	return true;
}

bool paths_next(struct paths *p)
{
	for (; p->count > 0; p->count--)
		if (next_alternative(&p->steps[p->count - 1]))
			return true;
	return false;
}

/* The first COUNT choices. */
static char *name_of(const struct paths *p, size_t count)
{
	struct buf name = BUF_INIT;

	for (size_t i = 0; i < count; i++)
		buf_printf(&name, "%s%u", i ? "." : "choices:", p->steps[i].picked);
	return count ? buf_take(&name) : lab_xstrdup("natural");
}

char *paths_name(const struct paths *p)
{
	return name_of(p, p->count);
}

char *paths_next_other(struct paths *p)
{
	for (; p->at < p->count; p->at++) {
		struct path_step *step = &p->steps[p->at];

		if (next_alternative(step))
			return name_of(p, p->at + 1);
		step->picked = step->first;
	}
	return NULL;
}
