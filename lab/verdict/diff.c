/*
 * Two texts that should be equal, as a short diff: '-' before what was expected, '+' before what
 * came, a few equal lines around them, and bytes that one cannot see written as in C.
 *
 * Equal lines at both ends are set aside first; what is between is compared in a window that keeps
 * a flood of output cheap.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/diff.h"
#include "lab/verdict/verdict.h"
#include "lab/verdict/words.h"

#define WINDOW     128 /* lines of each side that are compared */
#define SHOWN_MAX  16
#define CONTEXT    2
#define LINE_BYTES 160

static void put_visible(struct buf *into, const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *)text, *end = p + len;

	while (p < end) {
		size_t n = utf8_length(p, end);

		if (*p == '\\') {
			buf_puts(into, "\\\\");
			n = 1;
		} else if (*p == '"') {
			buf_putc(into, '"');
			n = 1;
		} else if (n < 2) {
			buf_put_escaped(into, p, 1);
			n = 1;
		} else {
			buf_add(into, p, n);
		}
		p += n;
	}
}

/* Blanks at the end of a line are what one overlooks: they are shown as \x20. */
static void put_line(struct buf *into, char mark, const struct diff_line *line)
{
	bool whole = line->len && line->text[line->len - 1] == '\n';
	size_t len = line->len - whole, blanks = 0;
	bool cut = len > LINE_BYTES;

	if (cut)
		len = LINE_BYTES;
	while (!cut && mark != ' ' && blanks < len && line->text[len - 1 - blanks] == ' ')
		blanks++;
	buf_printf(into, "  %c ", mark);
	put_visible(into, line->text, len - blanks);
	for (size_t i = 0; i < blanks; i++)
		buf_puts(into, "\\x20");
	if (cut)
		buf_printf(into, " ... (%zu bytes)", line->len - whole);
	else if (!whole)
		buf_puts(into, "   (no newline at the end)");
	buf_putc(into, '\n');
}

struct printer {
	struct buf *into;
	size_t shown, hidden;
};

static void print(struct printer *p, char mark, const struct diff_line *line)
{
	if (p->shown < SHOWN_MAX) {
		put_line(p->into, mark, line);
		p->shown++;
	} else {
		p->hidden += mark != ' ';
	}
}

static void print_steps(const struct diff_lines *a, const struct diff_lines *b, struct printer *p)
{
	LAB_FREE struct diff_step *steps = NULL;
	size_t count = diff_compare(a, b, diff_same_bytes, &steps);

	for (size_t i = 0; i < count; i++)
		print(p,
			!steps[i].right ? '-'
			: steps[i].left ? ' '
					: '+',
			steps[i].left ? steps[i].left : steps[i].right);
}

static struct diff_lines window(const struct diff_lines *all, size_t begin, size_t end)
{
	struct diff_lines part = {all->list + begin, end - begin};

	if (!all->list)
		part.list = NULL;
	if (part.count > WINDOW)
		part.count = WINDOW;
	return part;
}

/* "1 line", "3 lines" */
static void put_lines(struct buf *into, size_t n, const char *rest)
{
	buf_puts(into, "    ... ");
	say_count(into, (int64_t)n, "line");
	buf_printf(into, "%s\n", rest);
}

void verdict_diff(struct buf *into, const char *expected, size_t expected_len, const char *actual,
	size_t actual_len)
{
	struct diff_lines a = diff_split(expected, expected_len),
			  b = diff_split(actual, actual_len);
	size_t head = 0, tail = 0, context;
	struct printer p = {.into = into};
	struct diff_lines middle_a, middle_b;

	while (head < a.count && head < b.count && diff_same_bytes(&a.list[head], &b.list[head]))
		head++;
	while (tail < a.count - head && tail < b.count - head &&
		diff_same_bytes(&a.list[a.count - 1 - tail], &b.list[b.count - 1 - tail]))
		tail++;
	buf_puts(into, "  (- expected, + yours)\n");
	context = head < CONTEXT ? head : CONTEXT;
	if (head > context)
		put_lines(
			into, head - context, head - context == 1 ? " that agrees" : " that agree");
	for (size_t i = head - context; i < head; i++)
		put_line(into, ' ', &a.list[i]);
	middle_a = window(&a, head, a.count - tail);
	middle_b = window(&b, head, b.count - tail);
	print_steps(&middle_a, &middle_b, &p);
	p.hidden += a.count - tail - head - middle_a.count;
	p.hidden += b.count - tail - head - middle_b.count;
	if (p.hidden)
		put_lines(
			into, p.hidden, p.hidden == 1 ? " more that differs" : " more that differ");
	else if (tail && p.shown < SHOWN_MAX)
		put_line(into, ' ', &a.list[a.count - tail]);
	free(a.list);
	free(b.list);
}
