/*
 * Event log -> state. One function a kind of event changes the tasks; what calls mean for
 * descriptors and objects is calls.c. Going back is starting again; lab/timeline keeps copies for
 * who goes back often.
 *
 * Events of one step stand in the order of tasks, not of cause: a parent's wait may stand before
 * its child's end, a read before the write that woke it, a handler's run before the kill. Whatever
 * is said here must come out the same either way once the step is over.
 */
#include "config.h"

#include "lab/model/model.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/path.h"
#include "lab/model/state.h"

struct model *model_new(const struct event_log *log)
{
	struct model *m = lab_xmalloc(sizeof(*m));

	m->log = log;
	return m;
}

static void model_empty(struct model *m)
{
	free(m->tasks);
	free(m->fds);
	free(m->objects);
	free(m->object_slots);
	free(m->uses);
	free(m->locks);
	free(m->cells);
	free(m->messages);
	*m = (struct model){.log = m->log};
}

void model_free(struct model *m)
{
	if (!m)
		return;
	model_empty(m);
	free(m);
}

/* A list's copy, with the room that one of its length would have: lists grow at powers of two. */
static void *copy_list(const void *list, size_t count, size_t size)
{
	size_t room = 1;
	void *copy;

	if (!count)
		return NULL;
	while (room < count)
		room *= 2;
	copy = lab_xrealloc(NULL, room * size);
	return memcpy(copy, list, count * size);
}

struct model *model_copy(const struct model *m)
{
	struct model *copy = lab_xmalloc(sizeof(*copy));

	*copy = *m;
	copy->tasks = copy_list(m->tasks, m->task_count, sizeof(*m->tasks));
	copy->fds = copy_list(m->fds, m->fd_count, sizeof(*m->fds));
	copy->objects = copy_list(m->objects, m->object_count, sizeof(*m->objects));
	copy->object_slots = copy_list(m->object_slots, m->slot_count, sizeof(*m->object_slots));
	copy->uses = copy_list(m->uses, m->use_count, sizeof(*m->uses));
	copy->locks = copy_list(m->locks, m->lock_count, sizeof(*m->locks));
	copy->cells = copy_list(m->cells, m->cell_count, sizeof(*m->cells));
	copy->messages = copy_list(m->messages, m->message_count, sizeof(*m->messages));
	return copy;
}

size_t model_size(const struct model *m)
{
	return sizeof(*m) + m->task_count * sizeof(*m->tasks) + m->fd_count * sizeof(*m->fds) +
	       m->object_count * sizeof(*m->objects) + m->slot_count * sizeof(*m->object_slots) +
	       m->use_count * sizeof(*m->uses) + m->lock_count * sizeof(*m->locks) +
	       m->cell_count * sizeof(*m->cells) + m->message_count * sizeof(*m->messages);
}

struct model_task *model_task(const struct model *m, int index)
{
	if (index < 1 || (size_t)index > m->task_count)
		return NULL;
	return m->tasks[index - 1].state == MODEL_NONE ? NULL : &m->tasks[index - 1];
}

int model_signal(const char *name)
{
	if (!name || strncmp(name, "SIG", 3) != 0)
		return 0;
	if (strncmp(name, "SIGRTMIN", 8) == 0)
		return SIGRTMIN + (name[8] == '+' ? atoi(name + 9) : 0);
	if (strncmp(name, "SIGRTMAX", 8) == 0)
		return SIGRTMAX - (name[8] == '-' ? atoi(name + 9) : 0);
	for (int sig = 1; sig < SIGRTMIN; sig++) {
		const char *known = sigabbrev_np(sig);

		if (known && strcmp(known, name + 3) == 0)
			return sig;
	}
	return 0;
}

/* t0, t1000000000, ...: no log of ours; do not let it eat memory. */
#define TASKS_MAX 100000

static struct model_task *task_make(struct model *m, int index)
{
	struct model_task *t;

	if (index < 1 || index > TASKS_MAX)
		return NULL;
	if ((size_t)index > m->task_count) {
		m->tasks = lab_xrealloc(m->tasks, (size_t)index * sizeof(*m->tasks));
		memset(&m->tasks[m->task_count], 0,
			((size_t)index - m->task_count) * sizeof(*m->tasks));
		m->task_count = (size_t)index;
	}
	t = &m->tasks[index - 1];
	*t = (struct model_task){.index = index, .process = index, .state = MODEL_ALIVE};
	return t;
}

static void child_count_add(struct model *m, int parent, bool more)
{
	struct model_task *p = model_task(m, parent);

	if (p && more)
		p->child_count++;
	else if (p && p->child_count)
		p->child_count--;
}

/* In a run of the lab the three that it gives; else they are told at the exec. */
static void open_standard(struct model *m, const struct event *e)
{
	if (m->log->events[0]->kind != EVENT_RUN)
		return;
	model_fd_open(m, e, 0, "stdin", true, false, false);
	model_fd_open(m, e, 1, "stdout", false, true, false);
	model_fd_open(m, e, 2, "stderr", false, true, false);
}

