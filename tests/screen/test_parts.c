/*
 * What the screens are made of, without a screen: styled text of narrow, wide and combining signs,
 * Markdown, the watch over the student's files, their folder.
 */
#include "config.h"

#include <check.h>
#include <locale.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "runner/screen/palette.h"
#include "runner/session/watch.h"
#include "runner/view/markdown.h"
#include "runner/view/text.h"
#include "runner/workspace.h"
#include "tests/tap.h"

static char *folder;

static void set_up(void)
{
	struct lab_error e = {0};

	folder = path_make_temporary("parts", &e);
	ck_assert_msg(folder != NULL, "%s", e.text);
}

static void tear_down(void)
{
	path_remove_tree(folder, NULL);
	free(folder);
}

/* ---- text ---- */

/* Lines joined by '|'. */
static char *joined(const struct text *t)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < t->count; i++)
		buf_printf(&b, "%s%s", i ? "|" : "", buf_text(&t->lines[i].bytes));
	return buf_take(&b);
}

static const struct {
	int width;
	enum text_break how;
	const char *source, *lines;
} wraps[] = {
	{10, TEXT_WORDS, "one two three", "one two|three"},
	{10, TEXT_WORDS, "one  two   three", "one  two|three"},
	{3, TEXT_WORDS, "abcdefgh", "abc|def|gh"},
	{10, TEXT_WORDS, "  lead it is kept", "  lead it|  is kept"},
	{4, TEXT_WORDS, "      more lead than room", "more|lead|than|room"},
	{10, TEXT_WORDS, "a\n\nb", "a||b"},
	{10, TEXT_WORDS, "", ""},
	{4, TEXT_SIGNS, "ab cdefg", "ab c|defg"},
	{4, TEXT_SIGNS, "\u6f22\u5b57\u6f22", "\u6f22\u5b57|\u6f22"}, /* two columns each */
	{3, TEXT_SIGNS, "\u6f22\u5b57", "\u6f22|\u5b57"},             /* no half signs */
	{1, TEXT_SIGNS, "\u6f22\u5b57", "\u6f22|\u5b57"},             /* never without end */
	{2, TEXT_SIGNS, "e\u0301e\u0301e", "e\u0301e\u0301|e"},       /* accents combine */
	{20, TEXT_WORDS, "a\tb", "a       b"},
	{20, TEXT_WORDS, "\x1b[31m\x07\xff", "\\x1b[31m\\x07\\xff"},
};

START_TEST(wrap)
{
	STYLED_SCOPED s = STYLED_INIT;
	LAB_FREE char *lines = NULL;
	struct text t;

	text_init(&t, wraps[_i].width);
	styled_put(&s, STYLE_PLAIN, wraps[_i].source);
	text_wrap(&t, &s, NULL, NULL, wraps[_i].how);
	lines = joined(&t);
	ck_assert_str_eq(lines, wraps[_i].lines);
	for (size_t i = 0; i < t.count; i++)
		ck_assert_uint_eq(t.lines[i].bytes.len, t.lines[i].styles.len);
	text_done(&t);
}
END_TEST

START_TEST(cut_and_skip)
{
	STYLED_SCOPED s = STYLED_INIT;

	styled_put(&s, STYLE_BOLD, "a\u6f22b\u5b57c");
	ck_assert_int_eq(styled_columns(&s), 7);
	styled_cut(&s, 7);
	ck_assert_str_eq(buf_text(&s.bytes), "a\u6f22b\u5b57c");
	styled_cut(&s, 6); /* half of the second wide sign would stand in column 5 */
	ck_assert_str_eq(buf_text(&s.bytes), "a\u6f22b\u2026");
	styled_skip(&s, 2); /* two and the one for the mark */
	ck_assert_str_eq(buf_text(&s.bytes), "\u2026b\u2026");
	ck_assert_uint_eq(s.bytes.len, s.styles.len);
	styled_cut(&s, 0);
	ck_assert_int_eq(styled_columns(&s), 0);
}
END_TEST

/* ---- Markdown ---- */

