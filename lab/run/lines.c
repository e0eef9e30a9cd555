/*
 * Reads line tables (lines.h). The writer ran in the sandbox over a hostile program, so that
 * nothing of the text is believed before it was checked: every row has exactly its fields, numbers
 * stay in their ranges, addresses of rows never go back, a row names a file that was declared. The
 * first fault refuses the whole table.
 */
#include "config.h"

#include "lab/run/lines.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"

#define TABLE_MAX       (16u << 20) /* bytes; the writer's own limits keep it far below */
#define LINE_MAX_NUMBER 9999999
#define NAME_MOST       64 /* of a variable */

struct row {
	uint64_t addr;
	int file; /* -1: an end */
	int line;
};

struct function {
	uint64_t begin, end;
	char *name;
};

struct variable {
	uint64_t addr, size;
	char *name;
};

struct span {
	uint64_t begin, end;
	bool seen;
};

struct lines {
	struct span text, runtime;
	uint64_t entry;
	bool entry_seen;
	char **files;
	size_t file_count;
	struct row *rows;
	size_t row_count;
	struct function *functions; /* by begin; an inner one after the one around it */
	size_t function_count;
	struct variable *variables;
	size_t variable_count;
};

/* Where the parser stands: the fields of one line. */
struct row_text {
	char *field[5];
	size_t count;
};

static bool is_hex(const char *text, uint64_t *value)
{
	size_t len = strlen(text);

	*value = 0;
	for (const char *p = text; *p != '\0'; p++) {
		const char *digits = "0123456789abcdef", *digit = strchr(digits, *p);

		if (digit == NULL)
			return false;
		*value = *value * 16 + (uint64_t)(digit - digits);
	}
	return len > 0 && len <= 16;
}

static bool is_number(const char *text, int most, int *value)
{
	size_t len = strlen(text);

	*value = 0;
	if (len == 0 || len > 8 || strspn(text, "0123456789") != len)
		return false;
	*value = atoi(text);
	return *value <= most;
}

/* Makes room for one more element behind COUNT. */
static void *grown(void *array, size_t count, size_t size)
{
	if (count == 0)
		return lab_xrealloc(array, 16 * size);
	return count >= 16 && (count & (count - 1)) == 0 ? lab_xrealloc(array, 2 * count * size)
							 : array;
}

static bool parse_span(struct span *span, const struct row_text *row)
{
	if (row->count != 3 || span->seen)
		return false;
	span->seen = true;
	return is_hex(row->field[1], &span->begin) && is_hex(row->field[2], &span->end) &&
	       span->begin <= span->end;
}

static bool parse_entry(struct lines *l, const struct row_text *row)
{
	if (row->count != 2 || l->entry_seen)
		return false;
	l->entry_seen = true;
	return is_hex(row->field[1], &l->entry);
}

static bool parse_file(struct lines *l, const struct row_text *row)
{
	int n;

	if (row->count != 3 || !is_number(row->field[1], 10000, &n) || (size_t)n != l->file_count ||
		!path_name_is_plain(row->field[2]))
		return false;
	l->files = grown(l->files, l->file_count, sizeof(*l->files));
	l->files[l->file_count++] = lab_xstrdup(row->field[2]);
	return true;
}

static bool is_function_name(const char *name)
{
	return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$") ==
		       strlen(name) &&
	       *name != '\0';
}

static bool parse_function(struct lines *l, const struct row_text *row)
{
	struct function f;
	const struct function *last = l->functions + l->function_count;

	if (row->count != 4 || !is_hex(row->field[1], &f.begin) || !is_hex(row->field[2], &f.end) ||
		f.begin >= f.end || !is_function_name(row->field[3]))
		return false;
	if (l->function_count > 0 && f.begin < last[-1].begin)
		return false;
	f.name = lab_xstrdup(row->field[3]);
	l->functions = grown(l->functions, l->function_count, sizeof(f));
	l->functions[l->function_count++] = f;
	return true;
}

static bool parse_variable(struct lines *l, const struct row_text *row)
{
	struct variable v;

	if (row->count != 4 || !is_hex(row->field[1], &v.addr) || !is_hex(row->field[2], &v.size) ||
		!is_function_name(row->field[3]) || strlen(row->field[3]) > NAME_MOST)
		return false;
	v.name = lab_xstrdup(row->field[3]);
	l->variables = grown(l->variables, l->variable_count, sizeof(v));
	l->variables[l->variable_count++] = v;
	return true;
}

static bool add_row(struct lines *l, uint64_t addr, int file, int line)
{
	if (l->row_count > 0 && addr <= l->rows[l->row_count - 1].addr)
		return false;
	l->rows = grown(l->rows, l->row_count, sizeof(*l->rows));
	l->rows[l->row_count++] = (struct row){addr, file, line};
	return true;
}

