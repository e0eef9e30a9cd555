/*
 * recvmmsg(2) with a time-out, in virtual time. The kernel looks at its clock between two datagrams
 * and nowhere else: a call that waits for the next one waits for ever, whatever its time-out says
 * (recvmmsg(2), "BUGS"). So here it is asked for one datagram at a time, and we look at the clock.
 *
 * For the program and for the log all that is one call: what lies between is neither a step nor a
 * choice. A signal ends it with what has come, as the kernel would once it has to wait.
 */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>

#include "lab/supervise/call.h"

enum { VECTOR, LENGTH, FLAGS, TIMEOUT, LENGTH_MOST = 1024 /* UIO_MAXIOV */ };

static uint64_t argument(const struct tracee *t, int which)
{
	return arch_argument(&t->entry, 1 + (unsigned)which);
}

static unsigned wanted(const struct tracee *t)
{
	unsigned length = (unsigned)argument(t, LENGTH);

	return length < LENGTH_MOST ? length : LENGTH_MOST;
}

enum enter enter_recvmmsg(struct supervisor *s, struct tracee *t)
{
	int64_t ns;

	if (!t->restarting) {
		t->many.armed = wanted(t) > 0 && argument(t, TIMEOUT) &&
				call_read_timespec(t, argument(t, TIMEOUT), &ns);
		t->many.done = 0;
		if (t->many.armed)
			t->many.end = clock_deadline(s, CLOCK_MONOTONIC, false, ns);
	}
	t->many.stepped = false;
	call_take_timeout(s, t);
	if (!t->many.armed)
		return ENTER_MAKE; /* none, or EINVAL, EFAULT: the kernel's to say */
	arch_set_argument(
		&t->regs, 1 + VECTOR, argument(t, VECTOR) + t->many.done * sizeof(struct mmsghdr));
	arch_set_argument(&t->regs, 1 + LENGTH, 1);
	arch_set_argument(&t->regs, 1 + TIMEOUT, 0);
	if (t->many.done && (argument(t, FLAGS) & MSG_WAITFORONE))
		arch_set_argument(&t->regs, 1 + FLAGS, argument(t, FLAGS) | MSG_DONTWAIT);
	t->rewritten = true;
	return ENTER_MAKE;
}

static int64_t time_left(const struct supervisor *s, const struct tracee *t)
{
	return t->many.end > s->now ? t->many.end - s->now : 0;
}

/* The program is about to make its call again, which we take to be the same one. */
static void ask_again(struct tracee *t)
{
	arch_step_back(&t->regs);
	t->many.stepped = true;
	t->otherwise = t->many.done;
	t->interrupted = t->event;
	t->event = NULL;
	t->kept_deadline = NO_DEADLINE;
	t->restarting = true;
}

static void tell_what_is_left(struct supervisor *s, const struct tracee *t)
{
	int64_t ns = time_left(s, t);
	struct timespec left = {ns / 1000000000, ns % 1000000000};

	tracee_write(t, argument(t, TIMEOUT), &left, sizeof(left));
}

bool many_go_on(struct supervisor *s, struct tracee *t, int64_t *result)
{
	if (!many_are_asked_for(t))
		return false;
	if (*result == 1) {
		t->many.done++;
		if (t->many.done < wanted(t) && time_left(s, t) > 0 && !signal_pends(t, NULL)) {
			ask_again(t);
			return true;
		}
	}
	t->many.armed = false;
	if (t->many.done == 0)
		return false;
	tell_what_is_left(s, t);
	*result = t->many.done;
	arch_set_result(&t->regs, *result);
	return false;
}

bool many_are_asked_for(const struct tracee *t)
{
	return t->call->nr == SYS_recvmmsg && t->many.armed;
}

void many_end(struct supervisor *s, struct tracee *t)
{
	if (!many_are_asked_for(t))
		return;
	if (t->many.stepped)
		arch_step_over(&t->regs);
	t->many.stepped = t->many.armed = false;
	tell_what_is_left(s, t);
}
