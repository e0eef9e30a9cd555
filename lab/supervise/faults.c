/*
 * Planned faults: the n-th call of a kind, counted from main(), fails, is short, is interrupted, or
 * costs its caller's life; or the n-th datagram is lost, doubled or delayed (datagrams.c); or a
 * call is made, and what came of it is another: a child that has ended, other bytes in a pipe.
 * Counted are calls of the program: not those that the kernel makes again after a signal, and not
 * those inside of a library call that is an event itself.
 *
 * A call that fails is not made, with one exception: close() gives the descriptor back whatever it
 * says (close(2), "Dealing with error returns from close()").
 */
#include "config.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>

#include "lab/supervise/call.h"

#define SHM_FOLDER "/dev/shm/"

/* What students call is not always what the kernel is asked for. */
static const char thread_name[] = "pthread_create", shm_name[] = "shm_open";
static const char datagram_name[] = "datagram"; /* whichever call sends it */

static bool makes_thread(const struct tracee *t)
{
	return t->call->nr == SYS_clone && (arch_argument(&t->entry, 0) & CLONE_THREAD);
}

static bool opens_shm(const struct tracee *t)
{
	LAB_FREE char *path = NULL;

	if (t->call->nr != SYS_openat)
		return false;
	path = tracee_read_string(t, arch_argument(&t->entry, 1), 4096);
	return path && strncmp(path, SHM_FOLDER, sizeof(SHM_FOLDER) - 1) == 0;
}

static bool is_called(const struct call *c, const char *name)
{
	if (strcmp(name, datagram_name) == 0)
		return datagram_call(c);
	return strcmp(name, c->name) == 0 || (c->alias && strcmp(name, c->alias) == 0);
}

static bool is_of_datagrams(const struct supervise_fault *f)
{
	return f->kind == SUPERVISE_DROP || f->kind == SUPERVISE_TWICE || f->kind == SUPERVISE_LATE;
}

static bool matches(struct supervisor *s, const struct supervise_fault *f, struct tracee *t)
{
	if (f->task && f->task != t->index)
		return false;
	if (is_of_datagrams(f))
		return is_called(t->call, f->call) && datagram_is_sent(s, t);
	if (makes_thread(t)) /* "fork" means processes */
		return strcmp(f->call, thread_name) == 0;
	if (t->call->nr == SYS_mq_getsetattr)
		return strcmp(f->call, call_name_now(t)) == 0;
	return is_called(t->call, f->call) || (strcmp(f->call, shm_name) == 0 && opens_shm(t));
}

/* A draw depends on its number alone, so that one more call before changes none of the others. */
static bool is_due(const struct supervise_fault *f)
{
	struct rng rng = rng_seed(f->seed * 1000003 + f->seen);

	if (f->one_in)
		return rng_below(&rng, f->one_in) == 0;
	return f->n == 0 || f->n == f->seen;
}

/* NULL so far, or F if it strikes now; F has matched a call. */
static struct supervise_fault *count(struct supervise_fault *hit, struct supervise_fault *f)
{
	f->seen++;
	return !hit && is_due(f) ? f : hit;
}

static struct event *log_fault(
	struct supervisor *s, struct tracee *t, const char *call, unsigned number, const char *how)
{
	struct event *e = task_event(s, t, EVENT_FAULT, call);

	event_add_int(s->log, e, "n", number);
	event_add_text(s->log, e, "how", how);
	place_of_tracee(s, t, e);
	tracee_queue(t, e);
	return e;
}

static const char *how_name(const struct supervise_fault *f)
{
	switch (f->kind) {
	case SUPERVISE_EINTR:
		return "EINTR";
	case SUPERVISE_SHORT:
		return "short";
	case SUPERVISE_KILL:
		return signal_name(f->signal);
	case SUPERVISE_DROP:
		return "drop";
	case SUPERVISE_TWICE:
		return "twice";
	case SUPERVISE_LATE:
		return "late";
	case SUPERVISE_GONE:
		return "gone";
	case SUPERVISE_OTHER:
	case SUPERVISE_ERRNO:
		break;
	}
	return lab_errno_name(f->errnum);
}