/* What a program was started with. */
static void on_holds(struct model *m, const struct event *e)
{
	const char *why = event_text(e, "why"), *mode = event_text(e, "mode");
	int fd = (int)event_int(e, "fd", -1);

	if (why && strcmp(why, "exec") == 0 && mode && fd >= 0 && !model_fd(m, e->task, fd))
		model_fd_open(m, e, fd, event_text(e, "obj"), strchr(mode, 'r') != NULL,
			strchr(mode, 'w') != NULL, false);
}

static void on_start(struct model *m, const struct event *e)
{
	struct model_task *t = task_make(m, e->task);
	const char *program = event_text(e, "argv0");

	if (!t)
		return;
	if (!program)
		program = event_text(e, "prog");
	t->pid = event_int(e, "pid", 0);
	t->born = e;
	t->program = program ? path_base(program) : NULL;
	open_standard(m, e);
}

static void on_fork(struct model *m, const struct event *e)
{
	struct model_task *t = task_make(m, event_task(e, "child"));
	const struct model_task *p = model_task(m, e->task);

	if (!t)
		return;
	t->pid = event_int(e, "pid", 0);
	t->born = e;
	t->thread = event_int(e, "thread", 0) != 0;
	t->parent = t->first_parent = e->task;
	if (p) {
		t->program = p->program;
		t->ignored = p->ignored;
		t->masked = p->masked;
		t->handler_count = p->handler_count;
		memcpy(t->handlers, p->handlers, sizeof(t->handlers));
	}
	if (t->thread) {
		t->handler_count = 0;
		t->process = model_process(m, e->task);
		return;
	}
	t->parent = t->first_parent = model_process(m, e->task);
	model_fds_inherit(m, e->task, t->index, e);
	child_count_add(m, t->parent, true);
}

static void on_exec(struct model *m, const struct event *e)
{
	struct model_task *t = model_task(m, e->task);
	const char *program = event_text(e, "argv0");

	if (!t)
		return;
	if (!program)
		program = event_text(e, "path");
	if (t->born && t->born->kind == EVENT_FORK)
		t->execed = true;
	if (program)
		t->program = path_base(program);
	t->blocked = NULL;
	t->state = MODEL_ALIVE;
	t->handler_count = 0;
	model_fds_exec(m, e->task);
}

static void wakes(struct model *m, int task)
{
	struct model_task *t = model_task(m, task);

	if (!t || t->state == MODEL_ZOMBIE || t->state == MODEL_GONE)
		return;
	t->blocked = NULL;
	if (t->state == MODEL_BLOCKED)
		t->state = MODEL_ALIVE;
}

static void on_call(struct model *m, const struct event *e)
{
	wakes(m, e->task);
	model_apply_call(m, e);
}

static void on_block(struct model *m, const struct event *e)
{
	struct model_task *t = model_task(m, e->task);

	if (!t || t->state == MODEL_ZOMBIE || t->state == MODEL_GONE)
		return;
	t->blocked = e;
	if (t->state == MODEL_ALIVE)
		t->state = MODEL_BLOCKED;
	model_apply_block(m, e);
}

static void on_signal(struct model *m, const struct event *e)
{
	struct model_task *t = model_task(m, event_task(e, "to"));
	int sig = model_signal(e->name);

	if (t && sig > 0 && sig <= 64)
		t->pending |= UINT64_C(1) << (sig - 1);
}

static void on_deliver(struct model *m, const struct event *e)
{
	struct model_task *t = model_task(m, e->task);
	const char *how = event_text(e, "how");
	int sig = model_signal(e->name);

	if (!t)
		return;
	t->delivered = e;
	if (sig > 0 && sig <= 64)
		t->pending &= ~(UINT64_C(1) << (sig - 1));
	if (how && strcmp(how, "handler") == 0) {
		wakes(m, e->task);
		model_handler_begins(t, sig);
	}
}

static void on_return(struct model *m, const struct event *e)
{
	struct model_task *t = model_task(m, e->task);

	if (t)
		model_handler_returns(t);
}

/* A stop and a continuation are the whole process'. */
static void set_stopped(struct model *m, const struct event *e, const struct event *stop)
{
	struct model_task *own = model_task(m, e->task);
	int sig = model_signal(e->name);

	if (own && sig > 0 && sig <= 64)
		own->pending &= ~(UINT64_C(1) << (sig - 1));
	for (size_t i = 0; i < m->task_count; i++) {
		struct model_task *t = &m->tasks[i];

		if (t->process != model_process(m, e->task) || t->state == MODEL_NONE ||
			t->state == MODEL_ZOMBIE || t->state == MODEL_GONE)
			continue;
		t->stopped = stop;
		t->state = stop ? MODEL_STOPPED : t->blocked ? MODEL_BLOCKED : MODEL_ALIVE;
	}
}

static void task_dies(struct model_task *t, const struct event *e, int status)
{
	t->died = e;
	t->status = status;
	t->blocked = NULL;
	t->stopped = NULL;
	/* who has no parent in the run is waited for by who started it */
	t->state = t->thread || t->reaped || !t->first_parent ? MODEL_GONE : MODEL_ZOMBIE;
}

