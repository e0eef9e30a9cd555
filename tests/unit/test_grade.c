/*
 * lab/grade: a table of judges, most of them at fault (judge_bad.c), and the grade that each must
 * give: what is ours is `broken`, never `fail`. The build is not this test's business: the linker
 * puts the one below in its place (-Wl,--wrap=build_submission).
 */
#include "config.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/path.h"
#include "lab/grade/grade.h"
#include "tests/unit/text_log.h"

#define JUDGE ABS_TOP_BUILDDIR "/tests/unit/judge_bad"

/* ---- the build ---- */

static enum { BUILDS, DOES_NOT_BUILD, CANNOT_BUILD } build_outcome;

int __wrap_build_submission(const struct exercise *exercise, const char *submission,
	const char *out, const struct build_options *options, struct build_result *result,
	struct lab_error *e);

int __wrap_build_submission(const struct exercise *exercise, const char *submission,
	const char *out, const struct build_options *options, struct build_result *result,
	struct lab_error *e)
{
	(void)exercise;
	(void)submission;
	ck_assert(path_is_dir(out));
	if (options->watch) /* the judges start early */
		options->watch->compiling(options->watch->context, 7);
	*result = (struct build_result){0};
	if (build_outcome == CANNOT_BUILD)
		return lab_fail(e, LAB_UNSUPPORTED, "there is no compiler");
	result->ok = build_outcome == BUILDS;
	result->compiler = lab_xstrdup("cc 1");
	result->libc = lab_xstrdup("libc 2");
	result->input_hash = 7;
	return 0;
}

/* ---- helpers ---- */

static const struct exercise sample = {
	.id = (char *)"00-test/01-sample",
	.points = 12,
	.judge = (char *)JUDGE,
};

static int grade_as(
	const char *mode, struct grade_request request, struct grade *g, struct lab_error *e)
{
	if (!request.exercise)
		request.exercise = &sample;
	request.submission = "/nowhere";
	if (!request.cancel_fd)
		request.cancel_fd = -1;
	setenv("BAD_JUDGE", mode, 1);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	*e = (struct lab_error){0};
	return grade_submission(&request, g, e);
}

static void grade_cleanup(struct grade *g)
{
	grade_done(g);
}
#define GRADE_SCOPED __attribute__((cleanup(grade_cleanup))) struct grade

static size_t descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

/* Judges, and what they have started, are ours when they die. One that lived on would keep us here
 * until Check loses its patience. */
static void expect_nobody_left(void)
{
	while (waitpid(-1, NULL, 0) > 0)
		;
	ck_assert_int_eq(errno, ECHILD);
}

/* ---- the table ---- */

static const struct row {
	const char *mode;
	enum verdict verdict;
	double score;
	const char *checks;    /* a letter each: p f b */
	const char *complaint; /* a part of it; NULL: none */
} rows[] = {
	{"passes", VERDICT_PASS, 12, "ppp", NULL},
	{"fails", VERDICT_FAIL, 8, "pfp", NULL},
	{"broken", VERDICT_BROKEN, 0, "ppb", NULL},
	{"looks at signals", VERDICT_PASS, 12, "ppp", NULL},
	{"looks at descriptors", VERDICT_PASS, 12, "ppp", NULL},
	{"crashes at once", VERDICT_BROKEN, 0, "", "ended by signal 11"},
	{"crashes between", VERDICT_BROKEN, 0, "pbb", "ended by signal 11"},
	{"fails, then crashes", VERDICT_BROKEN, 0, "fbb", "ended by signal 11"},
	{"aborts", VERDICT_BROKEN, 0, "bbb", "ended by signal 6 (Aborted): judge: assertion"},
	{"says nothing", VERDICT_BROKEN, 0, "", "ended before it had told all results"},
	{"exits without end", VERDICT_BROKEN, 0, "ppp", "ended before it had told all results"},
	{"exits in a line", VERDICT_BROKEN, 0, "bbb", "broke off in the middle of a result"},
	{"ends with status", VERDICT_BROKEN, 0, "ppp",
		"ended with status 5: [2Jno memory left \303\244"},
	{"says garbage", VERDICT_BROKEN, 0, "bbb", "handed over what is no result"},
	{"says other JSON", VERDICT_BROKEN, 0, "bbb", "handed over what is no result"},
	{"names another", VERDICT_BROKEN, 0, "bbb", "check \"d\", which it was not asked for"},
	{"speaks twice", VERDICT_BROKEN, 0, "bfb", "spoke twice of check \"b\""},
	{"speaks first", VERDICT_BROKEN, 0, "", "before it announced its checks"},
	{"speaks on", VERDICT_BROKEN, 0, "ppp", "spoke after its end"},
	{"plans twice", VERDICT_BROKEN, 0, "bbb", "announced its checks twice"},
	{"plans nothing", VERDICT_BROKEN, 0, "", "has no checks"},
	{"plans one twice", VERDICT_BROKEN, 0, NULL, "have the same name"},
	{"leaves one out", VERDICT_BROKEN, 0, "pbp", "announced 3 checks and spoke of 2"},
	{"never ends a line", VERDICT_BROKEN, 0, "bbb", "a line of more than"},
	{"complains a lot", VERDICT_BROKEN, 0, "ppp", "the last words"},
	{"knows no option", VERDICT_BROKEN, 0, "", "ended with status 2: usage"},
};

