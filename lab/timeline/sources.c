/*
 * Where an event comes from: the write whose bytes a read took, from a pipe, a socket or shared
 * memory, the send of a message, the post that let a waiter go on, the end that a wait tells of,
 * the kill behind a signal. And from these, what goes from lane to lane: see timeline.h.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/timeline/internal.h"

enum { SIGNALS = 65 };

/* Bytes that were written and not read, or (TAKEN) read in the log before they were written. */
struct piece {
	uint32_t step;
	bool taken;
	int64_t bytes;
};

struct channel {
	const char *id;
	struct piece *pieces; /* from HEAD to END */
	size_t head, end, room;
	uint32_t used; /* the last call of it, and the last one of another task than that */
	uint32_t used_by_other;
	size_t peer; /* of a socket: the number of the other end, from 1; 0 unknown */
};

struct waits {
	uint32_t block;         /* the call that the task sleeps in */
	uint32_t sent[SIGNALS]; /* the last sending of each signal to it */
};

struct sources {
	struct timeline *timeline;
	struct channel *channels; /* by the number that the model gives its objects */
	size_t channel_count;
	struct waits *waits; /* waits[0] is t1's */
	size_t wait_count;
	size_t *connecting; /* sockets that nobody has accepted, from 1, the oldest first */
	size_t connecting_count;
	size_t listeners;
};

struct sources *sources_new(struct timeline *t)
{
	struct sources *s = lab_xmalloc(sizeof(*s));

	s->timeline = t;
	t->sources = lab_xmalloc((t->log->count + 1) * sizeof(*t->sources));
	memset(t->sources, 0xff, (t->log->count + 1) * sizeof(*t->sources)); /* NO_STEP */
	return s;
}

void sources_free(struct sources *s)
{
	for (size_t i = 0; i < s->channel_count; i++)
		free(s->channels[i].pieces);
	free(s->channels);
	free(s->waits);
	free(s->connecting);
	free(s);
}

/* Good until another task is asked for. */
static struct waits *waits_of(struct sources *s, int task)
{
	size_t n = (size_t)task;

	if (task < 1 || n > s->timeline->lane_count)
		return NULL;
	if (n > s->wait_count) {
		s->waits = lab_xrealloc(s->waits, n * sizeof(*s->waits));
		memset(&s->waits[s->wait_count], 0xff, (n - s->wait_count) * sizeof(*s->waits));
		s->wait_count = n;
	}
	return &s->waits[n - 1];
}

static struct channel *channel_of(
	struct sources *s, const struct model *m, const struct model_object *o)
{
	size_t n = (size_t)(o - m->objects) + 1;

	if (n > s->channel_count) {
		s->channels = lab_xrealloc(s->channels, n * sizeof(*s->channels));
		memset(&s->channels[s->channel_count], 0,
			(n - s->channel_count) * sizeof(*s->channels));
		for (size_t i = s->channel_count; i < n; i++)
			s->channels[i].used = s->channels[i].used_by_other = NO_STEP;
		s->channel_count = n;
	}
	return &s->channels[n - 1];
}

static void comes_from(struct sources *s, size_t step, size_t source)
{
	s->timeline->sources[step] = (uint32_t)source;
}

/* ---- bytes ---- */

static void add_piece(struct channel *c, struct piece piece)
{
	if (c->end == c->room && c->head > c->room / 2) {
		memmove(c->pieces, &c->pieces[c->head], (c->end - c->head) * sizeof(*c->pieces));
		c->end -= c->head;
		c->head = 0;
	} else if (c->end == c->room) {
		c->room = c->room ? 2 * c->room : 8;
		c->pieces = lab_xrealloc(c->pieces, c->room * sizeof(*c->pieces));
	}
	c->pieces[c->end++] = piece;
}

/* Of one step the read may stand before the write. Returns how many of the bytes meet others. */
static int64_t meet(
	struct sources *s, struct channel *c, const struct event *e, int64_t bytes, bool taken)
{
	int64_t left = bytes;

	while (left > 0 && c->head < c->end) {
		struct piece *piece = &c->pieces[c->head];
		int64_t n = piece->bytes < left ? piece->bytes : left;

		if (piece->taken == taken)
			break;
		if (piece->taken && s->timeline->log->events[piece->step]->time != e->time) {
			c->head++; /* what it took came from elsewhere */
			continue;
		}
		if (taken)
			comes_from(s, e->step, piece->step);
		else
			comes_from(s, piece->step, e->step);
		piece->bytes -= n;
		left -= n;
		c->head += piece->bytes == 0;
	}
	return left;
}

