/* Objects in words: see words.h. */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lab/timeline/words.h"

enum { MESSAGES_SHOWN = 8, CELLS_SHOWN = 16 };

bool is_kind(const char *id, const char *kind)
{
	size_t len = strlen(kind);

	return strncmp(id, kind, len) == 0 && id[len] == ':';
}

static bool is_any(const char *id, const char *const *kinds)
{
	for (size_t i = 0; kinds[i]; i++)
		if (is_kind(id, kinds[i]))
			return true;
	return false;
}

static const char *const bytes_kinds[] = {"pipe", "fifo", NULL};
static const char *const queue_kinds[] = {"mq", "sysv-msg", NULL};
static const char *const lock_kinds[] = {"mutex", "rwlock", "spin", NULL};

/* ", " between what is listed; BEFORE stands before the first. */
static const char *comma(bool *begun, const char *before)
{
	const char *separator = *begun ? ", " : before;

	*begun = true;
	return separator;
}

/* ---- what is in it ---- */

static bool is_open(const struct model *m, const char *id)
{
	for (size_t i = 0; i < m->fd_count; i++)
		if (m->fds[i].object && strcmp(m->fds[i].object, id) == 0)
			return true;
	return false;
}

static void say_bytes(struct buf *into, const struct model_object *o)
{
	if (!o->made_known || o->untold)
		buf_puts(into, "how many bytes are in it is not told");
	else if (o->bytes == 0)
		buf_puts(into, "empty");
	else
		buf_printf(into, "%" PRId64 " byte%s", o->bytes, o->bytes == 1 ? "" : "s");
}

/* Was it made in this run? Outside the sandbox a name may be older. */
static bool is_of_this_run(const struct model *m, const struct model_object *o)
{
	const char *flags = event_text(o->made, "flags");

	return (m->log->count && m->log->events[0]->kind == EVENT_RUN) ||
	       (flags && strstr(flags, "O_EXCL"));
}

static int by_turn(const void *a, const void *b)
{
	const struct model_message *x = *(const struct model_message *const *)a;
	const struct model_message *y = *(const struct model_message *const *)b;

	if (x->prio != y->prio)
		return x->prio > y->prio ? -1 : 1;
	return (x->sent->step > y->sent->step) - (x->sent->step < y->sent->step);
}

/* As they will be received; those of a System V queue as they were sent. */
static void list_messages(
	struct buf *into, const struct model_message **list, size_t count, bool typed)
{
	bool begun = false;

	if (!typed)
		qsort(list, count, sizeof(const struct model_message *), by_turn);
	for (size_t i = 0; i < count && i < MESSAGES_SHOWN; i++)
		buf_printf(into, "%s%s %" PRId64 " (%" PRId64 " byte%s)", comma(&begun, ": "),
			typed ? "type" : "prio", list[i]->prio, list[i]->len,
			list[i]->len == 1 ? "" : "s");
	if (count > MESSAGES_SHOWN)
		buf_puts(into, ", ...");
}

static void say_messages(struct buf *into, const struct model *m, const struct model_object *o)
{
	const struct model_message **list =
		lab_xmalloc((m->message_count + 1) * sizeof(const struct model_message *));
	size_t count = 0;

	for (size_t i = 0; i < m->message_count; i++)
		if (m->messages[i].sent && strcmp(m->messages[i].object, o->id) == 0)
			list[count++] = &m->messages[i];
	buf_printf(into, "%zu ", count);
	if (o->most > 0)
		buf_printf(into, "of %" PRId64 " ", o->most);
	buf_printf(into, "message%s%s", count == 1 && o->most <= 0 ? "" : "s",
		is_of_this_run(m, o) ? "" : " of this run");
	list_messages(into, list, count, is_kind(o->id, "sysv-msg"));
	free(list);
}

/* Somebody gives what he never took: it counts something, and nobody holds it. */
static bool is_given_only(const struct model *m, const struct model_object *o)
{
	for (size_t i = 0; i < m->use_count; i++)
		if (m->uses[i].held < 0 && strcmp(m->uses[i].object, o->id) == 0)
			return true;
	return false;
}

/* Who has taken more of it than he gave. */
static bool say_takers(
	struct buf *into, const struct model *m, const struct model_object *o, const char *before)
{
	bool begun = false;

	for (size_t i = 0; i < m->use_count && !is_given_only(m, o); i++) {
		const struct model_use *u = &m->uses[i];

		if (u->held <= 0 || strcmp(u->object, o->id) != 0)
			continue;
		buf_printf(into, "%st%d", comma(&begun, before), u->task);
		if (is_kind(o->id, "sysv-sem"))
			buf_printf(into, " (number %" PRId64 ")", u->number);
	}
	return begun;
}

static const struct model_cell *first_cell(const struct model *m, const struct model_object *o)
{
	for (size_t i = 0; i < m->cell_count; i++)
		if (strcmp(m->cells[i].object, o->id) == 0)
			return &m->cells[i];
	return NULL;
}

