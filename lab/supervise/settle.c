/*
 * Settling: after a tracee was resumed, wait until every tracee is stopped, or truly asleep in the
 * kernel. This is what makes a deadlock exact.
 *
 * "S" in /proc/PID/stat is not "asleep": the kernel marks a task interruptible before it tests the
 * condition it may wait for. /proc/PID/syscall waits until the task is off the processor before it
 * answers with numbers (task_current_syscall in lib/syscall.c of the kernel); "running" is its
 * other answer. But off the processor it may be for another reason: it found its condition true,
 * left the call and was stopped. So the letter is asked for afterwards, and the two are the truth.
 *
 * Tracees and supervisor share one processor: a yield lets the tracee run until it stops or sleeps.
 * Where sessions are scheduled as groups (autogroups, sched(7)) it does not: a yield is among one's
 * own session, and a program has another. We would keep the processor to the end of our slice then,
 * asking all the time. So after one yield in vain we sleep, until a stop is reported or a little
 * time has passed, longer each time. Where yields turned out to be in vain, we do not ask after one
 * whether it was: who has not stopped, in a call that hardly ever sleeps, is most likely still
 * waiting for the processor.
 */
#include "config.h"

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "lab/supervise/call.h"

#define SLEEP_FIRST_NS 20000
#define SLEEP_MOST_NS  640000
#define SLEEP_GROWTH   4  /* a stop ends it; what it may cost is the time until a sleeper is seen */
#define TRUST          64 /* yields, before we ask again whether they are in vain */

static void stops_are_told(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGCHLD);
}

void settle_start(struct settle_before *before)
{
	sigset_t told;

	stops_are_told(&told);
	sigprocmask(SIG_BLOCK, &told, &before->mask);
	before->slack = prctl(PR_GET_TIMERSLACK);
	prctl(PR_SET_TIMERSLACK, 1);
}

void settle_stop(const struct settle_before *before)
{
	if (before->slack > 0)
		prctl(PR_SET_TIMERSLACK, (unsigned long)before->slack);
	sigprocmask(SIG_SETMASK, &before->mask, NULL);
}

void settle_sleep(int64_t ns)
{
	const struct timespec most = {ns / 1000000000, ns % 1000000000};
	sigset_t told;

	stops_are_told(&told);
	sigtimedwait(&told, NULL, &most);
}

/* The same for those who have taken all stops that were told: what is still told of these would end
 * the sleep at once. */
static void sleep_for_news(int64_t ns)
{
	const struct timespec none = {0};
	sigset_t told;

	stops_are_told(&told);
	sigtimedwait(&told, NULL, &none);
	settle_sleep(ns);
}

/* Somebody moves: lets him. ROUNDS: how often that was so, one after the other. */
static void let_move(unsigned *rounds)
{
	int64_t patience = SLEEP_FIRST_NS;

	if ((*rounds)++ == 0) {
		sched_yield();
		return;
	}
	for (unsigned i = 2; i < *rounds && patience < SLEEP_MOST_NS; i++)
		patience *= SLEEP_GROWTH;
	sleep_for_news(patience < SLEEP_MOST_NS ? patience : SLEEP_MOST_NS);
}

/* The state letter of /proc/PID/stat; 0 if the task is gone. */
static char state_letter(struct tracee *t)
{
	char text[128];
	ssize_t n = tracee_read_stat(t, text, sizeof(text) - 1);
	const char *after;

	if (n <= 0)
		return 0;
	text[n] = '\0';
	after = strrchr(text, ')'); /* the name may hold anything but it is at most 15 bytes */
	return after && after[1] == ' ' ? after[2] : 0;
}

static bool is_exec(const struct call *c)
{
	return c->nr == SYS_execve || c->nr == SYS_execveat;
}

bool settle_is_asleep(struct supervisor *s, struct tracee *t)
{
	char text[8];
	ssize_t n = tracee_read_syscall(t, text, sizeof(text));

	(void)s;
	if (n > 0 && text[0] == 'r')
		return false;
	switch (state_letter(t)) {
	case 'S':
		return n > 0;
	case 'D':
		/* vfork: the parent sleeps uninterruptibly until its child execs or ends; exec:
		 * until the other threads are gone */
		return t->in_call && (call_makes_task(t->call) ||
					     (is_exec(t->call) && t->process->references > 1));
	case 'Z':
		return t->process->references > 1; /* a leader whose threads live on */
	default:
		return false;
	}
}

