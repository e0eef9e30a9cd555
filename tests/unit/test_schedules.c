/*
 * Schedules: one name, one log, byte for byte, however often and beside whatever load; another
 * name, another log. The programs are those of tests/golden/schedules/crowd.c.
 */
#include "config.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/event/event.h"
#include "lab/run/run.h"
#include "tests/unit/real_run.h"

#define PROGRAM "crowd"
#define TIMES   10
#define SEEDS   6
#define NET_S   240 /* a hog ends by itself when the test cannot end it */

static const char *const kinds[] = {"pipe", "signal", "mq", "sem", "thread"};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static const char *const bad_names[] = {"", "Natural", "natural:1", "random", "random:", "random:x",
	"random:-1", "random: 1", "random:+1", "random:1x", "random:18446744073709551616",
	"choices", "choices:a", "choices:1.", "choices:.1", "choices:1..2", "choices:-1",
	"choices:1.2x", "choices:1000001", "pct", "pct:", "pct:1", "pct:1:2",
	"pct:1:2:", "pct:1:0:5", "pct:1:17:5", "pct:1:2:0", "pct:1:2:1000001", "pct:-1:2:5",
	"pct:1:2:5:", "slow", "slow:", "slow:x", "slow:1:2"};

static char *built;

/* The whole log but its first event, which names the schedule; caller frees. */
static char *log_of(const char *kind, const char *schedule, uint64_t seed)
{
	const char *argv[] = {PROGRAM, kind, NULL};
	struct run_request request = {.schedule = schedule, .seed = seed};
	struct run *run = real_run(built, PROGRAM, argv, request);
	const struct event_log *log = run_log(run);
	struct buf text = BUF_INIT;
	char *copy;

	for (size_t i = 1; i < log->count; i++) {
		event_write(log->events[i], &text);
		buf_putc(&text, '\n');
	}
	ck_assert_msg(log->count > 20, "%s under %s: %zu events", kind, schedule, log->count);
	ck_assert_str_eq(event_text(log->events[log->count - 1], "why"), "ended");
	copy = lab_xstrdup(buf_text(&text));
	buf_done(&text);
	run_free(run);
	return copy;
}

/* Which of the lines of two logs differs first, for the message. */
static void expect_same(const char *kind, const char *schedule, const char *a, const char *b)
{
	size_t i = 0, line = 0;

	if (strcmp(a, b) == 0)
		return;
	for (; a[i] && a[i] == b[i]; i++)
		if (a[i] == '\n')
			line = i + 1;
	ck_abort_msg("%s under %s:\n%.*s\n%.*s", kind, schedule, (int)strcspn(a + line, "\n"),
		a + line, (int)strcspn(b + line, "\n"), b + line);
}

static void many_times(const char *kind, const char *schedule)
{
	LAB_FREE char *first = log_of(kind, schedule, 1);

	for (int i = 1; i < TIMES; i++) {
		LAB_FREE char *again = log_of(kind, schedule, 1);

		expect_same(kind, schedule, first, again);
	}
}

START_TEST(one_name_one_log)
{
	many_times(kinds[_i], "random:7");
}
END_TEST

START_TEST(so_has_every_kind)
{
	many_times(kinds[_i], "natural");
	many_times(kinds[_i], "pct:7:3:30");
	many_times(kinds[_i], "slow:7");
}
END_TEST

/* One that the lab does not know of, on all its processors. */
static pid_t start_hog(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		alarm(NET_S);
		for (volatile unsigned n = 0;; n++)
			;
	}
	return pid;
}

START_TEST(load_changes_nothing)
{
	LAB_FREE char *idle = log_of(kinds[_i], "random:3", 1);
	pid_t hogs[] = {start_hog(), start_hog()};
	char *busy[3];

	for (int i = 0; i < 3; i++)
		busy[i] = log_of(kinds[_i], "random:3", 1);
	for (int i = 0; i < 2; i++) {
		kill(hogs[i], SIGKILL);
		waitpid(hogs[i], NULL, 0);
	}
	for (int i = 0; i < 3; i++) {
		expect_same(kinds[_i], "random:3", idle, busy[i]);
		free(busy[i]);
	}
}
END_TEST

