/*
 * Signals, for the race detector: who sent one is before the handler that runs, or before who takes
 * it by sigwait(3) or a signalfd. A handler runs in its task but interrupts it, so what it uses and
 * what the program uses outside of it are told apart.
 *
 * A handler's beginning is seen at the delivery; its end at rt_sigreturn, or, if it was left by a
 * jump, when the next use of memory finds that its frame is gone from the stack.
 */
#include "config.h"

#include <limits.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>

#include "lab/supervise/call.h"
#include "lab/supervise/races.h"

static bool is_queued(int sig)
{
	return sig >= SIGRTMIN;
}

/* Pending signals are the process's. */
static uint64_t pending(struct supervisor *s, const struct tracee *to, int sig)
{
	return races_key(s, signal_name(sig), (uint64_t)to->group);
}

void races_signal_sent(struct supervisor *s, struct tracee *from, struct tracee *to, int sig)
{
	if (is_queued(sig))
		race_send(s->races->race, from->index, pending(s, to, sig), 0);
	else
		race_release(s->races->race, from->index, pending(s, to, sig));
	if (sig == SIGCONT && to->state == LISTENING)
		race_edge(s->races->race, from->index, to->index);
}

/* To a group, or to whom only the kernel knows: each may have been told. */
static void sent_to_all(struct supervisor *s, struct tracee *from, int sig)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->tracees[i]->leader && s->tracees[i]->state != ENDED)
			race_release(s->races->race, from->index, pending(s, s->tracees[i], sig));
}

void races_signal_taken(struct supervisor *s, struct tracee *t, int sig, int code)
{
	if (sig < 1 || sig >= SIGNAL_COUNT)
		return;
	race_acquire(s->races->race, t->index, pending(s, t, sig));
	if (is_queued(sig) && code <= 0 && code != SI_TIMER && code != SI_MESGQ)
		race_receive(s->races->race, t->index, pending(s, t, sig), 0);
	if (code == SI_MESGQ)
		race_acquire(s->races->race, t->index, races_key(s, "mq_notify", 0));
}

static void sent(struct supervisor *s, struct tracee *t)
{
	bool thread = t->call->nr == SYS_tgkill || t->call->nr == SYS_rt_tgsigqueueinfo;
	int pid = (int)arch_argument(&t->entry, thread ? 1 : 0);
	int sig = (int)arch_argument(&t->entry, thread ? 2 : 1);
	struct tracee *to =
		pid > 0 && t->call->nr != SYS_pidfd_send_signal ? tracee_by_inside(s, pid) : NULL;

	if (sig < 1 || sig >= SIGNAL_COUNT)
		return;
	if (to)
		races_signal_sent(s, t, to, sig);
	else
		sent_to_all(s, t, sig);
}

/* A timer sends it; whoever has set it knows what it did before. */
static void timer_set(struct supervisor *s, struct tracee *t)
{
	static const int signals[] = {SIGALRM, SIGVTALRM, SIGPROF}; /* ITIMER_REAL, ... */
	unsigned which = t->call->nr == SYS_alarm ? 0 : (unsigned)arch_argument(&t->entry, 0);

	if (which < sizeof(signals) / sizeof(signals[0]))
		races_signal_sent(s, t, t, signals[which]);
}

static void posix_timers_set(struct supervisor *s, struct tracee *t)
{
	for (size_t i = 0; i < t->process->timer_count; i++) {
		const struct posix_timer *timer = &t->process->timers[i];

		if (timer->used && timer->signo > 0 && timer->signo < SIGNAL_COUNT)
			race_release(s->races->race, t->index, pending(s, t, timer->signo));
	}
}

static void handler_set(struct supervisor *s, struct tracee *t)
{
	int sig = (int)arch_argument(&t->entry, 0);

	if (arch_argument(&t->entry, 1) && sig > 0 && sig < SIGNAL_COUNT)
		race_handler_set(s->races->race, t->index, sig);
}

void races_signal_ends(struct supervisor *s, struct tracee *t, int64_t result)
{
	siginfo_t info;
	uint64_t at;

	if (result < 0)
		return;
	switch (t->call->nr) {
	case SYS_kill:
	case SYS_tkill:
	case SYS_tgkill:
	case SYS_rt_sigqueueinfo:
	case SYS_rt_tgsigqueueinfo:
	case SYS_pidfd_send_signal:
		sent(s, t);
		break;
	case SYS_rt_sigtimedwait:
		at = arch_argument(&t->entry, 1);
		races_signal_taken(s, t, (int)result,
			at && tracee_read(t, at, &info, sizeof(info)) ? info.si_code : SI_USER);
		break;
	case SYS_alarm:
	case SYS_setitimer:
		timer_set(s, t);
		break;
	case SYS_timer_settime:
		posix_timers_set(s, t);
		break;
	case SYS_rt_sigaction:
		handler_set(s, t);
		break;
	case SYS_rt_sigprocmask:
		races_task(t)->mask_known = false;
		break;
	}
}

/* It comes where the program made it come, not between any two instructions. */
static bool is_fault(int sig)
{
	return sig == SIGSEGV || sig == SIGBUS || sig == SIGFPE || sig == SIGILL || sig == SIGTRAP;
}

void races_signal(struct supervisor *s, struct tracee *t, int sig, int code)
{
	if (!s->races)
		return;
	race_at(s->races->race, s->log->count, 0);
	if (is_fault(sig) && code > 0)
		races_signal_sent(s, t, t, sig);
	races_signal_taken(s, t, sig, code);
	race_handler_begin(s->races->race, t->index, sig);
	races_task(t)->handlers++;
	races_task(t)->mask_known = false;
}

static void handlers_are(struct supervisor *s, struct tracee *t, unsigned count)
{
	struct race_task *task = races_task(t);

	while (task->handlers > count) {
		race_handler_end(s->races->race, t->index);
		task->handlers--;
		task->mask_known = false;
	}
}

void races_handler_ends(struct supervisor *s, struct tracee *t)
{
	if (!s->races)
		return;
	handlers_are(s, t, t->handler_count);
	races_task(t)->mask_known = false;
}

void races_signal_look(struct supervisor *s, struct tracee *t)
{
	struct race_task *task = races_task(t);
	uint64_t blocked;

	if (task->handlers) {
		handler_look(s, t);
		handlers_are(s, t, t->handler_count);
	}
	if (task->mask_known || ptrace(PTRACE_GETSIGMASK, t->tid, sizeof(blocked), &blocked) < 0)
		return;
	task->mask_known = true;
	race_blocked(s->races->race, t->index, blocked);
}
