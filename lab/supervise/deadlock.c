/*
 * A deadlock is exact: all are blocked, no timer is pending, nothing outside can help. The report
 * is what the kernel has at that moment: who waits in which call on what, and who holds which
 * descriptor. The words are made elsewhere (verdict).
 */
#include "config.h"

#include "lab/supervise/parts.h"

static void report_waiter(struct supervisor *s, struct tracee *t)
{
	struct event *e;

	if (t->state == LISTENING) {
		supervise_append(s, task_event(s, t, EVENT_WAITS, "stopped"));
		return;
	}
	if (t->state != ASLEEP)
		return;
	e = task_event(s, t, EVENT_WAITS, t->block ? t->block->name : call_name(t->call));
	if (t->block) {
		supervisor_copy_event(s, e, t->block);
		event_add_int(s->log, e, "since", (int64_t)t->block->step);
	}
	supervise_append(s, e);
}

void deadlock_report_waiters(struct supervisor *s)
{
	for (size_t i = 0; i < s->count; i++)
		report_waiter(s, s->tracees[i]);
}

void deadlock_report(struct supervisor *s)
{
	supervise_append(s, supervise_event(s, EVENT_DEADLOCK, 0, NULL));
	deadlock_report_waiters(s);
	for (size_t i = 0; i < s->count; i++)
		if (s->tracees[i]->state != ENDED && s->tracees[i]->leader)
			object_log_descriptors(s, s->tracees[i], "deadlock", 0, false);
}
