/*
 * Two texts compared by lines: the fewest lines of the left one to be taken away, and of the right
 * one to be put in, that make one the other. Our own, for Debian has no small C library for it (of
 * libgit2's twenty dependencies none is wanted here), and texts are short.
 */
#ifndef LAB_BASE_DIFF_H
#define LAB_BASE_DIFF_H

#include <stdbool.h>
#include <stddef.h>

struct diff_line {
	const char *text;
	size_t len; /* with its '\n', where it has one */
};

struct diff_lines {
	struct diff_line *list;
	size_t count;
};

/* The lines of TEXT, which they point into; the caller frees the list. */
struct diff_lines diff_split(const char *text, size_t len);

typedef bool diff_equal(const struct diff_line *a, const struct diff_line *b);
bool diff_same_bytes(const struct diff_line *a, const struct diff_line *b);
/* The same but for blanks: how many, and at the ends whether any. */
bool diff_same_words(const struct diff_line *a, const struct diff_line *b);

struct diff_step {
	const struct diff_line *left, *right; /* both: they are equal; NULL: on the other side alone
					       */
};

/* How LEFT becomes RIGHT, from the first line to the last; the caller frees *STEPS. Where lines
 * differ, those of the left come first. What differs over thousands of lines is not looked at line
 * by line: all of it is exchanged. */
size_t diff_compare(const struct diff_lines *left, const struct diff_lines *right,
	diff_equal *equal, struct diff_step **steps);

#endif
