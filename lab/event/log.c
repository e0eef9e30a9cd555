/* A log as a file, and its sum. */
#include "config.h"

#include "lab/event/event.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lab/base/fd.h"
#include "lab/event/text.h"

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

static int load(struct event_reader *r, struct event_log *log, size_t most, struct lab_error *e)
{
	struct event *event;
	int found = 1;

	while (log->count < most && (found = event_reader_next(r, log, &event, e)) > 0)
		event_log_append(log, event);
	return found;
}

static struct event_log *load_all(struct event_reader *r, struct lab_error *e)
{
	struct event_log *log;

	if (!r)
		return NULL;
	log = event_log_new();
	if (load(r, log, SIZE_MAX, e) == 0)
		return log;
	event_log_free(log);
	return NULL;
}

struct event_log *event_log_load(const char *path, struct lab_error *e)
{
	EVENT_READER_SCOPED *r = event_reader_open(path, e);

	return load_all(r, e);
}

struct event_log *event_log_read(struct buf *text, const char *path, struct lab_error *e)
{
	EVENT_READER_SCOPED *r = event_reader_of(text, path, e);

	return load_all(r, e);
}

struct event_log *event_log_load_part(const char *path, size_t most, struct lab_error *e)
{
	EVENT_READER_SCOPED *r = event_reader_open(path, e);
	struct event_log *log;
	int found;

	if (!r)
		return NULL;
	log = event_log_new();
	found = load(r, log, most, e);
	if (found > 0)
		log->left_out = event_reader_rest(r);
	if (found >= 0)
		return log;
	if (event_reader_cut(r)) {
		*e = (struct lab_error){0};
		log->cut = true;
		return log;
	}
	event_log_free(log);
	return NULL;
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
		buf_printf(line, " %s=\"%" PRIu32 "\"%016" PRIx64, arg->key, arg->len,
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