static bool parse_line(struct lines *l, const struct row_text *row)
{
	uint64_t addr;
	int file, line;

	return row->count == 4 && is_hex(row->field[1], &addr) &&
	       is_number(row->field[2], 10000, &file) && (size_t)file < l->file_count &&
	       is_number(row->field[3], LINE_MAX_NUMBER, &line) && line > 0 &&
	       add_row(l, addr, file, line);
}

static bool parse_end(struct lines *l, const struct row_text *row)
{
	uint64_t addr;

	return row->count == 2 && is_hex(row->field[1], &addr) && add_row(l, addr, -1, 0);
}

static bool parse_row(struct lines *l, const struct row_text *row)
{
	const char *what = row->field[0];

	if (strcmp(what, "line") == 0)
		return parse_line(l, row);
	if (strcmp(what, "end") == 0)
		return parse_end(l, row);
	if (strcmp(what, "func") == 0)
		return parse_function(l, row);
	if (strcmp(what, "file") == 0)
		return parse_file(l, row);
	if (strcmp(what, "var") == 0)
		return parse_variable(l, row);
	if (strcmp(what, "text") == 0)
		return parse_span(&l->text, row);
	if (strcmp(what, "runtime") == 0)
		return parse_span(&l->runtime, row);
	return strcmp(what, "entry") == 0 && parse_entry(l, row);
}

/* Cuts LINE at its single blanks. Too many fields: count is one too high for every kind of row. */
static struct row_text split(char *line)
{
	struct row_text row = {.field[0] = line, .count = 1};

	for (char *p = line; *p != '\0' && row.count < 5; p++) {
		if (*p == ' ') {
			*p = '\0';
			row.field[row.count++] = p + 1;
		}
	}
	return row;
}

/* 0, or the number of the first line that is wrong. */
static int parse(struct lines *l, struct buf *text)
{
	char *line = text->data, *end;
	int number = 2;

	if (text->len == 0 || memchr(text->data, '\0', text->len) != NULL ||
		text->data[text->len - 1] != '\n' || strncmp(line, "ipclab-lines 1\n", 15) != 0)
		return 1;
	for (line += 15; (end = strchr(line, '\n')) != NULL; line = end + 1, number++) {
		*end = '\0';

		struct row_text row = split(line);

		if (!parse_row(l, &row))
			return number;
	}
	return l->text.seen && l->runtime.seen && l->entry_seen ? 0 : number - 1;
}

struct lines *lines_load(const char *path, struct lab_error *e)
{
	BUF_SCOPED text = BUF_INIT;
	struct lines *l;
	int wrong;

	if (file_read(path, &text, TABLE_MAX, e) < 0)
		return NULL;
	l = lab_xmalloc(sizeof(*l));
	wrong = parse(l, &text);
	if (wrong != 0) {
		lab_fail(e, LAB_BROKEN, "%s:%d: this is no line table of ipclab", path, wrong);
		lines_free(l);
		return NULL;
	}
	return l;
}

void lines_free(struct lines *l)
{
	if (l == NULL)
		return;
	for (size_t i = 0; i < l->file_count; i++)
		free(l->files[i]);
	for (size_t i = 0; i < l->function_count; i++)
		free(l->functions[i].name);
	for (size_t i = 0; i < l->variable_count; i++)
		free(l->variables[i].name);
	free(l->files);
	free(l->functions);
	free(l->variables);
	free(l->rows);
	free(l);
}

bool lines_variable(
	const struct lines *l, size_t i, uint64_t *addr, uint64_t *size, const char **name)
{
	if (i >= l->variable_count)
		return false;
	*addr = l->variables[i].addr;
	*size = l->variables[i].size;
	*name = l->variables[i].name;
	return true;
}

/* The innermost function around ADDR: of those that begin at or before it, the last that has not
 * ended. */
static const char *find_function(const struct lines *l, uint64_t addr)
{
	size_t low = 0, high = l->function_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (l->functions[middle].begin <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	while (low-- > 0) {
		if (addr < l->functions[low].end)
			return l->functions[low].name;
	}
	return NULL;
}

bool lines_find(
	const struct lines *l, uint64_t addr, const char **file, int *line, const char **function)
{
	size_t low = 0, high = l->row_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (l->rows[middle].addr <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || l->rows[low - 1].file < 0)
		return false;
	*file = l->files[l->rows[low - 1].file];
	*line = l->rows[low - 1].line;
	*function = find_function(l, addr);
	return true;
}

void lines_runtime(const struct lines *l, uint64_t *begin, uint64_t *end)
{
	*begin = l->runtime.begin;
	*end = l->runtime.end;
}

void lines_text(const struct lines *l, uint64_t *begin, uint64_t *end)
{
	*begin = l->text.begin;
	*end = l->text.end;
}
