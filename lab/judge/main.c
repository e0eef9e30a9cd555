/*
 * The main program of a judge. Theory of operation:
 *
 * grade starts the judge with a descriptor for results. The judge announces its checks, then runs
 * each in a process of its own (Check's fork mode). That process makes the runs, and writes one
 * record of what its expectations found into a memory file. When it has ended, the judge passes the
 * record on. Check's own outcome can only turn it into `broken`: a check that crashed, ended early
 * or left no record has not judged anything.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/judge/internal.h"

struct state judge_state = {.record_fd = -1};

#define RECORD_MOST (4u << 20)

/* ---- in the check's own process ---- */

static void check_begin(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != judge_state.judge)
		_exit(LAB_BROKEN); /* it died before we asked */
	sha256_init(&judge_state.sum);
	judge_draw_init();
}

static void check_end(void)
{
	judge_end_runs();
	judge_record(VERDICT_PASS, CLASS_NONE, NULL, (struct event_place){NULL, 0, NULL}, NULL);
}

/* ---- in the judge ---- */

static int send_broken(const struct judge_check *check, const char *why)
{
	LAB_FREE char *message = judge_broken_words(why);
	struct check_result result = {
		.name = (char *)check->name,
		.verdict = VERDICT_BROKEN,
		.class = CLASS_BROKEN,
		.message = message,
		.weight = check->weight ? check->weight : 1,
	};

	return verdict_send(judge_state.options.result_fd, &result, NULL);
}

/* Check's words for a test that failed by itself; NULL if it passed. */
static char *outcome_of(SRunner *runner)
{
	TestResult **failures;
	char *words;

	if (srunner_ntests_failed(runner) == 0)
		return srunner_ntests_run(runner) == 1 ? NULL : lab_xstrdup("it was not run");
	failures = srunner_failures(runner);
	words = lab_xprintf("its test failed by itself: %s", tr_msg(failures[0]));
	free(failures);
	return words;
}

static char *run_once(const struct judge_check *check, struct buf *record)
{
	Suite *suite = suite_create(check->name);
	TCase *tcase = tcase_create(check->name);
	SRunner *runner = srunner_create(suite);
	char *outcome = NULL;

	judge_state.check = check;
	judge_state.record_fd = memfd_create("record", MFD_CLOEXEC);
	tcase_set_timeout(tcase, 0);
	tcase_add_checked_fixture(tcase, check_begin, check_end);
	tcase_add_test(tcase, check->test);
	suite_add_tcase(suite, tcase);
	srunner_set_fork_status(runner, CK_FORK);
	if (judge_state.record_fd < 0) {
		outcome = lab_xprintf("memfd_create: %s", strerror(errno));
	} else {
		srunner_run_all(runner, CK_SILENT);
		outcome = outcome_of(runner);
	}
	srunner_free(runner);
	if (!outcome) {
		lseek(judge_state.record_fd, 0, SEEK_SET);
		if (fd_read_to_end(judge_state.record_fd, record, RECORD_MOST) < 0 ||
			record->len == 0)
			outcome = lab_xstrdup("its test ended early, without a result");
	}
	fd_close(&judge_state.record_fd);
	return outcome;
}

char *judge_run_check(const struct judge_check *check, struct buf *record)
{
	char *outcome;

	*judge_state.alone = false;
	outcome = run_once(check, record);
	if (*judge_state.alone) {
		free(outcome);
		buf_clear(record);
		outcome = run_once(check, record);
	}
	return outcome;
}

static int run_check(const struct judge_check *check)
{
	BUF_SCOPED record = BUF_INIT;
	LAB_FREE char *outcome = judge_run_check(check, &record);

	if (outcome)
		return send_broken(check, outcome);
	judge_shorten(check, &record);
	return fd_write_all(judge_state.options.result_fd, record.data, record.len);
}

