/* Why a FIFO does not open, and why a message queue is full or empty for ever. See waits.h. */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "lab/verdict/waits.h"
#include "lab/verdict/words.h"

#define ADVICE_FIFO "open() of a FIFO waits until the other side opens it too. See fifo(7)."
#define ADVICE_QUEUE \
	"mq_receive waits while the queue is empty, mq_send while it is full. See mq_overview(7)."

static bool opens(const struct waiter *w)
{
	return strcmp(w->event->name, "open") == 0 || strcmp(w->event->name, "openat") == 0;
}

static bool for_reading(const struct waiter *w)
{
	return !has_word(event_text(w->event, "flags"), "O_WRONLY");
}

/* The name was unlinked while somebody already used it, and made again since. */
static const struct event *unlinked(const struct deadlock *d, const char *path)
{
	const struct event *gone = NULL;

	for (size_t i = 0; i < d->at; i++) {
		const struct event *e = d->log->events[i];
		const char *name = e->kind == EVENT_CALL ? event_text(e, "path") : NULL;

		if (!name || strcmp(name, path) != 0 || event_int(e, "ret", 0) < 0)
			continue;
		if (strcmp(e->name, "unlink") == 0)
			gone = e;
		else if (strcmp(e->name, "mkfifo") == 0 && gone)
			return gone;
	}
	return NULL;
}

static const struct waiter *other_opener(const struct deadlock *d, const struct waiter *w)
{
	for (size_t i = 0; i < d->waiter_count; i++)
		if (&d->waiters[i] != w && opens(&d->waiters[i]) &&
			event_text(d->waiters[i].event, "path"))
			return &d->waiters[i];
	return NULL;
}

static void say_wanted(
	struct buf *into, const struct deadlock *d, const struct waiter *w, bool full)
{
	say_task(into, d->model, w->task);
	buf_puts(into, full ? " waits in " : " in ");
	say_call(into, d->model, w->event);
	buf_printf(into, " for a %s", for_reading(w) ? "writer" : "reader");
}

static void explain_open(const struct deadlock *d, struct waiter *w)
{
	const char *path = event_text(w->event, "path");
	const struct waiter *other = other_opener(d, w);
	const struct event *gone = path ? unlinked(d, path) : NULL;
	const char *wanted = for_reading(w) ? "writer" : "reader";
	struct buf *line;

	if (!path)
		return;
	buf_printf(&w->detail, "  for a %s of the FIFO \"%s\", which nobody opens for %s.\n",
		wanted, path, for_reading(w) ? "writing" : "reading");
	if (other)
		waiter_edge(w, other->task, NULL, 0);
	if (gone) {
		line = waiter_headline(w, RANK_MISTAKE, ADVICE_FIFO);
		buf_printf(line,
			"The name \"%s\" was removed at event %" PRIu64
			"; the consumer made a new FIFO and waits for a %s that never comes.",
			path, gone->step, wanted);
	} else if (other && strcmp(event_text(other->event, "path"), path) != 0) {
		line = waiter_headline(w, RANK_CYCLE, ADVICE_FIFO);
		say_wanted(line, d, w, true);
		buf_puts(line, ", ");
		say_wanted(line, d, other, false);
		buf_puts(line, ": a cycle. Open in the same order.");
	} else {
		line = waiter_headline(w, RANK_PARTNER, ADVICE_FIFO);
		say_Task(line, d->model, w->task);
		buf_puts(line, " waits in ");
		say_call(line, d->model, w->event);
		buf_printf(line, ": open() waits for a %s, and nobody opens the FIFO for %s.",
			wanted, for_reading(w) ? "writing" : "reading");
	}
}

static size_t count_same(const struct deadlock *d, const struct waiter *w)
{
	const char *object = event_text(w->event, "obj");
	size_t same = 0;

	for (size_t i = 0; i < d->waiter_count; i++) {
		const char *other = event_text(d->waiters[i].event, "obj");

		same += other && strcmp(other, object) == 0 &&
			strcmp(d->waiters[i].event->name, w->event->name) == 0;
	}
	return same;
}

static void headline_handled(const struct deadlock *d, struct waiter *w, const char *state)
{
	bool restarted;
	const struct event *handled = handled_before(d, w, &restarted);
	struct buf *line;

	if (!handled || inside_handler(d, w))
		return;
	line = waiter_headline(w, RANK_MISTAKE,
		"A handler without SA_RESTART makes the call fail with EINTR; a signal that comes "
		"before the call is not seen by it at all. See signal(7).");
	if (!line)
		return;
	if (restarted)
		buf_printf(line, "%s was handled, %s was restarted (SA_RESTART) and %s.",
			handled->name, w->event->name, state);
	else
		buf_printf(line,
			"%s arrived before %s: its handler has run, and %s. Nothing ends this "
			"wait.",
			handled->name, w->event->name, state);
}

