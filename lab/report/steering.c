/*
 * What a test does to a run: it lets it go on until something, gives it input, sends a signal,
 * starts one more program. A row for each; what the row's words do not hold, its function adds.
 */
#include "config.h"

#include "lab/report/steering.h"

#include <inttypes.h>
#include <string.h>

#include "lab/report/words.h"

static void put_text(struct buf *into, const struct event *e)
{
	const char *text = event_text(e, "text");

	buf_putc(into, '"');
	buf_put_escaped(into, text ? text : "", text ? strlen(text) : 0);
	buf_putc(into, '"');
}

static void put_time(struct buf *into, const struct event *e)
{
	buf_put_seconds(into, event_int(e, "ns", 0));
}

static const char *ordinal(int64_t n)
{
	static const char *const ends[] = {"th", "st", "nd", "rd"};

	return n / 10 % 10 == 1 || n % 10 > 3 ? ends[0] : ends[n % 10];
}

static void put_call(struct buf *into, const struct event *e)
{
	const char *call = event_text(e, "call");
	int64_t n = event_int(e, "n", 1);

	words_add(into, call ? call : "", true);
	if (n > 1)
		buf_printf(into, " for the %" PRId64 "%s time from here", n, ordinal(n));
}

static void put_task(struct buf *into, int64_t task, const char *any)
{
	if (task > 0)
		buf_printf(into, "t%" PRId64, task);
	else
		buf_puts(into, any);
}

static void put_ended(struct buf *into, const struct event *e)
{
	put_task(into, event_int(e, "task", 0), "somebody");
	buf_puts(into, " has ended");
}

static void put_signal(struct buf *into, const struct event *e)
{
	const char *name = sigabbrev_np((int)event_int(e, "sig", 0));

	if (name)
		buf_printf(into, "SIG%s to ", name);
	else
		buf_printf(into, "signal %" PRId64 " to ", event_int(e, "sig", 0));
	put_task(into, event_task(e, "to"), "all");
}

static void put_length(struct buf *into, const struct event *e)
{
	int64_t len = event_int(e, "len", 0);

	buf_printf(into, "%" PRId64 " byte%s to its standard input", len, len == 1 ? "" : "s");
}

/* The log has a program as lines, see lab/run/request.c: its name, its arguments, the variables of
 * its environment begun with '$', and descriptors that are closed with '-'. */
static void put_program(struct buf *into, const struct event *e)
{
	const char *line = event_text(e, "program0");
	int64_t input = event_int(e, "input", 0);

	for (bool first = true; line && *line && (first || *line != '$'); first = false) {
		size_t len = strcspn(line, "\n");
		BUF_SCOPED word = BUF_INIT;

		buf_add(&word, line, len);
		buf_puts(into, first ? "" : " ");
		words_quote(into, buf_text(&word));
		line += len + (line[len] == '\n');
	}
	if (input > 0)
		buf_printf(into, ", with %" PRId64 " byte%s on its standard input", input,
			input == 1 ? "" : "s");
}

/* Why it takes over again. */
static void put_why(struct buf *into, const struct event *e)
{
	static const char *const whys[][2] = {
		{"ended", "nobody goes on"},
		{"reached", "what it waited for is there"},
		{"quiet", "all wait, and no timer is pending"},
	};
	const char *why = event_text(e, "why");

	for (size_t i = 0; why && i < sizeof(whys) / sizeof(whys[0]); i++)
		if (strcmp(whys[i][0], why) == 0)
			buf_printf(into, ": %s", whys[i][1]);
}

static const struct row {
	const char *name, *words;
	void (*put)(struct buf *into, const struct event *e); /* NULL: nothing more */
} rows[] = {
	{"until-end", "lets it run to its end", NULL},
	{"until-output", "lets it run until it has printed ", put_text},
	{"until-blocked", "lets it run until all wait", NULL},
	{"until-time", "lets it run until ", put_time},
	{"until-call", "lets it run until it calls ", put_call},
	{"until-exit", "lets it run until ", put_ended},
	{"stopped", "takes over again", put_why},
	{"launch", "starts ", put_program},
	{"write", "writes ", put_length},
	{"close", "closes its standard input", NULL},
	{"signal", "sends ", put_signal},
};

void steering_words(struct buf *into, const struct event *e)
{
	buf_puts(into, "the test ");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].name, e->name) != 0)
			continue;
		buf_puts(into, rows[i].words);
		if (rows[i].put)
			rows[i].put(into, e);
		return;
	}
	words_add(into, e->name, true);
}
