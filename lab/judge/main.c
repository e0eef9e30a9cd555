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
#include <getopt.h>
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

static const struct option long_options[] = {
	{"result-fd", required_argument, NULL, 'r'},
	{"bin", required_argument, NULL, 'b'},
	{"lines", required_argument, NULL, 'l'},
	{"answers", required_argument, NULL, 'a'},
	{"input-hash", required_argument, NULL, 'h'},
	{"seed", required_argument, NULL, 's'},
	{"schedule", required_argument, NULL, 'c'},
	{"only", required_argument, NULL, 'o'},
	{"save-logs", required_argument, NULL, 'w'},
	{"replay-logs", required_argument, NULL, 'p'},
	{"slice", required_argument, NULL, 'i'},
	{NULL, 0, NULL, 0},
};

static int usage(void)
{
	fputs("This is a judge: ipclab starts it. Usage: --result-fd N --bin DIR [--lines DIR]\n"
	      "  [--answers FILE] [--input-hash HEX] [--seed N] [--schedule NAME] [--only CHECK]\n"
	      "  [--save-logs DIR] [--replay-logs DIR] [--slice I/N]\n",
		stderr);
	return LAB_USAGE;
}

static int parse_options(int argc, char **argv, struct options *o)
{
	int c;

	*o = (struct options){.result_fd = -1, .seed = 1, .slices = 1};
	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		switch (c) {
		case 'r':
			o->result_fd = atoi(optarg);
			break;
		case 'b':
			o->bin = optarg;
			break;
		case 'l':
			o->lines = optarg;
			break;
		case 'a':
			o->answers = optarg;
			break;
		case 'h':
			o->input_hash = strtoull(optarg, NULL, 16);
			break;
		case 's':
			o->seed = strtoull(optarg, NULL, 10);
			break;
		case 'c':
			o->schedule = optarg;
			break;
		case 'o':
			o->only = optarg;
			break;
		case 'w':
			o->save = optarg;
			break;
		case 'p':
			o->replay = optarg;
			break;
		case 'i':
			if (sscanf(optarg, "%u/%u", &o->slice, &o->slices) != 2 || !o->slices)
				return -1;
			break;
		default:
			return -1;
		}
	}
	return optind == argc && o->result_fd >= 0 && o->bin ? 0 : -1;
}

/* ---- in the check's own process ---- */

void judge_record(enum verdict verdict, enum verdict_class class, const char *message,
	struct event_place place, const char *schedule)
{
	struct state *s = &judge_state;
	char sum[SHA256_HEX];
	struct check_result result = {
		.name = (char *)s->check->name,
		.verdict = verdict,
		.class = class,
		.message = (char *)message,
		.file = (char *)place.file,
		.line = place.line,
		.schedule = (char *)schedule,
		.weight = s->check->weight ? s->check->weight : 1,
		.runs = s->run_count,
		.log_sums = sum,
	};
	struct lab_error e;

	sha256_hex(&s->sum, sum);
	if (verdict_send(s->record_fd, &result, &e) < 0)
		fprintf(stderr, "%s: %s\n", s->check->name, e.text);
	_exit(0);
}

void judge_broken(const struct lab_error *e)
{
	if (e->kind == LAB_UNSUPPORTED)
		*judge_state.unsupported = true;
	judge_record(
		VERDICT_BROKEN, CLASS_BROKEN, e->text, (struct event_place){NULL, 0, NULL}, NULL);
}

static void check_begin(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sha256_init(&judge_state.sum);
	judge_draw_init();
}

static void check_end(void)
{
	judge_end_runs();
	judge_record(VERDICT_PASS, CLASS_NONE, NULL, (struct event_place){NULL, 0, NULL}, NULL);
}

/* ---- in the judge ---- */

static void send_broken(const struct judge_check *check, const char *why)
{
	LAB_FREE char *message = lab_xprintf("The test of this check did not come to its end (%s). "
					     "This is a fault of the lab or "
					     "of the course, not of your program.",
		why);
	struct check_result result = {
		.name = (char *)check->name,
		.verdict = VERDICT_BROKEN,
		.class = CLASS_BROKEN,
		.message = message,
		.weight = check->weight ? check->weight : 1,
	};

	verdict_send(judge_state.options.result_fd, &result, NULL);
}

/* Check's words for a test that failed by itself; NULL if it passed. */
static char *outcome_of(SRunner *runner)
{
	TestResult **failures;
	char *words;

	if (srunner_ntests_failed(runner) == 0)
		return srunner_ntests_run(runner) == 1 ? NULL : lab_xstrdup("it was not run");
	failures = srunner_failures(runner);
	words = lab_xstrdup(tr_msg(failures[0]));
	free(failures);
	return words;
}

static void pass_on(const struct judge_check *check, const char *outcome)
{
	BUF_SCOPED record = BUF_INIT;

	if (outcome) {
		send_broken(check, outcome);
		return;
	}
	lseek(judge_state.record_fd, 0, SEEK_SET);
	if (fd_read_to_end(judge_state.record_fd, &record, RECORD_MOST) < 0 || record.len == 0) {
		send_broken(check, "it left no record");
		return;
	}
	fd_write_all(judge_state.options.result_fd, record.data, record.len);
}

static int run_check(const struct judge_check *check)
{
	Suite *suite = suite_create(check->name);
	TCase *tcase = tcase_create(check->name);
	SRunner *runner;
	char *outcome;

	judge_state.check = check;
	judge_state.record_fd = memfd_create("record", MFD_CLOEXEC);
	if (judge_state.record_fd < 0) {
		send_broken(check, strerror(errno));
		return -1;
	}
	tcase_set_timeout(tcase, 0);
	tcase_add_checked_fixture(tcase, check_begin, check_end);
	tcase_add_test(tcase, check->test);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_set_fork_status(runner, CK_FORK);
	srunner_run_all(runner, CK_SILENT);
	outcome = outcome_of(runner);
	pass_on(check, outcome);
	free(outcome);
	srunner_free(runner);
	fd_close(&judge_state.record_fd);
	return 0;
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

static bool is_wanted(const struct judge_check *check, size_t index)
{
	const struct options *o = &judge_state.options;

	if (o->only && strcmp(o->only, check->name) != 0)
		return false;
	return index % o->slices == o->slice;
}

int judge_main(int argc, char **argv, const struct judge_check *checks, size_t count)
{
	if (parse_options(argc, argv, &judge_state.options) < 0)
		return usage();
	clear_environment();
	judge_state.unsupported =
		mmap(NULL, sizeof(bool), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (judge_state.unsupported == MAP_FAILED || announce(checks, count) < 0)
		return LAB_BROKEN;
	for (size_t i = 0; i < count; i++)
		if (is_wanted(&checks[i], i))
			run_check(&checks[i]);
	if (verdict_send_end(judge_state.options.result_fd, NULL) < 0)
		return LAB_BROKEN;
	return *judge_state.unsupported ? LAB_UNSUPPORTED : 0;
}
