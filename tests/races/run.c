/*
 * Races and their absence, in programs as students write them. Each program of programs/ is built
 * as a submission and runs by schedules of each kind. Its first comment is its verdict: one that
 * says `clean` must never be reported; of one that says `race` each schedule must find a race, and
 * each report must be of a line marked "race A" and one marked "race B". All must end well, and a
 * second run must give the same log, in which each use of memory is a stop: what was written down
 * instead in the first (guest/tape.h) must make no difference.
 *
 * RACES_ONLY: a part of the names of programs; RACES_REPEAT: runs of each by each schedule, else 2
 * by every other one.
 */
#include "config.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/base/sha256.h"
#include "lab/event/event.h"
#include "lab/run/run.h"
#include "tests/unit/real_run.h"

#define PROGRAMS ABS_TOP_SRCDIR "/tests/races/programs"
#define HEADER   "shared.h"
#define BATCH    8 /* programs that are compiled at once */

static const char *const schedules[] = {"natural", "random:1", "pct:1:3:30", "slow:2"};

static struct program {
	char *name;
	const char *built;     /* by the batch */
	struct run_yard *yard; /* likewise */
	struct buf source;
	bool race;
} * programs;
static size_t count;
static unsigned repeat; /* 0: see above */

/* Is LINE of P marked WHICH, 'A' or 'B'? */
static bool marked(const struct program *p, int line, char which)
{
	const char *at = real_line(p->source.data, line);

	if (!at)
		return false;
	LAB_FREE char *text = lab_xprintf("%.*s", (int)strcspn(at, "\n"), at);
	const char *mark = strstr(text, "/* race ");

	return mark && strchr(mark + strlen("/* race "), which) != NULL;
}

/* The line of the program's own source at which the access E was; -1: elsewhere. */
static int line_of(const struct program *p, const struct event *e)
{
	LAB_FREE char *file = lab_xprintf("%s.c", p->name);

	return e->place.file && !strcmp(e->place.file, file) ? e->place.line : -1;
}

/* What is wrong with the reports of LOG, or NULL. Caller frees. */
static char *wrong_reports(const struct program *p, const struct event_log *log)
{
	size_t found = 0;

	for (size_t i = 0; i + 2 < log->count; i++) {
		const struct event *first = log->events[i + 1], *second = log->events[i + 2];

		if (log->events[i]->kind != EVENT_RACE)
			continue;
		found++;

		int one = line_of(p, first), two = line_of(p, second);

		if (!p->race || !((marked(p, one, 'A') && marked(p, two, 'B')) ||
					(marked(p, one, 'B') && marked(p, two, 'A'))))
			return lab_xprintf(
				"a race of line %d (t%d, %s) and line %d (t%d, %s) of %s", one,
				first->task, first->name, two, second->task, second->name,
				event_text(log->events[i], "obj"));
	}
	return p->race && !found ? lab_xstrdup("no race was found") : NULL;
}

/* How the first program ended, in words; NULL: well. */
static char *bad_end(const struct event_log *log)
{
	for (size_t i = 0; i < log->count; i++) {
		const struct event *e = log->events[i];

		if (e->kind == EVENT_DEADLOCK || e->kind == EVENT_SPIN || e->kind == EVENT_LIMIT)
			return lab_xprintf("event %d says that it does not end", e->kind);
		if (e->task == 1 && e->kind == EVENT_KILLED)
			return lab_xprintf("killed by %s", e->name);
		if (e->task == 1 && e->kind == EVENT_EXIT && event_int(e, "status", -1) != 0)
			return lab_xprintf("ended with %d", (int)event_int(e, "status", -1));
	}
	return NULL;
}

/* What event_log_sum() adds up, so that what differs can be told. */
static void write_log(const struct event_log *log, struct buf *into)
{
	bool begun = false;

	for (size_t i = 0; i < log->count; i++) {
		BUF_SCOPED line = BUF_INIT;

		begun |= log->events[i]->kind == EVENT_MAIN;
		if (!begun)
			continue;
		event_write(log->events[i], &line);
		/* but for the step, which counts start-up */
		buf_printf(into, "%s\n", buf_text(&line) + strcspn(buf_text(&line), " "));
	}
}

static void run_once(
	const struct program *p, const char *schedule, bool tape, struct buf *text, char *sum)
{
	const char *argv[] = {p->name, NULL};
	struct run *run = real_run(p->built, p->name, argv,
		(struct run_request){
			.schedule = schedule, .linger = true, .yard = p->yard, .no_tape = !tape});
	LAB_FREE char *end = bad_end(run_log(run));
	LAB_FREE char *wrong = wrong_reports(p, run_log(run));
	struct sha256 all;

	if (getenv("RACES_LOGS")) {
		LAB_FREE char *path =
			lab_xprintf("%s/%s.%s", getenv("RACES_LOGS"), p->name, schedule);

		event_log_save(run_log(run), path, NULL);
	}
	ck_assert_msg(!end, "%s, %s: %s; %s", p->name, schedule, end, buf_text(run_output(run, 2)));
	ck_assert_msg(!wrong, "%s, %s: %s", p->name, schedule, wrong);
	sha256_init(&all);
	event_log_sum(run_log(run), &all);
	sha256_hex(&all, sum);
	write_log(run_log(run), text);
	run_free(run);
}

/* The line of TEXT in which ONE and OTHER first differ. */
static char *first_difference(const struct buf *one, const struct buf *other, const char *text)
{
	size_t begin = 0;

	for (size_t i = 0; i < one->len && i < other->len && one->data[i] == other->data[i]; i++) {
		if (one->data[i] == '\n')
			begin = i + 1;
	}
	return lab_xprintf("%.*s", (int)strcspn(text + begin, "\n"), text + begin);
}

