/* What screens are drawn with: see common.h. */
#include "config.h"

#include "runner/screen/common.h"

#include <string.h>

/* ---- bars ---- */

void common_bar(int row, struct styled *left, struct styled *right)
{
	STYLED_SCOPED line = STYLED_INIT;
	int columns = tty_columns(), wide = right ? styled_columns(right) : 0;

	if (wide + 4 > columns)
		wide = 0;
	styled_cut(left, columns - wide);
	styled_add(&line, left);
	styled_pad(&line, STYLE_BAR, columns - wide);
	if (wide > 0)
		styled_add(&line, right);
	tty_put(tty_base(), row, 0, columns, &line);
	styled_clear(left);
	if (right)
		styled_clear(right);
}

void common_key_names(struct styled *into, enum style style, const struct screen_key *key)
{
	for (int i = 0; i < SCREEN_KEYS && key->keys[i]; i++)
		styled_printf(into, style, "%s%s", i ? ", " : "", tty_key_name(key->keys[i]));
}

bool common_is_own(const struct screen *screen, const struct screen_key *key)
{
	for (const struct screen_key *k = screen->keys; k->act; k++)
		for (int i = 0; i < SCREEN_KEYS && k->keys[i]; i++)
			if (k != key && k->keys[i] == key->keys[0])
				return true;
	return false;
}

/* The line of keys: drawn, or asked which key stands at a column. */
struct key_line {
	struct styled line;
	int columns, at; /* room; the column that is asked for, or -1 */
	int key;         /* what stands there; 0: none */
};

/* Adds "KEY word  " for each key that has a word, as long as they fit beside what takes RESERVED
 * columns; of all screens' keys not those that are SCREEN's own. */
static void add_keys(struct key_line *l, const struct screen *screen, const struct screen_key *keys,
	int reserved)
{
	for (const struct screen_key *k = keys; k->act; k++) {
		STYLED_SCOPED one = STYLED_INIT;
		int from = styled_columns(&l->line), end;

		if (!k->brief || common_is_own(screen, k))
			continue;
		styled_put(&one, STYLE_KEY, tty_key_name(k->keys[0]));
		styled_printf(&one, STYLE_BAR, " %s  ", k->brief);
		end = from + styled_columns(&one);
		if (end > l->columns - reserved)
			continue;
		styled_add(&l->line, &one);
		if (l->at >= from && l->at < end - 2)
			l->key = k->keys[0];
	}
}

/* Help and quit are the last to give way. */
static struct key_line key_line(const struct screen *screen, int at)
{
	struct key_line common = {.columns = tty_columns() - 1, .at = -1};
	struct key_line l = {.columns = tty_columns(), .at = at};

	add_keys(&common, screen, screen_common_keys, 0);
	styled_put(&l.line, STYLE_BAR, " ");
	add_keys(&l, screen, screen->keys, styled_columns(&common.line));
	add_keys(&l, screen, screen_common_keys, 0);
	styled_done(&common.line);
	return l;
}

int common_footer_key(struct ui *ui, const struct screen *screen, int column)
{
	struct key_line l = key_line(screen, column);

	styled_done(&l.line);
	return ui_session(ui)->notice ? 0 : l.key;
}

/* What there is to tell covers as many rows as it needs, but never all. */
static void draw_notice(const char *notice)
{
	struct text text;
	int count, most = tty_rows() / 2;

	text_init(&text, tty_columns() - 2);
	text_say(&text, STYLE_BAR, 0, "%s", notice);
	count = (int)text.count < most ? (int)text.count : most;
	for (int i = 0; i < count; i++) {
		STYLED_SCOPED line = STYLED_INIT;

		styled_put(&line, STYLE_BAR, " ");
		styled_add(&line, &text.lines[i]);
		common_bar(tty_rows() - count + i, &line, NULL);
	}
	text_done(&text);
}

void common_footer(struct ui *ui, const struct screen *screen)
{
	struct key_line l;

	if (ui_session(ui)->notice) {
		draw_notice(ui_session(ui)->notice);
		return;
	}
	l = key_line(screen, -1);
	common_bar(tty_rows() - 1, &l.line, NULL);
	styled_done(&l.line);
}

