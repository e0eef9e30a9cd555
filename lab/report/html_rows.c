/*
 * The rows of a page: a table that is whole without a script. The lanes are drawn as the screen
 * draws them, with signs of equal width; who does something is told beside them in words. A row
 * that stands for several events opens (an element of HTML does that, no script), and then has each
 * of them.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lab/report/html.h"
#include "lab/report/report.h"

enum { LANES_MOST = 20, LANE_LEAST = 3, LANE_MOST = 5 };
/* Events that one row opens to, and all of a page. */
enum { EACH_MOST = 100, EACH_LEAST = 5, ALL_EACH_MOST = 10000 };

/* Of the tasks that do something on the page, by number. */
struct lanes {
	int tasks[LANES_MOST];
	int count;
	int wide; /* columns of each */
	int left_out;
};

/* ---- which lanes ---- */

static void add_lane(struct lanes *l, int task)
{
	int wide = task >= 100 ? LANE_MOST : task >= 10 ? 4 : LANE_LEAST;

	if (l->count == LANES_MOST) {
		l->left_out++;
		return;
	}
	l->tasks[l->count++] = task;
	l->wide = l->wide > wide ? l->wide : wide;
}

static void find_lanes(struct lanes *lanes, const struct html_log *l)
{
	int tasks = timeline_tasks(l->timeline);
	bool *acts = lab_xmalloc(((size_t)tasks + 1) * sizeof(*acts));

	*lanes = (struct lanes){.wide = LANE_LEAST};
	for (size_t row = 0; row < l->count; row = html_next(l, row)) {
		const struct event *e = html_event(l, row);
		struct timeline_arrow a;

		if (e->task > 0 && e->task <= tasks)
			acts[e->task] = true;
		if (!timeline_arrow(l->timeline, e->step, &a))
			continue;
		if (a.from > 0 && a.from <= tasks)
			acts[a.from] = true;
		if (a.to > 0 && a.to <= tasks)
			acts[a.to] = true;
	}
	for (int task = 1; task <= tasks; task++)
		if (acts[task])
			add_lane(lanes, task);
	free(acts);
}

/* ---- drawing lanes ---- */

static void put_lanes(
	struct buf *into, const struct html_log *l, const struct lanes *lanes, size_t step)
{
	struct timeline_lanes drawn = {lanes->tasks, lanes->count, lanes->wide};
	enum timeline_sign cells[LANES_MOST * LANE_MOST];

	timeline_cells(l->timeline, &drawn, step, cells);
	for (int i = 0; i < drawn.count * drawn.wide; i++)
		buf_puts(into, timeline_sign(cells[i], false));
}

static void put_names(struct buf *into, const struct lanes *lanes)
{
	for (int i = 0; i < lanes->count; i++) {
		int before = (int)into->len;

		buf_printf(into, "t%d", lanes->tasks[i]);
		buf_printf(into, "%*s", lanes->wide - ((int)into->len - before), "");
	}
}

/* ---- a row ---- */

/* What page.css and page.js call them. */
static const char *const classes[] = {
	[TONE_QUIET] = "quiet",
	[TONE_CALL] = "call",
	[TONE_WAIT] = "wait",
	[TONE_LIFE] = "life",
	[TONE_ODD] = "odd",
	[TONE_BAD] = "bad",
	[TONE_CAUGHT] = "waits",
};

/* "t1", "t1 → t2": it goes to the other one, "t1 ← t2": it comes from there. */
static void put_who(struct buf *into, const struct html_log *l, const struct event *e)
{
	struct timeline_arrow a;

	if (e->task > 0)
		buf_printf(into, "t%d", e->task);
	else
		buf_putc(into, '-');
	if (!timeline_arrow(l->timeline, e->step, &a) || a.from == a.to)
		return;
	if (a.from == e->task)
		buf_printf(into, " \u2192 t%d", a.to);
	else
		buf_printf(into, " \u2190 t%d", a.from);
}

/* "x 40", of several rows bracketed. */
static void put_times(struct buf *into, struct timeline_row row)
{
	if (row.times == 1)
		return;
	buf_printf(into, " <b>x %" PRIu32 "%s</b>", row.times,
		row.begins && row.ends ? ""
		: row.begins           ? " \u2510"
		: row.ends             ? " \u2518"
				       : " \u2502");
}

static void put_words(struct buf *into, const struct event *e)
{
	BUF_SCOPED words = BUF_INIT;

	report_event_words(&words, e);
	html_put(into, buf_text(&words));
}

