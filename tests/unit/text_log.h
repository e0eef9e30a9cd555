/*
 * Small logs for tests, one event a string: "t1 call read fd=3 obj=pipe:1 ret=5 @x.c:4". Steps are
 * given, the virtual time is 1000 ns a step.
 */
#ifndef TESTS_UNIT_TEXT_LOG_H
#define TESTS_UNIT_TEXT_LOG_H

#include <check.h>
#include <stddef.h>

#include "lab/event/event.h"
#include "tests/tap.h"

/* LINES ends in NULL. */
static inline struct event_log *text_log(const char *const *lines)
{
	struct event_log *log = event_log_new();

	for (size_t i = 0; lines[i]; i++) {
		LAB_FREE char *line = lab_xprintf("%zu %zu %s", i, i * 1000, lines[i]);
		struct lab_error error = {0};
		struct event *e = event_parse(log, line, "text", &error);

		ck_assert_msg(e != NULL, "\"%s\": %s", line, error.text);
		event_log_append(log, e);
	}
	return log;
}
#define TEXT_LOG(...) text_log((const char *const[]){__VA_ARGS__, NULL})

/* The usual main() of a unit test. */
static inline int run_suite(const char *name, const TTest *const *tests, size_t count)
{
	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);

	tcase_set_timeout(tcase, 120); /* a net: machines can be slow */
	for (size_t i = 0; i < count; i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
	return tap_run(suite);
}
#define RUN_SUITE(name, ...)                                 \
	run_suite(name, (const TTest *const[]){__VA_ARGS__}, \
		sizeof((const TTest *const[]){__VA_ARGS__}) / sizeof(const TTest *))

#endif
