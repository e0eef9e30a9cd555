/*
 * More than a pipe holds, at once. Its writer waits for room and goes on while somebody reads, the
 * lab itself or another process: how much comes with which read, and who is met asleep in between,
 * is a matter of luck. So it is who is woken between two things that one death brings about. The
 * log must not tell.
 */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/sha256.h"
#include "tests/unit/real_run.h"

#define TIMES 5

static char *large, *pump, *deaths, *threads;

static void sum_of(struct run *run, char sum[static SHA256_HEX])
{
	struct sha256 hash;

	sha256_init(&hash);
	event_log_sum(run_log(run), &hash);
	sha256_hex(&hash, sum);
}

static struct run *run_large(const char *bytes, size_t budget)
{
	const char *const argv[] = {"large", bytes, NULL};

	return real_run(large, "large", argv, (struct run_request){.output_budget = budget});
}

/* An output is cut only where its event is full. */
static void check_outputs(const struct event_log *log)
{
	for (size_t i = 1; i < log->count; i++) {
		const struct event *before = log->events[i - 1], *e = log->events[i];

		ck_assert_msg(e->kind != EVENT_OUTPUT || before->kind != EVENT_OUTPUT ||
				      event_int(e, "fd", 0) != event_int(before, "fd", 0) ||
				      event_arg(before, "data")->len == EVENT_DATA_MAX,
			"event %zu goes on with what event %zu has begun", i, i - 1);
	}
}

START_TEST(large_output_is_logged_the_same)
{
	char first[SHA256_HEX], sum[SHA256_HEX];

	for (int i = 0; i < TIMES; i++) {
		struct run *run = run_large("400000", 0);

		sum_of(run, sum);
		if (i == 0)
			memcpy(first, sum, sizeof(first));
		ck_assert_str_eq(first, sum);
		ck_assert_uint_eq(run_output(run, 1)->len, 400000);
		ck_assert_uint_eq(run_output(run, 2)->len, 200000);
		check_outputs(run_log(run));
		run_free(run);
	}
}
END_TEST

START_TEST(output_stops_behind_its_budget)
{
	struct run *run = run_large("400000", 100000);

	ck_assert_uint_eq(run_output(run, 1)->len, 100001);
	ck_assert_uint_eq(run_output(run, 2)->len, 0);
	check_outputs(run_log(run));
	run_free(run);
}
END_TEST

static void check_same_logs(const char *built, const char *name, const char *schedule)
{
	char first[SHA256_HEX], sum[SHA256_HEX];

	for (int i = 0; i < TIMES; i++) {
		const char *const argv[] = {name, NULL};
		struct run *run =
			real_run(built, name, argv, (struct run_request){.schedule = schedule});

		sum_of(run, sum);
		if (i == 0)
			memcpy(first, sum, sizeof(first));
		ck_assert_str_eq(first, sum);
		run_free(run);
	}
}

START_TEST(who_waits_within_a_call_is_not_told)
{
	check_same_logs(pump, "pump", NULL);
}
END_TEST

START_TEST(a_death_is_one_event)
{
	const char *const argv[] = {"deaths", NULL};
	struct run *run = real_run(deaths, "deaths", argv, (struct run_request){0});

	ck_assert_str_eq(run_output(run, 1)->data,
		"0 in vain, 0 with 1, 0 with 2, 0 with 3, 0 with 4, 0 with 5, 60 with 6; told 60 "
		"times\n");
	run_free(run);
	check_same_logs(deaths, "deaths", "random:1");
}
END_TEST

START_TEST(threads_die_with_their_process)
{
	check_same_logs(threads, "threads", "random:1");
	check_same_logs(threads, "threads", "pct:11:2:128");
}
END_TEST

int main(void)
{
	struct lab_error e = {0};
	TCase *tcase = tcase_create("streams");
	char *folder;
	int status;

	if (!real_can_run())
		return 0;
	folder = path_make_temporary("test-streams", &e);
	if (folder) {
		large = real_build(
			folder, "large", ABS_TOP_SRCDIR "/tests/golden/streams/large.c", &e);
		pump = real_build(
			folder, "pump", ABS_TOP_SRCDIR "/tests/golden/streams/pump.c", &e);
	}
	if (pump)
		deaths = real_build(
			folder, "deaths", ABS_TOP_SRCDIR "/tests/golden/streams/deaths.c", &e);
	if (deaths)
		threads = real_build(
			folder, "threads", ABS_TOP_SRCDIR "/tests/golden/streams/threads.c", &e);
	if (!large || !threads) {
		fprintf(stderr, "%s\n", e.text);
		return 99;
	}
	tcase_add_test(tcase, large_output_is_logged_the_same);
	tcase_add_test(tcase, output_stops_behind_its_budget);
	tcase_add_test(tcase, who_waits_within_a_call_is_not_told);
	tcase_add_test(tcase, a_death_is_one_event);
	tcase_add_test(tcase, threads_die_with_their_process);
	status = real_main("streams", tcase);
	path_remove_tree(folder, NULL);
	free(folder);
	free(large);
	free(pump);
	free(deaths);
	free(threads);
	return status;
}
