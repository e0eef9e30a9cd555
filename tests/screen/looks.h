/* Commands that look at a screen in every size and kind of terminal, see test_screens.c. */
#ifndef TESTS_SCREEN_LOOKS_H
#define TESTS_SCREEN_LOOKS_H

#include <stdbool.h>

struct test;

bool do_look(struct test *t, char **words);
bool do_looks(struct test *t, char **words);
bool do_on(struct test *t, char **words);

#endif
