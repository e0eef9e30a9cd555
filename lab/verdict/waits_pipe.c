/* Why a read or a write does not return: pipes, sockets, poll. See waits.h. */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "lab/verdict/waits.h"
#include "lab/verdict/words.h"

#define HOLDERS_MAX 6

#define ADVICE_EOF                                                                                \
	"read() reports end of file only when every copy of the write end is closed, and fork() " \
	"copies descriptors: close in each process the ends that it does not use. See pipe(7)."
#define ADVICE_FULL                                                                            \
	"A pipe holds 65536 bytes unless F_SETPIPE_SZ has changed that, and when it is full, " \
	"write() waits until somebody reads. See pipe(7), \"Pipe capacity\"."

static bool own(const struct deadlock *d, const struct waiter *w, const struct event *held)
{
	return process_of(d->model, held->task) == process_of(d->model, w->task);
}

/* Lines for everyone who has the END of OBJECT open, and edges to them. Returns how many others. */
size_t list_holders(const struct deadlock *d, struct waiter *w, const char *object, char mode,
	const char *itself)
{
	const struct event *held;
	size_t others = 0;

	for (size_t i = 0; (held = holder(d, object, mode, i)); i++) {
		int fd = (int)event_int(held, "fd", -1);

		waiter_edge(w, held->task, NULL, 0);
		others += !own(d, w, held);
		if (i >= HOLDERS_MAX)
			continue;
		buf_printf(&w->detail, "    fd %d of ", fd);
		say_task(&w->detail, d->model, held->task);
		buf_puts(&w->detail, " (");
		say_origin(&w->detail, d->model, held->task, fd);
		buf_puts(&w->detail, "): ");
		if (own(d, w, held)) {
			buf_puts(&w->detail, itself);
		} else {
			buf_puts(&w->detail, "it ");
			say_state(&w->detail, d, held->task);
		}
		buf_putc(&w->detail, '\n');
	}
	return others;
}

static const struct event *own_end(
	const struct deadlock *d, const struct waiter *w, const char *object, char mode)
{
	const struct event *held;

	for (size_t i = 0; (held = holder(d, object, mode, i)); i++)
		if (own(d, w, held))
			return held;
	return NULL;
}

const struct event *other_end(
	const struct deadlock *d, const struct waiter *w, const char *object, char mode)
{
	const struct event *held;

	for (size_t i = 0; (held = holder(d, object, mode, i)); i++)
		if (!own(d, w, held))
			return held;
	return NULL;
}

/* The other end of a socketpair. */
static const char *peer_of(const struct deadlock *d, const char *object)
{
	const struct model_object *o = model_object(d->model, object);
	const char *a = o ? event_text(o->made, "obj0") : NULL;
	const char *b = o ? event_text(o->made, "obj1") : NULL;

	if (!a || !b)
		return NULL;
	return strcmp(a, object) == 0 ? b : a;
}

static bool is_same_line(const struct event *a, const struct event *b)
{
	return a->place.file && b->place.file && strcmp(a->place.file, b->place.file) == 0 &&
	       a->place.line == b->place.line;
}

/* Parent and child, and nobody but its maker can read what was written into TWIN. */
static bool is_lost_on(
	const struct deadlock *d, const struct model_object *twin, const struct model_object *o)
{
	const struct model_task *maker =
		model_task(d->model, process_of(d->model, twin->made->task));
	const struct model_task *reader = model_task(d->model, process_of(d->model, o->made->task));
	const struct event *held;

	if (!maker || !reader || o->given ||
		(maker->first_parent != reader->index && reader->first_parent != maker->index))
		return false;
	for (size_t i = 0; (held = holder(d, twin->id, 'r', i)); i++)
		if (process_of(d->model, held->task) != maker->index)
			return false;
	return true;
}

/* A pipe that another process made for the same purpose and wrote to: pipe() after fork(), by both
 * at the same line, or by each in its own branch. */
