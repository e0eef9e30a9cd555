/* A table of Markdown: its cells, and how they are laid out in columns. */
#ifndef RUNNER_VIEW_MARKDOWN_TABLE_H
#define RUNNER_VIEW_MARKDOWN_TABLE_H

#include "runner/view/text.h"

struct markdown_table {
	struct styled *cells; /* row after row */
	size_t count, columns;
	bool open; /* between its beginning and its end */
};

void markdown_table_begin(struct markdown_table *t, size_t columns);
/* CELL is emptied. */
void markdown_table_add(struct markdown_table *t, struct styled *cell);
/* Adds it to INTO, PREFIX before each line, and forgets it. */
void markdown_table_end(struct markdown_table *t, struct text *into, const struct styled *prefix);

#endif