static const struct {
	int width;
	const char *source, *lines;
} markdowns[] = {
	{40, "# A\n\ntext *b* `c`\nd", "A||text b c d"},
	{40, "- one\n- two\n\nend", "\u2022 one|\u2022 two||end"},
	{12, "- one two three four", "\u2022 one two|  three four"},
	{40, "1. a\n2. b\n   - c", " 1. a| 2. b|    \u2022 c"},
	{40, "- a\n\n- b", "\u2022 a||\u2022 b"},
	{40, "> q\n> r\n\nend", "\u2502 q r||end"},
	{80, "a\n\n    code  x\n      y\n\nb", "a||    code  x|      y||b"},
	{80, "a\n\n```c\nint x;\n```\nb", "a||    int x;||b"},
	{40, "|a|bb|\n|---|---|\n|ccc|d|",
		"a    bb|\u2500\u2500\u2500\u2500\u2500\u2500\u2500|ccc  d"},
	{12, "|a|b|\n|---|---|\n|one two|three|",
		"a      b|\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500"
		"\u2500|one    three|two    "},
	{40, "a &lt;b&gt; &amp; <i>c</i>", "a <b> & <i>c</i>"},
	{40, "[t](u.md) [t](http://u)", "t t <http://u>"},
	{40, "<http://u>", "http://u"},
	{40, "a  \nb", "a|b"},
	{40, "", ""},
	{40, "\x1b]0;title\x07", "\\x1b]0;title\\x07"},
};

START_TEST(markdown)
{
	LAB_FREE char *lines = NULL;
	struct text t;

	text_init(&t, markdowns[_i].width);
	markdown_render(&t, markdowns[_i].source);
	lines = joined(&t);
	ck_assert_str_eq(lines, markdowns[_i].lines);
	ck_assert_int_eq(t.width, markdowns[_i].width);
	text_done(&t);
}
END_TEST

/* Printed: no blanks at the ends of lines, no style over them, none at all without colour. */
START_TEST(markdown_printed)
{
	static const char *const wanted[] = {
		"A\n\nb c * d\n", "\033[1mA\033[0m\n\nb \033[36mc\033[0m * d\n"};
	char *printed = NULL;
	size_t len;
	FILE *out = open_memstream(&printed, &len);

	markdown_print(out, "# A\n\nb `c`\n\\* d   \n", _i == 1, 6);
	fclose(out);
	ck_assert_str_eq(printed, wanted[_i]);
	free(printed);
}
END_TEST

/* Deeper than any text is; nothing may be lost or written beside its place. */
START_TEST(markdown_deep)
{
	BUF_SCOPED source = BUF_INIT;
	LAB_FREE char *lines = NULL;
	struct text t;

	for (int i = 0; i < 40; i++)
		buf_puts(&source, "> ");
	buf_puts(&source, "deep\n\n");
	for (int i = 0; i < 40; i++)
		buf_puts(&source, "- ");
	buf_puts(&source, "deeper\n\nend\n");
	text_init(&t, 100);
	markdown_render(&t, buf_text(&source));
	lines = joined(&t);
	ck_assert_ptr_nonnull(strstr(lines, "deep|"));
	ck_assert_ptr_nonnull(strstr(lines, "deeper"));
	ck_assert_ptr_nonnull(strstr(lines, "|end"));
	text_done(&t);
}
END_TEST

/* ---- the watch ---- */

static void save(const char *name, const char *bytes)
{
	LAB_FREE char *path = path_join(folder, name);
	FILE *out = fopen(path, "w");

	ck_assert_ptr_nonnull(out);
	fputs(bytes, out);
	fclose(out);
}

/* Waits as the loop does, until the watch has nothing more to wait for. */
static size_t changes(struct watch *w, size_t wanted)
{
	size_t n = 0;

	for (int round = 0; round < 100 && n < wanted; round++) {
		struct pollfd fd = {w->fd, POLLIN, 0};
		int ms = watch_timeout_ms(w);

		if (ms < 0)
			break;
		poll(&fd, 1, ms);
		n += watch_changed(w);
	}
	return n;
}

