/*
 * A log as a page: what html_rows.c and html_states.c make, with a head and what ended the run. The
 * same log gives the same bytes.
 *
 * A page has at most ROWS_MOST rows and about FACTS_MOST facts: then the middle is left out.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lab/report/html.h"
#include "lab/report/report.h"
#include "lab/verdict/verdict.h"

enum { ROWS_MOST = 2000, ROWS_LEAST = 40, FACTS_MOST = 400000, SAMPLES = 16 };

static const char script[] =
#include "lab/report/page.js.inc"
	;

/* ---- which rows ---- */

/* Facts of the largest of some states, evenly spread. */
static size_t largest_state(const struct html_log *l)
{
	size_t most = 1;

	for (size_t i = 1; i <= SAMPLES; i++) {
		size_t row = (l->count - 1) * i / SAMPLES, size = html_state_size(l, row);

		most = size > most ? size : most;
	}
	return most;
}

static void choose_rows(struct html_log *l)
{
	size_t most, count = l->count;

	l->head = l->tail = count;
	if (count <= ROWS_LEAST)
		return;
	most = FACTS_MOST / largest_state(l);
	most = most > ROWS_MOST ? ROWS_MOST : most < ROWS_LEAST ? ROWS_LEAST : most;
	if (count <= most)
		return;
	l->head = most / 2;
	l->tail = count - most / 2;
}

/* The row of a step as the page counts rows; of one that is left out, the last one before it. */
static size_t on_page(const struct html_log *l, size_t step)
{
	size_t row = timeline_row_of(l->timeline, true, step);

	if (row >= l->tail)
		return row - l->tail + l->head;
	return row < l->head ? row : l->head - 1;
}

/* ---- the head ---- */

void html_head(struct buf *into, const char *title, const char *what)
{
	LAB_FREE char *whole = lab_xprintf("%s - ipclab %s", title, what);

	html_begin(into, whole, NULL, script);
	buf_puts(into, "<body>\n");
}

/* ---- what stands above the rows ---- */

static void put_about(struct buf *into, const struct html_log *l)
{
	const struct event_log *log = timeline_log(l->timeline);
	const struct event *first = log->count ? log->events[0] : NULL;
	const char *schedule = first ? event_text(first, "schedule") : NULL;
	int64_t ns = log->count ? log->events[log->count - 1]->time : 0;

	buf_printf(into, "<p id=\"about\">%zu events in %zu rows, ", log->count, l->count);
	buf_put_seconds(into, ns);
	buf_puts(into, " seconds of virtual time");
	if (schedule) {
		buf_puts(into, ", schedule ");
		html_put(into, schedule);
	}
	buf_puts(into, ". Written by ipclab " PACKAGE_VERSION ".");
	if (log->left_out)
		buf_printf(into, " <b>This log has %zu events: only the first %zu are shown.</b>",
			log->count + log->left_out, log->count);
	else if (log->cut || (first && first->kind == EVENT_RUN && !event_log_whole(log)))
		buf_puts(into, " <b>This log was cut: it does not tell of the end.</b>");
	if (l->tail > l->head)
		buf_printf(into, " <b>%zu rows in the middle are left out.</b>", l->tail - l->head);
	buf_puts(into, "</p>\n");
}

/* "t1 ─read(pipe:1)▶ t2 ─waitpid▶ t1" */
static void put_cycle(struct buf *into, const struct event_log *log)
{
	struct verdict_link *links = NULL;
	size_t count = verdict_cycle(log, &links);

	if (count > 0)
		buf_puts(into, "<p id=\"cycle\">Cycle: ");
	for (size_t i = 0; i < count; i++) {
		BUF_SCOPED wait = BUF_INIT;

		timeline_wait(&wait, links[i].wait);
		buf_printf(into, "t%d \u2500", links[i].task);
		html_put(into, buf_text(&wait));
		buf_puts(into, "\u25b6 ");
	}
	if (count > 0)
		buf_printf(into, "t%d</p>\n", links[0].task);
	free(links);
}