static bool is_one_of(const struct event *e, const char *const *names)
{
	for (; *names; names++)
		if (strcmp(e->name, *names) == 0)
			return true;
	return false;
}

static bool reads(const struct event *e)
{
	static const char *const names[] = {"read", "readv", "recv", "recvfrom", "recvmsg", NULL};

	return is_one_of(e, names);
}

static bool writes(const struct event *e)
{
	static const char *const names[] = {"write", "writev", "send", "sendto", "sendmsg", NULL};

	return is_one_of(e, names);
}

static bool holds_bytes(const struct model_object *o)
{
	return o->made_known &&
	       (strncmp(o->id, "pipe:", 5) == 0 || strncmp(o->id, "fifo:", 5) == 0);
}

static void move_bytes(struct sources *s, struct channel *c, const struct event *e)
{
	bool taken = reads(e);
	int64_t left = event_int(e, "ret", 0);

	left = meet(s, c, e, left, taken);
	if (left > 0)
		add_piece(c, (struct piece){(uint32_t)e->step, taken, left});
}

/* ---- sockets ---- */

static void join(struct sources *s, const struct model *m, const struct model_object *a,
	const struct model_object *b)
{
	if (!a || !b)
		return;
	channel_of(s, m, a)->peer = (size_t)(b - m->objects) + 1;
	channel_of(s, m, b)->peer = (size_t)(a - m->objects) + 1;
}

/* Which connection an accept takes is told by no event: the oldest, if there is one listener. */
static void note_socket(struct sources *s, const struct model *m, const struct event *e,
	const struct model_object *o)
{
	const struct model_object *new = model_object(m, event_text(e, "newobj"));

	if (strcmp(e->name, "socketpair") == 0)
		join(s, m, model_object(m, event_text(e, "obj0")),
			model_object(m, event_text(e, "obj1")));
	if (!o || strncmp(o->id, "socket:", 7) != 0)
		return;
	s->listeners += strcmp(e->name, "listen") == 0;
	if (strcmp(e->name, "connect") == 0) {
		s->connecting = lab_xrealloc(
			s->connecting, (s->connecting_count + 1) * sizeof(*s->connecting));
		s->connecting[s->connecting_count++] = (size_t)(o - m->objects) + 1;
	} else if (new &&strncmp(e->name, "accept", 6) == 0 && s->connecting_count > 0) {
		if (s->listeners == 1)
			join(s, m, new, &m->objects[s->connecting[0] - 1]);
		s->connecting_count--;
		memmove(s->connecting, s->connecting + 1,
			s->connecting_count * sizeof(*s->connecting));
	}
}

/* Where the bytes go that E writes, or lie that it reads; NULL: that is not known. */
static struct channel *bytes_of(struct sources *s, const struct model *m, const struct event *e,
	const struct model_object *o)
{
	size_t peer;

	if (!reads(e) && !writes(e))
		return NULL;
	if (holds_bytes(o))
		return channel_of(s, m, o);
	peer = channel_of(s, m, o)->peer;
	if (!peer)
		return NULL;
	return channel_of(s, m, writes(e) ? &m->objects[peer - 1] : o);
}

/* ---- calls ---- */

static bool failed(const struct event *e)
{
	return event_has(e, "err") || event_int(e, "ret", 0) < 0;
}

/* The task slept in E: who used the object since then has let it go on. */
static void woken_by(struct sources *s, const struct channel *c, const struct event *e)
{
	const struct waits *w = waits_of(s, e->task);
	uint32_t block = w ? w->block : NO_STEP, other = c->used;

	if (block == NO_STEP || s->timeline->sources[e->step] != NO_STEP)
		return;
	if (other != NO_STEP && s->timeline->log->events[other]->task == e->task)
		other = c->used_by_other;
	if (other != NO_STEP && other > block)
		comes_from(s, e->step, other);
}

static void note_use(struct sources *s, struct channel *c, const struct event *e)
{
	if (c->used != NO_STEP && s->timeline->log->events[c->used]->task != e->task)
		c->used_by_other = c->used;
	c->used = (uint32_t)e->step;
}

