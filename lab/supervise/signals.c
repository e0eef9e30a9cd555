/*
 * Signals: names, sending from outside, and the delivery stop, where it is known what a signal does
 * to the program: a handler, the default action, nothing. That also decides the end of a call that
 * the signal interrupted (interrupted.c).
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lab/supervise/call.h"

const char *signal_name(int sig)
{
	static char names[SIGNAL_COUNT][32];
	const char *abbreviation;

	if (sig < 1 || sig >= SIGNAL_COUNT)
		return "SIG0";
	if (names[sig][0])
		return names[sig];
	abbreviation = sigabbrev_np(sig);
	if (abbreviation)
		snprintf(names[sig], sizeof(names[sig]), "SIG%s", abbreviation);
	else if (sig == SIGRTMIN)
		snprintf(names[sig], sizeof(names[sig]), "SIGRTMIN");
	else if (sig == SIGRTMAX)
		snprintf(names[sig], sizeof(names[sig]), "SIGRTMAX");
	else
		snprintf(names[sig], sizeof(names[sig]), "SIGRTMIN+%d", sig - SIGRTMIN);
	return names[sig];
}

bool signal_send(struct supervisor *s, struct tracee *t, int sig, const char *why, bool thread)
{
	struct event *e = task_event(s, t, EVENT_SIGNAL, signal_name(sig));
	int result;

	event_add_task(s->log, e, "to", t->index);
	event_add_text(s->log, e, "code", why);
	supervise_append(s, e);
	result = thread ? (int)syscall(SYS_tgkill, t->group, t->tid, sig) : kill(t->group, sig);
	wakes_process(s, t->process);
	return result == 0;
}

static bool ignored_by_default(int sig)
{
	return sig == SIGCHLD || sig == SIGCONT || sig == SIGURG || sig == SIGWINCH;
}

static bool is_queued(const struct tracee *t, uint64_t blocked, unsigned flags,
	bool (*matters)(const struct tracee *t, int sig))
{
	struct __ptrace_peeksiginfo_args from = {.flags = flags, .nr = 16};
	siginfo_t list[16];
	long n;

	while ((n = ptrace(PTRACE_PEEKSIGINFO, t->tid, &from, list)) > 0) {
		for (long i = 0; i < n; i++) {
			int sig = list[i].si_signo;

			if (!(blocked >> (sig - 1) & 1) && (!matters || matters(t, sig)))
				return true;
		}
		from.off += (uint64_t)n;
	}
	return false;
}

bool signal_pends(const struct tracee *t, bool (*matters)(const struct tracee *t, int sig))
{
	uint64_t blocked = 0;

	return ptrace(PTRACE_GETSIGMASK, t->tid, sizeof(blocked), &blocked) == 0 &&
	       (is_queued(t, blocked, 0, matters) ||
		       is_queued(t, blocked, PTRACE_PEEKSIGINFO_SHARED, matters));
}

static bool has_handler(const struct tracee *t, int sig)
{
	uintptr_t handler = t->process->handlers[sig];

	return handler != (uintptr_t)SIG_DFL && handler != (uintptr_t)SIG_IGN;
}

/* The program's own instructions make no stop, so between what it did last and the entry of its
 * next call lies all the time that a program spends outside of the kernel: what comes while it
 * stands there comes to the program, and the call finds it handled. (`while (!flag) pause();` is
 * wrong because of this, and of this alone.) What comes when it sleeps ends the call.
 *
 * So it is with calls that may sleep, those that keep signals away, and uses of memory. */
static bool signal_matters(const struct tracee *t)
{
	return call_may_block(t->call) || t->call->nr == MARK_ACCESS ||
	       t->call->nr == SYS_rt_sigprocmask || t->call->nr == SYS_rt_sigaction;
}

/* Most programs have none, and then there is nothing to ask the kernel for. */
static bool has_handlers(const struct tracee *t)
{
	for (int sig = 1; sig < SIGNAL_COUNT; sig++)
		if (has_handler(t, sig))
			return true;
	return false;
}

bool signal_comes_first(const struct supervisor *s, const struct tracee *t)
{
	return signal_matters(t) && !call_makes_task(t->call) && !t->restarting &&
	       (s->resumed != t->entered || t->signalled) && has_handlers(t) &&
	       signal_pends(t, has_handler);
}

static const char *what_it_does(const struct tracee *t, int sig)
{
	if (has_handler(t, sig))
		return "handler";
	if (t->process->handlers[sig] == (uintptr_t)SIG_IGN)
		return "ignored";
	return ignored_by_default(sig) ? "ignored" : "default";
}

/* What we sent for an alarm must look as the kernel's own (SI_KERNEL), not as a kill by pid 0. */
bool signal_fix_sender(siginfo_t *info)
{
	if ((info->si_signo != SIGALRM && info->si_signo != SIGVTALRM &&
		    info->si_signo != SIGPROF) ||
		info->si_code != SI_USER || info->si_pid != 0)
		return false;
	info->si_code = SI_KERNEL;
	info->si_uid = 0;
	return true;
}

int64_t signal_usage(struct supervisor *s, int pid)
{
	const struct tracee *child = tracee_by_inside(s, pid);

	return child ? child->process->cpu / (1000000000 / 100) : 0; /* USER_HZ is 100 on Linux */
}

/* The kernel counts them in real time. */
bool signal_fix_usage(struct supervisor *s, siginfo_t *info)
{
	siginfo_t before = *info;

	if (info->si_signo != SIGCHLD || info->si_code <= 0)
		return false;
	info->si_utime = signal_usage(s, info->si_pid);
	info->si_stime = 0;
	return info->si_utime != before.si_utime || info->si_stime != before.si_stime;
}

void signal_stop(struct supervisor *s, struct tracee *t, int sig)
{
	const char *how = what_it_does(t, sig);
	siginfo_t info = {0};
	struct event *e;
	struct tracee *sender;

	t->state = STOPPED;
	t->stop = STOP_SIGNAL;
	t->signal = sig;
	if (ptrace(PTRACE_GETSIGINFO, t->tid, NULL, &info) == 0) {
		if (signal_fix_sender(&info) || signal_fix_usage(s, &info) || timer_taken(t, &info))
			ptrace(PTRACE_SETSIGINFO, t->tid, NULL, &info);
		if (sig == SIGXCPU && info.si_code > 0)
			t->out_of_time = true;
	}
	if (t->restarting && strcmp(how, "handler") == 0)
		interrupted_by_handler(s, t, sig);
	if (strcmp(how, "handler") == 0) {
		t->redo.handlers++;
		library_interrupted(t);
		handler_begins(s, t, sig);
	}
	if (strcmp(how, "handler") == 0)
		races_signal(s, t, sig, info.si_code);
	if (strcmp(how, "ignored") != 0)
		t->undisturbed = false;
	else
		return;
	if (!t->main_reached)
		return;
	e = task_event(s, t, EVENT_DELIVER, signal_name(sig));
	event_add_text(s->log, e, "how", how);
	if (info.si_code <= 0 && info.si_code != SI_TIMER && info.si_pid > 0) {
		sender = tracee_by_inside(s, info.si_pid);
		if (sender)
			event_add_task(s->log, e, "from", sender->index);
	}
	if (info.si_code > 0 && !t->restarting && arch_read(t->tid, &t->regs) == 0)
		place_of_tracee(s, t, e); /* a fault: here */
	tracee_queue(t, e);
}
