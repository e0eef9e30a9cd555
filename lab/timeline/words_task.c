/* Tasks and calls in words: see words.h. */
#include "config.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/timeline/words.h"

enum { STANDARD = 3 };

/* ---- calls ---- */

/* What says more elsewhere, or little. */
static bool is_left_out(const char *key)
{
	static const char *const keys[] = {"ret", "err", "data", "n", "lib", "len", "until",
		"clock", "msgsize", "shared", "since"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(key, keys[i]) == 0)
			return true;
	return false;
}

/* Their value says what they are. */
static bool stands_alone(const char *key)
{
	static const char *const keys[] = {"fd", "pid", "sig", "set", "how", "cmd", "path", "flags",
		"options", "ops", "fds", "newobj", "type", "status", "child"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(key, keys[i]) == 0)
			return true;
	return false;
}

static void say_value(struct buf *into, const struct event_arg *a)
{
	if (a->type == EVENT_TASK)
		buf_printf(into, "t%" PRId64, a->number);
	else if (a->type == EVENT_STRING)
		buf_put_escaped(into, a->text, a->len);
	else if (strcmp(a->key, "ns") == 0)
		buf_put_seconds(into, a->number);
	else if (strcmp(a->key, "mode") == 0)
		buf_printf(into, "%#" PRIo64, (uint64_t)a->number);
	else
		buf_printf(into, "%" PRId64, a->number);
}

/* NAME(3 pipe:1, ...): an object stands right behind its descriptor. */
static void say_arguments(struct buf *into, const struct event *e)
{
	bool first = true;

	for (size_t i = 0; i < e->arg_count; i++) {
		const struct event_arg *a = &e->args[i];
		bool object = strcmp(a->key, "obj") == 0;

		if (is_left_out(a->key))
			continue;
		buf_puts(into, first ? "" : object ? " " : ", ");
		if (!object && !(stands_alone(a->key) &&
				       (a->type != EVENT_INT || strcmp(a->key, "fd") == 0 ||
					       strcmp(a->key, "pid") == 0)))
			buf_printf(into, "%s=", strcmp(a->key, "ns") == 0 ? "s" : a->key);
		say_value(into, a);
		first = false;
	}
}

void timeline_call(struct buf *into, const struct event *e)
{
	const struct event_arg *ret = event_arg(e, "ret");
	const char *err = event_text(e, "err");

	buf_printf(into, "%s(", e->name);
	say_arguments(into, e);
	buf_putc(into, ')');
	if (ret) {
		buf_puts(into, " = ");
		say_value(into, ret);
	}
	if (err)
		buf_printf(into, " %s", err);
}

void timeline_wait(struct buf *into, const struct event *wait)
{
	const char *object = event_text(wait, "obj");

	buf_puts(into, wait->name);
	if (object)
		buf_printf(into, "(%s)", object);
}

/* ---- tasks ---- */

static void say_end(struct buf *into, const struct model_task *t)
{
	if (!t->died)
		return;
	if (t->died->kind == EVENT_KILLED)
		buf_printf(into, "killed by %s", t->died->name);
	else
		buf_printf(into, "exit status %d", t->status);
}

static void say_wait(struct buf *into, const struct model_task *t)
{
	buf_puts(into, "waits in ");
	timeline_call(into, t->blocked);
	buf_puts(into, " since ");
	buf_put_seconds(into, t->blocked->time);
	buf_printf(into, " (step %" PRIu64 ")", t->blocked->step);
	if (event_has(t->blocked, "until")) {
		buf_puts(into, " until ");
		buf_put_seconds(into, event_int(t->blocked, "until", 0));
	}
}

