/*
 * The helper `lines`: what its two halves share. lines.c looks at the program as an ELF file,
 * lines_table.c at its debug information.
 */
#ifndef LAB_GUEST_LINES_H
#define LAB_GUEST_LINES_H

#include <gelf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINES_ROWS_MAX      200000
#define LINES_FUNCTIONS_MAX 20000
#define LINES_NAMES_MAX     1000
#define LINES_VARIABLES_MAX 20000 /* symbols that are looked at */
#define LINES_VARIABLE_NAME 64

struct lines_row {
	uint64_t addr;
	int file; /* index into names; -1: what begins here is in no file of ours */
	int line;
	size_t order; /* as found: the last row of an address is the one that counts */
};

struct lines_function {
	uint64_t begin, end;
	char *name;
};

struct lines_table {
	char **names; /* the submission's own files; belongs to the caller */
	size_t name_count;
	bool any; /* names are collected: every file below the folder of the compiler's run */
	struct lines_row *rows; /* sorted by address, one per address */
	size_t row_count;
	struct lines_function *functions;
	size_t function_count;
};

void lines_table_read(struct lines_table *t, Elf *elf);
void lines_table_print(const struct lines_table *t);
/* The row that covers ADDR, if it is in a file of ours. */
const struct lines_row *lines_table_find(const struct lines_table *t, uint64_t addr);
void lines_table_done(struct lines_table *t);

_Noreturn void lines_die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
