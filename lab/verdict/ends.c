/* Runs that did not end by themselves: spinning, budgets, crashes, refused calls. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/verdict/findings.h"
#include "lab/verdict/words.h"

#define SECOND INT64_C(1000000000)

/* The last call of TASK that failed, among its last few before AT; NULL if none did. */
static const struct event *last_failure(const struct event_log *log, int task, size_t at)
{
	size_t seen = 0;

	for (size_t i = at; i-- > 0 && seen < 8;) {
		const struct event *e = log->events[i];

		if (e->task != task || e->kind != EVENT_CALL)
			continue;
		seen++;
		if (event_text(e, "err"))
			return e;
	}
	return NULL;
}

/* The runtime's own markers are counted like calls; students never made them. */
static bool is_marker(const char *name, size_t len)
{
	static const char *const markers[] = {"main", "tick", "library", "unsafe"};

	for (size_t i = 0; i < sizeof(markers) / sizeof(markers[0]); i++)
		if (strlen(markers[i]) == len && strncmp(markers[i], name, len) == 0)
			return true;
	return false;
}

/* "time*19000 tick*9 write*3" -> "time 19000 times, write 3 times" */
static void say_calls(struct buf *into, const char *calls)
{
	const char *separator = "";

	while (*calls) {
		size_t len = strcspn(calls, " ");
		size_t name = strcspn(calls, "*");

		if (name < len && !is_marker(calls, name)) {
			long times = strtol(calls + name + 1, NULL, 10);

			buf_printf(into, "%s%.*s %ld time%s", separator, (int)name, calls, times,
				times == 1 ? "" : "s");
			separator = ", ";
		}
		calls += len + (calls[len] == ' ');
	}
}

/* What a failed call in a loop says about the loop. */
static const struct {
	const char *err, *words;
} retry_words[] = {
	{"EAGAIN", "EAGAIN means \"not now\": wait until it can work (poll(2), or a call that "
		   "blocks) instead of asking again at once."},
	{"EPIPE", "EPIPE means that nobody reads any more: stop writing."},
	{"EINTR", "EINTR means that a signal came in between."},
	{"ECHILD", "ECHILD means that there is no child left to wait for."},
	{"EBADF", "EBADF means that this descriptor is not open."},
};

/* "ticker.c:12-14:main" -> "lines 12 to 14 of main() in ticker.c" */
static void say_loop(struct buf *into, const char *loop)
{
	const char *line = strchr(loop, ':'), *dash = line ? strchr(line, '-') : NULL;
	const char *function = dash ? strchr(dash, ':') : NULL;
	long first, last;

	if (!function)
		return;
	first = strtol(line + 1, NULL, 10);
	last = strtol(dash + 1, NULL, 10);
	if (first == last)
		buf_printf(into, "line %ld", first);
	else
		buf_printf(into, "lines %ld to %ld", first, last);
	if (function[1])
		buf_printf(into, " of %s()", function + 1);
	buf_printf(into, " in %.*s", (int)(line - loop), loop);
}

/* Where it goes round, and how far that took it in time. */
static void say_loops(struct buf *into, const struct event *e)
{
	char key[16] = "loop0";
	const char *loop;

	for (int i = 0; (loop = event_text(e, key)); i++) {
		buf_puts(into, i ? ", " : " It goes round in ");
		say_loop(into, loop);
		snprintf(key, sizeof(key), "loop%d", i + 1);
	}
	if (event_text(e, "loop0"))
		buf_putc(into, '.');
	if (event_arg(e, "since"))
		buf_printf(into, " It began at %.3f s of virtual time, and now it is %.3f s.",
			(double)event_int(e, "since", 0) / 1e9, (double)e->time / 1e9);
}

/* Shared memory that is there, and not read: what students take for waiting. */
static void say_unread(struct buf *into, const struct event *e)
{
	if (event_has(e, "unread"))
		buf_puts(into, " It reads no shared memory in this loop. If it waits for what "
			       "another process is to write, that is either a variable of its own, "
			       "which nobody else ever changes, or the compiler has moved the load "
			       "out of the loop, as it may with all that is neither atomic nor "
			       "volatile: loaded once, it stays what it was.");
}

