/*
 * The global and static variables of a program, for the race detector. Nobody shares them but
 * threads, and signal handlers with what they interrupt: so they are watched only where the run
 * asks for it. Then each use of one is a point where another task may go, or a signal may come, as
 * it is with shared memory, and each is in the log (EVENT_USE).
 *
 * Where they lie the runtime tells (MARK_SHARED). Each process has its own: after a fork they are
 * another object.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "lab/supervise/races.h"

#define KIND      "variables"
#define USES_MOST 20000 /* in one log: who uses them as often is no exercise in handlers */

static uint64_t new_object(struct supervisor *s)
{
	char key[40];

	snprintf(key, sizeof(key), KIND ":%u", ++s->races->processes);
	return races_key(s, object_id(s, KIND, key), 0);
}

void races_variables_are(struct supervisor *s, struct tracee *t, uint64_t begin, uint64_t end)
{
	struct process *p = t->process;

	if (!s->config.variables || begin >= end)
		return;
	p->variables = (struct shared_range){begin, end, new_object(s), 0};
}

/* In its place among those that are shared, unless something was mapped over them. */
void races_variables_add(struct process *p)
{
	const struct shared_range *own = &p->variables;
	size_t at = 0;

	while (at < p->shared_count && p->shared[at].end <= own->begin)
		at++;
	if (!own->end || (at < p->shared_count && p->shared[at].begin < own->end))
		return;
	p->shared = lab_xrealloc(p->shared, 2 * (p->shared_count + 1) * sizeof(*p->shared));
	memmove(&p->shared[at + 1], &p->shared[at], (p->shared_count - at) * sizeof(p->shared[0]));
	p->shared[at] = *own;
	p->shared_count++;
}

void races_variables_fork(struct supervisor *s, const struct process *from, struct process *to)
{
	if (to == from || !from->variables.end)
		return;
	to->variables = from->variables;
	to->variables.object = new_object(s);
	for (size_t i = 0; i < to->shared_count; i++)
		if (to->shared[i].object == from->variables.object)
			to->shared[i].object = to->variables.object;
}

/* What it has written there itself, it does not wait for: to find it is news. */
static void forget_seen(struct race_task *task, uint64_t addr)
{
	for (unsigned i = task->seen_count; i-- > 0;)
		if (task->seen[i].addr == addr)
			task->seen[i] = task->seen[--task->seen_count];
}

void races_variables_used(
	struct supervisor *s, struct tracee *t, const struct race_access *access, uint64_t site)
{
	struct race_access use = *access;
	bool own = t->process->variables.end && access->object == t->process->variables.object;
	bool changes = use.kind == RACE_ATOMIC_WRITE || use.kind == RACE_ATOMIC_UPDATE;
	struct event *e;

	if (!(own || s->config.uses) || s->races->uses >= USES_MOST)
		return;
	s->races->uses++;
	if (own && use.kind != RACE_READ && use.kind != RACE_VOLATILE_READ &&
		use.kind != RACE_ATOMIC_READ)
		forget_seen(races_task(t), t->process->variables.begin + use.offset);
	if (changes)
		use.value_size = 0; /* what is there now is the value before */
	e = race_use_event(s, &use, t->index, site);
	if (t->handler_count)
		event_add_text(s->log, e, "handler",
			signal_name(t->handlers[t->handler_count - 1].signal));
	if (own && changes && use.size <= sizeof(use.value)) {
		races_task(t)->used = e;
		races_task(t)->used_at = t->process->variables.begin + use.offset;
		races_task(t)->used_size = (unsigned)use.size;
	}
	tracee_queue(t, e);
}

/* Its last use was of an atomic, which holds now what it has made of it. */
void races_variables_settle(struct supervisor *s, struct tracee *t)
{
	struct race_task *task = t->race;
	unsigned char value[8];

	if (task->used && tracee_read(t, task->used_at, value, task->used_size))
		race_add_value(s, task->used, value, task->used_size, task->used_size);
	task->used = NULL;
}
