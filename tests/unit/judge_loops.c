/*
 * Checks whose bodies are made more than once: explorations of schedules, preemptions, sweeps of
 * faults, tables of cases. Some count what was made, some leave in the middle.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/judge/judge.h"
#include "tests/unit/judge_sample.h"

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

size_t loop_checks(struct judge_check *to)
{
	const struct judge_check checks[] = {CHECK(explored), CHECK(explored_whole),
		CHECK(explored_all), CHECK(explored_all_and_caught), CHECK(explored_too_much),
		CHECK(explored_and_counted), CHECK(explored_otherwise), CHECK(explored_further),
		CHECK(explored_until_broken), CHECK(explored_until_it_exits),
		CHECK(explored_until_it_dies), CHECK(preempted), CHECK(preempted_and_caught),
		CHECK(preempts_one_run), CHECK(bodies_draw_the_same), CHECK(swept_and_caught),
		CHECK(swept_whole), CHECK(swept_each_and_caught), CHECK(swept_each_whole),
		CHECK(cases_of_a_table)};

	memcpy(to, checks, sizeof(checks));
	return sizeof(checks) / sizeof(checks[0]);
}
