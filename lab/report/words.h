/* Text for people: made safe, made to fit. */
#ifndef LAB_REPORT_WORDS_H
#define LAB_REPORT_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/base/buf.h"

/* Adds TEXT as valid UTF-8: every byte that is none becomes \xHH. PRINTABLE: so does every control
 * character but '\n' and '\t', and U+FFFE and U+FFFF, which XML cannot hold. */
void words_add(struct buf *into, const char *text, bool printable);

/* The same for one line of a terminal: printable, and a space for each '\n' and '\t'. */
void words_add_line(struct buf *into, const char *text);

/* Adds TEXT, each of its lines broken between words to end before column WIDTH (0: not broken) and
 * begun with INDENT spaces; a line's own leading white space is kept for what is broken off it.
 * Ends with '\n'. Columns are code points. */
void words_wrap(struct buf *into, const char *text, int indent, int width);

/* Points with at most two decimals: "0.14", "2.5", "3". Caller frees. */
char *words_points(double points);

/* Adds WORD so that a POSIX shell reads it as one word. */
void words_quote(struct buf *into, const char *word);

#endif
