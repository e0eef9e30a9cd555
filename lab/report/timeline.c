/*
 * One event as a line of the timeline. Every kind has a row that says how it reads; the values of
 * the event that the words do not name themselves follow as KEY=VALUE.
 */
#include "config.h"

#include "lab/report/report.h"

#include <inttypes.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/report/steering.h"
#include "lab/report/words.h"

enum {
	DATA_SHOWN = 40, /* bytes of a transfer */
	LANES = 8,       /* tasks beyond it share the last lane */
	LANE_WIDTH = 4,
};

enum look { QUIET, CALL, SIGNAL, LIFE, TROUBLE };

static const char *const looks[] = {
	[QUIET] = "\033[2m",
	[CALL] = "",
	[SIGNAL] = "\033[33m",
	[LIFE] = "\033[36m",
	[TROUBLE] = "\033[1;31m",
};

static void put_bytes(struct buf *into, const char *bytes, size_t len, size_t whole)
{
	buf_putc(into, '"');
	buf_put_escaped(into, bytes, len < DATA_SHOWN ? len : DATA_SHOWN);
	buf_putc(into, '"');
	if (whole > DATA_SHOWN || whole > len)
		buf_printf(into, "... (%zu bytes)", whole);
}

/* Times and durations are carried in nanoseconds. */
static bool is_time(const char *key)
{
	return strcmp(key, "ns") == 0 || strcmp(key, "until") == 0;
}

static void put_value(struct buf *into, const struct event_arg *a)
{
	BUF_SCOPED raw = BUF_INIT;

	switch (a->type) {
	case EVENT_INT:
		if (is_time(a->key) && a->number >= 0)
			buf_put_seconds(into, a->number);
		else if (strcmp(a->key, "mode") == 0 && a->number >= 0)
			buf_printf(into, "%#" PRIo64, a->number);
		else
			buf_printf(into, "%" PRId64, a->number);
		break;
	case EVENT_TASK:
		buf_printf(into, "t%" PRId64, a->number);
		break;
	case EVENT_STRING:
		buf_add(&raw, a->text, a->len);
		if (strlen(buf_text(&raw)) == a->len && !strpbrk(buf_text(&raw), " \n\t\"\\"))
			words_add(into, buf_text(&raw), true);
		else
			put_bytes(into, a->text, a->len, a->len);
		break;
	}
}

/* Result and bytes of a call stand after its parentheses, and since when it sleeps. */
static bool is_outcome(const char *key)
{
	static const char *const outcomes[] = {"ret", "err", "data", "n", "lib", "since"};

	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
		if (strcmp(key, outcomes[i]) == 0)
			return true;
	return false;
}

static bool is_descriptor(const char *key)
{
	return strcmp(key, "obj") == 0;
}

/* NAME(fd=3 pipe:1, len=4096): an object stands right behind its descriptor. */
static void put_call(struct buf *into, const struct event *e)
{
	bool first = true;

	words_add(into, e->name, true);
	buf_putc(into, '(');
	for (size_t i = 0; i < e->arg_count; i++) {
		const struct event_arg *a = &e->args[i];

		if (is_outcome(a->key))
			continue;
		if (!first)
			buf_puts(into, is_descriptor(a->key) ? " " : ", ");
		if (!is_descriptor(a->key))
			buf_printf(into, "%s=", strcmp(a->key, "ns") == 0 ? "s" : a->key);
		put_value(into, a);
		first = false;
	}
	buf_putc(into, ')');
}

/* It returns the process ID of a child: which one is said, since a log has no such numbers. */
static bool is_wait_for_child(const struct event *e)
{
	return strcmp(e->name, "waitpid") == 0 && event_task(e, "child") > 0;
}

static void put_finished_call(struct buf *into, const struct event *e)
{
	const struct event_arg *data = event_arg(e, "data");
	const struct event_arg *ret = event_arg(e, "ret");
	const char *err = event_text(e, "err");

	put_call(into, e);
	if (is_wait_for_child(e)) {
		buf_printf(into, " = t%d", event_task(e, "child"));
	} else if (ret) {
		buf_puts(into, " = ");
		put_value(into, ret);
	}
	if (err)
		buf_printf(into, " %s", err);
	if (data && data->type == EVENT_STRING) {
		int64_t moved = event_int(e, "n", (int64_t)data->len);

		buf_putc(into, ' ');
		put_bytes(into, data->text, data->len, moved > 0 ? (size_t)moved : data->len);
	}
}

