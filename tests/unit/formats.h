/* Strict little readers, which know of XML and TAP only what the lab's printers write. */
#ifndef TESTS_UNIT_FORMATS_H
#define TESTS_UNIT_FORMATS_H

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lab/base/buf.h"

/* One of the references that there are, and which stand for characters of XML. */
static inline const char *skip_reference(const char *p)
{
	static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&#34;", "&#10;", "&#9;"};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strncmp(p, known[i], strlen(known[i])) == 0)
			return p + strlen(known[i]);
	ck_abort_msg("no reference of XML: %.20s", p);
	return NULL;
}

static inline const char *skip_text(const char *p, const char *until)
{
	while (*p && !strchr(until, *p)) {
		ck_assert_msg((unsigned char)*p >= ' ' || *p == '\n' || *p == '\t',
			"a control character: %.20s", p);
		ck_assert_msg(
			strncmp(p, "\357\277\276", 3) != 0 && strncmp(p, "\357\277\277", 3) != 0,
			"no character of XML: %.20s", p);
		ck_assert_msg(*p != '<' && strncmp(p, "]]>", 3) != 0, "markup in text: %.20s", p);
		p = *p == '&' ? skip_reference(p) : p + 1;
	}
	return p;
}

static inline const char *skip_attributes(const char *p)
{
	while (*p == ' ') {
		p++;
		p += strspn(p, "abcdefghijklmnopqrstuvwxyz");
		ck_assert_msg(strncmp(p, "=\"", 2) == 0, "no attribute: %.20s", p);
		p = skip_text(p + 2, "\"\n\t");
		ck_assert_msg(*p == '"', "an attribute that does not end: %.20s", p);
		p++;
	}
	return p;
}

/* Elements are balanced, references known, characters allowed. */
static inline void expect_well_formed(const char *xml)
{
	static const char head[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
	char open[16][32];
	size_t depth = 0;
	const char *p = xml + sizeof(head) - 1;

	ck_assert_msg(strncmp(xml, head, sizeof(head) - 1) == 0, "%.60s", xml);
	while (*(p = skip_text(p, "<"))) {
		bool closes = *++p == '/';
		size_t len = strcspn(p += closes, " />");

		ck_assert(len > 0 && len < sizeof(open[0]) && depth < 16);
		if (closes) {
			ck_assert_msg(depth > 0 && strncmp(open[depth - 1], p, len) == 0 &&
					      !open[depth - 1][len],
				"closes what is not open: %.20s", p);
			depth--;
			p += len;
		} else {
			snprintf(open[depth++], sizeof(open[0]), "%.*s", (int)len, p);
			p = skip_attributes(p + len);
			if (*p == '/') {
				depth--;
				p++;
			}
		}
		ck_assert_msg(*p == '>', "no end of a tag: %.20s", p);
		p++;
	}
	ck_assert_uint_eq(depth, 0);
}

/* Every line is one that TAP knows, and in its place. */
static inline void expect_tap(const char *tap, size_t wanted)
{
	size_t lines = 0;
	bool yaml = false;

	ck_assert_msg(strncmp(tap, "TAP version 13\n", 15) == 0, "%.40s", tap);
	for (const char *p = tap + 15; *p; p += strcspn(p, "\n") + 1) {
		LAB_FREE char *number = lab_xprintf("ok %zu - ", lines + 1);

		if (yaml && strncmp(p, "  ...\n", 6) == 0) {
			yaml = false;
		} else if (yaml) {
			size_t key = strspn(p + 2, "abcdefghijklmnopqrstuvwxyz");

			ck_assert_msg(strncmp(p, "  ", 2) == 0 && key > 0 &&
					      strncmp(p + 2 + key, ": \"", 3) == 0,
				"no line of YAML: %.40s", p);
		} else if (strncmp(p, "  ---\n", 6) == 0) {
			yaml = true;
		} else if (strncmp(p, number, strlen(number)) == 0 ||
			   (strncmp(p, "not ", 4) == 0 &&
				   strncmp(p + 4, number, strlen(number)) == 0)) {
			lines++;
		} else {
			LAB_FREE char *plan = lab_xprintf("1..%zu\n", wanted);

			ck_assert_msg(*p == '#' || strcmp(p, plan) == 0, "no TAP: %.40s", p);
		}
	}
	ck_assert_uint_eq(lines, wanted);
}

#endif
