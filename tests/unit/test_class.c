/*
 * lab/report: a class as a page and as lines for a terminal, with names, words and sources that
 * either could take for its own. (small_class.c has them; CSV is in test_class_csv.c.)
 */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "lab/base/buf.h"
#include "lab/report/class.h"
#include "tests/tap.h"
#include "tests/unit/pages.h"
#include "tests/unit/small_class.h"

/* ---- the page ---- */
static char *page_with(const char *message, const char *source, bool anonymous)
{
	struct report_class *c = class_with(message, source);
	struct buf page = BUF_INIT;

	report_class_html(&page, c, anonymous);
	report_class_free(c);
	return buf_take(&page);
}

START_TEST(page_tells_of_the_class)
{
	LAB_FREE char *page = page_with(said, line, false);

	check_form(page);
	HAS(page, "5 students, 3 exercises: 3 results passed, 7 failed, 3 are missing, 1 broken.");
	HAS(page, "<p id=\"gist\">Hardest was <a href=\"#hardest\">00-basecamp/01-first-run</a>: 1 "
		  "of 4 who "
		  "handed it in passed, and on average they reached 37\u00a0% of its points. The "
		  "most "
		  "common mistake was <a href=\"#mistake-deadlock\">deadlock</a>, made by 2 of 5 "
		  "students: Processes wait for what can never come.</p>\n<nav");
	HAS(page, "<a href=\"feedback/Ada.md\">Ada Lovelace</a></th><td class=\"n\">8</td>");
	HAS(page, "<td class=\"h10\">4</td>");
	HAS(page, "<td class=\"missing\"");
	HAS(page, "<td class=\"broken\"");
	HAS(page,
		"04-pipes/12-ring: fail. sees_end (deadlock): Reader 6780 waits for EOF (fd 4).\"");
	HAS(page, "<h3 id=\"mistake-deadlock\">deadlock: 2 students, 40\u00a0%</h3>");
	HAS(page, "<code>while (read(ends[0], &amp;byte, 1) &gt; 0)</code> <small>\u00d7\u00a02");
	HAS(page, "<h3 id=\"mistake-compile\">compile: 1 student, 20\u00a0%</h3>");
	HAS(page, "<code>return 0 }</code>");
	HAS(page, "<td>fail</td><td>Bob, =HYPERLINK(&quot;x&quot;)</td>");
	HAS(page,
		"Bob</th><td>04-pipes/02-eof-or-hang</td><td><code>open(&quot;/srv/bob/key&quot;)"
		"</code></td><td>files of the machine</td><td>ring.c:9</td><td class=\"n\">5</td>");
	HAS(page, "Not counted: 2 that were handed in as students get them.");
	LACKS(page, "It waits for ever");
	LACKS(page, "/srv/secret");
	ck_assert_uint_eq(count_of(page, "<script"), 1);
	ck_assert_uint_eq(count_of(page, "http"), 2); /* xmlns, http-equiv */
	LACKS(page, " src=");
	LACKS(page, " style=");
	LACKS(page, "url(");
	LACKS(page, "@import");
}
END_TEST

START_TEST(anonymous_page_names_nobody)
{
	LAB_FREE char *page =
		page_with("printed: Hello from BOB", "puts(\"by ada\"); /* not adamant */", true);
	LAB_FREE char *other = page_with(said, "int adamant = bobsled;", true);

	check_form(page);
	for (size_t i = 0; i < STUDENTS; i++) {
		LAB_FREE char *number = lab_xprintf(">Student %zu<", i + 1);

		HAS(page, number);
		LACKS(page, people[i].name);
	}
	LACKS(page, "Lovelace");
	LACKS(page, "HYPERLINK");
	LACKS(page, "alert(1)");
	LACKS(page, "feedback/");
	LACKS(page, "BOB");
	LACKS(page, "/srv/bob");
	HAS(page, "Student 2</th><td>04-pipes/02-eof-or-hang</td><td><code><i>(left out: it may");
	LACKS(page, "by ada");
	HAS(page, "<i>(left out: it may name somebody)</i>");
	HAS(other, "<code>int adamant = bobsled;</code>");
	/* the best is the first one, whoever that is */
	HAS(page, "<tr><th scope=\"row\">Student 1</th><td class=\"n\">8</td>");
	HAS(page, "<td>fail</td><td>Student 2, Student 3</td>");
}
END_TEST

START_TEST(class_of_nobody_is_a_page)
{
	struct report_class *nobody = report_class_new(people, 0, exercises, EXERCISES);
	struct report_class *nothing = report_class_new(people, STUDENTS, exercises, 0);
	struct report_class *ungraded = report_class_new(people, STUDENTS, exercises, EXERCISES);
	struct report_class *all[] = {nobody, nothing, ungraded};

	for (size_t i = 0; i < 3; i++) {
		BUF_SCOPED page = BUF_INIT;
		BUF_SCOPED csv = BUF_INIT;
		BUF_SCOPED text = BUF_INIT;
		size_t left_out;

		report_class_html(&page, all[i], i == 1);
		check_form(buf_text(&page));
		LACKS(buf_text(&page), "Hardest was"); /* nobody failed at anything */
		LACKS(buf_text(&page), "common mistake was");
		report_class_moodle(&csv, all[i], &left_out);
		report_class_canvas(&csv, all[i]);
		report_class_text(&text, all[i], true, 80, 0);
		report_class_free(all[i]);
	}
}
END_TEST

