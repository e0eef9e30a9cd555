/* A strict little reader of the pages that the lab writes: well-formed, and nothing hidden in them.
 */
#ifndef TESTS_UNIT_PAGES_H
#define TESTS_UNIT_PAGES_H

#include <check.h>
#include <stdbool.h>
#include <string.h>

enum { DEPTH_MOST = 32 };

/* The '&' at P begins one of the references that a page has. */
static inline bool is_reference(const char *p)
{
	static const char *const references[] = {"&lt;", "&gt;", "&amp;", "&quot;", "&#39;"};

	for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++)
		if (strncmp(p, references[i], strlen(references[i])) == 0)
			return true;
	return false;
}

/* For each byte of a page: Check's own assertions would tell its parent of each. */
#define MUST(what, why, p)                                 \
	do {                                               \
		if (!(what))                               \
			ck_abort_msg("%s: %.40s", why, p); \
	} while (0)

/* Behind the '>' of the tag at P, in which every '"' has its other one. */
static inline const char *tag_end(const char *p)
{
	bool quoted = false;

	for (; *p && (quoted || *p != '>'); p++) {
		quoted ^= *p == '"';
		MUST(*p != '&' || is_reference(p), "a bare '&' in a tag", p);
		MUST(*p != '\'' || quoted, "an attribute in other quotes", p);
	}
	MUST(*p == '>', "a tag has no end", p);
	return p + 1;
}

struct open_tags {
	const char *names[DEPTH_MOST]; /* in the page */
	size_t count;
};

static inline bool same_name(const char *a, const char *b)
{
	size_t len = strcspn(a, " >/");

	return strcspn(b, " >/") == len && memcmp(a, b, len) == 0;
}

static inline void take_tag(struct open_tags *open, const char *tag, const char *end)
{
	if (tag[1] == '/') {
		MUST(open->count > 0 && same_name(open->names[open->count - 1], tag + 2),
			"closes what is not open", tag);
		open->count--;
	} else if (end[-2] != '/' && tag[1] != '!') {
		MUST(open->count < DEPTH_MOST, "too deep", tag);
		open->names[open->count++] = tag + 1;
	}
}

/* No control characters but '\n' and '\t', nothing that is hidden, no byte that is never UTF-8. */
static inline void check_bytes(const char *page)
{
	for (const unsigned char *p = (const unsigned char *)page; *p; p++) {
		MUST(*p >= 0x20 || *p == '\n' || *p == '\t', "a control character before", p);
		MUST(*p != 0x7f && *p < 0xf5 && *p != 0xc0 && *p != 0xc1, "a byte before", p);
	}
	ck_assert_ptr_null(strstr(page, "\xe2\x80\xae"));
	ck_assert_ptr_null(strstr(page, "\xef\xbf\xbf"));
}

static inline void check_form(const char *page)
{
	struct open_tags open = {.count = 0};

	check_bytes(page);
	for (const char *p = page; *p;) {
		const char *code = "/*<![CDATA[*/", *end;

		if (strncmp(p, code, strlen(code)) == 0) {
			p = strstr(p, "/*]]>*/");
			ck_assert_ptr_nonnull(p);
			p += strlen("/*]]>*/");
		}
		MUST(*p != '&' || is_reference(p), "a bare '&'", p);
		MUST(*p != '>', "a bare '>'", p);
		if (*p != '<') {
			p++;
			continue;
		}
		end = tag_end(p);
		take_tag(&open, p, end);
		p = end;
	}
	ck_assert_uint_eq(open.count, 0);
}

/* Of TEXT only the beginning is shown: a message that is too long makes Check give up. */
#define HAS(text, part) \
	ck_assert_msg(strstr(text, part) != NULL, "no \"%s\" in:\n%.1000s", part, text)
#define LACKS(text, part) \
	ck_assert_msg(strstr(text, part) == NULL, "\"%s\" in:\n%.1000s", part, text)

/* How often PART is in TEXT. */
static inline size_t count_of(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		n++;
	return n;
}

#endif
