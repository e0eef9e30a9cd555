/* Text that may be of any bytes, as part of a page: see html.h. */
#include "config.h"

#include "lab/report/html.h"

#include <stdio.h>
#include <string.h>

#include "lab/report/words.h"

/* Three bytes each, the last one from LOW to HIGH. */
static const struct {
	const char *lead;
	unsigned char low, high;
} hidden[] = {
	{"\xe2\x80", 0x8b, 0x8f}, /* no width, and the marks of direction: U+200B to U+200F */
	{"\xe2\x80", 0xa8, 0xae}, /* ends of lines, embeddings, overrides: U+2028 to U+202E */
	{"\xe2\x81", 0xa0, 0xaf}, /* isolates, and more without width: U+2060 to U+206F */
	{"\xef\xbb", 0xbf, 0xbf}, /* byte order mark: U+FEFF */
	{"\xef\xbf", 0xbe, 0xbf}, /* no characters, and none in XML 1.0: U+FFFE, U+FFFF */
};

/* P is valid UTF-8. */
static bool is_hidden(const char *p)
{
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
		unsigned char last;

		if (strncmp(p, hidden[i].lead, 2) != 0)
			continue;
		last = (unsigned char)p[2];
		if (last >= hidden[i].low && last <= hidden[i].high)
			return true;
	}
	return false;
}

void html_text(struct buf *into, const char *text)
{
	BUF_SCOPED safe = BUF_INIT;

	words_add(&safe, text, true);
	for (const char *p = buf_text(&safe); *p; p++) {
		if (!is_hidden(p)) {
			buf_putc(into, *p);
			continue;
		}
		for (int i = 0; i < 3; i++)
			buf_printf(into, "\\x%02x", (unsigned char)p[i]);
		p += 2;
	}
}

void html_put(struct buf *into, const char *text)
{
	BUF_SCOPED safe = BUF_INIT;

	html_text(&safe, text);
	for (const char *p = buf_text(&safe); *p; p++) {
		switch (*p) {
		case '<':
			buf_puts(into, "&lt;");
			break;
		case '>':
			buf_puts(into, "&gt;");
			break;
		case '&':
			buf_puts(into, "&amp;");
			break;
		case '"':
			buf_puts(into, "&quot;");
			break;
		case '\'':
			buf_puts(into, "&#39;");
			break;
		default:
			buf_putc(into, *p);
		}
	}
}

void html_json(struct buf *into, const char *text)
{
	buf_putc(into, '"');
	for (const char *p = text; *p; p++) {
		if (strchr("<>&\"\\\n\t", *p))
			buf_printf(into, "\\u%04x", (unsigned char)*p);
		else
			buf_putc(into, *p);
	}
	buf_putc(into, '"');
}
