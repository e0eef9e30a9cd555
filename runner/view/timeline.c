/*
 * The rows of a timeline: see timeline.h. What stands in a row, from left to right: a mark for
 * the one that one stands at or for what failed, the virtual time, the lanes, what happened, where
 * in the source, how often.
 *
 * Every lane is a column as wide as its task's name. Its sign says what the task is: it lives, it
 * waits, it is dead and not waited for. The one whose event it is has a dot; an arrow goes to, or
 * comes from, another lane.
 */
#include "config.h"

#include "runner/view/timeline.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lab/report/report.h"

enum { LANES_MOST = 32, WORDS_LEAST = 20, PLACE_FROM = 76, LANE_LEAST = 3 };

/* Lanes that are drawn, by task. */
struct lanes {
	int tasks[LANES_MOST];
	int count;
	int wide; /* columns of each */
	int left_out;
};

static size_t row_count(const struct view_timeline *v)
{
	return timeline_rows(v->timeline, v->folded);
}

static struct timeline_row row_at(const struct view_timeline *v, size_t n)
{
	return timeline_row(v->timeline, v->folded, n);
}

static const struct event *event_of(const struct view_timeline *v, const struct timeline_row *row)
{
	return timeline_log(v->timeline)->events[row->last];
}

size_t view_timeline_step(const struct view_timeline *v)
{
	return v->row < row_count(v) ? row_at(v, v->row).last : TIMELINE_NONE;
}

/* ---- which lanes ---- */

static bool is_there(const struct view_timeline *v, int task, size_t top, size_t end)
{
	for (size_t i = top; i < end; i++) {
		struct timeline_row row = row_at(v, i);
		enum model_state state = timeline_state(v->timeline, task, row.last);

		if ((state != MODEL_NONE && state != MODEL_GONE) || event_of(v, &row)->task == task)
			return true;
	}
	return false;
}

static bool acts(const struct view_timeline *v, int task, size_t top, size_t end)
{
	for (size_t i = top; i < end; i++) {
		struct timeline_row row = row_at(v, i);
		struct timeline_arrow a;

		if (event_of(v, &row)->task == task)
			return true;
		if (timeline_arrow(v->timeline, row.last, &a) && (a.from == task || a.to == task))
			return true;
	}
	return false;
}

static void add_lane(struct lanes *l, int task, int most)
{
	if (l->count < most)
		l->tasks[l->count++] = task;
	else
		l->left_out++;
}

