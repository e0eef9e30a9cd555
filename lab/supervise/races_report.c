/*
 * What the race detector has found, as events: EVENT_RACE, and an EVENT_ACCESS for each of the two
 * uses. Sites become places again, keys the objects' ids.
 */
#include "config.h"

#include <string.h>

#include "lab/supervise/races.h"

static const char *const kinds[] = {
	[RACE_READ] = "read",
	[RACE_WRITE] = "write",
	[RACE_VOLATILE_READ] = "volatile-read",
	[RACE_VOLATILE_WRITE] = "volatile-write",
	[RACE_ATOMIC_READ] = "atomic-read",
	[RACE_ATOMIC_WRITE] = "atomic-write",
	[RACE_ATOMIC_UPDATE] = "atomic-update",
};

static const char *const syncs[] = {
	[RACE_SYNC_FORK] = "fork",
	[RACE_SYNC_JOIN] = "wait",
	[RACE_SYNC_EDGE] = "meet",
	[RACE_SYNC_RELEASE] = "release",
	[RACE_SYNC_ACQUIRE] = "acquire",
	[RACE_SYNC_LOCK] = "lock",
	[RACE_SYNC_UNLOCK] = "unlock",
	[RACE_SYNC_POST] = "post",
	[RACE_SYNC_WAIT] = "take",
	[RACE_SYNC_ARRIVE] = "arrive",
	[RACE_SYNC_DEPART] = "depart",
	[RACE_SYNC_SEND] = "send",
	[RACE_SYNC_RECEIVE] = "receive",
	[RACE_SYNC_PUBLISH] = "publish",
	[RACE_SYNC_LEARN] = "learn",
	[RACE_SYNC_FENCE] = "fence",
};

static void set_place(struct supervisor *s, struct event *e, uint64_t site)
{
	const struct race_place *place;

	if (!site || site > s->races->place_count)
		return;
	place = &s->races->places[site - 1];
	event_set_place(s->log, e, place->file, place->line, place->function);
}

void race_add_value(struct supervisor *s, struct event *e, const unsigned char *bytes,
	unsigned known, uint64_t size)
{
	int64_t value = 0;
	unsigned bits = 8 * known;

	if (known != size || (known & (known - 1)))
		return;
	memcpy(&value, bytes, known);
	if (bits && bits < 64)
		value = (int64_t)((uint64_t)value << (64 - bits)) >> (64 - bits);
	event_add_int(s->log, e, "value", value);
}

static void add_held(struct supervisor *s, struct event *e, const struct race_side *side)
{
	BUF_SCOPED held = BUF_INIT;

	for (size_t i = 0; i < side->held_count; i++) {
		const char *id = races_name(s, side->held[i].key);

		if (id)
			buf_printf(&held, "%s%s", held.len ? " " : "", id);
	}
	if (held.len)
		event_add_text(s->log, e, "held", buf_text(&held));
}

static void add_sync(struct supervisor *s, struct event *e, const char *key, const char *object,
	const struct race_sync *sync)
{
	const char *id = races_name(s, sync->key);

	if (sync->kind == RACE_SYNC_NONE)
		return;
	event_add_text(s->log, e, key, syncs[sync->kind]);
	if (id)
		event_add_text(s->log, e, object, id);
}

static struct event *side_event(struct supervisor *s, const struct race_side *side)
{
	struct event *e = event_new(s->log, EVENT_ACCESS, side->task, s->now, kinds[side->kind]);

	event_add_int(s->log, e, "at", (int64_t)side->begin);
	event_add_int(s->log, e, "n", (int64_t)(side->end - side->begin));
	race_add_value(s, e, side->value, side->value_size, side->end - side->begin);
	if (side->handler)
		event_add_text(s->log, e, "handler", signal_name(side->handler));
	add_held(s, e, side);
	add_sync(s, e, "last", "by", &side->sync);
	set_place(s, e, side->site);
	return e;
}

struct event *race_use_event(
	struct supervisor *s, const struct race_access *access, int task, uint64_t site)
{
	struct event *e = event_new(s->log, EVENT_USE, task, s->now, kinds[access->kind]);
	const char *id = races_name(s, access->object);

	event_add_text(s->log, e, "obj", id ? id : "unknown");
	event_add_int(s->log, e, "at", (int64_t)access->offset);
	event_add_int(s->log, e, "n", (int64_t)access->size);
	race_add_value(s, e, access->value, access->value_size, access->size);
	set_place(s, e, site);
	return e;
}

/* Variable V, SIZE bytes, points into OBJECT, at or before byte AT: from where on; else -1. */
static int64_t points_to(
	const struct tracee *t, uint64_t v, uint64_t size, uint64_t object, uint64_t at)
{
	const struct process *p = t->process;
	uint64_t to, offset;
	size_t i;

	if (size != sizeof(to) || !tracee_read(t, v, &to, sizeof(to)))
		return -1;
	i = races_range(p, to);
	if (i >= p->shared_count || to < p->shared[i].begin || p->shared[i].object != object)
		return -1;
	offset = p->shared[i].offset + (to - p->shared[i].begin);
	return offset <= at ? (int64_t)offset : -1;
}

/* What the program calls the memory: the variable that it is, or the one that points there. */
static void add_name(
	struct supervisor *s, struct tracee *t, struct event *e, const struct race_report *found)
{
	const struct shared_range *own = &t->process->variables;
	bool is_own = own->end && found->object == own->object;
	const char *name, *best_name = NULL, *path = t->process->path;
	uint64_t addr, size, bias;
	int64_t best = -1;

	if (!s->config.variable || !path || !tracee_bias(s, t, &bias))
		return;
	for (size_t i = 0; s->config.variable(s->config.context, path, i, &addr, &size, &name);
		i++) {
		uint64_t at = addr + bias - own->begin;
		int64_t from =
			is_own ? (found->begin >= at && found->begin - at < size ? 0 : -1)
			       : points_to(t, addr + bias, size, found->object, found->begin);

		if (from <= best)
			continue;
		best = from;
		best_name = name;
	}
	if (best_name)
		event_add_text(s->log, e, "name", best_name);
}

static void report(struct supervisor *s, struct tracee *t, const struct race_report *found)
{
	const char *id = races_name(s, found->object);
	struct event *e = event_new(s->log, EVENT_RACE, found->second.task, s->now, NULL);

	event_add_text(s->log, e, "obj", id ? id : "unknown");
	event_add_int(s->log, e, "at", (int64_t)found->begin);
	event_add_int(s->log, e, "n", (int64_t)(found->end - found->begin));
	set_place(s, e, found->second.site);
	add_name(s, t, e, found);
	tracee_queue(t, e);
	tracee_queue(t, side_event(s, &found->first));
	e = side_event(s, &found->second);
	add_sync(s, e, "heard", "from", &found->heard);
	tracee_queue(t, e);
}

void races_tell(struct supervisor *s, struct tracee *t)
{
	struct races *r = s->races;

	while (r->told < race_report_count(r->race))
		report(s, t, race_report(r->race, r->told++));
}
