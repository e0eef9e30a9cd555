/* Events -> text, as event.h says. Its opposite is parse.c; the two share text.h. */
#include "config.h"

#include "lab/event/event.h"

#include <string.h>

#include "lab/event/text.h"

static bool all_digits(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] < '0' || text[i] > '9')
			return false;
	return len > 0;
}

bool text_is_number(const char *text, size_t len)
{
	return len > 0 && (text[0] == '-' ? all_digits(text + 1, len - 1) : all_digits(text, len));
}

bool text_is_task(const char *text, size_t len)
{
	return len > 1 && text[0] == 't' && all_digits(text + 1, len - 1);
}

bool text_is_bare(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!text_bare_byte((unsigned char)text[i]))
			return false;
	return len > 0;
}

static void put_quoted(struct buf *into, const char *text, size_t len)
{
	buf_putc(into, '"');
	buf_put_escaped(into, text, len);
	buf_putc(into, '"');
}

/* Names, files and functions stand where nothing else can, so that only their bytes matter. */
static void put_word(struct buf *into, const char *text, bool colon_ends)
{
	size_t len = strlen(text);

	if (text_is_bare(text, len) && !(colon_ends && memchr(text, ':', len)))
		buf_add(into, text, len);
	else
		put_quoted(into, text, len);
}

static void put_value(struct buf *into, const struct event_arg *arg)
{
	switch (arg->type) {
	case EVENT_INT:
		buf_put_int(into, arg->number);
		break;
	case EVENT_TASK:
		buf_putc(into, 't');
		buf_put_int(into, arg->number);
		break;
	case EVENT_STRING:
		if (text_is_bare(arg->text, arg->len) && !text_is_number(arg->text, arg->len) &&
			!text_is_task(arg->text, arg->len))
			buf_add(into, arg->text, arg->len);
		else
			put_quoted(into, arg->text, arg->len);
		break;
	}
}

void text_put_arg(struct buf *into, const struct event_arg *arg)
{
	buf_putc(into, ' ');
	buf_puts(into, arg->key);
	buf_putc(into, '=');
	put_value(into, arg);
}

void text_put_head(struct buf *into, const struct event *e)
{
	buf_put_int(into, e->time);
	if (e->task > 0) {
		buf_puts(into, " t");
		buf_put_int(into, e->task);
	} else {
		buf_puts(into, " -");
	}
	buf_putc(into, ' ');
	buf_puts(into, event_kind_name(e->kind));
	buf_putc(into, ' ');
	put_word(into, e->name, false);
}

static void put_place(struct buf *into, const struct event_place *place)
{
	buf_puts(into, " @");
	put_word(into, place->file, true);
	buf_putc(into, ':');
	buf_put_int(into, place->line);
	if (place->function) {
		buf_putc(into, ':');
		put_word(into, place->function, true);
	}
}

void event_write(const struct event *e, struct buf *into)
{
	buf_put_int(into, (int64_t)e->step);
	buf_putc(into, ' ');
	text_put_head(into, e);
	for (size_t i = 0; i < e->arg_count; i++)
		text_put_arg(into, &e->args[i]);
	if (e->place.file)
		put_place(into, &e->place);
}
