/* Why a wait for another process, a signal or a thread does not end. See waits.h. */
#include "config.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "lab/verdict/waits.h"
#include "lab/verdict/words.h"

#define CHILDREN_MAX 6
#define ADVICE_STOP  "See waitpid(2), WUNTRACED and WCONTINUED; signal(7)."
#define ADVICE_WAIT \
	"waitpid() returns when a child ends. Find out why the child does not. See wait(2)."
#define ADVICE_SIGNAL                                                                            \
	"A signal that comes before pause() is gone. Block it, look at the flag, and let it in " \
	"only while waiting: sigsuspend(2)."

/* Does W's call ask for this child? */
static bool asks_for(
	const struct deadlock *d, const struct waiter *w, const struct model_task *child)
{
	const struct event_arg *pid = event_arg(w->event, "pid");

	if (child->thread || child->state == MODEL_NONE || child->state == MODEL_GONE ||
		child->parent != process_of(d->model, w->task))
		return false;
	return !pid || pid->type != EVENT_TASK || pid->number == child->index;
}

/* The last event of KIND of TASK before the deadlock. */
static const struct event *last_of(const struct deadlock *d, enum event_kind kind, int task)
{
	for (size_t i = d->at; i-- > 0;)
		if (d->log->events[i]->kind == kind && d->log->events[i]->task == task)
			return d->log->events[i];
	return NULL;
}

/* Has a wait already told this parent of the child's stop? */
static bool stop_was_reported(
	const struct deadlock *d, const struct waiter *w, const struct model_task *child)
{
	for (size_t i = d->at; i-- > child->stopped->step;) {
		const struct event *e = d->log->events[i];

		if (e->kind == EVENT_CALL && event_task(e, "child") == child->index &&
			process_of(d->model, e->task) == process_of(d->model, w->task) &&
			has_word(event_text(e, "status"), "stopped"))
			return true;
	}
	return false;
}

/* A signal that was sent to TASK and has not arrived; job control's own are left out. */
static const struct event *pending_signal(const struct deadlock *d, int task)
{
	static const char *const job_control[] = {"SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU"};
	const struct model_task *t = model_task(d->model, task);

	for (int sig = 1; t && sig <= 64; sig++) {
		const char *abbreviation = sigabbrev_np(sig);
		char name[32];
		bool skip = !(t->pending >> (sig - 1) & 1) || !abbreviation;

		if (skip)
			continue;
		snprintf(name, sizeof(name), "SIG%s", abbreviation);
		for (size_t i = 0; i < sizeof(job_control) / sizeof(job_control[0]); i++)
			skip |= strcmp(name, job_control[i]) == 0;
		if (!skip)
			return signal_sent(d, task, name);
	}
	return NULL;
}

/* The name of the signal that E sent. */
static const char *name_sent(const struct event *e)
{
	return e->kind == EVENT_CALL ? event_text(e, "sig") : e->name;
}

static void headline_stopped(
	const struct deadlock *d, struct waiter *w, const struct model_task *child)
{
	const struct event *pending = pending_signal(d, child->index);
	bool asked = has_word(event_text(w->event, "options"), "WUNTRACED") ||
		     has_word(event_text(w->event, "options"), "WSTOPPED");
	struct buf *line = waiter_headline(w, RANK_MISTAKE, ADVICE_STOP);

	if (!line)
		return;
	if (pending) {
		buf_printf(line,
			"%s is pending on a stopped process: it acts only after SIGCONT. (",
			name_sent(pending));
		say_task(line, d->model, child->index);
		buf_puts(line, " is stopped; the signal was sent");
		say_at(line, pending);
		buf_putc(line, ')');
	} else if (!asked) {
		buf_printf(line, "Parent waits in %s, child ", w->event->name);
		say_pid(line, d->model, child->index);
		buf_puts(line, " is stopped: without WUNTRACED a stop is not reported.");
	} else {
		buf_printf(line, "Parent waits in %s, child ", w->event->name);
		say_pid(line, d->model, child->index);
		buf_puts(line,
			stop_was_reported(d, w, child)
				? " is stopped: that was reported once, and nobody sends SIGCONT."
				: " is stopped, and nobody sends SIGCONT.");
	}
}

/* The child was stopped and runs again, and the parent waits to be told of it. */
static void headline_continued(
	const struct deadlock *d, struct waiter *w, const struct model_task *child)
{
	const struct event *cont = last_of(d, EVENT_CONT, child->index);
	struct buf *line;

	if (!cont || has_word(event_text(w->event, "options"), "WCONTINUED") ||
		cont->step > (uint64_t)event_int(w->event, "since", INT64_MAX))
		return;
	line = waiter_headline(w, RANK_LIKELY, ADVICE_STOP);
	if (line)
		buf_printf(line,
			"Parent in %s, child running: resumption is reported only with WCONTINUED.",
			w->event->name);
}

