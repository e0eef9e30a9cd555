/*
 * Answers to predict exercises: answers.txt, "key: value" a line. What stands in it is the
 * student's, and what is wrong with it is theirs, in words and with its line; what is right is
 * never read from it. The questions are the keys of the starter's answers.txt.
 *
 * Nobody is wrong for how an editor, a keyboard or another platform writes: other ends of lines,
 * other blanks, colons and quotes are made plain before anything is looked at.
 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/fd.h"
#include "lab/judge/internal.h"

#define ANSWERS_MOST (1u << 20) /* BUILD_SOURCE_MAX */
#define ANSWER_LONG  80         /* bytes; no right one has more */

/* A line of answers.txt that is neither empty nor a remark. */
struct answer {
	const char *key;   /* NULL: the line has no colon */
	const char *value; /* what stands behind it; the whole line if it has none */
	int line;
};

/* ---- plain text ---- */

/* As many bytes in place of as many: lines stay what they are. */
static const struct plain {
	const char *is, *plain;
} plains[] = {
	{"\xef\xbb\xbf", "   "},  /* the mark that some editors open a file with */
	{"\xc2\xa0", "  "},       /* a blank at which no line is broken */
	{"\xe2\x80\xaf", "   "},  /* ... a narrow one */
	{"\xe2\x80\x8b", "   "},  /* ... of no width */
	{"\xe3\x80\x80", "   "},  /* ... as wide as an ideograph, */
	{"\xef\xbc\x9a", ":  "},  /* and a colon like that */
	{"\xe2\x80\x9c", "  \""}, /* quotes that lean */
	{"\xe2\x80\x9d", "\"  "},
	{"\xe2\x80\x98", "  '"},
	{"\xe2\x80\x99", "'  "},
	{"\r\n", " \n"},
	{"\r", "\n"},
};

static void make_plain(char *text)
{
	while (*text) {
		size_t len = 1;

		for (size_t i = 0; i < sizeof(plains) / sizeof(plains[0]); i++)
			if (strncmp(text, plains[i].is, strlen(plains[i].is)) == 0) {
				len = strlen(plains[i].is);
				memcpy(text, plains[i].plain, len);
				break;
			}
		text += len;
	}
}

/* ---- lines ---- */

/* The part of [FROM, FROM + LEN) between its blanks. */
static const char *trimmed(const char *from, size_t len)
{
	while (len && strchr(" \t\r", from[0])) {
		from++;
		len--;
	}
	while (len && strchr(" \t\r", from[len - 1]))
		len--;
	return text_of("%.*s", (int)len, from);
}

/* How much of a line of LEN bytes stands before its remark: a '#' at the beginning or behind a
 * blank. */
