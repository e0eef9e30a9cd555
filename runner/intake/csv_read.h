/*
 * Reads CSV (RFC 4180) row by row, and says the line and column of what is not. Besides commas it
 * knows what spreadsheets write instead: if there is no comma in the first line, semicolons or
 * tabs.
 */
#ifndef RUNNER_INTAKE_CSV_READ_H
#define RUNNER_INTAKE_CSV_READ_H

#include <stddef.h>

#include "lab/base/error.h"
#include "runner/intake/list.h"

struct csv {
	const char *path; /* for errors */
	const char *at, *end;
	size_t line, column; /* of AT, from 1; columns are bytes */
	char separator;
};

struct csv_row {
	struct list fields;
	size_t line; /* where it begins */
};

/* TEXT outlives it. */
void csv_open(struct csv *csv, const char *path, const char *text, size_t len);
/* 1: a row; 0: there are no more; -1 and E (LAB_USAGE). Empty lines are none. ROW is to be
 * csv_row_done() each time. */
int csv_next(struct csv *csv, struct csv_row *row, struct lab_error *e);
void csv_row_done(struct csv_row *row);
#define CSV_ROW_SCOPED __attribute__((cleanup(csv_row_done))) struct csv_row

#endif
