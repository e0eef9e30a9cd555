/* The list: chapters and exercises, how each stands; Enter opens one. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "runner/screen/common.h"
#include "runner/view/view.h"

enum { WIDEST = 110, FIRST_ROW = 2 }; /* farther apart, the eye loses the line */

struct list {
	size_t selected; /* an exercise of the course */
	size_t followed; /* the exercise that was open last, as this screen knows */
	struct buf filter;
	enum view_show show;
	bool typing;              /* the filter is being written */
	struct scroller scroller; /* its text is made anew for each frame */
	long *rows;               /* the exercise of each line, or -1 */
};

/* ---- what is visible ---- */

static long row_of(const struct list *l, size_t exercise)
{
	for (size_t i = 0; i < l->scroller.text.count; i++)
		if (l->rows[i] == (long)exercise)
			return (long)i;
	return -1;
}

/* The nearest line with an exercise, from ROW on in direction STEP; -1: none. */
static long find_row(const struct list *l, long row, int step)
{
	for (; row >= 0 && row < (long)l->scroller.text.count; row += step)
		if (l->rows[row] >= 0)
			return row;
	return -1;
}

static struct view_filter filter_of(const struct list *l)
{
	return (struct view_filter){buf_text(&l->filter), l->show};
}

/* What is selected is shown: else it is the first that is. */
static void follow_filter(struct list *l, const struct session *s)
{
	const struct view_filter filter = filter_of(l);

	if (view_fits(s, l->selected, &filter))
		return;
	for (size_t i = 0; i < s->course->count; i++)
		if (view_fits(s, i, &filter)) {
			l->selected = i;
			return;
		}
}

static void make_lines(struct list *l, const struct session *s, int columns)
{
	const struct view_filter filter = filter_of(l);

	follow_filter(l, s);
	text_done(&l->scroller.text);
	free(l->rows);
	text_init(&l->scroller.text, columns);
	view_list(&l->scroller.text, s, &filter, &l->rows);
}

static void mark_selected(struct list *l, int rows)
{
	long at = row_of(l, l->selected), above;

	if (at < 0)
		return;
	common_mark(&l->scroller.text, (size_t)at);
	/* with its chapter's name, if it is the first of it */
	for (above = at; above > 0 && l->rows[above - 1] < 0;)
		above--;
	if (above < l->scroller.top)
		l->scroller.top = (int)above;
	if (at >= l->scroller.top + rows)
		l->scroller.top = (int)at - rows + 1;
}

static void draw_empty(const struct list *l)
{
	STYLED_SCOPED line = STYLED_INIT;

	if (l->filter.len > 0)
		styled_printf(
			&line, STYLE_PLAIN, "  No exercise holds \"%s\"", buf_text(&l->filter));
	else
		styled_printf(&line, STYLE_PLAIN, "  No exercise is %s", view_show_name(l->show));
	tty_put(tty_base(), 2, 0, tty_columns(), &line);
}

static void draw_footer(struct ui *ui, const struct list *l)
{
	STYLED_SCOPED line = STYLED_INIT;

	if (!l->typing) {
		common_footer(ui, &screen_list);
		return;
	}
	styled_printf(
		&line, STYLE_BAR, " / %s_   (Enter: keep, Esc: show all)", buf_text(&l->filter));
	common_bar(tty_rows() - 1, &line, NULL);
}

static void list_draw(struct ui *ui, void *state)
{
	struct list *l = state;
	const struct session *s = ui_session(ui);
	STYLED_SCOPED left = STYLED_INIT;
	STYLED_SCOPED right = STYLED_INIT;
	int rows = tty_rows() - FIRST_ROW - 1, columns = tty_columns();

	if (l->followed != s->current) /* one went on from exercise to exercise */
		l->selected = l->followed = s->current;
	styled_put(&left, STYLE_BAR, " ipclab");
	if (l->filter.len > 0 && !l->typing)
		styled_printf(&left, STYLE_BAR, "  /%s", buf_text(&l->filter));
	if (l->show != VIEW_SHOW_ALL)
		styled_printf(&left, STYLE_BAR, "  only %s", view_show_name(l->show));
	view_sum(&right, s, columns - styled_columns(&left) - 4);
	styled_put(&right, STYLE_BAR, " ");
	common_bar(0, &left, &right);
	make_lines(l, s, columns < WIDEST ? columns : WIDEST);
	mark_selected(l, rows);
	scroller_draw(&l->scroller, FIRST_ROW, 0, rows, columns);
	if (l->scroller.text.count == 0)
		draw_empty(l);
	draw_footer(ui, l);
}

static void list_open(struct ui *ui, void *state)
{
	struct list *l = state;
	const struct session *s = ui_session(ui);

	l->followed = s->current;
	if (s->resumes) {
		l->selected = s->current;
		return;
	}
	/* where one would go on: the first that does not pass */
	while (l->selected + 1 < s->course->count &&
		s->standings[l->selected].state == WORK_PASSING)
		l->selected++;
	if (s->standings[l->selected].state == WORK_PASSING)
		l->selected = 0;
}

static void list_close(struct ui *ui, void *state)
{
	struct list *l = state;

	(void)ui;
	scroller_done(&l->scroller);
	free(l->rows);
	buf_done(&l->filter);
}

/* ---- keys ---- */

static void select_row(struct list *l, long row, int step)
{
	long found = find_row(l, row, step);

	if (found < 0)
		found = find_row(l, row < 0 ? 0 : (long)l->scroller.text.count - 1, -step);
	if (found >= 0)
		l->selected = (size_t)l->rows[found];
}