static void say_child(const struct deadlock *d, struct waiter *w, const struct model_task *child)
{
	const struct waiter *other = waiter_of(d, child->index);

	buf_puts(&w->detail, "  for its child ");
	say_pid(&w->detail, d->model, child->index);
	if (child->execed && child->program)
		buf_printf(&w->detail, " (%s)", child->program);
	buf_puts(&w->detail, " to end, which ");
	if (other && child->state != MODEL_STOPPED)
		buf_puts(&w->detail, "waits itself (see below).\n");
	else
		buf_printf(&w->detail, "%s.\n",
			child->state == MODEL_STOPPED ? "is stopped (see below)" : "does not");
}

static void explain_wait(const struct deadlock *d, struct waiter *w)
{
	const struct model_task *blocked = NULL;
	size_t count = 0;
	struct buf *line;

	for (size_t i = 0; i < d->model->task_count; i++) {
		const struct model_task *child = &d->model->tasks[i];

		if (!asks_for(d, w, child))
			continue;
		waiter_edge(w, child->index, NULL, 0);
		if (count++ < CHILDREN_MAX)
			say_child(d, w, child);
		if (child->state == MODEL_STOPPED && child->stopped)
			headline_stopped(d, w, child);
		else
			headline_continued(d, w, child);
		blocked = blocked ? blocked : child;
	}
	if (count > CHILDREN_MAX)
		buf_printf(&w->detail, "  and %zu more.\n", count - CHILDREN_MAX);
	if (!blocked)
		buf_puts(&w->detail, "  for a child that does not end.\n");
	line = waiter_headline(w, RANK_CONSEQUENCE, ADVICE_WAIT);
	if (!line)
		return;
	say_Task(line, d->model, w->task);
	buf_puts(line, " waits in ");
	say_call(line, d->model, w->event);
	if (blocked) {
		buf_puts(line, ", but its child ");
		say_pid(line, d->model, blocked->index);
		buf_putc(line, ' ');
		say_state(line, d, blocked->index);
	}
	buf_putc(line, '.');
}

/* Is signal NAME in SET ("SIGINT|SIGUSR1", "all", "none")? */
static bool in_set(const char *set, const char *name)
{
	size_t len = strlen(name);

	if (!set)
		return false;
	if (strcmp(set, "all") == 0)
		return true;
	for (const char *p = strstr(set, name); p; p = strstr(p + 1, name))
		if ((p == set || p[-1] == '|') && (p[len] == '\0' || p[len] == '|'))
			return true;
	return false;
}

static void headline_pending(struct waiter *w, const struct event *pending)
{
	bool suspend = strcmp(w->event->name, "sigsuspend") == 0;
	const char *set = event_text(w->event, "set");
	struct buf *line = waiter_headline(w, RANK_MISTAKE, "See sigsuspend(2), sigprocmask(2).");

	if (!line)
		return;
	if (suspend && (!set || in_set(set, name_sent(pending))))
		buf_printf(line,
			"Waiting in sigsuspend with %s blocked: pass the mask that lets it in.",
			name_sent(pending));
	else if (has_word(w->event->name, "wait"))
		buf_printf(line, "%s is pending, but it is not in the set that %s waits for.",
			name_sent(pending), w->event->name);
	else
		buf_printf(line, "%s is pending but blocked: %s cannot be ended by it.",
			name_sent(pending), w->event->name);
}

/* Did the last call before the handler of SIGNAL unblock it? */
static bool just_unblocked(const struct deadlock *d, const struct event *signal)
{
	for (size_t i = (size_t)signal->step; i-- > 0;) {
		const struct event *e = d->log->events[i];

		if (e->task == signal->task && e->kind == EVENT_CALL)
			return strcmp(e->name, "sigprocmask") == 0 &&
			       !has_word(event_text(e, "how"), "SIG_BLOCK");
	}
	return false;
}

static bool waits_for_signals(const char *call)
{
	static const char *const calls[] = {"pause", "sigsuspend", "select", "poll"};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (strcmp(call, calls[i]) == 0)
			return true;
	return false;
}

/* The last signal that W's process handled, unless it ended a wait for signals: then it was
 * expected, and another one is missing. */
static const struct event *handled_earlier(const struct deadlock *d, const struct waiter *w)
{
	const struct event *found = NULL;

	for (size_t i = d->at; i-- > 0;) {
		const struct event *e = d->log->events[i];

		if (e->task != w->task)
			continue;
		if (found)
			return e->kind == EVENT_CALL && has_word(event_text(e, "err"), "EINTR") &&
					       waits_for_signals(e->name)
				       ? NULL
				       : found;
		if (e->kind == EVENT_DELIVER && has_word(event_text(e, "how"), "handler"))
			found = e;
		if (e->kind == EVENT_EXEC)
			return NULL;
	}
	return found;
}

