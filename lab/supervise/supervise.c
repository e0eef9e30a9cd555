/*
 * What run sees of the supervisor: its life, the start of programs, questions and acts from
 * outside. See supervise.h; the loop is in loop.c.
 */
#include "config.h"

#include "lab/supervise/supervise.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/supervise/parts.h"

#define OPTIONS                                                                                   \
	(PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | \
		PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL |                     \
		PTRACE_O_TRACESYSGOOD)

struct supervisor *supervise_new(
	const struct supervise_config *config, struct event_log *log, struct lab_error *e)
{
	struct supervisor *s;

	if (faults_check(config, e) < 0)
		return NULL;
	s = lab_xmalloc(sizeof(*s));
	s->config = *config;
	s->log = log;
	s->ended_by = SUPERVISE_REACHED;
	s->surprises = config->external; /* a terminal */
	if (schedule_init(&s->schedule, config->schedule, e) < 0) {
		free(s);
		return NULL;
	}
	s->rng = rng_seed(config->seed);
	s->names = event_log_new();
	return s;
}

void supervise_free(struct supervisor *s)
{
	if (!s)
		return;
	supervise_kill_all(s);
	for (size_t i = 0; i < s->total; i++)
		tracee_free(s->all[i]);
	free(s->all);
	free(s->tracees);
	for (size_t i = 0; i < s->object_count; i++)
		free(s->objects[i].key);
	free(s->objects);
	free(s->object_slots);
	free(s->descriptors);
	datagrams_free(s);
	free(s->sockets);
	free(s->made);
	schedule_done(&s->schedule);
	races_free(s);
	event_log_free(s->names);
	free(s);
}

struct event *task_event(
	struct supervisor *s, struct tracee *t, enum event_kind kind, const char *name)
{
	return event_new(s->log, kind, t->index, s->now, name);
}

struct event *supervise_event(
	struct supervisor *s, enum event_kind kind, int task, const char *name)
{
	return event_new(s->log, kind, task, s->now, name);
}

void supervise_append(struct supervisor *s, struct event *event)
{
	event->time = s->now;
	event_log_append(s->log, event);
	if (s->config.on_event)
		s->config.on_event(s->config.context, event);
}

bool supervise_saw_socket(const struct supervisor *s)
{
	return s->saw_socket;
}

void supervise_stir(struct supervisor *s)
{
	s->look |= LOOK_DATA;
}

static void inherit_signals(struct tracee *t, const char *status)
{
	const char *field = tracee_status_field(status, "\nSigIgn:");
	uint64_t ignored = field ? strtoull(field, NULL, 16) : 0;

	for (int sig = 1; sig < SIGNAL_COUNT; sig++)
		if (ignored >> (sig - 1) & 1)
			t->process->handlers[sig] = (uintptr_t)SIG_IGN;
}

/* What getppid() says to the process of STATUS; 0 if unknown. */
static long parent_inside(const char *status)
{
	const char *field = tracee_status_field(status, "\nPPid:");
	long parent = field ? strtol(field, NULL, 10) : 0;

	return parent ? tracee_read_inside_pid((pid_t)parent) : 0;
}

static bool is_traced(pid_t outside)
{
	char status[STATUS_SIZE];
	const char *field;

	tracee_read_status(outside, status);
	field = tracee_status_field(status, "\nTracerPid:");
	return field && strtol(field, NULL, 10) != 0;
}

int supervise_attach(struct supervisor *s, pid_t outside, pid_t inside, const char *name,
	const char *const *argv, struct lab_error *e)
{
	struct tracee *t;
	struct event *event;
	char status[STATUS_SIZE];

	if (ptrace(PTRACE_SEIZE, outside, NULL, OPTIONS) < 0) {
		if (is_traced(outside))
			return lab_fail(e, LAB_UNSUPPORTED,
				"\"%s\" is traced already, and has one tracer at most: run "
				"ipclab without strace -f or a debugger that follows its children",
				name);
		return lab_fail_errno(e, errno == EPERM ? LAB_UNSUPPORTED : LAB_BROKEN,
			"ptrace seize of \"%s\"", name);
	}
	t = tracee_new(s, outside);
	t->inside = inside;
	t->process = process_new();
	t->state = MOVING;
	tracee_read_status(outside, status);
	inherit_signals(t, status);
	event = task_event(s, t, EVENT_START, NULL);
	event_add_text(s->log, event, "prog", name);
	for (unsigned i = 0; argv && argv[i] && i < 64; i++) {
		char key[16];

		snprintf(key, sizeof(key), "argv%u", i);
		event_add_text(s->log, event, key, argv[i]);
	}
	event_add_int(s->log, event, "pid", inside);
	if (!s->stand_in) /* one for all that are asked for */
		s->stand_in = (pid_t)parent_inside(status);
	event_add_int(s->log, event, "ppid", s->stand_in);
	supervise_append(s, event);
	return t->index;
}

