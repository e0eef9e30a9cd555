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

/* What commands are made of. */
typedef bool condition(struct test *t, const void *context);
/* False: it took too long. */
bool wait_until(struct test *t, condition *holds, const void *context);
void screen_text(const struct test *t, struct buf *into);
void show_screen(struct test *t); /* adds it to t->why */
bool take_shot(struct test *t, const char *name);
void type_word(struct test *t, const char *word);

/* Adds to t->why; false. */
bool fail(struct test *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* NAME=VALUE for the program. */
void set_variable(struct test *t, const char *text);

/* What the screen is, once nothing comes any more: t->before. */
void remember(struct test *t);

#endif
