/*
 * One variant graded, and whether it got what it should: the starter fails, the right ones pass, a
 * wrong one is caught by its own check with its own words. The right ones must pass with a schedule
 * forced on the whole test as well; and whatever came of a run must come of its saved logs.
 */
#include "config.h"

#include "runner/verify/grade.h"

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

	if (g->verdict == VERDICT_PASS && g->refused.count)
		problems_add(problems, "%s: it is right, but the sandbox refuses it %s: %s", who,
			g->refused.list[0].what, g->refused.list[0].why);
	if (g->verdict == VERDICT_PASS)
		return;
	if (c)
		problems_add(problems, "%s: it is right, but %s fails (%s, schedule %s): %s", who,
			c->name, verdict_class_name(c->class), c->schedule ? c->schedule : "none",
			words(c));
	else
		problems_add(problems, "%s: it is right, but it does not pass", who);
}

static void tell_unknown_check(
	const char *who, const char *check, const struct grade *g, struct problems *problems)
{
	BUF_SCOPED names = BUF_INIT;

	for (size_t i = 0; i < g->check_count; i++)
		buf_printf(&names, "%s%s", i ? ", " : "", g->checks[i].name);
	problems_add(
		problems, "%s: the test has no check %s; it has %s", who, check, buf_text(&names));
}

static void check_caught(
	const char *who, const struct variant *v, const struct grade *g, struct problems *problems)
{
	const struct check_result *c = named_check(g, v->check);
	const struct check_result *other = first_check(g, VERDICT_FAIL);

	if (!c)
		tell_unknown_check(who, v->check, g, problems);
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
		/* what is to be mended may be that */
		if (error && v->exercise->kind != EXERCISE_FIX)
			problems_add(problems,
				"%s: it does not build: %s:%d: %s. Students begin with it", who,
				error->file, error->line, error->text);
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

static char *json_of(const struct grade *g)
{
	struct report report = grading_report(g);
	char *text = report_json(&report);

	grading_report_done(&report);
	return text;
}

/* The seeds are any that the tests do not explore by themselves (1, 2, 3, ...). */
static const char *const forced[] = {
	"natural", "random:10007", "random:5000011", "pct:10007:3:64", "slow:10007", "slow:20011"};

enum { FORCED = sizeof(forced) / sizeof(*forced) };

/* A way in which a variant is judged, in one of the rounds. */
struct way {
	size_t round;
	const char *schedule; /* NULL: as its test explores */
	bool replayed;        /* that of way 0, from its logs */
};

enum {
	/* the first round has the most, and the others need fewer than it has in all */
	WAYS_MOST = 2 + FORCED + 2 * VERIFY_ROUNDS_MOST
};

struct grading {
	const struct variant *variant;
	char *folder, *submission, *logs; /* the first holds the others */
	struct way ways[WAYS_MOST];
	struct grade_request requests[WAYS_MOST];
	struct grade grades[WAYS_MOST];
	size_t count; /* of ways; also of GRADES, once graded */
};

static int lay_out(struct grading *g, struct lab_error *e)
{
	g->folder = path_make_temporary("ipclab-verify", e);
	if (!g->folder)
		return -1;
	g->submission = path_join(g->folder, "submission");
	g->logs = path_join(g->folder, "logs");
	if (path_mkdirs(g->submission, 0700, e) < 0 || path_mkdirs(g->logs, 0700, e) < 0)
		return -1;
	return variant_stage(g->variant, g->submission, e);
}

static void plan_way(struct grading *g, struct way way)
{
	g->ways[g->count++] = way;
}

static void plan_round(struct grading *g, size_t round)
{
	bool right = g->variant->kind == VARIANT_REFERENCE || g->variant->kind == VARIANT_RIGHT;

	plan_way(g, (struct way){.round = round});
	if (round > 0 && right) {
		plan_way(g, (struct way){round, forced[(round - 1) % FORCED], false});
	} else if (round == 0) {
		plan_way(g, (struct way){.replayed = true});
		for (size_t i = 0; right && i < FORCED; i++)
			plan_way(g, (struct way){.schedule = forced[i]});
	}
}

static void plan(struct grading *g, struct verify_rounds rounds, int cpu, int cancel_fd)
{
	for (size_t i = 0; i < rounds.count; i++)
		plan_round(g, rounds.first + i);
	for (size_t i = 0; i < g->count; i++)
		g->requests[i] = (struct grade_request){
			.exercise = g->variant->exercise,
			.submission = g->submission,
			.schedule = g->ways[i].schedule,
			.save_logs = rounds.first == 0 && i == 0 ? g->logs : NULL,
			.replay_logs = g->ways[i].replayed ? g->logs : NULL,
			.cpu = cpu,
			.cancel_fd = cancel_fd,
		};
}

const char *report_difference(const char *a, const char *b)
{
	static const char *const parts[] = {"verdict", "diagnostics", "checks", "log_sha256"};
	json_t *x = json_loads(a, 0, NULL), *y = json_loads(b, 0, NULL);
	const char *found = "report";

	for (size_t i = 0; x && y && i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!json_equal(json_object_get(x, parts[i]), json_object_get(y, parts[i]))) {
			found = parts[i];
			break;
		}
	json_decref(x);
	json_decref(y);
	return found;
}

/* What a judge says follows from the logs alone. AGAIN: way 0 once more, from those. */
static void compare_replay(
	const struct grading *g, const struct grade *again, struct problems *problems)
{
	LAB_FREE char *first_text = json_of(&g->grades[0]);
	LAB_FREE char *again_text = json_of(again);
	LAB_FREE char *who = subject(g->variant, NULL);

	if (g->grades[0].verdict != VERDICT_BROKEN && strcmp(first_text, again_text) != 0)
		problems_add(problems, "%s: judged again from its logs, it differs in its %s", who,
			report_difference(first_text, again_text));
}

static void judge_ways(const struct grading *g, struct problems *problems)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->ways[i].replayed)
			compare_replay(g, &g->grades[i], problems);
		else
			outcome_check(g->variant, g->ways[i].schedule, &g->grades[i], problems);
}

