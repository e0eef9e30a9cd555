/*
 * Judges for test_grade.c, most of them at fault: what this one does is named by the environment
 * variable BAD_JUDGE. It is not made with judge.h: it may say anything.
 */
#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/error.h"
#include "lab/base/fd.h"
#include "lab/base/sha256.h"
#include "lab/verdict/verdict.h"

static int fd = -1;
static int queue = -1;
static const char *only;

static const char *const names[] = {"a", "b", "c"};
static const int weights[] = {1, 2, 3};

static void read_options(int argc, char **argv)
{
	for (int i = 1; i + 1 < argc; i += 2)
		if (strcmp(argv[i], "--result-fd") == 0)
			fd = atoi(argv[i + 1]);
		else if (strcmp(argv[i], "--only") == 0)
			only = argv[i + 1];
		else if (strcmp(argv[i], "--queue-fd") == 0)
			queue = atoi(argv[i + 1]);
}

static void write_text(const char *text)
{
	if (fd_write_all(fd, text, strlen(text)) < 0)
		_exit(96);
}

static void plan(void)
{
	verdict_send_plan(fd, names, 3, NULL);
}

static void tell(size_t i, enum verdict verdict)
{
	char sum[SHA256_HEX];
	struct sha256 s;
	struct check_result c = {
		.name = (char *)names[i],
		.verdict = verdict,
		.class = verdict == VERDICT_FAIL     ? CLASS_OUTPUT
			 : verdict == VERDICT_BROKEN ? CLASS_BROKEN
						     : CLASS_NONE,
		.message = verdict == VERDICT_PASS ? NULL : (char *)"some words",
		.weight = weights[i],
		.runs = 1,
		.log_sums = sum,
	};

	sha256_init(&s);
	sha256_add(&s, names[i], 1);
	sha256_hex(&s, sum);
	verdict_send(fd, &c, NULL);
}

/* A whole and orderly judge; check ODD gets VERDICT, the others pass. */
static void judge(size_t odd, enum verdict verdict)
{
	size_t n;

	plan();
	while (verdict_queue_next(queue, &n) && n < 3) {
		size_t i = 2 - n; /* the last one first: order is grade's */

		if (!only || strcmp(only, names[i]) == 0)
			tell(i, i == odd ? verdict : VERDICT_PASS);
	}
	verdict_send_end(fd, NULL);
}

/* What a check is to its judge: a child with its descriptors, that dies with it. */
static void start_check(void)
{
	pid_t judge_pid = getpid();

	if (fork() == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != judge_pid)
			_exit(0);
		for (;;)
			pause();
	}
}

static void wait_for_ever(void)
{
	for (;;)
		pause();
}

/* ---- what it can do ---- */

static void passes(void)
{
	judge(9, VERDICT_PASS);
}

static void fails(void)
{
	judge(1, VERDICT_FAIL);
}

static void is_broken(void)
{
	judge(2, VERDICT_BROKEN);
}

/* Of the signal itself, also where a sanitizer would catch it. */
static void crash(void)
{
	signal(SIGSEGV, SIG_DFL);
	raise(SIGSEGV);
}

static void crashes_at_once(void)
{
	crash();
}

static void crashes_between(void)
{
	plan();
	tell(0, VERDICT_PASS);
	crash();
}

static void fails_then_crashes(void)
{
	plan();
	tell(0, VERDICT_FAIL);
	crash();
}

static void aborts(void)
{
	plan();
	fputs("judge: assertion failed\n", stderr);
	abort();
}

static void says_nothing(void)
{
}

static void exits_without_end(void)
{
	plan();
	for (size_t i = 0; i < 3; i++)
		tell(i, VERDICT_PASS);
	exit(0);
}

static void exits_in_a_line(void)
{
	plan();
	write_text("{\"name\": \"a\", \"verdict\": \"pa");
	_exit(0);
}

static void ends_with_status(void)
{
	passes();
	fputs("\033[2Jno\tmemory\302\233 \x07left \303\244\n\n", stderr);
	exit(5);
}

static void says_garbage(void)
{
	plan();
	write_text("100%: Checks: 3, Failures: 0, Errors: 0\n");
	tell(0, VERDICT_PASS);
	wait_for_ever();
}

static void says_other_json(void)
{
	plan();
	write_text("{\"verdict\": \"pass\", \"name\": \"a\"}\n");
	wait_for_ever();
}

static void names_another(void)
{
	plan();
	write_text("{\"name\":\"d\",\"verdict\":\"pass\",\"class\":\"none\",\"line\":0,"
		   "\"weight\":1,\"runs\":1,\"schedules\":0,\"all\":false}\n");
	wait_for_ever();
}