static void headline_lost(const struct deadlock *d, struct waiter *w)
{
	bool restarted;
	const struct event *handled = handled_before(d, w, &restarted);
	const struct event *earlier = handled_earlier(d, w);
	struct buf *line;

	if (restarted || !earlier)
		return;
	line = waiter_headline(w, handled ? RANK_MISTAKE : RANK_LIKELY, ADVICE_SIGNAL);
	handled = handled ? handled : earlier;
	if (!line)
		return;
	if (just_unblocked(d, handled))
		buf_printf(line,
			"Signal delivered between your unblock and %s(): flag is 1 and you sleep "
			"for ever. Unblock and wait in one step: sigsuspend. (%s, event %" PRIu64
			")",
			w->event->name, handled->name, handled->step);
	else
		buf_printf(line,
			"%s was delivered before %s() was called (event %" PRIu64
			"): its handler has run, and you sleep for ever. Block it, then test and "
			"wait in one step: sigsuspend.",
			handled->name, w->event->name, handled->step);
}

static void explain_signal(const struct deadlock *d, struct waiter *w)
{
	const char *set = event_text(w->event, "set");
	bool suspend = strcmp(w->event->name, "sigsuspend") == 0;
	const struct event *pending = pending_signal(d, w->task);
	struct buf *line;

	buf_puts(&w->detail, "  for a signal");
	if (set && suspend)
		buf_printf(&w->detail, " (blocked while it waits: %s)", set);
	else if (set)
		buf_printf(&w->detail, " of the set %s", set);
	if (pending)
		buf_printf(&w->detail, "; %s is pending", name_sent(pending));
	buf_puts(&w->detail, ", and nobody is left to send one.\n");
	if (pending)
		headline_pending(w, pending);
	if (!set || suspend)
		headline_lost(d, w);
	line = waiter_headline(w, RANK_GENERIC, "See signal(7).");
	if (!line)
		return;
	say_Task(line, d->model, w->task);
	buf_puts(line, " waits for a signal in ");
	say_call(line, d->model, w->event);
	say_at(line, w->event);
	buf_puts(line, ", and nobody is left to send one.");
}

void explain_idle(const struct deadlock *d, struct waiter *w)
{
	struct buf *line;

	if (event_text(w->event, "fds"))
		return;
	buf_puts(&w->detail, "  for a signal alone, and nobody is left to send one.\n");
	headline_lost(d, w);
	line = waiter_headline(w, RANK_GENERIC, "See signal(7).");
	if (!line)
		return;
	say_Task(line, d->model, w->task);
	buf_puts(line, " waits in ");
	say_call(line, d->model, w->event);
	say_at(line, w->event);
	buf_puts(line, ", which only a signal can end, and nobody is left to send one.");
}

/* The thread that W can only wait for, where its process has just one more that lives; 0: none.
 * *OTHERS: how many there are. (Of itself pthread_join() waits for nobody: EDEADLK.) */
static int joined_thread(const struct deadlock *d, const struct waiter *w, size_t *others)
{
	int told = event_task(w->event, "thread"), found = 0;

	*others = 0;
	for (size_t i = 0; i < d->model->task_count; i++) {
		const struct model_task *t = &d->model->tasks[i];

		if (t->index == w->task || t->state == MODEL_NONE || t->state == MODEL_ZOMBIE ||
			t->state == MODEL_GONE ||
			process_of(d->model, t->index) != process_of(d->model, w->task))
			continue;
		found = t->index;
		++*others;
	}
	return told ? told : *others == 1 ? found : 0;
}

static void explain_join(const struct deadlock *d, struct waiter *w)
{
	size_t others;
	int other = joined_thread(d, w, &others);
	struct buf *line;

	if (!other && others > 1)
		buf_printf(&w->detail,
			"  for one of the %zu other threads of its process to end, which wait "
			"themselves (see below).\n",
			others);
	if (!other)
		return;
	waiter_edge(w, other, NULL, 0);
	buf_puts(&w->detail, "  for ");
	say_task(&w->detail, d->model, other);
	buf_puts(&w->detail, " to end, which ");
	say_state(&w->detail, d, other);
	buf_puts(&w->detail, ".\n");
	line = waiter_headline(w, RANK_CONSEQUENCE, "See pthread_join(3).");
	if (!line)
		return;
	say_Task(line, d->model, w->task);
	buf_puts(line, " waits in pthread_join, but ");
	say_task(line, d->model, other);
	buf_putc(line, ' ');
	say_state(line, d, other);
	buf_putc(line, '.');
}

const struct wait_row waits_task[] = {
	{"waitpid", explain_wait},
	{"wait4", explain_wait},
	{"wait", explain_wait},
	{"waitid", explain_wait},
	{"sigsuspend", explain_signal},
	{"pause", explain_signal},
	{"sigtimedwait", explain_signal},
	{"sigwaitinfo", explain_signal},
	{"sigwait", explain_signal},
	{"select", explain_idle},
	{"pthread_join", explain_join},
	{NULL, NULL},
};
