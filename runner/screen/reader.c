/* Something to read, on the whole screen: a chapter's lesson, a solution. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "runner/catalogue.h"
#include "runner/screen/common.h"
#include "runner/view/view.h"

struct reader {
	struct scroller scroller;
	int width; /* what the lines were made for; 0: make them anew */
	struct buf word;
	bool typing; /* the word is being written */
	long found;  /* the line that holds it, from 1; 0: none */
};

/* ---- search ---- */

/* The next line that holds the word, after the one that was found or from the top of the page. */
static void find(struct reader *r, struct session *s)
{
	const struct text *t = &r->scroller.text;
	size_t from = r->found > 0 ? (size_t)r->found : (size_t)r->scroller.top;

	r->width = 0;
	for (size_t i = 0; i < t->count && r->word.len > 0; i++) {
		size_t n = (from + i) % t->count;

		if (!strcasestr(buf_text(&t->lines[n].bytes), buf_text(&r->word)))
			continue;
		r->found = (long)n + 1;
		if ((int)n < r->scroller.top || (int)n >= r->scroller.top + r->scroller.rows)
			r->scroller.top = (int)n - r->scroller.rows / 2;
		return;
	}
	r->found = 0;
	if (r->word.len > 0)
		session_tell(s, "\"%s\" is not in this text.", buf_text(&r->word));
}

static void mark_found(struct reader *r)
{
	const struct text *t = &r->scroller.text;
	struct styled *line =
		r->found > 0 && r->found <= (long)t->count ? &t->lines[r->found - 1] : NULL;
	const char *at = line ? strcasestr(buf_text(&line->bytes), buf_text(&r->word)) : NULL;

	if (at)
		memset(line->styles.data + (at - line->bytes.data), STYLE_SELECTED, r->word.len);
}

static bool reader_key(struct ui *ui, void *state, int key)
{
	struct reader *r = state;

	if (!r->typing)
		return false;
	if (key == TTY_ENTER || key == TTY_ESCAPE)
		r->typing = false;
	if (key == TTY_ENTER)
		find(r, ui_session(ui));
	else if (key == TTY_BACKSPACE)
		common_drop_sign(&r->word);
	else if (key >= ' ' && key < TTY_UP)
		common_add_sign(&r->word, key);
	return true;
}

static void reader_search(struct ui *ui, void *state, int key)
{
	struct reader *r = state;

	(void)ui;
	(void)key;
	r->typing = true;
	r->found = 0;
	r->width = 0;
	buf_clear(&r->word);
}

static void reader_next(struct ui *ui, void *state, int key)
{
	(void)key;
	find(state, ui_session(ui));
}

static void draw_footer(struct ui *ui, const struct reader *r, const struct screen *screen)
{
	STYLED_SCOPED line = STYLED_INIT;

	if (!r->typing) {
		common_footer(ui, screen);
		return;
	}
	styled_printf(
		&line, STYLE_BAR, " / %s_   (Enter: find, Esc: leave it)", buf_text(&r->word));
	common_bar(tty_rows() - 1, &line, NULL);
}

/* ---- the page ---- */

static void draw(struct ui *ui, struct reader *r, const struct screen *screen, const char *title,
	void (*view)(struct text *into, const struct session *s))
{
	int columns = tty_columns(), rows = tty_rows() - 3;
	STYLED_SCOPED left = STYLED_INIT;
	STYLED_SCOPED right = STYLED_INIT;
	STYLED_SCOPED position = STYLED_INIT;

	if (r->width != columns) {
		r->width = columns;
		text_done(&r->scroller.text);
		text_init(&r->scroller.text, columns - 2);
		view(&r->scroller.text, ui_session(ui));
		mark_found(r);
	}
	scroller_draw(&r->scroller, 2, 1, rows, columns - 2);
	scroller_position(&r->scroller, &position);
	styled_printf(&left, STYLE_BAR, " %s", title);
	styled_printf(&right, STYLE_BAR, "  %s ", buf_text(&position.bytes));
	common_bar(0, &left, &right);
	draw_footer(ui, r, screen);
}

