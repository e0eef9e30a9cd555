/* Fields of CSV: see csv.h. */
#include "config.h"

#include "lab/report/csv.h"

#include <stdlib.h>
#include <string.h>

#include "lab/report/words.h"

/* What spreadsheets take for the begin of a formula, also behind white space; some know the wide
 * forms of these signs, too (U+FF1D, U+FF0B, U+FF0D, U+FF20). */
static bool is_formula(const char *text)
{
	static const char *const wide[] = {
		"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};

	text += strspn(text, " \t\r\n");
	if (*text && strchr("=+-@", *text))
		return true;
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (strncmp(text, wide[i], 3) == 0)
			return true;
	return false;
}

/* Readers that take a backslash for an escape (PHP's, and with it Moodle's) would lose the quote
 * behind it: there it becomes \x5c. */
static void add_quoted(struct buf *into, const char *text)
{
	for (const char *p = text; *p; p++) {
		if (*p == '\\' && (p[1] == '"' || p[1] == '\0'))
			buf_puts(into, "\\x5c");
		else if (*p == '"')
			buf_puts(into, "\"\"");
		else if (*p != '\r')
			buf_putc(into, *p);
	}
}

static void add_field(struct buf *into, const char *text, bool guarded)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "_-.@+/%: ";
	BUF_SCOPED safe = BUF_INIT;

	words_add(&safe, text, true);
	text = buf_text(&safe);
	if (!guarded && text[strspn(text, plain)] == '\0') {
		buf_puts(into, text);
		return;
	}
	buf_puts(into, guarded ? "\"'" : "\"");
	add_quoted(into, text);
	buf_putc(into, '"');
}

void csv_text(struct buf *into, const char *text)
{
	add_field(into, text, is_formula(text));
}

void csv_identifier(struct buf *into, const char *text)
{
	static const char harmless[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456"
				       "789_-.@+";
	bool plain = *text != '=' && *text != '@' && text[strspn(text, harmless)] == '\0';

	add_field(into, text, !plain && is_formula(text));
}

void csv_number(struct buf *into, double number)
{
	LAB_FREE char *text = words_points(number);

	buf_puts(into, text);
}
