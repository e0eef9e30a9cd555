/*
 * Where a source has assembly. Programs in which data races are looked for are told of each use of
 * memory by the compiler, which does not look into assembly: a lock that is made of it would order
 * nothing, and who uses it rightly would be reported. A text between quotes that holds no
 * instruction, or none that uses memory, does no harm; it is what keeps the compiler from moving
 * things (`asm volatile("" ::: "memory")`).
 *
 * It knows as much of C as to tell words from comments and strings; macros it does not follow.
 */
#include "config.h"

#include <ctype.h>
#include <string.h>

#include "lab/build/parts.h"

struct reader {
	const char *at, *end;
	int line;
};

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static void next(struct reader *r)
{
	r->line += *r->at == '\n';
	r->at++;
}

static bool begins(const struct reader *r, const char *text)
{
	size_t len = strlen(text);

	return (size_t)(r->end - r->at) >= len && memcmp(r->at, text, len) == 0;
}

/* Up to END, which may be a quote: then \ takes away the meaning of the next. */
static void pass(struct reader *r, const char *end)
{
	while (r->at < r->end && !begins(r, end)) {
		if (*r->at == '\\' && strlen(end) == 1 && r->at + 1 < r->end)
			next(r);
		next(r);
	}
	for (size_t i = 0; i < strlen(end) && r->at < r->end; i++)
		next(r);
}

/* A comment, a string or a character constant; false: none begins here. */
static bool pass_text(struct reader *r)
{
	if (begins(r, "/*")) {
		r->at += 2;
		pass(r, "*/");
	} else if (begins(r, "//")) {
		pass(r, "\n");
	} else if (*r->at == '"' || *r->at == '\'') {
		const char quote[2] = {*r->at++};

		pass(r, quote);
	} else {
		return false;
	}
	return true;
}

/* The word at R, and behind it. */
static size_t pass_word(struct reader *r, const char **word)
{
	*word = r->at;
	while (r->at < r->end && is_word(*r->at))
		r->at++;
	return (size_t)(r->at - *word);
}

static bool is_one_of(const char *word, size_t len, const char *const *list)
{
	for (; *list; list++)
		if (strlen(*list) == len && memcmp(word, *list, len) == 0)
			return true;
	return false;
}

/* R stands behind the word asm. */
static bool uses_memory(struct reader r)
{
	static const char *const harmless[] = {
		"", "pause", "nop", "rep; nop", "rep nop", "yield", NULL};
	const char *text;

	while (r.at < r.end && *r.at != '(' && *r.at != ';')
		next(&r);
	if (r.at == r.end || *r.at == ';')
		return false;
	next(&r);
	while (r.at < r.end && isspace((unsigned char)*r.at))
		next(&r);
	if (r.at == r.end || *r.at != '"')
		return true;
	text = r.at + 1;
	pass_text(&r);
	while (r.at < r.end && isspace((unsigned char)*r.at))
		next(&r);
	return (r.at < r.end && *r.at == '"') || !is_one_of(text, strcspn(text, "\""), harmless);
}

int source_assembly(const char *text, size_t len)
{
	static const char *const words[] = {"asm", "__asm", "__asm__", NULL};
	struct reader r = {text, text + len, 1};

	while (r.at < r.end) {
		const char *word;
		size_t length;

		if (pass_text(&r))
			continue;
		if (!is_word(*r.at)) {
			next(&r);
			continue;
		}
		length = pass_word(&r, &word);
		if (is_one_of(word, length, words) && uses_memory(r))
			return r.line;
	}
	return 0;
}
