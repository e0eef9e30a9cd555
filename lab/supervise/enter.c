/*
 * What happens at a call's entry, when its caller is picked to go on: the event is begun, a planned
 * fault strikes (faults.c), a time-out is taken out of the kernel's hands, or the call is answered
 * by us.
 *
 * The kernel does all the blocking. A time-out is replaced by "for ever" and kept as a deadline in
 * virtual time; clock.c ends the wait when it is due.
 */
#include "config.h"

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "lab/supervise/call.h"

#define INTERPRETER_BYTES 0x40000 /* ld.so is smaller than this */

bool call_read_timespec(struct tracee *t, uint64_t addr, int64_t *ns)
{
	struct timespec ts;

	if (!tracee_read(t, addr, &ts, sizeof(ts)) || ts.tv_sec < 0 || ts.tv_nsec < 0 ||
		ts.tv_nsec >= 1000000000)
		return false;
	*ns = ts.tv_sec > INT64_MAX / 1000000000 - 1 ? INT64_MAX / 4
						     : ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
	return true;
}

/* For most a time-out of zero means not to wait; this one is put to sleep for a moment. */
static bool sleeps_for_zero(const struct tracee *t)
{
	return t->call->nr == SYS_semtimedop;
}

/* The deadline that the call's time-out means; NO_DEADLINE where there is none, or where the kernel
 * must see it as it is (zero: do not wait; invalid: EINVAL). */
static int64_t timeout_deadline(struct supervisor *s, struct tracee *t, uint64_t value)
{
	struct timeval tv;
	unsigned op;
	int64_t ns;

	switch (t->call->timeout.kind) {
	case TIMEOUT_MS:
		return (int)value <= 0 ? NO_DEADLINE : s->now + (int)value * INT64_C(1000000);
	case TIMEOUT_RELATIVE:
		if (!value || !call_read_timespec(t, value, &ns) ||
			(ns == 0 && !sleeps_for_zero(t)))
			return NO_DEADLINE;
		return clock_deadline(s, CLOCK_MONOTONIC, false, ns);
	case TIMEOUT_TIMEVAL:
		if (!value || !tracee_read(t, value, &tv, sizeof(tv)) || tv.tv_sec < 0 ||
			tv.tv_usec < 0 || (tv.tv_sec == 0 && tv.tv_usec == 0))
			return NO_DEADLINE;
		return clock_deadline(s, CLOCK_MONOTONIC, false,
			tv.tv_sec * INT64_C(1000000000) + tv.tv_usec * INT64_C(1000));
	case TIMEOUT_REALTIME:
		if (!value || !call_read_timespec(t, value, &ns))
			return NO_DEADLINE;
		return clock_deadline(s, CLOCK_REALTIME, true, ns);
	case TIMEOUT_FUTEX:
		op = (unsigned)arch_argument(&t->entry, 1);
		switch (op & FUTEX_CMD_MASK) {
		case FUTEX_WAIT:
			if (!value || !call_read_timespec(t, value, &ns))
				return NO_DEADLINE;
			return clock_deadline(s, CLOCK_MONOTONIC, false, ns);
		case FUTEX_WAIT_BITSET:
		case FUTEX_LOCK_PI:
		case FUTEX_LOCK_PI2:
			if (!value || !call_read_timespec(t, value, &ns))
				return NO_DEADLINE;
			return clock_deadline(s,
				(op & FUTEX_CLOCK_REALTIME) ||
						(op & FUTEX_CMD_MASK) == FUTEX_LOCK_PI
					? CLOCK_REALTIME
					: CLOCK_MONOTONIC,
				true, ns);
		default:
			return NO_DEADLINE;
		}
	case TIMEOUT_RECEIVE:
	case TIMEOUT_SEND:
		ns = socket_time(s, t, (int)value, t->call->timeout.kind == TIMEOUT_SEND);
		return ns ? s->now + ns : NO_DEADLINE;
	case TIMEOUT_NONE:
		break;
	}
	return NO_DEADLINE;
}

void call_take_timeout(struct supervisor *s, struct tracee *t)
{
	unsigned arg = t->call->timeout.arg;
	int64_t deadline;

	if (t->call->timeout.kind == TIMEOUT_NONE)
		return;
	deadline = timeout_deadline(s, t, arch_argument(&t->entry, arg));
	if (deadline == NO_DEADLINE)
		return;
	t->deadline = t->kept_deadline != NO_DEADLINE ? t->kept_deadline : deadline;
	if (t->call->timeout.kind == TIMEOUT_RECEIVE || t->call->timeout.kind == TIMEOUT_SEND)
		return; /* the kernel does not know it: socket_times.c */
	arch_set_argument(&t->regs, arg, t->call->timeout.kind == TIMEOUT_MS ? (uint64_t)-1 : 0);
	t->rewritten = true;
}

const char *call_name_now(const struct tracee *t)
{
	uint64_t flags = arch_argument(&t->entry, 0);

	/* one call of the kernel for two of the library */
	if (t->call->nr == SYS_mq_getsetattr)
		return arch_argument(&t->entry, 1) ? "mq_setattr" : "mq_getattr";
	if (t->call->nr != SYS_clone || (flags & CLONE_THREAD))
		return call_name(t->call);
	return flags & CLONE_VFORK ? "vfork" : "fork";
}

