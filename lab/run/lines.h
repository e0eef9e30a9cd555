/*
 * Line tables: address -> file, line, function, for one executable. Written inside the build's
 * sandbox by guest/lines (debug information of a hostile file is not read by anything trusted),
 * read here by a strict parser.
 *
 * As text:	ipclab-lines 1
 *    text ADDR END      the executable part of the program (hex, unrelocated)
 *    runtime ADDR END   our own runtime's part (section ipclab_text)
 *    entry ADDR
 *    file N NAME        only the submission's own files
 *    func ADDR END NAME functions of those files
 *    line ADDR N LINE   rows, by address; valid up to the next row
 *    end ADDR           of a sequence
 *    var ADDR SIZE NAME variables, global or static, in any order
 */
#ifndef LAB_RUN_LINES_H
#define LAB_RUN_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/base/error.h"

struct lines;

struct lines *lines_load(const char *path, struct lab_error *e);
void lines_free(struct lines *l);
/* ADDR unrelocated. false: not in the student's own files. *FUNCTION may become NULL. */
bool lines_find(
	const struct lines *l, uint64_t addr, const char **file, int *line, const char **function);
void lines_runtime(const struct lines *l, uint64_t *begin, uint64_t *end);
/* The I-th variable; false: there are no more. */
bool lines_variable(
	const struct lines *l, size_t i, uint64_t *addr, uint64_t *size, const char **name);
void lines_text(const struct lines *l, uint64_t *begin, uint64_t *end);

#endif
