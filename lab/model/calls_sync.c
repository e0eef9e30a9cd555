/*
 * What calls that use semaphores, mutexes and their like, and message queues mean for these.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/model/state.h"

static void apply_send(struct model *m, const struct event *e, struct model_object *o)
{
	if (!o)
		return;
	o->messages++;
	o->given = e;
	model_message_sent(m, e, o);
}

static void apply_receive(struct model *m, const struct event *e, struct model_object *o)
{
	if (!o)
		return;
	o->messages--;
	o->taken = e;
	model_message_taken(m, e, o);
}

static void apply_attributes(struct model *m, const struct event *e, struct model_object *o)
{
	(void)m;
	if (o && event_has(e, "maxmsg")) {
		o->most = event_int(e, "maxmsg", 0);
		o->messages = event_int(e, "curmsgs", 0);
	}
}

static void apply_sem_make(struct model *m, const struct event *e, struct model_object *o)
{
	if (!o)
		return;
	model_made_here(m, e, o->id);
	if (event_text(e, "path"))
		o->path = event_text(e, "path");
	if (event_has(e, "value"))
		o->value = event_int(e, "value", INT64_MIN);
}

/* CHANGE: what the call does to the value where the event does not tell it. */
static void use_semaphore(
	struct model *m, const struct event *e, struct model_object *o, int64_t number, int change)
{
	struct model_use *u = model_use_get(m, o->id, number, e->task);

	u->held -= change;
	if (change < 0) {
		u->take = e;
		o->taken = e;
	} else {
		u->give = e;
		o->given = e;
	}
	if (event_has(e, "value"))
		o->value = event_int(e, "value", INT64_MIN);
	else if (o->value != INT64_MIN)
		o->value += change;
}

static void apply_sem_wait(struct model *m, const struct event *e, struct model_object *o)
{
	if (o)
		use_semaphore(m, e, o, 0, -1);
}

static void apply_sem_post(struct model *m, const struct event *e, struct model_object *o)
{
	if (o)
		use_semaphore(m, e, o, 0, +1);
}

static void apply_sem_value(struct model *m, const struct event *e, struct model_object *o)
{
	(void)m;
	if (o && event_has(e, "value"))
		o->value = event_int(e, "value", INT64_MIN);
}

/* ops="0:-1/undo,1:+1" */
static void apply_semop(struct model *m, const struct event *e, struct model_object *o)
{
	const char *p = event_text(e, "ops");

	while (o && p && *p) {
		char *end;
		long number = strtol(p, &end, 10);
		long change = *end == ':' ? strtol(end + 1, &end, 10) : 0;

		if (change) {
			use_semaphore(m, e, o, number, (int)change);
			model_cell_add(m, e, o->id, number, change);
		}
		if (strncmp(end, "/undo", 5) == 0)
			model_use_get(m, o->id, number, e->task)->undo -= change;
		p = strchr(end, ',');
		if (p)
			p++;
	}
}

static void apply_lock(struct model *m, const struct event *e, struct model_object *o)
{
	struct model_use *u;

	if (!o || event_int(e, "ret", 0) != 0)
		return;
	o->owner = e->task;
	o->taken = e;
	u = model_use_get(m, o->id, 0, e->task);
	u->held = 1;
	u->take = e;
}

static void apply_unlock(struct model *m, const struct event *e, struct model_object *o)
{
	struct model_use *u;

	if (!o || event_int(e, "ret", 0) != 0)
		return;
	if (o->owner == e->task)
		o->owner = 0;
	o->given = e;
	u = model_use_get(m, o->id, 0, e->task);
	u->held = 0;
	u->give = e;
}

static struct model_object *mutex_of(struct model *m, const struct event *e)
{
	const char *id = event_text(e, "mutex");

	return id ? model_object_get(m, id, e) : NULL;
}

static void apply_cond_wait(struct model *m, const struct event *e, struct model_object *o)
{
	(void)o;
	apply_lock(m, e, mutex_of(m, e));
}

static void apply_semget(struct model *m, const struct event *e, struct model_object *o)
{
	bool new = o && !o->made_known;

	if (!o)
		return;
	model_made_here(m, e, o->id);
	if (new && m->log->events[0]->kind == EVENT_RUN) /* else it may be older */
		model_cells_made(m, o->id, event_int(e, "count", 0));
}

static void apply_made(struct model *m, const struct event *e, struct model_object *o)
{
	if (o)
		model_made_here(m, e, o->id);
}

const struct model_rule model_sync_rules[] = {
	{"mq_getattr", apply_attributes},
	{"mq_receive", apply_receive},
	{"mq_send", apply_send},
	{"mq_setattr", apply_attributes},
	{"mq_timedreceive", apply_receive},
	{"mq_timedsend", apply_send},
	{"msgget", apply_made},
	{"msgrcv", apply_receive},
	{"msgsnd", apply_send},
	{"pthread_cond_timedwait", apply_cond_wait},
	{"pthread_cond_wait", apply_cond_wait},
	{"pthread_mutex_init", apply_made},
	{"pthread_mutex_lock", apply_lock},
	{"pthread_mutex_timedlock", apply_lock},
	{"pthread_mutex_trylock", apply_lock},
	{"pthread_mutex_unlock", apply_unlock},
	{"pthread_rwlock_rdlock", apply_lock},
	{"pthread_rwlock_tryrdlock", apply_lock},
	{"pthread_rwlock_trywrlock", apply_lock},
	{"pthread_rwlock_unlock", apply_unlock},
	{"pthread_rwlock_wrlock", apply_lock},
	{"pthread_spin_lock", apply_lock},
	{"pthread_spin_trylock", apply_lock},
	{"pthread_spin_unlock", apply_unlock},
	{"sem_clockwait", apply_sem_wait},
	{"sem_getvalue", apply_sem_value},
	{"sem_init", apply_sem_make},
	{"sem_open", apply_sem_make},
	{"sem_post", apply_sem_post},
	{"sem_timedwait", apply_sem_wait},
	{"sem_trywait", apply_sem_wait},
	{"sem_wait", apply_sem_wait},
	{"semctl", model_apply_semctl},
	{"semget", apply_semget},
	{"semop", apply_semop},
	{"semtimedop", apply_semop},
	{"shmget", apply_made},
	{.name = NULL},
};

void model_apply_block(struct model *m, const struct event *e)
{
	const char *id = event_text(e, "obj");

	if (id)
		model_object_get(m, id, e);
	if (strncmp(e->name, "pthread_cond_", 13) == 0)
		apply_unlock(m, e, mutex_of(m, e));
}
