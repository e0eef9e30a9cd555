/*
 * The limit of processes of a run: the kernel refuses to make another one, and no test had planned
 * that. What goes wrong afterwards has this reason; a program that goes on well is none the worse.
 */
#include "config.h"

#include <string.h>

#include "lab/base/buf.h"
#include "lab/verdict/findings.h"
#include "lab/verdict/words.h"

static bool makes_task(const struct event *e)
{
	return event_is(e, EVENT_CALL, "fork") || event_is(e, EVENT_CALL, "vfork") ||
	       event_is(e, EVENT_CALL, "clone");
}

/* A planned failure stands right before the call that it befalls. */
static bool is_planned(const struct event_log *log, const struct event *call)
{
	for (size_t i = (size_t)call->step; i-- > 0;)
		if (log->events[i]->task == call->task)
			return log->events[i]->kind == EVENT_FAULT;
	return false;
}

bool crowd_is_met(const struct event_log *log, const struct event *e)
{
	return makes_task(e) && has_word(event_text(e, "err"), "EAGAIN") && !is_planned(log, e);
}

static size_t count_tasks(const struct model *m)
{
	size_t count = 0;

	for (size_t i = 0; i < m->task_count; i++)
		count += m->tasks[i].state != MODEL_NONE && m->tasks[i].state != MODEL_GONE;
	return count;
}

char *crowd_message(const struct event_log *log, struct event_place *place)
{
	MODEL_SCOPED *m = model_new(log);
	const struct event *e = NULL;
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < log->count; i++, e = NULL) {
		e = log->events[i];
		if (crowd_is_met(log, e))
			break;
	}
	if (!e)
		return NULL;
	model_go_to(m, (size_t)e->step);
	*place = e->place;
	buf_printf(&text, "A limit of the lab came first: %s failed with EAGAIN",
		strcmp(e->name, "clone") == 0 ? "pthread_create" : e->name);
	say_at(&text, e);
	buf_printf(&text,
		", for a run may have no more processes and threads at once than the %zu that "
		"there "
		"were. Zombies count, too, until somebody waits for them. Whoever has to start "
		"more lets some of them end first.",
		count_tasks(m));
	return buf_take(&text);
}
