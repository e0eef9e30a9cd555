/*
 * Why a semaphore does not let a task pass. It has no owner: who took it and did not give it back,
 * and who has been posting it, follows from the calls (struct model_use).
 *
 * A semaphore that somebody posts without ever taking it is a signal: those who post are who is
 * missing. Any other one is a lock: those who took it are.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lab/verdict/waits.h"
#include "lab/verdict/words.h"

#define SHOWN_MAX 6
#define ADVICE_SEM                                                                             \
	"sem_wait sleeps while the value is 0; only a sem_post by somebody else ends it. See " \
	"sem_wait(3), sem_overview(7)."
#define ADVICE_PSHARED "See sem_init(3): pshared must not be 0 when processes share it."
#define ADVICE_COPY                                                                                \
	"Memory is copied by fork(). A semaphore for several processes must lie in shared memory " \
	"(mmap with MAP_SHARED) and be initialised with pshared = 1. See sem_overview(7)."
#define ADVICE_SEMOP "See semop(2)."

static bool is_dead(const struct deadlock *d, int task)
{
	const struct model_task *t = model_task(d->model, process_of(d->model, task));

	return t && (t->state == MODEL_ZOMBIE || t->state == MODEL_GONE);
}

static bool same_process(const struct deadlock *d, int a, int b)
{
	return process_of(d->model, a) == process_of(d->model, b);
}

/* The N-th use (from 0) of OBJECT by a task that still holds it. */
static const struct model_use *held_by(
	const struct deadlock *d, const char *object, int64_t number, size_t nth)
{
	for (size_t i = 0; i < d->model->use_count; i++) {
		const struct model_use *u = &d->model->uses[i];

		if (u->held > 0 && u->number == number && strcmp(u->object, object) == 0 &&
			nth-- == 0)
			return u;
	}
	return NULL;
}

static bool is_set(const char *object)
{
	return strncmp(object, "sysv-sem", 8) == 0;
}

static const char *advice(const char *object)
{
	return is_set(object) ? ADVICE_SEMOP : ADVICE_SEM;
}

static void say_semaphore(
	struct buf *into, const struct deadlock *d, const char *object, int64_t number)
{
	if (is_set(object))
		buf_printf(into, "semaphore %" PRId64 " of ", number);
	say_object(into, d->model, object);
}

void say_takers(const struct deadlock *d, struct waiter *w, const char *object, int64_t number)
{
	const struct model_use *u;

	for (size_t i = 0; (u = held_by(d, object, number, i)); i++) {
		if (!is_dead(d, u->task) && u->task != w->task)
			waiter_edge(w, u->task, object, number);
		if (i >= SHOWN_MAX)
			continue;
		buf_puts(&w->detail, "    taken by ");
		say_task(&w->detail, d->model, u->task);
		buf_puts(&w->detail, " in ");
		buf_puts(&w->detail, u->take->name);
		say_at(&w->detail, u->take);
		buf_puts(&w->detail, u->task == w->task ? ", which is itself the one who waits\n"
							: " and not given back; it ");
		if (u->task != w->task) {
			say_state(&w->detail, d, u->task);
			buf_putc(&w->detail, '\n');
		}
	}
}

static const struct model_use *dead_taker(
	const struct deadlock *d, const char *object, int64_t number)
{
	const struct model_use *u;

	for (size_t i = 0; (u = held_by(d, object, number, i)); i++)
		if (is_dead(d, u->task))
			return u;
	return NULL;
}

/* "child 4712 was killed by SIGKILL holding " */
static void say_dead_taker(struct buf *line, const struct deadlock *d, int task)
{
	const struct model_task *t = model_task(d->model, process_of(d->model, task));

	say_Task(line, d->model, task);
	if (t->died && t->died->kind == EVENT_KILLED)
		buf_printf(line, " was killed (%s)", t->died->name);
	else
		buf_puts(line, " ended");
	buf_puts(line, " holding ");
}

static void headline_dead(
	const struct deadlock *d, struct waiter *w, const char *object, int64_t number)
{
	const struct model_use *u = dead_taker(d, object, number);
	struct buf *line = u ? waiter_headline(w, RANK_MISTAKE, advice(object)) : NULL;

	if (!line)
		return;
	say_dead_taker(line, d, u->task);
	say_semaphore(line, d, object, number);
	buf_puts(line, is_set(object) ? ": with SEM_UNDO the kernel gives it back."
				      : ": nobody posts for the dead.");
}

/* It began with more than one: a count of places, not a lock. */
static bool counts(const struct deadlock *d, const char *object)
{
	const struct model_object *o = model_object(d->model, object);

	return o && o->made_known && event_int(o->made, "value", 1) > 1;
}

