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
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "lab/supervise/call.h"

#define VECTOR_MOST 256

static bool is_socket(const struct tracee *t, int fd)
{
	const char *id = fd >= 0 && fd < FD_CACHE ? t->process->fds[fd] : NULL;

	return object_is(id, "socket");
}

/* Transfers that sleep although something was moved: all of it is what they are for. */
static bool moves_all(const struct tracee *t)
{
	switch (t->call->nr) {
	case SYS_write:
	case SYS_writev:
	case SYS_sendto:
	case SYS_sendmsg:
		return true;
	case SYS_sendfile:
		return is_socket(t, (int)arch_argument(&t->entry, 0));
	case SYS_recvfrom:
		return arch_argument(&t->entry, 3) & MSG_WAITALL;
	default:
		return false;
	}
}

/* The COUNT elements of a vector at ADDR without their first BYTES, in LIST; how many these are. */
static size_t rest_of(const struct tracee *t, uint64_t addr, uint64_t count, uint64_t bytes,
	struct iovec list[VECTOR_MOST])
{
	size_t n = 0;

	for (; count && n < VECTOR_MOST; addr += sizeof(*list), count--) {
		if (!tracee_read(t, addr, &list[n], sizeof(*list)))
			return 0;
		if (bytes >= list[n].iov_len) {
			bytes -= list[n].iov_len;
			continue;
		}
		list[n].iov_base = (char *)list[n].iov_base + bytes;
		list[n++].iov_len -= bytes;
		bytes = 0;
	}
	return count ? 0 : n;
}

/* How much the call of T is to move, which has been asked for LEN bytes if it has one buffer. */
static uint64_t wanted(const struct tracee *t, uint64_t len)
{
	uint64_t at = arch_argument(&t->entry, 1), count = arch_argument(&t->entry, 2), sum = 0;
	struct iovec list[VECTOR_MOST];
	struct msghdr message;
	size_t n;

	switch (t->call->nr) {
	case SYS_sendfile:
		return arch_argument(&t->entry, 3);
	case SYS_sendmsg:
		if (!tracee_read(t, at, &message, sizeof(message)))
			return 0;
		at = (uintptr_t)message.msg_iov;
		count = message.msg_iovlen;
		break;
	case SYS_writev:
		break;
	default:
		return len;
	}
	n = rest_of(t, at, count, 0, list);
	for (size_t i = 0; i < n; i++)
		sum += list[i].iov_len;
	return sum;
}

/* What was said besides the bytes (SCM_RIGHTS) has been said. */
static bool pass_over_message(struct tracee *t, uint64_t bytes)
{
	struct {
		struct msghdr message;
		struct iovec list[VECTOR_MOST];
	} rest;
	size_t size = sizeof(rest.message);
	uint64_t at;

	if (!tracee_read(t, arch_argument(&t->entry, 1), &rest.message, size))
		return false;
	rest.message.msg_iovlen = rest_of(
		t, (uintptr_t)rest.message.msg_iov, rest.message.msg_iovlen, bytes, rest.list);
	rest.message.msg_control = NULL;
	rest.message.msg_controllen = 0;
	at = world_scratch(t, 0, rest.list, rest.message.msg_iovlen * sizeof(*rest.list));
	rest.message.msg_iov = (struct iovec *)(uintptr_t)at;
	if (!at || !rest.message.msg_iovlen)
		return false;
	at = world_scratch(t, 1, &rest.message, size);
	arch_set_argument(&t->regs, 1, at);
	return at;
}

/* The call is to be made again for what is left. */
static bool pass_over(struct tracee *t, uint64_t bytes)
{
	uint64_t first = arch_argument(&t->entry, 1), second = arch_argument(&t->entry, 2), at;
	struct iovec list[VECTOR_MOST];
	size_t n;

	switch (t->call->nr) {
	case SYS_sendfile:
		arch_set_argument(&t->regs, 3, arch_argument(&t->entry, 3) - bytes);
		return true;
	case SYS_sendmsg:
		return pass_over_message(t, bytes);
	case SYS_writev:
		n = rest_of(t, first, second, bytes, list);
		at = n ? world_scratch(t, 0, list, n * sizeof(*list)) : 0;
		arch_set_argument(&t->regs, 1, at);
		arch_set_argument(&t->regs, 2, n);
		return at;
	default:
		arch_set_argument(&t->regs, 1, first + bytes);
		arch_set_argument(&t->regs, 2, second - bytes);
		return true;
	}
}

/* The transfer of T stopped after BYTES, because of a signal. false: it cannot go on. */
static bool goes_on(struct tracee *t, int64_t bytes)
{
	struct arch_regs before = t->regs;

	if (!t->moved)
		t->whole = t->entry;
	if (!pass_over(t, (uint64_t)bytes)) {
		t->regs = before;
		return false;
	}
	t->moved += bytes;
	return true;
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
		if (many_are_asked_for(t) && t->many.done)
			break_off(t, -E_RESTARTNOHAND, t->many.done);
		else if (is_futex_time(t))
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
		if (result <= 0 || !moves_all(t) || (uint64_t)result >= wanted(t, asked) ||
			!signal_pends(t, NULL) || !goes_on(t, result))
			return false;
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
	arch_restore(&t->regs, &t->whole);
	t->entry = t->whole;
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
	many_end(s, t);
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
