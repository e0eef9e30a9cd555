/*
 * race-run TIMES SOURCE EXPECTED [ARGUMENT]...: builds SOURCE as a submission in which races are
 * looked for, and runs it TIMES by the natural schedule. Prints: runs, in how many a race was
 * found, ms a run, ms to the first (-). Then by random schedules until it prints something else
 * than EXPECTED: runs, how many did (at most 1), ms a run, ms to it, and the schedule's name.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/build/build.h"
#include "lab/run/run.h"

#define SCHEDULES 1000

static char *bin, *lines;
static struct run_yard *yard;

static void fail(const struct lab_error *e)
{
	fprintf(stderr, "race-run: %s\n", e->text);
	exit(1);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void build(const char *folder, const char *from)
{
	LAB_FREE char *in = path_join(folder, "in"), *to = path_join(in, "prog.c");
	LAB_FREE char *out = path_join(folder, "out");
	char *files[] = {(char *)"prog.c", NULL}, *none[] = {NULL};
	struct exercise_program program = {(char *)"prog", files};
	struct exercise exercise = {.id = (char *)"prog",
		.programs = &program,
		.program_count = 1,
		.files = files,
		.needs = none,
		.api = none,
		.hints = none,
		.races = true,
		.folder = in};
	struct build_result result = {0};
	BUF_SCOPED text = BUF_INIT;
	struct lab_error e = {0};

	if (file_read(from, &text, BUILD_SOURCE_MAX, &e) < 0 || mkdir(in, 0755) < 0 ||
		mkdir(out, 0700) < 0 || file_write(to, text.data, text.len, 0644, &e) < 0 ||
		build_submission(&exercise, in, out, NULL, &result, &e) < 0)
		fail(&e);
	if (!result.ok) {
		fprintf(stderr, "race-run: %s does not compile\n", from);
		exit(1);
	}
	build_result_done(&result);
	bin = path_join(out, "bin");
	lines = path_join(out, "lines");
}

static bool is_race(const struct event_log *log)
{
	for (size_t i = 0; i < log->count; i++)
		if (log->events[i]->kind == EVENT_RACE)
			return true;
	return false;
}

/* Was there a race (SCHEDULE NULL), or another output? */
static bool is_found(const char *const *argv, const char *schedule, const char *expected)
{
	struct run_request request = {.bin_dir = bin,
		.lines_dir = lines,
		.programs = {{.name = "prog", .argv = argv}},
		.program_count = 1,
		.schedule = schedule,
		.seed = 1,
		.step_budget = 1000000000,
		.spin_steps = 1000000000,
		.cpu = -1,
		.yard = yard};
	struct lab_error e = {0};
	struct run *run = run_start(&request, &e);
	const struct buf *out;
	bool found;

	if (!run || run_until_end(run, &e) == RUN_FAILED || run_finish(run, &e) < 0)
		fail(&e);
	out = run_output(run, 1);
	found = !schedule ? is_race(run_log(run))
			  : out->len != strlen(expected) + 1 ||
				    strncmp(buf_text(out), expected, strlen(expected)) != 0;
	run_free(run);
	return found;
}

static void told(int runs, int found, double begin, double first, const char *schedule)
{
	printf("%d\t%d\t%.2f\t", runs, found, (now() - begin) / runs);
	if (first < 0)
		printf("-\t-\n");
	else
		printf("%.0f\t%s\n", first, schedule);
}

int main(int argc, char **argv)
{
	const char *args[16] = {"prog"};
	char *folder, schedule[32] = "natural";
	struct lab_error e = {0};
	int times = argc > 3 ? atoi(argv[1]) : 0, found = 0, runs = 0;
	double begin, first = -1;

	if (times < 1 || argc > 18) {
		fprintf(stderr, "usage: race-run TIMES SOURCE EXPECTED [ARGUMENT]...\n");
		return 2;
	}
	for (int i = 4; i < argc; i++)
		args[i - 3] = argv[i];
	folder = path_make_temporary("race-run", &e);
	if (!folder)
		fail(&e);
	build(folder, argv[2]);
	yard = run_yard_new(bin, NULL);
	begin = now();
	for (int i = 0; i < times; i++) {
		found += is_found(args, NULL, argv[3]);
		if (found && first < 0)
			first = now() - begin;
	}
	told(times, found, begin, first, schedule);
	begin = now();
	first = -1;
	while (first < 0 && runs < SCHEDULES && now() - begin < 10e3) {
		snprintf(schedule, sizeof(schedule), "random:%d", ++runs);
		if (is_found(args, schedule, argv[3]))
			first = now() - begin;
	}
	told(runs, first >= 0, begin, first, schedule);
	run_yard_free(yard);
	free(bin);
	free(lines);
	if (path_remove_tree(folder, &e) < 0)
		fail(&e);
	free(folder);
	return 0;
}
