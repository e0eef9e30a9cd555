/*
 * Reports of one student's work as the results.json that Gradescope wants of an autograder
 * (https://gradescope-autograders.readthedocs.io/en/latest/specs/). A test there is a check here,
 * with its share of the exercise's points.
 *
 * Students see what their programs did. What the lab itself failed at has a visible line that says
 * that it was not theirs, and a hidden one, for staff, that says what it was; what was printed on
 * standard output is for staff as well.
 */
#include "config.h"

#include "lab/report/report.h"

#include <jansson.h>
#include <stdlib.h>

#include "lab/base/buf.h"
#include "lab/report/cases.h"
#include "lab/report/words.h"

static const char not_yours[] =
	"The lab itself failed here, not you. This decides nothing: please tell your instructor.";

static json_t *string(const char *s)
{
	BUF_SCOPED safe = BUF_INIT;

	words_add(&safe, s ? s : "", true);
	return json_stringn(buf_text(&safe), safe.len);
}

void report_gradescope_begin(struct report_gradescope *g)
{
	*g = (struct report_gradescope){.tests = json_array(), .exercises = json_object()};
}

struct row {
	const char *status, *visibility, *output;
	double score, max_score;
};

static void add_row(struct report_gradescope *g, const struct report *r,
	const struct report_case *c, const struct row *row)
{
	LAB_FREE char *name = lab_xprintf("%s: %s", r->exercise, c->name);
	json_t *o = json_object();

	json_object_set_new(o, "name", string(name));
	json_object_set_new(o, "score", json_real(row->score));
	json_object_set_new(o, "max_score", json_real(row->max_score));
	json_object_set_new(o, "status", json_string(row->status));
	json_object_set_new(o, "output", string(row->output));
	json_object_set_new(o, "visibility", json_string(row->visibility));
	json_array_append_new(g->tests, o);
}

static char *words_of(const struct report *r, const struct report_case *c)
{
	struct report elsewhere = *r; /* in the student's own workspace */
	struct buf b = BUF_INIT;
	BUF_SCOPED where = BUF_INIT;
	LAB_FREE char *replay = NULL;

	elsewhere.submission = elsewhere.course = NULL;
	buf_puts(&b, c->message);
	if (c->kind != CASE_FAIL || !c->check)
		return buf_take(&b);
	report_add_place(&where, c->check->file, c->check->line);
	replay = report_replay(&elsewhere, c->check, NULL);
	buf_puts(&b, "\n");
	if (where.len)
		buf_printf(&b, "\nwhere: %s", buf_text(&where));
	buf_printf(&b, "\nagain: %s", replay);
	return buf_take(&b);
}

static void add_case(
	struct report_gradescope *g, const struct report *r, const struct report_case *c)
{
	LAB_FREE char *words = words_of(r, c);
	struct row row = {
		.status = c->kind == CASE_PASS ? "passed" : "failed",
		.visibility = "visible",
		.output = c->kind == CASE_BROKEN ? not_yours : words,
		.score = c->score,
		.max_score = c->max_score,
	};

	add_row(g, r, c, &row);
	if (c->kind != CASE_BROKEN)
		return;
	row.visibility = "hidden";
	row.output = words;
	add_row(g, r, c, &row);
}

/* Why a report is broken belongs to no check. */
static void add_complaint(struct report_gradescope *g, const struct report *r)
{
	static char name[] = "lab", nothing[] = "";
	const struct report_case c = {.kind = CASE_BROKEN, .name = name, .message = nothing};
	const struct row row = {"failed", "hidden", r->complaint, 0, 0};

	add_row(g, r, &c, &row);
}

void report_gradescope_add(struct report_gradescope *g, const struct report *r)
{
	const char *verdict =
		r->missing ? report_case_kind_name(CASE_MISSING) : verdict_name(r->verdict);
	bool broken = !r->missing && r->verdict == VERDICT_BROKEN;
	CASES_SCOPED cases = {0};
	json_t *o = json_object();

	report_cases_init(&cases, r);
	for (size_t i = 0; i < cases.count; i++)
		add_case(g, r, &cases.list[i]);
	if (broken && r->complaint && cases.list[cases.count - 1].check)
		add_complaint(g, r);
	json_object_set_new(o, "verdict", json_string(verdict));
	json_object_set_new(o, "score", json_real(r->score));
	json_object_set_new(o, "max_score", json_real(r->max_score));
	json_object_set_new(o, "isolation", string(r->isolation));
	json_object_set_new(o, "engine", string(r->engine));
	json_object_set_new(o, "log_sha256", string(r->log_sha256));
	json_object_set_new(g->exercises, r->exercise, o);
	g->broken += broken;
	if (broken)
		return;
	g->score += r->score;
	g->max_score += r->max_score;
}

/* " Handed in 2 days and 3 hours after it was due." or "". Caller frees. */
static char *lateness(long long seconds)
{
	static const struct {
		const char *name;
		long long seconds;
	} units[] = {{"day", 86400}, {"hour", 3600}, {"minute", 60}, {"second", 1}};
	BUF_SCOPED b = BUF_INIT;

	for (size_t i = 0, told = 0; i < sizeof(units) / sizeof(units[0]) && told < 2; i++) {
		long long n = seconds / units[i].seconds;

		if (n <= 0)
			continue;
		buf_printf(&b, "%s%lld %s%s", told++ ? " and " : " Handed in ", n, units[i].name,
			n == 1 ? "" : "s");
		seconds -= n * units[i].seconds;
	}
	if (b.len)
		buf_puts(&b, " after it was due.");
	return lab_xstrdup(buf_text(&b));
}

char *report_gradescope_end(struct report_gradescope *g)
{
	LAB_FREE char *late = lateness(g->late);
	LAB_FREE char *got = words_points(g->score), *most = words_points(g->max_score);
	LAB_FREE char *output = lab_xprintf("%s of %s points.%s%s%s", got, most, late,
		g->broken ? " In part this could not be graded. " : "", g->broken ? not_yours : "");
	LAB_FREE char *text = NULL;
	json_t *o = json_object(), *extra = json_object();

	json_object_set_new(o, "score", json_real(g->score));
	json_object_set_new(o, "output", json_string(output));
	json_object_set_new(o, "output_format", json_string("text"));
	json_object_set_new(o, "test_output_format", json_string("text"));
	json_object_set_new(o, "visibility", json_string("visible"));
	json_object_set_new(o, "stdout_visibility", json_string("hidden"));
	json_object_set_new(extra, "exercises", g->exercises);
	if (g->late > 0)
		json_object_set_new(extra, "late_seconds", json_integer(g->late));
	json_object_set_new(o, "extra_data", extra);
	json_object_set_new(o, "tests", g->tests);
	*g = (struct report_gradescope){0};
	text = json_dumps(o, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
	json_decref(o);
	return lab_xprintf("%s\n", text);
}

void report_gradescope_done(struct report_gradescope *g)
{
	json_decref(g->tests);
	json_decref(g->exercises);
	*g = (struct report_gradescope){0};
}
