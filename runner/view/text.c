/*
 * Lines of styled text: see text.h. The bytes in a struct styled are always drawable in the locale:
 * valid UTF-8 without control characters, or ASCII.
 */
#include "config.h"

#include "runner/view/text.h"

#include <langinfo.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "lab/report/words.h"

enum { TAB = 8 };

bool text_is_utf8(void)
{
	static int known = -1;

	if (known < 0)
		known = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	return known;
}

const char *text_sign(const char *utf8, const char *ascii)
{
	return text_is_utf8() ? utf8 : ascii;
}

unsigned text_decode(const char *p, size_t *len)
{
	const unsigned char *u = (const unsigned char *)p;
	unsigned code;

	if (u[0] < 0x80) {
		*len = 1;
		return u[0];
	}
	*len = u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : 4;
	code = u[0] & (0x7fu >> *len);
	for (size_t i = 1; i < *len; i++)
		code = code << 6 | (u[i] & 0x3f);
	return code;
}

int text_width(unsigned code)
{
	int n = wcwidth((wchar_t)code);

	return n < 0 ? 1 : n; /* newer than the C library's tables: most such signs take one */
}

/* ---- one line ---- */

/* What stands for a sign that the terminal cannot show. */
static const char *ascii_like(unsigned code)
{
	static const struct {
		unsigned code;
		const char *ascii;
	} table[] = {
		{0xa0, " "},
		{0xa7, "section "},
		{0xb0, " deg"},
		{0xb1, "+-"},
		{0xb5, "u"},
		{0xb7, "."},
		{0xd7, "x"},
		{0x2010, "-"},
		{0x2011, "-"},
		{0x2012, "-"},
		{0x2013, "-"},
		{0x2014, "--"},
		{0x2018, "'"},
		{0x2019, "'"},
		{0x201c, "\""},
		{0x201d, "\""},
		{0x2022, "*"},
		{0x2026, "..."},
		{0x2190, "<-"},
		{0x2191, "^"},
		{0x2192, "->"},
		{0x2193, "v"},
		{0x2264, "<="},
		{0x2265, ">="},
		{0x2500, "-"},
		{0x2502, "|"},
		{0x2713, "ok"},
		{0x2717, "XX"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].code == code)
			return table[i].ascii;
	return "?";
}

/* Columns since the last line break. */
static int columns_of(const char *bytes, size_t len)
{
	int n = 0;

	for (size_t i = 0, step; i < len; i += step) {
		unsigned code = text_decode(bytes + i, &step);

		n = code == '\n' ? 0 : n + text_width(code);
	}
	return n;
}

static void put_bytes(struct styled *s, enum style style, const char *bytes, size_t len)
{
	buf_add(&s->bytes, bytes, len);
	for (size_t i = 0; i < len; i++)
		buf_putc(&s->styles, (char)style);
}

void styled_put(struct styled *s, enum style style, const char *text)
{
	BUF_SCOPED safe = BUF_INIT;
	const char *p;
	size_t len;

	words_add(&safe, text, true);
	for (p = buf_text(&safe); *p; p += len) {
		unsigned code = text_decode(p, &len);

		if (code == '\t')
			styled_pad(s, style, (styled_columns(s) / TAB + 1) * TAB);
		else if (code < 0x80 || text_is_utf8())
			put_bytes(s, style, p, len);
		else
			put_bytes(s, style, ascii_like(code), strlen(ascii_like(code)));
	}
}

void styled_printf(struct styled *s, enum style style, const char *fmt, ...)
{
	BUF_SCOPED text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	styled_put(s, style, buf_text(&text));
}

void styled_pad(struct styled *s, enum style style, int column)
{
	for (int n = styled_columns(s); n < column; n++)
		put_bytes(s, style, " ", 1);
}

void styled_add_part(struct styled *s, const struct styled *more, size_t from, size_t end)
{
	if (end <= from)
		return;
	buf_add(&s->bytes, more->bytes.data + from, end - from);
	buf_add(&s->styles, more->styles.data + from, end - from);
}

void styled_add(struct styled *s, const struct styled *more)
{
	styled_add_part(s, more, 0, more->bytes.len);
}

int styled_columns(const struct styled *s)
{
	return columns_of(buf_text(&s->bytes), s->bytes.len);
}

/* How many bytes from FROM on fit into COLUMNS; a sign stays with what combines with it. */
static size_t fit(const struct styled *s, size_t from, int columns)
{
	size_t at = from, step;
	int used = 0;

	while (at < s->bytes.len) {
		int wide = text_width(text_decode(s->bytes.data + at, &step));

		if (used + wide > columns)
			break;
		used += wide;
		at += step;
	}
	return at;
}

static void truncate_at(struct styled *s, size_t len)
{
	if (len >= s->bytes.len)
		return;
	s->bytes.len = s->styles.len = len;
	s->bytes.data[len] = s->styles.data[len] = '\0';
}

void styled_cut(struct styled *s, int columns)
{
	size_t end;
	char style;

	if (styled_columns(s) <= columns)
		return;
	end = fit(s, 0, columns > 1 ? columns - 1 : 0);
	style = end ? s->styles.data[end - 1] : STYLE_PLAIN;
	truncate_at(s, end);
	if (columns > 0)
		styled_put(s, (enum style)style, text_sign("\u2026", ">"));
}