static void compare(const struct row *row, const struct grade *g)
{
	char letters[8] = "";

	for (size_t i = 0; i < g->check_count && i < 7; i++)
		letters[i] = "pfb"[g->checks[i].verdict];
	ck_assert_msg(g->verdict == row->verdict, "%s: %s", row->mode, verdict_name(g->verdict));
	ck_assert_msg(g->score == row->score, "%s: %g points", row->mode, g->score);
	ck_assert_msg(!row->checks || strcmp(letters, row->checks) == 0, "%s: checks %s", row->mode,
		letters);
	ck_assert_msg(row->complaint ? g->complaint && strstr(g->complaint, row->complaint)
				     : !g->complaint,
		"%s: complaint: %s", row->mode, g->complaint ? g->complaint : "none");
	ck_assert_msg(
		(g->log_sha256[0] != '\0') == (g->check_count > 0), "%s: log_sha256", row->mode);
	ck_assert_int_eq(g->phase, GRADE_DONE);
	for (size_t i = 0; row->checks && i < g->check_count; i++)
		ck_assert_msg(g->checks[i].name[0] == "abc"[i], "%s: check %zu is %s", row->mode, i,
			g->checks[i].name);
}

START_TEST(every_judge_gets_its_grade)
{
	size_t before = descriptors();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		GRADE_SCOPED g;
		struct lab_error e;

		ck_assert_msg(grade_as(rows[i].mode, (struct grade_request){.cpu = 0}, &g, &e) == 0,
			"%s: %s", rows[i].mode, e.text);
		compare(&rows[i], &g);
		expect_nobody_left();
	}
	ck_assert_uint_eq(descriptors(), before);
}
END_TEST

/* One judge a processor, or one judge: nobody can tell. */
START_TEST(slices_change_nothing)
{
	static const char *const modes[] = {"passes", "fails", "broken"};

	for (size_t i = 0; i < 3; i++) {
		GRADE_SCOPED one, many;
		struct lab_error e;

		ck_assert_int_eq(grade_as(modes[i], (struct grade_request){.cpu = 0}, &one, &e), 0);
		ck_assert_int_eq(
			grade_as(modes[i], (struct grade_request){.cpu = -1}, &many, &e), 0);
		ck_assert_int_eq(one.verdict, many.verdict);
		ck_assert_str_eq(one.log_sha256, many.log_sha256);
		ck_assert_uint_eq(one.check_count, many.check_count);
		for (size_t k = 0; k < one.check_count; k++)
			ck_assert_str_eq(one.checks[k].name, many.checks[k].name);
	}
}
END_TEST

START_TEST(only_one_check)
{
	GRADE_SCOPED g;
	struct lab_error e;

	ck_assert_int_eq(
		grade_as("fails", (struct grade_request){.cpu = -1, .only = "b"}, &g, &e), 0);
	ck_assert_int_eq(g.verdict, VERDICT_FAIL);
	ck_assert_uint_eq(g.check_count, 1);
	ck_assert_uint_eq(g.checks_planned, 1);
	ck_assert_str_eq(g.checks[0].name, "b");
}
END_TEST

