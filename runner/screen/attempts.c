/* The attempts at an exercise, the latest first: one is chosen, looked at, compared, brought back.
 */
#include "config.h"

#include "runner/screen/common.h"
#include "runner/view/view.h"

enum { FIRST_ROW = 2 };

struct attempts_view {
	size_t chosen;            /* a line, from 0 */
	struct scroller scroller; /* its text is made anew for each frame */
};

static void read_anew(struct ui *ui)
{
	struct session *s = ui_session(ui);
	struct lab_error e = {0};

	if (session_attempts(s, &e) < 0)
		session_tell(s, "%s", e.text);
}

static void attempts_open(struct ui *ui, void *state)
{
	(void)state;
	read_anew(ui);
}

/* What was chosen stays chosen when a line more stands above it. */
static void attempts_news(struct ui *ui, void *state, enum session_news news)
{
	struct attempts_view *v = state;
	size_t before = ui_session(ui)->attempts.count;

	if (news != SESSION_VERDICT)
		return;
	read_anew(ui);
	if (ui_session(ui)->attempts.count > before)
		v->chosen += ui_session(ui)->attempts.count - before;
}

static void choose(struct ui *ui, struct attempts_view *v, long line)
{
	long last = (long)ui_session(ui)->attempts.count - 1;

	line = line > last ? last : line;
	v->chosen = line < 0 ? 0 : (size_t)line;
}

static void attempts_draw(struct ui *ui, void *state)
{
	struct attempts_view *v = state;
	struct session *s = ui_session(ui);
	struct text *text = &v->scroller.text;
	int rows = tty_rows() - FIRST_ROW - 1;
	STYLED_SCOPED left = STYLED_INIT;
	STYLED_SCOPED right = STYLED_INIT;

	choose(ui, v, (long)v->chosen);
	styled_printf(&left, STYLE_BAR, " %s  Attempts (%zu)", session_exercise(s)->id,
		s->attempts.count);
	view_progress(&right, s);
	styled_paint(&right, STYLE_BAR);
	styled_put(&right, STYLE_BAR, " ");
	common_bar(0, &left, &right);
	text_done(text);
	text_init(text, tty_columns());
	view_attempts(text, &s->attempts);
	if (text->count == 0)
		text_say(text, STYLE_PLAIN, 2, "Nothing was tried yet. Each check is kept here.");
	else
		common_mark(text, v->chosen);
	if ((int)v->chosen < v->scroller.top)
		v->scroller.top = (int)v->chosen;
	if ((int)v->chosen >= v->scroller.top + rows)
		v->scroller.top = (int)v->chosen - rows + 1;
	scroller_draw(&v->scroller, FIRST_ROW, 0, rows, tty_columns());
	common_footer(ui, &screen_attempts);
}

static void attempts_close(struct ui *ui, void *state)
{
	struct attempts_view *v = state;

	(void)ui;
	scroller_done(&v->scroller);
}

/* ---- keys ---- */

static void attempts_move(struct ui *ui, void *state, int key)
{
	struct attempts_view *v = state;
	long at = (long)v->chosen, page = v->scroller.rows > 1 ? v->scroller.rows - 1 : 1;

	switch (key) {
	case TTY_UP:
	case 'k':
		choose(ui, v, at - 1);
		break;
	case TTY_DOWN:
	case 'j':
		choose(ui, v, at + 1);
		break;
	case TTY_PAGE_UP:
		choose(ui, v, at - page);
		break;
	case TTY_PAGE_DOWN:
	case ' ':
		choose(ui, v, at + page);
		break;
	case TTY_HOME:
		choose(ui, v, 0);
		break;
	default:
		choose(ui, v, (long)ui_session(ui)->attempts.count - 1);
		break;
	}
}

/* The chosen one becomes the session's. */
static bool take_chosen(struct ui *ui, const struct attempts_view *v)
{
	struct session *s = ui_session(ui);

	if (v->chosen >= s->attempts.count)
		return false;
	s->attempt = s->attempts.count - v->chosen;
	return true;
}

static void attempts_look(struct ui *ui, void *state, int key)
{
	(void)key;
	if (take_chosen(ui, state))
		ui_push(ui, &screen_attempt);
}

static void attempts_change(struct ui *ui, void *state, int key)
{
	(void)key;
	if (take_chosen(ui, state))
		ui_push(ui, &screen_change);
}

static void attempts_bring_back_it(struct ui *ui, void *state, int key)
{
	struct lab_error e = {0};

	(void)key;
	if (take_chosen(ui, state) && session_bring_back(ui_session(ui), &e) < 0)
		session_tell(ui_session(ui), "%s", e.text);
}

static void attempts_back(struct ui *ui, void *state, int key)
{
	(void)state;
	(void)key;
	ui_pop(ui);
}

/* The chosen one is looked at. */
static void attempts_press(struct ui *ui, void *state, int row, int column)
{
	struct attempts_view *v = state;
	long line = row - FIRST_ROW + v->scroller.top;

	(void)column;
	if (row < FIRST_ROW || line >= (long)ui_session(ui)->attempts.count)
		return;
	if (line == (long)v->chosen)
		attempts_look(ui, state, TTY_ENTER);
	else
		choose(ui, v, line);
}

static const struct screen_key keys[] = {
	{{TTY_ENTER, TTY_RIGHT}, "its verdict and its files", "look", attempts_look},
	{{'d'}, "what has changed since", "difference", attempts_change},
	{{'u'}, "use it again: its files come back, what is there is kept", "use again",
		attempts_bring_back_it},
	{{'b', TTY_ESCAPE, TTY_LEFT}, "back to the exercise", "back", attempts_back},
	{{TTY_DOWN, 'j'}, "an earlier one", NULL, attempts_move},
	{{TTY_UP, 'k'}, "a later one", NULL, attempts_move},
	{{TTY_PAGE_DOWN, ' '}, "a page down", NULL, attempts_move},
	{{TTY_PAGE_UP}, "a page up", NULL, attempts_move},
	{{TTY_HOME}, "the latest", NULL, attempts_move},
	{{TTY_END}, "the first", NULL, attempts_move},
	{.act = NULL},
};

const struct screen screen_attempts = {
	.name = "Attempts",
	.size = sizeof(struct attempts_view),
	.keys = keys,
	.open = attempts_open,
	.draw = attempts_draw,
	.press = attempts_press,
	.news = attempts_news,
	.close = attempts_close,
};