bool call_in_interpreter(const struct tracee *t)
{
	uint64_t base = t->process->interpreter, pc = arch_pc(&t->regs);

	return base && pc >= base && pc - base < INTERPRETER_BYTES;
}

static void begin_event(struct supervisor *s, struct tracee *t)
{
	t->event = NULL;
	t->block_logged = false;
	t->kept_deadline = NO_DEADLINE;
	if (s->config.unread || !t->main_reached || t->library >= 0 ||
		(t->call->flags & CALL_QUIET) || call_in_interpreter(t))
		return;
	t->event = task_event(s, t, EVENT_CALL, call_name_now(t));
	call_decode(s, t, t->event);
	place_of_tracee(s, t, t->event);
}

bool call_is_restart(const struct tracee *t)
{
	return t->restarting && arch_number(&t->regs) == arch_number(&t->entry) &&
	       arch_pc(&t->regs) == arch_pc(&t->entry);
}

/* The same call again after a handler: for the log it is a new one, not for the program. A handler
 * that did not return (siglongjmp) leaves the call for good. */
static bool is_redone(struct tracee *t)
{
	const struct arch_regs *was = &t->redo.entry;
	bool redone = t->redo.armed && t->redo.handlers == 0 &&
		      arch_number(&t->regs) == arch_number(was) &&
		      arch_pc(&t->regs) == arch_pc(was) && arch_sp(&t->regs) == arch_sp(was);

	if (t->redo.handlers == 0)
		t->redo.armed = false;
	return redone;
}

/* FUTEX_WAIT again after an ignored signal: the word may have changed since, and natively the
 * waiter would not have looked at it again. It is told to expect what is there now. */
static void wait_again(struct tracee *t)
{
	unsigned op = (unsigned)arch_argument(&t->entry, 1) & FUTEX_CMD_MASK;
	uint32_t word;

	if (arch_number(&t->entry) != SYS_futex || !t->undisturbed ||
		(op != FUTEX_WAIT && op != FUTEX_WAIT_BITSET) ||
		!tracee_read(t, arch_argument(&t->entry, 0), &word, sizeof(word)))
		return;
	arch_set_argument(&t->regs, 2, word);
	t->rewritten = true;
}

/* Unmapping is not traced; what takes its place is, or is initialised by a call that is. */
static bool changes_memory(const struct tracee *t)
{
	int nr = t->call->nr;

	return nr == SYS_mmap || nr == SYS_shmat || nr == SYS_shmdt;
}

enum enter call_enter(struct supervisor *s, struct tracee *t)
{
	bool again = call_is_restart(t), struck;
	enum enter how = ENTER_MAKE;

	t->restarting = again;
	t->entry = t->regs;
	t->rewritten = t->expired = false;
	t->failure = 0;
	t->deadline = NO_DEADLINE;
	if (changes_memory(t))
		object_forget_addresses(t);
	if (again) {
		t->event = t->interrupted;
	} else {
		t->moved = 0;
		begin_event(s, t);
	}
	t->interrupted = NULL;
	races_call_begins(s, t);
	struck = !again && !is_redone(t) && fault_strikes(s, t);
	if (struck)
		how = ENTER_SKIP;
	else if (t->call->enter)
		how = t->call->enter(s, t);
	else
		call_take_timeout(s, t);
	if (how == ENTER_MAKE && s->config.world)
		how = world_enter(s, t);
	if (!again && !struck && call_kills(t->call))
		denied_signal(s, t);
	if (again)
		wait_again(t);
	t->restarting = false;
	return how;
}

/* CLONE_UNTRACED would let a child escape; namespaces are refused by the sandbox. */
enum enter enter_clone(struct supervisor *s, struct tracee *t)
{
	uint64_t flags = arch_argument(&t->entry, 0);

	(void)s;
	if (flags & CLONE_UNTRACED) {
		arch_set_argument(&t->regs, 0, flags & ~(uint64_t)CLONE_UNTRACED);
		t->rewritten = true;
	}
	return ENTER_MAKE;
}

/* nanosleep, clock_nanosleep: the kernel sleeps for ever (pause), the clock ends it. */
enum enter enter_sleep(struct supervisor *s, struct tracee *t)
{
	bool clock = arch_number(&t->entry) == SYS_clock_nanosleep;
	bool absolute = clock && (arch_argument(&t->entry, 1) & TIMER_ABSTIME);
	int id = clock ? (int)arch_argument(&t->entry, 0) : CLOCK_MONOTONIC;
	int64_t ns;

	if (!clock_sleeps(id) ||
		!call_read_timespec(t, arch_argument(&t->entry, clock ? 2 : 0), &ns))
		return ENTER_MAKE; /* EFAULT, EINVAL, EOPNOTSUPP: the kernel's to say */
	t->deadline = t->kept_deadline != NO_DEADLINE ? t->kept_deadline
						      : clock_deadline(s, id, absolute, ns);
	if (t->deadline <= s->now) {
		arch_skip(&t->regs, 0);
		return ENTER_SKIP;
	}
	arch_set_number(&t->regs, arch_sleep_for_ever);
	t->rewritten = true;
	return ENTER_MAKE;
}

enum enter enter_clock(struct supervisor *s, struct tracee *t)
{
	return clock_enter(s, t, (int)arch_number(&t->entry));
}

enum enter enter_marker(struct supervisor *s, struct tracee *t)
{
	return marker_enter(s, t, (int)arch_number(&t->entry));
}