static void on_death(struct model *m, const struct event *e)
{
	struct model_task *t = model_task(m, e->task);
	int status =
		e->kind == EVENT_KILLED ? -model_signal(e->name) : (int)event_int(e, "status", 0);

	if (!t)
		return;
	if (t->thread || event_int(e, "thread", 0)) {
		task_dies(t, e, status);
		return;
	}
	for (size_t i = 0; i < m->task_count; i++)
		if (m->tasks[i].process == t->index && m->tasks[i].state != MODEL_NONE &&
			m->tasks[i].state != MODEL_GONE)
			task_dies(&m->tasks[i], e, status);
	model_fds_end(m, t->index);
	model_cells_undo(m, e, t->index);
}

static void on_reaped(struct model *m, const struct event *e)
{
	int dead = event_has(e, "child") ? event_task(e, "child") : e->task;
	struct model_task *t = model_task(m, dead);

	if (!t)
		return;
	if (!t->reaped)
		child_count_add(m, t->parent, false);
	t->reaped = true;
	if (t->died)
		t->state = MODEL_GONE;
}

static void on_adopt(struct model *m, const struct event *e)
{
	struct model_task *t = model_task(m, e->task);

	if (!t)
		return;
	child_count_add(m, t->parent, false);
	t->parent = event_task(e, "parent");
	child_count_add(m, t->parent, true);
}

/* Where a task is in its source, and who is at it: one runs at a time. What is done to a task (a
 * signal's default action, its end, a wait that takes it) tells nothing of that. */
static void note_running(struct model *m, const struct event *e)
{
	struct model_task *t = e->place.file ? model_task(m, e->task) : NULL;

	if (t)
		t->placed = e;
	if (e->kind == EVENT_CHOICE)
		m->running = event_task(e, "picked");
	else if (e->task > 0 &&
		 (e->kind == EVENT_CALL || e->kind == EVENT_FORK || e->kind == EVENT_EXEC ||
			 e->kind == EVENT_MAIN || e->kind == EVENT_RETURN))
		m->running = e->task;
}

static void apply(struct model *m, const struct event *e)
{
	note_running(m, e);
	switch (e->kind) {
	case EVENT_START:
		on_start(m, e);
		break;
	case EVENT_FORK:
		wakes(m, e->task);
		on_fork(m, e);
		break;
	case EVENT_EXEC:
		on_exec(m, e);
		break;
	case EVENT_CALL:
		on_call(m, e);
		break;
	case EVENT_BLOCK:
		on_block(m, e);
		break;
	case EVENT_SIGNAL:
		on_signal(m, e);
		break;
	case EVENT_DELIVER:
		on_deliver(m, e);
		break;
	case EVENT_RETURN:
		on_return(m, e);
		break;
	case EVENT_STOP:
		set_stopped(m, e, e);
		break;
	case EVENT_CONT:
		set_stopped(m, e, NULL);
		break;
	case EVENT_EXIT:
	case EVENT_KILLED:
		on_death(m, e);
		break;
	case EVENT_REAPED:
		on_reaped(m, e);
		break;
	case EVENT_ADOPT:
		on_adopt(m, e);
		break;
	case EVENT_HOLDS:
		on_holds(m, e);
		break;
	case EVENT_RACE:
		m->raced = event_text(e, "obj");
		break;
	case EVENT_ACCESS:
		model_apply_access(m, e, m->raced);
		break;
	case EVENT_USE:
		model_apply_access(m, e, event_text(e, "obj"));
		break;
	default: /* the rest tells of the run, not of its objects */
		break;
	}
}

void model_go_to(struct model *m, size_t step)
{
	if (step > m->log->count)
		step = m->log->count;
	if (step < m->next)
		model_empty(m);
	while (m->next < step)
		apply(m, m->log->events[m->next++]);
}

static void put_task(const struct model *m, const struct model_task *t, struct buf *into)
{
	const char *separator = "(";

	if (t->first_parent == 0 && t->program && t->pid)
		buf_printf(into, "%s %" PRId64, t->program, t->pid);
	else if (t->pid)
		buf_printf(into, "%" PRId64, t->pid);
	else
		buf_printf(into, "t%d", t->index);
	for (size_t i = 0; i < m->task_count; i++) {
		const struct model_task *child = &m->tasks[i];

		/* A child is always younger: a log that says otherwise must not make a loop. */
		if (child->state == MODEL_NONE || child->thread ||
			child->first_parent != t->index || child->index <= t->index)
			continue;
		buf_puts(into, separator);
		put_task(m, child, into);
		separator = " ";
	}
	if (*separator == ' ')
		buf_putc(into, ')');
}

void model_tree(const struct model *m, struct buf *into)
{
	const char *separator = "";

	for (size_t i = 0; i < m->task_count; i++) {
		if (m->tasks[i].state == MODEL_NONE || m->tasks[i].thread ||
			m->tasks[i].first_parent)
			continue;
		buf_puts(into, separator);
		put_task(m, &m->tasks[i], into);
		separator = " ";
	}
}
