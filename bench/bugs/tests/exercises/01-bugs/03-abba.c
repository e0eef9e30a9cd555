/* Two locks in opposite order: how many schedules until it is seen? */
#include "lab/judge/judge.h"

START_TEST(holds_under_every_schedule)
{
	explore(400)
	{
		struct judged *run = judge_run("abba");

		expect_exit(run, 0);
	}
}
END_TEST

JUDGE(CHECK(holds_under_every_schedule))
