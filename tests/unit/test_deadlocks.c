/*
 * Deadlocks for real: each program of tests/golden/programs is built as a submission, run in the
 * sandbox under the supervisor, and its whole message compared with NAME.txt beside it.
 * VERDICT_UPDATE=1 in the environment writes the texts anew; read the difference before you commit.
 */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/build/build.h"
#include "lab/run/run.h"
#include "lab/verdict/verdict.h"
#include "tests/tap.h"
#include "tests/unit/real_run.h"
#include "tests/unit/text_log.h"

#define PROGRAMS ABS_TOP_SRCDIR "/tests/golden/programs/"

static const char *const names[] = {"wait", "pipe-read", "pipe-read-parent", "pipe-after-fork",
	"pipe-each-branch", "pipe-write", "fifo-open", "fifo-order", "mq-full", "mq-empty",
	"mq-reader", "sem", "sem-killed", "semop", "flock", "fcntl", "futex", "mutex", "sigsuspend",
	"pause", "select", "stopped-child", "stopped-pending", "event-counter", "msg-type",
	"sem-three", "join"};

static const char *const spins[] = {"spin-flag", "spin-poll"};

static char *folder;

/* NAME.c as the only file of a submission, built into FOLDER/NAME. */
static char *build(const char *name)
{
	LAB_FREE char *source = lab_xprintf("%s.c", name);
	LAB_FREE char *from = lab_xprintf(PROGRAMS "%s.c", name);
	LAB_FREE char *submission = lab_xprintf("%s/%s.in", folder, name);
	LAB_FREE char *to = path_join(submission, source);
	char *out = path_join(folder, name);
	char *files[] = {source, NULL}, *none[] = {NULL};
	struct exercise_program program = {(char *)name, files};
	struct exercise exercise = {.id = (char *)name,
		.programs = &program,
		.program_count = 1,
		.files = files,
		.needs = none,
		.api = none,
		.hints = none,
		.folder = submission};
	BUF_SCOPED text = BUF_INIT;
	struct build_result result = {0};
	struct lab_error e = {0};

	ck_assert_msg(file_read(from, &text, BUILD_SOURCE_MAX, &e) == 0, "%s", e.text);
	ck_assert_int_eq(mkdir(submission, 0755), 0);
	ck_assert_int_eq(mkdir(out, 0700), 0);
	ck_assert_msg(file_write(to, text.data, text.len, 0644, &e) == 0, "%s", e.text);
	ck_assert_msg(
		build_submission(&exercise, submission, out, NULL, &result, &e) == 0, "%s", e.text);
	ck_assert_msg(result.ok && result.count == 0, "%s: %s", name,
		result.count ? result.diagnostics[0].text : "does not build");
	build_result_done(&result);
	return out;
}

static void golden(const char *name, const char *text)
{
	LAB_FREE char *path = lab_xprintf(PROGRAMS "%s.txt", name);
	LAB_FREE char *line = lab_xprintf("%s\n", text);
	BUF_SCOPED saved = BUF_INIT;
	struct lab_error e = {0};

	if (getenv("VERDICT_UPDATE"))
		ck_assert_int_eq(file_write(path, line, strlen(line), 0644, &e), 0);
	ck_assert_msg(file_read(path, &saved, 1 << 20, &e) == 0, "%s", e.text);
	ck_assert_str_eq(line, buf_text(&saved));
}

static void explain(const char *name, enum verdict_class class)
{
	LAB_FREE char *out = build(name);
	LAB_FREE char *bin = path_join(out, "bin");
	LAB_FREE char *lines = path_join(out, "lines");
	struct run_request request = {.bin_dir = bin,
		.lines_dir = lines,
		.programs = {{.name = name}},
		.program_count = 1,
		.seed = 1,
		.cpu = -1};
	struct lab_error e = {0};
	struct run *run = run_start(&request, &e);
	struct findings f;

	ck_assert_msg(run != NULL, "%s", e.text);
	ck_assert_msg(run_until_end(run, &e) == RUN_ENDED, "%s", e.text);
	ck_assert_msg(run_finish(run, &e) == 0, "%s", e.text);
	verdict_findings(run_log(run), &f);
	ck_assert_msg(f.count == 1 && f.list[0].class == class, "%s: %zu findings", name, f.count);
	golden(name, f.list[0].message);
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
