/* Something to read, on the whole screen: a chapter's lesson, a solution. */
#include "config.h"

#include <stdlib.h>

#include "runner/catalogue.h"
#include "runner/screen/common.h"
#include "runner/view/view.h"

struct reader {
	struct scroller scroller;
	int width; /* what the lines were made for */
};

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
	}
	scroller_draw(&r->scroller, 2, 1, rows, columns - 2);
	scroller_position(&r->scroller, &position);
	styled_printf(&left, STYLE_BAR, " %s", title);
	styled_printf(&right, STYLE_BAR, "  %s ", buf_text(&position.bytes));
	common_bar(0, &left, &right);
	common_footer(ui, screen);
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
	.close = reader_close,
};

const struct screen screen_solution = {
	.name = "Solution",
	.size = sizeof(struct reader),
	.keys = keys,
	.draw = solution_draw,
	.close = reader_close,
};

const struct screen screen_difference = {
	.name = "Difference",
	.size = sizeof(struct reader),
	.keys = keys,
	.draw = difference_draw,
	.close = reader_close,
};

const struct screen screen_attempt = {
	.name = "Attempt",
	.size = sizeof(struct reader),
	.keys = keys,
	.draw = attempt_draw,
	.close = reader_close,
};

const struct screen screen_change = {
	.name = "Change",
	.size = sizeof(struct reader),
	.keys = keys,
	.draw = change_draw,
	.close = reader_close,
};