void common_header(int row, int column, int columns, const char *title, const struct styled *right,
	bool active)
{
	STYLED_SCOPED line = STYLED_INIT;
	const char *dash = text_sign("\u2500", "-");
	int wide = right ? styled_columns(right) : 0;
	int end = columns - (wide ? wide + 3 : 0);

	styled_put(&line, STYLE_FAINT, dash);
	styled_put(&line, active ? STYLE_BOLD : STYLE_FAINT, active ? ">" : " ");
	styled_printf(&line, active ? STYLE_BOLD : STYLE_FAINT, "%s ", title);
	while (styled_columns(&line) < end)
		styled_put(&line, STYLE_FAINT, dash);
	if (wide) {
		styled_put(&line, STYLE_FAINT, " ");
		styled_add(&line, right);
		styled_put(&line, STYLE_FAINT, " ");
		styled_put(&line, STYLE_FAINT, dash);
	}
	tty_put(tty_base(), row, column, columns, &line);
}

void common_mark(struct text *list, size_t n)
{
	styled_paint(&list->lines[n], STYLE_SELECTED);
	list->lines[n].bytes.data[0] = '>';
}

/* ---- typing ---- */

void common_drop_sign(struct buf *b)
{
	while (b->len > 0 && ((unsigned char)b->data[b->len - 1] & 0xc0) == 0x80)
		b->len--;
	if (b->len > 0)
		b->len--;
	if (b->data)
		b->data[b->len] = '\0';
}

void common_add_sign(struct buf *b, int key)
{
	if (key < 0x80)
		buf_putc(b, (char)key);
	else if (key < 0x800)
		buf_printf(b, "%c%c", 0xc0 | key >> 6, 0x80 | (key & 0x3f));
	else if (key < 0x10000)
		buf_printf(b, "%c%c%c", 0xe0 | key >> 12, 0x80 | (key >> 6 & 0x3f),
			0x80 | (key & 0x3f));
	else
		buf_printf(b, "%c%c%c%c", 0xf0 | key >> 18, 0x80 | (key >> 12 & 0x3f),
			0x80 | (key >> 6 & 0x3f), 0x80 | (key & 0x3f));
}

/* ---- scrolling ---- */

static int last_top(const struct scroller *s)
{
	int most = (int)s->text.count - s->rows;

	return most > 0 ? most : 0;
}

static void clamp(struct scroller *s)
{
	if (s->top > last_top(s))
		s->top = last_top(s);
	if (s->top < 0)
		s->top = 0;
}

void scroller_draw(struct scroller *s, int row, int column, int rows, int columns)
{
	const struct styled nothing = STYLED_INIT;

	s->rows = rows;
	clamp(s);
	for (int i = 0; i < rows; i++) {
		size_t n = (size_t)(s->top + i);

		tty_put(tty_base(), row + i, column, columns,
			n < s->text.count ? &s->text.lines[n] : &nothing);
	}
}

void scroller_move(struct scroller *s, int key)
{
	int page = s->rows > 2 ? s->rows - 1 : 1; /* one line stays in sight */

	switch (key) {
	case TTY_UP:
	case 'k':
		s->top--;
		break;
	case TTY_DOWN:
	case 'j':
		s->top++;
		break;
	case TTY_PAGE_UP:
		s->top -= page;
		break;
	case TTY_PAGE_DOWN:
	case ' ':
		s->top += page;
		break;
	case TTY_HOME:
		s->top = 0;
		break;
	case TTY_END:
		s->top = (int)s->text.count;
		break;
	default:
		break;
	}
	clamp(s);
}

void scroller_position(const struct scroller *s, struct styled *into)
{
	int end = s->top + s->rows;

	if ((int)s->text.count <= s->rows)
		return;
	styled_printf(into, STYLE_FAINT, "%d-%d/%zu", s->top + 1,
		end < (int)s->text.count ? end : (int)s->text.count, s->text.count);
}

void scroller_done(struct scroller *s)
{
	text_done(&s->text);
}
