/*
 * An exercise: its text and its verdict, side by side where there is room, else one above the
 * other, where the one that has the keys gets the larger part.
 */
#include "config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "runner/screen/common.h"
#include "runner/view/view.h"

enum { SIDE_BY_SIDE = 100, STACKED = 16, TASK_MOST = 84, HEADER_SIGNS = 7 };
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

/* What stands over a part; where the other one is out of sight, also how to get there. */
static char *part_title(struct ui *ui, enum part part, bool alone, int room)
{
	const bool old = part == VERDICT && session_outcome_is_old(ui_session(ui));
	const char *name = part == TASK ? "Task" : old ? "Old verdict" : "Verdict";
	const char *other = part == TASK ? "verdict" : "task";
	int needed = (int)(strlen(name) + strlen(" (Tab: )") + strlen(other));

	if (!alone || needed > room)
		return lab_xstrdup(name);
	return lab_xprintf("%s (Tab: %s)", name, other);
}

static void draw_part(struct ui *ui, struct exercise_view *x, enum part part, const struct place *p)
{
	STYLED_SCOPED right = STYLED_INIT;
	STYLED_SCOPED position = STYLED_INIT;
	LAB_FREE char *title = NULL;

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
	title = part_title(ui, part, tty_rows() - 2 < STACKED && tty_columns() < SIDE_BY_SIDE,
		p->columns - styled_columns(&right) - HEADER_SIGNS);
	common_header(p->row, p->column, p->columns, title, &right, x->active == part);
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

/* Whoever has gone on to read something else meanwhile is not disturbed. */
static void show_moment(struct ui *ui)
{
	struct session *s = ui_session(ui);
	struct shown_log shown = {.log = s->moment.log,
		.title = lab_xstrdup(session_exercise(s)->id),
		.file = s->moment.file,
		.line = s->moment.line,
		.moment = true};

	s->moment = (struct moment){0};
	if (ui_is_top(ui, &screen_exercise))
		ui_show_log(ui, &shown);
	else
		shown_log_done(&shown);
}

static void exercise_news(struct ui *ui, void *state, enum session_news news)
{
	struct exercise_view *x = state;

	x->widths[VERDICT] = 0; /* what is shown may have become old */
	if (news == SESSION_MOMENT)
		show_moment(ui);
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

static void exercise_hint(struct ui *ui, void *state, int key)
{
	struct exercise_view *x = state;
	struct session *s = ui_session(ui);

	(void)key;
	if (!session_exercise(s)->hints || !session_exercise(s)->hints[0])
		session_tell(s, "This exercise has no hints.");
	else if (!session_hint(s))
		session_tell(s, "That was the last hint.");
	x->active = TASK;
	x->widths[TASK] = 0;
	x->parts[TASK].top = INT_MAX / 2; /* below the task: its end */
}

static void exercise_solution(struct ui *ui, void *state, int key)
{
	const char *why = session_no_solution(ui_session(ui));

	(void)state;
	(void)key;
	if (why)
		session_tell(ui_session(ui), "%s", why);
	else
		ui_push(ui, &screen_solution);
}

static void exercise_lesson(struct ui *ui, void *state, int key)
{
	struct session *s = ui_session(ui);

	(void)state;
	(void)key;
	s->lesson = s->current;
	ui_push(ui, &screen_lesson);
}

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
	const struct exercise_view *x = state;

	(void)key;
	ui_edit(ui, x->opened);
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

/* The failed check that is told in full, if it has run something. */
static const struct check_result *opened_check(
	const struct session *s, const struct exercise_view *x)
{
	const struct outcome *o = session_standing(s)->outcome;
	const struct check_result *c = o ? outcome_failed(o, x->opened) : NULL;

	return c && c->schedule ? c : NULL;
}

static void exercise_look(struct ui *ui, void *state, int key)
{
	const struct exercise_view *x = state;
	struct session *s = ui_session(ui);
	const struct check_result *c = opened_check(s, x);
	struct lab_error e = {0};

	(void)key;
	if (!c)
		session_tell(s, "There is no failed run to show.");
	else if (session_look(s, c, &e) < 0)
		session_tell(s, "%s", e.text);
}

static void exercise_again(struct ui *ui, void *state, int key)
{
	const struct exercise_view *x = state;
	struct session *s = ui_session(ui);
	const struct check_result *c = opened_check(s, x);
	struct lab_error e = {0};

	(void)key;
	if (!c)
		session_tell(s, "There is no failed run to repeat.");
	else if (session_again(s, c, &e) < 0)
		session_tell(s, "%s", e.text);
}

static void exercise_difference(struct ui *ui, void *state, int key)
{
	const char *why = session_no_solution(ui_session(ui));

	(void)state;
	(void)key;
	if (why)
		session_tell(ui_session(ui), "%s", why);
	else
		ui_push(ui, &screen_difference);
}

static void exercise_attempts(struct ui *ui, void *state, int key)
{
	(void)state;
	(void)key;
	ui_push(ui, &screen_attempts);
}

static void exercise_scroll(struct ui *ui, void *state, int key)
{
	struct exercise_view *x = state;

	(void)ui;
	scroller_move(&x->parts[x->active], key);
}

static enum part part_at(const struct exercise_view *x, int row, int column)
{
	struct place places[PARTS];
	enum part part = 0;

	lay_out(x, places);
	while (part < PARTS &&
		!(row >= places[part].row && row < places[part].row + places[part].rows &&
			column >= places[part].column &&
			column < places[part].column + places[part].columns))
		part++;
	return part;
}

static void exercise_press(struct ui *ui, void *state, int row, int column)
{
	struct exercise_view *x = state;
	enum part part = part_at(x, row, column);

	(void)ui;
	if (part < PARTS)
		x->active = part;
}

/* What it points at is scrolled, whichever part has the keys. */
static bool exercise_wheel(struct ui *ui, void *state, int row, int column, int key)
{
	struct exercise_view *x = state;
	enum part part = part_at(x, row, column);

	(void)ui;
	if (part < PARTS)
		scroller_move(&x->parts[part], key);
	return part < PARTS;
}

static const struct screen_key keys[] = {
	{{'r'}, "check it now (saving does it by itself)", "run", exercise_run},
	{{'e'}, "open your editor, at the failure that is told in full", "edit", exercise_edit},
	{{'h'}, "one hint more, below the task", "hint", exercise_hint},
	{{TTY_TAB, TTY_BACK_TAB}, "go between task and verdict", "switch", exercise_switch},
	{{'n'}, "next exercise", "next", exercise_next},
	{{'b', TTY_ESCAPE, TTY_LEFT}, "back to the course", "back", exercise_back},
	{{'l'}, "read the chapter's lesson", "lesson", exercise_lesson},
	{{'f'}, "tell the next failed check in full", "failed", exercise_failed},
	{{'t'}, "walk through the failed run, step by step", "timeline", exercise_look},
	{{'o'}, "run the failed check once more, under its schedule", "once more", exercise_again},
	{{'a'}, "what you tried earlier: look at it, bring it back", "attempts", exercise_attempts},
	{{'d'}, "yours beside a solution, once yours has passed", "difference",
		exercise_difference},
	{{'s'}, "read a solution, once yours has passed", "solution", exercise_solution},
	{{'p'}, "previous exercise", "prev", exercise_previous},
	{{TTY_DOWN, 'j', TTY_UP, 'k'}, "a line down, a line up", NULL, exercise_scroll},
	{{TTY_PAGE_DOWN, ' ', TTY_PAGE_UP}, "a page down, a page up", NULL, exercise_scroll},
	{{TTY_HOME, TTY_END}, "to the top, to the end", NULL, exercise_scroll},
	{.act = NULL},
};

const struct screen screen_exercise = {
	.name = "Exercise",
	.size = sizeof(struct exercise_view),
	.keys = keys,
	.open = exercise_open,
	.draw = exercise_draw,
	.press = exercise_press,
	.wheel = exercise_wheel,
	.news = exercise_news,
	.close = exercise_close,
};