/* Not once in a while, but as a part of the loop. */
static bool gives_way(const struct event *e)
{
	static const char name[] = "sched_yield*";
	const char *calls = event_text(e, "calls"), *at = calls ? strstr(calls, name) : NULL;

	return at && strtol(at + strlen(name), NULL, 10) * 100 >= event_int(e, "steps", 0);
}

/* Who polls by consent gives way between two looks; that ends nothing if nobody has anything to do.
 */
static const char *remedy(const struct event *e)
{
	if (gives_way(e))
		return "It gives way to the others (sched_yield(2)), and none of them has done "
		       "anything in all that time that would end its wait.";
	if (event_text(e, "obj"))
		return "Sleep instead; or, where the exercise has you look again and again, give "
		       "way to the others between two looks (sched_yield(2)).";
	return "Sleep instead.";
}

char *spin_message(const struct event_log *log, const struct event *e)
{
	MODEL_SCOPED *m = model_new(log);
	const struct event *failed = last_failure(log, e->task, (size_t)e->step);
	BUF_SCOPED calls = BUF_INIT;
	struct buf text = BUF_INIT;

	if (event_text(e, "calls"))
		say_calls(&calls, event_text(e, "calls"));
	model_go_to(m, (size_t)e->step);
	buf_printf(&text,
		"You wait without blocking: %" PRId64 " steps and no system call that waits. "
		"%s\n\n",
		event_int(e, "steps", 0), remedy(e));
	say_Task(&text, m, e->task);
	if (event_text(e, "obj")) {
		buf_printf(&text, " has read the same %s of ",
			event_int(e, "n", 1) == 1 ? "byte" : "bytes");
		say_object(&text, m, event_text(e, "obj"));
		buf_printf(&text, " (from byte %" PRId64 ")", event_int(e, "at", 0));
		say_at(&text, e);
		buf_puts(&text, " again and again, and nobody has written anything new there.");
	} else if (calls.len) {
		buf_printf(&text, " called %s since it last slept; it was", buf_text(&calls));
		say_at(&text, e);
		buf_puts(&text, e->place.file ? "." : " still running.");
	} else {
		buf_puts(&text, " runs in a loop that makes no system call");
		say_at(&text, e);
		buf_putc(&text, '.');
	}
	say_loops(&text, e);
	say_unread(&text, e);
	for (size_t i = 0; failed && i < sizeof(retry_words) / sizeof(retry_words[0]); i++)
		if (strcmp(retry_words[i].err, event_text(failed, "err")) == 0)
			buf_printf(&text, "\nIts %s failed with %s. %s", failed->name,
				retry_words[i].err, retry_words[i].words);
	buf_puts(&text, "\nWhoever has to wait lets the kernel wake it: sleep(3), wait(2), "
			"read(2), poll(2), "
			"sem_wait(3), sigsuspend(2).");
	return buf_take(&text);
}

/* One line for each task that lives: what it does. */
static void say_living(struct buf *into, const struct model *m)
{
	size_t shown = 0;

	for (size_t i = 0; i < m->task_count; i++) {
		const struct model_task *t = &m->tasks[i];

		if (t->state != MODEL_ALIVE && t->state != MODEL_BLOCKED &&
			t->state != MODEL_STOPPED)
			continue;
		if (shown++ >= 8)
			continue;
		buf_puts(into, "\n- ");
		say_task_fully(into, m, t->index);
		if (t->state == MODEL_STOPPED) {
			buf_puts(into, " is stopped");
		} else if (t->blocked) {
			buf_puts(into, has_word(t->blocked->name, "sleep") ? " is sleeping in "
									   : " waits in ");
			say_call(into, m, t->blocked);
			say_at(into, t->blocked);
		} else {
			buf_puts(into, " runs");
		}
	}
	if (shown > 8)
		buf_printf(into, "\n- and %zu more", shown - 8);
}

