/*
 * lab/judge: what a judge is asked for by options: one schedule, a seed, logs that are saved; and
 * whose fault it is where that cannot be had: the user's, the machine's or the lab's.
 */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "lab/base/buf.h"
#include "lab/verdict/verdict.h"
#include "tests/unit/judging.h"
#include "tests/unit/text_log.h"

START_TEST(schedule_shows_it_again)
{
	HEARD_SCOPED all, again, other;

	JUDGE_WITH(&all, "--only", "explored");
	JUDGE_WITH(&again, "--only", "explored", "--schedule", "random:2");
	JUDGE_WITH(&other, "--only", "explored", "--schedule", "random:3");
	ck_assert_str_eq(all.checks[0].message, again.checks[0].message);
	ck_assert_str_eq(again.checks[0].schedule, "random:2");
	ck_assert_uint_eq(again.checks[0].runs, 1);
	ck_assert_int_eq(other.checks[0].verdict, VERDICT_PASS);
}
END_TEST

START_TEST(says_how_many_schedules_were_tried)
{
	HEARD_SCOPED whole, all, caught, preempted, once;

	JUDGE_WITH(&whole, "--only", "explored_whole");
	ck_assert_uint_eq(whole.checks[0].schedules, 5);
	ck_assert(!whole.checks[0].all);
	JUDGE_WITH(&all, "--only", "explored_all");
	ck_assert_uint_eq(all.checks[0].schedules, 3);
	ck_assert(all.checks[0].all);
	JUDGE_WITH(&caught, "--only", "explored_all_and_caught");
	ck_assert_uint_eq(caught.checks[0].schedules, 2);
	ck_assert_str_eq(caught.checks[0].shortest, "choices:0");
	JUDGE_WITH(&preempted, "--only", "preempted");
	ck_assert_uint_eq(preempted.checks[0].schedules, 4);
	ck_assert(!preempted.checks[0].all);
	JUDGE_WITH(&once, "--only", "preempted", "--schedule", "choices:2");
	ck_assert_uint_eq(once.checks[0].runs, 1);
}
END_TEST

START_TEST(inputs_belong_to_submission_and_seed)
{
	HEARD_SCOPED first, same, submission, seed;

	JUDGE_WITH(&first, "--only", "drawn", "--input-hash", "1f", "--seed", "1");
	JUDGE_WITH(&same, "--input-hash", "1F");
	JUDGE_WITH(&submission, "--only", "drawn", "--input-hash", "20");
	JUDGE_WITH(&seed, "--only", "drawn", "--input-hash", "1f", "--seed", "2");
	ck_assert_str_eq(first.checks[0].message, check_of(&same, "drawn")->message);
	ck_assert_str_ne(first.checks[0].message, submission.checks[0].message);
	ck_assert_str_ne(first.checks[0].message, seed.checks[0].message);
}
END_TEST

START_TEST(logs_that_cannot_be_saved_are_ours)
{
	HEARD_SCOPED h;

	JUDGE_WITH(&h, "--only", "passes", "--save-logs", "/dev/null");
	ck_assert_int_eq(h.checks[0].verdict, VERDICT_BROKEN);
	ck_assert_ptr_nonnull(strstr(h.checks[0].message, "ENOTDIR"));
}
END_TEST

/* ---- whose fault ---- */

START_TEST(machine_that_cannot_ends_the_judge)
{
	HEARD_SCOPED h;

	setenv("ALL_CHECKS", "1", 1);
	JUDGE_WITH(&h, "--only", "unsupported");
	ck_assert_int_eq(WEXITSTATUS(h.status), LAB_UNSUPPORTED);
	ck_assert(!h.ended);
	ck_assert_str_eq(buf_text(&h.said), "the fake of unsupported cannot be started\n");
}
END_TEST

START_TEST(schedule_that_is_no_name_is_the_users)
{
	HEARD_SCOPED h;

	JUDGE_WITH(&h, "--only", "misused", "--schedule", "fastest");
	ck_assert_int_eq(WEXITSTATUS(h.status), LAB_USAGE);
	ck_assert(!h.ended);
	ck_assert_str_eq(buf_text(&h.said), "the fake of misused cannot be started\n");
}
END_TEST

START_TEST(command_line_that_is_none)
{
	static const char *const wrong[][2] = {{"--seed", "x"}, {"--seed", "-1"},
		{"--queue-fd", "x"}, {"--result-fd", ""}, {"--input-hash", "10000000000000000"},
		{"--colour", "red"}, {"more", "words"}};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		HEARD_SCOPED h;

		JUDGE_WITH(&h, wrong[i][0], wrong[i][1]);
		ck_assert_msg(
			WEXITSTATUS(h.status) == LAB_USAGE, "%s %s", wrong[i][0], wrong[i][1]);
		ck_assert_uint_eq(h.results.len, 0);
		ck_assert_ptr_nonnull(strstr(buf_text(&h.said), "\"ipclab check\" starts it"));
	}
}
END_TEST

int main(void)
{
	return RUN_SUITE("judge-options", schedule_shows_it_again,
		says_how_many_schedules_were_tried, inputs_belong_to_submission_and_seed,
		logs_that_cannot_be_saved_are_ours, machine_that_cannot_ends_the_judge,
		schedule_that_is_no_name_is_the_users, command_line_that_is_none);
}
