/*
 * One stop of one tracee: classified by the wait status, then turned into a change of its record
 * and the events that tell of it. Nothing is resumed here but what is no choice.
 *
 * Stops under PTRACE_SEIZE: ptrace(2), "Stopped states".
 */
#include "config.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/supervise/call.h"

#define ACCESSES_PER_STEP 4 /* uses of shared memory that count as one call in a run's budget */

/* Registers, or, where the tracee was killed meanwhile, nothing: its death will be told. */
static bool fetch(struct supervisor *s, struct tracee *t)
{
	if (arch_read(t->tid, &t->regs) == 0)
		return true;
	if (errno != ESRCH)
		supervisor_fail(s, "read the registers of t%d", t->index);
	t->state = MOVING;
	return false;
}

static void log_foreign(struct supervisor *s, struct tracee *t, int64_t nr)
{
	struct event *e = task_event(s, t, EVENT_REFUSED, "syscall");

	event_add_int(s->log, e, "nr", nr);
	event_add_text(s->log, e, "why",
		"a call of another architecture (32-bit or x32) cannot be supervised");
	place_of_tracee(s, t, e);
	tracee_queue(t, e);
}

static void refuse(struct supervisor *s, struct tracee *t, int64_t nr)
{
	log_foreign(s, t, nr);
	kill(t->tid, SIGKILL);
	s->look |= LOOK_STOPPED;
}

void stop_counts(struct supervisor *s, struct tracee *t, int64_t number)
{
	t->entered = s->resumed;
	t->signalled = false;
	if (number != MARK_ACCESS || ++s->accesses % ACCESSES_PER_STEP == 0)
		s->steps++;
}

static void on_entry(struct supervisor *s, struct tracee *t)
{
	if (!fetch(s, t))
		return;
	t->state = STOPPED;
	t->stop = STOP_ENTRY;
	t->entered = s->resumed;
	t->signalled = false;
	t->call = call_of_number(arch_number(&t->regs));
	s->saw_socket |=
		arch_number(&t->regs) == SYS_socket || arch_number(&t->regs) == SYS_socketpair;
	if (!t->call && s->config.world && world_enter_silent(s, t))
		return;
	if ((!t->call || (t->call->flags & CALL_REFUSED)) && denied_enter(s, t))
		return;
	if (t->call && call_is_restart(t))
		return;
	stop_counts(s, t, arch_number(&t->regs));
	if (!t->call)
		refuse(s, t, arch_number(&t->regs));
	else
		clock_creep(s, t, ((const struct call *)t->call)->flags & CALL_CLOCK);
}

static void on_exit(struct supervisor *s, struct tracee *t)
{
	if (!fetch(s, t))
		return;
	if (t->silent) {
		world_leave_silent(s, t);
		return;
	}
	t->state = STOPPED;
	t->stop = STOP_EXIT;
	if (t->in_call)
		call_leave(s, t);
}

static void wait_for_first_stop(struct supervisor *s, pid_t tid)
{
	int status;

	for (size_t i = 0; i < s->early_count; i++)
		if (s->early[i] == tid) {
			s->early[i] = s->early[--s->early_count];
			return;
		}
	while (waitpid(tid, &status, __WALL) < 0 && errno == EINTR)
		;
}