static void put_blocked_call(struct buf *into, const struct event *e)
{
	put_call(into, e);
	buf_puts(into, " ...blocked");
}

static void put_waits(struct buf *into, const struct event *e)
{
	buf_puts(into, "waits in ");
	put_call(into, e);
	if (event_has(e, "since"))
		buf_printf(into, " since step %" PRId64, event_int(e, "since", 0));
}

static void put_program(struct buf *into, const struct event *e)
{
	const struct event_arg *prog = event_arg(e, e->kind == EVENT_EXEC ? "path" : "prog");

	buf_puts(into, e->kind == EVENT_EXEC ? "becomes" : "starts");
	if (prog) {
		buf_putc(into, ' ');
		put_value(into, prog);
	}
	for (size_t i = 0; i < e->arg_count; i++)
		if (strncmp(e->args[i].key, "argv", 4) == 0 &&
			strcmp(e->args[i].key, "argv0") != 0) {
			buf_putc(into, ' ');
			put_value(into, &e->args[i]);
		}
	if (event_has(e, "setid"))
		buf_puts(into, " (without the rights of its set-user-ID or set-group-ID bit: it is "
			       "traced)");
	if (event_has(e, "pid"))
		buf_printf(into, " (pid %" PRId64 ")", event_int(e, "pid", 0));
}

static void put_fork(struct buf *into, const struct event *e)
{
	bool thread = event_int(e, "thread", 0) != 0;

	buf_printf(
		into, "%s -> %s t%d", e->name, thread ? "thread" : "child", event_task(e, "child"));
	if (event_has(e, "pid"))
		buf_printf(into, " (pid %" PRId64 ")", event_int(e, "pid", 0));
}

static void put_exit(struct buf *into, const struct event *e)
{
	if (event_int(e, "thread", 0))
		buf_puts(into, "thread ends");
	else
		buf_printf(into, "exits with %" PRId64, event_int(e, "status", 0));
}

static void put_named(struct buf *into, const char *before, const char *name)
{
	buf_puts(into, before);
	words_add(into, name, true);
}

static void put_rest(struct buf *into, const struct event *e)
{
	for (size_t i = 0; i < e->arg_count; i++) {
		buf_printf(into, " %s=", e->args[i].key);
		put_value(into, &e->args[i]);
	}
}

/* NAME's words in a table of COUNT; NULL: it has none. */
static const char *words_of(const char *const table[][2], size_t count, const char *name)
{
	for (size_t i = 0; name && i < count; i++)
		if (strcmp(name, table[i][0]) == 0)
			return table[i][1];
	return NULL;
}
#define WORDS_OF(table, name) words_of(table, sizeof(table) / sizeof((table)[0]), name)

/* What a planned fault does to its call. */
static void put_fault(struct buf *into, const struct event *e)
{
	static const char *const table[][2] = {
		{"drop", "loses its datagram: "},
		{"twice", "has its datagram doubled: "},
		{"late", "has its datagram delayed: "},
		{"arrives", "and what was under way arrives: "},
		{"lost", "and what was under way finds nobody, or no room: "},
		{"gone", "and what it makes, or sends, is gone at once: "},
		{"other", "gets other bytes than were sent: "},
	};
	const char *words = WORDS_OF(table, event_text(e, "how"));

	put_named(into, words ? words : "made to fail: ", e->name);
	put_rest(into, e);
}

/* "write of memory:1, bytes 0-7: 2" */
static void put_use(struct buf *into, const struct event *e)
{
	const char *object = event_text(e, "obj");
	int64_t at = event_int(e, "at", 0), n = event_int(e, "n", 0);

	words_add(into, e->name, true);
	buf_puts(into, " of ");
	words_add(into, object ? object : "memory", true);
	buf_printf(
		into, n > 1 ? ", bytes %" PRId64 "-%" PRId64 : ", byte %" PRId64, at, at + n - 1);
	if (event_has(e, "value"))
		buf_printf(into, ": %" PRId64, event_int(e, "value", 0));
	if (event_text(e, "handler")) {
		buf_puts(into, ", in the handler of ");
		words_add(into, event_text(e, "handler"), true);
	}
}