/* Among what is to be shown now: the filter may have been changed since the last frame. */
static void list_move(struct ui *ui, void *state, int key)
{
	struct list *l = state;
	long at, page = l->scroller.rows > 1 ? l->scroller.rows - 1 : 1;

	make_lines(l, ui_session(ui), l->scroller.text.width);
	at = row_of(l, l->selected);
	switch (key) {
	case TTY_UP:
	case 'k':
	case 'p':
		select_row(l, at - 1, -1);
		break;
	case TTY_DOWN:
	case 'j':
	case 'n':
		select_row(l, at + 1, 1);
		break;
	case TTY_PAGE_UP:
		select_row(l, at - page, -1);
		break;
	case TTY_PAGE_DOWN:
	case ' ':
		select_row(l, at + page, 1);
		break;
	case TTY_HOME:
		l->scroller.top = 0;
		select_row(l, 0, 1);
		break;
	default:
		select_row(l, (long)l->scroller.text.count - 1, -1);
		break;
	}
}

/* Of what was typed since the last frame, too. */
static bool is_shown(const struct session *s, struct list *l)
{
	const struct view_filter filter = filter_of(l);

	follow_filter(l, s);
	return view_fits(s, l->selected, &filter);
}

static bool open_selected(struct ui *ui, struct list *l)
{
	struct session *s = ui_session(ui);
	struct lab_error e = {0};

	if (!is_shown(s, l))
		return false;
	if (session_open(s, l->selected, &e) == 0)
		return true;
	session_tell(s, "%s", e.text);
	return false;
}

static void list_enter(struct ui *ui, void *state, int key)
{
	(void)key;
	if (open_selected(ui, state))
		ui_push(ui, &screen_exercise);
}

static void list_run(struct ui *ui, void *state, int key)
{
	struct session *s = ui_session(ui);
	struct lab_error e = {0};

	(void)key;
	if (!open_selected(ui, state))
		return;
	if (session_check(s, &e) < 0)
		session_tell(s, "%s", e.text);
	ui_push(ui, &screen_exercise);
}

static void list_edit(struct ui *ui, void *state, int key)
{
	(void)key;
	if (!open_selected(ui, state))
		return;
	ui_edit(ui, 0);
	ui_push(ui, &screen_exercise);
}

static void list_lesson(struct ui *ui, void *state, int key)
{
	struct list *l = state;

	(void)key;
	if (!is_shown(ui_session(ui), l))
		return;
	ui_session(ui)->lesson = l->selected;
	ui_push(ui, &screen_lesson);
}

static void list_filter(struct ui *ui, void *state, int key)
{
	struct list *l = state;

	(void)ui;
	(void)key;
	l->typing = true;
}

static void list_all(struct ui *ui, void *state, int key)
{
	struct list *l = state;

	(void)ui;
	(void)key;
	buf_clear(&l->filter);
	l->show = VIEW_SHOW_ALL;
}

static void list_show(struct ui *ui, void *state, int key)
{
	struct list *l = state;

	(void)ui;
	(void)key;
	l->show = (l->show + 1) % VIEW_SHOW_COUNT;
	l->scroller.top = 0;
}

/* The selected one is opened. */
static void list_press(struct ui *ui, void *state, int row, int column)
{
	struct list *l = state;
	long line = row - FIRST_ROW + l->scroller.top;

	(void)column;
	if (row < FIRST_ROW || line >= (long)l->scroller.text.count || l->rows[line] < 0)
		return;
	if (l->rows[line] == (long)l->selected)
		list_enter(ui, state, TTY_ENTER);
	l->selected = (size_t)l->rows[line];
}

/* While a filter is written, signs belong to it; the arrows move as ever. */
static bool list_key(struct ui *ui, void *state, int key)
{
	struct list *l = state;

	(void)ui;
	if (!l->typing)
		return false;
	if (key == TTY_ENTER || key == TTY_ESCAPE)
		l->typing = false;
	if (key == TTY_ESCAPE)
		buf_clear(&l->filter);
	else if (key == TTY_BACKSPACE)
		common_drop_sign(&l->filter);
	else if (key >= ' ' && key < TTY_UP)
		common_add_sign(&l->filter, key);
	else
		return key == TTY_ENTER || key < ' ';
	return true;
}

static const struct screen_key keys[] = {
	{{TTY_ENTER, TTY_RIGHT}, "open the exercise", "open", list_enter},
	{{'r'}, "open it and check it now", "run", list_run},
	{{'e'}, "open it in your editor", "edit", list_edit},
	{{'l'}, "read its chapter's lesson", "lesson", list_lesson},
	{{'/'}, "search: only what has a word in its name, title or calls", "search", list_filter},
	{{'f'}, "filter: only what is not passed, only what fails, all", "filter", list_show},
	{{TTY_ESCAPE}, "show all again", NULL, list_all},
	{{TTY_DOWN, 'j', 'n'}, "next exercise", NULL, list_move},
	{{TTY_UP, 'k', 'p'}, "previous exercise", NULL, list_move},
	{{TTY_PAGE_DOWN, ' '}, "a page down", NULL, list_move},
	{{TTY_PAGE_UP}, "a page up", NULL, list_move},
	{{TTY_HOME}, "first exercise", NULL, list_move},
	{{TTY_END}, "last exercise", NULL, list_move},
	{.act = NULL},
};

const struct screen screen_list = {
	.name = "Course",
	.size = sizeof(struct list),
	.keys = keys,
	.open = list_open,
	.draw = list_draw,
	.key = list_key,
	.press = list_press,
	.close = list_close,
};
