/*
 * The state at a row of a timeline, a paragraph for each task and object: see timeline.h. What
 * has changed since the row before has a star in the margin and is bold; what is gone is told once
 * more, with a minus.
 */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "lab/verdict/verdict.h"
#include "runner/view/timeline.h"

enum { MARGIN = 2, INDENT = 4 };

/* ---- how it ended ---- */

/* "t1 -read pipe:1-> t2 -waitpid-> t1" */
static void add_cycle(struct text *into, const struct view_timeline *v)
{
	STYLED_SCOPED words = STYLED_INIT;
	STYLED_SCOPED rest = STYLED_INIT;
	const char *line = text_sign("\u2500", "-"), *head = text_sign("\u25b6", ">");

	if (v->cycle_length == 0)
		return;
	styled_put(&words, STYLE_BOLD, "Cycle: ");
	for (size_t i = 0; i < v->cycle_length; i++) {
		BUF_SCOPED wait = BUF_INIT;

		timeline_wait(&wait, v->cycle[i].wait);
		styled_printf(&words, STYLE_BAD, "t%d", v->cycle[i].task);
		styled_printf(&words, STYLE_BOLD, " %s%s%s%s ", line, buf_text(&wait), line, head);
	}
	styled_printf(&words, STYLE_BAD, "t%d", v->cycle[0].task);
	styled_pad(&rest, STYLE_PLAIN, (int)strlen("Cycle: "));
	text_wrap(into, &words, NULL, &rest, TEXT_WORDS);
}

/* The words of the verdict up to the first empty line. */
static void add_finding(struct text *into, const struct view_timeline *v)
{
	const char *end = v->finding ? strstr(v->finding, "\n\n") : NULL;
	int len = end ? (int)(end - v->finding) : v->finding ? (int)strlen(v->finding) : 0;

	if (len > 0)
		text_say(into, STYLE_BAD, 0, "%.*s", len, v->finding);
}

static bool is_end(const struct event *e)
{
	return e->kind == EVENT_DEADLOCK || e->kind == EVENT_WAITS || e->kind == EVENT_SPIN ||
	       e->kind == EVENT_LIMIT || e->kind == EVENT_RACE || e->kind == EVENT_END;
}

/* ---- facts ---- */

/* "t1 count 4711", "pipe:1" */
static void put_subject(
	struct styled *words, const struct view_timeline *v, const struct timeline_fact *f)
{
	if (f->task)
		styled_printf(words, STYLE_HEADING, "t%d %s", f->task,
			timeline_name(v->timeline, f->task));
	else
		styled_put(words, STYLE_HEADING, f->object);
}

/* Facts FROM to END as one paragraph; MARK says whether something of it is new or gone. */
static void add_paragraph(struct text *into, const struct view_timeline *v,
	const struct timeline_fact *from, const struct timeline_fact *end, bool opens)
{
	STYLED_SCOPED words = STYLED_INIT;
	STYLED_SCOPED first = STYLED_INIT;
	STYLED_SCOPED rest = STYLED_INIT;
	char mark[2] = {timeline_mark(from, end), '\0'};

	if (opens) {
		put_subject(&words, v, from);
		styled_put(&words, STYLE_PLAIN, "  ");
	}
	for (const struct timeline_fact *f = from; f < end; f++) {
		BUF_SCOPED text = BUF_INIT;

		timeline_fact_words(&text, f, f == from);
		styled_put(&words,
			f->gone      ? STYLE_FAINT
			: f->changed ? STYLE_BOLD
				     : STYLE_PLAIN,
			buf_text(&text));
	}
	styled_put(&first, STYLE_BOLD, mark);
	styled_pad(&first, STYLE_PLAIN, opens ? MARGIN : INDENT);
	styled_pad(&rest, STYLE_PLAIN, INDENT);
	text_wrap(into, &words, &first, &rest, TEXT_WORDS);
}

static void add_facts(struct text *into, const struct view_timeline *v,
	const struct timeline_facts *facts, size_t *first)
{
	const struct timeline_fact *end = facts->list + facts->count, *next;

	for (const struct timeline_fact *f = facts->list; f < end; f = next) {
		next = timeline_paragraph(f, end);
		if (timeline_mark(f, next) != ' ' && !*first)
			*first = into->count;
		add_paragraph(
			into, v, f, next, f == facts->list || !timeline_same_subject(f, f - 1));
	}
	if (facts->ended)
		text_say(into, STYLE_FAINT, MARGIN, "%zu %s ended.", facts->ended,
			facts->ended == 1 ? "process or thread has" : "processes or threads have");
}

void view_timeline_state(struct text *into, const struct view_timeline *v, size_t *first)
{
	struct timeline_facts facts = {0};
	size_t step = view_timeline_step(v);

	*first = 0;
	if (step == TIMELINE_NONE) {
		text_say(into, STYLE_FAINT, 0, "This log tells of nothing.");
		return;
	}
	if (is_end(timeline_log(v->timeline)->events[step])) {
		add_cycle(into, v);
		add_finding(into, v);
		text_blank(into);
	}
	timeline_facts(&facts, timeline_at(v->timeline, TIMELINE_NOW, step),
		v->row ? timeline_at(v->timeline, TIMELINE_BEFORE,
				 timeline_row(v->timeline, v->folded, v->row - 1).last)
		       : timeline_nothing(v->timeline));
	add_facts(into, v, &facts, first);
	timeline_facts_done(&facts);
}
