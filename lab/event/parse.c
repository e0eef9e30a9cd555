/*
 * Text -> events, strictly: what write.c cannot have written is a fault, with its column. A reader
 * of logs may so trust every event, whoever kept the file in the meantime.
 */
#include "config.h"

#include "lab/event/event.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lab/event/memory.h"
#include "lab/event/text.h"

struct cursor {
	const char *start, *at;
	const char *where;
	struct lab_error *error;
	struct event_log *log;
	struct buf word;   /* the last word, unquoted */
	bool quoted;       /* it stood in quotes */
	const char *begin; /* where it began */
};

static int fault_at(const struct cursor *c, const char *at, const char *what)
{
	return lab_fail(c->error, LAB_USAGE, "%s:%d: %s", c->where, (int)(at - c->start) + 1, what);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* The byte of the escape at c->at (behind the backslash), or -1. */
static int escape(struct cursor *c)
{
	static const char from[] = "ntr\"\\", to[] = "\n\t\r\"\\";
	const char *p = *c->at ? strchr(from, *c->at) : NULL;

	if (p) {
		c->at++;
		return to[p - from];
	}
	if (c->at[0] == 'x' && hex_digit(c->at[1]) >= 0 && hex_digit(c->at[2]) >= 0) {
		int byte = hex_digit(c->at[1]) * 16 + hex_digit(c->at[2]);

		c->at += 3;
		return byte;
	}
	return fault_at(c, c->at - 1, "no such escape (\\n \\t \\r \\\" \\\\ \\xHH)");
}

static int read_quoted(struct cursor *c)
{
	c->quoted = true;
	c->at++;
	while (*c->at != '"') {
		int byte = (unsigned char)*c->at;

		if (byte == '\0')
			return fault_at(c, c->begin, "a string without its closing quote");
		if (byte < 0x20 || byte >= 0x7f)
			return fault_at(c, c->at, "a raw byte where an escape was expected");
		c->at++;
		if (byte == '\\') {
			byte = escape(c);
			if (byte < 0)
				return -1;
		}
		buf_putc(&c->word, (char)byte);
	}
	c->at++;
	return 0;
}

/* A bare word up to a byte that is not bare (or a ':' where COLON_ENDS), or a quoted string. */
static int read_word(struct cursor *c, bool colon_ends, const char *expected)
{
	buf_clear(&c->word);
	c->begin = c->at;
	c->quoted = false;
	if (*c->at == '"')
		return read_quoted(c);
	while (text_bare_byte((unsigned char)*c->at) && !(colon_ends && *c->at == ':'))
		buf_putc(&c->word, *c->at++);
	if (c->word.len == 0)
		return fault_at(c, c->at, expected);
	return 0;
}

static int skip_space(struct cursor *c)
{
	if (*c->at != ' ')
		return fault_at(
			c, c->at, *c->at ? "one space expected" : "the line ends too early");
	c->at++;
	return 0;
}

static int to_number(struct cursor *c, int64_t least, int64_t most, int64_t *value)
{
	const char *text = buf_text(&c->word);

	if (c->quoted || !text_is_number(text, c->word.len))
		return fault_at(c, c->begin, "a decimal number expected");
	errno = 0;
	*value = strtoll(text, NULL, 10);
	if (errno || *value < least || *value > most)
		return fault_at(c, c->begin, "this number is out of range");
	return 0;
}

static int to_task(struct cursor *c, int *task)
{
	const char *text = buf_text(&c->word);
	long value;

	errno = 0;
	value = strtol(text + 1, NULL, 10);
	if (errno || value > INT_MAX)
		return fault_at(c, c->begin, "this task is out of range");
	*task = (int)value;
	return 0;
}

static int read_head(struct cursor *c, struct event *e)
{
	enum event_kind kind;
	int64_t number;

	if (read_word(c, false, "the step expected") < 0 || to_number(c, 0, INT64_MAX, &number) < 0)
		return -1;
	e->step = (uint64_t)number;
	if (skip_space(c) < 0 || read_word(c, false, "the virtual time expected") < 0 ||
		to_number(c, INT64_MIN, INT64_MAX, &e->time) < 0)
		return -1;
	if (skip_space(c) < 0 || read_word(c, false, "a task (tN) or \"-\" expected") < 0)
		return -1;
	if (!c->quoted && text_is_task(buf_text(&c->word), c->word.len)) {
		if (to_task(c, &e->task) < 0)
			return -1;
	} else if (c->quoted || strcmp(buf_text(&c->word), "-") != 0) {
		return fault_at(c, c->begin, "a task (tN) or \"-\" expected");
	}
	if (skip_space(c) < 0 || read_word(c, false, "the kind of event expected") < 0)
		return -1;
	if (c->quoted || !event_kind_from_name(buf_text(&c->word), c->word.len, &kind))
		return fault_at(c, c->begin, "no such kind of event");
	e->kind = kind;
	if (skip_space(c) < 0 || read_word(c, false, "a name or \"-\" expected") < 0)
		return -1;
	if (c->word.len == 0 || memchr(c->word.data, '\0', c->word.len))
		return fault_at(c, c->begin, "a name cannot be empty or hold a NUL");
	e->name = memory_name(c->log->memory, buf_text(&c->word), c->word.len);
	return 0;
}

static int read_place(struct cursor *c, struct event *e)
{
	BUF_SCOPED file = BUF_INIT;
	int64_t line;

	c->at++;
	if (read_word(c, true, "a file name expected behind @") < 0)
		return -1;
	buf_puts(&file, buf_text(&c->word));
	if (*c->at != ':')
		return fault_at(c, c->at, "\":LINE\" expected");
	c->at++;
	if (read_word(c, true, "a line number expected") < 0 || to_number(c, 0, INT_MAX, &line) < 0)
		return -1;
	if (*c->at == ':') {
		c->at++;
		if (read_word(c, true, "a function name expected") < 0)
			return -1;
		event_set_place(c->log, e, buf_text(&file), (int)line, buf_text(&c->word));
	} else {
		event_set_place(c->log, e, buf_text(&file), (int)line, NULL);
	}
	if (*c->at)
		return fault_at(c, c->at, "the place must end the line");
	return 0;
}

static bool key_byte(char c)
{
	return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-';
}

static int read_arg(struct cursor *c, struct event *e)
{
	char key[64];
	size_t len = 0;
	const char *text;

	while (key_byte(c->at[len]) && len + 1 < sizeof(key))
		len++;
	if (len == 0 || c->at[len] != '=')
		return fault_at(c, c->at, "KEY=VALUE or @FILE:LINE expected");
	memcpy(key, c->at, len);
	key[len] = '\0';
	c->at += len + 1;
	if (read_word(c, false, "a value expected") < 0)
		return -1;
	text = buf_text(&c->word);
	if (!c->quoted && text_is_number(text, c->word.len)) {
		int64_t value;

		if (to_number(c, INT64_MIN, INT64_MAX, &value) < 0)
			return -1;
		event_add_int(c->log, e, key, value);
	} else if (!c->quoted && text_is_task(text, c->word.len)) {
		int task;

		if (to_task(c, &task) < 0)
			return -1;
		event_add_task(c->log, e, key, task);
	} else {
		event_add_bytes(c->log, e, key, text, c->word.len);
	}
	return 0;
}

static int read_event(struct cursor *c, struct event *e)
{
	if (read_head(c, e) < 0)
		return -1;
	while (*c->at) {
		if (skip_space(c) < 0)
			return -1;
		if (*c->at == '@')
			return read_place(c, e);
		if (read_arg(c, e) < 0)
			return -1;
	}
	return 0;
}

struct event *event_parse(
	struct event_log *log, const char *text, const char *where, struct lab_error *e)
{
	struct cursor c = {.start = text, .at = text, .where = where, .error = e, .log = log};
	struct event *event = event_new(log, EVENT_RUN, 0, 0, NULL);
	int result = read_event(&c, event);

	buf_done(&c.word);
	return result < 0 ? NULL : event;
}
