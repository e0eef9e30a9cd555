/*
 * What our runtime inside the process says: main begins, code runs, a library call begins or ends.
 * Believed only from the runtime's own addresses.
 *
 * A library call (sem_wait, pthread_mutex_lock, ...) is one event, as students know it; the futex
 * calls inside it are not shown, but a sleep in one is a sleep of the library call.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "lab/supervise/call.h"
#include "lab/supervise/races.h"

#define TICK_NS 50000 /* virtual time of MARK_TICK_BLOCKS blocks of code */

static const char *const library_names[] = {
#define X(name) #name,
	GUEST_LIBRARY_CALLS(X)
#undef X
};

const char *library_call_name(int id)
{
	if (id < 0 || id >= GUEST_LIBRARY_CALL_COUNT)
		return "-";
	return library_names[id];
}

static const char *object_kind(int id)
{
	const char *name = library_call_name(id);

	if (strncmp(name, "sem_", 4) == 0)
		return "sem";
	if (strncmp(name, "pthread_mutex_", 14) == 0)
		return "mutex";
	if (strncmp(name, "pthread_cond_", 13) == 0)
		return "cond";
	if (strncmp(name, "pthread_barrier_", 16) == 0)
		return "barrier";
	if (strncmp(name, "pthread_rwlock_", 15) == 0)
		return "rwlock";
	if (strncmp(name, "pthread_spin_", 13) == 0)
		return "spin";
	return NULL;
}

static bool makes_object(int id)
{
	return id == GUEST_sem_init || id == GUEST_pthread_mutex_init;
}

/* A named semaphore keeps its name: the object gets it when sem_open returns. */
static void add_object(
	struct supervisor *s, struct tracee *t, struct event *e, int id, uint64_t addr)
{
	const char *kind = object_kind(id);

	if (kind && addr)
		event_add_text(s->log, e, "obj", object_of_address(s, t, kind, addr));
}

/* glibc's sem_t: the value is the low half of its first 64 bits (sysdeps/nptl/internaltypes.h,
 * struct new_sem). */
static void add_value(struct supervisor *s, struct tracee *t, struct event *e, uint64_t addr)
{
	uint32_t value;

	if (addr && (t->race && t->race->played ? races_taped(t, addr, &value, sizeof(value))
						: tracee_read(t, addr, &value, sizeof(value))))
		event_add_int(s->log, e, "value", value);
}

static void push(struct tracee *t, bool handler)
{
	if (t->depth == sizeof(t->outer) / sizeof(t->outer[0]))
		t->depth = 0; /* handlers that never returned (siglongjmp) */
	t->outer[t->depth].handler = handler;
	t->outer[t->depth].id = t->library;
	t->outer[t->depth++].event = t->library_event;
	t->library = -1;
	t->library_event = NULL;
}

static void pop(struct tracee *t)
{
	t->library = t->outer[--t->depth].id;
	t->library_event = t->outer[t->depth].event;
}

void library_interrupted(struct tracee *t)
{
	push(t, true);
}

void library_resumed(struct tracee *t)
{
	while (t->depth && !t->outer[t->depth - 1].handler)
		t->depth--; /* calls that the handler left by a jump */
	if (t->depth)
		pop(t);
}

/* The errno of a planned failure, for the wrapper, which then does not make the call; or 0. */
static int library_begin(struct supervisor *s, struct tracee *t)
{
	int id = (int)arch_argument(&t->entry, 0);
	uint64_t arg0 = arch_argument(&t->entry, 1), arg1 = arch_argument(&t->entry, 2);
	struct event *e;

	if (id < 0 || id >= GUEST_LIBRARY_CALL_COUNT)
		return 0;
	if (t->library >= 0)
		push(t, false);
	if (makes_object(id))
		object_forget_address(t, arg0);
	handler_calls_library(s, t, id);
	e = task_event(s, t, EVENT_CALL, library_call_name(id));
	event_add_int(s->log, e, "lib", 1);
	if (id == GUEST_sem_open || id == GUEST_sem_unlink) {
		LAB_FREE char *path = tracee_read_string(t, arg0, 256);

		if (path)
			event_add_text(s->log, e, "path", path);
	} else {
		add_object(s, t, e, id, arg0);
	}
	if (id == GUEST_sem_init)
		event_add_int(s->log, e, "shared", (int)arg1);
	if ((id == GUEST_pthread_cond_wait || id == GUEST_pthread_cond_timedwait) && arg1)
		event_add_text(s->log, e, "mutex", object_of_address(s, t, "mutex", arg1));
	if (t->race && t->race->played)
		races_taped_place(s, t, e);
	else
		place_of_tracee(s, t, e);
	races_library_begins(s, t, id);
	t->library = id;
	t->library_event = e;
	return t->main_reached ? fault_strikes_library(s, t, library_names[id]) : 0;
}

