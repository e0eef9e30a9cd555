/* What screens are drawn with: bars, headers, text that scrolls. */
#ifndef RUNNER_SCREEN_COMMON_H
#define RUNNER_SCREEN_COMMON_H

#include "runner/screen/screen.h"
#include "runner/screen/tty.h"
#include "runner/view/text.h"

/* A line in STYLE_BAR, LEFT and RIGHT at its ends; LEFT gives way. Both are emptied. */
void common_bar(int row, struct styled *left, struct styled *right);
/* The last row: what there is to tell, else the keys of SCREEN. */
void common_footer(struct ui *ui, const struct screen *screen);
/* The key whose name or word stands there at COLUMN; 0: none. */
int common_footer_key(struct ui *ui, const struct screen *screen, int column);
/* "─ TITLE ─────── RIGHT ─" over a part of the screen; ACTIVE: it gets the keys. */
void common_header(int row, int column, int columns, const char *title, const struct styled *right,
	bool active);
/* Line N of a list is chosen: reverse video, and a sign for those who cannot see it. */
void common_mark(struct text *list, size_t n);
/* SCREEN's own table has another row for KEY's first key. */
bool common_is_own(const struct screen *screen, const struct screen_key *key);
/* "j, Down" */
void common_key_names(struct styled *into, enum style style, const struct screen_key *key);

/* A line that is typed: KEY is a sign; the last one goes again. */
void common_add_sign(struct buf *b, int key);
void common_drop_sign(struct buf *b);

/* Lines of which a part is visible. */
struct scroller {
	struct text text;
	int top, rows; /* ROWS as it was last drawn */
};
void scroller_draw(struct scroller *s, int row, int column, int rows, int columns);
void scroller_move(struct scroller *s, int key); /* arrows, j, k, PgUp, PgDn, Space, Home, End */
/* "12-30/80", or nothing if all is visible. */
void scroller_position(const struct scroller *s, struct styled *into);
void scroller_done(struct scroller *s);

#endif
