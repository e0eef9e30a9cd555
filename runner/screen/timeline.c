/*
 * A log, walked through: its rows above, or at the left where there is room, and the state at the
 * row that one stands at. Every key that moves goes to a row; what it means is lab/timeline's.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "runner/screen/common.h"
#include "runner/view/timeline.h"

enum { SIDE_BY_SIDE = 120, STATE_MOST = 72, STATE_LEAST = 4 };

struct walk {
	struct view_timeline view;
	size_t top; /* the first row on the screen */
	int rows;   /* as they were drawn */
	struct scroller state;
	size_t shown_row; /* the row that STATE is of */
	int width;        /* likewise; 0: make it anew */
	struct buf search;
	bool typing;
};

/* ---- open and close ---- */

void shown_log_prepare(struct shown_log *s)
{
	s->timeline = timeline_new(s->log);
	verdict_findings(s->log, &s->findings);
	s->cycle_length = verdict_cycle(s->log, &s->cycle);
}

void shown_log_done(struct shown_log *s)
{
	timeline_free(s->timeline);
	findings_done(&s->findings);
	event_log_free(s->log);
	free(s->title);
	free(s->file);
	free(s->cycle);
	*s = (struct shown_log){0};
}

static const char *first_fatal(const struct findings *f)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->list[i].fatal)
			return f->list[i].message;
	return NULL;
}

static void tell_what_is_missing(struct session *s, const struct event_log *log)
{
	if (log->left_out)
		session_tell(s, "This log has %zu events: only the first %zu are shown.",
			log->count + log->left_out, log->count);
	else if (log->cut ||
		 (log->count && log->events[0]->kind == EVENT_RUN && !event_log_whole(log)))
		session_tell(s, "This log was cut: it does not tell of the end.");
}

static void walk_open(struct ui *ui, void *state)
{
	const struct shown_log *shown = ui_shown_log(ui);
	struct walk *w = state;
	size_t at;

	w->view = (struct view_timeline){
		.timeline = shown->timeline,
		.folded = true,
		.finding = first_fatal(&shown->findings),
		.cycle = shown->cycle,
		.cycle_length = shown->cycle_length,
	};
	tell_what_is_missing(ui_session(ui), shown->log);
	at = shown->moment ? timeline_moment(w->view.timeline, shown->file, shown->line)
			   : TIMELINE_NONE;
	if (at != TIMELINE_NONE)
		w->view.row = timeline_row_of(w->view.timeline, true, at);
}

static void walk_close(struct ui *ui, void *state)
{
	struct walk *w = state;

	shown_log_done(ui_shown_log(ui));
	scroller_done(&w->state);
	buf_done(&w->search);
}

/* ---- drawing ---- */

struct layout {
	int rows, columns; /* of the timeline, names included */
	int state_row, state_column, state_rows, state_columns; /* header included */
};

static struct layout lay_out(void)
{
	int rows = tty_rows() - 2, columns = tty_columns();
	int beside = columns * 2 / 5 < STATE_MOST ? columns * 2 / 5 : STATE_MOST;
	int upper = (rows + 1) / 2;

	if (columns >= SIDE_BY_SIDE)
		return (struct layout){
			rows, columns - beside - 1, 1, columns - beside, rows, beside};
	if (rows - upper < STATE_LEAST)
		upper = rows - STATE_LEAST;
	return (struct layout){upper, columns, 1 + upper, 0, rows - upper, columns};
}

/* The row that one stands at is in sight, with one beyond it where there is one. */
static void scroll(struct walk *w, int rows)
{
	size_t count = timeline_rows(w->view.timeline, w->view.folded), room;

	w->rows = rows > 1 ? rows : 1;
	room = (size_t)w->rows;
	if (w->view.row >= count)
		w->view.row = count ? count - 1 : 0;
	if (w->view.row < w->top + 1)
		w->top = w->view.row ? w->view.row - 1 : 0;
	if (w->view.row + 2 > w->top + room)
		w->top = w->view.row + 2 - room;
	if (w->top + room > count)
		w->top = count > room ? count - room : 0;
	if (room < 3)
		w->top = w->view.row;
}

static void draw_rows(struct walk *w, const struct layout *l)
{
	const struct styled nothing = STYLED_INIT;
	struct text text;

	scroll(w, l->rows - 1);
	text_init(&text, l->columns);
	view_timeline_rows(&text, &w->view, w->top, (size_t)l->rows);
	for (int i = 0; i < l->rows; i++)
		tty_put(tty_base(), 1 + i, 0, l->columns,
			(size_t)i < text.count ? &text.lines[i] : &nothing);
	text_done(&text);
}

/* A new row's state is shown from where something has changed, if that is out of sight. */
static void make_state(struct walk *w, int rows, int columns)
{
	size_t first;

	if (w->width == columns && w->shown_row == w->view.row)
		return;
	w->width = columns;
	w->shown_row = w->view.row;
	text_done(&w->state.text);
	text_init(&w->state.text, columns);
	view_timeline_state(&w->state.text, &w->view, &first);
	w->state.top = first >= (size_t)rows ? (int)first - 1 : 0;
}