/* A save is told once, by inotify and by looking. */
START_TEST(watch_sees_saves)
{
	struct watch w;
	LAB_FREE char *from = path_join(folder, "new.tmp");
	LAB_FREE char *to = path_join(folder, "a.c");

	save("a.c", "1");
	watch_init(&w);
	ck_assert(!watch_changed(&w));
	watch_folder(&w, folder, _i == 1);
	ck_assert_int_eq(w.fd < 0, _i == 1);
	save("a.c", "22");
	watch_changed(&w);
	ck_assert_uint_eq(changes(&w, 1), 1);
	ck_assert(!watch_changed(&w));
	save("new.tmp", "333"); /* as many editors do it */
	ck_assert_int_eq(rename(from, to), 0);
	watch_changed(&w);
	ck_assert_uint_eq(changes(&w, 1), 1);
	ck_assert_int_eq(unlink(to), 0);
	watch_changed(&w);
	ck_assert_uint_eq(changes(&w, 1), 1);
	watch_done(&w);
}
END_TEST

/* What editors leave beside is no save; and then nothing wakes the loop. */
START_TEST(watch_ignores_others)
{
	struct watch w;

	watch_init(&w);
	watch_folder(&w, folder, false);
	save(".a.c.swp", "1");
	save("a.c~", "1");
	save("4913", "1");
	save("notes.txt", "1");
	ck_assert(!watch_changed(&w));
	ck_assert_int_eq(watch_timeout_ms(&w), -1);
	watch_done(&w);
}
END_TEST

/* Saved without a pause: told all the same, after a second. */
START_TEST(watch_does_not_starve)
{
	struct watch w;
	size_t told = 0, saves = 0;
	char text[32];

	watch_init(&w);
	watch_folder(&w, folder, false);
	while (told == 0 && saves < 1000000) {
		snprintf(text, sizeof(text), "%zu", saves++);
		save("a.c", text);
		told += watch_changed(&w);
	}
	ck_assert_uint_eq(told, 1);
	watch_done(&w);
}
END_TEST

START_TEST(watch_survives_the_folder)
{
	LAB_FREE char *inner = path_join(folder, "inner");
	LAB_FREE char *file = path_join(inner, "a.c");
	struct lab_error e = {0};
	struct watch w;

	ck_assert_int_eq(path_mkdirs(inner, 0700, &e), 0);
	save("inner/a.c", "1");
	watch_init(&w);
	watch_folder(&w, inner, false);
	ck_assert_int_eq(path_remove_tree(inner, &e), 0);
	watch_changed(&w);
	ck_assert_uint_eq(changes(&w, 1), 1);
	ck_assert(w.polls);
	ck_assert_int_eq(path_mkdirs(inner, 0700, &e), 0);
	save("inner/a.c", "2");
	ck_assert_uint_eq(changes(&w, 1), 1);
	ck_assert(path_is_file(file));
	watch_done(&w);
}
END_TEST

/* ---- the student's folder ---- */

START_TEST(missing_files_are_brought)
{
	char *files[] = {(char *)"answers.txt", NULL}, *sources[] = {(char *)"seen.c", NULL};
	struct exercise_program given = {(char *)"seen", sources};
	LAB_FREE char *starter = path_join(folder, "starter");
	LAB_FREE char *from_file = path_join(folder, "starter/answers.txt");
	LAB_FREE char *from_given = path_join(folder, "starter/seen.c");
	LAB_FREE char *mine = path_join(folder, "work/01-a/01-x/answers.txt");
	LAB_FREE char *brought = path_join(folder, "work/01-a/01-x/seen.c");
	struct workspace work = {.dir = path_join(folder, "work")};
	struct exercise ex = {.id = (char *)"01-a/01-x",
		.folder = starter,
		.files = files,
		.given = &given,
		.given_count = 1};
	BUF_SCOPED text = BUF_INIT;
	struct lab_error e = {0};

	ck_assert_int_eq(path_mkdirs(starter, 0777, &e), 0);
	ck_assert_int_eq(file_write(from_file, "a:\n", 3, 0644, &e), 0);
	ck_assert_int_eq(file_write(from_given, "int x;\n", 7, 0644, &e), 0);
	ck_assert_int_eq(workspace_prepare(&work, &ex, &e), 0);
	ck_assert(path_is_file(brought));
	ck_assert_int_eq(file_write(mine, "a: 1\n", 5, 0644, &e), 0);
	ck_assert_int_eq(workspace_prepare(&work, &ex, &e), 0);
	ck_assert_int_eq(file_read(mine, &text, 4096, &e), 0);
	ck_assert_str_eq(buf_text(&text), "a: 1\n");
	free(work.dir);
}
END_TEST