static void headline_taker(
	const struct deadlock *d, struct waiter *w, const char *object, int64_t number)
{
	const struct model_use *u = held_by(d, object, number, 0);
	bool own = u && u->task == w->task;
	struct buf *line;

	if (!u || (own && counts(d, object)))
		return;
	line = waiter_headline(w, own ? RANK_OWN : RANK_PARTNER, advice(object));
	if (!line)
		return;
	say_Task(line, d->model, w->task);
	buf_puts(line, " waits for ");
	say_semaphore(line, d, object, number);
	if (own) {
		buf_printf(line, ", which it took itself in %s", u->take->name);
		say_at(line, u->take);
		buf_puts(line, " and has not given back.");
	} else {
		buf_puts(line, "; ");
		say_task(line, d->model, u->task);
		buf_printf(line, " holds it since %s", u->take->name);
		say_at(line, u->take);
		buf_puts(line, " and ");
		say_state(line, d, u->task);
		buf_putc(line, '.');
	}
}

/* The N-th task (from 0) that posts OBJECT and never takes it. */
static const struct model_use *posted_by(
	const struct deadlock *d, const char *object, int64_t number, size_t nth)
{
	for (size_t i = 0; i < d->model->use_count; i++) {
		const struct model_use *u = &d->model->uses[i];

		if (u->give && !u->take && u->number == number && strcmp(u->object, object) == 0 &&
			nth-- == 0)
			return u;
	}
	return NULL;
}

static void say_posters(
	const struct deadlock *d, struct waiter *w, const char *object, int64_t number)
{
	const struct model_use *u;
	struct buf *line;

	for (size_t i = 0; (u = posted_by(d, object, number, i)); i++) {
		if (!is_dead(d, u->task) && u->task != w->task)
			waiter_edge(w, u->task, NULL, 0);
		if (i >= SHOWN_MAX)
			continue;
		buf_puts(&w->detail, "    posted so far by ");
		say_task(&w->detail, d->model, u->task);
		say_at(&w->detail, u->give);
		buf_puts(&w->detail, "; it ");
		say_state(&w->detail, d, u->task);
		buf_putc(&w->detail, '\n');
	}
	u = posted_by(d, object, number, 0);
	line = u ? waiter_headline(w, RANK_PARTNER, advice(object)) : NULL;
	if (!line)
		return;
	say_Task(line, d->model, w->task);
	buf_puts(line, " waits for a post of ");
	say_semaphore(line, d, object, number);
	buf_puts(line, "; ");
	say_task(line, d->model, u->task);
	buf_puts(line, ", who posted it");
	say_at(line, u->give);
	buf_puts(line, ", ");
	say_state(line, d, u->task);
	buf_putc(line, '.');
}

/* Everybody who could open the semaphore. Returns whether anybody is known. */
static bool say_partners(
	const struct deadlock *d, struct waiter *w, const char *object, int64_t number)
{
	if (posted_by(d, object, number, 0)) {
		buf_putc(&w->detail, '\n');
		say_posters(d, w, object, number);
		return true;
	}
	buf_puts(&w->detail, held_by(d, object, number, 0) ? "\n" : ", which nobody holds.\n");
	say_takers(d, w, object, number);
	headline_dead(d, w, object, number);
	headline_taker(d, w, object, number);
	return held_by(d, object, number, 0) != NULL;
}

/* A post of OBJECT by another process. */
static const struct event *foreign_post(
	const struct deadlock *d, const struct waiter *w, const char *object)
{
	for (size_t i = 0; i < d->model->use_count; i++) {
		const struct model_use *u = &d->model->uses[i];

		if (u->give && strcmp(u->object, object) == 0 && !same_process(d, u->task, w->task))
			return u->give;
	}
	return NULL;
}

/* A post of a semaphore that nobody initialised: the poster's copy of ours. */
static const struct event *post_of_copy(
	const struct deadlock *d, const struct waiter *w, const char *object)
{
	for (size_t i = 0; i < d->model->use_count; i++) {
		const struct model_use *u = &d->model->uses[i];
		const struct model_object *o = model_object(d->model, u->object);

		if (u->give && strncmp(u->object, "sem:", 4) == 0 &&
			strcmp(u->object, object) != 0 && o && !o->made_known && !o->path &&
			!same_process(d, u->task, w->task))
			return u->give;
	}
	return NULL;
}

static const char *kin(const struct deadlock *d, int task, int other)
{
	const struct model_task *t = model_task(d->model, task);
	const struct model_task *o = model_task(d->model, other);

	if (t && o && t->first_parent == o->process)
		return "child";
	if (t && o && o->first_parent == t->process)
		return "parent";
	return NULL;
}

static void put_kin(struct buf *line, const struct deadlock *d, int task, int other, bool begin)
{
	const char *word = kin(d, task, other);

	if (!word)
		say_task(line, d->model, task);
	else if (begin)
		buf_puts(line, *word == 'c' ? "Child" : "Parent");
	else
		buf_printf(line, "the %s", word);
}

