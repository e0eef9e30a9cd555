/*
 * Finding an exercise by what somebody typed.
 */
#include "config.h"

#include <string.h>

#include "lab/base/buf.h"
#include "lab/exercise/exercise.h"

#define NEAREST        3
#define NAME_MAX_TYPED 120

/* How well a name fits, best first. */
enum fit { FIT_EXACT, FIT_WHOLE_PART, FIT_PART, FIT_NONE };

/* WORD (of LEN bytes) is how PART ("04-pipes") is meant: all of it, its name, its number, or the
 * beginning of either. */
static enum fit fit_part(const char *part, const char *word, size_t len)
{
	const char *name = part + 3;

	if ((strlen(part) == len && strncmp(part, word, len) == 0) ||
		(strlen(name) == len && strncmp(name, word, len) == 0) ||
		(len == 2 && strncmp(part, word, 2) == 0))
		return FIT_WHOLE_PART;
	if (len > 0 && (strncmp(part, word, len) == 0 || strncmp(name, word, len) == 0))
		return FIT_PART;
	return FIT_NONE;
}

static char *first(const char *text, size_t len)
{
	char *copy = lab_xmalloc(len + 1);

	memcpy(copy, text, len);
	return copy;
}

static enum fit fit(const char *id, const char *typed, size_t len)
{
	const char *slash = memchr(typed, '/', len), *exercise = strchr(id, '/') + 1;
	LAB_FREE char *chapter = first(id, (size_t)(exercise - 1 - id));
	LAB_FREE char *word = first(typed, len);

	if (strcmp(id, word) == 0)
		return FIT_EXACT;
	if (slash != NULL) {
		enum fit a = fit_part(chapter, typed, (size_t)(slash - typed));
		enum fit b = fit_part(exercise, slash + 1, len - (size_t)(slash + 1 - typed));

		return a > b ? a : b;
	}
	if (len > 2 && fit_part(exercise, typed, len) == FIT_WHOLE_PART)
		return FIT_WHOLE_PART;
	return len > 0 && strstr(id, word) != NULL ? FIT_PART : FIT_NONE;
}

/* Levenshtein's distance, of the first NAME_MAX_TYPED bytes. */
static size_t distance(const char *a, const char *b)
{
	size_t row[NAME_MAX_TYPED + 1];
	size_t len = strnlen(b, NAME_MAX_TYPED);

	for (size_t k = 0; k <= len; k++)
		row[k] = k;
	for (size_t i = 0; a[i] != '\0' && i < NAME_MAX_TYPED; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t k = 0; k < len; k++) {
			size_t best = diagonal + (a[i] != b[k]);

			best = row[k] + 1 < best ? row[k] + 1 : best;
			best = row[k + 1] + 1 < best ? row[k + 1] + 1 : best;
			diagonal = row[k + 1];
			row[k + 1] = best;
		}
	}
	return row[len];
}

/* To the id, or to the name alone, whichever is nearer. */
static size_t distance_to(const struct exercise *ex, const char *typed)
{
	size_t whole = distance(typed, ex->id), name = distance(typed, strchr(ex->id, '/') + 4);

	return whole < name ? whole : name;
}

static void fail_unknown(const struct course *c, const char *typed, struct lab_error *e)
{
	BUF_SCOPED names = BUF_INIT;
	LAB_FREE bool *said = lab_xmalloc(c->count + 1);

	for (size_t n = 0; n < NEAREST && n < c->count; n++) {
		size_t best = c->count;

		for (size_t i = 0; i < c->count; i++)
			if (!said[i] && (best == c->count ||
						distance_to(c->exercises[i], typed) <
							distance_to(c->exercises[best], typed)))
				best = i;
		said[best] = true;
		buf_printf(&names, "%s%s", n == 0 ? "" : ", ", c->exercises[best]->id);
	}
	if (c->count == 0)
		lab_fail(
			e, LAB_USAGE, "no exercise \"%.100s\": this course has none at all", typed);
	else
		lab_fail(e, LAB_USAGE, "no exercise \"%.100s\"; the nearest are %s", typed,
			buf_text(&names));
}

static void fail_ambiguous(
	const struct course *c, const char *typed, size_t len, enum fit best, struct lab_error *e)
{
	BUF_SCOPED names = BUF_INIT;
	size_t n = 0, most = 6;

	for (size_t i = 0; i < c->count; i++)
		if (fit(c->exercises[i]->id, typed, len) == best && n++ < most)
			buf_printf(&names, "%s%s", n == 1 ? "" : ", ", c->exercises[i]->id);
	lab_fail(e, LAB_USAGE, "\"%.*s\" can be %zu exercises: %s%s", (int)len, typed, n,
		buf_text(&names), n > most ? ", ..." : "");
}

const struct exercise *course_find(const struct course *c, const char *name, struct lab_error *e)
{
	const struct exercise *found = NULL;
	const char *typed = strncmp(name, "exercises/", 10) == 0 ? name + 10 : name;
	size_t len = strnlen(typed, NAME_MAX_TYPED), hits = 0;
	enum fit best = FIT_NONE;

	while (len > 0 && typed[len - 1] == '/')
		len--;
	for (size_t i = 0; i < c->count; i++) {
		enum fit now = fit(c->exercises[i]->id, typed, len);

		if (now == FIT_NONE || now > best)
			continue;
		hits = now < best ? 1 : hits + 1;
		best = now;
		found = c->exercises[i];
	}
	if (hits == 1)
		return found;
	if (hits == 0)
		fail_unknown(c, name, e);
	else
		fail_ambiguous(c, typed, len, best, e);
	return NULL;
}