static void say_seconds(struct buf *into, int64_t ns)
{
	if (ns % SECOND == 0)
		buf_printf(into, "%" PRId64 " s", ns / SECOND);
	else
		buf_printf(into, "%.1f s", (double)ns / (double)SECOND);
}

static void limit_time(struct buf *text, const struct model *m, const struct event *e)
{
	(void)m;
	buf_puts(text, "Your program used ");
	say_seconds(text, e->time);
	buf_puts(text, " of virtual time without coming to an end.");
}

static void limit_steps(struct buf *text, const struct model *m, const struct event *e)
{
	(void)e;
	buf_printf(text,
		"Your program made more steps than this test allows (%zu events were recorded), "
		"and "
		"does not come to an end.",
		m->next);
}

static void limit_cpu(struct buf *text, const struct model *m, const struct event *e)
{
	if (e->task)
		say_Task(text, m, e->task);
	else
		buf_puts(text, "Your program");
	buf_puts(text, " used all the processor time that a run may use: it computes for ever.");
}

static void limit_output(struct buf *text, const struct model *m, const struct event *e)
{
	int64_t most = event_int(e, "most", event_int(e, "bytes", 0));

	(void)m;
	buf_puts(text, "Your program printed ");
	if (most > 0) {
		buf_puts(text, "more than ");
		say_count(text, most, "byte");
	} else {
		buf_puts(text, "more than a run may print");
	}
	buf_puts(text, " and went on: it prints for ever.");
}

static void limit_tasks(struct buf *text, const struct model *m, const struct event *e)
{
	(void)e;
	buf_printf(text,
		"Your program started more processes than a run may have (%zu so far). A child "
		"that "
		"stays in the loop that forks forks, too: every round doubles them.",
		m->task_count);
}

static const struct limit_row {
	const char *name;
	void (*say)(struct buf *text, const struct model *m, const struct event *e);
} limit_rows[] = {
	{"time", limit_time},
	{"steps", limit_steps},
	{"cpu", limit_cpu},
	{"output", limit_output},
	{"tasks", limit_tasks},
};

char *limit_message(const struct event_log *log, const struct event *e)
{
	MODEL_SCOPED *m = model_new(log);
	struct buf text = BUF_INIT;

	model_go_to(m, (size_t)e->step);
	for (size_t i = 0; i < sizeof(limit_rows) / sizeof(limit_rows[0]); i++)
		if (strcmp(limit_rows[i].name, e->name) == 0)
			limit_rows[i].say(&text, m, e);
	if (!text.len)
		buf_printf(&text, "Your program used up the limit \"%s\" of a run.", e->name);
	buf_puts(&text, "\n\nWhen it was ended:");
	say_living(&text, m);
	return buf_take(&text);
}

char *refused_message(const struct event_log *log, const struct event *e)
{
	MODEL_SCOPED *m = model_new(log);
	struct buf text = BUF_INIT;
	const char *why = event_text(e, "why"), *err = event_text(e, "err");

	model_go_to(m, (size_t)e->step);
	say_Task(&text, m, e->task);
	buf_printf(&text, " called %s", e->name);
	if (event_has(e, "nr"))
		buf_printf(&text, " number %" PRId64, event_int(e, "nr", 0));
	say_at(&text, e);
	buf_puts(&text, ", which the lab does not allow");
	if (err)
		buf_printf(&text, " (it failed with %s)", err);
	if (why)
		buf_printf(&text, ": %s", why);
	buf_putc(&text, '.');
	return buf_take(&text);
}

/* Signals that an error of the program itself brings. */
static bool is_fault(const char *name)
{
	static const char *const faults[] = {"SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGTRAP",
		"SIGSYS", "SIGXFSZ", "SIGXCPU", "SIGSTKFLT"};

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (strcmp(faults[i], name) == 0)
			return true;
	return false;
}

