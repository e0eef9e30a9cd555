/*
 * The watch: it rings now and then while a task runs without a stop. Loops are counted by the
 * runtime's ticks; what it cannot count (a loop without a body, a program without our runtime, code
 * of a library) would run until RLIMIT_CPU.
 *
 * Where spins are looked for, a second of processor time without a stop is one. Where they are not
 * (trace), computing takes time as it does natively: from the first ring on, the processor time
 * that a task has used passes in virtual time too, so that its alarm comes while it waits in
 * `while (!flag);`, and whoever else could run gets a turn.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "lab/supervise/parts.h"

#define WATCH_US  250000
#define BURN_US   10000 /* ... once a task was found to compute */
#define BURN_MOST (INT64_C(10) * BURN_US * 1000)

/* It only has to end a waitpid(2) now and then. */
static void on_watch(int sig)
{
	(void)sig;
}

static void ring_each(int us)
{
	struct itimerval rings = {{0, us}, {0, us}};

	setitimer(ITIMER_REAL, &rings, NULL);
}

void watch_start(struct sigaction *before)
{
	struct sigaction action = {.sa_handler = on_watch};

	sigaction(SIGALRM, &action, before);
	ring_each(WATCH_US);
}

void watch_stop(const struct sigaction *before)
{
	ring_each(0);
	sigaction(SIGALRM, before, NULL);
}

/* utime + stime of /proc/PID/stat, in clock ticks; -1 if it cannot be told. */
static long ticks_of(struct tracee *t)
{
	char text[512];
	ssize_t n = tracee_read_stat(t, text, sizeof(text) - 1);
	const char *after;
	unsigned long user, system;

	if (n <= 0)
		return -1;
	text[n] = '\0';
	after = strrchr(text, ')');
	if (!after || sscanf(after, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
			      &system) != 2)
		return -1;
	return (long)(user + system);
}

static void interrupt(struct supervisor *s, struct tracee *t)
{
	if (ptrace(PTRACE_INTERRUPT, t->tid, NULL, NULL) < 0 && errno != ESRCH)
		supervisor_fail(s, "interrupt t%d", t->index);
}

/* What the process of T has used of the processor, as clock_getcpuclockid(3) makes the clock's
 * number; -1 if it cannot be told. */
static int64_t used_by(const struct tracee *t)
{
	struct timespec ts;

	if (clock_gettime((clockid_t)(~(unsigned)t->group << 3 | 2), &ts) < 0)
		return -1;
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

static bool others_can_run(const struct supervisor *s, const struct tracee *t)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->tracees[i] != t && s->tracees[i]->state == STOPPED)
			return true;
	return false;
}

/* The current task computes. */
static void burn(struct supervisor *s, struct tracee *t)
{
	int64_t used = used_by(t), since = t->process->used;

	if (!s->burning)
		ring_each(BURN_US);
	s->burning = true;
	t->process->used = used;
	if (used < 0 || since <= 0 || used <= since)
		return;
	clock_spend(s, t, used - since < BURN_MOST ? used - since : BURN_MOST);
	if (!others_can_run(s, t) && clock_next_deadline(s) > s->now && !clock_cpu_due(s))
		return;
	t->preempted = t->yields = true;
	interrupt(s, t);
}

void watch_rings(struct supervisor *s)
{
	struct tracee *t = s->current;
	long ticks = ticks_of(t);
	bool again = s->watched == t->index && s->watched_steps == s->steps && ticks >= 0;

	if (!s->config.spin_steps && (again || s->burning)) {
		burn(s, t);
		return;
	}
	if (!again) {
		s->watched = t->index;
		s->watched_steps = s->steps;
		s->watched_ticks = ticks;
		return;
	}
	if (!s->config.spin_steps || ticks - s->watched_ticks < sysconf(_SC_CLK_TCK))
		return;
	t->looked_at = true;
	interrupt(s, t);
}
