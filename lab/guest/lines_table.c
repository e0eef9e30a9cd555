/*
 * Debug information -> the rows and functions of the submission's own files.
 *
 * A file is the submission's own if its name, as the compiler wrote it down, is one of the names
 * given, in the folder in which the compiler ran: -ffile-prefix-map leaves "count.c" of
 * "/src/count.c", while headers of the system keep their folders. What #line makes of a file's name
 * is therefore either another of the submission's own files or nothing.
 */
#include "config.h"

#include "lab/guest/lines.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLAIN           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
#define DEPTH_MAX       64      /* of nested blocks and inlined calls */
#define LINE_MAX_NUMBER 9999999 /* what #line says beyond it is no line of anybody's */

/* Doubles ARRAY when COUNT has filled it. */
static void *grown(void *array, size_t count, size_t size)
{
	if (count != 0 && (count < 64 || (count & (count - 1)) != 0)) {
		return array;
	}
	void *more = realloc(array, (count < 64 ? 64 : 2 * count) * size);

	if (more == NULL) {
		lines_die("out of memory");
	}
	return more;
}

static void add_row(struct lines_table *t, uint64_t addr, int file, int line)
{
	if (t->row_count >= LINES_ROWS_MAX) {
		lines_die("more than %d lines of debug information", LINES_ROWS_MAX);
	}
	t->rows = grown(t->rows, t->row_count, sizeof(*t->rows));
	t->rows[t->row_count] = (struct lines_row){addr, file, line, t->row_count};
	t->row_count++;
}

/* For a program of nobody's exercise: every file below its folder is ours, by its last part. */
static int any_file(struct lines_table *t, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;

	for (size_t i = 0; i < t->name_count; i++) {
		if (strcmp(name, t->names[i]) == 0) {
			return (int)i;
		}
	}
	if (strspn(name, PLAIN) != strlen(name) || name[0] == '.' || name[0] == '-' ||
		name[0] == '\0' || t->name_count >= LINES_NAMES_MAX) {
		return -1;
	}
	t->names = grown(t->names, t->name_count, sizeof(*t->names));
	t->names[t->name_count] = strdup(name);
	return (int)t->name_count++;
}

/* The index of a file of ours, -1 for all others. */
static int own_file(struct lines_table *t, Dwarf_Die *cu, const char *path)
{
	Dwarf_Attribute attribute;
	const char *folder = dwarf_formstring(dwarf_attr(cu, DW_AT_comp_dir, &attribute));

	if (path == NULL) {
		return -1;
	}
	if (folder != NULL && path[0] == '/') {
		size_t len = strlen(folder);

		if (strncmp(path, folder, len) != 0 || path[len] != '/') {
			return -1;
		}
		path += len + 1;
	}
	if (strncmp(path, "./", 2) == 0) {
		path += 2;
	}
	if (t->any) {
		return any_file(t, path);
	}
	for (size_t i = 0; i < t->name_count; i++) {
		if (strcmp(path, t->names[i]) == 0) {
			return (int)i;
		}
	}
	return -1;
}

static bool is_identifier(const char *name)
{
	size_t len =
		strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$");

	return len > 0 && len < 128 && name[len] == '\0';
}

/* The file in which a function is declared. dwarf_decl_file() of elfutils 0.188 takes file 0 for
 * none, but DWARF 5 counts files from 0. */
static const char *declared_in(Dwarf_Die *cu, Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	Dwarf_Files *files;
	Dwarf_Word index;
	size_t count;

	if (dwarf_formudata(dwarf_attr_integrate(die, DW_AT_decl_file, &attribute), &index) != 0 ||
		dwarf_getsrcfiles(cu, &files, &count) != 0 || index >= count) {
		return NULL;
	}
	return dwarf_filesrc(files, index, NULL, NULL);
}

/* The ranges of a function, or of one that was inlined. */
static void read_function(struct lines_table *t, Dwarf_Die *cu, Dwarf_Die *die)
{
	const char *name = dwarf_diename(die);
	Dwarf_Addr base, begin, end;

	if (name == NULL || !is_identifier(name) || own_file(t, cu, declared_in(cu, die)) < 0) {
		return;
	}
	for (ptrdiff_t at = 0; (at = dwarf_ranges(die, at, &base, &begin, &end)) > 0;) {
		if (begin >= end) {
			continue;
		}
		if (t->function_count >= LINES_FUNCTIONS_MAX) {
			lines_die("more than %d functions", LINES_FUNCTIONS_MAX);
		}
		t->functions = grown(t->functions, t->function_count, sizeof(*t->functions));
		t->functions[t->function_count++] =
			(struct lines_function){begin, end, strdup(name)};
	}
}

