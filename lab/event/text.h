/* What writing and reading the text of a log share; for this room only. */
#ifndef LAB_EVENT_TEXT_H
#define LAB_EVENT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/base/buf.h"
#include "lab/event/event.h"

#define LOG_FIRST_LINE "ipclab-log 1"

/* Bytes that need no quotes. */
static inline bool text_bare_byte(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == ':' || c == '.' || c == '/' || c == '|' || c == '+' || c == '-';
}

bool text_is_bare(const char *text, size_t len);
bool text_is_number(const char *text, size_t len); /* -?[0-9]+, whatever its size */
bool text_is_task(const char *text, size_t len);   /* t[0-9]+ */

void text_put_head(struct buf *into, const struct event *e);      /* "TIME TASK KIND NAME" */
void text_put_arg(struct buf *into, const struct event_arg *arg); /* " KEY=VALUE" */

#endif