/* How many events a row may open to: fewer where many rows do. */
static size_t each_most(const struct html_log *l)
{
	size_t rows = 0, most;

	for (size_t row = 0; row < l->count; row = html_next(l, row))
		rows += html_row(l, row).times > 1;
	most = rows ? ALL_EACH_MOST / rows : EACH_MOST;
	return most > EACH_MOST ? EACH_MOST : most < EACH_LEAST ? EACH_LEAST : most;
}

/* The events that row N stands for: those at its place in each round of the repetition. */
static void put_each(struct buf *into, const struct html_log *l, size_t n, size_t most)
{
	const struct event_log *log = timeline_log(l->timeline);
	struct timeline_row row = html_row(l, n);
	size_t begin = n, end = n, at = timeline_row_of(l->timeline, false, row.first);

	while (!html_row(l, begin).begins)
		begin--;
	while (!html_row(l, end).ends)
		end++;
	for (size_t i = 0; i < row.times && i < most; i++) {
		size_t one = at + i * (end - begin + 1);
		const struct event *e = log->events[timeline_row(l->timeline, false, one).first];

		buf_printf(into, "<span>%" PRIu64 " at ", e->step);
		buf_put_seconds(into, e->time);
		buf_puts(into, ": ");
		put_words(into, e);
		buf_puts(into, "</span>");
	}
	if (row.times > most)
		buf_printf(into, "<span>and %zu more: \"ipclab timeline\" shows them</span>",
			row.times - most);
}

static void put_what(struct buf *into, const struct html_log *l, size_t n, size_t most)
{
	const struct event *e = html_event(l, n);
	struct timeline_row row = html_row(l, n);

	if (row.times > 1)
		buf_puts(into, "<details><summary>");
	if (timeline_is_trouble(e))
		buf_puts(into, "<b>!</b> ");
	put_words(into, e);
	put_times(into, row);
	if (row.times == 1)
		return;
	buf_puts(into, "</summary>");
	put_each(into, l, n, most);
	buf_puts(into, "</details>");
}

static void put_row(struct buf *into, const struct html_log *l, const struct lanes *lanes, size_t n,
	size_t most)
{
	const struct event *e = html_event(l, n);

	buf_printf(into,
		"<tr id=\"s%" PRIu64 "\" class=\"%s\"><td class=\"n\"><a href=\"#s%" PRIu64
		"\">%" PRIu64 "</a></td><td class=\"n\">",
		e->step, classes[timeline_tone(e)], e->step, e->step);
	buf_put_seconds(into, e->time);
	buf_puts(into, "</td><td class=\"who\">");
	put_who(into, l, e);
	buf_puts(into, "</td><td class=\"lanes\" aria-hidden=\"true\">");
	put_lanes(into, l, lanes, e->step);
	buf_puts(into, "</td><td class=\"what\">");
	put_what(into, l, n, most);
	buf_puts(into, "</td><td class=\"place\">");
	if (e->place.file) {
		html_put(into, e->place.file);
		if (e->place.line > 0)
			buf_printf(into, ":%d", e->place.line);
	}
	buf_puts(into, "</td></tr>\n");
}

static void put_left_out(struct buf *into, const struct html_log *l)
{
	buf_printf(into,
		"<tr class=\"gap\"><td colspan=\"6\">%zu rows are left out here, steps %" PRIu32
		" to %" PRIu32
		": a page that has them all would be too large. \"ipclab timeline\" shows "
		"them.</td></tr>\n",
		l->tail - l->head, html_row(l, l->head).first, html_row(l, l->tail - 1).last);
}

void html_rows(struct buf *into, const struct html_log *l)
{
	struct lanes lanes;
	size_t most = each_most(l);

	find_lanes(&lanes, l);
	buf_puts(into, "<table>\n");
	if (lanes.left_out)
		buf_printf(into,
			"<caption>%d processes have no lane of their own: \"Who\" tells what they "
			"do.</caption>\n",
			lanes.left_out);
	buf_puts(into, "<thead><tr><th class=\"n\">Step</th><th class=\"n\">Seconds</th>"
		       "<th class=\"who\">Who</th><th class=\"lanes\" aria-hidden=\"true\">");
	put_names(into, &lanes);
	buf_puts(into, "</th><th>What happened</th><th>Where</th></tr></thead>\n<tbody>\n");
	for (size_t row = 0; row < l->count; row = html_next(l, row)) {
		if (row == l->tail && l->tail > l->head)
			put_left_out(into, l);
		put_row(into, l, &lanes, row, most);
	}
	buf_puts(into, "</tbody>\n</table>\n");
}
