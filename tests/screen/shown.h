/* Commands that look at what the program shows and has sent, see test_screens.c. */
#ifndef TESTS_SCREEN_SHOWN_H
#define TESTS_SCREEN_SHOWN_H

#include <stdbool.h>

#include "lab/base/buf.h"

struct test;

/* What they are made of. */
typedef bool condition(struct test *t, const void *context);
/* False: it took too long. */
bool wait_until(struct test *t, condition *holds, const void *context);
void screen_text(const struct test *t, struct buf *into);
void show_screen(struct test *t); /* adds it to t->why */
bool take_shot(struct test *t, const char *name);

/* What the screen is, once nothing comes any more: t->before. */
void remember(struct test *t);

bool do_until(struct test *t, char **words);
bool do_gone(struct test *t, char **words);
bool do_shot(struct test *t, char **words);
bool do_coloured(struct test *t, char **words);
bool do_ascii(struct test *t, char **words);
bool do_heard(struct test *t, char **words);
bool do_sent(struct test *t, char **words);
bool do_unsent(struct test *t, char **words);

#endif