static bool is_cell_of(
	const struct model *m, const struct model_cell *cell, const struct model_object *o)
{
	return cell && cell < m->cells + m->cell_count && strcmp(cell->object, o->id) == 0;
}

/* "values 1, 0", of a set that the log tells of in part "values 1, ?" */
static void say_values(struct buf *into, const struct model *m, const struct model_object *o)
{
	const struct model_cell *cell = first_cell(m, o);
	bool begun = false, known = false;
	BUF_SCOPED values = BUF_INIT;

	for (int64_t number = 0; is_cell_of(m, cell, o); number++) {
		bool here = cell->at == number && cell->known;

		buf_puts(&values, comma(&begun, "values "));
		if (here)
			buf_printf(&values, "%" PRId64, cell->value);
		else
			buf_putc(&values, '?');
		known |= here;
		cell += cell->at <= number;
	}
	buf_puts(into, known ? buf_text(&values) : "its values are not told");
}

/* "bytes 0-3: 7 from t1 at count.c:31" */
static void say_memory(struct buf *into, const struct model *m, const struct model_object *o)
{
	const struct model_cell *cell = first_cell(m, o);
	bool begun = false;
	int shown = 0;

	for (; is_cell_of(m, cell, o); cell++) {
		if (shown++ == CELLS_SHOWN) {
			buf_puts(into, ", ...");
			return;
		}
		buf_printf(into, "%s%s %" PRId64, comma(&begun, ""), cell->n > 1 ? "bytes" : "byte",
			cell->at);
		if (cell->n > 1)
			buf_printf(into, "-%" PRId64, cell->at + cell->n - 1);
		if (cell->known)
			buf_printf(into, ": %" PRId64, cell->value);
		if (!cell->written)
			continue;
		buf_printf(into, " from t%d", cell->written->task);
		if (cell->written->place.file && cell->written->place.line > 0)
			buf_printf(into, " at %s:%d", cell->written->place.file,
				cell->written->place.line);
	}
}

static void say_locks(struct buf *into, const struct model *m, const struct model_object *o)
{
	bool begun = false;

	for (size_t i = 0; i < m->lock_count; i++)
		if (strcmp(m->locks[i].object, o->id) == 0)
			buf_printf(into, "%st%d (%s)", comma(&begun, "locked by "),
				m->locks[i].task, m->locks[i].exclusive ? "exclusive" : "shared");
}

void fact_content(struct buf *into, const struct model *m, const struct model_object *o)
{
	if (is_any(o->id, bytes_kinds)) {
		if (!o->made_known || is_open(m, o->id))
			say_bytes(into, o);
	} else if (is_any(o->id, queue_kinds)) {
		say_messages(into, m, o);
	} else if (is_any(o->id, lock_kinds)) {
		if (!say_takers(into, m, o, "held by "))
			buf_puts(into, "free");
	} else if (is_kind(o->id, "sem")) {
		if (o->value == INT64_MIN)
			buf_puts(into, "its value is not told");
		else
			buf_printf(into, "value %" PRId64, o->value);
		say_takers(into, m, o, "; taken by ");
	} else if (is_kind(o->id, "sysv-sem")) {
		say_values(into, m, o);
		say_takers(into, m, o, "; taken by ");
	} else {
		say_memory(into, m, o);
		say_locks(into, m, o);
	}
}

/* ---- who has it open ---- */

static bool list_ends(
	struct buf *into, const struct model *m, const char *id, bool write, const char *before)
{
	bool begun = false;

	for (size_t i = 0; i < m->fd_count; i++) {
		const struct model_fd *f = &m->fds[i];

		if ((write ? f->writable : f->readable) && f->object && strcmp(f->object, id) == 0)
			buf_printf(into, "%st%d fd %d", comma(&begun, before), f->task, f->fd);
	}
	return begun;
}

/* Those descriptors that the log tells of: not 0 to 2, unless the program made them. */
void fact_ends(struct buf *into, const struct model *m, const struct model_object *o)
{
	static const char *const others[] = {
		"mq", "eventfd", "timerfd", "signalfd", "epoll", "socket", NULL};

	if (is_any(o->id, bytes_kinds)) {
		if (!o->made_known || !is_open(m, o->id))
			return;
		if (!list_ends(into, m, o->id, true, "written by "))
			buf_puts(into, "no write end is open");
		if (!list_ends(into, m, o->id, false, "; read by "))
			buf_puts(into, "; no read end is open");
	} else if (is_any(o->id, others)) {
		list_ends(into, m, o->id, false, "open: ");
	}
}

void fact_waiters(struct buf *into, const struct model_task *const *blocked, size_t count,
	const struct model_object *o)
{
	bool begun = false;

	for (size_t i = 0; i < count; i++) {
		const struct event *e = blocked[i]->blocked;
		const char *object = event_text(e, "obj");

		if (object && strcmp(object, o->id) == 0)
			buf_printf(into, "%st%d in %s", comma(&begun, "waiting: "),
				blocked[i]->index, e->name);
	}
}
