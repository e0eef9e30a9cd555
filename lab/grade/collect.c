/*
 * What judges hand over. Lines are looked at as if a stranger had written them: the plan comes
 * first and is the same from every judge, each check of it comes once, the end comes last. Anything
 * else is a fault of ours, and the grade `broken`.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/fd.h"
#include "lab/grade/internal.h"

#define LINE_MOST      (8u << 20) /* a result holds a message, not a file */
#define COMPLAINT_MOST 4096       /* bytes of its end that are kept */

/* ---- plan ---- */

static bool same_plan(const struct collection *c, const struct verdict_line *line)
{
	if (line->count != c->name_count)
		return false;
	for (size_t i = 0; i < line->count; i++)
		if (strcmp(line->names[i], c->names[i]) != 0)
			return false;
	return true;
}

static bool names_repeat(const struct verdict_line *line)
{
	for (size_t i = 0; i < line->count; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(line->names[i], line->names[k]) == 0)
				return true;
	return false;
}

static void take_plan(struct collection *c, struct slice *s, struct verdict_line *line)
{
	if (s->planned || (c->names && !same_plan(c, line)))
		complain(c->grade, "the judge announced its checks twice");
	else if (line->count == 0)
		complain(c->grade, "the judge has no checks");
	else if (names_repeat(line))
		complain(c->grade, "two checks of the judge have the same name");
	s->planned = true;
	if (c->names)
		return; /* every judge announces the same */
	c->names = line->names;
	c->name_count = line->count;
	line->names = NULL;
	line->count = 0;
	c->grade->checks_planned = c->first + (c->request->only ? 1 : c->name_count);
}

/* ---- checks ---- */

static size_t rank_of(const struct collection *c, const char *name)
{
	size_t i = 0;

	while (i < c->name_count && strcmp(c->names[i], name) != 0)
		i++;
	return i;
}

/* Where a check of RANK stands among those that are there. */
static size_t position_of(const struct collection *c, size_t rank)
{
	size_t i = c->first;

	while (i < c->grade->check_count && rank_of(c, c->grade->checks[i].name) < rank)
		i++;
	return i;
}

/* Takes what CHECK holds. */
static void insert_check(struct collection *c, size_t at, struct check_result *check)
{
	struct grade *g = c->grade;

	g->checks = lab_xrealloc(g->checks, (g->check_count + 1) * sizeof(*g->checks));
	memmove(&g->checks[at + 1], &g->checks[at], (g->check_count - at) * sizeof(*g->checks));
	g->checks[at] = *check;
	g->check_count++;
	*check = (struct check_result){0};
}

static bool is_there(const struct grade *g, size_t at, const char *name)
{
	return at < g->check_count && strcmp(g->checks[at].name, name) == 0;
}

/* All that are under way together: for who sees it, that is one number that grows. */
static void take_run(struct collection *c, struct slice *s, size_t run, size_t of)
{
	struct grade *g = c->grade;

	s->run = run;
	s->runs = of;
	g->run = g->runs = 0;
	for (unsigned i = 0; i < c->count; i++) {
		g->run += c->slices[i].run;
		g->runs += c->slices[i].runs;
	}
	for (unsigned i = 0; i < c->count; i++)
		if (c->slices[i].run > 0 && c->slices[i].runs == 0)
			g->runs = 0;
}

static void take_check(struct collection *c, struct slice *s, struct verdict_line *line)
{
	const char *name = line->check.name;
	size_t rank = rank_of(c, name), at = position_of(c, rank);

	take_run(c, s, 0, 0);
	if (rank == c->name_count || (c->request->only && strcmp(c->request->only, name) != 0))
		complain(c->grade, "the judge spoke of check \"%s\", which it was not asked for",
			name);
	else if (is_there(c->grade, at, name))
		complain(c->grade, "the judge spoke twice of check \"%s\"", name);
	else
		insert_check(c, at, &line->check);
}

/* ---- streams ---- */

static void mark(char **name)
{
	char *marked = lab_xprintf(CHECK_PRIVATE "%s", *name);

	free(*name);
	*name = marked;
}

static void mark_private(struct verdict_line *line)
{
	for (size_t i = 0; line->kind == VERDICT_LINE_PLAN && i < line->count; i++)
		mark(&line->names[i]);
	if (line->kind == VERDICT_LINE_CHECK)
		mark(&line->check.name);
}