void fact_state(struct buf *into, const struct model *m, const struct model_task *t)
{
	switch (t->state) {
	case MODEL_NONE:
		break;
	case MODEL_ALIVE:
		buf_puts(into, m->running == t->index ? "runs" : "can run");
		break;
	case MODEL_BLOCKED:
		say_wait(into, t);
		break;
	case MODEL_STOPPED:
		buf_printf(into, "is stopped by %s", t->stopped ? t->stopped->name : "a signal");
		if (t->blocked) {
			buf_puts(into, ", ");
			say_wait(into, t);
		}
		break;
	case MODEL_ZOMBIE:
		buf_puts(into, "is a zombie: ");
		say_end(into, t);
		buf_puts(into, ", nobody has waited for it");
		break;
	case MODEL_GONE:
		buf_puts(into, t->thread ? "thread has ended" : "has ended: ");
		if (!t->thread)
			say_end(into, t);
		break;
	}
}

void fact_place(struct buf *into, const struct model_task *t)
{
	const struct event_place *place = t->placed ? &t->placed->place : NULL;

	if (!place)
		return;
	buf_puts(into, place->file);
	if (place->line > 0)
		buf_printf(into, ":%d", place->line);
	if (place->function)
		buf_printf(into, " %s()", place->function);
}

static int by_number(const void *a, const void *b)
{
	const struct model_fd *x = *(const struct model_fd *const *)a;
	const struct model_fd *y = *(const struct model_fd *const *)b;

	return (x->fd > y->fd) - (x->fd < y->fd);
}

/* 0 to 2 are there, and what the program was started with. */
static bool are_standard(const struct model_fd *const *own)
{
	for (int fd = 0; fd < STANDARD; fd++)
		if (own[fd]->fd != fd || own[fd]->opened->kind == EVENT_CALL)
			return false;
	return true;
}

void fact_descriptors(struct buf *into, const struct model *m, int process)
{
	const struct model_fd **own =
		lab_xmalloc((m->fd_count + 1) * sizeof(const struct model_fd *));
	size_t count = 0, i = 0;

	for (size_t k = 0; k < m->fd_count; k++)
		if (m->fds[k].task == process)
			own[count++] = &m->fds[k];
	qsort(own, count, sizeof(const struct model_fd *), by_number);
	if (count >= STANDARD && are_standard(own)) {
		buf_puts(into, "0-2 standard");
		i = STANDARD;
	}
	for (; i < count; i++)
		buf_printf(into, "%s%d %s%s %s", i ? ", " : "", own[i]->fd,
			own[i]->readable ? "r" : "", own[i]->writable ? "w" : "",
			own[i]->object ? own[i]->object : "?");
	free(own);
}

/* ---- signals ---- */

static void say_signal(struct buf *into, int sig)
{
	const char *name = sigabbrev_np(sig);

	if (name)
		buf_printf(into, "SIG%s", name);
	else if (sig >= SIGRTMIN && sig <= SIGRTMAX)
		buf_printf(into, "SIGRTMIN+%d", sig - SIGRTMIN);
	else
		buf_printf(into, "signal %d", sig);
}

static void say_set(struct buf *into, const char *before, uint64_t set)
{
	uint64_t most = ~(UINT64_C(1) << (SIGKILL - 1) | UINT64_C(1) << (SIGSTOP - 1));

	if (!set)
		return;
	buf_printf(into, "%s%s", into->len ? "; " : "", before);
	if (set == most) {
		buf_puts(into, " all");
		return;
	}
	for (int sig = 1; sig <= 64; sig++)
		if (set >> (sig - 1) & 1) {
			buf_putc(into, ' ');
			say_signal(into, sig);
		}
}

void fact_signals(struct buf *into, const struct model_task *t)
{
	say_set(into, "blocks", t->masked);
	say_set(into, "pending", t->pending);
	say_set(into, "ignores", t->ignored);
	for (size_t i = t->handler_count; i-- > 0;)
		if (i < MODEL_HANDLERS) {
			buf_puts(into, into->len ? "; in the handler of " : "in the handler of ");
			say_signal(into, t->handlers[i].signal);
		}
}
