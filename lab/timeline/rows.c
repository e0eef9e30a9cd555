/*
 * What of a log is shown, and in how few rows: see timeline.h.
 *
 * Two events are the same for folding if they would read the same but for their bytes and their
 * time. A repetition is looked for in the list of shown events: the shortest period that covers
 * most of what follows.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/timeline/internal.h"

enum { PERIOD_MOST = 8, TIMES_LEAST = 3 };

/* ---- what is shown ---- */

/* LAST: the task that was at it before; NEXT: what follows, or NULL. */
static bool is_shown(const struct event *e, int last, const struct event *next)
{
	switch (e->kind) {
	case EVENT_RUN:
	case EVENT_HOLDS: /* the state tells them */
		return false;
	case EVENT_CHOICE: /* for the one who was at it anyway, or did nothing then */
		return event_task(e, "picked") != last && next && next->kind != EVENT_CHOICE;
	default:
		return true;
	}
}

static void find_shown(struct timeline *t)
{
	const struct event_log *log = t->log;
	int last = 0;

	t->shown = lab_xmalloc((log->count + 1) * sizeof(*t->shown));
	for (size_t i = 0; i < log->count; i++) {
		const struct event *next = i + 1 < log->count ? log->events[i + 1] : NULL;

		if (is_shown(log->events[i], last, next))
			t->shown[t->shown_count++] = (uint32_t)i;
		if (log->events[i]->task > 0)
			last = log->events[i]->task;
	}
}

size_t shown_at(const struct timeline *t, size_t step)
{
	size_t low = 0, high = t->shown_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (t->shown[middle] < step)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* ---- folding ---- */

/* FNV-1a, 64 bits. */
static uint64_t hash(uint64_t h, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * UINT64_C(0x100000001b3);
	return h;
}

static uint64_t hash_text(uint64_t h, const char *text)
{
	return text ? hash(h, text, strlen(text) + 1) : hash(h, "", 1);
}

/* What differs between two rounds of one loop, and says nothing. */
static bool is_varying(const char *key)
{
	static const char *const keys[] = {"data", "until", "since", "at", "value", "from"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(keys[i], key) == 0)
			return true;
	return false;
}

static uint64_t signature(const struct event *e)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	enum event_kind kind = e->kind;

	h = hash(h, &kind, sizeof(kind));
	h = hash(h, &e->task, sizeof(e->task));
	h = hash_text(h, e->name);
	for (size_t i = 0; i < e->arg_count; i++) {
		const struct event_arg *a = &e->args[i];

		if (is_varying(a->key))
			continue;
		h = hash_text(h, a->key);
		if (a->type == EVENT_STRING)
			h = hash(h, a->text, a->len);
		else
			h = hash(h, &a->number, sizeof(a->number));
	}
	h = hash_text(h, e->place.file);
	return hash(h, &e->place.line, sizeof(e->place.line));
}

/* What ends a run is never folded away, nor what begins a lane. */
static bool may_fold(const struct event *e)
{
	return e->kind == EVENT_CALL || e->kind == EVENT_BLOCK || e->kind == EVENT_CHOICE ||
	       e->kind == EVENT_ADVANCE || e->kind == EVENT_EXPIRE || e->kind == EVENT_FAULT ||
	       e->kind == EVENT_DELIVER || e->kind == EVENT_RETURN || e->kind == EVENT_SIGNAL ||
	       e->kind == EVENT_OUTPUT || e->kind == EVENT_STEER;
}

/* How often the PERIOD signatures at AT stand there one after the other. */
static size_t repeats(const uint64_t *sums, size_t at, size_t count, size_t period)
{
	size_t end = at + period;

	while (end < count && sums[end] == sums[end - period] && sums[end])
		end++;
	return (end - at) / period;
}

/* Of several periods that go on equally far the first is the shortest. */
static size_t best_period(const uint64_t *sums, size_t at, size_t count, size_t *times)
{
	size_t best = 1, covered = 1;

	*times = 1;
	for (size_t period = 1; period <= PERIOD_MOST && at + period <= count && sums[at];
		period++) {
		size_t n = repeats(sums, at, count, period);

		if (n < TIMES_LEAST || n * period <= covered)
			continue;
		best = period;
		covered = n * period;
		*times = n;
	}
	return best;
}

static void fold(struct timeline *t, const uint64_t *sums)
{
	struct row_list *rows = &t->folded;
	size_t count = t->shown_count, times;

	rows->list = lab_xmalloc((count + 1) * sizeof(*rows->list));
	for (size_t at = 0; at < count; at += times) {
		size_t period = best_period(sums, at, count, &times);

		for (size_t i = 0; i < period; i++)
			rows->list[rows->count++] = (struct timeline_row){
				.first = t->shown[at + i],
				.last = t->shown[at + (times - 1) * period + i],
				.times = (uint32_t)times,
				.begins = i == 0,
				.ends = i + 1 == period,
			};
		times *= period;
	}
	rows->list = lab_xrealloc(rows->list, (rows->count + 1) * sizeof(*rows->list));
}

void rows_make(struct timeline *t)
{
	uint64_t *sums;

	find_shown(t);
	sums = lab_xmalloc((t->shown_count + 1) * sizeof(*sums));
	for (size_t i = 0; i < t->shown_count; i++) {
		const struct event *e = t->log->events[t->shown[i]];

		sums[i] = may_fold(e) ? signature(e) | 1 : 0;
	}
	fold(t, sums);
	free(sums);
}

size_t timeline_rows(const struct timeline *t, bool folded)
{
	return folded ? t->folded.count : t->shown_count;
}

struct timeline_row timeline_row(const struct timeline *t, bool folded, size_t n)
{
	if (folded)
		return t->folded.list[n];
	return (struct timeline_row){t->shown[n], t->shown[n], 1, true, true};
}

/* The last row that begins at or before STEP. */
static size_t last_row(const struct timeline *t, bool folded, size_t step)
{
	size_t low = 0, high = timeline_rows(t, folded);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (timeline_row(t, folded, middle).first <= step)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? low - 1 : 0;
}

size_t timeline_row_of(const struct timeline *t, bool folded, size_t step)
{
	size_t row = last_row(t, folded, step), first = row, end = row, place;
	const struct timeline_row *rows = t->folded.list;

	if (!folded || t->folded.count == 0 || rows[row].times == 1 || step > rows[row].last)
		return row;
	while (!rows[first].begins)
		first--;
	while (!rows[end].ends)
		end++;
	/* events between two shown ones belong to the one before them */
	place = shown_at(t, step + 1) - 1 - shown_at(t, rows[first].first);
	return first + place % (end - first + 1);
}
