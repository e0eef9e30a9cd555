/* A log as a file, and its sum. */
#include "config.h"

#include "lab/event/event.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lab/base/fd.h"
#include "lab/event/text.h"

/* Larger than any run within its budgets can write; keeps a wrong file name from eating memory. */
#define LOG_FILE_MAX ((size_t)1 << 31)

void event_log_write(const struct event_log *log, struct buf *into)
{
	buf_puts(into, LOG_FIRST_LINE "\n");
	for (size_t i = 0; i < log->count; i++) {
		event_write(log->events[i], into);
		buf_putc(into, '\n');
	}
}

int event_log_save(const struct event_log *log, const char *path, struct lab_error *e)
{
	BUF_SCOPED text = BUF_INIT;

	event_log_write(log, &text);
	return file_write(path, text.data, text.len, 0644, e);
}

/* LINE ends in a NUL where its '\n' was. */
static int load_line(struct event_log *log, const char *line, size_t len, const char *path,
	size_t number, struct lab_error *e)
{
	char where[512];
	struct event *event;

	snprintf(where, sizeof(where), "%s:%zu", path, number);
	if (strlen(line) != len)
		return lab_fail(e, LAB_USAGE, "%s:%zu: a NUL byte", where, strlen(line) + 1);
	if (number == 1) {
		if (strcmp(line, LOG_FIRST_LINE) == 0)
			return 0;
		return lab_fail(e, LAB_USAGE,
			"%s:1: not an event log of this version (\"" LOG_FIRST_LINE "\" expected)",
			where);
	}
	event = event_parse(log, line, where, e);
	if (!event)
		return -1;
	if (event->step != log->count)
		return lab_fail(e, LAB_USAGE, "%s:1: step %" PRIu64 " where step %zu was expected",
			where, event->step, log->count);
	event_log_append(log, event);
	return 0;
}

static int load_text(
	struct event_log *log, char *text, size_t len, const char *path, struct lab_error *e)
{
	char *end = text + len;
	size_t number = 1;

	for (char *line = text; line < end || number == 1; number++) {
		char *newline = line < end ? memchr(line, '\n', (size_t)(end - line)) : NULL;

		if (!newline)
			return lab_fail(e, LAB_USAGE,
				"%s:%zu:%zu: the log was cut here: its last line has no end", path,
				number, (size_t)(end - line) + 1);
		*newline = '\0';
		if (load_line(log, line, (size_t)(newline - line), path, number, e) < 0)
			return -1;
		line = newline + 1;
	}
	return 0;
}

struct event_log *event_log_load(const char *path, struct lab_error *e)
{
	BUF_SCOPED text = BUF_INIT;

	return file_read(path, &text, LOG_FILE_MAX, e) < 0 ? NULL : event_log_read(&text, path, e);
}

struct event_log *event_log_read(struct buf *text, const char *path, struct lab_error *e)
{
	struct event_log *log = event_log_new();

	buf_reserve(text, 0);
	if (load_text(log, text->data, text->len, path, e) < 0) {
		event_log_free(log);
		return NULL;
	}
	return log;
}

bool event_log_whole(const struct event_log *log)
{
	return log->count && log->events[log->count - 1]->kind == EVENT_END;
}

static size_t first_main(const struct event_log *log)
{
	for (size_t i = 0; i < log->count; i++)
		if (log->events[i]->kind == EVENT_MAIN)
			return i;
	return 0;
}

/* Tells texts of one length apart, eight bytes a step. */
static uint64_t hash_text(const char *text, size_t len)
{
	uint64_t hash = len, word;

	for (; len >= sizeof(word); text += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, text, sizeof(word));
		hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 32;
	}
	word = 0;
	memcpy(&word, text, len);
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}

/* A long text stands there by its length and hash, as no other text can stand there. */
static void put_arg_for_sum(struct buf *line, const struct event_arg *arg)
{
	if (arg->type != EVENT_STRING || arg->len <= EVENT_SUM_WHOLE)
		text_put_arg(line, arg);
	else
		buf_printf(line, " %s=\"%zu\"%016" PRIx64, arg->key, arg->len,
			hash_text(arg->text, arg->len));
}

void event_log_sum(const struct event_log *log, struct sha256 *sum)
{
	BUF_SCOPED line = BUF_INIT;

	for (size_t i = first_main(log); i < log->count; i++) {
		const struct event *e = log->events[i];

		buf_clear(&line);
		text_put_head(&line, e);
		for (size_t k = 0; k < e->arg_count; k++)
			if (strcmp(e->args[k].key, "since") != 0)
				put_arg_for_sum(&line, &e->args[k]);
		buf_putc(&line, '\n');
		sha256_add(sum, line.data, line.len);
	}
}