static const struct model_object *twin_pipe(const struct deadlock *d, const struct waiter *w)
{
	const struct model_object *o = model_object(d->model, event_text(w->event, "obj"));

	if (!o || !o->made_known || strncmp(o->id, "pipe:", 5) != 0 ||
		process_of(d->model, o->made->task) != process_of(d->model, w->task) ||
		other_end(d, w, o->id, 'w'))
		return NULL;
	for (size_t i = 0; i < d->model->object_count; i++) {
		const struct model_object *twin = &d->model->objects[i];

		if (twin->made_known && strncmp(twin->id, "pipe:", 5) == 0 && twin->given &&
			process_of(d->model, twin->made->task) !=
				process_of(d->model, o->made->task) &&
			(is_same_line(twin->made, o->made) || is_lost_on(d, twin, o)))
			return twin;
	}
	return NULL;
}

static const char *relation(const struct deadlock *d, int task, int other)
{
	const struct model_task *t = model_task(d->model, task);

	if (t && t->first_parent == process_of(d->model, other))
		return "child";
	t = model_task(d->model, other);
	if (t && t->first_parent == process_of(d->model, task))
		return "parent";
	return "process";
}

static bool waits_for_child(const struct deadlock *d, int parent, int child)
{
	const struct waiter *w = waiter_of(d, parent);
	const struct model_task *t = model_task(d->model, child);

	return w && t && t->parent == process_of(d->model, parent) &&
	       strncmp(w->event->name, "wait", 4) == 0;
}

static void headline_twin(
	const struct deadlock *d, struct waiter *w, const struct model_object *twin)
{
	const char *id = event_text(w->event, "obj");
	struct buf *line = waiter_headline(w, RANK_MISTAKE,
		"Each pipe() makes a new pipe. Descriptors are shared with a child only if they "
		"were open when fork() was called. See pipe(2).");
	int writer = twin->made->task;

	if (!line)
		return;
	buf_printf(line, "%s writes pipe #%s, %s reads pipe #%s: create the pipe before the fork.",
		strcmp(relation(d, writer, w->task), "parent") == 0  ? "Parent"
		: strcmp(relation(d, writer, w->task), "child") == 0 ? "Child"
								     : "One process",
		strchr(twin->id, ':') + 1, relation(d, w->task, writer), strchr(id, ':') + 1);
}

static void headline_read(
	const struct deadlock *d, struct waiter *w, const char *object, size_t others)
{
	const struct event *self = own_end(d, w, object, 'w');
	const struct event *other = other_end(d, w, object, 'w');
	const struct model_task *t = model_task(d->model, w->task);
	struct buf *line;

	if (self) {
		line = waiter_headline(w, RANK_OWN, ADVICE_EOF);
		if (!line)
			return;
		buf_puts(line, "Reader ");
		say_pid(line, d->model, w->task);
		buf_printf(line,
			" waits for EOF on a %s whose write end it holds itself (fd %" PRId64 ").",
			say_object_kind(object), event_int(self, "fd", -1));
		if (others)
			buf_printf(line, " %zu more process%s it open, too.", others,
				others == 1 ? " has" : "es have");
	} else if (other && waits_for_child(d, other->task, w->task)) {
		bool named = t && t->execed && t->program;

		line = waiter_headline(w, RANK_PARTNER, ADVICE_EOF);
		if (!line)
			return;
		buf_printf(line, "%s (", named ? t->program : "The child");
		say_pid(line, d->model, w->task);
		buf_puts(line, ") reads ");
		say_object_short(line, d->model, object);
		buf_printf(line, "; its write end is open in the parent, which waits for %s.",
			named ? t->program : "the child");
	} else if (other) {
		line = waiter_headline(w, RANK_PARTNER, ADVICE_EOF);
		if (!line)
			return;
		say_Task(line, d->model, w->task);
		buf_puts(line, " waits for data or EOF on ");
		say_object(line, d->model, object);
		buf_puts(line, "; ");
		say_task(line, d->model, other->task);
		buf_printf(line, " still holds its write end (fd %" PRId64 ") and ",
			event_int(other, "fd", -1));
		say_state(line, d, other->task);
		buf_putc(line, '.');
	}
}