static size_t before_remark(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (line[i] == '#' && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t'))
			return i;
	return len;
}

/* The next answer at or after *AT, which goes on; *LINE is the number of the line before. */
static bool next_answer(const char **at, int *line, struct answer *a)
{
	while (**at) {
		const char *begin = *at;
		size_t len = strcspn(begin, "\n"), used = before_remark(begin, len);
		const char *colon = memchr(begin, ':', used);
		const char *value = colon ? colon + 1 : begin;

		++*line;
		*at += len + (begin[len] == '\n');
		if (strspn(begin, " \t\r") >= used)
			continue;
		a->key = colon ? trimmed(begin, (size_t)(colon - begin)) : NULL;
		a->value = trimmed(value, used - (size_t)(value - begin));
		a->line = *line;
		return true;
	}
	return false;
}

static const char *text_in(const char *path, struct buf *into)
{
	struct lab_error e = {0};

	if (path && !into->data) {
		if (file_read(path, into, ANSWERS_MOST, &e) < 0) {
			e.kind = LAB_BROKEN;
			judge_broken(&e);
		}
		if (into->data)
			make_plain(into->data);
	}
	return buf_text(into);
}

static const char *answers(void)
{
	return text_in(judge_state.options.answers, &judge_state.answers);
}

/* The last answer to KEY counts; false: there is none. */
static bool find_answer(const char *text, const char *key, struct answer *found)
{
	struct answer a;
	int line = 0;
	bool any = false;

	while (next_answer(&text, &line, &a)) {
		if (a.key && same_answer(a.key, key)) {
			*found = a;
			any = true;
		}
	}
	return any;
}

/* VALUE without quotes around it, or what ends a sentence inside or outside of them. */
static const char *bare(const char *value)
{
	size_t len = strlen(value);

	for (int round = 0; round < 2; round++) {
		while (len > 1 && strchr(".;,", value[len - 1]))
			len--;
		if (len > 2 && strchr("\"'`", value[0]) && value[len - 1] == value[0]) {
			value++;
			len -= 2;
		}
	}
	return trimmed(value, len);
}

const char *answer_of(const char *key)
{
	struct answer a;

	return find_answer(answers(), key, &a) && *a.value ? bare(a.value) : NULL;
}

/* ---- comparing ---- */

/* What separates words, or stands around all of them. A '-' does behind a word, or as the shaft of
 * an arrow; else it is a sign. */
static bool separates(const char *p, bool behind_word)
{
	return isspace((unsigned char)*p) || strchr(",;/>()[]{}", *p) ||
	       (*p == '-' && (behind_word || p[1] == '>'));
}

/* Small and capital letters, and what separates two words, are no matter. */
static const char *skip(const char *p, bool behind_word, bool *gap)
{
	*gap = false;
	for (; *p && separates(p, behind_word); p++) {
		*gap = true;
		behind_word = false;
	}
	return p;
}

/* TEXT is a whole number, and nothing else. */
static bool is_number(const char *text, long long *number)
{
	char *end;

	errno = 0;
	*number = strtoll(text, &end, 10);
	return end != text && !*end && errno == 0;
}

bool same_answer(const char *a, const char *b)
{
	bool gap_a, gap_b;
	long long first, second;

	if (is_number(a, &first) && is_number(b, &second))
		return first == second;

	a = skip(a, false, &gap_a);
	b = skip(b, false, &gap_b);
	while (*a && *b && tolower((unsigned char)*a) == tolower((unsigned char)*b)) {
		a = skip(a + 1, true, &gap_a);
		b = skip(b + 1, true, &gap_b);
		if (*a && *b && gap_a != gap_b)
			return false;
	}
	return !*a && !*b;
}

/* RIGHT: one answer, or several with '|' between them. */
static bool is_one_of(const char *given, const char *right)
{
	for (;;) {
		size_t len = strcspn(right, "|");

		if (same_answer(given, text_of("%.*s", (int)len, right)))
			return true;
		if (!right[len])
			return false;
		right += len + 1;
	}
}

/* It is, but for words that stand behind it. */
static bool begins_as_one_of(const char *given, const char *right)
{
	for (size_t len = 1; len <= ANSWER_LONG && given[len - 1]; len++)
		if (isspace((unsigned char)given[len]) &&
			is_one_of(text_of("%.*s", (int)len, given), right))
			return true;
	return false;
}

/* ---- expectations ---- */

void expect_answer(const char *key, const char *right, const char *fmt, ...)
{
	struct event_place place = {"answers.txt", 0, NULL};
	struct answer a;
	BUF_SCOPED words = BUF_INIT;
	va_list ap;

	if (!find_answer(answers(), key, &a))
		fail_check(NULL, CLASS_ANSWER, place,
			"There is no line \"%s: ...\" in answers.txt. Write what you expect there; "
			"a wrong guess teaches more than none.",
			key);
	place.line = a.line;
	if (!*a.value)
		fail_check(NULL, CLASS_ANSWER, place,
			"\"%s:\" in answers.txt has no answer yet. Write what you expect; a wrong "
			"guess teaches more than none.",
			key);
	if (is_one_of(bare(a.value), right))
		return;
	if (begins_as_one_of(a.value, right))
		buf_puts(&words, "It begins as it should, but more stands behind that: write the "
				 "answer alone. (A remark of your own begins with #.) ");
	va_start(ap, fmt);
	buf_vprintf(&words, fmt, ap);
	va_end(ap);
	fail_check(NULL, CLASS_ANSWER, place, "You answered %s. %s",
		shown(text_of("%s: %s", key, a.value)), buf_text(&words));
}

/* The questions in their order, for a message. */
static const char *all_questions(const char *questions)
{
	BUF_SCOPED names = BUF_INIT;
	struct answer q;
	int line = 0;

	while (next_answer(&questions, &line, &q))
		if (q.key)
			buf_printf(&names, "%s\"%s\"", names.len ? ", " : "", q.key);
	return text_of("%s", buf_text(&names));
}

/* The first line before A that answers the same question; 0: none. */
static int answered_before(const struct answer *a)
{
	const char *text = answers();
	struct answer b;
	int line = 0;

	while (next_answer(&text, &line, &b) && b.line < a->line)
		if (b.key && same_answer(a->key, b.key))
			return b.line;
	return 0;
}

static void expect_line(const struct answer *a, const char *questions)
{
	struct event_place place = {"answers.txt", a->line, NULL};
	struct answer q;
	int before;

	if (!a->key)
		fail_check(NULL, CLASS_ANSWER, place,
			"%s is no answer: a line of answers.txt is a question, a colon and what "
			"you expect. For a remark of your own, begin it with #.",
			shown(a->value));
	if (!find_answer(questions, a->key, &q))
		fail_check(NULL, CLASS_ANSWER, place,
			"There is no question %s. The questions of this exercise are %s.",
			shown(a->key), all_questions(questions));
	before = answered_before(a);
	if (before)
		fail_check(NULL, CLASS_ANSWER, place,
			"%s is answered twice, here and in line %d. Keep the answer that you "
			"mean, and take the other line away.",
			shown(q.key), before);
}

void expect_answers_readable(void)
{
	BUF_SCOPED bytes = BUF_INIT;
	const char *questions = text_in(judge_state.options.questions, &bytes);
	const char *text = answers();
	struct answer a;
	int line = 0;
	bool any = false;

	if (!*questions)
		broken_check("there are no questions: is the exercise's kind predict?");
	while (next_answer(&text, &line, &a)) {
		expect_line(&a, questions);
		any = any || *a.value;
	}
	if (!any)
		fail_check(NULL, CLASS_ANSWER, (struct event_place){"answers.txt", 0, NULL},
			"No question in answers.txt is answered yet. Write behind each colon what "
			"you expect; it costs nothing to be wrong.");
}
