/*
 * What lies in queues: which message a receive takes. A receive that stands before its send, within
 * one step, waits in the list for it. See state.h.
 */
#include "config.h"

#include <string.h>

#include "lab/base/buf.h"
#include "lab/model/state.h"

static void append(struct model *m, struct model_message message)
{
	if ((m->message_count & (m->message_count - 1)) == 0)
		m->messages = lab_xrealloc(m->messages,
			(m->message_count ? m->message_count * 2 : 1) * sizeof(*m->messages));
	m->messages[m->message_count++] = message;
}

static void remove_at(struct model *m, size_t i)
{
	memmove(&m->messages[i], &m->messages[i + 1],
		(m->message_count - i - 1) * sizeof(*m->messages));
	m->message_count--;
}

void model_message_sent(struct model *m, const struct event *e, const struct model_object *o)
{
	struct model_message message = {
		.object = o->id,
		.prio = event_int(e, "prio", event_int(e, "type", 0)),
		.len = event_int(e, "len", 0),
		.sent = e,
	};

	for (size_t i = 0; i < m->message_count; i++)
		if (m->messages[i].taken && strcmp(m->messages[i].object, o->id) == 0 &&
			m->messages[i].taken->time == e->time) {
			m->sent = e;
			m->received = m->messages[i].taken;
			remove_at(m, i);
			return;
		}
	append(m, message);
}

/* Does a receive that wants TYPE (msgrcv(2); NULL of a POSIX queue) take A rather than B? */
static bool rather(
	const struct model_message *a, const struct model_message *b, const int64_t *type)
{
	if (type)
		return *type < 0 && a->prio < b->prio;
	return a->prio > b->prio; /* of equal ones the oldest: mq_receive(3) */
}

static bool fits(const struct model_message *message, const int64_t *type)
{
	if (!type || *type == 0)
		return true;
	return *type > 0 ? message->prio == *type : message->prio <= -*type;
}

void model_message_taken(struct model *m, const struct event *e, const struct model_object *o)
{
	int64_t asked = event_int(e, "type", 0);
	const int64_t *type = event_has(e, "type") ? &asked : NULL;
	size_t best = m->message_count;

	for (size_t i = 0; i < m->message_count; i++) {
		const struct model_message *message = &m->messages[i];

		if (message->taken || strcmp(message->object, o->id) != 0 || !fits(message, type))
			continue;
		if (best == m->message_count || rather(message, &m->messages[best], type))
			best = i;
	}
	if (best == m->message_count) {
		append(m, (struct model_message){.object = o->id, .taken = e});
		return;
	}
	m->sent = m->messages[best].sent;
	m->received = e;
	remove_at(m, best);
}
