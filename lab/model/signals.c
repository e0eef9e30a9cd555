/*
 * What a task has blocked by sigprocmask, and which of its handlers have begun and not returned.
 * The mask that a program starts with, and what a handler blocks by itself, are not told.
 */
#include "config.h"

#include <signal.h>
#include <string.h>

#include "lab/model/state.h"

/* "SIGINT|SIGUSR1", "all", "none" */
static uint64_t read_set(const char *text)
{
	uint64_t set = 0;

	if (strcmp(text, "all") == 0)
		return UINT64_MAX;
	while (*text) {
		size_t len = strcspn(text, "|");
		char name[32];
		int sig = 0;

		if (len < sizeof(name)) {
			memcpy(name, text, len);
			name[len] = '\0';
			sig = model_signal(name);
		}
		if (sig > 0 && sig <= 64)
			set |= UINT64_C(1) << (sig - 1);
		text += len + (text[len] == '|');
	}
	return set;
}

void model_apply_sigmask(struct model *m, const struct event *e, struct model_object *o)
{
	struct model_task *t = model_task(m, e->task);
	const char *how = event_text(e, "how"), *set = event_text(e, "set");
	uint64_t bits = set ? read_set(set) : 0;

	(void)o;
	if (!t || !how || !set)
		return;
	if (strcmp(how, "SIG_BLOCK") == 0)
		t->masked |= bits;
	else if (strcmp(how, "SIG_UNBLOCK") == 0)
		t->masked &= ~bits;
	else
		t->masked = bits;
	/* they cannot be blocked (sigprocmask(2)) */
	t->masked &= ~(UINT64_C(1) << (SIGKILL - 1) | UINT64_C(1) << (SIGSTOP - 1));
}

void model_handler_begins(struct model_task *t, int sig)
{
	if (t->handler_count < MODEL_HANDLERS)
		t->handlers[t->handler_count] = (struct model_handler){sig, t->masked};
	t->handler_count++;
}

void model_handler_returns(struct model_task *t)
{
	if (!t->handler_count)
		return;
	t->handler_count--;
	if (t->handler_count < MODEL_HANDLERS)
		t->masked = t->handlers[t->handler_count].masked;
}