void styled_skip(struct styled *s, int columns)
{
	STYLED_SCOPED rest = STYLED_INIT;
	size_t from;

	if (columns <= 0 || s->bytes.len == 0)
		return;
	from = fit(s, 0, columns + 1);
	styled_put(&rest, (enum style)s->styles.data[0], text_sign("\u2026", "<"));
	styled_pad(&rest, STYLE_PLAIN, 1 + columns + 1 - columns_of(s->bytes.data, from));
	styled_add_part(&rest, s, from, s->bytes.len);
	styled_clear(s);
	styled_add(s, &rest);
}

void styled_paint(struct styled *s, enum style style)
{
	for (size_t i = 0; i < s->styles.len; i++)
		s->styles.data[i] = (char)style;
}

void styled_clear(struct styled *s)
{
	buf_clear(&s->bytes);
	buf_clear(&s->styles);
}

void styled_done(struct styled *s)
{
	buf_done(&s->bytes);
	buf_done(&s->styles);
}

/* ---- lines ---- */

void text_init(struct text *t, int width)
{
	*t = (struct text){.width = width > 1 ? width : 1};
}

void text_done(struct text *t)
{
	for (size_t i = 0; i < t->count; i++)
		styled_done(&t->lines[i]);
	free(t->lines);
	*t = (struct text){.width = t->width};
}

void text_add(struct text *t, struct styled *line)
{
	if ((t->count & (t->count - 1)) == 0) /* a power of two: full */
		t->lines =
			lab_xrealloc(t->lines, (t->count ? 2 * t->count : 1) * sizeof(*t->lines));
	t->lines[t->count++] = *line;
	*line = (struct styled)STYLED_INIT;
}

void text_blank(struct text *t)
{
	struct styled empty = STYLED_INIT;

	if (t->count > 0 && t->lines[t->count - 1].bytes.len > 0)
		text_add(t, &empty);
}

/* One line of a paragraph and where it goes. */
struct breaker {
	struct text *text;
	const struct styled *source;
	const struct styled *first, *rest; /* FIRST until something was written */
	enum text_break how;
	bool begun;
};

/* Where the line from FROM on ends that has COLUMNS; END: where its text does. */
static size_t line_end(const struct breaker *b, size_t from, size_t end, int columns)
{
	const char *bytes = b->source->bytes.data;
	size_t most = fit(b->source, from, columns), at;

	if (most >= end)
		return end;
	if (most == from) { /* not even one sign: take it all the same */
		size_t step;

		text_decode(bytes + from, &step);
		return from + step;
	}
	if (b->how == TEXT_SIGNS)
		return most;
	for (at = most; at > from && bytes[at] != ' '; at--)
		;
	while (at > from && bytes[at - 1] == ' ')
		at--;
	return at > from ? at : most;
}

static void write_line(struct breaker *b, size_t lead, size_t from, size_t end)
{
	const struct styled *prefix = b->begun ? b->rest : b->first;
	struct styled line = STYLED_INIT;

	if (prefix)
		styled_add(&line, prefix);
	for (size_t i = 0; i < lead; i++)
		put_bytes(&line, STYLE_PLAIN, " ", 1);
	styled_add_part(&line, b->source, from, end);
	text_add(b->text, &line);
	b->begun = true;
}

/* Bytes FROM to END hold no line break. */
static void break_line(struct breaker *b, size_t from, size_t end)
{
	const char *bytes = buf_text(&b->source->bytes);
	size_t lead = 0;

	while (from + lead < end && bytes[from + lead] == ' ')
		lead++;
	from += lead;
	if ((int)lead > b->text->width / 2)
		lead = 0; /* no room for it */
	do {
		const struct styled *prefix = b->begun ? b->rest : b->first;
		int used = (prefix ? styled_columns(prefix) : 0) + (int)lead;
		size_t stop = line_end(b, from, end, b->text->width - used);

		write_line(b, lead, from, stop);
		from = stop;
		while (b->how == TEXT_WORDS && from < end && bytes[from] == ' ')
			from++;
	} while (from < end);
}

void text_wrap(struct text *t, const struct styled *s, const struct styled *first,
	const struct styled *rest, enum text_break how)
{
	struct breaker b = {t, s, first, rest, how, false};
	const char *bytes = buf_text(&s->bytes);
	size_t from = 0;

	for (;;) {
		size_t len = strcspn(bytes + from, "\n");

		break_line(&b, from, from + len);
		from += len + 1;
		if (from >= s->bytes.len)
			return;
	}
}

void text_say(struct text *t, enum style style, int indent, const char *fmt, ...)
{
	BUF_SCOPED words = BUF_INIT;
	STYLED_SCOPED s = STYLED_INIT;
	STYLED_SCOPED prefix = STYLED_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&words, fmt, ap);
	va_end(ap);
	styled_put(&s, style, buf_text(&words));
	styled_pad(&prefix, STYLE_PLAIN, indent);
	text_wrap(t, &s, &prefix, &prefix, TEXT_WORDS);
}
