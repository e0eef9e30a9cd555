/*
 * The wire between judge and grade: one JSON object a line, each written whole. The reader trusts
 * nothing: a line that is not exactly what a judge writes is an error, not half a result.
 */
#include "config.h"

#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/verdict/verdict.h"
#include "lab/verdict/words.h"

/* Messages quote what students' programs wrote: bytes that JSON or a terminal cannot carry are
 * shown as \xHH. */
static char *clean(const char *text)
{
	const unsigned char *p = (const unsigned char *)text, *end = p + strlen(text);
	struct buf b = BUF_INIT;

	while (p < end) {
		size_t n = utf8_length(p, end);

		if (n == 0 || *p == 0x7f || (*p < 0x20 && *p != '\n' && *p != '\t')) {
			buf_printf(&b, "\\x%02x", *p);
			n = 1;
		} else {
			buf_add(&b, p, n);
		}
		p += n;
	}
	return buf_take(&b);
}

static void set_text(json_t *object, const char *key, const char *text)
{
	LAB_FREE char *cleaned = text ? clean(text) : NULL;

	if (cleaned)
		json_object_set_new(object, key, json_string(cleaned));
}

static int put_object(struct buf *line, json_t *object, struct lab_error *e)
{
	char *text = json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER);

	json_decref(object);
	if (!text)
		return lab_fail(e, LAB_BROKEN, "encode a verdict as JSON");
	buf_puts(line, text);
	buf_putc(line, '\n');
	free(text);
	return 0;
}

static int send_line(int fd, const struct buf *line, struct lab_error *e)
{
	if (fd_write_all(fd, line->data, line->len) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "hand over a verdict");
	return 0;
}

static int send_object(int fd, json_t *object, struct lab_error *e)
{
	BUF_SCOPED line = BUF_INIT;

	return put_object(&line, object, e) < 0 ? -1 : send_line(fd, &line, e);
}

int verdict_send_plan(int fd, const char *const *names, size_t count, struct lab_error *e)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_string(names[i]));
	return send_object(fd, json_pack("{s:o}", "plan", list), e);
}

int verdict_send_end(int fd, struct lab_error *e)
{
	return send_object(fd, json_pack("{s:b}", "end", 1), e);
}

int verdict_send_run(int fd, size_t run, size_t of, struct lab_error *e)
{
	return send_object(
		fd, json_pack("{s:I, s:I}", "run", (json_int_t)run, "of", (json_int_t)of), e);
}

static json_t *refusals_object(const struct refusals *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->count; i++) {
		json_t *o = json_object();

		set_text(o, "what", r->list[i].what);
		set_text(o, "why", r->list[i].why);
		set_text(o, "file", r->list[i].file);
		json_object_set_new(o, "line", json_integer(r->list[i].line));
		json_object_set_new(o, "times", json_integer((json_int_t)r->list[i].times));
		json_array_append_new(list, o);
	}
	return list;
}

int verdict_put(struct buf *into, const struct check_result *c, struct lab_error *e)
{
	json_t *object = json_object();

	set_text(object, "name", c->name);
	json_object_set_new(object, "verdict", json_string(verdict_name(c->verdict)));
	json_object_set_new(object, "class", json_string(verdict_class_name(c->class)));
	set_text(object, "message", c->message);
	set_text(object, "file", c->file);
	json_object_set_new(object, "line", json_integer(c->line));
	set_text(object, "schedule", c->schedule);
	json_object_set_new(object, "weight", json_integer(c->weight));
	json_object_set_new(object, "runs", json_integer((json_int_t)c->runs));
	set_text(object, "shortest", c->shortest);
	json_object_set_new(object, "schedules", json_integer((json_int_t)c->schedules));
	json_object_set_new(object, "all", json_boolean(c->all));
	set_text(object, "log_sums", c->log_sums);
	if (c->refused.count)
		json_object_set_new(object, "refused", refusals_object(&c->refused));
	return put_object(into, object, e);
}

int verdict_send(int fd, const struct check_result *c, struct lab_error *e)
{
	BUF_SCOPED line = BUF_INIT;

	return verdict_put(&line, c, e) < 0 ? -1 : send_line(fd, &line, e);
}

static json_t *load(const char *line, size_t len, struct lab_error *e)
{
	json_error_t fault;
	json_t *object = json_loadb(line, len, JSON_REJECT_DUPLICATES, &fault);

	if (!object)
		lab_fail(
			e, LAB_BROKEN, "a verdict's line, column %d: %s", fault.column, fault.text);
	else if (!json_is_object(object))
		lab_fail(e, LAB_BROKEN, "a verdict's line: an object was expected");
	if (json_is_object(object))
		return object;
	json_decref(object);
	return NULL;
}

static int read_plan(json_t *list, char ***names, size_t *count, struct lab_error *e)
{
	if (!json_is_array(list))
		return lab_fail(e, LAB_BROKEN, "a judge's plan: a list of names was expected");
	*count = json_array_size(list);
	*names = lab_xmalloc((*count + 1) * sizeof(**names));
	for (size_t i = 0; i < *count; i++) {
		const char *name = json_string_value(json_array_get(list, i));

		if (!name) {
			for (size_t k = 0; k < i; k++)
				free((*names)[k]);
			free(*names);
			*names = NULL;
			*count = 0;
			return lab_fail(e, LAB_BROKEN, "a judge's plan: a name was expected");
		}
		(*names)[i] = lab_xstrdup(name);
	}
	return 0;
}

