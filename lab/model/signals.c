/*
 * What a task has blocked by sigprocmask, which signals wait for it, and which of its handlers have
 * begun and not returned.
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

static void apply_sigmask(struct model *m, const struct event *e, struct model_object *o)
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

/* Signals taken by a call are not delivered (sigwaitinfo and friends). */
static void apply_sigwait(struct model *m, const struct event *e, struct model_object *o)
{
	struct model_task *t = model_task(m, e->task);
	int sig = event_text(e, "sig") ? model_signal(event_text(e, "sig"))
				       : (int)event_int(e, "ret", 0);

	(void)o;
	if (t && sig > 0 && sig <= 64)
		t->pending &= ~(UINT64_C(1) << (sig - 1));
}

static bool ignored_by_default(int sig)
{
	return sig == SIGCHLD || sig == SIGCONT || sig == SIGURG || sig == SIGWINCH;
}

static void apply_kill(struct model *m, const struct event *e, struct model_object *o)
{
	struct model_task *t = model_task(m, event_task(e, "pid"));
	const char *name = event_text(e, "sig");
	int sig = model_signal(name);

	(void)o;
	if (!t || sig < 1 || sig > 64 || ignored_by_default(sig) || (t->ignored >> (sig - 1) & 1) ||
		t->state == MODEL_ZOMBIE || t->state == MODEL_GONE)
		return;
	/* Within one step the receiver's events may stand before the sender's. */
	if (t->delivered && t->delivered->time == e->time && strcmp(t->delivered->name, name) == 0)
		return;
	t->pending |= UINT64_C(1) << (sig - 1);
}

static void apply_sigaction(struct model *m, const struct event *e, struct model_object *o)
{
	const char *how = event_text(e, "how");
	int sig = model_signal(event_text(e, "sig"));

	(void)o;
	if (!how || sig < 1 || sig > 64 || strcmp(how, "query") == 0)
		return;
	for (size_t i = 0; i < m->task_count; i++) {
		struct model_task *t = &m->tasks[i];
		uint64_t bit = UINT64_C(1) << (sig - 1);

		if (t->process != model_process(m, e->task))
			continue;
		t->ignored = strcmp(how, "ignore") == 0 ? t->ignored | bit : t->ignored & ~bit;
		if (strcmp(how, "ignore") == 0)
			t->pending &= ~bit;
	}
}

const struct model_rule model_signal_rules[] = {
	{"kill", apply_kill},
	{"sigaction", apply_sigaction},
	{"sigprocmask", apply_sigmask},
	{"sigqueue", apply_kill},
	{"sigtimedwait", apply_sigwait},
	{"sigwait", apply_sigwait},
	{"sigwaitinfo", apply_sigwait},
	{.name = NULL},
};