/* Found asleep: it waits in its call. */
void settle_block(struct supervisor *s, struct tracee *t)
{
	const struct event *from = t->library >= 0 ? t->library_event : t->event;

	t->state = ASLEEP;
	t->idle_steps = t->polls = 0;
	memset(t->spin_counts, 0, sizeof(t->spin_counts));
	memset(t->spin_names, 0, sizeof(t->spin_names));
	if (t->block_logged || !from || (t->in_call && call_makes_task(t->call)))
		return;
	t->block_logged = true;
	t->block = task_event(s, t, EVENT_BLOCK, from->name);
	supervisor_copy_event(s, t->block, from);
	if (t->deadline != NO_DEADLINE)
		event_add_int(s->log, t->block, "until", t->deadline);
	tracee_queue(t, t->block);
}

/* One look at those who may have moved; true if some may still be moving. As long as one is, those
 * that sleep may be about to be woken by it, and whether they are met asleep is a matter of luck:
 * they are found to wait only when all have come to rest. *UNSURE: someone may have died (a zombie
 * was taken for a leader whose threads live on), or been woken and stopped again. */
static bool look(struct supervisor *s, bool *unsure)
{
	bool moving = false, asleep = false;

	*unsure = false;
	for (size_t i = 0; i < s->count; i++) {
		struct tracee *t = s->tracees[i];

		if (!wakes_concern(s, t))
			continue;
		switch (t->state) {
		case MOVING:
			if (settle_is_asleep(s, t))
				asleep = true;
			else
				moving = true;
			break;
		case DYING:
			if (state_letter(t) != 'Z')
				moving = true;
			*unsure = true;
			break;
		case ASLEEP:
			if (!settle_is_asleep(s, t)) {
				t->state = MOVING;
				moving = true;
			}
			break;
		default: /* SIGKILL and SIGCONT wake what ptrace has stopped */
			if (state_letter(t) != 't')
				moving = true;
			*unsure = true;
		}
		if (t->process->references > 1)
			*unsure = true;
	}
	for (size_t i = 0; asleep && !moving && i < s->count; i++)
		if (s->tracees[i]->state == MOVING)
			settle_block(s, s->tracees[i]);
	return moving;
}

/* A process whose status could be taken; not one that a thread of it has taken the place of, by
 * exec, and that stops there. */
static bool is_dead(const struct tracee *t)
{
	siginfo_t info = {0};

	return t->state == DYING && t->leader &&
	       (waitid(P_PID, (id_t)t->tid, &info, WSTOPPED | WNOHANG | WNOWAIT | __WALL) < 0 ||
		       info.si_pid == 0);
}

/* Stops of all but those that have died, of which somebody may be told. */
static bool drain_living(struct supervisor *s)
{
	bool any = false;
	int status;

	for (size_t i = 0; i < s->count; i++) {
		struct tracee *t = s->tracees[i];

		if (t->state == ENDED || !wakes_concern(s, t) || is_dead(t) ||
			waitpid(t->tid, &status, __WALL | WNOHANG) <= 0)
			continue;
		if (t->in_call)
			wakes_call(s, t);
		stop_handle(s, t->tid, status);
		any = true;
	}
	return any;
}

static bool somebody_dies(const struct supervisor *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->tracees[i]->state == DYING)
			return true;
	return false;
}

/* A process closes its descriptors before its parent is told that it has died, and it is told when
 * we take the status. Who waits for the descriptors comes first, as natively: only when all have
 * come to rest (QUIET) is the status taken. */
static bool drain(struct supervisor *s, bool quiet)
{
	bool any = false;
	int status;
	pid_t tid;

	if (somebody_dies(s)) {
		if ((quiet && hold_ends(s)) || drain_living(s))
			return true;
		if (!quiet)
			return false;
	}

	while ((tid = waitpid(-1, &status, __WALL | WNOHANG)) > 0) {
		const struct tracee *t = tracee_by_tid(s, tid);

		/* what woke it has ended its call, which may wake others in turn */
		if (t && t->in_call)
			wakes_call(s, t);
		stop_handle(s, tid, status);
		any = true;
	}
	return any;
}

/* The common case: the current task's call cannot sleep, so its next stop is all there is to wait
 * for. */