static void lesson_draw(struct ui *ui, void *state)
{
	const struct session *s = ui_session(ui);
	LAB_FREE char *chapter = catalogue_chapter(s->course->exercises[s->lesson]);
	LAB_FREE char *title = lab_xprintf("%s  Lesson", chapter);

	draw(ui, state, &screen_lesson, title, view_lesson);
}

static void solution_draw(struct ui *ui, void *state)
{
	const struct session *s = ui_session(ui);
	LAB_FREE char *title = lab_xprintf("%s  Solution", session_exercise(s)->id);

	draw(ui, state, &screen_solution, title, view_solution);
}

static void difference_draw(struct ui *ui, void *state)
{
	LAB_FREE char *title = lab_xprintf("%s  Difference", session_exercise(ui_session(ui))->id);

	draw(ui, state, &screen_difference, title, view_beside_solution);
}

static void attempt_draw(struct ui *ui, void *state)
{
	const struct session *s = ui_session(ui);
	LAB_FREE char *title = lab_xprintf("%s  Attempt %zu", session_exercise(s)->id, s->attempt);

	draw(ui, state, &screen_attempt, title, view_attempt);
}

static void change_draw(struct ui *ui, void *state)
{
	const struct session *s = ui_session(ui);
	LAB_FREE char *title =
		lab_xprintf("%s  Since attempt %zu", session_exercise(s)->id, s->attempt);

	draw(ui, state, &screen_change, title, view_since_attempt);
}

static void reader_close(struct ui *ui, void *state)
{
	struct reader *r = state;

	(void)ui;
	scroller_done(&r->scroller);
	buf_done(&r->word);
}

static void reader_back(struct ui *ui, void *state, int key)
{
	(void)state;
	(void)key;
	ui_pop(ui);
}

static void reader_scroll(struct ui *ui, void *state, int key)
{
	struct reader *r = state;

	(void)ui;
	scroller_move(&r->scroller, key);
}

static const struct screen_key keys[] = {
	{{'b', TTY_ESCAPE, TTY_LEFT, TTY_ENTER}, "back to where you were", "back", reader_back},
	{{' ', TTY_PAGE_DOWN}, "a page down", "page", reader_scroll},
	{{'/'}, "search for a word", "search", reader_search},
	{{'n'}, "where it stands next", NULL, reader_next},
	{{TTY_PAGE_UP}, "a page up", NULL, reader_scroll},
	{{TTY_DOWN, 'j'}, "a line down", "line", reader_scroll},
	{{TTY_UP, 'k'}, "a line up", NULL, reader_scroll},
	{{TTY_HOME}, "to the top", NULL, reader_scroll},
	{{TTY_END}, "to the end", NULL, reader_scroll},
	{.act = NULL},
};

const struct screen screen_lesson = {
	.name = "Lesson",
	.size = sizeof(struct reader),
	.keys = keys,
	.draw = lesson_draw,
	.key = reader_key,
	.close = reader_close,
};

const struct screen screen_solution = {
	.name = "Solution",
	.size = sizeof(struct reader),
	.keys = keys,
	.draw = solution_draw,
	.key = reader_key,
	.close = reader_close,
};

const struct screen screen_difference = {
	.name = "Difference",
	.size = sizeof(struct reader),
	.keys = keys,
	.draw = difference_draw,
	.key = reader_key,
	.close = reader_close,
};

const struct screen screen_attempt = {
	.name = "Attempt",
	.size = sizeof(struct reader),
	.keys = keys,
	.draw = attempt_draw,
	.key = reader_key,
	.close = reader_close,
};

const struct screen screen_change = {
	.name = "Change",
	.size = sizeof(struct reader),
	.keys = keys,
	.draw = change_draw,
	.key = reader_key,
	.close = reader_close,
};
