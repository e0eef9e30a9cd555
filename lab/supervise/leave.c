/*
 * What happens at a call's exit stop: registers are put back, an expired time-out gets its result,
 * a call that a signal interrupted waits for what the signal does, and the event gets its end.
 */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>

#include "lab/supervise/call.h"

static void add_result(struct supervisor *s, struct event *e, int64_t result)
{
	if (result < 0 && result > -4096) {
		event_add_int(s->log, e, "ret", -1);
		event_add_text(s->log, e, "err", lab_errno_name((int)-result));
		return;
	}
	event_add_int(s->log, e, "ret", result);
}

/* Calls whose result is an address or a kernel id: not for the log. */
static bool result_is_private(int64_t nr)
{
	switch (nr) {
	case SYS_mmap:
	case SYS_shmat:
	case SYS_shmget:
	case SYS_semget:
	case SYS_msgget:
	case SYS_wait4:
	case SYS_getppid:
	case SYS_setsid:
		return true;
	default:
		return false;
	}
}

/* It failed, or told that nothing has happened yet. */
static bool asks_in_vain(const struct tracee *t, int64_t result)
{
	if (call_polls(t->call))
		return result == 0;
	switch (t->call->nr) {
	case SYS_wait4:
	case SYS_waitid:
	case SYS_sched_yield:
		return result == 0;
	case SYS_kill:
		return arch_argument(&t->entry, 1) == 0;
	default:
		return result < 0 || (t->call->flags & CALL_CLOCK);
	}
}

static void count_step(struct supervisor *s, struct tracee *t, int64_t result)
{
	if (asks_in_vain(t, result))
		t->polls++;
	if (!t->main_reached || t->call->nr >= MARK_FIRST ||
		((t->call->flags & CALL_USEFUL) && result >= 0))
		return;
	spin_count(s, t, 1);
	for (unsigned i = 0; i < 4; i++) {
		if (!t->spin_names[i][0])
			strncpy(t->spin_names[i], t->call->name, sizeof(t->spin_names[i]) - 1);
		if (strncmp(t->spin_names[i], t->call->name, sizeof(t->spin_names[i]) - 1) == 0) {
			t->spin_counts[i]++;
			return;
		}
	}
}

/* Process files tell of the machine's time and numbers: no two runs read the same. */
bool leave_reads_proc(const struct event *e)
{
	return object_is(event_text(e, "obj"), "proc");
}

static void finish(struct supervisor *s, struct tracee *t, int64_t result)
{
	struct event *e = t->event;

	count_step(s, t, result);
	if ((t->call->flags & CALL_MAKES_FD) && result >= 0)
		object_forget_fd(t, (int)result);
	if (t->call->leave)
		t->call->leave(s, t, e, result);
	else if (e && (t->call->flags & CALL_MAKES_FD) && result >= 0 &&
		 object_of_fd(s, t, (int)result))
		event_add_text(s->log, e, "newobj", object_of_fd(s, t, (int)result));
	races_call_ends(s, t, result);
	t->event = NULL;
	if (!e)
		return;
	if (result > 0 && (result_is_private(t->call->nr) || leave_reads_proc(e)))
		event_add_int(s->log, e, "ret", result_is_private(t->call->nr) ? 0 : 1);
	else
		add_result(s, e, result);
	/* a successful fork is told by EVENT_FORK, a successful exec by EVENT_EXEC */
	if (result >= 0 && t->call->alias &&
		(strcmp(t->call->alias, "fork") == 0 || strcmp(t->call->alias, "exec") == 0))
		return;
	if (result > 0 && t->call->nr == SYS_fork)
		return;
	tracee_queue(t, e);
	if (t->took) {
		struct event *reaped = task_event(s, t->took, EVENT_REAPED, NULL);

		event_add_task(s->log, reaped, "by", t->index);
		tracee_queue(t, reaped);
		t->took = NULL;
	}
}

void call_finish_skipped(struct supervisor *s, struct tracee *t)
{
	finish(s, t, arch_result(&t->regs));
}

void call_finish_ahead(struct supervisor *s, struct tracee *t)
{
	finish(s, t, 0);
}

static int64_t result_of_expiry(const struct tracee *t)
{
	switch (t->call->timeout.kind) {
	case TIMEOUT_NONE:
		return 0;
	case TIMEOUT_RECEIVE:
	case TIMEOUT_SEND:
		return socket_time_result(t);
	default:
		return t->call->timeout.result;
	}
}

void call_leave(struct supervisor *s, struct tracee *t)
{
	int64_t result = arch_result(&t->regs);
	uint64_t asked = arch_argument(&t->regs, 2);
	bool rewritten = t->rewritten || t->moved;

	t->in_call = false;
	if (t->rewritten)
		arch_restore(&t->regs, &t->entry);
	if (t->expired && interrupted_code(result)) {
		result = result_of_expiry(t);
		arch_set_result(&t->regs, result);
		rewritten = true;
	} else if (!t->expired && interrupted_breaks_off(t, result, asked)) {
		t->deadline = NO_DEADLINE;
		arch_write(t->tid, &t->regs);
		return;
	}
	result = interrupted_whole(t, result);
	if (many_go_on(s, t, &result)) {
		arch_write(t->tid, &t->regs);
		return;
	}
	if (s->config.world) {
		int64_t shown = world_leave(s, t, result);

		rewritten = rewritten || shown != result;
		arch_set_result(&t->regs, shown);
		result = shown;
	}
	if (t->failure && result == 0) {
		result = -t->failure;
		arch_set_result(&t->regs, result);
		rewritten = true;
	}
	if (result < 0)
		denied_leave(s, t, result);
	finish(s, t, result);
	t->deadline = NO_DEADLINE;
	t->expired = false;
	if (rewritten && arch_write(t->tid, &t->regs) < 0 && errno != ESRCH)
		supervisor_fail(s, "write the registers of t%d", t->index);
}