START_TEST(page_holds_any_words)
{
	struct report_person person;
	struct report_class *c = poisoned(hostile[_i], &person);
	BUF_SCOPED page = BUF_INIT;
	BUF_SCOPED hidden = BUF_INIT;

	report_class_html(&page, c, false);
	report_class_html(&hidden, c, true);
	check_form(buf_text(&page));
	check_form(buf_text(&hidden));
	ck_assert_uint_eq(count_of(buf_text(&page), "<script"), 1);
	ck_assert_uint_eq(count_of(buf_text(&page), "<h1"), 1);
	ck_assert_uint_eq(count_of(buf_text(&page), " onclick="), 0);
	report_class_free(c);
}
END_TEST

/* ---- terminal ---- */

static char *text_with(int width, size_t rows)
{
	struct report_class *c = class_with(said, line);
	struct buf text = BUF_INIT;

	report_class_text(&text, c, false, width, rows);
	report_class_free(c);
	return buf_take(&text);
}

/* The columns of the longest line, in characters. */
static int widest(const char *text)
{
	int most = 0, columns = 0;

	for (; *text; text++) {
		columns = *text == '\n' ? 0 : columns + (((unsigned char)*text & 0xc0) != 0x80);
		most = columns > most ? columns : most;
	}
	return most;
}

START_TEST(text_has_a_row_a_student)
{
	LAB_FREE char *text = text_with(80, 0);

	HAS(text, "  chapter   0 4\n"
		  "               1\n"
		  " exercise   1 22\n"
		  "      8/8   + ++  Ada Lovelace\n"
		  "      2/8   ~ ~~  Bob\n"
		  "    1.5/8   ~ ~~  =HYPERLINK(\"x\")\n"
		  "      0/8   . ..  Eve Points Possible\n"
		  "      0/1   x !   <script>alert(1)</script>\\x1b\\xff\n");
	HAS(text, "\n   37%      1      2        1       1  04-pipes/02-eof-or-hang\n");
}
END_TEST

START_TEST(refused_is_a_line_a_student)
{
	struct report_class *c = class_with(said, line);
	BUF_SCOPED text = BUF_INIT;
	BUF_SCOPED csv = BUF_INIT;

	report_class_refused_text(&text, c);
	ck_assert_str_eq(buf_text(&text),
		"What the sandbox refused (refused.csv has all of it; it may have been a "
		"mistake):\n"
		"  Bob  04-pipes/02-eof-or-hang  open(\"/srv/bob/key\") at ring.c:9: files of the "
		"machine (5 times)\n"
		"  =HYPERLINK(\"x\")  04-pipes/02-eof-or-hang  open(\"/srv/bob/key\") at ring.c:9: "
		"files of the machine (5 times)\n");
	report_class_refused(&csv, c);
	HAS(buf_text(&csv),
		"\r\nBob,04-pipes/02-eof-or-hang,\"open(\"\"/srv/bob/key\"\")\",files of "
		"the machine,ring.c,9,5\r\n");
	report_class_free(c);
}
END_TEST

START_TEST(text_shows_who_needs_a_look)
{
	LAB_FREE char *text = text_with(80, 2);

	HAS(text, "Eve");
	HAS(text, "<script>");
	LACKS(text, "Ada");
	LACKS(text, "Bob");
	HAS(text, "      ...   and 3 more, of whom none reached less or has anything broken\n");
	ck_assert_int_le(widest(text), 80);
}
END_TEST

START_TEST(text_fits_the_terminal)
{
	enum { MANY = 120 };
	static const struct report_person long_one[] = {
		{"Ĝrößnamê of somebody with very, very, very many given names, and a title", NULL,
			NULL, NULL, NULL, NULL, NULL}};
	struct exercise list[MANY];
	const struct exercise *all[MANY];
	char ids[MANY][32];
	static const struct {
		int width;
		size_t exercises, blocks;
	} rows[] = {{80, 30, 1}, {80, 1, 1}, {80, MANY, 3}, {80, 46, 2}, {120, MANY, 2}};

	for (int i = 0; i < MANY; i++) {
		snprintf(ids[i], sizeof(ids[i]), "%02d-chapter/%02d-exercise", i / 6 % 100, i % 6);
		list[i] = (struct exercise){.id = ids[i], .points = 1};
		all[i] = &list[i];
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct report_class *c = report_class_new(long_one, 1, all, rows[i].exercises);
		struct report good = {.verdict = VERDICT_PASS};
		BUF_SCOPED text = BUF_INIT;

		for (size_t k = 0; k < rows[i].exercises; k++)
			report_class_add(c, 0, k, &good, 1, NULL);
		report_class_text(&text, c, false, rows[i].width, 0);
		report_class_free(c);
		ck_assert_msg(widest(buf_text(&text)) <= rows[i].width, "%s", buf_text(&text));
		ck_assert_uint_eq(count_of(buf_text(&text), "\u011cr"), rows[i].blocks);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("class");
	TCase *tcase = tcase_create("class");

	tcase_add_test(tcase, page_tells_of_the_class);
	tcase_add_test(tcase, anonymous_page_names_nobody);
	tcase_add_test(tcase, class_of_nobody_is_a_page);
	tcase_add_loop_test(tcase, page_holds_any_words, 0, hostile_count);
	tcase_add_test(tcase, text_has_a_row_a_student);
	tcase_add_test(tcase, refused_is_a_line_a_student);
	tcase_add_test(tcase, text_shows_who_needs_a_look);
	tcase_add_test(tcase, text_fits_the_terminal);
	suite_add_tcase(suite, tcase);
	return tap_run(suite);
}
