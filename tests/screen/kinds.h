/*
 * Where the screens are looked at: kinds of terminals and their sizes; and how a screen is known
 * when it is seen. test_tables.c holds the scripts and the saved screens to these tables.
 */
#ifndef TESTS_SCREEN_KINDS_H
#define TESTS_SCREEN_KINDS_H

#include <stdbool.h>

#include "tests/screen/terminal.h"

struct kind {
	const char *locale, *term;
	bool ascii, coloured;
};
extern const struct kind kinds[]; /* ends with a row without locale */

enum { KIND_SIZES = 3 };
extern const struct terminal_size kind_sizes[KIND_SIZES];

/* The saved screen NAME of such a terminal: "gallery/NAME-80x24-ascii". To be freed. */
char *kind_shot(const char *name, struct terminal_size size, bool ascii);

enum { KNOWN_MARKS = 3 };
struct known_screen {
	const char *name;               /* as its variable: screen_NAME */
	const char *marks[KNOWN_MARKS]; /* one of them is seen of it alone */
};
extern const struct known_screen known_screens[]; /* ends with a row without name */
extern const char known_help[];                   /* the one that lies above the others */

#endif
