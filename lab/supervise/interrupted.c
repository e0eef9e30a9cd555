/*
 * A call that a signal has broken off. Under ptrace every signal does so; natively only one that
 * ends, stops or calls a handler of the process. So the end of the call waits for what the signal
 * turns out to do (signals.c, stops.c): nothing, then it is made again and nobody notices; else it
 * ends as the kernel meant it to (signal(7), "Interruption of system calls").
 *
 * The kernel's own codes say "make it again" and are left to it. Two ends it does not take back,
 * and they are kept here meanwhile: EINTR of those calls that are never made again, and a number of
 * bytes smaller than asked for, of a transfer that would have gone on.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "lab/supervise/call.h"

/* Transfers that sleep although something was moved: all of it is what they are for. */
static bool moves_all(const struct tracee *t)
{
	switch (t->call->nr) {
	case SYS_write:
	case SYS_sendto:
		return true;
	case SYS_recvfrom:
		return arch_argument(&t->entry, 3) & MSG_WAITALL;
	default:
		return false;
	}
}

/* Descriptor numbers stay; the buffer and its length are arguments 1 and 2. */
static void pass_over(struct arch_regs *regs, int64_t bytes)
{
	arch_set_argument(regs, 1, arch_argument(regs, 1) + (uint64_t)bytes);
	arch_set_argument(regs, 2, arch_argument(regs, 2) - (uint64_t)bytes);
}

static void break_off(struct tracee *t, int64_t code, int64_t otherwise)
{
	arch_set_result(&t->regs, code);
	t->otherwise = otherwise;
	t->interrupted = t->event;
	t->event = NULL;
	t->kept_deadline = t->deadline;
	t->restarting = t->undisturbed = true;
}

/* With a time-out these end whatever SA_RESTART says; the kernel does not know that they have one.
 */
static bool is_futex_time(const struct tracee *t)
{
	return t->deadline != NO_DEADLINE && t->call->timeout.kind == TIMEOUT_FUTEX;
}

static bool is_socket_time(const struct tracee *t)
{
	return t->deadline != NO_DEADLINE &&
	       (t->call->timeout.kind == TIMEOUT_RECEIVE || t->call->timeout.kind == TIMEOUT_SEND);
}

bool interrupted_code(int64_t result)
{
	switch (-result) {
	case E_RESTARTSYS:
	case E_RESTARTNOINTR:
	case E_RESTARTNOHAND:
	case E_RESTART_RESTARTBLOCK:
	case EINTR:
		return true;
	default:
		return false;
	}
}

bool interrupted_breaks_off(struct tracee *t, int64_t result, uint64_t asked)
{
	switch (-result) {
	case E_RESTARTSYS:
		if (is_futex_time(t))
			break_off(t, -E_RESTARTNOHAND, 0);
		else if (is_socket_time(t))
			break_off(t, -E_RESTARTNOHAND, -EINTR);
		else
			break_off(t, result, 0);
		return true;
	case E_RESTARTNOINTR:
	case E_RESTARTNOHAND:
		break_off(t, result, 0);
		return true;
	case E_RESTART_RESTARTBLOCK:
		/* it sleeps rewritten: the kernel would go on with a sleep of its own */
		break_off(t, -E_RESTARTNOHAND, 0);
		return true;
	case EINTR:
		if (!(t->call->flags & CALL_EINTR))
			return false;
		break_off(t, -E_RESTARTNOHAND, -EINTR);
		return true;
	default:
		if (result <= 0 || (uint64_t)result >= asked || !moves_all(t) ||
			!signal_pends(t, NULL))
			return false;
		t->moved += result;
		pass_over(&t->regs, result);
		break_off(t, -E_RESTARTNOHAND, t->moved);
		return true;
	}
}

int64_t interrupted_whole(struct tracee *t, int64_t result)
{
	int64_t moved = t->moved;

	t->moved = 0;
	if (!moved)
		return result;
	pass_over(&t->entry, -moved);
	pass_over(&t->regs, -moved);
	if (result > 0)
		moved += result;
	arch_set_result(&t->regs, moved);
	return moved;
}

/* Its event ends with RESULT. */
static void end(struct supervisor *s, struct tracee *t, int64_t result)
{
	struct event *e = t->interrupted;

	t->interrupted = NULL;
	t->restarting = false;
	t->kept_deadline = NO_DEADLINE;
	if (!e)
		return;
	event_add_int(s->log, e, "ret", result < 0 ? -1 : result);
	if (result < 0)
		event_add_text(s->log, e, "err", lab_errno_name((int)-result));
	tracee_queue(t, e);
}

/* What the kernel would not have taken back becomes the call's result. */
static void end_otherwise(struct supervisor *s, struct tracee *t)
{
	int64_t result = t->otherwise;

	t->otherwise = 0;
	arch_set_result(&t->regs, result);
	if (result > 0)
		interrupted_whole(t, 0);
	if (arch_write(t->tid, &t->regs) < 0 && errno != ESRCH)
		supervisor_fail(s, "write the registers of t%d", t->index);
	leave_sleep_interrupted(s, t);
	end(s, t, result);
}

void interrupted_by_handler(struct supervisor *s, struct tracee *t, int sig)
{
	int code = (int)-arch_result(&t->regs);

	if (t->otherwise) {
		end_otherwise(s, t);
	} else if (code == E_RESTARTNOINTR ||
		   (code == E_RESTARTSYS && (t->process->handler_flags[sig] & SA_RESTART))) {
		t->redo.armed = true;
		t->redo.handlers = 0;
		t->redo.entry = t->entry;
		t->interrupted = NULL;
		t->restarting = false;
		t->kept_deadline = NO_DEADLINE;
	} else {
		leave_sleep_interrupted(s, t);
		end(s, t, -EINTR);
	}
}

void interrupted_by_stop(struct supervisor *s, struct tracee *t)
{
	if (t->restarting && t->otherwise)
		end_otherwise(s, t);
}
