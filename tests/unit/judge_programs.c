/*
 * Checks of runs that a student's program can come to: what it printed and how it ended, and the
 * rules of the house, of which a check need not speak. Most fail on purpose.
 */
#include "config.h"

#include <string.h>

#include "lab/judge/judge.h"
#include "tests/unit/judge_sample.h"

/* ---- what a student's program can do ---- */

START_TEST(passes)
{
	struct judged *run = judge_run("hello");

	expect_exit(run, 0);
	expect_output(run, "hello\n");
	expect_errors(run, false);
}
END_TEST

START_TEST(exit_status)
{
	expect_exit(judge_run("three", .args = ARGS("a b", "", "c")), 0);
}
END_TEST

START_TEST(ended_by_signal)
{
	expect_exit(judge_run("killed", .may_die = true), 0);
}
END_TEST

START_TEST(signal_expected)
{
	expect_killed(judge_run("hello"), SIGTERM);
}
END_TEST

START_TEST(output_differs)
{
	expect_output(judge_run("hello"), "hallo\n");
}
END_TEST

START_TEST(output_missing)
{
	expect_output(judge_run("silent"), "hello\n");
}
END_TEST

START_TEST(output_lines)
{
	expect_output_lines(judge_run("three-lines"), ARGS("c", "b", "a"));
}
END_TEST

START_TEST(output_lines_differ)
{
	expect_output_lines(judge_run("three-lines"), ARGS("c", "d", "a"));
}
END_TEST

START_TEST(errors_unwanted)
{
	expect_errors(judge_run("silent"), false);
}
END_TEST

START_TEST(errors_wanted)
{
	expect_errors(judge_run("three"), true);
}
END_TEST

/* ---- house rules ---- */

START_TEST(deadlock)
{
	judge_run("hang");
	broken_check("the deadlock should have ended this check");
}
END_TEST

START_TEST(own_words_first)
{
	struct judged *run = judge_run("hang", .look_first = true);

	expect(run, false, CLASS_OUTPUT, "these are the test's own words, %d of them", 7);
}
END_TEST

START_TEST(deadlock_asked_for)
{
	struct judged *run = judge_run("hello", .look_first = true);

	expect_sound(run);
	expect_sound(judge_run("hang", .look_first = true));
	broken_check("the deadlock should have ended this check");
}
END_TEST

START_TEST(deadlock_before_output)
{
	expect_output(judge_run("hang", .look_first = true), "hello\n");
}
END_TEST

START_TEST(deadlock_at_the_end)
{
	judge_run("hang", .look_first = true);
}
END_TEST

START_TEST(deadlock_allowed)
{
	struct judged *run = judge_run("hang", .may_hang = true);

	expect(run, hangs(run), CLASS_OUTPUT, "it does not hang");
}
END_TEST

START_TEST(anything_allowed)
{
	judge_run("hang", .what_if = true);
	judge_run("zombie", .what_if = true);
	judge_run("crash", .what_if = true);
}
END_TEST

START_TEST(crash)
{
	judge_run("crash");
}
END_TEST

START_TEST(crash_allowed)
{
	judge_run("crash", .may_die = true);
}
END_TEST

START_TEST(zombie)
{
	expect_output(judge_run("zombie"), "hello\n");
}
END_TEST

START_TEST(zombie_after_own_words)
{
	expect_output(judge_run("zombie"), "bye\n");
}
END_TEST

START_TEST(zombie_allowed)
{
	judge_run("zombie", .may_leave = true);
}
END_TEST

START_TEST(limit_of_processes)
{
	expect_exit(judge_run("crowd"), 0);
}
END_TEST

START_TEST(limit_of_processes_survived)
{
	expect_exit(judge_run("crowd"), 1);
}
END_TEST

START_TEST(no_process_as_planned)
{
	expect_exit(judge_run("planned"), 0);
}
END_TEST

START_TEST(handlers_unsafe)
{
	expect_safe_handlers(judge_run("hello"));
	expect_safe_handlers(judge_run("unsafe"));
	broken_check("the handler should have ended this check");
}
END_TEST

START_TEST(handlers_not_asked_for)
{
	expect_exit(judge_run("unsafe"), 0);
}
END_TEST

size_t program_checks(struct judge_check *to)
{
	const struct judge_check checks[] = {CHECK(passes), CHECK(exit_status, .weight = 3),
		CHECK(ended_by_signal), CHECK(signal_expected), CHECK(output_differs),
		CHECK(output_missing), CHECK(output_lines), CHECK(output_lines_differ),
		CHECK(errors_unwanted), CHECK(errors_wanted), CHECK(deadlock),
		CHECK(own_words_first), CHECK(deadlock_asked_for), CHECK(deadlock_before_output),
		CHECK(deadlock_at_the_end), CHECK(deadlock_allowed), CHECK(anything_allowed),
		CHECK(crash), CHECK(crash_allowed), CHECK(zombie), CHECK(zombie_after_own_words),
		CHECK(zombie_allowed), CHECK(limit_of_processes),
		CHECK(limit_of_processes_survived), CHECK(no_process_as_planned),
		CHECK(handlers_unsafe), CHECK(handlers_not_asked_for)};

	memcpy(to, checks, sizeof(checks));
	return sizeof(checks) / sizeof(checks[0]);
}
