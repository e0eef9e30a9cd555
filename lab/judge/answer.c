/*
 * Answers to predict exercises: answers.txt, "key: value" a line. What stands in it is the
 * student's; what is right is never read from it.
 */
#include "config.h"

#include <ctype.h>
#include <string.h>

#include "lab/base/fd.h"
#include "lab/judge/internal.h"

#define ANSWERS_MOST (1u << 20) /* BUILD_SOURCE_MAX */

/* The part of [FROM, FROM + LEN) between its blanks. */
static const char *trimmed(const char *from, size_t *len)
{
	while (*len && strchr(" \t\r", from[0])) {
		from++;
		--*len;
	}
	while (*len && strchr(" \t\r", from[*len - 1]))
		--*len;
	return from;
}

static const char *answers(void)
{
	struct state *s = &judge_state;
	struct lab_error e = {0};

	if (!s->options.answers)
		return "";
	if (!s->answers.data && file_read(s->options.answers, &s->answers, ANSWERS_MOST, &e) < 0) {
		e.kind = LAB_BROKEN;
		judge_broken(&e);
	}
	return buf_text(&s->answers);
}

/* Is [LINE, LINE + LEN) "KEY: value"? *VALUE of *VALUE_LEN bytes is what stands behind the colon. A
 * line that begins with '#' is a comment. */
static bool answers_key(
	const char *line, size_t len, const char *key, const char **value, size_t *value_len)
{
	const char *colon = *line == '#' ? NULL : memchr(line, ':', len);
	const char *name;
	size_t name_len;

	if (!colon)
		return false;
	name_len = (size_t)(colon - line);
	name = trimmed(line, &name_len);
	*value_len = len - (size_t)(colon + 1 - line);
	*value = trimmed(colon + 1, value_len);
	return name_len == strlen(key) && memcmp(name, key, name_len) == 0;
}

/* The last one of a key counts. *NUMBER: its line, 0 if it is not there. */
static const char *find_answer(const char *key, int *number)
{
	const char *found = NULL, *value;
	size_t found_len = 0, value_len;
	int here = 0;

	*number = 0;
	for (const char *line = answers(); *line;) {
		size_t len = strcspn(line, "\n");

		here++;
		if (answers_key(line, len, key, &value, &value_len)) {
			found = value;
			found_len = value_len;
			*number = here;
		}
		line += len + (line[len] == '\n');
	}
	return found_len ? text_of("%.*s", (int)found_len, found) : NULL;
}

const char *answer_of(const char *key)
{
	int line;

	return find_answer(key, &line);
}

/* Small and capital letters, and how many blanks or commas separate two words, are no matter. */
static const char *skip(const char *p, bool *gap)
{
	*gap = false;
	while (*p && (isspace((unsigned char)*p) || *p == ',')) {
		*gap = true;
		p++;
	}
	return p;
}

bool same_answer(const char *a, const char *b)
{
	bool gap_a, gap_b;

	a = skip(a, &gap_a);
	b = skip(b, &gap_b);
	while (*a && *b && tolower((unsigned char)*a) == tolower((unsigned char)*b)) {
		a = skip(a + 1, &gap_a);
		b = skip(b + 1, &gap_b);
		if (*a && *b && gap_a != gap_b)
			return false;
	}
	return !*a && !*b;
}

void expect_answer(const char *key, const char *right, const char *fmt, ...)
{
	struct event_place place = {"answers.txt", 0, NULL};
	const char *given = find_answer(key, &place.line);
	BUF_SCOPED words = BUF_INIT;
	va_list ap;

	if (given && same_answer(given, right))
		return;
	if (!given && !place.line)
		fail_check(NULL, CLASS_ANSWER, place,
			"There is no line \"%s: ...\" in answers.txt. Write what you expect there; "
			"a wrong guess teaches more than none.",
			key);
	if (!given)
		fail_check(NULL, CLASS_ANSWER, place,
			"\"%s:\" in answers.txt has no answer yet. Write what you expect; a wrong "
			"guess teaches more than none.",
			key);
	va_start(ap, fmt);
	buf_vprintf(&words, fmt, ap);
	va_end(ap);
	fail_check(NULL, CLASS_ANSWER, place, "You answered \"%s: %s\". %s", key, given,
		buf_text(&words));
}
