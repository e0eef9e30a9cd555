/*
 * Two texts that should be equal, as a short diff: '-' before what was expected, '+' before what
 * came, a few equal lines around them, and bytes that one cannot see written as in C.
 *
 * Equal lines at both ends are set aside first; what is between is compared by the longest common
 * subsequence, in a window that keeps a flood of output cheap.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/verdict/verdict.h"
#include "lab/verdict/words.h"

#define WINDOW     128 /* lines of each side that are compared */
#define SHOWN_MAX  16
#define CONTEXT    2
#define LINE_BYTES 160

struct line {
	const char *text;
	size_t len; /* with its '\n', where it has one */
};

struct lines {
	struct line *list;
	size_t count;
};

static struct lines split(const char *text, size_t len)
{
	struct lines lines = {NULL, 0};
	size_t room = 0;

	while (len) {
		const char *newline = memchr(text, '\n', len);
		size_t n = newline ? (size_t)(newline - text) + 1 : len;

		if (lines.count == room) {
			room = room ? room * 2 : 64;
			lines.list = lab_xrealloc(lines.list, room * sizeof(*lines.list));
		}
		lines.list[lines.count++] = (struct line){text, n};
		text += n;
		len -= n;
	}
	return lines;
}

static bool same(const struct line *a, const struct line *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

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
static void put_line(struct buf *into, char mark, const struct line *line)
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

static void print(struct printer *p, char mark, const struct line *line)
{
	if (p->shown < SHOWN_MAX) {
		put_line(p->into, mark, line);
		p->shown++;
	} else {
		p->hidden += mark != ' ';
	}
}

/* length[i][j]: longest common subsequence of a[i..] and b[j..] */
static void compare(const struct lines *a, const struct lines *b, struct printer *p)
{
	size_t width = b->count + 1, i, j;
	uint16_t *length = lab_xmalloc((a->count + 1) * width * sizeof(*length));

	for (i = a->count; i-- > 0;)
		for (j = b->count; j-- > 0;) {
			uint16_t down = length[(i + 1) * width + j];
			uint16_t right = length[i * width + j + 1];

			if (same(&a->list[i], &b->list[j]))
				length[i * width + j] = length[(i + 1) * width + j + 1] + 1;
			else
				length[i * width + j] = down > right ? down : right;
		}
	i = j = 0;
	while (i < a->count || j < b->count) {
		if (i < a->count && j < b->count && same(&a->list[i], &b->list[j])) {
			print(p, ' ', &a->list[i++]);
			j++;
		} else if (j == b->count || (i < a->count && length[(i + 1) * width + j] >=
								     length[i * width + j + 1])) {
			print(p, '-', &a->list[i++]);
		} else {
			print(p, '+', &b->list[j++]);
		}
	}
	free(length);
}

static struct lines window(const struct lines *all, size_t begin, size_t end)
{
	struct lines part = {all->list + begin, end - begin};

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
	struct lines a = split(expected, expected_len), b = split(actual, actual_len);
	size_t head = 0, tail = 0, context;
	struct printer p = {.into = into};
	struct lines middle_a, middle_b;

	while (head < a.count && head < b.count && same(&a.list[head], &b.list[head]))
		head++;
	while (tail < a.count - head && tail < b.count - head &&
		same(&a.list[a.count - 1 - tail], &b.list[b.count - 1 - tail]))
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
	compare(&middle_a, &middle_b, &p);
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