static void read_functions(struct lines_table *t, Dwarf_Die *cu, Dwarf_Die *parent, int depth)
{
	Dwarf_Die die;
	size_t seen = 0;

	if (depth > DEPTH_MAX || dwarf_child(parent, &die) != 0) {
		return;
	}
	do {
		switch (dwarf_tag(&die)) {
		case DW_TAG_subprogram:
		case DW_TAG_inlined_subroutine:
			read_function(t, cu, &die);
			read_functions(t, cu, &die, depth + 1);
			break;
		case DW_TAG_lexical_block:
			read_functions(t, cu, &die, depth + 1);
			break;
		default:
			break;
		}
	} while (++seen < LINES_ROWS_MAX && dwarf_siblingof(&die, &die) == 0);
}

static void read_rows(struct lines_table *t, Dwarf_Die *cu)
{
	Dwarf_Lines *lines;
	size_t count;
	int before = -1; /* the file of the row before */

	if (dwarf_getsrclines(cu, &lines, &count) != 0) {
		return;
	}
	for (size_t i = 0; i < count; i++) {
		Dwarf_Line *row = dwarf_onesrcline(lines, i);
		Dwarf_Addr addr;
		bool end = false;
		int line = 0;

		if (dwarf_lineaddr(row, &addr) != 0 || dwarf_lineno(row, &line) != 0 ||
			dwarf_lineendsequence(row, &end) != 0) {
			continue;
		}
		int file = end ? -1 : own_file(t, cu, dwarf_linesrc(row, NULL, NULL));

		if (line <= 0 && file >= 0 && file == before) {
			continue; /* code of no line in particular: it belongs to the row before */
		}
		before = file;
		add_row(t, addr, line > 0 && line <= LINE_MAX_NUMBER ? file : -1, line);
	}
}

/* Of one address, ends come first, then the rows as found. */
static int compare_rows(const void *pa, const void *pb)
{
	const struct lines_row *a = pa, *b = pb;

	if (a->addr != b->addr) {
		return a->addr < b->addr ? -1 : 1;
	}
	if ((a->file < 0) != (b->file < 0)) {
		return a->file < 0 ? -1 : 1;
	}
	return a->order < b->order ? -1 : a->order > b->order;
}

static int compare_functions(const void *pa, const void *pb)
{
	const struct lines_function *a = pa, *b = pb;

	if (a->begin != b->begin) {
		return a->begin < b->begin ? -1 : 1;
	}
	return a->end > b->end ? -1 : a->end < b->end;
}

/* Sorts the rows and keeps the last one of each address. */
static void sort_rows(struct lines_table *t)
{
	size_t kept = 0;

	if (t->row_count == 0) {
		return;
	}
	qsort(t->rows, t->row_count, sizeof(*t->rows), compare_rows);
	for (size_t i = 0; i < t->row_count; i++) {
		if (i + 1 < t->row_count && t->rows[i + 1].addr == t->rows[i].addr) {
			continue;
		}
		t->rows[kept++] = t->rows[i];
	}
	t->row_count = kept;
}

void lines_table_read(struct lines_table *t, Elf *elf)
{
	Dwarf *dwarf = dwarf_begin_elf(elf, DWARF_C_READ, NULL);
	Dwarf_Off offset = 0, next;
	size_t header;

	if (dwarf == NULL) {
		return; /* no debug information: no places, and nothing that could be wrong */
	}
	while (dwarf_nextcu(dwarf, offset, &next, &header, NULL, NULL, NULL) == 0) {
		Dwarf_Die cu;

		if (dwarf_offdie(dwarf, offset + header, &cu) != NULL) {
			read_rows(t, &cu);
			read_functions(t, &cu, &cu, 0);
		}
		if (next <= offset) {
			break;
		}
		offset = next;
	}
	sort_rows(t);
	if (t->function_count > 0) {
		qsort(t->functions, t->function_count, sizeof(*t->functions), compare_functions);
	}
	dwarf_end(dwarf);
}

const struct lines_row *lines_table_find(const struct lines_table *t, uint64_t addr)
{
	const struct lines_row *found = NULL;

	for (size_t i = 0; i < t->row_count && t->rows[i].addr <= addr; i++) {
		found = &t->rows[i];
	}
	return found != NULL && found->file >= 0 ? found : NULL;
}

void lines_table_print(const struct lines_table *t)
{
	int before = -1, line = 0;

	for (size_t i = 0; i < t->name_count; i++) {
		printf("file %zu %s\n", i, t->names[i]);
	}
	for (size_t i = 0; i < t->function_count; i++) {
		printf("func %llx %llx %s\n", (unsigned long long)t->functions[i].begin,
			(unsigned long long)t->functions[i].end, t->functions[i].name);
	}
	for (size_t i = 0; i < t->row_count; i++) {
		const struct lines_row *row = &t->rows[i];

		if (row->file >= 0 && (row->file != before || row->line != line)) {
			printf("line %llx %d %d\n", (unsigned long long)row->addr, row->file,
				row->line);
		} else if (row->file < 0 && before >= 0) {
			printf("end %llx\n", (unsigned long long)row->addr);
		}
		before = row->file;
		line = row->line;
	}
}

void lines_table_done(struct lines_table *t)
{
	for (size_t i = 0; i < t->function_count; i++) {
		free(t->functions[i].name);
	}
	free(t->functions);
	free(t->rows);
}