/* An interrupted sleep says what is left of it: all, for no time has passed. */
static void leave_the_rest(struct tracee *t)
{
	bool clock = t->call->nr == SYS_clock_nanosleep;
	uint64_t rest = arch_argument(&t->entry, clock ? 3 : 1);
	struct timespec ts;

	if ((t->call->nr != SYS_nanosleep && !clock) || !rest ||
		(clock && (arch_argument(&t->entry, 1) & TIMER_ABSTIME)))
		return;
	if (tracee_read(t, arch_argument(&t->entry, clock ? 2 : 0), &ts, sizeof(ts)))
		tracee_write(t, rest, &ts, sizeof(ts));
}

/* At the end of a read of LEN bytes from ID. */
void fault_changes(struct supervisor *s, struct tracee *t, const char *id, int64_t len)
{
	uint64_t at = arch_argument(&t->entry, 1);
	LAB_FREE char *bytes = NULL;
	int64_t changed = 0;
	struct event *e;

	if (!t->other.number || !object_is(id, "pipe"))
		return;
	bytes = lab_xmalloc((size_t)len);
	if (!tracee_read(t, at, bytes, (size_t)len))
		return;
	for (int64_t i = 0; i < len; i++)
		if (bytes[i] == t->other.from) {
			bytes[i] = t->other.to;
			changed++;
		}
	if (!changed || !tracee_write(t, at, bytes, (size_t)len))
		return;
	e = log_fault(s, t, call_name_now(t), t->other.number, "other");
	event_add_int(s->log, e, "bytes", changed);
}

/* The child that T has just made goes on to exit_group(0), from where fork would have returned. */
void fault_ends_child(struct supervisor *s, struct tracee *t, struct tracee *child)
{
	struct arch_regs regs;

	if (!t->childless || !child->leader)
		return;
	t->childless = false;
	if (arch_read(child->tid, &regs) == 0) {
		arch_set_number(&regs, SYS_exit_group);
		arch_set_argument(&regs, 0, 0);
		arch_step_back(&regs);
		if (arch_write(child->tid, &regs) == 0)
			return;
	}
	if (errno != ESRCH)
		supervisor_fail(s, "write the registers of t%d", child->index);
}

/* true: the call is not made (regs hold the result). */
static bool fail(struct tracee *t, int errnum)
{
	if (t->call->nr == SYS_close && errnum != EBADF) {
		t->failure = errnum;
		return false;
	}
	if (errnum == EINTR)
		leave_the_rest(t);
	arch_skip(&t->regs, -errnum);
	return true;
}

bool fault_strikes(struct supervisor *s, struct tracee *t)
{
	struct supervise_fault *f = NULL;
	struct event *e;
	bool copied;

	t->childless = false;
	t->other.number = 0;
	if (!t->main_reached || t->library >= 0 || t->call->nr >= MARK_FIRST)
		return false;
	for (size_t i = 0; i < s->config.fault_count; i++)
		if (matches(s, &s->config.faults[i], t))
			f = count(f, &s->config.faults[i]);
	if (!f || (f->kind == SUPERVISE_SHORT && arch_argument(&t->entry, 2) <= f->bytes))
		return false;
	if (f->kind == SUPERVISE_OTHER) { /* it strikes when there are bytes */
		t->other = (struct other_bytes){f->seen, f->from, f->to};
		return false;
	}
	copied = f->kind == SUPERVISE_TWICE || f->kind == SUPERVISE_LATE;
	if (copied && !datagram_copy(s, t, f->seen, f->delay))
		return false;
	e = log_fault(s, t, makes_thread(t) ? thread_name : call_name_now(t), f->seen, how_name(f));
	if (copied)
		datagram_sent_at(s, &e->place);
	switch (f->kind) {
	case SUPERVISE_ERRNO:
		return fail(t, f->errnum);
	case SUPERVISE_EINTR:
		return fail(t, EINTR);
	case SUPERVISE_SHORT:
		arch_set_argument(&t->regs, 2, f->bytes);
		t->rewritten = true;
		return false;
	case SUPERVISE_KILL:
		signal_send(s, t, f->signal, "fault", false);
		return false;
	case SUPERVISE_GONE:
		t->childless = call_makes_task(t->call);
		if (!t->childless)
			arch_skip(&t->regs, 0);
		return !t->childless;
	case SUPERVISE_TWICE:
	case SUPERVISE_OTHER:
		return false;
	case SUPERVISE_DROP:
	case SUPERVISE_LATE:
		arch_skip(&t->regs, datagram_length(t));
		return true;
	}
	return false;
}

