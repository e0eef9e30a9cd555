/* What `ipclab check` says: see check_output.h. */
#include "config.h"

#include "runner/check_output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/report/words.h"
#include "runner/output.h"

void check_output_begin(struct check_output *o)
{
	if (o->junit)
		report_junit_begin(&o->junit_text);
	if (o->gradescope)
		report_gradescope_begin(&o->gradescope_tests);
	if (o->form == CHECK_TAP) {
		BUF_SCOPED text = BUF_INIT;

		report_tap_begin(&text);
		fputs(buf_text(&text), stdout);
	}
}

/* ---- standard output ---- */

static void print_row(const char *state, double score, const struct exercise *ex, const char *what)
{
	LAB_FREE char *got = words_points(score);

	printf("%-6s  %5s of %-3d  ", state, got, ex->points);
	if (*what)
		printf("%-36s  %s\n", ex->id, what);
	else
		puts(ex->id);
}

static void print_grade_row(const struct grade *grade)
{
	const char *first = grade->build.ok ? NULL : "does not build";

	for (size_t i = 0; i < grade->check_count && !first; i++)
		if (grade->checks[i].verdict != VERDICT_PASS)
			first = grade->checks[i].name;
	if (grade->verdict == VERDICT_BROKEN && grade->complaint)
		first = "see \"ipclab check\" of it";
	print_row(verdict_name(grade->verdict), grade->score, grade->exercise, first ? first : "");
}

/* Neither JSON nor TAP has a place for it. */
static void complain_if_broken(const struct report *report)
{
	if (report->verdict == VERDICT_BROKEN && report->complaint)
		output_complain("%s", report->complaint);
}

static void print_json(const struct report *report)
{
	LAB_FREE char *text = report_json(report);

	puts(text);
	complain_if_broken(report);
}

static void print_tap(struct check_output *o, const struct report *report)
{
	BUF_SCOPED text = BUF_INIT;

	report_tap_add(&text, report, &o->tap_lines);
	fputs(buf_text(&text), stdout);
}

static void print_tap_end(const struct check_output *o)
{
	BUF_SCOPED text = BUF_INIT;

	report_tap_end(&text, o->tap_lines);
	fputs(buf_text(&text), stdout);
}

static void print_totals(const struct check_output *o)
{
	LAB_FREE char *got = words_points(o->score), *most = words_points(o->max_score);

	printf("\n%zu passed, %zu failed", o->passed, o->failed);
	if (o->broken)
		printf(", %zu broken (not your fault)", o->broken);
	if (o->untouched)
		printf(", %zu not begun", o->untouched);
	printf(": %s of %s points. \"%s check EXERCISE\" tells more of one.\n", got, most,
		o->program);
}

/* ---- files ---- */

static void add_to_files(struct check_output *o, const struct report *report)
{
	if (o->junit)
		report_junit_add(&o->junit_text, report);
	if (o->gradescope)
		report_gradescope_add(&o->gradescope_tests, report);
}

static int write_text(const char *path, const char *text, struct lab_error *e)
{
	if (file_write(path, text, strlen(text), 0644, e) == 0)
		return 0;
	e->kind = LAB_USAGE;
	return lab_wrap(e, "check");
}

/* ---- all of it ---- */

void check_output_grade(
	struct check_output *o, const struct grade *grade, const struct report *report)
{
	switch (o->form) {
	case CHECK_WHOLE:
		report_text(
			stdout, report, output_colour(STDOUT_FILENO), output_width(STDOUT_FILENO));
		break;
	case CHECK_ROWS:
		print_grade_row(grade);
		break;
	case CHECK_JSON:
		print_json(report);
		break;
	case CHECK_TAP:
		print_tap(o, report);
		complain_if_broken(report);
		break;
	}
	o->passed += report->verdict == VERDICT_PASS;
	o->failed += report->verdict == VERDICT_FAIL;
	o->broken += report->verdict == VERDICT_BROKEN;
	o->score += report->score;
	o->max_score += report->max_score;
	add_to_files(o, report);
}

void check_output_untouched(struct check_output *o, const struct exercise *ex)
{
	struct report report = {
		.exercise = ex->id,
		.title = ex->title,
		.max_score = ex->points,
		.missing = "not begun",
	};

	if (o->form == CHECK_ROWS)
		print_row("-", 0, ex, report.missing);
	if (o->form == CHECK_TAP)
		print_tap(o, &report);
	o->untouched++;
	o->max_score += ex->points;
	add_to_files(o, &report);
}

int check_output_end(struct check_output *o, struct lab_error *e)
{
	if (o->form == CHECK_ROWS)
		print_totals(o);
	if (o->form == CHECK_TAP)
		print_tap_end(o);
	if (o->junit) {
		report_junit_end(&o->junit_text);
		if (write_text(o->junit, buf_text(&o->junit_text), e) < 0)
			return -1;
	}
	if (o->gradescope) {
		LAB_FREE char *text = report_gradescope_end(&o->gradescope_tests);

		if (write_text(o->gradescope, text, e) < 0)
			return -1;
	}
	return 0;
}

void check_output_done(struct check_output *o)
{
	buf_done(&o->junit_text);
	report_gradescope_done(&o->gradescope_tests);
}