static bool must_stop(const struct tracee *t)
{
	if (t->state != MOVING && t->state != DYING)
		return false;
	if (t->state == DYING)
		return t->process->references == 1;
	if (!t->in_call)
		return true;
	if (t->call->nr == SYS_clone)
		return !(arch_argument(&t->entry, 0) & CLONE_VFORK);
	if (is_exec(t->call))
		return t->process->references == 1;
	if (t->call->nr == SYS_futex)
		return (arch_argument(&t->entry, 1) & FUTEX_CMD_MASK) == FUTEX_WAKE;
	return !call_may_block(t->call);
}

static void wait_for(struct supervisor *s, struct tracee *t)
{
	int status;

	while (must_stop(t) && !s->failed) {
		pid_t tid = waitpid(t->tid, &status, __WALL);

		if (tid < 0) {
			if (errno == EINTR) {
				if (t->state == MOVING)
					watch_rings(s);
				continue;
			}
			supervisor_fail(s, "wait for t%d", t->index);
			return;
		}
		stop_handle(s, tid, status);
	}
}

/* Anyone to be looked at, besides EXCEPT? */
static bool concerns(const struct supervisor *s, const struct tracee *except)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->tracees[i] != except && wakes_concern(s, s->tracees[i]))
			return true;
	return false;
}

/* ... and leave its status where it is: see drain(). */
static void wait_until_dead(const struct tracee *t)
{
	siginfo_t info;

	while (must_stop(t) && waitid(P_PID, (id_t)t->tid, &info, WEXITED | WNOWAIT | __WALL) < 0 &&
		errno == EINTR)
		;
}

/* A call that may sleep and hardly ever does. */
static bool mostly_returns(const struct tracee *t)
{
	switch (t->call->nr) {
	case SYS_open:
	case SYS_openat:
	case SYS_write:
	case SYS_writev:
		return true;
	case SYS_read:
		return t->event && object_is(event_text(t->event, "obj"), "file");
	default:
		return false;
	}
}

/* T has not stopped. Does it sleep? */
static bool has_come_to_rest(struct supervisor *s, struct tracee *t, unsigned rounds)
{
	bool asleep;

	if (rounds == 1 && s->vain_yields > 0 && t->in_call && mostly_returns(t)) {
		s->vain_yields--;
		return false;
	}
	asleep = settle_is_asleep(s, t);
	if (rounds == 1)
		s->vain_yields = asleep ? 0 : TRUST;
	return asleep;
}

/* The task that was resumed: until it has stopped, or sleeps. Then it waits, unless someone else
 * may be about to wake it: see look(). */
void settle_one(struct supervisor *s, struct tracee *t)
{
	unsigned rounds = 0;
	int status;

	if (t->state == DYING && wakes_others_by_data(s, t)) {
		wait_until_dead(t);
		return;
	}

	for (;;) {
		pid_t tid;

		wait_for(s, t);
		if (s->failed || t->state != MOVING)
			return;
		/* its call may sleep, but mostly it returns: let it, before anything is asked */
		let_move(&rounds);
		tid = waitpid(t->tid, &status, __WALL | WNOHANG);
		if (tid > 0) {
			stop_handle(s, tid, status);
		} else if (tid == 0 && has_come_to_rest(s, t, rounds)) {
			if (!concerns(s, t))
				settle_block(s, t);
			return;
		} else if (tid < 0 && errno != EINTR) {
			return; /* the look finds out */
		}
	}
}

static void settle_others(struct supervisor *s)
{
	bool moving = true, unsure;
	unsigned rounds = 0;

	drain(s, false);
	while (moving && !s->failed) {
		moving = look(s, &unsure);
		if (moving)
			let_move(&rounds);
		if ((moving || unsure) && drain(s, !moving))
			moving = true;
	}
}

void settle(struct supervisor *s)
{
	struct tracee *t = s->current;

	if (t && (t->state == MOVING || t->state == DYING))
		settle_one(s, t);
	else
		t = NULL; /* its sleep is no news */
	terminals_settle(s);
	if (concerns(s, t) || (t && (t->state == MOVING || t->state == DYING)))
		settle_others(s);
	s->look = 0;
	for (size_t i = 0; i < s->count; i++)
		s->tracees[i]->suspect = false;
}
