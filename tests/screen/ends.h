/* Commands that stop the program, let it go on, and wait until it has ended; see test_screens.c. */
#ifndef TESTS_SCREEN_ENDS_H
#define TESTS_SCREEN_ENDS_H

#include <stdbool.h>

struct test;

bool do_gate(struct test *t, char **words);
bool do_signal(struct test *t, char **words);
bool do_hangup(struct test *t, char **words);
bool do_stopped(struct test *t, char **words);
bool do_continue(struct test *t, char **words);
bool do_ends(struct test *t, char **words);
bool do_alone(struct test *t, char **words);
bool do_idle(struct test *t, char **words);

#endif
