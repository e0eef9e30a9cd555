/*
 * Lines of styled text: what the screens show, and what a printer without a screen prints. Knows no
 * terminal beyond the character set of the locale: what is put in here can be shown as it is.
 *
 * Ownership: a struct styled and a struct text own their bytes until *_done().
 */
#ifndef RUNNER_VIEW_TEXT_H
#define RUNNER_VIEW_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/base/buf.h"

/* What a piece of text is, not how it looks: runner/screen/tty.c knows that. */
enum style {
	STYLE_PLAIN,
	STYLE_BOLD,
	STYLE_EMPHASIS,
	STYLE_CODE,
	STYLE_HEADING,
	STYLE_FAINT,
	STYLE_GOOD,
	STYLE_BAD,
	STYLE_ODD, /* broken, warnings: neither good nor the student's fault */
	STYLE_BAR, /* the lines at the top and bottom */
	STYLE_KEY, /* a key's name in such a line */
	STYLE_SELECTED,
	STYLE_COUNT
};

/* One line, or a paragraph that is still to be broken into lines ('\n': a break for certain). Each
 * byte has its style. */
struct styled {
	struct buf bytes, styles;
};

/* Bytes are made safe and drawable: control characters and what is no UTF-8 become \xHH, tabs
 * spaces; where the locale is not UTF-8, the rest becomes ASCII that looks like it. */
void styled_put(struct styled *s, enum style style, const char *text);
void styled_printf(struct styled *s, enum style style, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Spaces up to COLUMN (at least none). */
void styled_pad(struct styled *s, enum style style, int column);
void styled_add(struct styled *s, const struct styled *more);
/* Bytes FROM up to END of MORE. */
void styled_add_part(struct styled *s, const struct styled *more, size_t from, size_t end);
/* Cuts what stands at or after COLUMN; a mark then stands in the last column. */
void styled_cut(struct styled *s, int columns);
/* Takes away the first COLUMNS; a mark then stands in the first column that is left. */
void styled_skip(struct styled *s, int columns);
/* All of it in STYLE. */
void styled_paint(struct styled *s, enum style style);
int styled_columns(const struct styled *s);
void styled_clear(struct styled *s);
void styled_done(struct styled *s);
static inline void styled_cleanup_(struct styled *s)
{
	styled_done(s);
}
#define STYLED_SCOPED __attribute__((cleanup(styled_cleanup_))) struct styled
#define STYLED_INIT                \
	{                          \
		BUF_INIT, BUF_INIT \
	}

struct text {
	struct styled *lines;
	size_t count;
	int width; /* columns that lines are broken at */
};

void text_init(struct text *t, int width);
void text_done(struct text *t);
/* One line, as it is. LINE is emptied. */
void text_add(struct text *t, struct styled *line);
void text_blank(struct text *t); /* an empty line, unless there is one, or nothing yet */

enum text_break {
	TEXT_WORDS, /* between words */
	TEXT_SIGNS, /* at the last column: code, commands */
};
/* S broken into lines. FIRST stands before the first, REST before the others (NULL: nothing). A
 * line's own leading blanks are kept for what is broken off it. */
void text_wrap(struct text *t, const struct styled *s, const struct styled *first,
	const struct styled *rest, enum text_break how);
/* The same for plain text in one style, INDENT columns in. */
void text_say(struct text *t, enum style style, int indent, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Is the locale's character set UTF-8? Settled at the first call, after setlocale(). */
bool text_is_utf8(void);
/* UTF8 where it is, else ASCII. */
const char *text_sign(const char *utf8, const char *ascii);
/* The code point at P (valid UTF-8) and its length. */
unsigned text_decode(const char *p, size_t *len);
/* Columns that a code point takes on the terminal; 0: it combines with the one before it. */
int text_width(unsigned code);

#endif