static void note_message(struct sources *s, const struct model *m, const struct event *e)
{
	if (m->received && (m->received == e || m->sent == e))
		comes_from(s, m->received->step, m->sent->step);
}

static void note_call(struct sources *s, const struct model *m, const struct event *e)
{
	const struct model_object *o = model_object(m, event_text(e, "obj"));
	const struct model_task *child = model_task(m, event_task(e, "child"));
	struct waits *target = waits_of(s, event_task(e, "pid"));
	int sig = model_signal(event_text(e, "sig"));
	struct channel *bytes;

	if (failed(e))
		return;
	note_socket(s, m, e, o);
	if (child && child->died)
		comes_from(s, e->step, child->died->step);
	if (target && sig > 0 && sig < SIGNALS)
		target->sent[sig] = (uint32_t)e->step;
	if (!o)
		return;
	bytes = bytes_of(s, m, e, o);
	if (bytes)
		move_bytes(s, bytes, e);
	note_message(s, m, e);
	woken_by(s, channel_of(s, m, o), e);
	note_use(s, channel_of(s, m, o), e);
}

/* ---- the others ---- */

static void note_signal(struct sources *s, const struct event *e)
{
	struct waits *target = waits_of(s, event_task(e, "to"));
	int sig = model_signal(e->name);

	if (target && sig > 0 && sig < SIGNALS)
		target->sent[sig] = (uint32_t)e->step;
}

static void note_delivery(struct sources *s, const struct event *e)
{
	struct waits *w = waits_of(s, e->task);
	int sig = model_signal(e->name);

	if (!w || sig <= 0 || sig >= SIGNALS)
		return;
	if (w->sent[sig] != NO_STEP)
		comes_from(s, e->step, w->sent[sig]);
	w->sent[sig] = NO_STEP;
}

/* The task sleeps in E, or NULL: no longer. */
static void note_block(struct sources *s, int task, const struct event *e)
{
	struct waits *w = waits_of(s, task);

	if (w)
		w->block = e ? (uint32_t)e->step : NO_STEP;
}

/* The last write of the bytes that it reads, if it was another's. */
static void note_access(
	struct sources *s, const struct model *m, const struct event *e, const char *object)
{
	const struct model_cell *cell = model_cell(m, object, event_int(e, "at", 0));

	if (cell && cell->written && cell->written->task != e->task)
		comes_from(s, e->step, cell->written->step);
}

void sources_note(struct sources *s, const struct model *m, const struct event *e)
{
	switch (e->kind) {
	case EVENT_USE:
		note_access(s, m, e, event_text(e, "obj"));
		break;
	case EVENT_ACCESS:
		note_access(s, m, e, m->raced);
		break;
	case EVENT_CALL:
		note_call(s, m, e);
		note_block(s, e->task, NULL);
		break;
	case EVENT_BLOCK:
		note_block(s, e->task, e);
		break;
	case EVENT_SIGNAL:
		note_signal(s, e);
		break;
	case EVENT_DELIVER:
		note_delivery(s, e);
		break;
	default:
		break;
	}
}

/* ---- arrows ---- */

/* Who acts upon whom in the event itself; TO 0: nobody upon nobody. */
static void own_arrow(const struct event *e, struct timeline_arrow *a)
{
	*a = (struct timeline_arrow){e->task, 0, TIMELINE_NONE};
	if (e->kind == EVENT_FORK) {
		a->to = event_task(e, "child");
	} else if (e->kind == EVENT_SIGNAL) {
		a->to = event_task(e, "to");
	} else if (e->kind == EVENT_CALL && event_task(e, "child") && !failed(e)) {
		a->from = event_task(e, "child");
		a->to = e->task;
	} else if (e->kind == EVENT_CALL && event_task(e, "pid") && event_text(e, "sig") &&
		   !failed(e)) {
		a->to = event_task(e, "pid");
	}
}

bool timeline_arrow(const struct timeline *t, size_t step, struct timeline_arrow *arrow)
{
	const struct event *e = step < t->log->count ? t->log->events[step] : NULL;
	uint32_t source = e ? t->sources[step] : NO_STEP;

	if (!e)
		return false;
	own_arrow(e, arrow);
	if (source != NO_STEP) {
		arrow->source = source;
		if (!arrow->to) {
			arrow->from = t->log->events[source]->task;
			arrow->to = e->task;
		}
	}
	return arrow->from > 0 && arrow->to > 0 && arrow->from != arrow->to;
}
