/*
 * A judge for test_judge.c: each check does one thing that a check can do, on runs that were
 * written by hand. Many fail on purpose; some are themselves at fault. What each must say stands in
 * test_judge.c.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/judge/judge.h"
#include "tests/unit/fake_run.h"

#define LINES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define START      "t1 start - prog=x argv0=x pid=411 ppid=410", "t1 main -"
#define HELLO                                                                      \
	"t1 call write fd=1 obj=stdout len=6 data=\"hello\\n\" ret=6 @x.c:7:main", \
		"- output - fd=1 data=\"hello\\n\""
#define EXIT(n) "t1 exit - status=" n " @x.c:9:main"
#define FAULT   "- fault fork n=2 how=EAGAIN"

/* More ways than a small exploration has bodies. */
#define CHOICE  "- choice - among=\"t1 t2 t3 t4\" picked=t2"
#define CHOICES CHOICE, CHOICE, CHOICE
/* One choice of two. */
#define EITHER(n) "- choice - among=\"t1 t2\" picked=t" n

/* Of three the second, then of two the first. */
#define STEPS "- choice - among=\"t1 t2 t3\" picked=t2", EITHER("1")

/* The kernel refuses a process; what a test plans has its own line before it. */
#define CROWD                                                                                     \
	"t1 fork fork child=t2 pid=412 @x.c:5:main", "t1 call fork ret=412 child=t2 @x.c:5:main", \
		"t1 call fork ret=-1 err=EAGAIN @x.c:5:main", "t2 exit - status=0",               \
		"t2 reaped - by=t1"
#define PLANNED "t1 fault fork n=1 how=EAGAIN", "t1 call fork ret=-1 err=EAGAIN @x.c:5:main"

/* printf() and exit() in a handler, the first one twice. */
#define IN_HANDLER                                                                    \
	"t1 deliver SIGINT how=handler",                                              \
		"t1 unsafe printf sig=SIGINT handler=on_int why=stdio @x.c:3:on_int", \
		"t1 unsafe printf sig=SIGINT handler=on_int why=stdio @x.c:3:on_int", \
		"t1 unsafe exit sig=SIGINT handler=on_int why=exit @x.c:4:on_int"

/* A child that is dead and not waited for. */
#define CHILD                                                              \
	"t1 fork fork child=t2 pid=412 @x.c:5:main", "t2 exit - status=0", \
		"t1 zombie - child=t2 @x.c:5:main"

/* It waits for the end of a pipe that it holds open itself. */
#define HANG                                                                        \
	"t1 call pipe fd0=3 fd1=4 obj=pipe:1 ret=0 @x.c:4:main",                    \
		"t1 block read fd=3 obj=pipe:1 len=10 @x.c:8:main", "- deadlock -", \
		"t1 waits read fd=3 obj=pipe:1 len=10 since=4 @x.c:8:main",         \
		"t1 holds - fd=3 obj=pipe:1 mode=r why=deadlock",                   \
		"t1 holds - fd=4 obj=pipe:1 mode=w why=deadlock"