START_TEST(other_seeds_other_logs)
{
	char *logs[SEEDS];

	for (int i = 0; i < SEEDS; i++) {
		LAB_FREE char *name = lab_xprintf("random:%d", i);

		logs[i] = log_of(kinds[_i], i ? name : "natural", 1);
		for (int k = 0; k < i; k++)
			ck_assert_msg(strcmp(logs[i], logs[k]) != 0,
				"%s: seeds %d and %d make the same log", kinds[_i], k, i);
	}
	for (int i = 0; i < SEEDS; i++)
		free(logs[i]);
}
END_TEST

/* The seed of the world names the processes; it chooses nobody. */
START_TEST(the_world_has_a_seed_of_its_own)
{
	LAB_FREE char *one = log_of("sem", "natural", 1);
	LAB_FREE char *two = log_of("sem", "natural", 2);

	ck_assert_str_ne(one, two);
}
END_TEST

/* choices: replays what random: picked. */
START_TEST(choices_replay_another_schedule)
{
	const char *argv[] = {PROGRAM, kinds[_i], NULL};
	struct run_request request = {.schedule = "random:5", .seed = 1};
	struct run *run = real_run(built, PROGRAM, argv, request);
	const struct event_log *log = run_log(run);
	BUF_SCOPED name = BUF_INIT;

	buf_puts(&name, "choices");
	for (size_t i = 0; i < log->count; i++) {
		const struct event *e = log->events[i];
		LAB_FREE char *among = NULL, *picked = NULL;
		int n = 0;

		if (e->kind != EVENT_CHOICE)
			continue;
		among = lab_xprintf("%s ", event_text(e, "among"));
		picked = lab_xprintf("t%d ", event_task(e, "picked"));
		for (const char *at = among; strncmp(at, picked, strlen(picked)) != 0; n++)
			at = strchr(at, ' ') + 1;
		buf_printf(&name, "%c%d", name.len == 7 ? ':' : '.', n);
	}
	run_free(run);
	LAB_FREE char *random = log_of(kinds[_i], "random:5", 1);
	LAB_FREE char *replayed = log_of(kinds[_i], buf_text(&name), 1);

	expect_same(kinds[_i], buf_text(&name), random, replayed);
}
END_TEST

START_TEST(bad_names_are_refused)
{
	LAB_FREE char *bin = path_join(built, "bin");
	LAB_FREE char *words = lab_xprintf("schedule \"%s\": expected natural, random:SEED, "
					   "pct:SEED:DEPTH:STEPS, slow:SEED or choices:N.N.N",
		bad_names[_i]);
	struct run_request request = {.bin_dir = bin,
		.programs = {{.name = PROGRAM}},
		.program_count = 1,
		.schedule = bad_names[_i],
		.seed = 1,
		.cpu = -1};
	struct lab_error e = {0};

	ck_assert_ptr_null(run_start(&request, &e));
	ck_assert_int_eq(e.kind, LAB_USAGE);
	ck_assert_str_eq(e.text, words);
}
END_TEST

int main(void)
{
	struct lab_error e = {0};
	TCase *tcase = tcase_create("schedules");
	char *folder;
	int status;

	if (!real_can_run())
		return 0;
	folder = path_make_temporary("test-schedules", &e);
	built = folder ? real_build(folder, PROGRAM,
				 ABS_TOP_SRCDIR "/tests/golden/schedules/" PROGRAM ".c", &e)
		       : NULL;
	if (!built) {
		fprintf(stderr, "%s\n", e.text);
		return 99;
	}
	tcase_add_loop_test(tcase, one_name_one_log, 0, KINDS);
	tcase_add_loop_test(tcase, so_has_every_kind, 0, KINDS);
	tcase_add_loop_test(tcase, load_changes_nothing, 0, KINDS);
	tcase_add_loop_test(tcase, other_seeds_other_logs, 0, KINDS);
	tcase_add_test(tcase, the_world_has_a_seed_of_its_own);
	tcase_add_loop_test(tcase, choices_replay_another_schedule, 0, KINDS);
	tcase_add_loop_test(
		tcase, bad_names_are_refused, 0, sizeof(bad_names) / sizeof(bad_names[0]));
	status = real_main("schedules", tcase);
	path_remove_tree(folder, NULL);
	free(folder);
	free(built);
	return status;
}
