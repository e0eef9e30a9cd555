/*
 * Who is inside a signal handler, and what is called there that is not async-signal-safe.
 *
 * A handler begins with a delivery and ends with rt_sigreturn, or, unseen, with siglongjmp(). So a
 * delivery only makes a record and sets the runtime's flag in the process; the wrappers of our
 * runtime (guest/unsafe.S) look at the flag and tell of their call. Then the stack is walked: a
 * handler runs as long as the return into its restorer stands there, and above it the kernel's
 * frame says what was interrupted, which tells the record.
 */
#include "config.h"

#include <string.h>

#include "lab/guest/unsafe.h"
#include "lab/supervise/call.h"

static const struct {
	const char *name, *why;
} unsafe_calls[GUEST_UNSAFE_CALL_COUNT] = {
#define X(symbol, said, reason) [UNSAFE_##symbol] = {#said, #reason},
	GUEST_UNSAFE_CALLS(X)
#undef X
};

static bool any_in_handler(const struct supervisor *s, const struct process *p)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->tracees[i]->process == p && s->tracees[i]->state != ENDED &&
			s->tracees[i]->handler_count)
			return true;
	return false;
}

/* What does not work is the program's: its memory is unmapped, or it has just been killed. */
static void set_flag(struct supervisor *s, struct tracee *t)
{
	struct process *p = t->process;
	int now = any_in_handler(s, p);

	if (!p->flag_at || p->flag == now)
		return;
	p->flag = now;
	tracee_write(t, p->flag_at, &now, sizeof(now));
}

void handler_flag_is(struct tracee *t, uint64_t addr)
{
	t->process->flag_at = addr;
	t->process->flag = 0;
}

void handler_begins(struct supervisor *s, struct tracee *t, int sig)
{
	size_t most = sizeof(t->handlers) / sizeof(t->handlers[0]);
	struct arch_regs regs;

	if (!t->process->flag_at || arch_read(t->tid, &regs) < 0)
		return;
	if (t->handler_count == most) { /* they never returned */
		t->handler_count--;
		memmove(t->handlers, t->handlers + 1, t->handler_count * sizeof(t->handlers[0]));
	}
	t->handlers[t->handler_count].signal = sig;
	t->handlers[t->handler_count].function = t->process->handlers[sig];
	t->handlers[t->handler_count++].sp = arch_sp(&regs);
	set_flag(s, t);
}

/* The records of those that the handler whose frame is at FRAME has interrupted, and its own. */
static void keep_below(struct tracee *t, uint64_t frame)
{
	uint64_t sp;

	if (t->handler_count < 2 || !tracee_read(t, frame + ARCH_FRAME_SP, &sp, sizeof(sp)))
		return;
	for (unsigned i = t->handler_count; i-- > 0;)
		if (t->handlers[i].sp == sp) {
			t->handler_count = i + 1;
			return;
		}
}

void handler_ends(struct supervisor *s, struct tracee *t)
{
	if (!t->handler_count)
		return;
	keep_below(t, arch_sp(&t->regs));
	t->handler_count--;
	set_flag(s, t);
}

/* T, which has entered handlers, is still in one: E gets its place. */
static bool is_inside(struct supervisor *s, struct tracee *t, struct event *e)
{
	uint64_t frame;

	if (place_in_handler(s, t, e, &frame)) {
		keep_below(t, frame);
		return true;
	}
	t->handler_count = 0; /* it was left by a jump */
	set_flag(s, t);
	return false;
}

void handler_look(struct supervisor *s, struct tracee *t)
{
	struct event at = {0};

	if (t->handler_count)
		is_inside(s, t, &at);
}

/* An event of the call of NAME that T is about to make, if it makes it in a handler. */
static void tell(struct supervisor *s, struct tracee *t, const char *name, const char *why)
{
	struct event *e = task_event(s, t, EVENT_UNSAFE, name);
	struct event at = {0};
	const struct event_place *handler = &at.place;
	unsigned top;

	if (!is_inside(s, t, e))
		return;
	top = t->handler_count - 1;
	place_of_address(s, t, t->handlers[top].function, &at);
	event_add_text(s->log, e, "sig", signal_name(t->handlers[top].signal));
	if (handler->function)
		event_add_text(s->log, e, "handler", handler->function);
	event_add_text(s->log, e, "why", why);
	if (!e->place.file)
		e->place = *handler;
	tracee_queue(t, e);
}

void handler_calls(struct supervisor *s, struct tracee *t)
{
	uint64_t id = arch_argument(&t->entry, 0);

	/* a function of the program's own that is called like one of the library's may be called */
	if (t->handler_count && id < GUEST_UNSAFE_CALL_COUNT &&
		!tracee_is_program(s, t, arch_argument(&t->entry, 1)))
		tell(s, t, unsafe_calls[id].name, unsafe_calls[id].why);
}

void handler_calls_library(struct supervisor *s, struct tracee *t, int id)
{
	if (t->handler_count && id != GUEST_sem_post)
		tell(s, t, library_call_name(id), "lock");
}
