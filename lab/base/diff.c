/*
 * Lines compared: see diff.h. Equal lines at both ends are set aside; what is between is compared
 * by the longest common subsequence, a table of one number for each pair of lines.
 */
#include "config.h"

#include "lab/base/diff.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"

#define CELLS_MOST (4u << 20) /* of the table: 8 MiB */

struct diff_lines diff_split(const char *text, size_t len)
{
	struct diff_lines lines = {NULL, 0};
	size_t room = 0;

	while (len) {
		const char *newline = memchr(text, '\n', len);
		size_t n = newline ? (size_t)(newline - text) + 1 : len;

		if (lines.count == room) {
			room = room ? room * 2 : 64;
			lines.list = lab_xrealloc(lines.list, room * sizeof(*lines.list));
		}
		lines.list[lines.count++] = (struct diff_line){text, n};
		text += n;
		len -= n;
	}
	return lines;
}

bool diff_same_bytes(const struct diff_line *a, const struct diff_line *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t skip_blanks(const struct diff_line *l, size_t at)
{
	while (at < l->len && is_blank(l->text[at]))
		at++;
	return at;
}

bool diff_same_words(const struct diff_line *a, const struct diff_line *b)
{
	size_t i = skip_blanks(a, 0), k = skip_blanks(b, 0);

	while (i < a->len && k < b->len) {
		bool blank = is_blank(a->text[i]);

		if (blank != is_blank(b->text[k]) || (!blank && a->text[i] != b->text[k]))
			return false;
		i = blank ? skip_blanks(a, i) : i + 1;
		k = blank ? skip_blanks(b, k) : k + 1;
	}
	return skip_blanks(a, i) == a->len && skip_blanks(b, k) == b->len;
}

/* ---- the table ---- */

/* What is compared: A lines of LEFT and B of RIGHT. */
struct middle {
	const struct diff_line *left, *right;
	size_t a, b;
	uint16_t *length; /* [i][k]: the longest common subsequence from left[i] and right[k] on */
};

static uint16_t *cell(const struct middle *m, size_t i, size_t k)
{
	return &m->length[i * (m->b + 1) + k];
}

/* Without a table nothing is equal. */
static void fill(struct middle *m, diff_equal *equal)
{
	if (m->a >= UINT16_MAX || m->b >= UINT16_MAX || (m->a + 1) * (m->b + 1) > CELLS_MOST)
		return;
	m->length = lab_xmalloc((m->a + 1) * (m->b + 1) * sizeof(*m->length));
	for (size_t i = m->a; i-- > 0;)
		for (size_t k = m->b; k-- > 0;) {
			uint16_t down = *cell(m, i + 1, k), right = *cell(m, i, k + 1);

			if (equal(&m->left[i], &m->right[k]))
				*cell(m, i, k) = *cell(m, i + 1, k + 1) + 1;
			else
				*cell(m, i, k) = down > right ? down : right;
		}
}

static struct diff_step *walk(const struct middle *m, diff_equal *equal, struct diff_step *step)
{
	size_t i = 0, k = 0;

	while (i < m->a || k < m->b) {
		if (m->length && i < m->a && k < m->b && equal(&m->left[i], &m->right[k]))
			*step++ = (struct diff_step){&m->left[i++], &m->right[k++]};
		else if (k == m->b ||
			 (i < m->a && (!m->length || *cell(m, i + 1, k) >= *cell(m, i, k + 1))))
			*step++ = (struct diff_step){&m->left[i++], NULL};
		else
			*step++ = (struct diff_step){NULL, &m->right[k++]};
	}
	return step;
}

size_t diff_compare(const struct diff_lines *left, const struct diff_lines *right,
	diff_equal *equal, struct diff_step **steps)
{
	const struct diff_line *a = left->list, *b = right->list;
	size_t least = left->count < right->count ? left->count : right->count;
	struct diff_step *list = lab_xmalloc((left->count + right->count + 1) * sizeof(*list));
	struct diff_step *step = list;
	size_t head = 0, tail = 0;
	struct middle m;

	while (head < least && equal(&a[head], &b[head]))
		head++;
	while (tail < least - head &&
		equal(&a[left->count - 1 - tail], &b[right->count - 1 - tail]))
		tail++;
	m = (struct middle){.a = left->count - head - tail, .b = right->count - head - tail};
	m.left = m.a ? a + head : NULL;
	m.right = m.b ? b + head : NULL;
	fill(&m, equal);
	for (size_t i = 0; i < head; i++)
		*step++ = (struct diff_step){&a[i], &b[i]};
	step = walk(&m, equal, step);
	for (size_t i = tail; i > 0; i--)
		*step++ = (struct diff_step){&a[left->count - i], &b[right->count - i]};
	free(m.length);
	*steps = list;
	return (size_t)(step - list);
}
