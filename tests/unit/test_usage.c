/* What SIGCHLD tells of the time that a child used is virtual, in whichever way it is learnt. */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "lab/event/event.h"
#include "tests/unit/real_run.h"

#define PROGRAM "usage"

static const char *const ways[] = {"handler", "sigwaitinfo", "signalfd"};
static char *built;

START_TEST(it_is_what_wait4_tells)
{
	const char *argv[] = {PROGRAM, ways[_i], NULL};
	struct run *run = real_run(built, PROGRAM, argv, (struct run_request){0});
	const struct event_log *log = run_log(run);
	const struct event *end = log->events[log->count - 1];

	ck_assert_msg(event_int(end, "status", -1) == 0, "%s: %s", ways[_i],
		buf_text(run_output(run, 1)));
	run_free(run);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("usage");
	struct buf source = BUF_INIT;
	char *folder = NULL;
	int status = 99;

	if (!real_can_run())
		return 0;
	built = real_build_source(&folder, PROGRAM,
		ABS_TOP_SRCDIR "/tests/golden/usage/" PROGRAM ".c", false, &source);
	if (built) {
		tcase_add_loop_test(
			tcase, it_is_what_wait4_tells, 0, sizeof(ways) / sizeof(ways[0]));
		status = real_main("usage", tcase);
	}
	if (folder)
		path_remove_tree(folder, NULL);
	buf_done(&source);
	free(folder);
	free(built);
	return status;
}