static void draw_state(struct walk *w, const struct layout *l)
{
	STYLED_SCOPED position = STYLED_INIT;
	LAB_FREE char *title = NULL;
	size_t step = view_timeline_step(&w->view);

	make_state(w, l->state_rows - 1, l->state_columns);
	scroller_draw(
		&w->state, l->state_row + 1, l->state_column, l->state_rows - 1, l->state_columns);
	scroller_position(&w->state, &position);
	title = step == TIMELINE_NONE ? lab_xstrdup("State")
				      : lab_xprintf("State at step %zu", step);
	common_header(l->state_row, l->state_column, l->state_columns, title, &position, false);
}

static void draw_search(const struct walk *w)
{
	STYLED_SCOPED left = STYLED_INIT;
	STYLED_SCOPED right = STYLED_INIT;

	styled_printf(&left, STYLE_BAR, " /%s_", buf_text(&w->search));
	styled_put(&right, STYLE_BAR, " Enter finds, Esc does not ");
	common_bar(tty_rows() - 1, &left, &right);
}

static void walk_draw(struct ui *ui, void *state)
{
	struct walk *w = state;
	struct layout l = lay_out();
	STYLED_SCOPED left = STYLED_INIT;
	STYLED_SCOPED right = STYLED_INIT;

	draw_rows(w, &l);
	draw_state(w, &l);
	if (l.state_column > 0)
		tty_rule(tty_base(), 1, l.state_column - 1, tty_rows() - 2);
	styled_printf(&left, STYLE_BAR, " Timeline  %s", ui_shown_log(ui)->title);
	view_timeline_position(&right, &w->view);
	common_bar(0, &left, &right);
	if (w->typing)
		draw_search(w);
	else
		common_footer(ui, &screen_timeline);
}

/* ---- moving ---- */

/* What is in sight follows each key, however many of them come before a frame is drawn. */
static void go_to(struct walk *w, size_t row)
{
	w->view.row = row;
	scroll(w, w->rows);
}

static void walk_move(struct ui *ui, void *state, int key)
{
	struct walk *w = state;
	size_t page = w->rows > 3 ? (size_t)w->rows - 2 : 1, at = w->view.row;
	size_t count = timeline_rows(w->view.timeline, w->view.folded);

	(void)ui;
	switch (key) {
	case TTY_UP:
	case TTY_LEFT:
	case 'k':
		go_to(w, at ? at - 1 : 0);
		break;
	case TTY_PAGE_UP:
		go_to(w, at > page ? at - page : 0);
		break;
	case TTY_PAGE_DOWN:
	case ' ':
		go_to(w, at + page < count ? at + page : count);
		break;
	case TTY_HOME:
		go_to(w, 0);
		break;
	case TTY_END:
		go_to(w, count);
		break;
	default:
		go_to(w, at + 1);
		break;
	}
}

/* To STEP, or tells WHAT there is none of. */
static void jump(struct ui *ui, struct walk *w, size_t step, const char *what, bool back)
{
	if (step == TIMELINE_NONE)
		session_tell(ui_session(ui), "%s %s here.", what, back ? "before" : "after");
	else
		go_to(w, timeline_row_of(w->view.timeline, w->view.folded, step));
}

/* A row of many events is left behind as a whole. */
static size_t from_here(const struct walk *w, bool back)
{
	struct timeline_row row;

	if (w->view.row >= timeline_rows(w->view.timeline, w->view.folded))
		return 0;
	row = timeline_row(w->view.timeline, w->view.folded, w->view.row);
	return back ? row.first : row.last;
}

static void walk_blocked(struct ui *ui, void *state, int key)
{
	struct walk *w = state;
	bool back = key == 'B';

	jump(ui, w, timeline_next_blocked(w->view.timeline, from_here(w, back), back),
		"Nobody starts to wait", back);
}

static void walk_failure(struct ui *ui, void *state, int key)
{
	struct walk *w = state;
	bool back = key == 'F';

	jump(ui, w, timeline_next_failure(w->view.timeline, from_here(w, back), back),
		"Nothing fails", back);
}

static void walk_object(struct ui *ui, void *state, int key)
{
	struct walk *w = state;
	bool back = key == 'O';

	jump(ui, w, timeline_next_same(w->view.timeline, from_here(w, back), back),
		"Nothing else of this object happens", back);
}

static void find(struct ui *ui, struct walk *w, bool back)
{
	LAB_FREE char *none = lab_xprintf("Nothing has \"%s\"", buf_text(&w->search));

	if (!w->search.len)
		session_tell(ui_session(ui), "Nothing was searched for yet: / begins a search.");
	else
		jump(ui, w,
			timeline_search(
				w->view.timeline, from_here(w, back), back, buf_text(&w->search)),
			none, back);
}