/* What ended the run, if it went wrong. */
static bool put_end(struct buf *into, const struct event_log *log)
{
	struct findings found = {0};
	const char *message = NULL;

	verdict_findings(log, &found);
	for (size_t i = 0; i < found.count && !message; i++)
		if (found.list[i].fatal)
			message = found.list[i].message;
	if (message) {
		buf_puts(into, "<section id=\"end\">\n<h2>How it ended</h2>\n");
		put_cycle(into, log);
		buf_puts(into, "<pre>");
		html_put(into, message);
		buf_puts(into, "</pre>\n</section>\n");
	}
	findings_done(&found);
	return message != NULL;
}

static void put_legend(struct buf *into)
{
	buf_puts(into,
		"<p id=\"legend\">Time runs down, and each process has a lane: \u2502 it lives, "
		"\u2506 it waits, = it is stopped, z it is dead and not waited for; \u25cf does "
		"something, \u25cb begins to wait, \u2573 ends; an arrow goes to another one. ! "
		"something failed, x 40 the same forty times: such a row opens. In the state * has "
		"changed since "
		"the row before, - is gone. <span id=\"keys\" hidden=\"hidden\">Arrow keys walk "
		"step by step, Page Up and Page Down by twenty, Home and End to the ends, b to "
		"the next wait, f to the next failure, B and F back; / searches, n and N go on to "
		"the next row that was found; a click goes to a row.</span></p>\n");
}

/* ---- beside them ---- */

static void put_state(struct buf *into, const struct html_log *l)
{
	static const struct {
		const char *key, *text;
	} buttons[] = {
		{"Home", "First"},
		{"ArrowUp", "Back"},
		{"ArrowDown", "Forward"},
		{"End", "Last"},
	};
	size_t last = l->count - 1;

	buf_puts(into, "<aside aria-label=\"State\">\n<nav hidden=\"hidden\">");
	for (size_t i = 0; i < sizeof(buttons) / sizeof(buttons[0]); i++)
		buf_printf(into, "<button type=\"button\" value=\"%s\">%s</button>", buttons[i].key,
			buttons[i].text);
	buf_puts(into, "<label>Search <input type=\"search\" id=\"search\" "
		       "autocomplete=\"off\"/></label> <span id=\"found\" "
		       "aria-live=\"polite\"></span>");
	buf_printf(into,
		"</nav>\n<h2 id=\"state-title\">State at step %" PRIu64
		"</h2>\n<div id=\"state\" aria-live=\"polite\">\n",
		html_event(l, last)->step);
	html_state(into, l, last);
	buf_puts(into, "</div>\n</aside>\n");
}

static void put_walk(struct buf *into, const struct html_log *l, size_t start)
{
	put_legend(into);
	buf_puts(into, "<main>\n<div id=\"rows\">\n");
	html_rows(into, l);
	buf_puts(into, "</div>\n");
	put_state(into, l);
	buf_puts(into, "</main>\n<script type=\"application/json\" id=\"states\">\n");
	html_states(into, l, start);
	buf_puts(into, "</script>\n");
	html_script(into, script);
}

void html_walk(struct buf *into, const struct event_log *log, const struct check_result *check)
{
	TIMELINE_SCOPED *timeline = timeline_new(log);
	struct html_log l = {.timeline = timeline, .count = timeline_rows(timeline, true)};
	size_t start = 0;

	choose_rows(&l);
	put_about(into, &l);
	if (l.count == 0) {
		buf_puts(into, "<p>This log tells of nothing.</p>\n");
		return;
	}
	if (check) {
		put_cycle(into, log);
		start = on_page(&l, timeline_moment(timeline, check->file, check->line));
	} else if (put_end(into, log)) {
		start = on_page(&l, timeline_moment(timeline, NULL, 0));
	}
	put_walk(into, &l, start);
}

void report_html(struct buf *into, const struct event_log *log, const char *title)
{
	html_head(into, title, "timeline");
	buf_puts(into, "<h1>");
	html_put(into, title);
	buf_puts(into, "</h1>\n");
	html_walk(into, log, NULL);
	buf_puts(into, HTML_FOOT);
}