static bool get_text(json_t *object, const char *key, char **into)
{
	json_t *value = json_object_get(object, key);

	if (value && !json_is_string(value))
		return false;
	*into = lab_xstrdup(json_string_value(value));
	return true;
}

static bool get_number(json_t *object, const char *key, int *into)
{
	json_t *value = json_object_get(object, key);
	json_int_t number = json_integer_value(value);

	if (!json_is_integer(value) || number < 0 || number > INT_MAX)
		return false;
	*into = (int)number;
	return true;
}

/* A list, or nothing at all. */
static bool read_refusals(json_t *list, struct refusals *into)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *o = json_array_get(list, i);
		LAB_FREE char *what = NULL;
		LAB_FREE char *why = NULL;
		LAB_FREE char *file = NULL;
		int line, times;

		if (!get_text(o, "what", &what) || !what || !get_text(o, "why", &why) || !why ||
			!get_text(o, "file", &file) || !get_number(o, "line", &line) ||
			!get_number(o, "times", &times))
			return false;
		refusals_add(into, what, why, file, line, (size_t)times);
	}
	return !list || json_is_array(list);
}

static bool read_check(json_t *object, struct check_result *c)
{
	json_t *all = json_object_get(object, "all");
	int runs = 0, schedules = 0;

	if (!get_text(object, "name", &c->name) || !c->name ||
		!get_text(object, "message", &c->message) || !get_text(object, "file", &c->file) ||
		!get_text(object, "schedule", &c->schedule) ||
		!get_text(object, "shortest", &c->shortest) ||
		!get_number(object, "schedules", &schedules) || !json_is_boolean(all) ||
		!get_text(object, "log_sums", &c->log_sums) ||
		!get_number(object, "line", &c->line) ||
		!get_number(object, "weight", &c->weight) || !get_number(object, "runs", &runs) ||
		!read_refusals(json_object_get(object, "refused"), &c->refused))
		return false;
	c->runs = (size_t)runs;
	c->schedules = (size_t)schedules;
	c->all = json_is_true(all);
	return verdict_from_name(
		       json_string_value(json_object_get(object, "verdict")), &c->verdict) &&
	       verdict_class_from_name(
		       json_string_value(json_object_get(object, "class")), &c->class);
}

int verdict_receive(const char *line, size_t len, struct check_result *c, struct lab_error *e)
{
	json_t *object = load(line, len, e);
	bool good;

	*c = (struct check_result){0};
	if (!object)
		return -1;
	good = read_check(object, c);
	json_decref(object);
	if (good)
		return 0;
	check_result_done(c);
	return lab_fail(e, LAB_BROKEN, "a verdict's line: a check's result was expected");
}

static int read_run(json_t *object, struct verdict_line *out, struct lab_error *e)
{
	int run, of;

	if (!get_number(object, "run", &run) || !get_number(object, "of", &of))
		return lab_fail(
			e, LAB_BROKEN, "a verdict's line: the number of a run was expected");
	out->run = (size_t)run;
	out->of = (size_t)of;
	return 0;
}

int verdict_receive_line(
	const char *line, size_t len, struct verdict_line *out, struct lab_error *e)
{
	json_t *object = load(line, len, e);
	int result = 0;

	*out = (struct verdict_line){.kind = VERDICT_LINE_CHECK};
	if (!object)
		return -1;
	if (json_object_get(object, "plan")) {
		out->kind = VERDICT_LINE_PLAN;
		result = read_plan(json_object_get(object, "plan"), &out->names, &out->count, e);
	} else if (json_object_get(object, "run")) {
		out->kind = VERDICT_LINE_RUN;
		result = read_run(object, out, e);
	} else if (json_is_true(json_object_get(object, "end"))) {
		out->kind = VERDICT_LINE_END;
	} else {
		result = verdict_receive(line, len, &out->check, e);
	}
	json_decref(object);
	return result;
}

void verdict_line_done(struct verdict_line *line)
{
	for (size_t i = 0; i < line->count; i++)
		free(line->names[i]);
	free(line->names);
	check_result_done(&line->check);
	*line = (struct verdict_line){0};
}

/* ---- the queue ---- */

#define QUEUE_CHECKS 1000 /* more than any judge has; they fit into a pipe */
#define QUEUE_LINE   4    /* "999\n" */

int verdict_queue_new(int *fill, struct lab_error *e)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "pipe");
	*fill = ends[1];
	return ends[0];
}

int verdict_queue_fill(int *fill, struct lab_error *e)
{
	BUF_SCOPED lines = BUF_INIT;
	int result;

	for (unsigned i = 0; i < QUEUE_CHECKS; i++)
		buf_printf(&lines, "%03u\n", i);
	result = fd_write_all(*fill, lines.data, lines.len);
	fd_close(fill);
	return result < 0 ? lab_fail_errno(e, LAB_BROKEN, "write to a pipe") : 0;
}

/* One read takes one whole line, whoever else reads. */
bool verdict_queue_next(int fd, size_t *check)
{
	char line[QUEUE_LINE + 1] = "";

	if (fd_read_full(fd, line, QUEUE_LINE) != QUEUE_LINE)
		return false;
	*check = strtoul(line, NULL, 10);
	return true;
}

size_t verdict_queue_taken(int fd)
{
	int left;

	return ioctl(fd, FIONREAD, &left) < 0 ? 0 : QUEUE_CHECKS - (size_t)left / QUEUE_LINE;
}
