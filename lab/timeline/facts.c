/*
 * A state in words, a fact for each thing that can change, and which of them did: see timeline.h.
 * What holds in both states is a fact of equal text; nothing else is compared.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lab/timeline/words.h"

/* ---- the list ---- */

struct writer {
	struct timeline_facts *facts;
	const struct model *model;
	const struct model_task **blocked;
	size_t blocked_count;
	struct buf text; /* of the fact that is being written */
};

static void append(struct timeline_facts *f, struct timeline_fact fact)
{
	if ((f->count & (f->count - 1)) == 0)
		f->list = lab_xrealloc(f->list, (f->count ? f->count * 2 : 1) * sizeof(*f->list));
	f->list[f->count++] = fact;
}

/* What was written becomes a fact; nothing becomes none. */
static void close_fact(struct writer *w, struct timeline_fact fact)
{
	if (!w->text.len)
		return;
	fact.text = buf_take(&w->text);
	append(w->facts, fact);
}

void timeline_facts_done(struct timeline_facts *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->list[i].text);
	free(f->list);
	*f = (struct timeline_facts){0};
}

/* ---- the facts of a state ---- */

static void add_task(struct writer *w, const struct model_task *t)
{
	const struct model_task *leader = model_task(w->model, t->process);
	struct timeline_fact fact = {.task = t->index};

	if (t->state == MODEL_NONE)
		return;
	w->facts->ended += t->state == MODEL_GONE;
	if (t->state == MODEL_GONE)
		return;
	fact_state(&w->text, w->model, t);
	close_fact(w, fact);
	if (t->state == MODEL_ZOMBIE)
		return;
	fact.aspect = FACT_PLACE;
	fact_place(&w->text, t);
	close_fact(w, fact);
	fact.aspect = FACT_DESCRIPTORS;
	if (leader == t)
		fact_descriptors(&w->text, w->model, t->index);
	close_fact(w, fact);
	fact.aspect = FACT_SIGNALS;
	fact_signals(&w->text, t);
	close_fact(w, fact);
}

static void add_object(struct writer *w, size_t i)
{
	const struct model_object *o = &w->model->objects[i];
	struct timeline_fact fact = {.object = o->id, .number = i};

	fact.aspect = FACT_CONTENT;
	fact_content(&w->text, w->model, o);
	close_fact(w, fact);
	fact.aspect = FACT_ENDS;
	fact_ends(&w->text, w->model, o);
	close_fact(w, fact);
	fact.aspect = FACT_WAITERS;
	fact_waiters(&w->text, w->blocked, w->blocked_count, o);
	close_fact(w, fact);
}

static void write_facts(struct timeline_facts *into, const struct model *m)
{
	struct writer w = {.facts = into, .model = m};

	*into = (struct timeline_facts){0};
	w.blocked = lab_xmalloc((m->task_count + 1) * sizeof(const struct model_task *));
	for (size_t i = 0; i < m->task_count; i++) {
		add_task(&w, &m->tasks[i]);
		if (m->tasks[i].blocked)
			w.blocked[w.blocked_count++] = &m->tasks[i];
	}
	for (size_t i = 0; i < m->object_count; i++)
		add_object(&w, i);
	free(w.blocked);
	buf_done(&w.text);
}

/* ---- what changed ---- */

/* Tasks first, each by its number; then objects, likewise. */
static int compare(const struct timeline_fact *a, const struct timeline_fact *b)
{
	bool task = a->task > 0;

	if (task != (b->task > 0))
		return task ? -1 : 1;
	if (task && a->task != b->task)
		return a->task < b->task ? -1 : 1;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return (int)a->aspect - (int)b->aspect;
}

/* That a task has ended is told once. */
static void add_gone(
	struct timeline_facts *into, struct timeline_fact *was, const struct model *now)
{
	const struct model_task *t = model_task(now, was->task);
	struct timeline_fact fact = *was;

	fact.changed = true;
	if (t && t->state == MODEL_GONE) {
		BUF_SCOPED text = BUF_INIT;

		if (was->aspect != FACT_STATE)
			return;
		fact_state(&text, now, t);
		fact.text = buf_take(&text);
	} else {
		fact.gone = true;
		was->text = NULL;
	}
	append(into, fact);
}

/* Both are in order. */
static void merge(struct timeline_facts *into, struct timeline_facts *now,
	struct timeline_facts *before, const struct model *state)
{
	size_t i = 0, k = 0;

	into->ended = now->ended;
	while (i < now->count || k < before->count) {
		int order = i == now->count      ? 1
			    : k == before->count ? -1
						 : compare(&now->list[i], &before->list[k]);

		if (order > 0) {
			add_gone(into, &before->list[k++], state);
			continue;
		}
		now->list[i].changed =
			order < 0 || strcmp(now->list[i].text, before->list[k].text) != 0;
		append(into, now->list[i]);
		now->list[i++].text = NULL;
		k += order == 0;
	}
}

void timeline_facts(
	struct timeline_facts *into, const struct model *now, const struct model *before)
{
	struct timeline_facts new, old;

	if (!before) {
		write_facts(into, now);
		return;
	}
	write_facts(&new, now);
	write_facts(&old, before);
	*into = (struct timeline_facts){0};
	merge(into, &new, &old, now);
	timeline_facts_done(&new);
	timeline_facts_done(&old);
}

/* ---- how they are told ---- */

bool timeline_same_subject(const struct timeline_fact *a, const struct timeline_fact *b)
{
	return a->task == b->task &&
	       (a->task || (a->object && b->object && strcmp(a->object, b->object) == 0));
}

const struct timeline_fact *timeline_paragraph(
	const struct timeline_fact *from, const struct timeline_fact *end)
{
	const struct timeline_fact *f = from + 1;

	while (f < end && timeline_same_subject(f, from) &&
		(f->aspect == FACT_PLACE || f->aspect == FACT_ENDS || f->aspect == FACT_WAITERS))
		f++;
	return f;
}

char timeline_mark(const struct timeline_fact *from, const struct timeline_fact *end)
{
	bool new = false, gone = true;

	for (const struct timeline_fact *f = from; f < end; f++) {
		new |= f->changed;
		gone &= f->gone;
	}
	return gone ? '-' : new ? '*' : ' ';
}

void timeline_fact_words(struct buf *into, const struct timeline_fact *f, bool opens)
{
	static const char *const leads[] = {
		[FACT_STATE] = "",
		[FACT_PLACE] = " at ",
		[FACT_DESCRIPTORS] = "fds ",
		[FACT_SIGNALS] = "signals: ",
		[FACT_CONTENT] = "",
		[FACT_ENDS] = "",
		[FACT_WAITERS] = "",
	};

	buf_printf(into, "%s%s%s%s", opens || f->aspect == FACT_PLACE ? "" : "; ",
		f->gone ? "no more: " : "", leads[f->aspect], f->text);
}
