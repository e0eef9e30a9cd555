/*
 * The whole of a detector, and its reports.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/race/internal.h"

struct race *race_new(const struct race_limits *limits)
{
	struct race *r = lab_xmalloc(sizeof(*r));

	if (limits)
		r->limits = *limits;
	if (!r->limits.runs)
		r->limits.runs = 262144;
	if (!r->limits.reports)
		r->limits.reports = 64;
	r->dice = 2463534242u;
	return r;
}

void race_free(struct race *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->report_count; i++) {
		record_drop(r->reports[i].first);
		record_drop(r->reports[i].second);
	}
	free(r->reports);
	for (const struct map_entry *e = r->shadows.first; e; e = e->next)
		shadow_free(r, e->value);
	map_done(&r->shadows, NULL);
	map_done(&r->locks, lock_free);
	map_done(&r->sems, sem_free);
	map_done(&r->barriers, barrier_free);
	map_done(&r->channels, channel_free);
	for (unsigned i = 0; i < r->task_count; i++)
		task_free(r->tasks[i]);
	free(r->tasks);
	free(r->cut.of);
	free(r);
}

void race_at(struct race *r, uint64_t step, uint64_t site)
{
	r->step = step;
	r->site = site;
}

static bool same_place(const struct record *a, const struct record *b)
{
	if (a->site || b->site)
		return a->site == b->site;
	return a->task == b->task && a->kind == b->kind;
}

static bool same_pair(const struct report *old, uint64_t object, const struct record *first,
	const struct record *second)
{
	return old->shown.object == object &&
	       ((same_place(old->first, first) && same_place(old->second, second)) ||
		       (same_place(old->first, second) && same_place(old->second, first)));
}

static struct race_side side(const struct record *x)
{
	struct race_side s = {
		.task = x->task,
		.kind = (enum race_kind)x->kind,
		.handler = x->sig,
		.site = x->site,
		.step = x->step,
		.begin = x->begin,
		.end = x->end,
		.value_size = x->value_size,
		.held_count = x->held ? x->held->count : 0,
		.held = x->held ? x->held->of : NULL,
	};

	memcpy(s.value, x->value, sizeof(s.value));
	return s;
}

/* By what T last heard of task OF. */
static struct race_sync heard(const struct task *t, int of)
{
	unsigned i = (unsigned)of;

	if (i < t->heard_count && t->heard[i].kind != RACE_SYNC_NONE)
		return t->heard[i];
	if (of != t->index && task_knows(t, of))
		return t->born;
	return (struct race_sync){RACE_SYNC_NONE, 0, 0, 0};
}

void report_add(struct race *r, uint64_t object, uint64_t begin, uint64_t end, struct record *first,
	struct record *second)
{
	for (size_t i = 0; i < r->report_count; i++) {
		struct report *old = &r->reports[i];

		if (!same_pair(old, object, first, second))
			continue;
		if (old->first == first && old->second == second && old->shown.end == begin)
			old->shown.end = end;
		return;
	}
	if (r->report_count == r->limits.reports) {
		r->more_reports++;
		return;
	}
	r->reports = lab_xrealloc(r->reports, (r->report_count + 1) * sizeof(*r->reports));

	struct report *new = &r->reports[r->report_count++];
	const struct task *one = task_get(r, first->task), *two = task_get(r, second->task);

	new->first = record_ref(first);
	new->second = record_ref(second);
	new->shown = (struct race_report){
		.object = object,
		.begin = begin,
		.end = end,
		.first = side(first),
		.second = side(second),
		.heard = heard(two, first->task),
	};
	if (one->last_op > first->op)
		new->shown.first.sync = one->last;
	new->shown.second.sync = r->before;
}

size_t race_report_count(const struct race *r)
{
	return r->report_count;
}

const struct race_report *race_report(const struct race *r, size_t i)
{
	return i < r->report_count ? &r->reports[i].shown : NULL;
}

size_t race_more_reports(const struct race *r)
{
	return r->more_reports;
}

uint64_t race_lost(const struct race *r)
{
	return r->lost;
}

size_t race_runs(const struct race *r)
{
	return r->runs;
}
