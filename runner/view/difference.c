/*
 * Two versions of an exercise's files, by lines: see view.h. Side by side, a sign between them says
 * which lines differ; where there is no room for that, what is on the left alone stands before what
 * is on the right alone. Blanks do not count: programs are indented in many ways.
 */
#include "config.h"

#include "runner/view/view.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/diff.h"

enum { BETWEEN = 3, TAB = 4, CONTEXT = 3, FOLD_LEAST = 3 };

struct page {
	struct text *into;
	const struct view_sides *sides;
	int column; /* the width of each side; 0: one below the other */
};

/* ---- a line ---- */

/* Without its end, and with small tabs: there is little room. */
static void put_line(struct styled *into, enum style style, const struct diff_line *line)
{
	BUF_SCOPED plain = BUF_INIT;
	size_t len = line->len, from = 0;

	while (len > 0 && (line->text[len - 1] == '\n' || line->text[len - 1] == '\r'))
		len--;
	for (; from < len && line->text[from] == '\t'; from++)
		buf_printf(&plain, "%*s", TAB, "");
	buf_add(&plain, line->text + from, len - from);
	styled_put(into, style, buf_text(&plain));
}

/* LINE (NULL: nothing) broken at COLUMNS. */
static struct text broken(const struct diff_line *line, enum style style, int columns)
{
	STYLED_SCOPED s = STYLED_INIT;
	struct text t;

	text_init(&t, columns);
	if (line)
		put_line(&s, style, line);
	if (line)
		text_wrap(&t, &s, NULL, NULL, TEXT_SIGNS);
	return t;
}

static const char *sign_of(const struct diff_line *left, const struct diff_line *right, bool same)
{
	return same ? " " : left && right ? "|" : left ? "<" : ">";
}

static void add_beside(
	struct page *p, const struct diff_line *left, const struct diff_line *right, bool same)
{
	enum style a = same ? STYLE_FAINT : STYLE_ODD, b = same ? STYLE_FAINT : STYLE_CODE;
	struct text one = broken(left, a, p->column), two = broken(right, b, p->column);

	for (size_t i = 0; i < one.count || i < two.count; i++) {
		struct styled line = STYLED_INIT;

		if (i < one.count)
			styled_add(&line, &one.lines[i]);
		styled_pad(&line, STYLE_PLAIN, p->column);
		styled_printf(&line, STYLE_BOLD, " %s ", sign_of(left, right, same));
		if (i < two.count)
			styled_add(&line, &two.lines[i]);
		text_add(p->into, &line);
	}
	text_done(&one);
	text_done(&two);
}

static void add_below(struct page *p, const struct diff_line *line, const char *sign)
{
	enum style style = *sign == '-' ? STYLE_ODD : *sign == '+' ? STYLE_CODE : STYLE_FAINT;
	STYLED_SCOPED s = STYLED_INIT;
	STYLED_SCOPED first = STYLED_INIT;
	STYLED_SCOPED rest = STYLED_INIT;

	put_line(&s, style, line);
	styled_printf(&first, STYLE_BOLD, "%s ", sign);
	styled_put(&rest, STYLE_BOLD, "  ");
	text_wrap(p->into, &s, &first, &rest, TEXT_SIGNS);
}

/* ---- a file ---- */

/* STEPS that differ, all in one place: COUNT of them. Those of the left come first. */
static void add_change(struct page *p, const struct diff_step *steps, size_t count)
{
	LAB_FREE const struct diff_line **left = lab_xmalloc((count + 1) * sizeof(*left));
	LAB_FREE const struct diff_line **right = lab_xmalloc((count + 1) * sizeof(*right));
	size_t a = 0, b = 0;

	for (size_t i = 0; i < count; i++)
		if (steps[i].left)
			left[a++] = steps[i].left;
		else
			right[b++] = steps[i].right;
	for (size_t i = 0; p->column > 0 && (i < a || i < b); i++)
		add_beside(p, i < a ? left[i] : NULL, i < b ? right[i] : NULL, false);
	for (size_t i = 0; p->column == 0 && i < a; i++)
		add_below(p, left[i], "-");
	for (size_t i = 0; p->column == 0 && i < b; i++)
		add_below(p, right[i], "+");
}