static void put_choice(struct buf *into, const struct event *e)
{
	const char *among = event_text(e, "among");

	buf_printf(into, "of %s the schedule picks t%d", among ? among : "all",
		event_task(e, "picked"));
}

static void put_advance(struct buf *into, const struct event *e)
{
	buf_puts(into, "all are blocked: the clock jumps on from ");
	buf_put_seconds(into, event_int(e, "from", 0));
}

static void put_reaped(struct buf *into, const struct event *e)
{
	const char *by = event_text(e, "by");

	if (event_task(e, "by") > 0)
		buf_printf(into, "was waited for by t%d and is gone", event_task(e, "by"));
	else if (by && strcmp(by, "none") == 0)
		buf_puts(into, "is gone: its parent ignores SIGCHLD, nobody has to wait for it");
	else
		buf_puts(into, "is gone: its parent has ended, init has waited for it");
}

static void put_end(struct buf *into, const struct event *e)
{
	static const char *const table[][2] = {
		{"deadlock", "nobody can go on"},
		{"spin", "it would go on for ever"},
		{"limit", "a limit was reached"},
		{"judge", "the test has seen enough"},
	};
	const char *why = WORDS_OF(table, event_text(e, "why"));

	buf_puts(into, "the run is over");
	if (why)
		buf_printf(into, ": %s", why);
}

static void put_output(struct buf *into, const struct event *e)
{
	const struct event_arg *data = event_arg(e, "data");

	buf_printf(into, "%s now holds ", event_int(e, "fd", 1) == 2 ? "stderr" : "stdout");
	if (data && data->type == EVENT_STRING)
		put_bytes(into, data->text, data->len, data->len);
}

static void put_file(struct buf *into, const struct event *e)
{
	const struct event_arg *data = event_arg(e, "data");
	const char *path = event_text(e, "path"), *err = event_text(e, "err");

	buf_puts(into, "the test reads the file ");
	words_add(into, path ? path : "", true);
	if (event_has(e, "mode"))
		buf_printf(into, " (mode %#" PRIo64 ")", event_int(e, "mode", 0));
	buf_puts(into, ": ");
	if (data && data->type == EVENT_STRING)
		put_bytes(into, data->text, data->len, data->len);
	else
		words_add(into, err ? err : "", true);
}

static void put_denied(struct buf *into, const struct event *e)
{
	const char *what = event_text(e, "what"), *why = event_text(e, "why");

	buf_puts(into, "is kept from ");
	words_add(into, e->name, true);
	if (what) {
		buf_puts(into, " ");
		words_add(into, what, true);
	}
	if (why) {
		buf_puts(into, ": ");
		words_add(into, why, true);
	}
}

/* How the rows read. PUT: says it all. Otherwise BEFORE, the event's name (if NAMED), and what the
 * event carries as KEY=VALUE. A row without words is not shown. */
struct row {
	enum look look;
	void (*put)(struct buf *into, const struct event *e);
	const char *before;
	bool named;
};