/* Check reads its environment: none of that may change what a judge does. */
static void clear_environment(void)
{
	static const char *const names[] = {"CK_FORK", "CK_RUN_CASE", "CK_RUN_SUITE",
		"CK_INCLUDE_TAGS", "CK_EXCLUDE_TAGS", "CK_DEFAULT_TIMEOUT", "CK_TIMEOUT_MULTIPLIER",
		"CK_TAP_LOG_FILE_NAME", "CK_XML_LOG_FILE_NAME", "CK_LOG_FILE_NAME", "CK_VERBOSITY",
		"CK_MAX_MSG_SIZE"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unsetenv(names[i]);
}

static int announce(const struct judge_check *checks, size_t count)
{
	const char **names = lab_xmalloc((count + 1) * sizeof(*names));
	struct lab_error e;
	int result;

	for (size_t i = 0; i < count; i++)
		names[i] = checks[i].name;
	result = verdict_send_plan(judge_state.options.result_fd, names, count, &e);
	free(names);
	if (result < 0)
		fprintf(stderr, "%s\n", e.text);
	return result;
}

/* --only must name one of them. */
static int check_only(const struct judge_check *checks, size_t count)
{
	const char *only = judge_state.options.only;

	for (size_t i = 0; i < count; i++)
		if (!only || strcmp(only, checks[i].name) == 0)
			return 0;
	fprintf(stderr, "there is no check \"%s\" here, only", only ? only : "");
	for (size_t i = 0; i < count; i++)
		fprintf(stderr, "%s %s", i ? "," : "", checks[i].name);
	fputc('\n', stderr);
	return -1;
}

/* The next place that is ours: judges of one submission share a queue, so that none has nothing to
 * do while another has many left. */
static bool next_place(size_t *place)
{
	int fd = judge_state.options.queue_fd;

	if (fd >= 0)
		return verdict_queue_next(fd, place);
	++*place;
	return true;
}

/* Who stands at PLACE: first those that take long, else one of them may be all that is left. */
static const struct judge_check *at_place(
	const struct judge_check *checks, size_t count, size_t place)
{
	for (int long_one = 1; long_one >= 0; long_one--)
		for (size_t i = 0; i < count; i++)
			if (checks[i].long_one == long_one && place-- == 0)
				return &checks[i];
	return NULL;
}

static int prepare(void)
{
	struct {
		int fault;
		bool alone;
	} *shared = mmap(
		NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	clear_environment();
	judge_state.judge = getpid();
	judge_state.fault = &shared->fault;
	judge_state.alone = &shared->alone;
	if (shared == MAP_FAILED || fcntl(judge_state.options.result_fd, F_SETFD, FD_CLOEXEC) < 0 ||
		(judge_state.options.queue_fd >= 0 &&
			fcntl(judge_state.options.queue_fd, F_SETFD, FD_CLOEXEC) < 0)) {
		fprintf(stderr, "judge: %s\n", strerror(errno));
		return -1;
	}
	judge_state.fault = &shared->fault;
	judge_state.alone = &shared->alone;
	return 0;
}

int judge_main(int argc, char **argv, const struct judge_check *checks, size_t count)
{
	if (judge_options(argc, argv, &judge_state.options) < 0)
		return LAB_USAGE;
	/* A program may end before it has read its input: for run that is EPIPE, not the end. */
	signal(SIGPIPE, SIG_IGN);
	if (prepare() < 0 || announce(checks, count) < 0)
		return LAB_BROKEN;
	if (check_only(checks, count) < 0)
		return LAB_USAGE;
	judge_state.check_count = count;
	if (!judge_state.options.replay)
		judge_state.yard =
			run_yard_new(judge_state.options.bin, judge_state.options.helpers);
	for (size_t place = SIZE_MAX, n = 0; next_place(&place) && place < count; n++) {
		const struct judge_check *check = at_place(checks, count, place);
		const char *only = judge_state.options.only;

		if (n == 0) /* now the programs are there */
			run_prepare(judge_state.options.lines);
		if ((!only || strcmp(only, check->name) == 0) && run_check(check) < 0)
			return LAB_BROKEN;
		if (*judge_state.fault != LAB_OK)
			return *judge_state.fault;
	}
	run_yard_free(judge_state.yard);
	return verdict_send_end(judge_state.options.result_fd, NULL) < 0 ? LAB_BROKEN : 0;
}