const struct fake_run fake_runs[] = {
	{.program = "hello", .lines = LINES(START, HELLO, EXIT("0"))},
	{.program = "three", .lines = LINES(START, EXIT("3"))},
	{.program = "silent", .lines = LINES(START, "- output - fd=2 data=oops", EXIT("0"))},
	{.program = "killed", .lines = LINES(START, "t1 killed SIGTERM")},
	{.program = "crash", .lines = LINES(START, "t1 killed SIGSEGV @x.c:6:main")},
	{.program = "hang", .lines = LINES(START, HANG)},
	{.program = "zombie", .lines = LINES(START, CHILD, HELLO, EXIT("0"))},
	{.program = "crowd", .lines = LINES(START, CROWD, EXIT("1"))},
	{.program = "planned", .lines = LINES(START, PLANNED, EXIT("1"))},
	{.program = "unsafe", .lines = LINES(START, IN_HANDLER, EXIT("0"))},
	{.program = "racy", .schedule = "random:2", .lines = LINES(START, CHOICES, EXIT("1"))},
	{.program = "racy", .lines = LINES(START, CHOICES, EXIT("0"))},
	{.program = "busy", .lines = LINES(START, CHOICES, HELLO, EXIT("0"))},
	{.program = "steps", .schedule = "natural", .lines = LINES(START, STEPS, EXIT("0"))},
	{.program = "steps", .schedule = "choices:0", .lines = LINES(START, STEPS, EXIT("0"))},
	{.program = "steps", .schedule = "choices:2", .lines = LINES(START, STEPS, EXIT("0"))},
	{.program = "steps", .schedule = "choices:1.1", .lines = LINES(START, STEPS, EXIT("0"))},
	{.program = "steps-racy", .schedule = "natural", .lines = LINES(START, STEPS, EXIT("0"))},
	{.program = "steps-racy", .schedule = "choices:1.1", .lines = LINES(START, EXIT("1"))},
	{.program = "steps-racy", .lines = LINES(START, STEPS, EXIT("0"))},
	{.program = "small", .schedule = "natural", .lines = LINES(START, EITHER("2"), EXIT("0"))},
	{.program = "small",
		.schedule = "choices:0",
		.lines = LINES(START, EITHER("1"), EITHER("1"), EXIT("0"))},
	{.program = "small",
		.schedule = "choices:0.1",
		.lines = LINES(START, EITHER("1"), EITHER("2"), EXIT("0"))},
	{.program = "small-racy",
		.schedule = "natural",
		.lines = LINES(START, EITHER("2"), EXIT("0"))},
	{.program = "small-racy",
		.schedule = "choices:0",
		.lines = LINES(START, EITHER("1"), EXIT("1"))},
	{.program = "growing",
		.schedule = "natural",
		.lines = LINES(START, EITHER("1"), EXIT("0"))},
	{.program = "growing", .lines = LINES(START, CHOICES, CHOICES, EXIT("0"))},
	{.program = "forker", .fault = 1, .lines = LINES(START, FAULT, EXIT("1"))},
	{.program = "forker", .fault = 2, .lines = LINES(START, FAULT, EXIT("0"))},
	{.program = "forker", .lines = LINES(START, EXIT("0"))},
	{.program = "careful", .fault = 1, .lines = LINES(START, FAULT, EXIT("1"))},
	{.program = "careful", .fault = 2, .lines = LINES(START, FAULT, EXIT("1"))},
	{.program = "careful", .lines = LINES(START, EXIT("0"))},
	{.program = "steered",
		.lines = LINES(START, "- steer until-output text=hello", HELLO,
			"- steer stopped why=reached", "- steer signal sig=15 to=t1",
			"- steer until-end", "t1 killed SIGTERM", "- steer stopped why=ended",
			"- file - path=log data=\"one\\n\"",
			"- file - path=none err=ENOENT errno=2")},
	{.program = "quiet",
		.lines = LINES(START, "- steer until-output text=hello",
			"- steer stopped why=quiet", "- steer close", "- steer until-end",
			EXIT("0"), "- steer stopped why=ended")},
	{.program = "three-lines",
		.lines = LINES(START, "- output - fd=1 data=\"a\\nb\\nc\\n\"", EXIT("0"))},
	{.program = "unsupported", .fail = LAB_UNSUPPORTED},
	{.program = "misused", .fail = LAB_USAGE},
	{.program = "broken", .fail = LAB_BROKEN},
	{0},
};

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

/* ---- loops ---- */

START_TEST(explored)
{
	explore(5)
	{
		expect_exit(judge_run("racy"), 0);
	}
}
END_TEST

START_TEST(explored_whole)
{
	explore(5)
	{
		judge_run("busy");
	}
}
END_TEST

/* Both ways of the first choice, of which one leads to a second one. */
START_TEST(explored_all)
{
	explore(5)
	{
		expect_exit(judge_run("small"), 0);
	}
}
END_TEST

START_TEST(explored_all_and_caught)
{
	explore(5)
	{
		expect_exit(judge_run("small-racy"), 0);
	}
}
END_TEST

/* The second body shows that it is not small after all. */
START_TEST(explored_too_much)
{
	explore(5)
	{
		expect_exit(judge_run("growing"), 0);
	}
}
END_TEST

/* What a body leaves for those after it, and for what comes after the loop. */
START_TEST(explored_and_counted)
{
	int bodies = 0, busy = 0;

	explore(6)
	{
		struct judged *run = judge_run("busy");

		bodies++;
		busy += exit_of(run) == 0;
	}
	expect(NULL, bodies == 6 && busy == 6, CLASS_OUTPUT, "%d bodies, %d busy", bodies, busy);
}
END_TEST

/* A body that asks for another run where a worker makes it: what that one has says nothing. */
START_TEST(explored_otherwise)
{
	pid_t self = getpid();
	int bodies = 0;

	explore(8)
	{
		struct judged *run =
			judge_run("busy", .args = ARGS(getpid() == self ? "check" : "worker"));

		bodies++;
		expect(run, strcmp(command_of(run), "busy check") == 0, CLASS_OUTPUT, "%s",
			command_of(run));
	}
	expect(NULL, bodies == 8, CLASS_OUTPUT, "%d bodies", bodies);
}
END_TEST

/* ... and here it makes one run less. */
START_TEST(explored_further)
{
	pid_t self = getpid();

	explore(8)
	{
		judge_run("busy");
		if (getpid() == self)
			judge_run("busy");
	}
}
END_TEST