START_TEST(grade_says_what_it_was_made_with)
{
	GRADE_SCOPED g;
	struct lab_error e;

	ck_assert_int_eq(grade_as("passes", (struct grade_request){.cpu = 0}, &g, &e), 0);
	ck_assert_str_eq(g.engine, "ipclab " PACKAGE_VERSION);
	ck_assert_str_eq(g.compiler, "cc 1");
	ck_assert_str_eq(g.libc, "libc 2");
	ck_assert_str_eq(g.isolation, "full");
	ck_assert_int_eq(strncmp(g.kernel, "Linux ", 6), 0);
	ck_assert_uint_eq(g.seed, 1);
	ck_assert(g.max_score == 12);
}
END_TEST

/* ---- before a judge ---- */

static void no_judge_is_left(void)
{
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}

/* With CPU 0 no judge starts before it is built, with -1 they do. */
START_TEST(what_does_not_build_is_not_judged)
{
	build_outcome = DOES_NOT_BUILD;
	for (int cpu = -1; cpu <= 0; cpu++) {
		GRADE_SCOPED g;
		struct lab_error e;

		ck_assert_int_eq(grade_as("passes", (struct grade_request){.cpu = cpu}, &g, &e), 0);
		ck_assert_int_eq(g.verdict, VERDICT_FAIL);
		ck_assert(g.score == 0);
		ck_assert_uint_eq(g.check_count, 0);
		ck_assert_str_eq(g.log_sha256, "");
		ck_assert_ptr_null(g.complaint);
		no_judge_is_left();
	}
}
END_TEST

START_TEST(machine_without_compiler)
{
	GRADE_SCOPED g;
	struct lab_error e;

	build_outcome = CANNOT_BUILD;
	ck_assert_int_eq(grade_as("passes", (struct grade_request){.cpu = -1}, &g, &e), -1);
	ck_assert_int_eq(e.kind, LAB_UNSUPPORTED);
	ck_assert_str_eq(e.text, "there is no compiler");
	no_judge_is_left();
}
END_TEST

static void judge_at(char *path, const char *says)
{
	struct exercise ex = sample;
	GRADE_SCOPED g;
	struct lab_error e;

	ex.judge = path;
	ck_assert_int_eq(
		grade_as("passes", (struct grade_request){.cpu = 0, .exercise = &ex}, &g, &e), 0);
	ck_assert_int_eq(g.verdict, VERDICT_BROKEN);
	ck_assert_ptr_nonnull(strstr(g.complaint, path));
	ck_assert_msg(strstr(g.complaint, says), "%s", g.complaint);
}

START_TEST(judge_that_is_no_program)
{
	char nowhere[] = "/nowhere/judge", folder[] = "/tmp",
	     text[] = ABS_TOP_SRCDIR "/tests/unit/answers.txt";

	judge_at(nowhere, "there is no judge");
	judge_at(folder, "there is no judge");
	judge_at(text, "cannot be started: exec: EACCES");
}
END_TEST

/* ---- whose fault ---- */

START_TEST(status_of_a_judge_says_whose_fault)
{
	GRADE_SCOPED cannot, misused;
	struct lab_error e;

	ck_assert_int_eq(grade_as("cannot", (struct grade_request){.cpu = -1}, &cannot, &e), -1);
	ck_assert_int_eq(e.kind, LAB_UNSUPPORTED);
	ck_assert_str_eq(e.text, "clone: EPERM, no namespaces here");
	ck_assert_int_eq(
		grade_as("is misused", (struct grade_request){.cpu = -1}, &misused, &e), -1);
	ck_assert_int_eq(e.kind, LAB_USAGE);
	ck_assert_str_eq(e.text, "there is no schedule \"fastest\"");
	expect_nobody_left();
}
END_TEST

/* ---- the net, and cancelling ---- */

/* Nobody waits here for a time: the net is as small as it can be. */
START_TEST(silence_is_broken)
{
	static const char *const modes[] = {"hangs", "complains for ever"};

	for (size_t i = 0; i < 2; i++) {
		GRADE_SCOPED g;
		struct lab_error e;

		ck_assert_int_eq(grade_as(modes[i],
					 (struct grade_request){.cpu = 0, .silence_ms = 1}, &g, &e),
			0);
		ck_assert_int_eq(g.verdict, VERDICT_BROKEN);
		ck_assert_ptr_nonnull(strstr(g.complaint, "handed nothing over for"));
		expect_nobody_left();
	}
}
END_TEST