/* The kernel's SIGPIPE looks as if the writer had sent it to itself. */
static bool is_pipe_error(const struct event_log *log, const struct event *death)
{
	for (size_t i = (size_t)death->step; strcmp(death->name, "SIGPIPE") == 0 && i-- > 0;) {
		const struct event *e = log->events[i];

		if (e->task == death->task && e->kind == EVENT_CALL)
			return has_word(event_text(e, "err"), "EPIPE");
	}
	return false;
}

/* Did somebody send it: the judge, a planned fault, another process, itself with kill()? */
static bool was_sent(const struct event_log *log, const struct event *death)
{
	if (is_pipe_error(log, death))
		return false;
	for (size_t i = (size_t)death->step; i-- > 0;) {
		const struct event *e = log->events[i];

		if (e->kind == EVENT_SIGNAL && event_task(e, "to") == death->task &&
			strcmp(e->name, death->name) == 0)
			return !has_word(event_text(e, "code"), "alarm");
		if (e->kind == EVENT_DELIVER && e->task == death->task &&
			strcmp(e->name, death->name) == 0)
			return event_task(e, "from") != 0;
	}
	return false;
}

/* abort(3) unblocks SIGABRT before it raises it; raise(3) does not. */
static bool by_abort(const struct event_log *log, const struct event *death)
{
	for (size_t i = (size_t)death->step; i-- > 0;) {
		const struct event *e = log->events[i];

		if (e->task == death->task && event_is(e, EVENT_CALL, "sigprocmask") &&
			has_word(event_text(e, "how"), "SIG_UNBLOCK") &&
			has_word(event_text(e, "set"), "SIGABRT"))
			return true;
		if (e->task == death->task &&
			(e->kind == EVENT_MAIN || event_is(e, EVENT_CALL, "write")))
			return false;
	}
	return false;
}

static bool is_crash(const struct event_log *log, const struct model *m, const struct event *e)
{
	const struct model_task *t = model_task(m, e->task);
	bool first = t && !t->first_parent;

	if (!t || event_int(e, "thread", 0))
		return false;
	if (strcmp(e->name, "SIGABRT") == 0)
		return by_abort(log, e) || (first && !was_sent(log, e));
	if (was_sent(log, e))
		return false;
	return is_fault(e->name) ||
	       (first && (strcmp(e->name, "SIGPIPE") == 0 || strcmp(e->name, "SIGALRM") == 0));
}

/* The place of the fault: of its death, of the signal's delivery, or of its last call. */
static void death_place(
	const struct event_log *log, const struct event *death, struct event_place *place)
{
	*place = death->place;
	for (size_t i = (size_t)death->step; i-- > 0 && !place->file;) {
		const struct event *e = log->events[i];

		if (e->task != death->task)
			continue;
		if (e->kind == EVENT_DELIVER && strcmp(e->name, death->name) == 0)
			*place = e->place;
		else if (e->kind == EVENT_CALL && !is_fault(death->name))
			*place = e->place;
	}
}

char *crash_message(const struct event_log *log, const struct event *e, struct event_place *place)
{
	MODEL_SCOPED *m = model_new(log);
	struct buf text = BUF_INIT;
	struct event at = {0};

	model_go_to(m, (size_t)e->step);
	if (!is_crash(log, m, e))
		return NULL;
	death_place(log, e, place);
	at.place = *place;
	say_Task(&text, m, e->task);
	buf_printf(&text, " was killed by %s", e->name);
	if (strcmp(e->name, "SIGPIPE") == 0) {
		buf_puts(&text, ": the last read end was closed. It wrote");
		say_at(&text, &at);
		buf_puts(&text, ". Close in each process the ends that it does not use, and no "
				"others; see pipe(7).");
		return buf_take(&text);
	}
	say_at(&text, &at);
	buf_printf(&text, ": %s.", signal_meaning(e->name));
	return buf_take(&text);
}
