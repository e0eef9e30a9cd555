/* What the known-wrong programs tell of the checks: a report for whoever writes exercises. */
#include "config.h"

#include "runner/verify/quality.h"

#include <string.h>

static const char *text_at(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static bool contains(const json_t *array, const char *name)
{
	const json_t *value;
	size_t i;

	json_array_foreach(
		array, i, value) if (strcmp(json_string_value(value), name) == 0) return true;
	return false;
}

/* ---- made ---- */

/* What no wrong program fails first, or at all, is of no use to them. */
static json_t *check_object(const struct quality_row *rows, size_t count, const char *name)
{
	int first = 0, all = 0;

	for (size_t i = 0; i < count; i++) {
		const json_t *failed = json_object_get(rows[i].answer, "failed");
		const char *caught = json_string_value(json_array_get(failed, 0));

		if (rows[i].variant->kind != VARIANT_WRONG)
			continue;
		first += caught && strcmp(caught, name) == 0;
		all += contains(failed, name);
	}
	return json_pack("{s:s, s:i, s:i}", "name", name, "first", first, "catches", all);
}

/* A program that did not build, or that nothing could judge, is caught by nothing. */
static json_t *wrong_object(const struct quality_row *row)
{
	json_t *failed = json_object_get(row->answer, "failed");

	return json_pack("{s:s, s:s, s:s?, s:o}", "name", row->variant->name, "meant",
		row->variant->check, "first", json_string_value(json_array_get(failed, 0)),
		"failed", failed ? json_incref(failed) : json_array());
}

/* ROWS: those of one exercise. */
static json_t *exercise_object(const struct quality_row *rows, size_t count)
{
	const json_t *names = NULL, *name;
	json_t *checks = json_array(), *wrong = json_array();
	json_int_t ms = 0, gradings = 0;
	size_t i;

	for (size_t k = 0; k < count; k++) {
		ms += json_integer_value(json_object_get(rows[k].answer, "ms"));
		gradings += json_integer_value(json_object_get(rows[k].answer, "gradings"));
		if (rows[k].variant->kind == VARIANT_REFERENCE && !names)
			names = json_object_get(rows[k].answer, "checks");
		if (rows[k].variant->kind == VARIANT_WRONG)
			json_array_append_new(wrong, wrong_object(&rows[k]));
	}
	json_array_foreach(names, i, name)
		json_array_append_new(checks, check_object(rows, count, json_string_value(name)));
	return json_pack("{s:s, s:I, s:f, s:o, s:o}", "exercise", rows->variant->exercise->id,
		"gradings", gradings, "seconds", (double)ms / 1000, "wrong", wrong, "checks",
		checks);
}

json_t *quality_object(const struct quality_row *rows, size_t count)
{
	json_t *all = json_array();

	for (size_t first = 0, next; first < count; first = next) {
		for (next = first; next < count; next++)
			if (rows[next].variant->exercise != rows[first].variant->exercise)
				break;
		json_array_append_new(all, exercise_object(rows + first, next - first));
	}
	return all;
}

/* ---- in words ---- */

/* Which check it fails first, as the test has them in order; the one that was meant; how many more.
 */
static void print_wrong(FILE *out, const json_t *wrong)
{
	const json_t *failed = json_object_get(wrong, "failed");
	const char *first = text_at(wrong, "first"), *meant = text_at(wrong, "meant");
	size_t more = json_array_size(failed);

	fprintf(out, "  %-24s %s", text_at(wrong, "name"), first ? first : "is caught by nothing");
	if (first && strcmp(first, meant) != 0) {
		fprintf(out, "; meant is %s%s", meant,
			contains(failed, meant) ? "" : ", which does not");
		more -= contains(failed, meant);
	}
	if (more > 1)
		fprintf(out, "; and %zu more", more - 1);
	putc('\n', out);
}

void quality_print(FILE *out, const json_t *quality)
{
	const json_t *exercise, *item;
	size_t i, k;

	json_array_foreach(quality, i, exercise)
	{
		fprintf(out, "%s: %lld gradings, %.2f s; each wrong program is caught first by\n",
			text_at(exercise, "exercise"),
			(long long)json_integer_value(json_object_get(exercise, "gradings")),
			json_real_value(json_object_get(exercise, "seconds")));
		json_array_foreach(json_object_get(exercise, "wrong"), k, item)
			print_wrong(out, item);
		json_array_foreach(json_object_get(exercise, "checks"), k,
			item) if (json_integer_value(json_object_get(item, "catches")) == 0)
			fprintf(out, "  no known-wrong needs %s\n", text_at(item, "name"));
	}
}