static json_t *reports_of(const struct grading *g)
{
	json_t *reports = json_array();

	for (size_t i = 0; i < g->count; i++) {
		const struct way *way = &g->ways[i];
		LAB_FREE char *text = way->replayed ? NULL : json_of(&g->grades[i]);

		if (text)
			json_array_append_new(
				reports, json_pack("[I, s, s]", (json_int_t)way->round,
						 way->schedule ? way->schedule : "", text));
	}
	return reports;
}

/* CANNOT: why this machine cannot judge the exercise, or "". */
static char *answer(const struct grading *g, const struct problems *problems, const char *cannot)
{
	json_t *o = json_object(), *list = json_array();
	json_int_t ms = 0;
	char *out;

	for (size_t i = 0; i < problems->count; i++)
		json_array_append_new(list, safe_string(problems->list[i]));
	for (size_t i = 0; i < g->count; i++)
		ms += g->grades[i].wall_ns / 1000000;
	json_object_set_new(o, "problems", list);
	if (*cannot)
		json_object_set_new(o, "cannot", safe_string(cannot));
	json_object_set_new(o, "reports", reports_of(g));
	json_object_set_new(o, "failed", check_names(&g->grades[0], true));
	json_object_set_new(o, "checks", check_names(&g->grades[0], false));
	json_object_set_new(o, "gradings", json_integer((json_int_t)g->count));
	json_object_set_new(o, "ms", json_integer(ms));
	out = json_dumps(o, 0);
	json_decref(o);
	return out;
}

static void grading_done(struct grading *g)
{
	for (size_t i = 0; i < g->count; i++)
		grade_done(&g->grades[i]);
	if (g->folder)
		path_remove_tree(g->folder, NULL);
	free(g->folder);
	free(g->submission);
	free(g->logs);
}

char *verify_grade(const struct variant *v, struct verify_rounds rounds, int cpu, int cancel_fd)
{
	struct lab_error e = {0};
	struct problems problems = {0};
	struct grading g = {.variant = v};
	LAB_FREE char *who = subject(v, NULL);
	const char *cannot = "";
	int result = lay_out(&g, &e);
	char *text;

	if (result == 0) {
		plan(&g, rounds, cpu, cancel_fd);
		result = grade_in_ways(g.requests, g.count, g.grades, &e);
	}
	if (result == 0) {
		judge_ways(&g, &problems);
	} else {
		g.count = 0;
		if (e.kind == LAB_UNSUPPORTED)
			cannot = e.text;
		else
			problems_add(&problems, "%s: %s", who, e.text);
	}
	text = answer(&g, &problems, cannot);
	grading_done(&g);
	problems_done(&problems);
	return text;
}
