/*
 * An exercise: its text and its verdict, side by side where there is room, else one above the
 * other, where the one that has the keys gets the larger part.
 */
#include "config.h"

#include "runner/screen_common.h"
#include "runner/view.h"

enum { SIDE_BY_SIDE = 100, STACKED = 16, TASK_MOST = 84 };
enum part { TASK, VERDICT, PARTS };

struct place {
	int row, column, rows, columns; /* of the header; the text lies below it */
};

struct exercise_view {
	enum part active;
	struct scroller parts[PARTS];
	int widths[PARTS]; /* what the lines were made for; 0: make them anew */
	size_t opened;     /* which failed check is told in full */
};

/* ---- layout ---- */

static void lay_out(const struct exercise_view *x, struct place places[PARTS])
{
	int rows = tty_rows() - 2, columns = tty_columns();
	int left = columns / 2 < TASK_MOST ? columns / 2 : TASK_MOST;
	int large = rows * 3 / 4, upper = x->active == TASK ? large : rows - large;

	if (columns >= SIDE_BY_SIDE) {
		places[TASK] = (struct place){1, 0, rows, left - 1};
		places[VERDICT] = (struct place){1, left, rows, columns - left};
	} else if (rows < STACKED) {
		places[TASK] = (struct place){1, 0, x->active == TASK ? rows : 0, columns};
		places[VERDICT] = (struct place){1, 0, rows - places[TASK].rows, columns};
	} else {
		places[TASK] = (struct place){1, 0, upper, columns};
		places[VERDICT] = (struct place){1 + upper, 0, rows - upper, columns};
	}
}

static void make_lines(struct ui *ui, struct exercise_view *x, enum part part, int columns)
{
	struct scroller *s = &x->parts[part];

	if (x->widths[part] == columns)
		return;
	x->widths[part] = columns;
	text_done(&s->text);
	text_init(&s->text, columns);
	if (part == TASK)
		view_task(&s->text, ui_session(ui));
	else
		view_verdict(&s->text, ui_session(ui), x->opened);
}

static void draw_part(struct ui *ui, struct exercise_view *x, enum part part, const struct place *p)
{
	static const char *const titles[] = {[TASK] = "Task", [VERDICT] = "Verdict"};
	STYLED_SCOPED right = STYLED_INIT;
	STYLED_SCOPED position = STYLED_INIT;

	if (p->rows == 0)
		return;
	/* a column free at both sides: text does not stick to the edge */
	make_lines(ui, x, part, p->columns - 2);
	scroller_draw(&x->parts[part], p->row + 1, p->column + 1, p->rows - 1, p->columns - 2);
	if (part == VERDICT)
		view_progress(&right, ui_session(ui));
	scroller_position(&x->parts[part], &position);
	if (right.bytes.len > 0 && position.bytes.len > 0)
		styled_put(&right, STYLE_FAINT, "  ");
	styled_add(&right, &position);
	common_header(p->row, p->column, p->columns, titles[part], &right, x->active == part);
}

static void exercise_draw(struct ui *ui, void *state)
{
	struct exercise_view *x = state;
	const struct session *s = ui_session(ui);
	const struct standing *now = session_standing(s);
	struct place places[PARTS];
	STYLED_SCOPED left = STYLED_INIT;
	STYLED_SCOPED right = STYLED_INIT;

	styled_printf(
		&left, STYLE_BAR, " %s  %s", session_exercise(s)->id, session_exercise(s)->title);
	styled_printf(
		&right, STYLE_BAR, "  %s %s ", view_mark(now->state), work_state_name(now->state));
	common_bar(0, &left, &right);
	lay_out(x, places);
	draw_part(ui, x, TASK, &places[TASK]);
	draw_part(ui, x, VERDICT, &places[VERDICT]);
	if (places[VERDICT].column > 0)
		tty_rule(tty_base(), 1, places[VERDICT].column - 1, tty_rows() - 2);
	common_footer(ui, &screen_exercise);
}

/* ---- what happens ---- */

static void renew(struct exercise_view *x, enum part part)
{
	x->widths[part] = 0;
	x->parts[part].top = 0;
}

static void exercise_news(struct ui *ui, void *state, enum session_news news)
{
	struct exercise_view *x = state;

	(void)ui;
	if (news == SESSION_PROGRESS && x->parts[VERDICT].text.count == 0)
		renew(x, VERDICT);
	if (news != SESSION_VERDICT)
		return;
	renew(x, VERDICT);
	x->opened = 0;
	x->active = VERDICT; /* that is what one has saved for */
}

