/*
 * Why a mutex, a file lock or a futex does not let a task pass. The log has no list of owners: they
 * follow from who took and who gave back (struct model_use, struct model_lock).
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lab/verdict/waits.h"
#include "lab/verdict/words.h"

#define ADVICE_MUTEX "See pthread_mutex_lock(3)."
#define ADVICE_LOCK \
	"A lock of flock(2) or fcntl(2) is kept until it is released or its file closed."
#define ADVICE_FUTEX "See futex(2)."

static bool same_process(const struct deadlock *d, int a, int b)
{
	return process_of(d->model, a) == process_of(d->model, b);
}

static void explain_mutex(const struct deadlock *d, struct waiter *w)
{
	const char *object = event_text(w->event, "obj");
	const struct model_object *o = model_object(d->model, object);
	struct buf *line;

	if (!object)
		return;
	buf_puts(&w->detail, "  for ");
	say_object(&w->detail, d->model, object);
	buf_puts(&w->detail, o && o->owner ? "\n" : ", which nobody is known to hold.\n");
	say_takers(d, w, object, 0);
	if (!o || !o->owner)
		return;
	line = waiter_headline(w, o->owner == w->task ? RANK_OWN : RANK_PARTNER, ADVICE_MUTEX);
	if (!line)
		return;
	say_Task(line, d->model, w->task);
	buf_puts(line, " waits for ");
	say_object(line, d->model, object);
	if (o->owner == w->task) {
		buf_puts(line, ", which it has locked itself");
		say_at(line, o->taken);
		buf_putc(line, '.');
		return;
	}
	buf_puts(line, "; ");
	say_task(line, d->model, o->owner);
	buf_puts(line, " has locked it");
	say_at(line, o->taken);
	buf_puts(line, " and ");
	say_state(line, d, o->owner);
	buf_putc(line, '.');
}

/* Does LOCK stand in the way of W? Its own locks of fcntl do not; another description's of flock
 * does, also within one process. */
static bool in_the_way(
	const struct deadlock *d, const struct waiter *w, const struct model_lock *lock)
{
	const struct model_fd *f = model_fd(d->model, w->task, (int)event_int(w->event, "fd", -1));
	bool shared = has_word(event_text(w->event, "cmd"), "LOCK_SH") ||
		      has_word(event_text(w->event, "type"), "F_RDLCK");
	bool flock_call = strcmp(w->event->name, "flock") == 0;
	int64_t start = event_int(w->event, "start", 0), len = event_int(w->event, "len", 0);

	if (strcmp(lock->object, event_text(w->event, "obj")) != 0 || (shared && !lock->exclusive))
		return false;
	if (flock_call)
		return lock->description && (!f || f->description != lock->description);
	if (!lock->description && same_process(d, lock->task, w->task))
		return false;
	return (!len || lock->start < start + len) &&
	       (!lock->len || start < lock->start + lock->len);
}

static void headline_lock(const struct deadlock *d, struct waiter *w, const struct model_lock *lock)
{
	bool self = same_process(d, lock->task, w->task);
	struct buf *line = waiter_headline(w, self ? RANK_OWN : RANK_PARTNER, ADVICE_LOCK);

	if (!line)
		return;
	say_Task(line, d->model, w->task);
	buf_puts(line, " waits for the lock on ");
	say_object(line, d->model, lock->object);
	if (self) {
		buf_puts(line, ", which it holds itself through another open of the file (");
		buf_puts(line, lock->taken->name);
		say_at(line, lock->taken);
		buf_puts(line, ").");
		return;
	}
	buf_puts(line, "; ");
	say_task(line, d->model, lock->task);
	buf_puts(line, " has held it since its ");
	buf_puts(line, lock->taken->name);
	say_at(line, lock->taken);
	buf_puts(line, " and ");
	say_state(line, d, lock->task);
	buf_putc(line, '.');
}

static void explain_lock(const struct deadlock *d, struct waiter *w)
{
	const char *object = event_text(w->event, "obj");
	bool any = false;

	if (!object)
		return;
	buf_puts(&w->detail, "  for the lock on ");
	say_object(&w->detail, d->model, object);
	buf_putc(&w->detail, '\n');
	for (size_t i = 0; i < d->model->lock_count; i++) {
		const struct model_lock *lock = &d->model->locks[i];

		if (!in_the_way(d, w, lock))
			continue;
		any = true;
		waiter_edge(w, lock->task, lock->object, 0);
		buf_puts(&w->detail, "    held by ");
		say_task(&w->detail, d->model, lock->task);
		buf_printf(&w->detail, " since %s", lock->taken->name);
		say_at(&w->detail, lock->taken);
		buf_puts(&w->detail, "; it ");
		say_state(&w->detail, d, lock->task);
		buf_putc(&w->detail, '\n');
		headline_lock(d, w, lock);
	}
	if (!any)
		buf_puts(&w->detail, "    whose owner this log does not show\n");
}

static void explain_futex(const struct deadlock *d, struct waiter *w)
{
	const struct event *signal = inside_handler(d, w);
	const struct model_object *o = model_object(d->model, event_text(w->event, "obj"));
	struct buf *line;

	buf_puts(&w->detail, "  for a wake-up of ");
	say_object(&w->detail, d->model, event_text(w->event, "obj"));
	buf_puts(&w->detail, o && o->given ? "\n" : ", which nobody sends.\n");
	if (signal) {
		line = waiter_headline(w, RANK_MISTAKE,
			"Only the functions of signal-safety(7) may be called in a handler: set a "
			"flag, or write(2).");
		if (!line)
			return;
		buf_printf(line, "The handler of %s waits", signal->name);
		say_at(line, w->event);
		buf_puts(line, " for a lock that the code it interrupted holds: printf, malloc and "
			       "the like are not async-signal-safe.");
		return;
	}
	line = waiter_headline(w, RANK_GENERIC, ADVICE_FUTEX);
	if (!line)
		return;
	say_Task(line, d->model, w->task);
	buf_puts(line, " sleeps in futex(FUTEX_WAIT)");
	say_at(line, w->event);
	buf_puts(line, ", and nobody is left to call FUTEX_WAKE on that word.");
}

static void explain_rendezvous(const struct deadlock *d, struct waiter *w)
{
	struct buf *line = waiter_headline(w, RANK_GENERIC, NULL);
	bool barrier = has_word(w->event->name, "barrier");

	buf_puts(&w->detail, barrier ? "  until enough others arrive at " : "  for a signal on ");
	say_object(&w->detail, d->model, event_text(w->event, "obj"));
	buf_puts(&w->detail, ".\n");
	if (!line)
		return;
	say_Task(line, d->model, w->task);
	buf_printf(line, " waits in %s", w->event->name);
	say_at(line, w->event);
	buf_puts(line, barrier ? ", and nobody else is left to arrive."
			       : ", and nobody is left to signal it: a signal that came before "
				 "the wait is not kept.");
}

const struct wait_row waits_lock[] = {
	{"pthread_mutex_lock", explain_mutex},
	{"pthread_mutex_timedlock", explain_mutex},
	{"pthread_rwlock_rdlock", explain_mutex},
	{"pthread_rwlock_wrlock", explain_mutex},
	{"pthread_cond_wait", explain_rendezvous},
	{"pthread_cond_timedwait", explain_rendezvous},
	{"pthread_barrier_wait", explain_rendezvous},
	{"flock", explain_lock},
	{"fcntl", explain_lock},
	{"futex", explain_futex},
	{NULL, NULL},
};