static int by_task(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static int digits(int n)
{
	int count = 1;

	for (; n >= 10; n /= 10)
		count++;
	return count;
}

/* Of all that live here, or act here where there is no room for all. */
static void find_lanes(
	struct lanes *l, const struct view_timeline *v, size_t top, size_t end, int columns)
{
	int tasks = timeline_tasks(v->timeline), most, highest = 0;
	int *there = lab_xmalloc(((size_t)tasks + 1) * sizeof(*there));
	int count = 0;

	for (int task = 1; task <= tasks; task++)
		if (is_there(v, task, top, end))
			there[count++] = highest = task;
	*l = (struct lanes){.wide = digits(highest) + 2};
	if (l->wide < LANE_LEAST)
		l->wide = LANE_LEAST;
	most = columns / l->wide;
	most = most < 1 ? 1 : most < LANES_MOST ? most : LANES_MOST;
	for (int i = 0; i < count; i++)
		if (count <= most || acts(v, there[i], top, end))
			add_lane(l, there[i], most);
	for (int i = 0; count > most && i < count; i++)
		if (!acts(v, there[i], top, end))
			add_lane(l, there[i], most);
	qsort(l->tasks, (size_t)l->count, sizeof(l->tasks[0]), by_task);
	free(there);
}

/* ---- drawing lanes ---- */

static void put_lanes(struct styled *line, const struct view_timeline *v, const struct lanes *l,
	const struct timeline_row *row)
{
	struct timeline_lanes drawn = {l->tasks, l->count, l->wide};
	size_t count = (size_t)(l->count * l->wide);
	enum timeline_sign *cells = lab_xmalloc((count + 1) * sizeof(*cells));

	timeline_cells(v->timeline, &drawn, row->last, cells);
	for (size_t i = 0; i < count; i++)
		styled_put(line, cells[i] >= SIGN_ACTS ? STYLE_BOLD : STYLE_PLAIN,
			text_sign(timeline_sign(cells[i], false), timeline_sign(cells[i], true)));
	free(cells);
}

static void add_names(struct text *into, const struct lanes *l, int before)
{
	struct styled line = STYLED_INIT;

	styled_pad(&line, STYLE_FAINT, before);
	for (int i = 0; i < l->count; i++) {
		styled_printf(&line, STYLE_FAINT, "t%d", l->tasks[i]);
		styled_pad(&line, STYLE_FAINT, before + (i + 1) * l->wide);
	}
	if (l->left_out)
		styled_printf(&line, STYLE_FAINT, "(%d more)", l->left_out);
	styled_cut(&line, into->width);
	text_add(into, &line);
}

/* ---- a row ---- */

static const enum style styles[] = {
	[TONE_QUIET] = STYLE_FAINT,
	[TONE_CALL] = STYLE_PLAIN,
	[TONE_WAIT] = STYLE_FAINT,
	[TONE_LIFE] = STYLE_HEADING,
	[TONE_ODD] = STYLE_ODD,
	[TONE_BAD] = STYLE_BAD,
	[TONE_CAUGHT] = STYLE_BAD,
};

static int time_columns(const struct view_timeline *v)
{
	const struct event_log *log = timeline_log(v->timeline);
	int64_t last = log->count ? log->events[log->count - 1]->time / 1000000000 : 0;
	int columns = 1;

	for (; last >= 10; last /= 10)
		columns++;
	return columns + 7;
}

static void put_time(struct styled *line, int64_t ns, int columns)
{
	styled_printf(line, STYLE_FAINT, "%*" PRId64 ".%06" PRId64 " ", columns - 7,
		ns / 1000000000, ns % 1000000000 / 1000);
}

/* What stands at the right: the place, and " x 40", of several rows bracketed. */
static void put_right(
	struct styled *line, const struct event *e, const struct timeline_row *row, bool place)
{
	if (place && e->place.file && e->place.line > 0)
		styled_printf(line, STYLE_FAINT, "  %s:%d", e->place.file, e->place.line);
	if (row->times == 1)
		return;
	styled_printf(line, STYLE_BOLD, " x %" PRIu32, row->times);
	if (row->begins && row->ends)
		return;
	styled_put(line, STYLE_BOLD,
		row->begins ? text_sign(" \u2510", " \\")
		: row->ends ? text_sign(" \u2518", " /")
			    : text_sign(" \u2502", " |"));
}

static void add_row(
	struct text *into, const struct view_timeline *v, const struct lanes *l, size_t n)
{
	const struct timeline_row at = row_at(v, n), *row = &at;
	const struct event *e = event_of(v, row);
	struct styled line = STYLED_INIT;
	STYLED_SCOPED right = STYLED_INIT;
	BUF_SCOPED words = BUF_INIT;
	int room;

	styled_put(&line, STYLE_BOLD, n == v->row ? ">" : timeline_is_trouble(e) ? "!" : " ");
	put_time(&line, e->time, time_columns(v));
	put_lanes(&line, v, l, row);
	put_right(&right, e, row, into->width >= PLACE_FROM);
	room = into->width - styled_columns(&right);
	report_event_words(&words, e);
	styled_put(&line, styles[timeline_tone(e)], buf_text(&words));
	styled_cut(&line, room);
	styled_pad(&line, STYLE_PLAIN, room);
	styled_add(&line, &right);
	if (n == v->row)
		styled_paint(&line, STYLE_SELECTED);
	text_add(into, &line);
}

/* ---- all of it ---- */

/* What stands before the lanes. */
static int lanes_from(const struct view_timeline *v)
{
	return 1 + time_columns(v) + 1;
}

/* Of rows from TOP on; END: behind the last of them. */
static struct lanes lanes_of(
	const struct view_timeline *v, size_t top, size_t count, int width, size_t *end)
{
	size_t rows = row_count(v);
	struct lanes lanes;

	*end = count > 0 ? top + count - 1 : top;
	*end = *end < rows ? *end : rows;
	find_lanes(&lanes, v, top, *end, (width - lanes_from(v) - WORDS_LEAST) * 2 / 3);
	return lanes;
}

void view_timeline_rows(struct text *into, const struct view_timeline *v, size_t top, size_t count)
{
	size_t end;
	struct lanes lanes = lanes_of(v, top, count, into->width, &end);

	add_names(into, &lanes, lanes_from(v));
	for (size_t i = top; i < end; i++)
		add_row(into, v, &lanes, i);
}

int view_timeline_lane(
	const struct view_timeline *v, size_t top, size_t count, int width, int column)
{
	size_t end;
	struct lanes lanes = lanes_of(v, top, count, width, &end);
	int n = column - lanes_from(v);

	return n >= 0 && n / lanes.wide < lanes.count ? lanes.tasks[n / lanes.wide] : 0;
}

void view_timeline_position(struct styled *into, const struct view_timeline *v)
{
	struct timeline_row row;
	int64_t ns;

	if (v->row >= row_count(v))
		return;
	row = row_at(v, v->row);
	ns = event_of(v, &row)->time;
	styled_printf(into, STYLE_BAR, "  %zu of %zu  %" PRId64 ".%06" PRId64 " s ", v->row + 1,
		row_count(v), ns / 1000000000, ns % 1000000000 / 1000);
}
