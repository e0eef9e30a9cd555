/* CSV, read: see csv_read.h. */
#include "config.h"

#include "runner/intake/csv_read.h"

#include <stdbool.h>
#include <string.h>

#include "lab/base/buf.h"

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

static char separator_of(const char *text, size_t len)
{
	const char *end = memchr(text, '\n', len);
	size_t line = end ? (size_t)(end - text) : len;

	if (memchr(text, ',', line))
		return ',';
	return memchr(text, ';', line) ? ';' : memchr(text, '\t', line) ? '\t' : ',';
}

void csv_open(struct csv *csv, const char *path, const char *text, size_t len)
{
	size_t mark = strlen(BYTE_ORDER_MARK);

	if (len >= mark && memcmp(text, BYTE_ORDER_MARK, mark) == 0) {
		text += mark;
		len -= mark;
	}
	*csv = (struct csv){.path = path,
		.at = text,
		.end = text + len,
		.line = 1,
		.column = 1,
		.separator = separator_of(text, len)};
}

static void step(struct csv *csv)
{
	if (*csv->at++ == '\n') {
		csv->line++;
		csv->column = 1;
	} else {
		csv->column++;
	}
}

static bool ends_line(const struct csv *csv)
{
	return csv->at == csv->end || *csv->at == '\n' ||
	       (*csv->at == '\r' && (csv->at + 1 == csv->end || csv->at[1] == '\n'));
}

static void skip_line_end(struct csv *csv)
{
	if (csv->at < csv->end && *csv->at == '\r')
		step(csv);
	if (csv->at < csv->end)
		step(csv);
}

static int fail(
	const struct csv *csv, size_t line, size_t column, const char *what, struct lab_error *e)
{
	return lab_fail(e, LAB_USAGE, "%s:%zu:%zu: %s", csv->path, line, column, what);
}

static int read_quoted(struct csv *csv, struct buf *field, struct lab_error *e)
{
	size_t line = csv->line, column = csv->column;

	for (step(csv);; step(csv)) {
		if (csv->at == csv->end)
			return fail(csv, line, column, "this quote is never closed", e);
		if (!*csv->at)
			return fail(csv, csv->line, csv->column, "a NUL byte; this is no text", e);
		if (*csv->at == '"') {
			step(csv);
			if (csv->at == csv->end || *csv->at != '"')
				break;
		}
		buf_putc(field, *csv->at);
	}
	if (!ends_line(csv) && *csv->at != csv->separator)
		return fail(csv, csv->line, csv->column,
			"text behind a closing quote; a quote in a field is written twice, \"\"",
			e);
	return 0;
}

static int read_field(struct csv *csv, struct list *fields, struct lab_error *e)
{
	BUF_SCOPED field = BUF_INIT;

	if (csv->at < csv->end && *csv->at == '"') {
		if (read_quoted(csv, &field, e) < 0)
			return -1;
	} else {
		for (; !ends_line(csv) && *csv->at != csv->separator; step(csv)) {
			if (!*csv->at)
				return fail(csv, csv->line, csv->column,
					"a NUL byte; this is no text", e);
			if (*csv->at == '"')
				return fail(csv, csv->line, csv->column,
					"a quote inside of a field that does not begin with one",
					e);
			buf_putc(&field, *csv->at);
		}
	}
	list_add(fields, buf_text(&field));
	return 0;
}

int csv_next(struct csv *csv, struct csv_row *row, struct lab_error *e)
{
	*row = (struct csv_row){0};
	while (csv->at < csv->end && ends_line(csv))
		skip_line_end(csv);
	if (csv->at == csv->end)
		return 0;
	row->line = csv->line;
	for (;;) {
		if (read_field(csv, &row->fields, e) < 0)
			return -1;
		if (ends_line(csv))
			break;
		step(csv);
	}
	skip_line_end(csv);
	return 1;
}

void csv_row_done(struct csv_row *row)
{
	list_done(&row->fields);
}
