/*
 * Who waits for several things at once (poll, select, epoll), and one step that brings several
 * about: a death closes all descriptors one by one. Whether the waiter is woken between two of them
 * is the kernel's whim, and what it finds ready depends on that. So it is taken out of its wait
 * before, as by a signal that does nothing, and goes on waiting when all is done.
 */
#include "config.h"

#include <errno.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>

#include "lab/supervise/call.h"

static bool waits_for_several(const struct tracee *t)
{
	return t->state == ASLEEP && t->in_call && call_polls(t->call);
}

void hold_waiters(struct supervisor *s)
{
	for (size_t i = 0; i < s->count; i++) {
		struct tracee *t = s->tracees[i];

		if (!waits_for_several(t))
			continue;
		if (ptrace(PTRACE_INTERRUPT, t->tid, NULL, NULL) < 0) {
			if (errno != ESRCH)
				supervisor_fail(s, "interrupt t%d", t->index);
			continue;
		}
		t->trap_pending = t->held = true;
		t->state = MOVING;
		settle_one(s, t);
	}
}

bool hold_ends(struct supervisor *s)
{
	bool any = false;

	for (size_t i = 0; i < s->count; i++) {
		struct tracee *t = s->tracees[i];

		while (t->held && t->state == STOPPED && t->restarting && !s->failed) {
			tracee_resume(s, t);
			settle_one(s, t);
		}
		any |= t->held;
		t->held = false;
	}
	return any;
}

/* One call of T, after which several descriptors may be ready. */
bool hold_for_call(const struct tracee *t)
{
	switch (t->call->nr) {
	case SYS_execve:
	case SYS_execveat:
	case SYS_close_range:
	case SYS_shutdown:
		return true;
	default:
		return false;
	}
}
