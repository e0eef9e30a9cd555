/*
 * What the kinds of schedules are for: each finds the bugs that it should within a bounded number
 * of seeds, from whatever seed one begins, and a name that shows a bug shows it again, byte for
 * byte. The programs are those of tests/golden/schedules/bugs.c.
 */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/real_run.h"

#define PROGRAM "bugs"
#define STARTS  8 /* places to begin from */

static const struct row {
	const char *bug, *family; /* a printf format */
	int most;                 /* seeds until it is found; 0: never in 20 */
} rows[] = {
	{"abba", "random:%d", 40},
	{"abba", "pct:%d:2:20", 40},
	{"update", "random:%d", 20},
	{"update", "pct:%d:2:12", 40},
	{"pause", "random:%d", 60},
	{"pause", "pct:%d:2:8", 80},
	{"suspend", "random:%d", 0},
	{"suspend", "pct:%d:2:8", 0},
	{"sleep", "slow:%d", 10},
	{"sleep", "random:%d", 0},
	{"sleep", "pct:%d:3:20", 0},
};

static char *built;

static struct run *run_under(const char *bug, const char *schedule)
{
	const char *argv[] = {PROGRAM, bug, NULL};

	return real_run(built, PROGRAM, argv, (struct run_request){.schedule = schedule});
}

/* It hung, or ended with another status than 0. */
static bool goes_wrong(const struct run *run)
{
	const struct event_log *log = run_log(run);
	const struct event *end = log->events[log->count - 1];

	return strcmp(event_text(end, "why"), "ended") != 0 || event_int(end, "status", 1) != 0;
}

static char *log_text(const struct run *run)
{
	const struct event_log *log = run_log(run);
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < log->count; i++) {
		event_write(log->events[i], &text);
		buf_putc(&text, '\n');
	}
	return buf_take(&text);
}

START_TEST(natural_shows_none_of_them)
{
	static const char *const bugs[] = {"abba", "update", "sleep", "pause", "suspend"};
	struct run *run = run_under(bugs[_i], "natural");

	ck_assert(!goes_wrong(run));
	run_free(run);
}
END_TEST

static void shows_it_again(const char *bug, const char *schedule, struct run *run)
{
	struct run *again = run_under(bug, schedule);
	LAB_FREE char *one = log_text(run), *two = log_text(again);

	ck_assert_str_eq(one, two);
	run_free(again);
}

/* The number of schedules it takes from FIRST on; 0: not within MOST. */
static int seeds_until_found(const struct row *row, int first, int most)
{
	for (int i = 0; i < most; i++) {
		char schedule[64];
		struct run *run;
		bool found;

		snprintf(schedule, sizeof(schedule), row->family, first + i);
		run = run_under(row->bug, schedule);
		found = goes_wrong(run);
		if (found)
			shows_it_again(row->bug, schedule, run);
		run_free(run);
		if (found)
			return i + 1;
	}
	return 0;
}

START_TEST(each_kind_finds_its_bugs)
{
	const struct row *row = &rows[_i];

	if (row->most == 0) {
		ck_assert_int_eq(seeds_until_found(row, 1, 20), 0);
		return;
	}
	for (int start = 0; start < STARTS; start++)
		ck_assert_msg(seeds_until_found(row, 1 + start * 1000, row->most) > 0,
			"%s: not within %d of %s, from %d", row->bug, row->most, row->family,
			1 + start * 1000);
}
END_TEST

/* Time may run past a task, but never further than the judge has asked for. */
START_TEST(slow_obeys_the_judge)
{
	const char *argv[] = {PROGRAM, "sleep", NULL};
	LAB_FREE char *bin = path_join(built, "bin");
	struct run_request request = {.bin_dir = bin,
		.programs = {{.name = PROGRAM, .argv = argv}},
		.program_count = 1,
		.seed = 1,
		.cpu = -1};

	for (int seed = 1; seed <= 20; seed++) {
		LAB_FREE char *schedule = lab_xprintf("slow:%d", seed);
		struct lab_error e = {0};
		struct run *run;

		request.schedule = schedule;
		run = run_start(&request, &e);
		ck_assert_msg(run != NULL, "%s", e.text);
		ck_assert_int_ne(run_until_time(run, RUN_SECOND / 2, &e), RUN_FAILED);
		ck_assert_int_le(run_time(run), RUN_SECOND / 2);
		ck_assert_int_ne(run_until_blocked(run, &e), RUN_FAILED);
		ck_assert_int_le(run_time(run), RUN_SECOND / 2);
		run_free(run);
	}
}
END_TEST

int main(void)
{
	struct lab_error e = {0};
	TCase *tcase = tcase_create("exploration");
	char *folder;
	int status;

	if (!real_can_run())
		return 0;
	folder = path_make_temporary("test-exploration", &e);
	built = folder ? real_build(folder, PROGRAM,
				 ABS_TOP_SRCDIR "/tests/golden/schedules/" PROGRAM ".c", &e)
		       : NULL;
	if (!built) {
		fprintf(stderr, "%s\n", e.text);
		return 99;
	}
	tcase_add_loop_test(tcase, natural_shows_none_of_them, 0, 5);
	tcase_add_loop_test(tcase, each_kind_finds_its_bugs, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tcase, slow_obeys_the_judge);
	status = real_main("exploration", tcase);
	path_remove_tree(folder, NULL);
	free(folder);
	free(built);
	return status;
}