START_TEST(explored_until_broken)
{
	int bodies = 0;

	explore(8)
	{
		judge_run("busy");
		if (++bodies == 5)
			broken_check("the fifth body");
	}
}
END_TEST

START_TEST(explored_until_it_exits)
{
	int bodies = 0;

	explore(8)
	{
		judge_run("busy");
		if (++bodies == 5)
			exit(0);
	}
}
END_TEST

START_TEST(explored_until_it_dies)
{
	int bodies = 0;

	explore(8)
	{
		judge_run("busy");
		if (++bodies == 3)
			raise(SIGKILL);
	}
}
END_TEST

/* Three other ways than natural's: two of the first choice, one of the second. */
START_TEST(preempted)
{
	preempt_each()
	{
		expect_exit(judge_run("steps"), 0);
	}
}
END_TEST

START_TEST(preempted_and_caught)
{
	preempt_each()
	{
		expect_exit(judge_run("steps-racy"), 0);
	}
}
END_TEST

START_TEST(preempts_one_run)
{
	preempt_each()
	{
		judge_run("steps");
		judge_run("steps");
	}
}
END_TEST

START_TEST(bodies_draw_the_same)
{
	int first = -1;
	int64_t pid = -1;

	explore(3)
	{
		struct judged *run = judge_run("busy");
		int drawn = draw(0, INT_MAX - 1);

		expect(run, first == -1 || first == drawn, CLASS_OUTPUT, "%d, then %d", first,
			drawn);
		expect(run, pid == -1 || pid == pid_of(run, 1), CLASS_OUTPUT, "another world");
		first = drawn;
		pid = pid_of(run, 1);
	}
}
END_TEST

START_TEST(swept_and_caught)
{
	sweep(.call = "fork", .errnum = EAGAIN)
	{
		struct judged *run = judge_run("forker");
		bool failed = count_events(run, EVENT_FAULT, "fork", 0) > 0;

		expect(run, exit_of(run) == failed, CLASS_FAULT, "fork number %u failed: %s",
			swept(), how_ended(run, 1));
	}
}
END_TEST

START_TEST(swept_whole)
{
	sweep(.call = "fork", .errnum = EAGAIN)
	{
		struct judged *run = judge_run("careful");
		bool failed = count_events(run, EVENT_FAULT, "fork", 0) > 0;

		expect(run, exit_of(run) == failed, CLASS_FAULT, "fork number %u", swept());
	}
	if (swept())
		broken_check("the sweep goes on behind its end");
}
END_TEST

START_TEST(swept_each_and_caught)
{
	sweep_each({.call = "fork", .errnum = EAGAIN}, {.call = "pipe", .errnum = EMFILE})
	{
		struct judged *run = judge_run("forker");

		noticed(run, exit_of(run) == 1);
	}
	broken_check("what went unnoticed should have ended this check");
}
END_TEST

START_TEST(swept_each_whole)
{
	sweep_each(USUAL_FAULTS)
	{
		struct judged *run = judge_run("careful");

		noticed(run, exit_of(run) == 1);
	}
}
END_TEST

START_TEST(cases_of_a_table)
{
	expect_cases("hello", {.output = "hello\n", .errors = ""}, {ARGS("again"), .status = 1});
}
END_TEST

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

/* The last one ends the whole judge: it is there for those who ask for it. */
int main(int argc, char **argv)
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
		CHECK(handlers_unsafe), CHECK(handlers_not_asked_for), CHECK(explored),
		CHECK(explored_whole), CHECK(explored_all), CHECK(explored_all_and_caught),
		CHECK(explored_too_much), CHECK(explored_and_counted), CHECK(explored_otherwise),
		CHECK(explored_further), CHECK(explored_until_broken),
		CHECK(explored_until_it_exits), CHECK(explored_until_it_dies), CHECK(preempted),
		CHECK(preempted_and_caught), CHECK(preempts_one_run), CHECK(bodies_draw_the_same),
		CHECK(swept_and_caught), CHECK(swept_whole), CHECK(swept_each_and_caught),
		CHECK(swept_each_whole), CHECK(cases_of_a_table), CHECK(steers),
		CHECK(waits_in_vain), CHECK(steers_otherwise), CHECK(finds_events), CHECK(drawn),
		CHECK(answer_right), CHECK(answer_wrong), CHECK(answer_empty),
		CHECK(answer_not_there), CHECK(answers_readable), CHECK(broken_in_words),
		CHECK(run_cannot_start), CHECK(own_schedule_is_no_name), CHECK(misused),
		CHECK(dies), CHECK(aborts), CHECK(exits), CHECK(exits_in_the_middle),
		CHECK(asserts), CHECK(unsupported)};
	size_t count = sizeof(checks) / sizeof(checks[0]);

	return judge_main(argc, argv, checks, getenv("ALL_CHECKS") ? count : count - 1);
}