static void on_child(struct supervisor *s, struct tracee *t, const char *name)
{
	unsigned long message = 0;
	uint64_t flags = arch_number(&t->entry) == SYS_clone ? arch_argument(&t->entry, 0) : 0;
	struct tracee *child;
	struct event *e;

	ptrace(PTRACE_GETEVENTMSG, t->tid, NULL, &message);
	wait_for_first_stop(s, (pid_t)message);
	child = tracee_new(s, (pid_t)message);
	child->inside = tracee_read_inside_pid(child->tid);
	child->state = STOPPED;
	child->stop = STOP_START;
	child->main_reached = t->main_reached;
	child->parent = t;
	if (flags & CLONE_THREAD) {
		child->leader = false;
		child->group = t->group;
		child->parent = t->parent;
		child->process = t->process;
		child->process->references++;
	} else {
		child->process = process_copy(t->process);
		memcpy(child->handlers, t->handlers, sizeof(t->handlers));
		child->handler_count = t->handler_count;
		if (flags & CLONE_PARENT)
			child->parent = t->parent;
	}
	fault_ends_child(s, t, child);
	races_fork(s, t, child);
	t->state = STOPPED;
	t->stop = STOP_EVENT;
	if (!t->main_reached)
		return;
	e = task_event(s, t, EVENT_FORK, name);
	event_add_task(s->log, e, "child", child->index);
	event_add_int(s->log, e, "pid", child->inside);
	if (!child->leader)
		event_add_int(s->log, e, "thread", 1);
	if (t->event)
		e->place = t->event->place;
	tracee_queue(t, e);
}

/* exec from a thread that is not the leader: it becomes the leader, the others are gone. */
static struct tracee *become_leader(struct supervisor *s, struct tracee *t, pid_t former)
{
	struct tracee *thread = former != t->tid ? tracee_by_tid(s, former) : NULL;

	if (!thread)
		return t;
	t->state = ENDED;
	t->reaped = true;
	thread->tid = t->tid;
	thread->inside = t->inside;
	thread->leader = true;
	int stat_fd = thread->stat_fd, syscall_fd = thread->syscall_fd;
	thread->stat_fd = t->stat_fd;
	thread->syscall_fd = t->syscall_fd;
	t->stat_fd = stat_fd;
	t->syscall_fd = syscall_fd;
	return thread;
}

static void own_process(struct tracee *t)
{
	struct process *copy;

	if (t->process->references == 1)
		return;
	copy = process_copy(t->process);
	process_release(t->process);
	t->process = copy;
}

/* The file has a set-user-ID or set-group-ID bit that did nothing: to a program that is traced the
 * kernel gives no rights that its tracer has not, execve(2). */
static bool lost_set_id(const struct tracee *t, const char *exe)
{
	char folder[64];
	struct stat file, process;

	snprintf(folder, sizeof(folder), "/proc/%d", (int)t->tid);
	if (stat(exe, &file) < 0 || !(file.st_mode & (S_ISUID | S_ISGID)) ||
		stat(folder, &process) < 0)
		return false;
	return ((file.st_mode & S_ISUID) && file.st_uid != process.st_uid) ||
	       ((file.st_mode & S_ISGID) && file.st_gid != process.st_gid);
}

static void on_exec(struct supervisor *s, struct tracee *t)
{
	unsigned long former = 0;
	char link[64], real[512], room[512];
	const char *path;
	uint64_t begin, end;
	struct event *e;
	ssize_t n;

	ptrace(PTRACE_GETEVENTMSG, t->tid, NULL, &former);
	t = become_leader(s, t, (pid_t)former);
	if (!fetch(s, t))
		return;
	own_process(t);
	races_exec(s, t);
	process_exec(t->process);
	snprintf(link, sizeof(link), "/proc/%d/exe", (int)t->tid);
	n = readlink(link, real, sizeof(real) - 1);
	real[n > 0 ? n : 0] = '\0';
	path = world_plain(s, real, room, sizeof(room));
	t->process->path = lab_xstrdup(path);
	image_start(s, t);
	if ((t->main_reached || s->config.count_from_exec) && !s->config.unread) {
		e = task_event(s, t, EVENT_EXEC, NULL);
		event_add_text(s->log, e, "path", path);
		if (lost_set_id(t, link))
			event_add_int(s->log, e, "setid", 0);
		for (unsigned i = 0; t->event && i < 8; i++) {
			char key[8];

			snprintf(key, sizeof(key), "argv%u", i);
			if (event_text(t->event, key))
				event_add_text(s->log, e, key, event_text(t->event, key));
		}
		if (t->event)
			e->place = t->event->place;
		tracee_queue(t, e);
		/* of the program that is traced all, of what it becomes those that it opened */
		object_log_descriptors(s, t, "exec", t->event ? 3 : 0, true);
	}
	t->event = NULL;
	t->in_call = false;
	t->library = -1;
	t->depth = 0;
	t->handler_count = 0;
	t->main_reached = s->config.count_from_exec || !s->config.runtime ||
			  !s->config.runtime(s->config.context, path, &begin, &end);
	t->state = STOPPED;
	t->stop = STOP_EVENT;
}

