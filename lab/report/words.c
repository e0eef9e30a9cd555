/* Text for people: made safe, made to fit. Knows nothing of verdicts. */
#include "config.h"

#include "lab/report/words.h"

#include <string.h>

/* The length of the UTF-8 sequence at P (RFC 3629, section 4: the shortest form, no surrogates, at
 * most U+10FFFF), or 0 if there is none. P ends with a NUL, which no sequence can contain. */
static size_t sequence_length(const unsigned char *p)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t n;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	n = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

/* C0 but newline and tab, DEL, C1 (U+0080 to U+009F: 0xc2 0x80 to 0xc2 0x9f), and the two that
 * neither XML nor YAML may hold (U+FFFE and U+FFFF: 0xef 0xbf 0xbe and 0xbf). */
static bool is_control(const unsigned char *p)
{
	return (p[0] < 0x20 && p[0] != '\n' && p[0] != '\t') || p[0] == 0x7f ||
	       (p[0] == 0xc2 && p[1] < 0xa0) || (p[0] == 0xef && p[1] == 0xbf && p[2] >= 0xbe);
}

void words_add(struct buf *into, const char *text, bool printable)
{
	const unsigned char *p = (const unsigned char *)text;

	while (*p) {
		size_t n = sequence_length(p);

		if (n == 0 || (printable && is_control(p))) {
			n = n ? n : 1;
			for (size_t i = 0; i < n; i++)
				buf_printf(into, "\\x%02x", p[i]);
		} else {
			buf_add(into, p, n);
		}
		p += n;
	}
}

void words_add_line(struct buf *into, const char *text)
{
	size_t from = into->len;

	words_add(into, text, true);
	for (size_t i = from; i < into->len; i++)
		if (into->data[i] == '\n' || into->data[i] == '\t')
			into->data[i] = ' ';
}

static int columns(const char *text, size_t len)
{
	int n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)text[i] & 0xc0) != 0x80;
	return n;
}

static void pad(struct buf *into, int n)
{
	buf_printf(into, "%*s", n, "");
}

/* One line of text, LEN bytes. */
static void wrap_line(struct buf *into, const char *line, size_t len, int indent, int width)
{
	size_t lead = strspn(line, " \t");
	int start, at;

	lead = lead < len ? lead : len;
	if (lead == len)
		return;
	pad(into, indent);
	buf_add(into, line, lead);
	start = at = indent + (int)lead;
	for (size_t i = lead; i < len;) {
		size_t word = strcspn(line + i, " \n");
		size_t gap = strspn(line + i + word, " ");
		int wide = columns(line + i, word);
		size_t before = i > lead ? i : 0;

		while (before > lead && line[before - 1] == ' ')
			before--;
		if (before && width && at + (int)(i - before) + wide > width) {
			buf_putc(into, '\n');
			pad(into, indent);
			buf_add(into, line, lead);
			at = start;
		} else if (before) {
			buf_add(into, line + before, i - before);
			at += (int)(i - before);
		}
		buf_add(into, line + i, word);
		at += wide;
		i += word + gap;
	}
}

void words_wrap(struct buf *into, const char *text, int indent, int width)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		wrap_line(into, text, len, indent, width);
		buf_putc(into, '\n');
		text += len + (text[len] == '\n');
	}
}

void words_quote(struct buf *into, const char *word)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:,=+@%-";

	if (*word && word[strspn(word, plain)] == '\0') {
		buf_puts(into, word);
		return;
	}
	buf_putc(into, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			buf_puts(into, "'\\''");
		else
			buf_putc(into, *word);
	}
	buf_putc(into, '\'');
}

char *words_points(double points)
{
	char *text = lab_xprintf("%.2f", points), *end = text + strlen(text);

	while (end[-1] == '0')
		*--end = '\0';
	if (end[-1] == '.')
		*--end = '\0';
	return text;
}
