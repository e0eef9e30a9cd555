/*
 * An outcome is the object that `check --json` prints, and beside it what that object leaves out:
 * {"report": {...}, "complaint": ...}.
 */
#include "config.h"

#include "runner/outcome.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lab/report/words.h"
#include "runner/grading.h"

static json_t *safe_string(const char *text)
{
	BUF_SCOPED safe = BUF_INIT;

	if (!text)
		return json_null();
	words_add(&safe, text, false);
	return json_string(buf_text(&safe));
}

void outcome_write(struct buf *into, const struct grade *grade)
{
	struct report report = grading_report(grade);
	LAB_FREE char *printed = report_json(&report);
	LAB_FREE char *line = NULL;
	json_t *o = json_object();

	json_object_set_new(o, "report", json_loads(printed, 0, NULL));
	json_object_set_new(o, "complaint", safe_string(report.complaint));
	line = json_dumps(o, JSON_COMPACT);
	buf_puts(into, line);
	json_decref(o);
	grading_report_done(&report);
}

static const char *string(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static int number(const json_t *o, const char *key)
{
	return (int)json_integer_value(json_object_get(o, key));
}

static void read_diagnostics(struct outcome *o, const json_t *list)
{
	size_t n = json_array_size(list);

	o->diagnostics = lab_xmalloc((n + 1) * sizeof(*o->diagnostics));
	for (size_t i = 0; i < n; i++) {
		const json_t *d = json_array_get(list, i);
		const char *severity = string(d, "severity"), *text = string(d, "text");

		o->diagnostics[i] = (struct report_diagnostic){
			.file = string(d, "file"),
			.line = number(d, "line"),
			.column = number(d, "column"),
			.severity = severity ? severity : "error",
			.text = text ? text : "",
			.source = string(d, "source"),
		};
	}
	o->report.diagnostics = o->diagnostics;
	o->report.diagnostic_count = n;
}

/* The strings stay the JSON's, though struct check_result could own its own. */
static int read_check(struct check_result *c, const json_t *o, struct lab_error *e)
{
	const json_t *where = json_object_get(o, "where");
	const char *name = string(o, "name"), *verdict = string(o, "verdict");
	const char *class = string(o, "class");

	*c = (struct check_result){
		.name = (char *)name,
		.message = (char *)string(o, "message"),
		.file = (char *)string(where, "file"),
		.line = number(where, "line"),
		.source = (char *)string(where, "source"),
		.schedule = (char *)string(o, "schedule"),
		.shortest = (char *)string(o, "shortest"),
		.schedules = (size_t)json_integer_value(json_object_get(o, "schedules")),
		.all = json_is_true(json_object_get(o, "all_schedules")),
	};
	if (!name || !verdict || !verdict_from_name(verdict, &c->verdict) ||
		(class && !verdict_class_from_name(class, &c->class)))
		return lab_fail(e, LAB_BROKEN, "an outcome holds what is no check");
	return 0;
}

static int read_checks(struct outcome *o, const json_t *list, struct lab_error *e)
{
	size_t n = json_array_size(list);

	o->checks = lab_xmalloc((n + 1) * sizeof(*o->checks));
	for (size_t i = 0; i < n; i++)
		if (read_check(&o->checks[i], json_array_get(list, i), e) < 0)
			return -1;
	o->report.checks = o->checks;
	o->report.check_count = n;
	return 0;
}

/* As in struct check_result, the strings stay the JSON's. */
static void read_refused(struct outcome *o, const json_t *list)
{
	size_t n = json_array_size(list);

	o->refused = lab_xmalloc((n + 1) * sizeof(*o->refused));
	for (size_t i = 0; i < n; i++) {
		const json_t *r = json_array_get(list, i), *where = json_object_get(r, "where");
		const char *what = string(r, "what"), *why = string(r, "why");

		o->refused[i] = (struct refusal){
			.what = (char *)(what ? what : ""),
			.why = (char *)(why ? why : ""),
			.file = (char *)string(where, "file"),
			.line = number(where, "line"),
			.source = (char *)string(where, "source"),
			.times = (size_t)json_integer_value(json_object_get(r, "times")),
		};
	}
	o->report.refused = o->refused;
	o->report.refused_count = n;
}

static int read_report(struct outcome *o, struct lab_error *e)
{
	const json_t *r = json_object_get(o->json, "report");
	const char *verdict = string(r, "verdict");

	o->report = (struct report){
		.exercise = string(r, "exercise"),
		.score = json_number_value(json_object_get(r, "score")),
		.max_score = json_number_value(json_object_get(r, "max_score")),
		.isolation = string(r, "isolation"),
		.seed = (uint64_t)json_integer_value(json_object_get(r, "seed")),
		.engine = string(r, "engine"),
		.compiler = string(r, "compiler"),
		.libc = string(r, "libc"),
		.kernel = string(r, "kernel"),
		.log_sha256 = string(r, "log_sha256"),
		.complaint = string(o->json, "complaint"),
	};
	if (!o->report.exercise || !verdict || !verdict_from_name(verdict, &o->report.verdict))
		return lab_fail(e, LAB_BROKEN, "an outcome has no verdict");
	read_diagnostics(o, json_object_get(r, "diagnostics"));
	read_refused(o, json_object_get(r, "refused"));
	return read_checks(o, json_object_get(r, "checks"), e);
}

/* Takes JSON. */
static struct outcome *read_json(json_t *json, struct lab_error *e)
{
	struct outcome *o = lab_xmalloc(sizeof(*o));

	o->json = json;
	if (read_report(o, e) == 0)
		return o;
	outcome_free(o);
	return NULL;
}

struct outcome *outcome_read(const char *text, struct lab_error *e)
{
	json_error_t error;
	json_t *json = json_loads(text, 0, &error);

	if (json)
		return read_json(json, e);
	lab_fail(e, LAB_BROKEN, "an outcome is no JSON: %s", error.text);
	return NULL;
}

struct outcome *outcome_of_object(json_t *report, struct lab_error *e)
{
	return read_json(json_pack("{s:O}", "report", report), e);
}

struct outcome *outcome_of_report(const char *report, struct lab_error *e)
{
	LAB_FREE char *text = lab_xprintf("{\"report\": %s}", report);

	return outcome_read(text, e);
}

void outcome_free(struct outcome *o)
{
	if (!o)
		return;
	json_decref(o->json);
	free(o->diagnostics);
	free(o->checks);
	free(o->refused);
	free(o);
}

const struct check_result *outcome_failed(const struct outcome *o, size_t n)
{
	for (size_t i = 0; i < o->report.check_count; i++)
		if (o->checks[i].verdict != VERDICT_PASS && n-- == 0)
			return &o->checks[i];
	return NULL;
}

size_t outcome_failed_count(const struct outcome *o)
{
	size_t n = 0;

	while (outcome_failed(o, n))
		n++;
	return n;
}
