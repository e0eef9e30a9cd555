/*
 * Semaphores, mutexes and the like, for the race detector: what the markers around library calls
 * tell (markers.c). A post or an unlock can be seen by others before its own call has returned: it
 * is told when the call begins. A lock is told when it was got.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "lab/supervise/call.h"
#include "lab/supervise/races.h"

static uint64_t library_key(struct supervisor *s, struct tracee *t, const char *kind, uint64_t addr)
{
	return races_key(s, object_of_address(s, t, kind, addr), 0);
}

void races_library_begins(struct supervisor *s, struct tracee *t, int id)
{
	uint64_t at = arch_argument(&t->entry, 1);
	struct race *r;

	if (!s->races)
		return;
	r = s->races->race;
	race_at(r, s->log->count, t->library_event ? races_site(s, &t->library_event->place) : 0);
	switch (id) {
	case GUEST_sem_init:
		race_sem_set(r, t->index, library_key(s, t, "sem", at),
			(unsigned)arch_argument(&t->entry, 3));
		break;
	case GUEST_sem_post:
		race_sem_post(r, t->index, library_key(s, t, "sem", at), 1);
		break;
	case GUEST_pthread_mutex_unlock:
		race_unlock(r, t->index, library_key(s, t, "mutex", at));
		break;
	case GUEST_pthread_spin_unlock:
		race_unlock(r, t->index, library_key(s, t, "spin", at));
		break;
	case GUEST_pthread_rwlock_unlock:
		race_unlock(r, t->index, library_key(s, t, "rwlock", at));
		break;
	case GUEST_pthread_cond_wait:
	case GUEST_pthread_cond_timedwait:
		races_task(t)->mutex = library_key(s, t, "mutex", arch_argument(&t->entry, 2));
		race_unlock(r, t->index, races_task(t)->mutex);
		break;
	case GUEST_pthread_cond_signal:
	case GUEST_pthread_cond_broadcast:
		race_release(r, t->index, library_key(s, t, "cond", at));
		break;
	case GUEST_pthread_barrier_wait:
		race_arrive(r, t->index, library_key(s, t, "barrier", at));
		break;
	}
}

static bool is_new(struct races *r, uint64_t key)
{
	for (size_t i = 0; i < r->named_count; i++)
		if (r->named[i] == key)
			return false;
	r->named = lab_xrealloc(r->named, (r->named_count + 1) * sizeof(*r->named));
	r->named[r->named_count++] = key;
	return true;
}

/* A named semaphore has its value from whoever made it; those who open it later have none to tell.
 */
static void sem_opened(struct supervisor *s, struct tracee *t, uint64_t at, const char *path)
{
	uint64_t key = at ? library_key(s, t, "sem", at) : 0;
	bool made = at && is_new(s->races, key);
	uint32_t value;

	if (made && tracee_read(t, at, &value, sizeof(value)))
		race_sem_set(s->races->race, t->index, key, value);
	if (path)
		races_name_is(s, t, path, made);
}

static bool is_locked(int64_t result)
{
	return result == 0 || result == EOWNERDEAD;
}

/* RESULT as the library gave it, of the object AT; E: the event. */
void races_library_ends(struct supervisor *s, struct tracee *t, int id, int64_t result, uint64_t at,
	const struct event *e)
{
	struct race *r;

	if (!s->races)
		return;
	r = s->races->race;
	race_at(r, s->log->count, races_site(s, &e->place));
	switch (id) {
	case GUEST_sem_open:
		sem_opened(s, t, at, event_text(e, "path"));
		return;
	case GUEST_sem_unlink:
		if (event_text(e, "path"))
			races_name_is(s, t, event_text(e, "path"), result == 0);
		return;
	case GUEST_pthread_cond_wait:
	case GUEST_pthread_cond_timedwait:
		if (result == 0)
			race_acquire(r, t->index, library_key(s, t, "cond", at));
		race_lock(r, t->index, races_task(t)->mutex, false);
		return;
	case GUEST_pthread_barrier_wait: /* -1: the serial one */
		if (result <= 0)
			race_depart(r, t->index, library_key(s, t, "barrier", at));
		return;
	}
	if (!is_locked(result)) {
		races_in_vain(s, t); /* sem_trywait, pthread_mutex_trylock, ... */
		return;
	}
	switch (id) {
	case GUEST_sem_wait:
	case GUEST_sem_trywait:
	case GUEST_sem_timedwait:
	case GUEST_sem_clockwait:
		race_sem_wait(r, t->index, library_key(s, t, "sem", at), 1);
		break;
	case GUEST_sem_getvalue:
		race_sem_look(r, t->index, library_key(s, t, "sem", at));
		break;
	case GUEST_pthread_mutex_lock:
	case GUEST_pthread_mutex_trylock:
	case GUEST_pthread_mutex_timedlock:
		race_lock(r, t->index, library_key(s, t, "mutex", at), false);
		break;
	case GUEST_pthread_spin_lock:
	case GUEST_pthread_spin_trylock:
		race_lock(r, t->index, library_key(s, t, "spin", at), false);
		break;
	case GUEST_pthread_rwlock_rdlock:
	case GUEST_pthread_rwlock_wrlock:
	case GUEST_pthread_rwlock_tryrdlock:
	case GUEST_pthread_rwlock_trywrlock:
		race_lock(r, t->index, library_key(s, t, "rwlock", at),
			id == GUEST_pthread_rwlock_rdlock || id == GUEST_pthread_rwlock_tryrdlock);
		break;
	case GUEST_pthread_join:
		races_thread_joined(s, t);
		break;
	}
}
