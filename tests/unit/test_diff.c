/* lab/base/diff: rows by hand, and random texts: the steps give both texts, and are the fewest. */
#include "config.h"

#include <check.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/diff.h"
#include "lab/base/rng.h"
#include "tests/unit/text_log.h"

/* A letter a step: '=' both, '-' left, '+' right. */
static char *steps_of(const char *a, const char *b, diff_equal *equal)
{
	struct diff_lines left = diff_split(a, strlen(a)), right = diff_split(b, strlen(b));
	LAB_FREE struct diff_step *steps = NULL;
	size_t count = diff_compare(&left, &right, equal, &steps);
	struct buf out = BUF_INIT;
	BUF_SCOPED one = BUF_INIT;
	BUF_SCOPED two = BUF_INIT;

	buf_puts(&out, "");
	for (size_t i = 0; i < count; i++) {
		const struct diff_line *l = steps[i].left, *r = steps[i].right;

		buf_putc(&out, l && r ? '=' : l ? '-' : '+');
		if (l)
			buf_add(&one, l->text, l->len);
		if (r)
			buf_add(&two, r->text, r->len);
	}
	ck_assert_str_eq(buf_text(&one), a);
	ck_assert_str_eq(buf_text(&two), b);
	free(left.list);
	free(right.list);
	return buf_take(&out);
}

START_TEST(rows)
{
	static const struct {
		const char *a, *b, *bytes, *words;
	} table[] = {
		{"", "", "", ""},
		{"", "a\n", "+", "+"},
		{"a\n", "", "-", "-"},
		{"a\nb\nc\n", "a\nb\nc\n", "===", "==="},
		{"a\nb\nc\n", "a\nx\nc\n", "=-+=", "=-+="},
		{"a\nb\n", "a\nc\nb\n", "=+=", "=+="},
		{"a\na\n", "a\n", "=-", "=-"},
		{"a", "a\n", "-+", "="},
		{"\tif (x)\n", "    if  (x) \r\n", "-+", "="},
		{"if (x)\n", "if(x)\n", "-+", "-+"},
		{"a\n\nb\n", "a\n \nb\n", "=-+=", "==="},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		LAB_FREE char *bytes = steps_of(table[i].a, table[i].b, diff_same_bytes);
		LAB_FREE char *words = steps_of(table[i].a, table[i].b, diff_same_words);

		ck_assert_str_eq(bytes, table[i].bytes);
		ck_assert_str_eq(words, table[i].words);
	}
}
END_TEST

/* The most lines that A and B have in common, in order: by trying. */
static size_t common(const char *a, const char *b)
{
	size_t with, without;

	if (!*a || !*b)
		return 0;
	if (*a == *b)
		return 1 + common(a + 2, b + 2);
	with = common(a + 2, b);
	without = common(a, b + 2);
	return with > without ? with : without;
}

static void draw(struct rng *rng, char text[17])
{
	size_t n = rng_below(rng, 9);

	for (size_t i = 0; i < n; i++) {
		text[2 * i] = (char)('a' + rng_below(rng, 3));
		text[2 * i + 1] = '\n';
	}
	text[2 * n] = '\0';
}

START_TEST(fewest)
{
	struct rng rng = rng_seed(1);

	for (int i = 0; i < 2000; i++) {
		char a[17], b[17];
		size_t same = 0;
		LAB_FREE char *steps = NULL;

		draw(&rng, a);
		draw(&rng, b);
		steps = steps_of(a, b, diff_same_bytes);
		for (const char *p = steps; *p; p++)
			same += *p == '=';
		ck_assert_msg(same == common(a, b), "%s--\n%s: %s", a, b, steps);
	}
}
END_TEST

/* Too many lines for a table: all are exchanged, but for the ends. */
START_TEST(large)
{
	BUF_SCOPED a = BUF_INIT;
	BUF_SCOPED b = BUF_INIT;
	LAB_FREE char *steps = NULL;

	for (int i = 0; i < 5000; i++) {
		buf_printf(&a, "%d\n", i % 4999 ? i : -1);
		buf_printf(&b, "%d\n", i % 4999 ? i + 1 : -1);
	}
	steps = steps_of(buf_text(&a), buf_text(&b), diff_same_bytes);
	ck_assert_uint_eq(strlen(steps), 2 + 2 * 4998);
	ck_assert_uint_eq(strspn(steps + 1, "-"), 4998);
}
END_TEST

int main(void)
{
	return RUN_SUITE("diff", rows, fewest, large);
}
