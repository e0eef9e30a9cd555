/*
 * Data races: which bytes of shared memory, who used them where, why nothing puts the two uses in
 * order, and what would. EVENT_RACE and the two EVENT_ACCESS that follow it say all of it.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/verdict/findings.h"
#include "lab/verdict/words.h"

#define SHOWN_MAX 4

/* By what a task last knew of another, by its kind in the log. */
static const struct {
	const char *kind, *words;
	bool object;
} links[] = {
	{"fork", "the fork", false},
	{"wait", "a wait", false},
	{"meet", "the other's open or stop", false},
	{"release", "letting go of ", true},
	{"acquire", "", true},
	{"lock", "getting ", true},
	{"unlock", "giving back ", true},
	{"post", "posting ", true},
	{"take", "taking ", true},
	{"arrive", "arriving at ", true},
	{"depart", "passing ", true},
	{"send", "what it put into ", true},
	{"receive", "what came through ", true},
	{"publish", "an atomic write to ", true},
	{"learn", "an atomic read of ", true},
	{"fence", "a fence", false},
};

static bool is_write(const struct event *e)
{
	return strstr(e->name, "write") != NULL || strstr(e->name, "update") != NULL;
}

static bool is_atomic(const struct event *e)
{
	return strncmp(e->name, "atomic-", 7) == 0;
}

static bool is_volatile(const struct event *e)
{
	return strncmp(e->name, "volatile-", 9) == 0;
}

/* An id of the log ("sem:1"), or a thing without one ("SIGCHLD"). */
static void say_thing(struct buf *into, const struct model *m, const char *id)
{
	if (id && strchr(id, ':'))
		say_object(into, m, id);
	else
		buf_puts(into, id ? id : "something");
}

static void say_link(struct buf *into, const struct model *m, const char *kind, const char *object)
{
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		if (!has_word(kind, links[i].kind))
			continue;
		buf_puts(into, links[i].words);
		if (links[i].object)
			say_thing(into, m, object);
		return;
	}
	buf_puts(into, kind);
}

/* "bytes 0 to 7" */
static void say_bytes(struct buf *into, const struct event *e)
{
	int64_t at = event_int(e, "at", 0), n = event_int(e, "n", 1);

	if (n == 1)
		buf_printf(into, "byte %" PRId64, at);
	else
		buf_printf(into, "bytes %" PRId64 " to %" PRId64, at, at + n - 1);
}

static void say_held(struct buf *into, const struct model *m, const char *held)
{
	char id[64];

	buf_puts(into, ", holding");
	for (const char *at = held; *at; at += strspn(at, " ")) {
		size_t len = strcspn(at, " ");

		buf_puts(into, at == held ? " " : " and ");
		snprintf(id, sizeof(id), "%.*s", (int)len, at);
		say_thing(into, m, id);
		at += len;
	}
}

/* What an update changed is what it found: "child 4712 changed 1 in one step at ...". Else: "child
 * 4712 wrote 1 at count.c:14, in its handler of SIGUSR1, holding mutex #1" */
static void say_use(struct buf *into, const struct model *m, const struct event *e)
{
	say_Task(into, m, e->task);
	buf_puts(into, has_word(e->name, "atomic-update") ? " changed"
		       : is_write(e)                      ? " wrote"
							  : " read");
	if (event_has(e, "value"))
		buf_printf(into, " %" PRId64, event_int(e, "value", 0));
	else
		buf_puts(into, " it");
	if (is_atomic(e))
		buf_puts(into, " in one step");
	say_at(into, e);
	if (e->place.function)
		buf_printf(into, " in %s()", e->place.function);
	if (event_text(e, "handler"))
		buf_printf(into, ", in its handler of %s", event_text(e, "handler"));
	if (event_text(e, "held"))
		say_held(into, m, event_text(e, "held"));
	buf_putc(into, '.');
}

/* What stands between the two, which is not enough. */
static void say_why(
	struct buf *into, const struct model *m, const struct event *a, const struct event *b)
{
	if (a->task == b->task) {
		buf_puts(into, "The signal can come in the middle of the other use.");
		return;
	}
	buf_puts(into, "Nothing orders the two: ");
	say_task(into, m, b->task);
	if (event_text(b, "heard")) {
		buf_puts(into, " last learnt of what ");
		say_task(into, m, a->task);
		buf_puts(into, " had done by ");
		say_link(into, m, event_text(b, "heard"), event_text(b, "from"));
		buf_puts(into, ", and that was before this.");
	} else {
		buf_puts(into, " has learnt nothing of what ");
		say_task(into, m, a->task);
		buf_puts(into, " did.");
	}
}

static bool same_line(const struct event *a, const struct event *b)
{
	return a->place.file && b->place.file && strcmp(a->place.file, b->place.file) == 0 &&
	       a->place.line == b->place.line;
}

