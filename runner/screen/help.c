/* Help: the keys of the screen below, from its own table. Lies above it in a panel. */
#include "config.h"

#include "runner/screen/common.h"

enum { KEYS_WIDE = 20, KEYS_NARROW = 12, NARROW = 50, WIDEST = 76 };

struct help {
	struct pane *pane;
	int top, lines, rows;
};

static void add_keys(struct text *into, const struct screen *screen, const struct screen_key *keys)
{
	int keys_wide = into->width < NARROW ? KEYS_NARROW : KEYS_WIDE;

	for (const struct screen_key *k = keys; k->act; k++) {
		STYLED_SCOPED words = STYLED_INIT;
		STYLED_SCOPED first = STYLED_INIT;
		STYLED_SCOPED rest = STYLED_INIT;

		if (common_is_own(screen, k))
			continue;
		common_key_names(&first, STYLE_BOLD, k);
		if (styled_columns(&first) >= keys_wide) { /* a line of their own */
			text_add(into, &first);
			styled_clear(&first);
		}
		styled_pad(&first, STYLE_PLAIN, keys_wide);
		styled_pad(&rest, STYLE_PLAIN, keys_wide);
		styled_put(&words, STYLE_PLAIN, k->does);
		text_wrap(into, &words, &first, &rest, TEXT_WORDS);
	}
}

static void add_about(struct text *into, const struct screen *below)
{
	text_blank(into);
	text_say(into, STYLE_PLAIN, 0, "%s",
		below->about ? below->about
			     : "Save a file of the open exercise, in whatever editor: it is "
			       "compiled, run and "
			       "graded by itself. \"ipclab --help\" tells of the commands without "
			       "the lab.");
}

static void make_lines(struct ui *ui, struct text *into)
{
	const struct screen *below = ui_below(ui);

	add_keys(into, below, below->keys);
	text_blank(into);
	add_keys(into, below, screen_common_keys);
	add_about(into, below);
}

/* The pane fits the lines; it is made anew when the window has changed. */
static void make_pane(struct help *h, int lines, int columns)
{
	int most = tty_rows() - 2;

	h->lines = lines;
	h->rows = lines + 2 < most ? lines : most - 2;
	tty_pane_free(h->pane);
	h->pane = tty_pane_new((tty_rows() - h->rows - 2) / 2, (tty_columns() - columns) / 2,
		h->rows + 2, columns);
}

static void help_draw(struct ui *ui, void *state)
{
	struct help *h = state;
	struct text text;
	int columns = tty_columns() - 4 < WIDEST ? tty_columns() - 4 : WIDEST;

	text_init(&text, columns - 4);
	make_lines(ui, &text);
	make_pane(h, (int)text.count, columns);
	if (h->top > h->lines - h->rows)
		h->top = h->lines - h->rows;
	if (h->top < 0)
		h->top = 0;
	if (h->pane) {
		tty_clear(h->pane);
		tty_box(h->pane,
			h->lines > h->rows ? "Keys: Esc closes, Down scrolls" : "Keys: Esc closes");
		for (int i = 0; i < h->rows; i++)
			tty_put(h->pane, 1 + i, 2, columns - 4, &text.lines[h->top + i]);
	}
	text_done(&text);
}

static void help_close(struct ui *ui, void *state)
{
	struct help *h = state;

	(void)ui;
	tty_pane_free(h->pane);
}

static void help_back(struct ui *ui, void *state, int key)
{
	(void)state;
	(void)key;
	ui_pop(ui);
}

static void help_press(struct ui *ui, void *state, int row, int column)
{
	(void)state;
	(void)row;
	(void)column;
	ui_pop(ui);
}

static void help_scroll(struct ui *ui, void *state, int key)
{
	struct help *h = state;
	struct scroller s = {.top = h->top, .rows = h->rows, .text.count = (size_t)h->lines};

	(void)ui;
	scroller_move(&s, key);
	h->top = s.top;
}

static const struct screen_key keys[] = {
	{{TTY_ESCAPE, '?', 'q', TTY_ENTER}, "close the help", "close", help_back},
	{{TTY_DOWN, 'j', TTY_PAGE_DOWN, ' ', TTY_END}, "down", NULL, help_scroll},
	{{TTY_UP, 'k', TTY_PAGE_UP, TTY_HOME}, "up", NULL, help_scroll},
	{.act = NULL},
};

const struct screen screen_help = {
	.name = "Help",
	.size = sizeof(struct help),
	.above = true,
	.keys = keys,
	.draw = help_draw,
	.press = help_press,
	.close = help_close,
};