/* ---- colours ---- */

/* Relative luminance of a colour of xterm's 256, from 16 on: WCAG 2, "relative luminance". */
static double luminance(int colour)
{
	static const double weights[] = {0.2126, 0.7152, 0.0722};
	int cube = colour - 16, parts[] = {cube / 36, cube / 6 % 6, cube % 6};
	double sum = 0;

	for (int i = 0; i < 3; i++) {
		int level = colour >= 232 ? 8 + 10 * (colour - 232)
			    : parts[i]    ? 55 + 40 * parts[i]
					  : 0;
		double v = level / 255.0;

		sum += weights[i] * (v <= 0.03928 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4));
	}
	return sum;
}

START_TEST(colours_can_be_read)
{
	for (int s = 0; s < STYLE_COUNT; s++) {
		short on_any = palette_colour((enum style)s, 256, BACKGROUND_UNKNOWN);
		short on_dark = palette_colour((enum style)s, 256, BACKGROUND_DARK);
		short on_light = palette_colour((enum style)s, 256, BACKGROUND_LIGHT);

		if (on_any < 0)
			continue;
		ck_assert_double_ge((luminance(on_dark) + 0.05) / 0.05, 4.5);
		ck_assert_double_ge(1.05 / (luminance(on_light) + 0.05), 4.5);
		ck_assert_double_ge((luminance(on_any) + 0.05) / 0.05, 2.5);
		ck_assert_double_ge(1.05 / (luminance(on_any) + 0.05), 2.5);
		ck_assert_int_lt(palette_colour((enum style)s, 8, BACKGROUND_DARK), 8);
		ck_assert_int_lt(palette_colour((enum style)s, 16, BACKGROUND_LIGHT), 8);
		ck_assert_int_eq(palette_colour((enum style)s, 0, BACKGROUND_DARK), -1);
	}
}
END_TEST

static const struct {
	const char *variable;
	enum background background;
} backgrounds[] = {
	{"15;0", BACKGROUND_DARK},
	{"0;15", BACKGROUND_LIGHT},
	{"0;default;15", BACKGROUND_LIGHT},
	{"12;8", BACKGROUND_DARK},
	{"0;7", BACKGROUND_LIGHT},
	{"15;default", BACKGROUND_UNKNOWN},
	{"", BACKGROUND_UNKNOWN},
	{"0;999", BACKGROUND_UNKNOWN},
	{"15;1x", BACKGROUND_UNKNOWN},
};

START_TEST(backgrounds_are_known)
{
	setenv("COLORFGBG", backgrounds[_i].variable, 1);
	ck_assert_int_eq(palette_background(), backgrounds[_i].background);
}
END_TEST

static TCase *cases(void)
{
	TCase *c = tcase_create("parts");

	tcase_add_checked_fixture(c, set_up, tear_down);
	tcase_set_timeout(c, 60);
	tcase_add_loop_test(c, wrap, 0, (int)(sizeof(wraps) / sizeof(wraps[0])));
	tcase_add_test(c, cut_and_skip);
	tcase_add_loop_test(c, markdown, 0, (int)(sizeof(markdowns) / sizeof(markdowns[0])));
	tcase_add_loop_test(c, markdown_printed, 0, 2);
	tcase_add_test(c, markdown_deep);
	tcase_add_loop_test(c, watch_sees_saves, 0, 2);
	tcase_add_test(c, watch_ignores_others);
	tcase_add_test(c, watch_does_not_starve);
	tcase_add_test(c, watch_survives_the_folder);
	tcase_add_test(c, missing_files_are_brought);
	tcase_add_test(c, colours_can_be_read);
	tcase_add_loop_test(
		c, backgrounds_are_known, 0, (int)(sizeof(backgrounds) / sizeof(backgrounds[0])));
	return c;
}

int main(void)
{
	Suite *suite = suite_create("parts");

	setlocale(LC_CTYPE, "C.UTF-8");
	suite_add_tcase(suite, cases());
	return tap_run(suite);
}