static void add_same(struct page *p, const struct diff_step *step)
{
	if (p->column > 0)
		add_beside(p, step->left, step->right, true);
	else
		add_below(p, step->right, " ");
}

/* COUNT equal lines; at the FIRST or LAST end of the file one side of them is of no interest. */
static void add_equal(
	struct page *p, const struct diff_step *steps, size_t count, bool first, bool last)
{
	size_t head = first ? 0 : CONTEXT, tail = last ? 0 : CONTEXT;
	size_t hidden = count > head + tail ? count - head - tail : 0;

	if (!p->sides->folded || hidden < FOLD_LEAST)
		hidden = 0;
	for (size_t i = 0; i < count; i++) {
		if (hidden > 0 && i == head) {
			text_say(p->into, STYLE_FAINT, 0, "%s %zu lines that are the same",
				text_sign("\u2026", "..."), hidden);
			i += hidden - 1;
		} else {
			add_same(p, &steps[i]);
		}
	}
}

static void add_steps(struct page *p, const struct diff_step *steps, size_t count)
{
	size_t from = 0, end;

	for (; from < count; from = end) {
		bool same = steps[from].left && steps[from].right;

		for (end = from; end < count && (steps[end].left && steps[end].right) == same;)
			end++;
		if (same)
			add_equal(p, steps + from, end - from, from == 0, end == count);
		else
			add_change(p, steps + from, end - from);
	}
}

static void add_heading(struct page *p, const char *name)
{
	struct styled line = STYLED_INIT;
	STYLED_SCOPED right = STYLED_INIT;

	text_blank(p->into);
	if (p->column == 0) {
		text_say(p->into, STYLE_HEADING, 0, "%s (- %s, + %s)", name, p->sides->left_title,
			p->sides->right_title);
		return;
	}
	styled_printf(&line, STYLE_HEADING, "%s: %s", name, p->sides->left_title);
	styled_cut(&line, p->column);
	styled_pad(&line, STYLE_PLAIN, p->column + BETWEEN);
	styled_put(&right, STYLE_HEADING, p->sides->right_title);
	styled_cut(&right, p->column);
	styled_add(&line, &right);
	text_add(p->into, &line);
}

static void add_file(struct page *p, const char *name, const struct submission_file *left,
	const struct submission_file *right)
{
	struct diff_lines a =
		left ? diff_split(buf_text(&left->bytes), left->bytes.len) : (struct diff_lines){0};
	struct diff_lines b = right ? diff_split(buf_text(&right->bytes), right->bytes.len)
				    : (struct diff_lines){0};
	LAB_FREE struct diff_step *steps = NULL;
	size_t count = diff_compare(&a, &b, diff_same_words, &steps), differ = 0;

	for (size_t i = 0; i < count; i++)
		differ += !steps[i].left || !steps[i].right;
	add_heading(p, name);
	if (left && left->refused)
		text_say(p->into, STYLE_ODD, 0, "it %s", left->refused);
	if (differ == 0)
		text_say(p->into, STYLE_PLAIN, 0, "The same, line by line.");
	else
		add_steps(p, steps, count);
	free(a.list);
	free(b.list);
}

/* ---- all files ---- */

void view_difference(struct text *into, const struct view_sides *sides, bool beside)
{
	const struct submission *a = sides->left, *b = sides->right;
	struct page p = {into, sides, beside ? (into->width - BETWEEN) / 2 : 0};
	size_t i = 0, k = 0;

	while (i < a->count || k < b->count) { /* both are sorted by name */
		int order = i == a->count   ? 1
			    : k == b->count ? -1
					    : strcmp(a->files[i].name, b->files[k].name);

		add_file(&p, order <= 0 ? a->files[i].name : b->files[k].name,
			order <= 0 ? &a->files[i] : NULL, order >= 0 ? &b->files[k] : NULL);
		i += order <= 0;
		k += order >= 0;
	}
}
