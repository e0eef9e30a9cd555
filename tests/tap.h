/*
 * How a test program of Check ends: its results as TAP, which is what all tests of the lab speak.
 */
#ifndef TESTS_TAP_H
#define TESTS_TAP_H

#include <check.h>

/* Runs SUITE and frees it; what main() returns. */
static inline int tap_run(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}

#endif