static void log_zombies(struct supervisor *s, struct tracee *t)
{
	if (t->process->handlers[SIGCHLD] == (uintptr_t)SIG_IGN ||
		(t->process->handler_flags[SIGCHLD] & SA_NOCLDWAIT))
		return;
	for (size_t i = 0; i < s->count; i++) {
		struct tracee *child = s->tracees[i];
		struct event *e;

		if (child->parent != t || child->state != ENDED || child->reaped || !child->leader)
			continue;
		e = task_event(s, t, EVENT_ZOMBIE, NULL);
		event_add_task(s->log, e, "child", child->index);
		tracee_queue(t, e);
	}
}

static void on_exit_event(struct supervisor *s, struct tracee *t)
{
	unsigned long status = 0;

	t->state = STOPPED;
	t->stop = STOP_DEATH;
	if (ptrace(PTRACE_GETEVENTMSG, t->tid, NULL, &status) == 0 && WIFSIGNALED((int)status) &&
		WTERMSIG((int)status) == SIGSYS && arch_read(t->tid, &t->regs) == 0 &&
		arch_is_foreign(t->tid, &t->regs))
		log_foreign(s, t, arch_number(&t->regs));
	if (t->process->references > 1)
		s->look = LOOK_ALL; /* exit_group kills the other threads, also those that sleep */
	if (t->leader && t->main_reached && !s->config.unread) {
		object_log_descriptors(s, t, "exit", 3, true);
		denied_exit(s, t);
	}
}

static bool is_job_stop(int sig)
{
	return sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU;
}

static void on_trap(struct supervisor *s, struct tracee *t, int sig)
{
	if (is_job_stop(sig)) {
		interrupted_by_stop(s, t);
		tracee_queue(t, task_event(s, t, EVENT_STOP, signal_name(sig)));
		t->state = LISTENING;
		s->look |= LOOK_ASLEEP;
		if (ptrace(PTRACE_LISTEN, t->tid, NULL, NULL) < 0 && errno != ESRCH)
			supervisor_fail(s, "listen to t%d", t->index);
		return;
	}
	if (t->state == LISTENING) { /* SIGCONT */
		tracee_queue(t, task_event(s, t, EVENT_CONT, NULL));
		t->state = STOPPED;
		t->stop = STOP_EVENT;
		s->look |= LOOK_ASLEEP;
		return;
	}
	if (t->looked_at) {
		t->looked_at = false;
		if (fetch(s, t)) {
			t->state = STOPPED;
			t->stop = STOP_EVENT;
			t->idle_steps = s->config.spin_steps;
			report_spin(s, t);
		}
		return;
	}
	if (t->preempted) {
		t->preempted = false;
		if (fetch(s, t)) {
			t->state = STOPPED;
			t->stop = STOP_EVENT;
		}
		return;
	}
	/* the second stop of our own PTRACE_INTERRUPT: no choice, go on */
	t->trap_pending = false;
	t->state = MOVING;
	if (ptrace(PTRACE_CONT, t->tid, NULL, NULL) < 0 && errno != ESRCH)
		supervisor_fail(s, "resume t%d", t->index);
}

static struct tracee *new_parent(struct tracee *dead)
{
	for (struct tracee *p = dead->parent; p; p = p->parent)
		if (p->state != ENDED && p->process->subreaper)
			return p;
	return NULL;
}

static void log_reaped(struct supervisor *s, struct tracee *t, const char *by)
{
	struct event *e = task_event(s, t, EVENT_REAPED, NULL);

	t->reaped = true;
	event_add_text(s->log, e, "by", by);
	tracee_queue(t, e);
}

