/*
 * One tracee goes on from the stop it stands in: a call is made, answered, or made later, a signal
 * is delivered, a death happens. Who may be moved by that is noted (wakes.c) for settle.c.
 */
#include "config.h"

#include <errno.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>

#include "lab/supervise/call.h"

static void start(struct supervisor *s, struct tracee *t, int request, int sig)
{
	t->state = MOVING;
	if (ptrace(request, t->tid, NULL, (void *)(uintptr_t)sig) < 0 && errno != ESRCH)
		supervisor_fail(s, "resume t%d", t->index);
}

static void handler_returns(struct supervisor *s, struct tracee *t)
{
	if (t->redo.handlers)
		t->redo.handlers--;
	library_resumed(t);
	handler_ends(s, t);
	races_handler_ends(s, t);
	if (t->main_reached)
		tracee_queue(t, task_event(s, t, EVENT_RETURN, NULL));
}

/* The dynamic linker reads a library, or is done with it: nobody is told of that, it cannot sleep,
 * and how it ends changes nothing here. */
static bool is_of_linker(const struct supervisor *s, const struct tracee *t)
{
	uint64_t fd = arch_argument(&t->entry, 0);

	if (t->main_reached || t->event || t->rewritten || s->config.world ||
		!call_in_interpreter(t) || fd >= FD_CACHE ||
		!object_is(t->process->fds[fd], "file"))
		return false;
	return t->call->nr == SYS_read || t->call->nr == SYS_pread64 || t->call->nr == SYS_close;
}

static void resume_entry(struct supervisor *s, struct tracee *t)
{
	bool entry_only = t->call->flags & CALL_ENTRY_ONLY;
	enum enter how;

	if (signal_comes_first(s, t)) {
		arch_step_back(&t->regs);
		if (arch_write(t->tid, &t->regs) < 0 && errno != ESRCH)
			supervisor_fail(s, "write the registers of t%d", t->index);
		start(s, t, PTRACE_CONT, 0);
		return;
	}
	how = call_enter(s, t);
	if (how == ENTER_SKIP || t->rewritten)
		if (arch_write(t->tid, &t->regs) < 0 && errno != ESRCH)
			supervisor_fail(s, "write the registers of t%d", t->index);
	if (how != ENTER_MAKE) {
		call_finish_skipped(s, t);
		races_tape_start(s, t);
		start(s, t, PTRACE_CONT, 0);
		return;
	}
	if (t->call->nr == SYS_rt_sigreturn)
		handler_returns(s, t);
	if (is_of_linker(s, t)) {
		call_finish_ahead(s, t);
		entry_only = true;
	}
	if (hold_for_call(t))
		hold_waiters(s);
	t->in_call = !entry_only;
	wakes_call(s, t);
	terminals_call(s, t);
	start(s, t, entry_only ? PTRACE_CONT : PTRACE_SYSCALL, 0);
}

void tracee_resume(struct supervisor *s, struct tracee *t)
{
	int sig = t->signal;

	switch (t->stop) {
	case STOP_ENTRY:
		if (t->call)
			resume_entry(s, t);
		else
			start(s, t, PTRACE_CONT, 0);
		break;
	case STOP_EVENT:
		start(s, t, t->in_call ? PTRACE_SYSCALL : PTRACE_CONT, 0);
		break;
	case STOP_SIGNAL:
		t->signal = 0;
		s->look |= LOOK_ASLEEP; /* it may end the task, and wake its parent */
		start(s, t, PTRACE_CONT, sig);
		break;
	case STOP_DEATH:
		races_death(s, t);
		t->state = DYING;
		wakes_death(s, t);
		hold_waiters(s);
		if (ptrace(PTRACE_CONT, t->tid, NULL, NULL) < 0 && errno != ESRCH)
			supervisor_fail(s, "resume t%d", t->index);
		break;
	case STOP_START:
	case STOP_EXIT:
		start(s, t, PTRACE_CONT, 0);
		break;
	}
	s->resumed++;
}