static void walk_again(struct ui *ui, void *state, int key)
{
	find(ui, state, key == 'N');
}

static void walk_search(struct ui *ui, void *state, int key)
{
	struct walk *w = state;

	(void)ui;
	(void)key;
	buf_clear(&w->search);
	w->typing = true;
}

/* One stays at the same event. */
static void walk_zoom(struct ui *ui, void *state, int key)
{
	struct walk *w = state;
	size_t step = from_here(w, !w->view.folded);

	(void)key;
	w->view.folded = !w->view.folded;
	session_tell(ui_session(ui), "%s",
		w->view.folded ? "What repeats stands in one row now."
			       : "Each event has a row of its own now.");
	go_to(w, timeline_row_of(w->view.timeline, w->view.folded, step));
	w->width = 0;
}

static void walk_state(struct ui *ui, void *state, int key)
{
	struct walk *w = state;

	(void)ui;
	scroller_move(&w->state, key == 'd' ? TTY_PAGE_DOWN : TTY_PAGE_UP);
}

/* ---- the mouse ---- */

static bool is_on_state(const struct layout *l, int row, int column)
{
	return row >= l->state_row && column >= l->state_column;
}

/* A row is gone to; the name of a lane leads to the next event of its task. */
static void walk_press(struct ui *ui, void *state, int row, int column)
{
	struct walk *w = state;
	struct layout l = lay_out();
	int task;

	if (row < 1 || is_on_state(&l, row, column))
		return;
	if (row > 1) {
		if (w->top + (size_t)row - 2 < timeline_rows(w->view.timeline, w->view.folded))
			go_to(w, w->top + (size_t)row - 2);
		return;
	}
	task = view_timeline_lane(&w->view, w->top, (size_t)l.rows, l.columns, column);
	if (task == 0)
		return;
	buf_clear(&w->search);
	buf_printf(&w->search, "t%d", task);
	find(ui, w, false);
}

/* Over the state it scrolls that; elsewhere it walks. */
static bool walk_wheel(struct ui *ui, void *state, int row, int column, int key)
{
	struct walk *w = state;
	struct layout l = lay_out();

	(void)ui;
	if (!is_on_state(&l, row, column))
		return false;
	scroller_move(&w->state, key);
	return true;
}

static void walk_back(struct ui *ui, void *state, int key)
{
	(void)state;
	(void)key;
	ui_pop(ui);
}

/* While a search is written, signs belong to it. */
static bool walk_key(struct ui *ui, void *state, int key)
{
	struct walk *w = state;

	if (!w->typing)
		return false;
	if (key == TTY_ENTER || key == TTY_ESCAPE)
		w->typing = false;
	if (key == TTY_ENTER)
		find(ui, w, false);
	else if (key == TTY_BACKSPACE)
		common_drop_sign(&w->search);
	else if (key >= ' ' && key < TTY_UP)
		common_add_sign(&w->search, key);
	return true;
}

static const struct screen_key keys[] = {
	{{'q', TTY_ESCAPE}, "back to where you were", "back", walk_back},
	{{'b', 'B'}, "where somebody starts to wait: the next, the one before", "blocked",
		walk_blocked},
	{{'f', 'F'}, "where something fails: the next, the one before", "failure", walk_failure},
	{{'o', 'O'}, "the next, or the last, event of this object", "object", walk_object},
	{{'/'}, "search for a call, a process (t2), a file, an object (pipe:1)", "search",
		walk_search},
	{{'z'}, "fold what repeats, or show each event", "zoom", walk_zoom},
	{{'n', 'N'}, "search again, onward or back", NULL, walk_again},
	{{TTY_DOWN, TTY_RIGHT, 'j'}, "a step forward", NULL, walk_move},
	{{TTY_UP, TTY_LEFT, 'k'}, "a step back", NULL, walk_move},
	{{TTY_PAGE_DOWN, ' '}, "a page forward", NULL, walk_move},
	{{TTY_PAGE_UP}, "a page back", NULL, walk_move},
	{{TTY_HOME}, "to the beginning", NULL, walk_move},
	{{TTY_END}, "to the end", NULL, walk_move},
	{{'d', 'u'}, "scroll the state down, or up", NULL, walk_state},
	{.act = NULL},
};

const struct screen screen_timeline = {
	.name = "Timeline",
	.size = sizeof(struct walk),
	.keys = keys,
	.about =
		"A lane for each process, t1, t2, ...: it lives (a line), waits (a broken line), "
		"is "
		"stopped (=) or dead and not waited for (z). In a row: who is at it, an arrow from "
		"or to another one, what failed (!). Below it the state then; what has changed "
		"since the row before has a star, what is gone a minus. The mouse goes to the row "
		"that it presses, or to the next event of the lane whose name it presses.",
	.open = walk_open,
	.draw = walk_draw,
	.key = walk_key,
	.press = walk_press,
	.wheel = walk_wheel,
	.close = walk_close,
};