/* Until its exec: the calls before it are ours, not the program's. */
int supervise_wait_exec(struct supervisor *s, int task, struct lab_error *e)
{
	struct tracee *t = tracee_by_index(s, task);
	int status;

	s->error = e;
	for (;;) {
		if (waitpid(t->tid, &status, __WALL) < 0) {
			if (errno == EINTR)
				continue;
			return lab_fail_errno(e, LAB_BROKEN, "wait for the program's start");
		}
		if (!WIFSTOPPED(status)) {
			t->state = ENDED;
			t->reaped = true;
			t->wait_status = status;
			return 1;
		}
		if (status >> 16 == PTRACE_EVENT_EXEC) {
			stop_handle(s, t->tid, status);
			return s->failed ? -1 : 0;
		}
		if (ptrace(PTRACE_CONT, t->tid, NULL, NULL) < 0 && errno != ESRCH)
			return lab_fail_errno(e, LAB_BROKEN, "resume the program's start");
	}
}

void supervise_set_faults(struct supervisor *s, struct supervise_fault *faults, size_t count)
{
	s->config.faults = faults;
	s->config.fault_count = count;
}

/* What a terminal's keys send goes to the whole process group, as it does there. */
static bool is_typed(int sig)
{
	return sig == SIGINT || sig == SIGQUIT || sig == SIGTSTP;
}

int supervise_signal(struct supervisor *s, int task, int sig, struct lab_error *e)
{
	struct tracee *t = tracee_by_index(s, task);
	pid_t group = t && is_typed(sig) ? getpgid(t->tid) : -1;

	for (size_t i = 0; group > 0 && i < s->count; i++) {
		struct tracee *other = s->tracees[i];

		if (other != t && other->leader && other->state != ENDED &&
			getpgid(other->tid) == group)
			signal_send(s, other, sig, "judge", false);
	}
	if (!t || t->state == ENDED)
		return 0;
	if (!signal_send(s, t, sig, "judge", false) && errno != ESRCH)
		return lab_fail_errno(e, LAB_BROKEN, "send %s to t%d", signal_name(sig), task);
	return 0;
}

int64_t supervise_now(const struct supervisor *s)
{
	return s->now;
}

uint64_t supervise_steps(const struct supervisor *s)
{
	return s->steps;
}

bool supervise_alive(const struct supervisor *s, int task)
{
	const struct tracee *t = tracee_by_index(s, task);

	return t && t->state != ENDED;
}

size_t supervise_alive_count(const struct supervisor *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->count; i++)
		if (s->tracees[i]->state != ENDED)
			n++;
	return n;
}

int supervise_status(const struct supervisor *s, int task)
{
	const struct tracee *t = tracee_by_index(s, task);

	return t ? t->wait_status : 0;
}

/* On its way out: it does nothing any more, and has only not been let go. */
static bool is_leaving(const struct tracee *t)
{
	return t->state == STOPPED && t->stop == STOP_DEATH;
}

void supervise_report_survivors(struct supervisor *s)
{
	for (size_t i = 0; i < s->count; i++) {
		struct tracee *t = s->tracees[i];
		struct event *e;

		if (t->state == ENDED || !t->leader || is_leaving(t))
			continue;
		e = task_event(s, t, EVENT_SURVIVOR, t->block ? t->block->name : NULL);
		if (t->state == ASLEEP && t->block)
			e->place = t->block->place;
		supervise_append(s, e);
	}
}

/* Whom SIGKILL has met already takes no second one, and stays where it has stopped. */
static void kill_one(struct tracee *t)
{
	kill(t->tid, SIGKILL);
	if (is_leaving(t))
		ptrace(PTRACE_CONT, t->tid, NULL, NULL);
}

/* New children may appear while we kill: until none is left. */
void supervise_kill_all(struct supervisor *s)
{
	int status;

	for (size_t round = 0; round < 1000 && supervise_alive_count(s); round++) {
		pid_t tid;

		for (size_t i = 0; i < s->count; i++)
			if (s->tracees[i]->state != ENDED)
				kill_one(s->tracees[i]);
		tid = waitpid(-1, &status, __WALL);
		if (tid < 0 && errno != EINTR)
			return;
		if (tid < 0)
			continue;
		struct tracee *t = tracee_by_tid(s, tid);
		if (WIFSTOPPED(status))
			ptrace(PTRACE_CONT, tid, NULL, NULL);
		else if (t)
			t->state = ENDED;
	}
}