static void speaks_twice(void)
{
	plan();
	tell(1, VERDICT_FAIL);
	tell(1, VERDICT_PASS);
	wait_for_ever();
}

static void speaks_first(void)
{
	tell(0, VERDICT_PASS);
	wait_for_ever();
}

static void speaks_on(void)
{
	passes();
	tell(1, VERDICT_PASS);
	wait_for_ever();
}

static void plans_twice(void)
{
	plan();
	plan();
	wait_for_ever();
}

static void plans_nothing(void)
{
	verdict_send_plan(fd, NULL, 0, NULL);
	verdict_send_end(fd, NULL);
}

static void plans_one_twice(void)
{
	static const char *const same[] = {"a", "b", "a"};

	verdict_send_plan(fd, same, 3, NULL);
	wait_for_ever();
}

static void leaves_one_out(void)
{
	plan();
	tell(2, VERDICT_PASS);
	tell(0, VERDICT_PASS);
	verdict_send_end(fd, NULL);
}

/* Until nobody reads: SIGPIPE ends it. */
static void never_ends_a_line(void)
{
	static char many[1 << 16];

	memset(many, ' ', sizeof(many));
	plan();
	for (;;)
		fd_write_all(fd, many, sizeof(many));
}

static void complains_for_ever(void)
{
	plan();
	for (;;)
		fputs("something is wrong, something is wrong, something is wrong\n", stderr);
}

static void complains_a_lot(void)
{
	for (int i = 0; i < 100000; i++)
		fputs("something is wrong, something is wrong, something is wrong\n", stderr);
	fputs("the last words\n", stderr);
	exits_without_end();
}

static void hangs(void)
{
	plan();
	tell(0, VERDICT_PASS);
	start_check();
	wait_for_ever();
}

static void closes_and_hangs(void)
{
	passes();
	close(fd);
	close(STDERR_FILENO);
	wait_for_ever();
}

static void cannot(void)
{
	plan();
	fputs("clone: EPERM, no namespaces here\n", stderr);
	exit(LAB_UNSUPPORTED);
}

static void is_misused(void)
{
	plan();
	fputs("there is no schedule \"fastest\"\n", stderr);
	exit(LAB_USAGE);
}

static void knows_no_option(void)
{
	fputs("usage\n", stderr);
	exit(LAB_USAGE);
}

static void looks_at_signals(void)
{
	static const int signals[] = {SIGHUP, SIGINT, SIGPIPE, SIGTERM, SIGCHLD, SIGUSR1};
	struct sigaction action;
	sigset_t blocked;

	sigprocmask(SIG_SETMASK, NULL, &blocked);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (sigaction(signals[i], NULL, &action) < 0 || action.sa_handler != SIG_DFL ||
			sigismember(&blocked, signals[i]))
			exit(7);
	passes();
}

static void looks_at_descriptors(void)
{
	for (int i = 3; i < 256; i++)
		if (i != fd && i != queue && fcntl(i, F_GETFD) >= 0)
			exit(8);
	passes();
}

static const struct {
	const char *name;
	void (*act)(void);
} modes[] = {
	{"passes", passes},
	{"fails", fails},
	{"broken", is_broken},
	{"crashes at once", crashes_at_once},
	{"crashes between", crashes_between},
	{"fails, then crashes", fails_then_crashes},
	{"aborts", aborts},
	{"says nothing", says_nothing},
	{"exits without end", exits_without_end},
	{"exits in a line", exits_in_a_line},
	{"ends with status", ends_with_status},
	{"says garbage", says_garbage},
	{"says other JSON", says_other_json},
	{"names another", names_another},
	{"speaks twice", speaks_twice},
	{"speaks first", speaks_first},
	{"speaks on", speaks_on},
	{"plans twice", plans_twice},
	{"plans nothing", plans_nothing},
	{"plans one twice", plans_one_twice},
	{"leaves one out", leaves_one_out},
	{"never ends a line", never_ends_a_line},
	{"complains for ever", complains_for_ever},
	{"complains a lot", complains_a_lot},
	{"hangs", hangs},
	{"closes and hangs", closes_and_hangs},
	{"cannot", cannot},
	{"is misused", is_misused},
	{"knows no option", knows_no_option},
	{"looks at signals", looks_at_signals},
	{"looks at descriptors", looks_at_descriptors},
};

int main(int argc, char **argv)
{
	const char *mode = getenv("BAD_JUDGE");

	read_options(argc, argv);
	for (size_t i = 0; mode && i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(modes[i].name, mode) == 0) {
			modes[i].act();
			return 0;
		}
	return 97;
}
