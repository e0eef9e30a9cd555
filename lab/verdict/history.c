/* What the log tells of the time before a deadlock: handlers that ran, signals that were sent. */
#include "config.h"

#include <string.h>

#include "lab/verdict/waits.h"
#include "lab/verdict/words.h"

static bool runs_handler(const struct event *e)
{
	const char *how = event_text(e, "how");

	return e->kind == EVENT_DELIVER && how && strcmp(how, "handler") == 0;
}

const struct event *inside_handler(const struct deadlock *d, const struct waiter *w)
{
	size_t returned = 0;

	for (size_t i = d->at; i-- > 0;) {
		const struct event *e = d->log->events[i];

		if (e->task != w->task)
			continue;
		if (e->kind == EVENT_RETURN)
			returned++;
		else if (runs_handler(e) && returned-- == 0)
			return e;
		else if (e->kind == EVENT_EXEC)
			return NULL;
	}
	return NULL;
}

const struct event *handled_before(
	const struct deadlock *d, const struct waiter *w, bool *restarted)
{
	const struct event *found = NULL;
	size_t inside = 0; /* handlers that we are in, going backwards */

	*restarted = false;
	for (size_t i = d->at; i-- > 0;) {
		const struct event *e = d->log->events[i];

		if (e->task != w->task)
			continue;
		if (e->kind == EVENT_RETURN) {
			inside++;
		} else if (runs_handler(e)) {
			inside -= inside > 0;
			found = found ? found : e;
		} else if (e->kind == EVENT_BLOCK && found && !inside) {
			*restarted = strcmp(e->name, w->event->name) == 0;
			return found;
		} else if (e->kind == EVENT_EXEC ||
			   (!inside && (e->kind == EVENT_CALL || e->kind == EVENT_FORK))) {
			return found;
		}
	}
	return found;
}

const struct event *signal_sent(const struct deadlock *d, int task, const char *name)
{
	for (size_t i = d->at; i-- > 0;) {
		const struct event *e = d->log->events[i];
		const char *sig = e->kind == EVENT_CALL ? event_text(e, "sig") : NULL;
		const struct event_arg *to = event_arg(e, sig ? "pid" : "to");

		if (sig ? strcmp(sig, name) != 0 || event_int(e, "ret", 0) != 0
			: !event_is(e, EVENT_SIGNAL, name))
			continue;
		/* kill(0), kill(-1): to everyone */
		if (!to || to->type == EVENT_INT ||
			(to->type == EVENT_TASK && process_of(d->model, (int)to->number) ==
							   process_of(d->model, task)))
			return e;
	}
	return NULL;
}
