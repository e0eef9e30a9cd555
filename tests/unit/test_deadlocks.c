/*
 * Deadlocks for real: each program of tests/golden/programs is built as a submission, run in the
 * sandbox under the supervisor, and its whole message compared with NAME.txt beside it.
 * VERDICT_UPDATE=1 in the environment writes the texts anew; read the difference before you commit.
 */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "lab/base/path.h"
#include "lab/run/run.h"
#include "lab/verdict/verdict.h"
#include "tests/tap.h"
#include "tests/unit/golden.h"
#include "tests/unit/real_run.h"

#define PROGRAMS ABS_TOP_SRCDIR "/tests/golden/programs/"

static const char *const names[] = {"wait", "pipe-read", "pipe-read-parent", "pipe-after-fork",
	"pipe-each-branch", "pipe-write", "fifo-open", "fifo-order", "mq-full", "mq-empty",
	"mq-reader", "sem", "sem-killed", "semop", "flock", "fcntl", "futex", "mutex", "sigsuspend",
	"pause", "select", "stopped-child", "stopped-pending", "event-counter", "msg-type",
	"sem-three", "join"};

static const char *const spins[] = {"spin-flag", "spin-poll"};

static char *folder;

static void explain(const char *name, enum verdict_class class)
{
	LAB_FREE char *source = lab_xprintf(PROGRAMS "%s.c", name);
	LAB_FREE char *saved = lab_xprintf(PROGRAMS "%s.txt", name);
	struct lab_error e = {0};
	LAB_FREE char *built = real_build(folder, name, source, &e);
	LAB_FREE char *line = NULL;
	struct run *run;
	struct findings f;

	ck_assert_msg(built != NULL, "%s", e.text);
	run = real_run(built, name, NULL, (struct run_request){0});
	verdict_findings(run_log(run), &f);
	ck_assert_msg(f.count == 1 && f.list[0].class == class, "%s: %zu findings", name, f.count);
	line = lab_xprintf("%s\n", f.list[0].message);
	expect_saved("VERDICT_UPDATE", saved, line);
	findings_done(&f);
	run_free(run);
}

START_TEST(real_deadlocks_are_explained)
{
	explain(names[_i], CLASS_DEADLOCK);
}
END_TEST

START_TEST(real_spins_are_explained)
{
	explain(spins[_i], CLASS_SPIN);
}
END_TEST

int main(void)
{
	struct lab_error e = {0};
	Suite *suite = suite_create("deadlocks");
	TCase *tcase = tcase_create("deadlocks");
	int failed;

	if (!real_can_run())
		return 0;
	folder = path_make_temporary("test-deadlocks", &e);
	if (!folder) {
		fprintf(stderr, "%s\n", e.text);
		return 99;
	}
	tcase_add_loop_test(
		tcase, real_deadlocks_are_explained, 0, sizeof(names) / sizeof(names[0]));
	tcase_add_loop_test(tcase, real_spins_are_explained, 0, sizeof(spins) / sizeof(spins[0]));
	tcase_set_timeout(tcase, 120); /* a net: compilers can be slow */
	suite_add_tcase(suite, tcase);
	failed = tap_run(suite);
	path_remove_tree(folder, NULL);
	free(folder);
	return failed;
}
