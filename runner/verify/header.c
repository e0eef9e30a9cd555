/* The comment that opens a known-wrong program, and whether a message holds its phrase. */
#include "config.h"

#include "runner/verify/header.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "runner/verify/variant.h"

/* One line without the comment's own signs. */
static char *bare_line(const char *line, size_t len)
{
	size_t start = 0;

	while (start < len && strchr(" \t/*#", line[start]))
		start++;
	while (len > start && strchr(" \t\r", line[len - 1]))
		len--;
	if (len >= start + 2 && line[len - 2] == '*' && line[len - 1] == '/')
		len -= 2;
	while (len > start && strchr(" \t*", line[len - 1]))
		len--;
	return lab_xprintf("%.*s", (int)(len - start), line + start);
}

/* What follows KEY, or NULL. */
static const char *value_of(const char *line, const char *key)
{
	size_t n = strlen(key);

	if (strncmp(line, key, n) != 0 || line[n] != ':')
		return NULL;
	return line + n + 1 + strspn(line + n + 1, " \t");
}

static bool is_comment(const char *line)
{
	line += strspn(line, " \t");
	return *line == '/' || *line == '*' || *line == '#';
}

static void take(char **slot, struct buf *b)
{
	if (!*slot && b->len > 0)
		*slot = buf_take(b);
	buf_clear(b);
}

void header_parse(struct header *h, const char *text)
{
	static const char mark[] = "\xef\xbb\xbf"; /* some editors open a file with it */
	BUF_SCOPED sentence = BUF_INIT;
	BUF_SCOPED check = BUF_INIT;
	BUF_SCOPED phrase = BUF_INIT;
	struct buf *into = &sentence;
	bool in_c;

	*h = (struct header){0};
	if (strncmp(text, mark, strlen(mark)) == 0)
		text += strlen(mark);
	in_c = strncmp(text, "/*", 2) == 0;
	while (is_comment(text)) {
		size_t len = strcspn(text, "\n");
		LAB_FREE char *line = bare_line(text, len);
		const char *value = line;

		if (value_of(line, "check")) {
			into = &check;
			value = value_of(line, "check");
		} else if (value_of(line, "message")) {
			into = &phrase;
			value = value_of(line, "message");
		}
		if (into && *value)
			buf_printf(into, "%s%s", into->len ? " " : "", value);
		else if (into && into->len)
			into = NULL; /* an empty line ends what it follows */
		if (in_c && memmem(text, len, "*/", 2))
			break;
		text += len + (text[len] == '\n');
	}
	take(&h->sentence, &sentence);
	take(&h->check, &check);
	take(&h->phrase, &phrase);
}

void header_done(struct header *h)
{
	free(h->sentence);
	free(h->check);
	free(h->phrase);
	*h = (struct header){0};
}

size_t word_count(const char *text)
{
	size_t n = 0;

	for (text += strspn(text, " \t\n"); *text; text += strspn(text, " \t\n")) {
		text += strcspn(text, " \t\n");
		n++;
	}
	return n;
}

/* Does TEXT begin with PHRASE? */
static bool begins(const char *phrase, const char *text)
{
	size_t n = 0;

	for (; *phrase; phrase++) {
		if (isspace((unsigned char)*phrase)) {
			if (!isspace((unsigned char)*text))
				return false;
			text += strspn(text, " \t\n\r\f\v");
			phrase += strspn(phrase, " \t\n\r\f\v") - 1;
		} else if (phrase[0] == '%' && phrase[1] == 'd') {
			n = *text == '-';
			n += strspn(text + n, "0123456789");
			if (n == 0 || !isdigit((unsigned char)text[n - 1]))
				return false;
			/* "0.5" is one number, but not "5." at the end of a sentence */
			if (text[n] == '.' && isdigit((unsigned char)text[n + 1]))
				n += 1 + strspn(text + n + 1, "0123456789");
			text += n;
			phrase++;
		} else if (phrase[0] == '%' && phrase[1] == 's') {
			for (n = 1; text[n - 1] && !isspace((unsigned char)text[n - 1]); n++)
				if (begins(phrase + 2, text + n))
					return true;
			return false;
		} else if (*phrase != *text++) {
			return false;
		}
	}
	return true;
}

bool phrase_matches(const char *phrase, const char *text)
{
	for (; *text; text++)
		if (begins(phrase, text))
			return true;
	return false;
}