/* Before or after it has told all: that is the machine's speed, and no matter. */
START_TEST(judge_that_does_not_end_is_killed)
{
	GRADE_SCOPED g;
	struct lab_error e;

	ck_assert_int_eq(grade_as("closes and hangs",
				 (struct grade_request){.cpu = 0, .silence_ms = 50}, &g, &e),
		0);
	ck_assert_int_eq(g.verdict, VERDICT_BROKEN);
	ck_assert_ptr_nonnull(g.complaint);
	expect_nobody_left();
}
END_TEST

/* Cancels when the first check is there. */
static bool stop_at_first_check(void *context, const struct grade *so_far)
{
	size_t *calls = context;

	++*calls;
	return so_far->check_count == 0;
}

START_TEST(progress_cancels)
{
	size_t before = descriptors(), calls = 0;
	GRADE_SCOPED g;
	struct lab_error e;

	ck_assert_int_eq(
		grade_as("hangs",
			(struct grade_request){
				.cpu = 0, .progress = stop_at_first_check, .context = &calls},
			&g, &e),
		-1);
	ck_assert_int_eq(e.kind, LAB_BROKEN);
	ck_assert_str_eq(e.text, "cancelled");
	ck_assert_uint_eq(calls, 3); /* building, running, the check */
	expect_nobody_left();
	ck_assert_uint_eq(descriptors(), before);
}
END_TEST

START_TEST(descriptor_cancels)
{
	GRADE_SCOPED g;
	struct lab_error e;
	int ends[2];

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	close(ends[1]); /* end of file is readable as well */
	ck_assert_int_eq(
		grade_as("hangs", (struct grade_request){.cpu = -1, .cancel_fd = ends[0]}, &g, &e),
		-1);
	ck_assert_str_eq(e.text, "cancelled");
	expect_nobody_left();
	close(ends[0]);
}
END_TEST

/* Three calls for the phases and three for the checks, which stand in the order of the plan. */
static bool look_on(void *context, const struct grade *so_far)
{
	size_t *calls = context;

	++*calls;
	for (size_t i = 1; i < so_far->check_count; i++)
		ck_assert_int_lt(so_far->checks[i - 1].name[0], so_far->checks[i].name[0]);
	if (so_far->check_count)
		ck_assert_uint_eq(so_far->checks_planned, 3);
	return true;
}

START_TEST(progress_is_told)
{
	size_t calls = 0;
	GRADE_SCOPED g;
	struct lab_error e;

	ck_assert_int_eq(
		grade_as("passes",
			(struct grade_request){.cpu = -1, .progress = look_on, .context = &calls},
			&g, &e),
		0);
	ck_assert_uint_ge(calls, 4);
	ck_assert_uint_le(calls, 6);
}
END_TEST

/* What the caller has ignored, blocked or closed is not the judge's. */
START_TEST(caller_in_an_odd_state)
{
	sigset_t all, old;
	GRADE_SCOPED g;
	struct lab_error e;
	int saved[3], result;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	for (int i = 0; i < 3; i++) {
		saved[i] = fcntl(i, F_DUPFD_CLOEXEC, 100);
		close(i);
	}
	result = grade_as("looks at signals", (struct grade_request){.cpu = -1}, &g, &e);
	for (int i = 0; i < 3; i++)
		dup2(saved[i], i);
	sigprocmask(SIG_SETMASK, &old, NULL);
	ck_assert_msg(result == 0, "%s", e.text);
	ck_assert_msg(g.verdict == VERDICT_PASS, "%s", g.complaint);
}
END_TEST

int main(void)
{
	return RUN_SUITE("grade", every_judge_gets_its_grade, slices_change_nothing, only_one_check,
		grade_says_what_it_was_made_with, what_does_not_build_is_not_judged,
		machine_without_compiler, judge_that_is_no_program,
		status_of_a_judge_says_whose_fault, silence_is_broken,
		judge_that_does_not_end_is_killed, progress_cancels, descriptor_cancels,
		progress_is_told, caller_in_an_odd_state);
}