static void exercise_open(struct ui *ui, void *state)
{
	struct exercise_view *x = state;
	const struct session *s = ui_session(ui);

	if (session_checks(s) || session_standing(s)->outcome)
		x->active = VERDICT;
}

static void exercise_close(struct ui *ui, void *state)
{
	struct exercise_view *x = state;

	session_leave(ui_session(ui));
	scroller_done(&x->parts[TASK]);
	scroller_done(&x->parts[VERDICT]);
}

/* ---- keys ---- */

static void exercise_run(struct ui *ui, void *state, int key)
{
	struct exercise_view *x = state;
	struct session *s = ui_session(ui);
	struct lab_error e = {0};

	(void)key;
	if (session_check(s, &e) < 0)
		session_tell(s, "%s", e.text);
	renew(x, VERDICT);
}

static void exercise_edit(struct ui *ui, void *state, int key)
{
	(void)state;
	(void)key;
	ui_edit(ui);
}

static void go_to(struct ui *ui, struct exercise_view *x, size_t n)
{
	struct session *s = ui_session(ui);
	struct lab_error e = {0};

	if (session_open(s, n, &e) < 0)
		session_tell(s, "%s", e.text);
	renew(x, TASK);
	renew(x, VERDICT);
	x->opened = 0;
	x->active = session_standing(s)->outcome ? VERDICT : TASK;
}

static void exercise_next(struct ui *ui, void *state, int key)
{
	struct session *s = ui_session(ui);

	(void)key;
	if (s->current + 1 < s->course->count)
		go_to(ui, state, s->current + 1);
	else
		session_tell(s, "This is the last exercise.");
}

static void exercise_previous(struct ui *ui, void *state, int key)
{
	struct session *s = ui_session(ui);

	(void)key;
	if (s->current > 0)
		go_to(ui, state, s->current - 1);
	else
		session_tell(s, "This is the first exercise.");
}

static void exercise_back(struct ui *ui, void *state, int key)
{
	(void)state;
	(void)key;
	ui_pop(ui);
}

static void exercise_switch(struct ui *ui, void *state, int key)
{
	struct exercise_view *x = state;

	(void)ui;
	(void)key;
	x->active = x->active == TASK ? VERDICT : TASK;
}

static void exercise_failed(struct ui *ui, void *state, int key)
{
	struct exercise_view *x = state;
	const struct outcome *o = session_standing(ui_session(ui))->outcome;
	size_t n = o ? outcome_failed_count(o) : 0;

	(void)key;
	if (n == 0)
		return;
	x->opened = (x->opened + 1) % n;
	x->active = VERDICT;
	renew(x, VERDICT);
}

static void exercise_scroll(struct ui *ui, void *state, int key)
{
	struct exercise_view *x = state;

	(void)ui;
	scroller_move(&x->parts[x->active], key);
}

static const struct screen_key keys[] = {
	{{TTY_TAB, TTY_BACK_TAB}, "go between task and verdict", "switch", exercise_switch},
	{{'r'}, "check it now (saving does it by itself)", "run", exercise_run},
	{{'e'}, "open your editor, at the first failure", "edit", exercise_edit},
	{{'f'}, "tell the next failed check in full", "failed", exercise_failed},
	{{'n'}, "next exercise", "next", exercise_next},
	{{'p'}, "previous exercise", "prev", exercise_previous},
	{{'l', TTY_ESCAPE, TTY_LEFT}, "back to the list", "list", exercise_back},
	{{TTY_DOWN, 'j'}, "a line down", NULL, exercise_scroll},
	{{TTY_UP, 'k'}, "a line up", NULL, exercise_scroll},
	{{TTY_PAGE_DOWN, ' '}, "a page down", NULL, exercise_scroll},
	{{TTY_PAGE_UP}, "a page up", NULL, exercise_scroll},
	{{TTY_HOME}, "to the top", NULL, exercise_scroll},
	{{TTY_END}, "to the end", NULL, exercise_scroll},
	{.act = NULL},
};

const struct screen screen_exercise = {
	.name = "Exercise",
	.size = sizeof(struct exercise_view),
	.keys = keys,
	.open = exercise_open,
	.draw = exercise_draw,
	.news = exercise_news,
	.close = exercise_close,
};
