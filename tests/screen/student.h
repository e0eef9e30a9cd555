/* Commands that change what is there around the lab, see test_screens.c. */
#ifndef TESTS_SCREEN_STUDENT_H
#define TESTS_SCREEN_STUDENT_H

#include <stdbool.h>

struct test;

/* NAME=VALUE for the program. */
void set_variable(struct test *t, const char *text);

bool do_env(struct test *t, char **words);
bool do_unset(struct test *t, char **words);
bool do_save(struct test *t, char **words);
bool do_storm(struct test *t, char **words);
bool do_remove(struct test *t, char **words);
bool do_course(struct test *t, char **words);
bool do_old(struct test *t, char **words);
bool do_same(struct test *t, char **words);

#endif