static void take_line(struct collection *c, struct slice *s, const char *text, size_t len)
{
	struct verdict_line line = {0};
	struct lab_error e = {0};

	if (verdict_receive_line(text, len, &line, &e) < 0) {
		complain(c->grade, "the judge handed over what is no result: %s", e.text);
		return;
	}
	if (c->private)
		mark_private(&line);
	if (s->ended || (!s->planned && line.kind != VERDICT_LINE_PLAN))
		complain(c->grade, "the judge spoke %s",
			s->ended ? "after its end" : "before it announced its checks");
	else if (line.kind == VERDICT_LINE_PLAN)
		take_plan(c, s, &line);
	else if (line.kind == VERDICT_LINE_RUN)
		take_run(c, s, line.run, line.of);
	else if (line.kind == VERDICT_LINE_CHECK)
		take_check(c, s, &line);
	else
		s->ended = true;
	verdict_line_done(&line);
}

void collect_results(struct collection *c, struct slice *s)
{
	ssize_t n = fd_read_some(s->results, &s->line, 65536);
	size_t done = 0;
	char *newline;

	if (n <= 0)
		fd_close(&s->results);
	while (!c->grade->complaint && done < s->line.len &&
		(newline = memchr(s->line.data + done, '\n', s->line.len - done))) {
		size_t len = (size_t)(newline - s->line.data) - done;

		take_line(c, s, s->line.data + done, len);
		c->heard = wall_now();
		done += len + 1;
	}
	buf_drop(&s->line, done);
	if (c->grade->complaint)
		buf_clear(&s->line);
	else if (s->line.len > LINE_MOST)
		complain(c->grade, "the judge handed over a line of more than %u bytes", LINE_MOST);
	else if (n <= 0 && s->line.len)
		complain(c->grade, "the judge broke off in the middle of a result");
}

void collect_complaints(struct slice *s)
{
	ssize_t n = fd_read_some(s->complaints, &s->said, 65536);

	if (n <= 0)
		fd_close(&s->complaints);
	if (s->said.len > COMPLAINT_MOST)
		buf_drop(&s->said, s->said.len - COMPLAINT_MOST);
}

/* ---- end ---- */

static void add_missing(struct collection *c, const char *name)
{
	struct check_result missing = {
		.name = lab_xstrdup(name),
		.verdict = VERDICT_BROKEN,
		.class = CLASS_BROKEN,
		.message = lab_xprintf("This check could not be judged: the judge ended before it. "
				       "That is a fault of the lab or of the course, not of your "
				       "program."),
		.weight = 1,
	};

	insert_check(c, position_of(c, rank_of(c, name)), &missing);
}

void collect_finish(struct collection *c)
{
	const char *only = c->request->only;
	struct grade *g = c->grade;

	if (g->check_count < g->checks_planned)
		complain(g, "the judge announced %zu checks and spoke of %zu", g->checks_planned,
			g->check_count);
	for (size_t i = 0; i < c->name_count; i++) {
		const char *name = c->names[i];

		if ((!only || strcmp(only, name) == 0) && !is_there(g, position_of(c, i), name))
			add_missing(c, name);
	}
}

/* ---- words ---- */

/* Bytes that could steer a terminal; UTF-8 writes C1 as C2 80 to C2 9F. */
static bool steers(const unsigned char *p, const unsigned char *end)
{
	return (*p < 0x20 && *p != '\n') || *p == 0x7f ||
	       (*p == 0xc2 && p + 1 < end && p[1] >= 0x80 && p[1] < 0xa0);
}

char *clean_text(const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *)text, *end = p + len;
	struct buf out = BUF_INIT;

	for (; p < end; p++) {
		if (!steers(p, end))
			buf_putc(&out, (char)*p);
		else if (*p == 0xc2)
			p++;
		else if (*p == '\t')
			buf_putc(&out, ' ');
	}
	while (out.len && strchr(" \n", out.data[out.len - 1]))
		out.data[--out.len] = '\0';
	buf_drop(&out, strspn(buf_text(&out), " \n"));
	return buf_take(&out);
}

void complain(struct grade *grade, const char *fmt, ...)
{
	BUF_SCOPED text = BUF_INIT;
	va_list ap;

	if (grade->complaint)
		return;
	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	grade->complaint = clean_text(buf_text(&text), text.len);
}
