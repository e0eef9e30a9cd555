/* What the known-wrong programs tell of the checks: a report for whoever writes exercises. */
#include "config.h"

#include "runner/verify/quality.h"

#include <string.h>

static bool contains(const json_t *array, const char *name)
{
	const json_t *value;
	size_t i;

	json_array_foreach(
		array, i, value) if (strcmp(json_string_value(value), name) == 0) return true;
	return false;
}

/* Which check it fails first, as the test has them in order; the one that was meant; how many more.
 */
static void print_wrong(FILE *out, const struct quality_row *row)
{
	const json_t *failed = json_object_get(row->answer, "failed");
	const char *first = json_string_value(json_array_get(failed, 0));
	const char *meant = row->variant->check;
	size_t more = json_array_size(failed);

	fprintf(out, "  %-24s %s", row->variant->name, first ? first : "is caught by nothing");
	if (first && strcmp(first, meant) != 0) {
		fprintf(out, "; meant is %s%s", meant,
			contains(failed, meant) ? "" : ", which does not");
		more -= contains(failed, meant);
	}
	if (more > 1)
		fprintf(out, "; and %zu more", more - 1);
	putc('\n', out);
}

/* ROWS: those of one exercise. */
static void print_exercise(FILE *out, const struct quality_row *rows, size_t count)
{
	const json_t *checks = NULL, *value;
	json_int_t ms = 0, gradings = 0;
	size_t i;

	for (size_t k = 0; k < count; k++) {
		ms += json_integer_value(json_object_get(rows[k].answer, "ms"));
		gradings += json_integer_value(json_object_get(rows[k].answer, "gradings"));
		if (rows[k].variant->kind == VARIANT_REFERENCE && !checks)
			checks = json_object_get(rows[k].answer, "checks");
	}
	fprintf(out, "%s: %lld gradings, %.2f s; each wrong program is caught first by\n",
		rows->variant->exercise->id, (long long)gradings, (double)ms / 1000);
	for (size_t k = 0; k < count; k++)
		if (rows[k].variant->kind == VARIANT_WRONG)
			print_wrong(out, &rows[k]);
	json_array_foreach(checks, i, value)
	{
		bool needed = false;

		for (size_t k = 0; k < count && !needed; k++)
			needed = rows[k].variant->kind == VARIANT_WRONG &&
				 contains(json_object_get(rows[k].answer, "failed"),
					 json_string_value(value));
		if (!needed)
			fprintf(out, "  no known-wrong needs %s\n", json_string_value(value));
	}
}

void quality_print(FILE *out, const struct quality_row *rows, size_t count)
{
	for (size_t first = 0, next; first < count; first = next) {
		for (next = first; next < count; next++)
			if (rows[next].variant->exercise != rows[first].variant->exercise)
				break;
		print_exercise(out, rows + first, next - first);
	}
}
