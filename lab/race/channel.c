/*
 * Channels: queues of what was sent and not received yet, each piece with the clock of its sender.
 * Bytes are pieces of any length, and messages pieces of one with an id.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/race/internal.h"

/* Pieces of bytes that are told apart; what is written beyond joins the newest. */
#define PIECES_APART 65536

struct piece {
	uint64_t id;
	uint64_t count; /* bytes, or messages of the same clock */
	bool message;
	struct clock *clock;
};

struct channel {
	struct piece *pieces; /* from FIRST on, oldest first */
	size_t first, count, room;
};

void channel_free(void *channel)
{
	struct channel *c = channel;

	if (!c)
		return;
	for (size_t i = 0; i < c->count; i++)
		clock_drop(c->pieces[c->first + i].clock);
	free(c->pieces);
	free(c);
}

static struct channel *channel_get(struct race *r, uint64_t key)
{
	struct channel *c = map_find(&r->channels, key);

	if (!c) {
		c = lab_xmalloc(sizeof(*c));
		map_add(&r->channels, key, c);
	}
	return c;
}

static void append(struct channel *c, struct piece piece)
{
	struct piece *last = c->count ? &c->pieces[c->first + c->count - 1] : NULL;

	if (last && last->message == piece.message && last->id == piece.id &&
		(last->clock == piece.clock || c->count >= PIECES_APART)) {
		clock_add(&last->clock, piece.clock);
		last->count += piece.count;
		return;
	}
	if (c->first + c->count == c->room) {
		if (c->first > c->room / 2) {
			memmove(c->pieces, c->pieces + c->first, c->count * sizeof(*c->pieces));
			c->first = 0;
		} else {
			c->room = c->room ? c->room * 2 : 8;
			c->pieces = lab_xrealloc(c->pieces, c->room * sizeof(*c->pieces));
		}
	}
	clock_ref(piece.clock);
	c->pieces[c->first + c->count++] = piece;
}

static void put(struct race *r, int task, uint64_t channel, struct piece piece)
{
	struct task *t = task_get(r, task);

	if (!piece.count)
		return;
	task_sync(r, t, RACE_SYNC_SEND, channel);
	piece.clock = task_publish(r, t);
	append(channel_get(r, channel), piece);
	clock_drop(piece.clock);
}

void race_send(struct race *r, int task, uint64_t channel, uint64_t id)
{
	put(r, task, channel, (struct piece){.id = id, .count = 1, .message = true});
}

void race_write(struct race *r, int task, uint64_t channel, uint64_t bytes)
{
	put(r, task, channel, (struct piece){.count = bytes});
}

/* Piece I is used up. */
static void drop_piece(struct channel *c, size_t i)
{
	clock_drop(c->pieces[c->first + i].clock);
	if (i == 0) {
		c->first++;
	} else {
		memmove(c->pieces + c->first + i, c->pieces + c->first + i + 1,
			(c->count - i - 1) * sizeof(*c->pieces));
	}
	if (--c->count == 0)
		c->first = 0;
}

static void learn(struct race *r, int task, uint64_t channel, struct clock *known)
{
	struct task *t = task_get(r, task);

	task_sync(r, t, RACE_SYNC_RECEIVE, channel);
	task_learn(r, t, known);
	clock_drop(known);
}

void race_receive(struct race *r, int task, uint64_t channel, uint64_t id)
{
	struct channel *c = channel_get(r, channel);
	struct clock *known = NULL;

	for (size_t i = 0; i < c->count; i++) {
		struct piece *p = &c->pieces[c->first + i];

		if (!p->message || p->id != id)
			continue;
		known = clock_ref(p->clock);
		if (--p->count == 0)
			drop_piece(c, i);
		break;
	}
	learn(r, task, channel, known);
}

/* What the oldest BYTES know; KEEP: they stay. */
static void look(struct race *r, int task, uint64_t channel, uint64_t bytes, bool keep)
{
	struct channel *c = channel_get(r, channel);
	struct clock *known = NULL;
	size_t i = 0;

	while (i < c->count && bytes) {
		struct piece *p = &c->pieces[c->first + i];
		uint64_t part = p->count < bytes ? p->count : bytes;

		if (p->message) {
			i++;
			continue;
		}
		clock_add(&known, p->clock);
		bytes -= part;
		if (!keep)
			p->count -= part;
		if (p->count == 0)
			drop_piece(c, i);
		else
			i++;
	}
	learn(r, task, channel, known);
}

void race_read(struct race *r, int task, uint64_t channel, uint64_t bytes)
{
	look(r, task, channel, bytes, false);
}

void race_peek(struct race *r, int task, uint64_t channel, uint64_t bytes)
{
	look(r, task, channel, bytes, true);
}

void race_forget_channel(struct race *r, uint64_t channel)
{
	channel_free(map_remove(&r->channels, channel));
}
