/*
 * What the files share that make pages; for this room only.
 *
 * Whatever comes from a log or a student goes through html_text, html_put or html_json: nothing of
 * it can become markup, script, or a character that is not to be seen.
 */
#ifndef LAB_REPORT_HTML_H
#define LAB_REPORT_HTML_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/base/buf.h"
#include "lab/report/cases.h"
#include "lab/timeline/timeline.h"
#include "lab/verdict/verdict.h"

/* A folded timeline, and which of its rows the page has: 0 to HEAD-1, and those from TAIL on. */
struct html_log {
	struct timeline *timeline;
	size_t count; /* of its rows */
	size_t head, tail;
};
static inline struct timeline_row html_row(const struct html_log *l, size_t row)
{
	return timeline_row(l->timeline, true, row);
}
static inline const struct event *html_event(const struct html_log *l, size_t row)
{
	return timeline_log(l->timeline)->events[html_row(l, row).last];
}
/* The row behind ROW that the page has. */
static inline size_t html_next(const struct html_log *l, size_t row)
{
	return row + 1 == l->head ? l->tail : row + 1;
}

/* html_head.c. All add to INTO. */
/* Up to the body: TITLE is the browser's; page.css, and STYLE behind it (NULL: none); SCRIPT is the
 * one that the page may run, and that html_script() puts into it. */
void html_begin(struct buf *into, const char *title, const char *style, const char *script);
void html_script(struct buf *into, const char *script);

/* html.c */
/* Up to what is in the body of a page with runs: "TITLE - ipclab WHAT". */
void html_head(struct buf *into, const char *title, const char *what);
#define HTML_FOOT "</body>\n</html>\n"
/* A log's rows and states, once on a page: from CHECK's place on, whose words are told elsewhere;
 * NULL: with how the run ended. */
void html_walk(struct buf *into, const struct event_log *log, const struct check_result *check);

/* html_check.c: what there is to say of a case, as a section. SHOWN: its run follows on the page.
 */
void html_case(struct buf *into, const struct report *r, const struct report_case *c, bool shown);

/* html_text.c. */
/* TEXT as valid UTF-8, in which nothing is invisible or turns the order of what follows: bytes and
 * characters of that kind become \xHH. '\n' and '\t' stay. */
void html_text(struct buf *into, const char *text);
/* The same, and as part of markup, in attributes too. */
void html_put(struct buf *into, const char *text);
/* The same as a JSON string, in its quotes, with no character that could end a script. TEXT comes
 * from html_text. */
void html_json(struct buf *into, const char *text);

/* html_rows.c: the table, whole. */
void html_rows(struct buf *into, const struct html_log *l);

/* html_states.c */
/* The states as the JSON that page.js reads; START: the row to begin at, as the page counts. */
void html_states(struct buf *into, const struct html_log *l, size_t start);
/* The state at a row, as page.js would show it. */
void html_state(struct buf *into, const struct html_log *l, size_t row);
/* Of how many facts the state at ROW is, nearly. */
size_t html_state_size(const struct html_log *l, size_t row);

#endif
