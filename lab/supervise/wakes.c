/*
 * Who may have been woken by what one task did. Sleepers are looked at one by one (settle.c), which
 * with fifty children costs more than what these do: so a write is no reason to look at whom only a
 * signal can wake.
 *
 * It errs on the side of looking. What sends signals that nobody sees being sent (SIGIO, leases,
 * mq_notify, terminals, the death of a parent or of a session's leader) must first be asked for by
 * a traced call: from then on everybody is looked at.
 */
#include "config.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "lab/supervise/call.h"

/* What ends the sleep of T. */
static unsigned ends_sleep(const struct tracee *t)
{
	if (!t->in_call)
		return LOOK_ASLEEP;
	switch (t->call->nr) {
	case SYS_pause:
	case SYS_nanosleep:
	case SYS_clock_nanosleep:
	case SYS_rt_sigsuspend:
	case SYS_rt_sigtimedwait:
		return LOOK_SIGNALS;
	case SYS_wait4:
	case SYS_waitid:
		return LOOK_SIGNALS | LOOK_CHILDREN;
	case SYS_fork:
	case SYS_vfork:
	case SYS_clone:
		return LOOK_ASLEEP;
	default:
		return LOOK_SIGNALS | LOOK_DATA;
	}
}

bool wakes_concern(const struct supervisor *s, const struct tracee *t)
{
	switch (t->state) {
	case MOVING:
	case DYING:
		return true;
	case ASLEEP:
		return t->suspect || s->look & ends_sleep(t);
	case STOPPED:
	case LISTENING:
		return t->suspect || s->look & LOOK_STOPPED;
	case ENDED:
		break;
	}
	return false;
}

bool wakes_others_by_data(const struct supervisor *s, const struct tracee *t)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct tracee *other = s->tracees[i];

		if (other != t && (other->held || (other->state == ASLEEP &&
							  (ends_sleep(other) & LOOK_DATA))))
			return true;
	}
	return false;
}

/* From now on signals may come out of nothing. */
static bool asks_for_signals(const struct tracee *t)
{
	uint64_t first = arch_argument(&t->entry, 0), second = arch_argument(&t->entry, 1);

	switch (t->call->nr) {
	case SYS_setsid:
	case SYS_mq_notify:
		return true;
	case SYS_prctl:
		return (int)first == PR_SET_PDEATHSIG;
	case SYS_fcntl:
		switch ((int)second) {
		case F_DUPFD:
		case F_DUPFD_CLOEXEC:
		case F_GETFD:
		case F_SETFD:
		case F_GETFL:
		case F_GETLK:
		case F_SETLK:
		case F_SETLKW:
		case F_OFD_GETLK:
		case F_OFD_SETLK:
		case F_OFD_SETLKW:
		case F_SETPIPE_SZ:
		case F_GETPIPE_SZ:
			return false;
		case F_SETFL:
			return arch_argument(&t->entry, 2) & O_ASYNC;
		default:
			return true;
		}
	case SYS_ioctl:
		return (unsigned)second != TCGETS && (unsigned)second != FIONREAD;
	default:
		return false;
	}
}

static unsigned of_call(const struct tracee *t)
{
	switch (t->call->nr) {
	case SYS_wait4:
	case SYS_waitid:
		return LOOK_CHILDREN; /* a thread that waits for the same child */
	case SYS_execve:
	case SYS_execveat:
		return LOOK_ASLEEP; /* who waits for its vfork */
	case SYS_rt_sigprocmask:    /* its threads may be handed what it no longer takes */
		return t->process->references > 1 ? LOOK_ASLEEP : 0;
	default:
		return LOOK_DATA;
	}
}

/* exec ends the other threads, wherever they are. */
static bool ends_threads(const struct tracee *t)
{
	return (t->call->nr == SYS_execve || t->call->nr == SYS_execveat) &&
	       t->process->references > 1;
}

void wakes_call(struct supervisor *s, const struct tracee *t)
{
	if (asks_for_signals(t))
		s->surprises = true;
	if (call_kills(t->call) || ends_threads(t))
		s->look = LOOK_ALL;
	else if (call_wakes(t->call))
		s->look |= s->surprises ? LOOK_ASLEEP : of_call(t);
}

void wakes_process(struct supervisor *s, const struct process *p)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->tracees[i]->process == p)
			s->tracees[i]->suspect = s->tracees[i]->signalled = true;
}

/* Its descriptors are closed, its locks given back; its parent is told. */
void wakes_death(struct supervisor *s, const struct tracee *t)
{
	bool all = s->surprises || t->process->references > 1;

	for (size_t i = 0; i < s->count; i++) {
		struct tracee *other = s->tracees[i];

		if (t->parent && other->process == t->parent->process && other->state == ASLEEP)
			other->suspect = true;
		/* The last of a group that someone outside it looked after: SIGHUP, SIGCONT. */
		if (other->state == LISTENING)
			all = true;
	}
	s->look |= all ? LOOK_ALL : LOOK_DATA | LOOK_CHILDREN;
}