/* What students believe to be enough. */
static void say_mistake(struct buf *into, const struct event *a, const struct event *b)
{
	if (is_volatile(a) && is_volatile(b))
		buf_puts(into, " volatile keeps the compiler from leaving a use out; it puts "
			       "nothing in order between processes, and x++ stays a read and a "
			       "write.");
	else if (is_atomic(a) != is_atomic(b))
		buf_puts(into, " One of the two is atomic, the other is not: both must be.");
	else if (same_line(a, b))
		buf_puts(into, " What reads, computes and writes back (x++, x += 2) loses the "
			       "change that another makes in between.");
	if (event_text(a, "held") && event_text(b, "held") && a->task != b->task)
		buf_puts(into, " Both hold a lock, but not the same one.");
	else if (event_text(a, "held") || event_text(b, "held"))
		buf_puts(into, " A lock helps only if all who use the memory take it.");
}

/* A handler interrupted the first use, or could have. */
static bool is_of_handler(const struct event *a, const struct event *b)
{
	return a->task == b->task && event_has(b, "handler");
}

/* E: what it is about; A and B: the two uses. */
static void say_what(struct buf *into, const struct model *m, const struct event *e,
	const struct event *a, const struct event *b)
{
	const char *id = event_text(e, "obj"), *name = event_text(e, "name");

	buf_puts(into,
		is_of_handler(a, b)
			? "A data race with a signal handler: two uses of the same memory, at "
			  "least one of them a write, and nothing that keeps the signal away from "
			  "the other one. It is "
			: "A data race: two uses of the same memory, at least one of them a write, "
			  "and nothing that makes one wait for the other. It is ");
	if (id && strncmp(id, "variables:", strlen("variables:")) == 0) {
		if (name)
			buf_printf(into, "`%s`, ", name);
		buf_puts(into, "a variable of the program, global or static");
		return;
	}
	say_object(into, m, id);
	if (name)
		buf_printf(into, ", to which `%s` points", name);
	buf_puts(into, ", ");
	say_bytes(into, e);
}

static void say_cure(struct buf *into, const struct event *a, const struct event *b)
{
	if (is_of_handler(a, b))
		buf_puts(into,
			"\n\nBlock the signal around each use outside of the handler "
			"(sigprocmask(2)), or let no more than one side change it and give it "
			"the type volatile sig_atomic_t, or an atomic type of "
			"<stdatomic.h> that needs no lock. A lock is no help: a handler "
			"cannot wait for what it interrupts.");
	else
		buf_puts(into,
			"\n\nLet one wait for the other: a semaphore or a mutex around every use "
			"(sem_wait(3) before, sem_post(3) after), a message or a byte in a pipe "
			"that gives leave, wait(2) for who writes, or <stdatomic.h> on both "
			"sides.");
}

static const struct event *race_from(const struct event_log *log, size_t *i)
{
	for (; *i + 2 < log->count; ++*i)
		if (log->events[*i]->kind == EVENT_RACE)
			return log->events[(*i)++];
	return NULL;
}

static void say_others(struct buf *into, const struct event_log *log, size_t from)
{
	size_t count = 0;

	while (race_from(log, &from)) {
		const struct event *a = log->events[from], *b = log->events[from + 1];

		if (count++ >= SHOWN_MAX)
			continue;
		buf_puts(into, count == 1 ? " The same goes for the uses" : ", and those");
		say_at(into, a);
		if (!same_line(a, b)) {
			buf_puts(into, " and");
			say_at(into, b);
		}
	}
	if (count > SHOWN_MAX)
		buf_printf(into, ", and %zu pairs more", count - SHOWN_MAX);
	if (count)
		buf_putc(into, '.');
}

char *race_message(const struct event_log *log, struct event_place *place)
{
	MODEL_SCOPED *m = model_new(log);
	struct buf text = BUF_INIT;
	size_t i = 0;
	const struct event *e = race_from(log, &i);

	if (!e)
		return NULL;
	model_go_to(m, (size_t)e->step);
	*place = e->place;
	say_what(&text, m, e, log->events[i], log->events[i + 1]);
	buf_puts(&text, ".\n\n");
	say_use(&text, m, log->events[i]);
	buf_putc(&text, '\n');
	say_use(&text, m, log->events[i + 1]);
	buf_puts(&text, "\n\n");
	say_why(&text, m, log->events[i], log->events[i + 1]);
	buf_puts(&text, " Which comes first, or whether one comes in the middle of the other, is "
			"luck.");
	say_mistake(&text, log->events[i], log->events[i + 1]);
	say_others(&text, log, i + 2);
	say_cure(&text, log->events[i], log->events[i + 1]);
	return buf_take(&text);
}
