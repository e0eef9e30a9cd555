/* The commands of a script, see test_screens.c, and the test that they work on. */
#ifndef TESTS_SCREEN_COMMANDS_H
#define TESTS_SCREEN_COMMANDS_H

#include <stdbool.h>

#include "tests/screen/terminal.h"

struct kind;

struct test {
	const char *name, *folder; /* of the scripts */
	char home[64];
	char **environment; /* NULL-terminated */
	struct terminal_size size;
	struct terminal *terminal;
	const struct kind *kind; /* of the terminal */
	int gate;                /* while it is opened; -1 */
	size_t heard;            /* output that `sent` does not look at any more */
	int line;                /* of the script */
	struct buf before; /* what the screen was before the last thing that was done; or empty */
	struct buf why;    /* it failed */
};

struct command {
	const char *name;
	int operands; /* at least */
	bool needs_terminal;
	bool (*run)(struct test *t, char **words); /* false: why is in t->why */
	bool acts;                                 /* does something that the next lines wait for */
};
extern const struct command commands[]; /* ends with a row without name */

enum {
	WORDS_MOST = 32,     /* of a line */
	FILE_MOST = 1 << 20, /* bytes that are read of a file */
};

/* Adds to t->why; false. */
bool fail(struct test *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A key by its name, or what the word says. */
void type_word(struct test *t, const char *word);

#endif