/* What is read like a file and has no end of file, whoever has it open. */
static const struct counter {
	const char *kind, *wants, *why, *advice;
} counters[] = {
	{"eventfd:", "for a write() to", "which is 0, and nobody is left to write to it",
		"read() of an event counter waits while it is 0, and only write() adds to it; "
		"closing "
		"a copy of its descriptor ends no wait. See eventfd(2)."},
	{"timerfd:", "for the time of", "which is not set",
		"A timer descriptor can be read when its time has come: timerfd_settime() sets it. "
		"See timerfd_create(2)."},
	{"signalfd:", "for a signal to", "and nobody is left to send a signal of its set",
		"See signalfd(2)."},
};

static const struct counter *counter_of(const char *object)
{
	for (size_t i = 0; object && i < sizeof(counters) / sizeof(counters[0]); i++)
		if (strncmp(object, counters[i].kind, strlen(counters[i].kind)) == 0)
			return &counters[i];
	return NULL;
}

static void explain_counter(
	const struct deadlock *d, struct waiter *w, const char *object, const struct counter *c)
{
	struct buf *line = waiter_headline(w, RANK_PARTNER, c->advice);

	buf_printf(&w->detail, "  %s ", c->wants);
	say_object(&w->detail, d->model, object);
	buf_puts(&w->detail, ". It is open as\n");
	list_holders(d, w, object, 'r', "this is the one who waits");
	if (!line)
		return;
	say_Task(line, d->model, w->task);
	buf_puts(line, " reads ");
	say_object(line, d->model, object);
	buf_printf(line, ", %s.", c->why);
}

static void explain_read(const struct deadlock *d, struct waiter *w)
{
	const char *object = event_text(w->event, "obj");
	const char *peer = peer_of(d, object);
	const struct counter *counter = counter_of(object);
	const struct model_object *twin = twin_pipe(d, w);
	size_t others;

	if (!object)
		return;
	if (counter) {
		explain_counter(d, w, object, counter);
		return;
	}
	buf_puts(&w->detail, "  for bytes or end of file on ");
	say_object(&w->detail, d->model, object);
	if (!holder(d, peer ? peer : object, 'w', 0)) {
		buf_puts(&w->detail, ", which nobody has open for writing.\n");
		return;
	}
	buf_printf(&w->detail, ". Its %s is open as\n", peer ? "other end" : "write end");
	others = list_holders(d, w, peer ? peer : object, 'w', "this is the reader itself");
	if (twin)
		headline_twin(d, w, twin);
	else
		headline_read(d, w, peer ? peer : object, others);
}

/* A holder of the read end that itself waits in a write whose reader is W. */
static const struct waiter *full_partner(
	const struct deadlock *d, const struct waiter *w, const char *object)
{
	const struct event *held;

	for (size_t i = 0; (held = holder(d, object, 'r', i)); i++) {
		const struct waiter *other = waiter_of(d, held->task);

		if (other && other != w && strncmp(other->event->name, "write", 5) == 0 &&
			own_end(d, w, event_text(other->event, "obj"), 'r'))
			return other;
	}
	return NULL;
}

