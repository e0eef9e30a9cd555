/*
 * The states of a page: in words as the screen has them, as JSON for page.js, and one of them as
 * markup for those who read without it.
 *
 * A state is a sequence of pieces, each a text and some bits. As JSON every text is there once, and
 * a piece is one number: the text's place in the list times TEXT, plus the bits.
 */
#include "config.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lab/report/html.h"

enum {
	SUBJECT = 1,   /* who, or what, the paragraphs below are about */
	PARAGRAPH = 2, /* begins one */
	CHANGED = 4,
	GONE = 8,
	STAR = 16,  /* begins a paragraph in which something has changed */
	MINUS = 32, /* ... of which nothing is left */
	TEXT = 64,
};

/* TEXT is safe to be seen, and not escaped yet. */
typedef void take_piece(void *context, unsigned bits, const char *text);

/* ---- a state as pieces ---- */

static void take_subject(
	const struct html_log *l, const struct timeline_fact *f, take_piece *take, void *context)
{
	BUF_SCOPED text = BUF_INIT;
	BUF_SCOPED safe = BUF_INIT;

	if (f->task)
		buf_printf(&text, "t%d %s", f->task, timeline_name(l->timeline, f->task));
	else
		buf_puts(&text, f->object);
	html_text(&safe, buf_text(&text));
	take(context, SUBJECT, buf_text(&safe));
}

static void take_fact(const struct timeline_fact *f, unsigned bits, take_piece *take, void *context)
{
	BUF_SCOPED text = BUF_INIT;
	BUF_SCOPED safe = BUF_INIT;

	timeline_fact_words(&text, f, bits & PARAGRAPH);
	html_text(&safe, buf_text(&text));
	bits |= f->gone ? GONE : f->changed ? CHANGED : 0;
	take(context, bits, buf_text(&safe));
}

static void take_paragraph(const struct timeline_fact *from, const struct timeline_fact *end,
	take_piece *take, void *context)
{
	char mark = timeline_mark(from, end);
	unsigned opens = PARAGRAPH | (mark == '-' ? MINUS : mark == '*' ? STAR : 0);

	for (const struct timeline_fact *f = from; f < end; f++)
		take_fact(f, f == from ? opens : 0, take, context);
}

static void take_ended(size_t ended, take_piece *take, void *context)
{
	BUF_SCOPED text = BUF_INIT;

	if (ended == 0)
		return;
	buf_printf(&text, "%zu %s ended.", ended,
		ended == 1 ? "process or thread has" : "processes or threads have");
	take(context, PARAGRAPH, buf_text(&text));
}

/* The state at ROW, and what changed since the row before. */
static void take_state(const struct html_log *l, size_t row, take_piece *take, void *context)
{
	struct timeline_facts facts = {0};
	const struct timeline_fact *f, *end, *next;

	timeline_facts(&facts, timeline_at(l->timeline, TIMELINE_NOW, html_row(l, row).last),
		row ? timeline_at(l->timeline, TIMELINE_BEFORE, html_row(l, row - 1).last)
		    : timeline_nothing(l->timeline));
	end = facts.list + facts.count;
	for (f = facts.list; f < end; f = next) {
		next = timeline_paragraph(f, end);
		if (f == facts.list || !timeline_same_subject(f, f - 1))
			take_subject(l, f, take, context);
		take_paragraph(f, next, take, context);
	}
	take_ended(facts.ended, take, context);
	timeline_facts_done(&facts);
}

size_t html_state_size(const struct html_log *l, size_t row)
{
	struct timeline_facts facts = {0};
	size_t count;

	timeline_facts(&facts, timeline_at(l->timeline, TIMELINE_NOW, html_row(l, row).last), NULL);
	count = facts.count;
	timeline_facts_done(&facts);
	return count;
}

/* ---- as JSON ---- */

struct writer {
	json_t *known; /* the place of each text */
	struct buf texts, rows;
	bool first; /* piece of its state */
};

static void write_piece(void *context, unsigned bits, const char *text)
{
	struct writer *w = context;
	json_t *place = json_object_get(w->known, text);
	json_int_t n = place ? json_integer_value(place) : (json_int_t)json_object_size(w->known);

	if (!place) {
		json_object_set_new(w->known, text, json_integer(n));
		buf_puts(&w->texts, n ? ",\n" : "\n");
		html_json(&w->texts, text);
	}
	if (!w->first)
		buf_putc(&w->rows, ',');
	buf_put_int(&w->rows, n * TEXT + bits);
	w->first = false;
}

void html_states(struct buf *into, const struct html_log *l, size_t start)
{
	struct writer w = {.known = json_object()};

	for (size_t row = 0; row < l->count; row = html_next(l, row)) {
		buf_puts(&w.rows, row ? ",\n[" : "\n[");
		w.first = true;
		take_state(l, row, write_piece, &w);
		buf_putc(&w.rows, ']');
	}
	buf_printf(into, "{\"start\":%zu,\n\"texts\":[%s\n],\n\"rows\":[%s\n]}\n", start,
		buf_text(&w.texts), buf_text(&w.rows));
	json_decref(w.known);
	buf_done(&w.texts);
	buf_done(&w.rows);
}

/* ---- as markup ---- */

struct markup {
	struct buf *into;
	bool open; /* in a paragraph */
};

static void close_paragraph(struct markup *m)
{
	if (m->open)
		buf_puts(m->into, "</p>\n");
	m->open = false;
}

static void mark_up(void *context, unsigned bits, const char *text)
{
	struct markup *m = context;
	const char *tag = bits & SUBJECT ? "h3" : bits & GONE ? "s" : bits & CHANGED ? "b" : "span";

	if (bits & (SUBJECT | PARAGRAPH))
		close_paragraph(m);
	if (bits & PARAGRAPH) {
		buf_printf(m->into, "<p><span class=\"mark\">%s</span>",
			bits & MINUS  ? "-"
			: bits & STAR ? "*"
				      : " ");
		m->open = true;
	}
	buf_printf(m->into, "<%s>", tag);
	html_put(m->into, text);
	buf_printf(m->into, "</%s>%s", tag, bits & SUBJECT ? "\n" : "");
}

void html_state(struct buf *into, const struct html_log *l, size_t row)
{
	struct markup m = {.into = into};

	take_state(l, row, mark_up, &m);
	close_paragraph(&m);
}