int fault_strikes_library(struct supervisor *s, struct tracee *t, const char *name)
{
	struct supervise_fault *f = NULL;

	for (size_t i = 0; i < s->config.fault_count; i++) {
		struct supervise_fault *one = &s->config.faults[i];

		if (strcmp(one->call, name) == 0 && (!one->task || one->task == t->index))
			f = count(f, one);
	}
	if (!f)
		return 0;
	log_fault(s, t, name, f->seen, how_name(f));
	if (f->kind == SUPERVISE_KILL) {
		signal_send(s, t, f->signal, "fault", false);
		return 0;
	}
	return f->kind == SUPERVISE_EINTR ? EINTR : f->errnum;
}

/* ---- Plans that can never strike are mistakes of a test. ---- */

static bool is_library_call(const char *name)
{
	for (int id = 0; id < GUEST_LIBRARY_CALL_COUNT; id++)
		if (strcmp(name, library_call_name(id)) == 0)
			return true;
	return strcmp(name, thread_name) == 0 || strcmp(name, shm_name) == 0;
}

/* A message of a queue arrives whole or not at all. */
static bool can_be_short(const struct call *c)
{
	return (c->flags & (CALL_SENDS | CALL_RECEIVES)) && c->nr != SYS_mq_timedsend &&
	       c->nr != SYS_mq_timedreceive;
}

static int check(const struct supervise_fault *f, struct lab_error *e)
{
	bool known = is_library_call(f->call), can_be = false, sends = false;

	for (size_t i = 0; i < call_count; i++)
		if (is_called(&calls[i], f->call) && calls[i].nr < MARK_FIRST) {
			known = true;
			can_be = can_be || can_be_short(&calls[i]);
			sends = sends || datagram_call(&calls[i]);
		}
	if (!known)
		return lab_fail(e, LAB_BROKEN,
			"a fault for \"%s\": no call of that name is known here", f->call);
	if (f->kind == SUPERVISE_SHORT && !can_be)
		return lab_fail(e, LAB_BROKEN, "a fault for \"%s\": it cannot be short", f->call);
	if (is_of_datagrams(f) && !sends)
		return lab_fail(
			e, LAB_BROKEN, "a fault for \"%s\": it sends no single datagram", f->call);
	if (!is_of_datagrams(f) && strcmp(f->call, datagram_name) == 0)
		return lab_fail(e, LAB_BROKEN,
			"a fault for \"%s\": it can be lost, doubled or late, and nothing else",
			f->call);
	if (f->delay < 0 || (f->kind == SUPERVISE_LATE && f->delay == 0))
		return lab_fail(e, LAB_BROKEN, "a fault for \"%s\": late by how much?", f->call);
	if (f->n && f->one_in)
		return lab_fail(e, LAB_BROKEN, "a fault for \"%s\": number %u, or one in %u?",
			f->call, f->n, f->one_in);
	if (f->kind == SUPERVISE_SHORT && f->bytes == 0)
		return lab_fail(e, LAB_BROKEN,
			"a fault for \"%s\": 0 bytes would be the end of the file", f->call);
	if (f->kind == SUPERVISE_GONE && strcmp(f->call, "fork") != 0 &&
		strcmp(f->call, "kill") != 0)
		return lab_fail(e, LAB_BROKEN,
			"a fault for \"%s\": only of fork the child can be gone, and of kill the "
			"signal",
			f->call);
	if (f->kind == SUPERVISE_OTHER && strcmp(f->call, "read") != 0)
		return lab_fail(e, LAB_BROKEN,
			"a fault for \"%s\": only what read gets can be other bytes", f->call);
	if (f->kind == SUPERVISE_ERRNO && f->errnum <= 0)
		return lab_fail(e, LAB_BROKEN, "a fault for \"%s\": which errno?", f->call);
	return 0;
}

int faults_check(const struct supervise_config *config, struct lab_error *e)
{
	for (size_t i = 0; i < config->fault_count; i++)
		if (check(&config->faults[i], e) < 0)
			return -1;
	return 0;
}