static void library_end(struct supervisor *s, struct tracee *t)
{
	int id = (int)arch_argument(&t->entry, 0);
	int64_t result = (int64_t)arch_argument(&t->entry, 1);
	int error = (int)arch_argument(&t->entry, 2);
	uint64_t arg0 = arch_argument(&t->entry, 3);
	struct event *e = t->library_event;

	if (id != t->library)
		return;
	t->library = -1;
	t->library_event = NULL;
	t->block_logged = false;
	if (t->depth && !t->outer[t->depth - 1].handler)
		pop(t);
	if (!e)
		return;
	if (id == GUEST_sem_open) {
		object_forget_address(t, (uint64_t)result);
		if (result)
			add_object(s, t, e, id, (uint64_t)result);
		arg0 = (uint64_t)result;
		result = result ? 0 : -1;
	}
	races_library_ends(s, t, id, result, arg0, e);
	if (strncmp(library_names[id], "sem_", 4) == 0 && result == 0 && id != GUEST_sem_unlink &&
		id != GUEST_sem_close && id != GUEST_sem_destroy)
		add_value(s, t, e, arg0);
	/* pthread functions return the error itself */
	if (strncmp(library_names[id], "pthread_", 8) == 0 && result > 0) {
		error = (int)result;
		result = -1;
	}
	event_add_int(s->log, e, "ret", result == 0 ? 0 : -1);
	if (result != 0) {
		event_add_text(s->log, e, "err", lab_errno_name(error));
		t->idle_steps++;
	}
	tracee_queue(t, e);
}

void marker_play(struct supervisor *s, struct tracee *t, int nr)
{
	if (nr == MARK_ACCESS)
		races_use(s, t);
	else if (nr == MARK_LIB_BEGIN)
		library_begin(s, t);
	else if (nr == MARK_LIB_END)
		library_end(s, t);
}

/* Its answer is of interest only where a library call is to fail. */
enum enter marker_enter(struct supervisor *s, struct tracee *t, int nr)
{
	int failure = 0;

	if (!tracee_in_runtime(s, t)) {
		arch_skip(&t->regs, -ENOSYS);
		return ENTER_UNKNOWN;
	}
	arch_skip(&t->regs, 0);
	switch (nr) {
	case MARK_MAIN:
		if (!t->main_reached) {
			t->main_reached = true;
			handler_flag_is(t, arch_argument(&t->entry, 0));
			tracee_queue(t, task_event(s, t, EVENT_MAIN, NULL));
		}
		break;
	case MARK_TICK:
		spin_count(s, t, TICK_STEPS);
		clock_spend(s, t, TICK_NS);
		break;
	case MARK_UNSAFE:
		handler_calls(s, t);
		break;
	case MARK_SHARED:
		races_start(s, t);
		break;
	case MARK_MAPPED:
		races_unmapped(s, t);
		break;
	case MARK_ACCESS:
		races_use(s, t);
		break;
	case MARK_NAME:
		races_name_used(s, t);
		break;
	case MARK_LIB_BEGIN:
		failure = library_begin(s, t);
		arch_skip(&t->regs, failure);
		break;
	default:
		library_end(s, t);
	}
	return failure ? ENTER_SKIP : ENTER_UNKNOWN;
}
