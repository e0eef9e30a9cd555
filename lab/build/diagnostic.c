/*
 * Diagnostics as they collect: cleaned, no two alike, errors first, with the line they speak of.
 * Text comes from compilers that quote hostile sources, so nothing of it may reach a terminal that
 * is not a printable character.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/build/parts.h"

#define DIAGNOSTICS_MAX 100
#define TEXT_MAX        1000 /* bytes of one text */
#define SOURCE_LINE_MAX 400

/* The length of the valid UTF-8 character at P (of LEFT bytes), 0 if there is none. Two bytes at
 * least; overlong forms and surrogates are not valid (RFC 3629). */
static size_t utf8_length(const unsigned char *p, size_t left)
{
	size_t n = p[0] >= 0xf0 && p[0] <= 0xf4 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc2 ? 2 : 0;

	if (n == 0 || p[0] > 0xf4 || n > left)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] >= 0xa0) ||
		(p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] >= 0x90))
		return 0;
	return n;
}

/* C0, DEL and C1 controls and bytes that are no UTF-8 become SUBSTITUTE, a tab a blank; so do the
 * characters that turn the direction of text (U+202A to U+202E, U+2066 to U+2069), with which a
 * line can be made to look like another. */
static char *clean(const char *bytes, size_t len, char substitute)
{
	BUF_SCOPED out = BUF_INIT;
	const unsigned char *p = (const unsigned char *)bytes;

	for (size_t i = 0; i < len;) {
		size_t n = p[i] < 0x80 ? 1 : utf8_length(p + i, len - i);
		bool turns = n == 3 && p[i] == 0xe2 &&
			     ((p[i + 1] == 0x80 && p[i + 2] >= 0xaa && p[i + 2] <= 0xae) ||
				     (p[i + 1] == 0x81 && p[i + 2] >= 0xa6 && p[i + 2] <= 0xa9));

		if (p[i] == '\t')
			buf_putc(&out, ' ');
		else if (n == 0 || turns || (n == 1 && (p[i] < 0x20 || p[i] == 0x7f)) ||
			 (n == 2 && p[i] == 0xc2 && p[i + 1] < 0xa0))
			buf_putc(&out, substitute);
		else
			buf_add(&out, p + i, n);
		i += n == 0 ? 1 : n;
	}
	buf_puts(&out, "");
	return lab_xstrdup(buf_text(&out));
}

static bool is_known(const struct build_result *r, const struct build_diagnostic *d)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct build_diagnostic *k = &r->diagnostics[i];

		if (k->line == d->line && k->column == d->column && k->severity == d->severity &&
			strcmp(k->file, d->file) == 0 && strcmp(k->text, d->text) == 0)
			return true;
	}
	return false;
}

void diagnostic_add(struct build_result *r, const char *file, int line, int column,
	enum build_severity severity, const char *text)
{
	struct build_diagnostic d = {
		.file = clean(file, strnlen(file, 255), '?'),
		.line = line > 0 ? line : 0,
		.column = column > 0 ? column : 0,
		.severity = severity,
		.text = clean(text, strnlen(text, TEXT_MAX), '?'),
	};

	if (r->count >= DIAGNOSTICS_MAX || is_known(r, &d)) {
		free(d.file);
		free(d.text);
		return;
	}
	r->diagnostics = lab_xrealloc(r->diagnostics, (r->count + 1) * sizeof(d));
	r->diagnostics[r->count++] = d;
}

void diagnostic_addf(struct build_result *r, const char *file, int line,
	enum build_severity severity, const char *fmt, ...)
{
	BUF_SCOPED text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	diagnostic_add(r, file, line, 0, severity, buf_text(&text));
}

bool diagnostics_have_error(const struct build_result *r)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->diagnostics[i].severity == BUILD_ERROR)
			return true;
	return false;
}

static char *source_line(const struct buf *bytes, int line)
{
	const char *p = buf_text(bytes), *end = p + bytes->len;

	for (int at = 1; at < line && p < end; at++) {
		const char *next = memchr(p, '\n', (size_t)(end - p));

		p = next != NULL ? next + 1 : end;
	}
	if (p >= end)
		return NULL;

	const char *stop = memchr(p, '\n', (size_t)(end - p));
	size_t len = (size_t)((stop != NULL ? stop : end) - p);

	if (len > 0 && p[len - 1] == '\r')
		len--;
	return clean(p, len < SOURCE_LINE_MAX ? len : SOURCE_LINE_MAX, '?');
}

void diagnostics_finish(struct build_result *r, const struct source_list *s)
{
	struct build_diagnostic *sorted = lab_xmalloc((r->count + 1) * sizeof(*sorted));
	size_t n = 0;

	for (int severity = BUILD_ERROR; severity >= BUILD_NOTE; severity--) {
		enum build_severity head =
			BUILD_NOTE; /* a note goes where the one before it went */

		for (size_t i = 0; i < r->count; i++) {
			if (r->diagnostics[i].severity != BUILD_NOTE)
				head = r->diagnostics[i].severity;
			if ((int)head == severity)
				sorted[n++] = r->diagnostics[i];
		}
	}
	free(r->diagnostics);
	r->diagnostics = sorted;
	for (size_t i = 0; i < r->count; i++) {
		struct build_diagnostic *d = &sorted[i];
		const struct source *source = sources_find(s, d->file);

		if (source != NULL && d->line > 0)
			d->source = source_line(&source->bytes, d->line);
	}
}

char *build_source_line(const char *out, const char *file, int line)
{
	LAB_FREE char *path = lab_xprintf("%s/src/%s", out, file);
	BUF_SCOPED bytes = BUF_INIT;

	if (line <= 0 || !path_name_is_plain(file) || !path_is_file(path) ||
		file_read(path, &bytes, BUILD_SOURCE_MAX, NULL) < 0)
		return NULL;
	return source_line(&bytes, line);
}
