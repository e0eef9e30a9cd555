/*
 * Tables in a terminal: columns as wide as their widest cell where there is room; where there is
 * not, the widest columns give way and their cells are broken into lines.
 */
#include "config.h"

#include "runner/view/markdown_table.h"

#include <stdlib.h>

enum { GAP = 2, COLUMN_LEAST = 4, COLUMNS_MOST = 16 };

void markdown_table_begin(struct markdown_table *t, size_t columns)
{
	*t = (struct markdown_table){.columns = columns ? columns : 1, .open = true};
}

void markdown_table_add(struct markdown_table *t, struct styled *cell)
{
	t->cells = lab_xrealloc(t->cells, (t->count + 1) * sizeof(*t->cells));
	t->cells[t->count++] = *cell;
	*cell = (struct styled)STYLED_INIT;
}

static int sum(const int *widths, size_t n)
{
	int all = 0;

	for (size_t i = 0; i < n; i++)
		all += widths[i] + (i ? GAP : 0);
	return all;
}

static void measure(const struct markdown_table *t, int *widths, size_t n, int room)
{
	for (size_t i = 0; i < n; i++)
		widths[i] = 1;
	for (size_t i = 0; i < t->count; i++) {
		int wide = styled_columns(&t->cells[i]);

		if (i % t->columns < n && wide > widths[i % t->columns])
			widths[i % t->columns] = wide;
	}
	while (sum(widths, n) > room) {
		size_t widest = 0;

		for (size_t i = 1; i < n; i++)
			if (widths[i] > widths[widest])
				widest = i;
		if (widths[widest] <= COLUMN_LEAST)
			return;
		widths[widest]--;
	}
}

/* Line LINE of a row whose cells are broken into PARTS. */
static void add_line(struct text *into, const struct styled *prefix, const struct text *parts,
	const int *widths, size_t n, size_t line)
{
	struct styled out = STYLED_INIT;
	int column = styled_columns(prefix);

	styled_add(&out, prefix);
	for (size_t i = 0; i < n; i++) {
		if (line < parts[i].count)
			styled_add(&out, &parts[i].lines[line]);
		column += widths[i] + GAP;
		if (i + 1 < n)
			styled_pad(&out, STYLE_PLAIN, column);
	}
	text_add(into, &out);
}

static void add_row(struct text *into, const struct styled *prefix, struct styled *cells,
	const int *widths, size_t n)
{
	struct text parts[COLUMNS_MOST];
	size_t lines = 1;

	for (size_t i = 0; i < n; i++) {
		text_init(&parts[i], widths[i]);
		text_wrap(&parts[i], &cells[i], NULL, NULL, TEXT_WORDS);
		lines = parts[i].count > lines ? parts[i].count : lines;
	}
	for (size_t line = 0; line < lines; line++)
		add_line(into, prefix, parts, widths, n, line);
	for (size_t i = 0; i < n; i++)
		text_done(&parts[i]);
}

static void add_rule(struct text *into, const struct styled *prefix, int columns)
{
	struct styled rule = STYLED_INIT;

	styled_add(&rule, prefix);
	for (int i = 0; i < columns; i++)
		styled_put(&rule, STYLE_FAINT, text_sign("\u2500", "-"));
	text_add(into, &rule);
}

void markdown_table_end(struct markdown_table *t, struct text *into, const struct styled *prefix)
{
	size_t n = t->columns < COLUMNS_MOST ? t->columns : COLUMNS_MOST;
	int widths[COLUMNS_MOST], room = into->width - styled_columns(prefix);

	measure(t, widths, n, room);
	for (size_t row = 0; row + t->columns <= t->count; row += t->columns) {
		if (row == 0)
			for (size_t i = 0; i < n; i++)
				styled_paint(&t->cells[i], STYLE_BOLD);
		add_row(into, prefix, &t->cells[row], widths, n);
		if (row == 0)
			add_rule(into, prefix, sum(widths, n) < room ? sum(widths, n) : room);
	}
	for (size_t i = 0; i < t->count; i++)
		styled_done(&t->cells[i]);
	free(t->cells);
	*t = (struct markdown_table){0};
}
