/* A hundred schedules of a small program: what does one cost? */
#include "lab/judge/judge.h"

START_TEST(counts_under_every_schedule)
{
	explore(100)
	{
		struct judged *run = judge_run("count");

		expect_exit(run, 0);
	}
}
END_TEST

JUDGE(CHECK(counts_under_every_schedule))
