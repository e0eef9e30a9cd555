/*
 * One variant graded, and whether it got what it should: the starter fails, the right ones pass, a
 * wrong one is caught by its own check with its own words.
 */
#include "config.h"

#include "runner/verify_grade.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/path.h"
#include "lab/report/words.h"
#include "runner/grading.h"

/* The first check of VERDICT, or NULL. */
static const struct check_result *first_check(const struct grade *g, enum verdict verdict)
{
	for (size_t i = 0; i < g->check_count; i++)
		if (g->checks[i].verdict == verdict)
			return &g->checks[i];
	return NULL;
}

static const struct check_result *named_check(const struct grade *g, const char *name)
{
	for (size_t i = 0; i < g->check_count; i++)
		if (strcmp(g->checks[i].name, name) == 0)
			return &g->checks[i];
	return NULL;
}

static const char *words(const struct check_result *c)
{
	return c->message ? c->message : "(no words)";
}

static const struct build_diagnostic *first_error(const struct grade *g)
{
	for (size_t i = 0; i < g->build.count; i++)
		if (g->build.diagnostics[i].severity == BUILD_ERROR)
			return &g->build.diagnostics[i];
	return NULL;
}

/* "ID: NAME" or "ID: NAME under SCHEDULE"; the caller frees. */
static char *subject(const struct variant *v, const char *schedule)
{
	return lab_xprintf("%s: %s%s%s", v->exercise->id, v->name, schedule ? " under " : "",
		schedule ? schedule : "");
}

static void check_passes(const char *who, const struct grade *g, struct problems *problems)
{
	const struct check_result *c = first_check(g, VERDICT_FAIL);

	if (g->verdict == VERDICT_PASS)
		return;
	if (c)
		problems_add(problems, "%s: it is right, but %s fails (%s, schedule %s): %s", who,
			c->name, verdict_class_name(c->class), c->schedule ? c->schedule : "none",
			words(c));
	else
		problems_add(problems, "%s: it is right, but it does not pass", who);
}

static void check_caught(
	const char *who, const struct variant *v, const struct grade *g, struct problems *problems)
{
	const struct check_result *c = named_check(g, v->check);
	const struct check_result *other = first_check(g, VERDICT_FAIL);

	if (!c)
		problems_add(problems, "%s: the test has no check %s", who, v->check);
	else if (c->verdict == VERDICT_FAIL && phrase_matches(v->phrase, words(c)))
		return;
	else if (c->verdict == VERDICT_FAIL)
		problems_add(problems, "%s: %s catches it, but does not say \"%s\"; it says: %s",
			who, v->check, v->phrase, words(c));
	else if (other)
		problems_add(problems, "%s: %s does not catch it; %s does: %s", who, v->check,
			other->name, words(other));
	else
		problems_add(problems, "%s: it is wrong, but nothing catches it", who);
}

void outcome_check(const struct variant *v, const char *schedule, const struct grade *g,
	struct problems *problems)
{
	LAB_FREE char *who = subject(v, schedule);
	const struct check_result *broken = first_check(g, VERDICT_BROKEN);
	const struct build_diagnostic *error = first_error(g);

	if (g->verdict == VERDICT_BROKEN) {
		problems_add(problems, "%s: broken: %s%s%s", who, broken ? broken->name : "",
			broken ? ": " : "",
			broken         ? words(broken)
			: g->complaint ? g->complaint
				       : "(no words)");
	} else if (v->kind == VARIANT_STARTER) {
		if (g->verdict == VERDICT_PASS)
			problems_add(
				problems, "%s: it passes as it is: nothing is left to do", who);
	} else if (error) {
		problems_add(problems, "%s: it does not build: %s:%d: %s", who, error->file,
			error->line, error->text);
	} else if (v->kind == VARIANT_WRONG) {
		check_caught(who, v, g, problems);
	} else {
		check_passes(who, g, problems);
	}
}

/* Messages may hold whatever a program printed; JSON holds UTF-8 only. */
static json_t *safe_string(const char *text)
{
	BUF_SCOPED safe = BUF_INIT;

	words_add(&safe, text, true);
	return json_stringn(buf_text(&safe), safe.len);
}

static json_t *check_names(const struct grade *g, bool failed_only)
{
	json_t *array = json_array();

	for (size_t i = 0; i < g->check_count; i++)
		if (!failed_only || g->checks[i].verdict == VERDICT_FAIL)
			json_array_append_new(array, json_string(g->checks[i].name));
	return array;
}

/* CANNOT: why this machine cannot judge the exercise, or "". */
static char *answer(const struct problems *problems, const struct grade *g, const char *cannot)
{
	json_t *o = json_object(), *list = json_array();
	struct report report = {0};
	LAB_FREE char *text = NULL;
	char *out;

	for (size_t i = 0; i < problems->count; i++)
		json_array_append_new(list, safe_string(problems->list[i]));
	if (g->exercise) {
		report = grading_report(g);
		text = report_json(&report);
		grading_report_done(&report);
	}
	json_object_set_new(o, "problems", list);
	if (*cannot)
		json_object_set_new(o, "cannot", safe_string(cannot));
	json_object_set_new(o, "report", json_string(text ? text : "{}"));
	json_object_set_new(o, "failed", check_names(g, true));
	json_object_set_new(o, "checks", check_names(g, false));
	json_object_set_new(o, "ms", json_integer(g->wall_ns / 1000000));
	out = json_dumps(o, 0);
	json_decref(o);
	return out;
}

char *verify_grade(const struct variant *v, const char *schedule, int cpu, int cancel_fd)
{
	struct lab_error e = {0};
	struct problems problems = {0};
	struct grade grade = {0};
	LAB_FREE char *folder = path_make_temporary("ipclab-verify", &e);
	LAB_FREE char *who = subject(v, schedule);
	const char *cannot = "";
	char *text;

	struct grade_request request = {
		.exercise = v->exercise,
		.submission = folder,
		.schedule = schedule,
		.cpu = cpu,
		.cancel_fd = cancel_fd,
	};

	if (!folder || variant_stage(v, folder, &e) < 0 ||
		grade_submission(&request, &grade, &e) < 0) {
		if (e.kind == LAB_UNSUPPORTED)
			cannot = e.text;
		else
			problems_add(&problems, "%s: %s", who, e.text);
	} else {
		outcome_check(v, schedule, &grade, &problems);
	}
	if (folder)
		path_remove_tree(folder, NULL);
	text = answer(&problems, &grade, cannot);
	grade_done(&grade);
	problems_done(&problems);
	return text;
}
