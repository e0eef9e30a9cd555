/*
 * The pass over a log, and the states that it leaves behind: see timeline.h.
 *
 * A copy of the model is kept when so many events have passed that it costs COPY_BYTES for each of
 * them. A large model is dear to copy and dear to hold: of it there are fewer.
 */
#include "config.h"

#include "lab/timeline/timeline.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lab/timeline/internal.h"

enum { COPY_EVERY = 256, COPY_BYTES = 32 };

/* ---- lanes ---- */

/* At powers of two the list is full. */
static void lane_change(struct lane *lane, size_t step, enum model_state state)
{
	if ((lane->count & (lane->count - 1)) == 0)
		lane->changes = lab_xrealloc(lane->changes,
			(lane->count ? lane->count * 2 : 1) * sizeof(*lane->changes));
	lane->changes[lane->count++] = (uint64_t)step << 8 | state;
}

static void note_state(struct timeline *t, const struct model *m, size_t i, size_t step)
{
	struct lane *lane = &t->lanes[i];
	enum model_state now = m->tasks[i].state, was = MODEL_NONE;

	if (lane->count)
		was = (enum model_state)(lane->changes[lane->count - 1] & 0xff);
	if (now != was)
		lane_change(lane, step, now);
}

static void name_lane(struct lane *lane, const struct model_task *task)
{
	if (task->program == lane->program || !task->program)
		return;
	free(lane->name);
	lane->program = task->program;
	lane->name = task->pid ? lab_xprintf("%s %" PRId64, task->program, task->pid)
			       : lab_xstrdup(task->program);
}

/* A call changes nobody's state but the caller's. */
static void note_states(struct timeline *t, const struct model *m, const struct event *e)
{
	bool own = e->kind == EVENT_CALL || e->kind == EVENT_BLOCK;
	size_t from = 0, end = m->task_count;

	if (m->task_count > t->lane_count) {
		t->lanes = lab_xrealloc(t->lanes, m->task_count * sizeof(*t->lanes));
		memset(&t->lanes[t->lane_count], 0,
			(m->task_count - t->lane_count) * sizeof(*t->lanes));
		t->lane_count = m->task_count;
	}
	if (own && e->task > 0 && (size_t)e->task <= end) {
		from = (size_t)e->task - 1;
		end = from + 1;
	}
	for (size_t i = from; i < end; i++) {
		note_state(t, m, i, e->step);
		name_lane(&t->lanes[i], &m->tasks[i]);
	}
}

int timeline_tasks(const struct timeline *t)
{
	return (int)t->lane_count;
}

static const struct lane *lane_of(const struct timeline *t, int task)
{
	return task > 0 && (size_t)task <= t->lane_count ? &t->lanes[task - 1] : NULL;
}

const char *timeline_name(const struct timeline *t, int task)
{
	const struct lane *lane = lane_of(t, task);

	return lane && lane->name ? lane->name : "";
}

enum model_state timeline_state(const struct timeline *t, int task, size_t step)
{
	const struct lane *lane = lane_of(t, task);
	size_t low = 0, high = lane ? lane->count : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (lane->changes[middle] >> 8 <= step)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? (enum model_state)(lane->changes[low - 1] & 0xff) : MODEL_NONE;
}

/* ---- the pass ---- */

static void keep_copy(struct timeline *t, const struct model *m)
{
	if ((t->copy_count & (t->copy_count - 1)) == 0)
		t->copies = lab_xrealloc(t->copies,
			(t->copy_count ? t->copy_count * 2 : 1) * sizeof(struct model *));
	t->copies[t->copy_count++] = model_copy(m);
}

static void pass(struct timeline *t)
{
	MODEL_SCOPED *m = model_new(t->log);
	struct sources *sources = sources_new(t);
	size_t kept = 0;

	for (size_t i = 0; i < t->log->count; i++) {
		model_go_to(m, i + 1);
		note_states(t, m, t->log->events[i]);
		sources_note(sources, m, t->log->events[i]);
		if (i - kept < COPY_EVERY || (i - kept) * COPY_BYTES < model_size(m))
			continue;
		keep_copy(t, m);
		kept = i;
	}
	sources_free(sources);
}

struct timeline *timeline_new(const struct event_log *log)
{
	struct timeline *t = lab_xmalloc(sizeof(*t));

	t->log = log;
	t->nothing = model_new(log);
	pass(t);
	rows_make(t);
	return t;
}

void timeline_free(struct timeline *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->copy_count; i++)
		model_free(t->copies[i]);
	for (size_t i = 0; i < TIMELINE_SLOTS; i++)
		model_free(t->slots[i]);
	for (size_t i = 0; i < t->lane_count; i++) {
		free(t->lanes[i].changes);
		free(t->lanes[i].name);
	}
	model_free(t->nothing);
	free(t->copies);
	free(t->lanes);
	free(t->shown);
	free(t->folded.list);
	free(t->sources);
	free(t);
}

const struct event_log *timeline_log(const struct timeline *t)
{
	return t->log;
}

/* ---- states ---- */

/* The last copy of a state after at most APPLIED events; NULL: there is none. */
static const struct model *copy_before(const struct timeline *t, size_t applied)
{
	size_t low = 0, high = t->copy_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (t->copies[middle]->next <= applied)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? t->copies[low - 1] : NULL;
}

const struct model *timeline_at(struct timeline *t, enum timeline_slot slot, size_t step)
{
	size_t applied = step < t->log->count ? step + 1 : t->log->count;
	struct model **m = &t->slots[slot];
	const struct model *copy = copy_before(t, applied);

	if (!copy)
		copy = t->nothing;
	if (!*m || (*m)->next > applied || (*m)->next < copy->next) {
		model_free(*m);
		*m = model_copy(copy);
	}
	model_go_to(*m, applied);
	return *m;
}

const struct model *timeline_nothing(const struct timeline *t)
{
	return t->nothing;
}
