/*
 * A grade as the one object of `check --json`, and the command that shows a failed check again.
 * The order of the keys is part of the format: jansson keeps the order of insertion.
 */
#include "config.h"

#include "lab/report/report.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/report/words.h"

/* NULL gives null; bytes that are no UTF-8, which JSON cannot carry, become escapes. */
static json_t *text(const char *s)
{
	BUF_SCOPED safe = BUF_INIT;

	if (!s)
		return json_null();
	words_add(&safe, s, false);
	return json_stringn(buf_text(&safe), safe.len);
}

static json_t *number(int n)
{
	return n > 0 ? json_integer(n) : json_null();
}

static json_t *diagnostic(const struct report_diagnostic *d)
{
	json_t *o = json_object();

	json_object_set_new(o, "file", text(d->file && *d->file ? d->file : NULL));
	json_object_set_new(o, "line", number(d->line));
	json_object_set_new(o, "column", number(d->column));
	json_object_set_new(o, "severity", text(d->severity));
	json_object_set_new(o, "text", text(d->text));
	json_object_set_new(o, "source", text(d->source));
	return o;
}

static json_t *place(const char *file, int line, const char *source)
{
	json_t *o;

	if (!file)
		return json_null();
	o = json_object();
	json_object_set_new(o, "file", text(file));
	json_object_set_new(o, "line", number(line));
	json_object_set_new(o, "source", text(source));
	return o;
}

static json_t *refusal(const struct refusal *r)
{
	json_t *o = json_object();

	json_object_set_new(o, "what", text(r->what));
	json_object_set_new(o, "why", text(r->why));
	json_object_set_new(o, "where", place(r->file, r->line, r->source));
	json_object_set_new(o, "times", json_integer((json_int_t)r->times));
	return o;
}

static json_t *check(const struct report *r, const struct check_result *c)
{
	bool passed = c->verdict == VERDICT_PASS;
	LAB_FREE char *replay = passed ? NULL : report_replay(r, c, NULL);
	json_t *o = json_object();

	json_object_set_new(o, "name", text(c->name));
	json_object_set_new(o, "verdict", text(verdict_name(c->verdict)));
	json_object_set_new(o, "class", text(passed ? NULL : verdict_class_name(c->class)));
	json_object_set_new(o, "message", text(passed ? NULL : c->message));
	json_object_set_new(o, "where", passed ? json_null() : place(c->file, c->line, c->source));
	json_object_set_new(o, "schedule", text(passed ? NULL : c->schedule));
	json_object_set_new(o, "shortest", text(passed ? NULL : c->shortest));
	json_object_set_new(o, "schedules", json_integer((json_int_t)c->schedules));
	json_object_set_new(o, "all_schedules", json_boolean(c->all));
	json_object_set_new(o, "replay", text(replay));
	return o;
}

char *report_json(const struct report *r)
{
	json_t *o = json_object(), *diagnostics = json_array(), *checks = json_array();
	json_t *refused = json_array();
	char *out;

	for (size_t i = 0; i < r->diagnostic_count; i++)
		json_array_append_new(diagnostics, diagnostic(&r->diagnostics[i]));
	for (size_t i = 0; i < r->check_count; i++)
		json_array_append_new(checks, check(r, &r->checks[i]));
	for (size_t i = 0; i < r->refused_count; i++)
		json_array_append_new(refused, refusal(&r->refused[i]));
	json_object_set_new(o, "schema", json_integer(REPORT_SCHEMA));
	json_object_set_new(o, "exercise", text(r->exercise));
	json_object_set_new(o, "verdict", text(verdict_name(r->verdict)));
	json_object_set_new(o, "score", json_real(r->score));
	json_object_set_new(o, "max_score", json_real(r->max_score));
	json_object_set_new(o, "isolation", text(r->isolation));
	json_object_set_new(o, "seed", json_integer((json_int_t)r->seed));
	json_object_set_new(o, "engine", text(r->engine));
	json_object_set_new(o, "compiler", text(r->compiler));
	json_object_set_new(o, "libc", text(r->libc));
	json_object_set_new(o, "kernel", text(r->kernel));
	json_object_set_new(o, "diagnostics", diagnostics);
	json_object_set_new(o, "checks", checks);
	json_object_set_new(o, "refused", refused);
	json_object_set_new(
		o, "log_sha256", text(r->log_sha256 && *r->log_sha256 ? r->log_sha256 : NULL));
	out = json_dumps(o, JSON_REAL_PRECISION(9));
	json_decref(o);
	return out;
}

/* " --NAME VALUE", unless VALUE is NULL. */
static void add_option(struct buf *into, const char *name, const char *value)
{
	if (!value)
		return;
	buf_printf(into, " --%s ", name);
	words_quote(into, value);
}

char *report_replay(const struct report *r, const struct check_result *c, const char *program)
{
	struct buf b = BUF_INIT;

	if (strncmp(c->name, CHECK_PRIVATE, strlen(CHECK_PRIVATE)) == 0) {
		buf_puts(&b, "# this test is the instructor's own: nobody else can run it again");
		return buf_take(&b);
	}
	words_quote(&b, program ? program : "ipclab");
	buf_puts(&b, " check ");
	words_quote(&b, r->exercise);
	add_option(&b, "course", r->course);
	add_option(&b, "submission", r->submission);
	add_option(&b, "only", c->name);
	add_option(&b, "schedule", c->schedule);
	if (r->seed > 1)
		buf_printf(&b, " --seed %" PRIu64, r->seed);
	return buf_take(&b);
}
