/* What the hidden tests of programs that start processes share: how a wrong use ends. */
#ifndef TESTS_EXERCISES_USES_H
#define TESTS_EXERCISES_USES_H

#include "lab/judge/judge.h"

/* PROGRAM with each of USES, an ARGS() each, in one world: exit status 2, a line on standard error,
 * no output, and no process. */
static inline void expect_bad_uses(
	const char *program, const char *const *const *uses, size_t count)
{
	struct judged *run = NULL;

	for (size_t i = 0; i < count; i++) {
		if (run)
			then_run(run, program, .args = uses[i]);
		else
			run = judge_run(program, .args = uses[i]);
		expect_exit(run, 2);
		expect_errors(run, true);
		expect_output(run, "");
		expect(run, forks_of(run, 0) == 0, CLASS_OUTPUT,
			"`%s` created %u processes, although it was used in a wrong way.",
			command_of(run), forks_of(run, 0));
	}
}

#endif