START_TEST(program)
{
	const struct program *p = &programs[_i];

	for (size_t i = 0; i < sizeof(schedules) / sizeof(schedules[0]); i++) {
		BUF_SCOPED text = BUF_INIT;
		char sum[SHA256_HEX];

		unsigned runs = repeat ? repeat : 1 + ((unsigned)_i + i) % 2;

		run_once(p, schedules[i], true, &text, sum);
		for (unsigned n = 1; n < runs; n++) {
			BUF_SCOPED again = BUF_INIT;
			char other[SHA256_HEX];

			run_once(p, schedules[i], n % 2 == 0, &again, other);
			if (!strcmp(sum, other))
				continue;

			LAB_FREE char *was = first_difference(&text, &again, buf_text(&text)),
				      *is = first_difference(&text, &again, buf_text(&again));

			ck_abort_msg("%s, %s: run %u has another log:%s instead of%s", p->name,
				schedules[i], n + 1, is, was);
		}
	}
}
END_TEST

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct program *)a)->name, ((const struct program *)b)->name);
}

static int find_programs(struct lab_error *e)
{
	const char *only = getenv("RACES_ONLY");
	DIR *folder = opendir(PROGRAMS);

	if (!folder)
		return lab_fail_errno(e, LAB_BROKEN, "opendir \"%s\"", PROGRAMS);
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		size_t length = strlen(entry->d_name);

		if (length < 3 || strcmp(entry->d_name + length - 2, ".c") != 0 ||
			(only && !strstr(entry->d_name, only)))
			continue;
		programs = lab_xrealloc(programs, (count + 1) * sizeof(*programs));
		programs[count] = (struct program){
			.name = lab_xprintf("%.*s", (int)length - 2, entry->d_name)};
		count++;
	}
	closedir(folder);
	qsort(programs, count, sizeof(*programs), by_name);
	for (size_t i = 0; i < count; i++) {
		LAB_FREE char *path = lab_xprintf("%s/%s.c", PROGRAMS, programs[i].name);

		if (file_read(path, &programs[i].source, BUILD_SOURCE_MAX, e) < 0)
			return -1;
		programs[i].race = !strncmp(programs[i].source.data, "/* race: ", 9);
		if (!programs[i].race && strncmp(programs[i].source.data, "/* clean: ", 10) != 0)
			return lab_fail(e, LAB_BROKEN, "%s: has no verdict", path);
	}
	return 0;
}

/* COUNT programs from P on as one submission, in FOLDER/NAME. */
static int build_batch(struct program *p, size_t size, const char *folder, struct lab_error *e)
{
	struct exercise_program built[BATCH];
	char *sources[BATCH][2], *files[BATCH + 2] = {NULL}, *none[] = {NULL};
	LAB_FREE char *submission = lab_xprintf("%s/%s.in", folder, p->name);
	char *out = path_join(folder, p->name);
	struct build_result result = {0};
	struct exercise exercise = {.id = p->name,
		.programs = built,
		.program_count = size,
		.files = files,
		.needs = none,
		.api = none,
		.hints = none,
		.races = true,
		.folder = submission};
	int done;

	if (mkdir(submission, 0755) < 0 || mkdir(out, 0700) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "mkdir \"%s\"", out);
	for (size_t i = 0; i <= size; i++) {
		char *name = i < size ? lab_xprintf("%s.c", p[i].name) : lab_xstrdup(HEADER);
		LAB_FREE char *from = path_join(PROGRAMS, name), *to = path_join(submission, name);
		BUF_SCOPED text = BUF_INIT;

		files[i] = name;
		if (file_read(from, &text, BUILD_SOURCE_MAX, e) < 0 ||
			file_write(to, text.data, text.len, 0644, e) < 0)
			return -1;
		if (i == size)
			break;
		sources[i][0] = name;
		sources[i][1] = NULL;
		built[i] = (struct exercise_program){p[i].name, sources[i]};
		p[i].built = out;
	}
	done = build_submission(&exercise, submission, out, NULL, &result, e);
	if (done == 0 && (!result.ok || result.count))
		done = lab_fail(e, LAB_BROKEN, "%s:%d: %s",
			result.count ? result.diagnostics[0].file : p->name,
			result.count ? result.diagnostics[0].line : 0,
			result.count ? result.diagnostics[0].text : "does not build");
	build_result_done(&result);

	LAB_FREE char *bin = path_join(out, "bin");
	struct run_yard *yard = done == 0 ? run_yard_new(bin, NULL) : NULL;

	for (size_t i = 0; i < size; i++)
		p[i].yard = yard;
	for (size_t i = 0; i <= size; i++)
		free(files[i]);
	return done;
}

int main(void)
{
	struct lab_error e = {0};
	TCase *tcase = tcase_create("races");
	char *folder;
	int status;

	if (!real_can_run())
		return 0;
	if (getenv("RACES_REPEAT"))
		repeat = (unsigned)strtoul(getenv("RACES_REPEAT"), NULL, 10);
	folder = path_make_temporary("races", &e);
	if (!folder || find_programs(&e) < 0) {
		fprintf(stderr, "%s\n", e.text);
		return 99;
	}
	for (size_t i = 0; i < count; i += BATCH) {
		if (build_batch(&programs[i], count - i < BATCH ? count - i : BATCH, folder, &e) <
			0) {
			fprintf(stderr, "%s\n", e.text);
			path_remove_tree(folder, NULL);
			return 99;
		}
	}
	tcase_add_loop_test(tcase, program, 0, (int)count);
	status = real_main("races", tcase);
	for (size_t i = 0; i < count; i += BATCH)
		run_yard_free(programs[i].yard);
	path_remove_tree(folder, NULL);
	free(folder);
	return status;
}