static void headline_write(
	const struct deadlock *d, struct waiter *w, const char *object, size_t others)
{
	const struct event *other = other_end(d, w, object, 'r');
	const struct waiter *partner = full_partner(d, w, object);
	struct buf *line;

	if (partner && event_text(partner->event, "obj")) {
		line = waiter_headline(w, RANK_CYCLE,
			ADVICE_FULL
			" Write and read in turn (poll), or let another process write.");
		if (!line)
			return;
		buf_puts(line, "Both pipes are full: ");
		say_task(line, d->model, w->task);
		buf_puts(line, " waits on ");
		say_object_short(line, d->model, object);
		buf_puts(line, " (full), ");
		say_task(line, d->model, partner->task);
		buf_puts(line, " on ");
		say_object_short(line, d->model, event_text(partner->event, "obj"));
		buf_puts(line, " (full), and neither reads.");
	} else if (own_end(d, w, object, 'r')) {
		line = waiter_headline(w, others ? RANK_PARTNER : RANK_OWN,
			ADVICE_FULL
			" Were the read end closed here, write() would fail with EPIPE instead.");
		if (!line)
			return;
		buf_printf(line,
			"You hold the read end of the %s you are writing: it fills and nobody "
			"reads. (",
			say_object_kind(object));
		say_task(line, d->model, w->task);
		buf_printf(
			line, ", fd %" PRId64 ")", event_int(own_end(d, w, object, 'r'), "fd", -1));
	} else {
		line = waiter_headline(w, RANK_PARTNER, ADVICE_FULL);
		if (!line)
			return;
		say_Task(line, d->model, w->task);
		buf_printf(line, " is blocked writing a full %s nobody reads",
			say_object_kind(object));
		if (other) {
			buf_puts(line, ": ");
			say_task(line, d->model, other->task);
			buf_puts(line, " has its read end and ");
			say_state(line, d, other->task);
		}
		buf_putc(line, '.');
	}
}

static void explain_write(const struct deadlock *d, struct waiter *w)
{
	const char *object = event_text(w->event, "obj");
	const char *peer = peer_of(d, object);
	const struct model_object *o = model_object(d->model, object);
	size_t others;

	if (!object)
		return;
	buf_puts(&w->detail, "  for room in ");
	say_object(&w->detail, d->model, object);
	if (o && o->bytes > 0) {
		buf_puts(&w->detail, ", which holds ");
		say_count(&w->detail, o->bytes, "byte");
	}
	buf_printf(&w->detail, ". Its %s is open as\n", peer ? "other end" : "read end");
	others = list_holders(d, w, peer ? peer : object, 'r', "this is the writer itself");
	headline_write(d, w, peer ? peer : object, others);
}

static void explain_socket(const struct deadlock *d, struct waiter *w)
{
	const char *object = event_text(w->event, "obj");
	const char *peer = peer_of(d, object);
	bool send = strncmp(w->event->name, "send", 4) == 0;

	if (peer) {
		if (send)
			explain_write(d, w);
		else
			explain_read(d, w);
		return;
	}
	if (!object)
		return;
	buf_printf(&w->detail, "  %s ",
		strncmp(w->event->name, "accept", 6) == 0    ? "for a client of"
		: strncmp(w->event->name, "connect", 7) == 0 ? "for a server at"
		: send                                       ? "for room in"
							     : "for data or end of file on");
	say_object(&w->detail, d->model, object);
	buf_puts(&w->detail, ".\n");
}

/* fds="3:pipe:1 4:pipe:2" */
static void explain_poll(const struct deadlock *d, struct waiter *w)
{
	const char *p = event_text(w->event, "fds");

	if (!p) {
		explain_idle(d, w);
		return;
	}
	buf_puts(&w->detail, "  for any of\n");
	while (*p) {
		size_t len = strcspn(p, " ");
		const char *colon = memchr(p, ':', len);

		if (colon) {
			LAB_FREE char *id =
				lab_xprintf("%.*s", (int)(p + len - colon - 1), colon + 1);

			buf_printf(&w->detail, "  fd %.*s: ", (int)(colon - p), p);
			say_object(&w->detail, d->model, id);
			buf_printf(&w->detail, ", %s open as\n",
				counter_of(id) ? "which is" : "the other side of which is");
			list_holders(d, w, id, 'w', "this is the one who waits");
		}
		p += len;
		p += *p == ' ';
	}
}

const struct wait_row waits_pipe[] = {
	{"read", explain_read},
	{"readv", explain_read},
	{"splice", explain_read},
	{"tee", explain_read},
	{"write", explain_write},
	{"writev", explain_write},
	{"accept", explain_socket},
	{"connect", explain_socket},
	{"recv", explain_socket},
	{"recvfrom", explain_socket},
	{"recvmsg", explain_socket},
	{"send", explain_socket},
	{"sendto", explain_socket},
	{"sendmsg", explain_socket},
	{"poll", explain_poll},
	{NULL, NULL},
};