static void orphan_children(struct supervisor *s, struct tracee *t)
{
	struct tracee *to = new_parent(t);

	for (size_t i = 0; i < s->count; i++) {
		struct tracee *child = s->tracees[i];
		struct event *e;

		if (child->parent != t || child == t)
			continue;
		child->parent = to;
		if (child->state == ENDED) {
			if (!child->reaped && !to)
				log_reaped(s, child, "reaper");
			continue;
		}
		if (!child->leader)
			continue;
		e = task_event(s, child, EVENT_ADOPT, NULL);
		if (to)
			event_add_task(s->log, e, "parent", to->index);
		else
			event_add_text(s->log, e, "parent", "reaper");
		tracee_queue(t, e);
	}
}

static void log_death(struct supervisor *s, struct tracee *t, int status)
{
	struct event *e;

	if (WIFSIGNALED(status)) {
		e = task_event(s, t, EVENT_KILLED, signal_name(WTERMSIG(status)));
		if (WCOREDUMP(status))
			event_add_int(s->log, e, "core", 1);
	} else {
		e = task_event(s, t, EVENT_EXIT, NULL);
		event_add_int(s->log, e, "status", WEXITSTATUS(status));
	}
	if (!t->leader)
		event_add_int(s->log, e, "thread", 1);
	tracee_queue(t, e);
}

static void on_death(struct supervisor *s, struct tracee *t, int status)
{
	struct tracee *parent = t->parent;

	if (t->leader && WIFEXITED(status)) /* who is killed has no chance to wait */
		log_zombies(s, t);
	log_death(s, t, status);
	races_death(s, t);
	t->state = ENDED;
	t->wait_status = status;
	t->in_call = false;
	t->deadline = NO_DEADLINE;
	fd_close(&t->stat_fd);
	fd_close(&t->syscall_fd);
	wakes_death(s, t);
	if (!t->leader || !parent) {
		t->reaped = true;
	} else if (parent->process->handlers[SIGCHLD] == (uintptr_t)SIG_IGN ||
		   (parent->process->handler_flags[SIGCHLD] & SA_NOCLDWAIT)) {
		log_reaped(s, t, "none");
	}
	if (t->leader)
		orphan_children(s, t);
}

static void on_event(struct supervisor *s, struct tracee *t, int event, int sig)
{
	switch (event) {
	case PTRACE_EVENT_SECCOMP:
		on_entry(s, t);
		break;
	case PTRACE_EVENT_FORK:
		on_child(s, t, "fork");
		break;
	case PTRACE_EVENT_VFORK:
		on_child(s, t, "vfork");
		break;
	case PTRACE_EVENT_CLONE:
		on_child(s, t, "clone");
		break;
	case PTRACE_EVENT_EXEC:
		on_exec(s, t);
		break;
	case PTRACE_EVENT_EXIT:
		on_exit_event(s, t);
		break;
	case PTRACE_EVENT_STOP:
		on_trap(s, t, sig);
		break;
	default:
		errno = EPROTO;
		supervisor_fail(s, "t%d: unknown ptrace event %d", t->index, event);
	}
}

void stop_handle(struct supervisor *s, pid_t tid, int status)
{
	struct tracee *t = tracee_by_tid(s, tid);
	int sig = WIFSTOPPED(status) ? WSTOPSIG(status) : 0;

	if (!t) {
		if (WIFSTOPPED(status) && s->early_count < sizeof(s->early) / sizeof(s->early[0]))
			s->early[s->early_count++] = tid;
		return;
	}
	races_tape_play(s, t);
	races_settle(s, t);
	if (!WIFSTOPPED(status)) {
		on_death(s, t, status);
		return;
	}
	if (status >> 16)
		on_event(s, t, status >> 16, sig);
	else if (sig == (SIGTRAP | 0x80))
		on_exit(s, t);
	else if (!races_tape_fails(t, sig))
		signal_stop(s, t, sig);
}