/* pshared = 0, or memory that is not shared: mistakes with a name. */
static bool headline_sharing(const struct deadlock *d, struct waiter *w, const char *object)
{
	const struct model_object *o = model_object(d->model, object);
	const struct event *post = foreign_post(d, w, object);
	struct buf *line;

	if (post && o && o->made_known && event_int(o->made, "shared", 1) == 0) {
		line = waiter_headline(w, RANK_MISTAKE, ADVICE_PSHARED);
		if (!line)
			return false;
		put_kin(line, d, w->task, post->task, true);
		buf_printf(line, " sleeps in %s although ", w->event->name);
		put_kin(line, d, post->task, w->task, false);
		buf_puts(line, " has posted: pshared=0 lets only threads of one process wake each "
			       "other.");
		return true;
	}
	post = post ? NULL : post_of_copy(d, w, object);
	if (!post)
		return false;
	line = waiter_headline(w, RANK_MISTAKE, ADVICE_COPY);
	if (!line)
		return false;
	put_kin(line, d, post->task, w->task, true);
	buf_puts(line, " posted its own copy of the semaphore");
	say_at(line, post);
	buf_puts(line, ": this one has never been posted.");
	return true;
}

/* Two tasks at semaphores that nobody has posted: each waits for the other to begin. */
static const struct waiter *unposted_partner(const struct deadlock *d, const struct waiter *w)
{
	for (size_t i = 0; i < d->waiter_count; i++) {
		const struct waiter *other = &d->waiters[i];
		const struct model_object *o =
			model_object(d->model, event_text(other->event, "obj"));

		if (other != w && o && strncmp(o->id, "sem:", 4) == 0 && !o->given &&
			strcmp(o->id, event_text(w->event, "obj")) != 0)
			return other;
	}
	return NULL;
}

static void headline_nobody(const struct deadlock *d, struct waiter *w, const char *object)
{
	const struct model_object *o = model_object(d->model, object);
	const struct waiter *other = o && !o->given ? unposted_partner(d, w) : NULL;
	struct buf *line = waiter_headline(w, other ? RANK_LIKELY : RANK_GENERIC, ADVICE_SEM);

	if (!line)
		return;
	if (other) {
		const char *theirs = event_text(other->event, "obj");

		say_Task(line, d->model, w->task);
		buf_puts(line, " waits for ");
		say_object(line, d->model, object);
		buf_puts(line, ", ");
		say_task(line, d->model, other->task);
		buf_puts(line, " waits for ");
		say_object(line, d->model, theirs);
		buf_puts(line, "; neither has been posted. Post before you wait.");
		return;
	}
	say_Task(line, d->model, w->task);
	buf_puts(line, " waits for ");
	say_object(line, d->model, object);
	if (o && o->value >= 0)
		buf_printf(line, ", whose value is %" PRId64 ",", o->value);
	if (o && o->given) {
		buf_puts(line, " and nobody is left to post it: it was posted last by ");
		say_task(line, d->model, o->given->task);
		say_at(line, o->given);
		if (o->taken) {
			buf_puts(line, " and taken last by ");
			say_task(line, d->model, o->taken->task);
			say_at(line, o->taken);
		}
	} else if (o && o->taken) {
		buf_puts(line, " and nobody has posted it; it was taken last by ");
		say_task(line, d->model, o->taken->task);
		say_at(line, o->taken);
	} else {
		buf_puts(line, " and nobody has posted it");
	}
	buf_putc(line, '.');
}

static void explain_semaphore(const struct deadlock *d, struct waiter *w)
{
	const char *object = event_text(w->event, "obj");
	const struct model_object *o = model_object(d->model, object);

	if (!object)
		return;
	buf_puts(&w->detail, "  for a post of ");
	say_object(&w->detail, d->model, object);
	if (o && o->value != INT64_MIN)
		buf_printf(&w->detail, ", value %" PRId64, o->value);
	headline_sharing(d, w, object);
	say_partners(d, w, object, 0);
	headline_nobody(d, w, object);
}

/* The first operation of ops="0:-1/undo,1:+1" that takes, or waits for zero. */
static bool wanted_op(const char *ops, long *number, long *op)
{
	while (ops && *ops) {
		char *end;

		*number = strtol(ops, &end, 10);
		*op = *end == ':' ? strtol(end + 1, &end, 10) : 0;
		if (*op <= 0)
			return true;
		ops = strchr(end, ',');
		ops = ops ? ops + 1 : NULL;
	}
	return false;
}

static void explain_semop(const struct deadlock *d, struct waiter *w)
{
	const char *object = event_text(w->event, "obj");
	long number = 0, op = -1;
	struct buf *line;

	if (!object)
		return;
	if (!wanted_op(event_text(w->event, "ops"), &number, &op)) {
		number = 0;
		op = -1;
	}
	buf_printf(&w->detail, op ? "  to take %ld from " : "  for the value 0 of ", -op);
	say_semaphore(&w->detail, d, object, number);
	if (op)
		say_partners(d, w, object, number);
	else
		buf_putc(&w->detail, '\n');
	line = waiter_headline(w, RANK_GENERIC, ADVICE_SEMOP);
	if (!line)
		return;
	say_Task(line, d->model, w->task);
	buf_puts(line, op ? " waits to take from " : " waits for the value 0 of ");
	say_semaphore(line, d, object, number);
	buf_puts(line, ", and nobody is left to change it.");
}

const struct wait_row waits_sem[] = {
	{"sem_wait", explain_semaphore},
	{"sem_timedwait", explain_semaphore},
	{"sem_clockwait", explain_semaphore},
	{"semop", explain_semop},
	{"semtimedop", explain_semop},
	{NULL, NULL},
};
