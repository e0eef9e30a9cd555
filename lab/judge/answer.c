/*
 * Answers to predict exercises: answers.txt, "key: value" a line. What stands in it is the
 * student's; what is right is never read from it.
 */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/fd.h"
#include "lab/judge/internal.h"

#define ANSWERS_MOST (1u << 20) /* BUILD_SOURCE_MAX */

static char *trimmed(const char *from, size_t len)
{
	while (len && strchr(" \t\r", from[0])) {
		from++;
		len--;
	}
	while (len && strchr(" \t\r", from[len - 1]))
		len--;
	return strndup(from, len);
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

/* "key: value" lines; '#' begins a comment line. The last one of a key counts. */
const char *answer_of(const char *key)
{
	const char *found = NULL;

	for (const char *line = answers(); *line;) {
		size_t len = strcspn(line, "\n");
		const char *colon = memchr(line, ':', len);

		if (colon && line[0] != '#') {
			LAB_FREE char *name = trimmed(line, (size_t)(colon - line));

			if (strcmp(name, key) == 0)
				found = judge_keep(
					trimmed(colon + 1, len - (size_t)(colon - line) - 1));
		}
		line += len + (line[len] == '\n');
	}
	return found && *found ? found : NULL;
}

/* The line of KEY in answers.txt, 0 if it is not there. */
static int line_of_key(const char *key)
{
	int number = 0, found = 0;

	for (const char *line = answers(); *line;) {
		size_t len = strcspn(line, "\n");
		const char *colon = memchr(line, ':', len);

		number++;
		if (colon && line[0] != '#') {
			LAB_FREE char *name = trimmed(line, (size_t)(colon - line));

			if (strcmp(name, key) == 0)
				found = number;
		}
		line += len + (line[len] == '\n');
	}
	return found;
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
	const char *given = answer_of(key);
	struct event_place place = {"answers.txt", line_of_key(key), NULL};
	BUF_SCOPED words = BUF_INIT;
	va_list ap;

	if (given && same_answer(given, right))
		return;
	if (!given && !place.line)
		fail_check(NULL, CLASS_ANSWER, (struct event_place){"answers.txt", 0, NULL},
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