static const struct row rows[EVENT_KIND_COUNT] = {
	[EVENT_STEER] = {QUIET, steering_words, NULL, false},
	[EVENT_START] = {LIFE, put_program, NULL, false},
	[EVENT_FORK] = {LIFE, put_fork, NULL, false},
	[EVENT_EXEC] = {LIFE, put_program, NULL, false},
	[EVENT_MAIN] = {QUIET, NULL, "reaches main()", false},
	[EVENT_CALL] = {CALL, put_finished_call, NULL, false},
	[EVENT_BLOCK] = {QUIET, put_blocked_call, NULL, false},
	[EVENT_SIGNAL] = {SIGNAL, NULL, "sends ", true},
	[EVENT_DELIVER] = {SIGNAL, NULL, "gets ", true},
	[EVENT_RETURN] = {SIGNAL, NULL, "handler returns", false},
	[EVENT_UNSAFE] = {TROUBLE, NULL, "in a handler, which is not safe: ", true},
	[EVENT_RACE] = {TROUBLE, NULL, "RACE: nothing orders these two uses of shared memory",
		false},
	[EVENT_ACCESS] = {TROUBLE, NULL, "uses it: ", true},
	[EVENT_USE] = {QUIET, put_use, NULL, false},
	[EVENT_STOP] = {SIGNAL, NULL, "is stopped by ", true},
	[EVENT_CONT] = {SIGNAL, NULL, "continues", false},
	[EVENT_EXIT] = {LIFE, put_exit, NULL, false},
	[EVENT_KILLED] = {TROUBLE, NULL, "is killed by ", true},
	[EVENT_REAPED] = {LIFE, put_reaped, NULL, false},
	[EVENT_ADOPT] = {LIFE, NULL, "is an orphan now", false},
	[EVENT_OUTPUT] = {QUIET, put_output, NULL, false},
	[EVENT_ADVANCE] = {QUIET, put_advance, NULL, false},
	[EVENT_EXPIRE] = {QUIET, NULL, "time is up: ", true},
	[EVENT_FAULT] = {TROUBLE, put_fault, NULL, false},
	[EVENT_CHOICE] = {QUIET, put_choice, NULL, false},
	[EVENT_DEADLOCK] = {TROUBLE, NULL, "DEADLOCK: everyone is blocked and nothing is pending",
		false},
	[EVENT_WAITS] = {TROUBLE, put_waits, NULL, false},
	[EVENT_HOLDS] = {TROUBLE, NULL, "holds", false},
	[EVENT_SPIN] = {TROUBLE, NULL, "SPINS: works without ever waiting", false},
	[EVENT_LIMIT] = {TROUBLE, NULL, "LIMIT: used up its budget of ", true},
	[EVENT_REFUSED] = {TROUBLE, NULL, "refused: ", true},
	[EVENT_DENIED] = {TROUBLE, put_denied, NULL, false},
	[EVENT_ZOMBIE] = {TROUBLE, NULL, "left a zombie", false},
	[EVENT_SURVIVOR] = {TROUBLE, NULL, "still lives at the end", false},
	[EVENT_LEFT] = {TROUBLE, NULL, "left behind: ", true},
	[EVENT_FILE] = {QUIET, put_file, NULL, false},
	[EVENT_END] = {LIFE, put_end, NULL, false},
};

/* Descriptors held at each exec and exit are for the leak report: too many for a timeline. */
static bool is_shown(const struct event *e)
{
	const char *why = event_text(e, "why");

	if (e->kind == EVENT_HOLDS)
		return why && strcmp(why, "deadlock") == 0;
	return rows[e->kind].put || rows[e->kind].before;
}

static void put_lane(struct buf *into, int task)
{
	int lane = task > LANES ? LANES : task;

	if (task > 0)
		buf_printf(into, "%*st%-*d", (lane - 1) * LANE_WIDTH, "", LANE_WIDTH - 1, task);
	else
		buf_printf(into, "%-*s", LANE_WIDTH, "-");
}

static void put_place(struct buf *into, const struct event_place *place)
{
	if (!place->file)
		return;
	buf_puts(into, "  @ ");
	words_add(into, place->file, true);
	if (place->line > 0)
		buf_printf(into, ":%d", place->line);
	if (place->function) {
		buf_putc(into, ' ');
		words_add(into, place->function, true);
		buf_puts(into, "()");
	}
}

bool report_event_words(struct buf *into, const struct event *event)
{
	const struct row *row = &rows[event->kind];

	if (!is_shown(event))
		return false;
	if (row->put) {
		row->put(into, event);
	} else {
		put_named(into, row->before, row->named ? event->name : "");
		put_rest(into, event);
	}
	return true;
}

bool report_event(struct buf *into, const struct event *event, bool colour)
{
	const char *look = colour ? looks[rows[event->kind].look] : "";

	if (!is_shown(event))
		return false;
	buf_put_seconds(into, event->time);
	buf_puts(into, "  ");
	put_lane(into, event->task);
	buf_puts(into, look);
	report_event_words(into, event);
	if (*look)
		buf_puts(into, "\033[0m");
	put_place(into, &event->place);
	return true;
}