static void headline_queue(
	const struct deadlock *d, struct waiter *w, const char *object, bool send, size_t others)
{
	const struct model_object *o = model_object(d->model, object);
	size_t same = count_same(d, w);
	bool own = holder(d, object, send ? 'r' : 'w', 0) && !others;
	struct buf *line = waiter_headline(w, others ? RANK_PARTNER : RANK_OWN, ADVICE_QUEUE);

	if (!line)
		return;
	if (others && same > 1) {
		buf_printf(line, "%zu processes wait on ", same);
		say_object_short(line, d->model, object);
		buf_puts(line, send ? " for room, and nobody receives."
				    : " for ever: one message ends one wait.");
		return;
	}
	if (others || !own) {
		say_Task(line, d->model, w->task);
		buf_puts(line, " waits for ");
	} else {
		buf_puts(line, "You wait for ");
	}
	buf_puts(line, send ? "room in " : "a message in ");
	say_object_short(line, d->model, object);
	if (!send)
		buf_puts(line, others ? ", which is empty" : ", which is empty,");
	else if (o && o->most)
		buf_printf(line, " (%" PRId64 " of %" PRId64 ")", o->messages, o->most);
	else if (o && o->messages)
		buf_printf(line, " (%" PRId64 " messages)", o->messages);
	if (!others && !own) {
		buf_printf(line, " and nobody has it open to %s.", send ? "receive" : "send one");
	} else if (!others) {
		buf_printf(line, " and are the only one who could %s.", send ? "receive" : "send");
	} else {
		const struct event *other = other_end(d, w, object, send ? 'r' : 'w');

		buf_puts(line, "; ");
		say_task(line, d->model, other->task);
		buf_printf(line, " could %s but ", send ? "receive" : "send");
		say_state(line, d, other->task);
		buf_putc(line, '.');
	}
}

static void explain_queue(const struct deadlock *d, struct waiter *w)
{
	const char *object = event_text(w->event, "obj");
	bool send = has_word(w->event->name, "send");
	char mode = send ? 'r' : 'w';
	size_t others = 0;

	if (!object)
		return;
	buf_printf(&w->detail, "  for %s in ", send ? "room" : "a message");
	say_object(&w->detail, d->model, object);
	buf_puts(&w->detail, send ? ", which is full. " : ", which is empty. ");
	if (holder(d, object, mode, 0)) {
		buf_printf(&w->detail, "It is open for %s as\n", send ? "receiving" : "sending");
		others = list_holders(d, w, object, mode, "this is the one who waits");
	} else {
		buf_printf(
			&w->detail, "Nobody has it open for %s.\n", send ? "receiving" : "sending");
	}
	headline_handled(d, w, send ? "the queue is full" : "the queue is empty");
	headline_queue(d, w, object, send, others);
}

/* ", of types 1 and 3": what lies in the queue, where there are not many. */
static void say_types(struct buf *into, const struct model *m, const char *object)
{
	int64_t types[4];
	size_t count = 0, most = sizeof(types) / sizeof(types[0]);

	for (size_t i = 0; i < m->message_count && count <= most; i++) {
		const struct model_message *message = &m->messages[i];
		size_t k = 0;

		if (message->taken || strcmp(message->object, object) != 0)
			continue;
		while (k < count && types[k] != message->prio)
			k++;
		if (k < count)
			continue;
		if (count < most)
			types[count] = message->prio;
		count++;
	}
	if (count == 0 || count > most)
		return;
	buf_puts(into, count == 1 ? ", of type " : ", of types ");
	for (size_t i = 0; i < count; i++)
		buf_printf(into, "%s%" PRId64,
			i == 0           ? ""
			: i + 1 == count ? " and "
					 : ", ",
			types[i]);
}

/* Queues of System V have no descriptors: nobody can be said to hold one. */
static void explain_sysv_queue(const struct deadlock *d, struct waiter *w)
{
	const char *object = event_text(w->event, "obj");
	bool send = strcmp(w->event->name, "msgsnd") == 0;
	const struct model_object *o = model_object(d->model, object);
	struct buf *line = waiter_headline(w, RANK_GENERIC, "See msgop(2).");

	if (!object || !line)
		return;
	if (send)
		buf_puts(&w->detail, "  for room in ");
	else
		buf_printf(&w->detail, "  for a message of the wanted type (%" PRId64 ") in ",
			event_int(w->event, "type", 0));
	say_object(&w->detail, d->model, object);
	if (o && o->messages > 0) {
		buf_puts(&w->detail, ", which holds ");
		say_count(&w->detail, o->messages, "message");
		say_types(&w->detail, d->model, object);
	}
	buf_puts(&w->detail, ".\n");
	say_Task(line, d->model, w->task);
	buf_puts(line, send ? " waits for room in " : " waits for a message in ");
	say_object(line, d->model, object);
	buf_puts(line, send ? ", which is full, and nobody is left to receive from it."
			    : ", and nobody is left to send one of the type it wants");
	if (!send)
		buf_printf(line, ", %" PRId64 ".", event_int(w->event, "type", 0));
}

const struct wait_row waits_queue[] = {
	{"open", explain_open},
	{"openat", explain_open},
	{"mq_receive", explain_queue},
	{"mq_send", explain_queue},
	{"mq_timedreceive", explain_queue},
	{"mq_timedsend", explain_queue},
	{"msgrcv", explain_sysv_queue},
	{"msgsnd", explain_sysv_queue},
	{NULL, NULL},
};
