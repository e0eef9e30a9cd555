/*
 * A judge for test_judge.c: each check does one thing that a check can do, on runs that were
 * written by hand (judge_runs.c). Many fail on purpose; some are themselves at fault. What each
 * must say stands in test_judge.c.
 *
 * Here are those that steer, draw and ask for answers, those that are at fault, and the judge.
 */
#include "config.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/judge/judge.h"
#include "tests/unit/judge_sample.h"

/* ---- steering ---- */

START_TEST(steers)
{
	struct judged *run = judge_start("steered", .may_die = true);

	expect(run, until_output(run, "hello"), CLASS_OUTPUT, "it did not come");
	send_signal(run, SIGTERM);
	until_end(run);
	expect_killed(run, SIGTERM);
	expect(run, strcmp(file_of(run, "log"), "one\n") == 0, CLASS_OUTPUT, "another log");
	expect(run, !file_of(run, "none"), CLASS_OUTPUT, "there is none");
}
END_TEST

START_TEST(waits_in_vain)
{
	struct judged *run = judge_start("quiet", .input_open = true);

	expect(run, !until_output(run, "hello"), CLASS_OUTPUT, "it did not come");
	until_end(run);
	expect_exit(run, 0);
}
END_TEST

START_TEST(steers_otherwise)
{
	struct judged *run = judge_start("steered");

	until_blocked(run);
}
END_TEST

/* Walks through the events forwards, backwards, and two kinds in turn. */
START_TEST(finds_events)
{
	struct judged *run = judge_run("three-lines");
	const struct event *last = NULL, *e;
	size_t n = 0;

	for (; (e = find_event(run, EVENT_STEER, NULL, 0, n)); n++) {
		expect(run, !last || last->step < e->step, CLASS_OUTPUT, "not in order");
		last = e;
		expect(run, find_event(run, EVENT_EXIT, NULL, 1, 0), CLASS_OUTPUT, "no exit");
	}
	expect(run, n == count_events(run, EVENT_STEER, NULL, 0) && n == 2, CLASS_OUTPUT,
		"%zu of them", n);
	expect(run, find_event(run, EVENT_STEER, NULL, 0, 1) == last, CLASS_OUTPUT, "another");
	expect(run, find_event(run, EVENT_STEER, NULL, 0, 0) != last, CLASS_OUTPUT, "the same");
	expect(run, find_event(run, EVENT_STEER, "stopped", 0, 0) == last, CLASS_OUTPUT, "named");
	expect(run, !find_event(run, EVENT_STEER, "stopped", 0, 1), CLASS_OUTPUT, "one more");
	expect(run, !find_event(run, EVENT_EXIT, NULL, 2, 0), CLASS_OUTPUT, "another task's");
}
END_TEST

/* ---- inputs and answers ---- */

START_TEST(drawn)
{
	fail_check(NULL, CLASS_OUTPUT, place_of(NULL), "drew %d %s", draw(0, 999999), draw_word(8));
}
END_TEST

START_TEST(answer_right)
{
	expect_answer("order", "seven ten|Ten, Seven", "The run shows another order.");
}
END_TEST

START_TEST(answer_wrong)
{
	expect_answer("count", "4", "The run shows %d processes.", 4);
}
END_TEST

START_TEST(answer_empty)
{
	expect_answer("empty", "4", "The run shows %d processes.", 4);
}
END_TEST

START_TEST(answer_not_there)
{
	expect_answer("missing", "4", "The run shows %d processes.", 4);
}
END_TEST

START_TEST(answers_readable)
{
	expect_answers_readable();
}
END_TEST

/* ---- tests that are themselves at fault ---- */

START_TEST(broken_in_words)
{
	broken_check("the table has no row %d", 4);
}
END_TEST

START_TEST(run_cannot_start)
{
	judge_run("broken");
}
END_TEST

START_TEST(own_schedule_is_no_name)
{
	judge_run("misused", .schedule = "fastest");
}
END_TEST

START_TEST(dies)
{
	signal(SIGSEGV, SIG_DFL); /* a sanitizer would catch it */
	raise(SIGSEGV);
}
END_TEST

START_TEST(aborts)
{
	abort();
}
END_TEST

START_TEST(exits)
{
	exit(0);
}
END_TEST

START_TEST(exits_in_the_middle)
{
	judge_start("steered");
	_exit(0);
}
END_TEST

START_TEST(asserts)
{
	ck_assert_int_eq(1, 2);
}
END_TEST

START_TEST(unsupported)
{
	judge_run("unsupported");
}
END_TEST

START_TEST(misused)
{
	judge_run("misused");
}
END_TEST

static size_t other_checks(struct judge_check *to)
{
	const struct judge_check checks[] = {CHECK(steers), CHECK(waits_in_vain),
		CHECK(steers_otherwise), CHECK(finds_events), CHECK(drawn), CHECK(answer_right),
		CHECK(answer_wrong), CHECK(answer_empty), CHECK(answer_not_there),
		CHECK(answers_readable), CHECK(broken_in_words), CHECK(run_cannot_start),
		CHECK(own_schedule_is_no_name), CHECK(misused), CHECK(dies), CHECK(aborts),
		CHECK(exits), CHECK(exits_in_the_middle), CHECK(asserts), CHECK(unsupported)};

	memcpy(to, checks, sizeof(checks));
	return sizeof(checks) / sizeof(checks[0]);
}

/* The last one ends the whole judge: it is there for those who ask for it. */
int main(int argc, char **argv)
{
	struct judge_check checks[CHECKS_MOST];
	size_t count = program_checks(checks);

	count += loop_checks(checks + count);
	count += other_checks(checks + count);
	return judge_main(argc, argv, checks, getenv("ALL_CHECKS") ? count : count - 1);
}
