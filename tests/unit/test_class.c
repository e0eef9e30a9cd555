/*
 * lab/report: a class as a page, as CSV that gradebooks import, as lines for a terminal. With
 * names, words and sources that any of them could take for its own.
 */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/report/class.h"
#include "lab/report/csv.h"
#include "tests/tap.h"
#include "tests/unit/pages.h"

#define HAS(text, part)   ck_assert_msg(strstr(text, part) != NULL, "no \"%s\" in:\n%s", part, text)
#define LACKS(text, part) ck_assert_msg(strstr(text, part) == NULL, "\"%s\" in:\n%s", part, text)

/* ---- a class ---- */

enum { STUDENTS = 5, EXERCISES = 3 };

static const struct exercise first = {.id = (char *)"00-basecamp/01-first-run", .points = 1};
static const struct exercise eof = {.id = (char *)"04-pipes/02-eof-or-hang", .points = 3};
static const struct exercise ring = {.id = (char *)"04-pipes/12-ring", .points = 4};
static const struct exercise *const exercises[EXERCISES] = {&first, &eof, &ring};

static const struct report_person people[STUDENTS] = {
	{"Ada Lovelace", "ada@example.org", "1815", "77", "alovelace", "A", "feedback/Ada.md"},
	{"Bob", "-bob@example.org", "1900", NULL, NULL, NULL, NULL},
	{"=HYPERLINK(\"x\")", "@SUM(1)", "0", NULL, NULL, NULL, NULL},
	{"Eve\nPoints Possible", NULL, NULL, NULL, NULL, NULL, NULL},
	{"<script>alert(1)</script>\033\377", "", "", NULL, NULL, NULL, NULL},
};

static struct check_result passed_one = {
	.name = (char *)"counts", .verdict = VERDICT_PASS, .weight = 1};

static struct check_result failed_one(const char *message, const char *source)
{
	return (struct check_result){
		.name = (char *)"sees_end",
		.verdict = VERDICT_FAIL,
		.class = CLASS_DEADLOCK,
		.message = (char *)message,
		.file = (char *)"count.c",
		.line = 31,
		.source = (char *)source,
		.weight = 2,
	};
}

static struct report report_of(const struct exercise *e, struct check_result *checks, size_t count)
{
	bool failed = count > 1;

	return (struct report){.exercise = e->id,
		.verdict = failed ? VERDICT_FAIL : VERDICT_PASS,
		.score = failed ? e->points / 4.0 : e->points,
		.max_score = e->points,
		.checks = checks,
		.check_count = count};
}

/* Ada has it all. Bob and the third one fail alike, with the same files. Eve handed nothing in. The
 * last one's is what there was to begin with, does not build, and broke. */
static struct report_class *class_with(const char *message, const char *source)
{
	static const struct report_diagnostic error = {
		"ring.c", 7, 3, "error", "expected ';' before '}'", "\treturn 0 }"};
	struct report_class *c = report_class_new(people, STUDENTS, exercises, EXERCISES);
	struct check_result checks[2] = {passed_one, failed_one(message, source)};
	struct report unbuilt = {.exercise = ring.id,
		.verdict = VERDICT_FAIL,
		.max_score = 4,
		.diagnostics = &error,
		.diagnostic_count = 1};
	static const struct refusal refusal = {
		"open(\"/srv/bob/key\")", "files of the machine", "ring.c", 9, NULL, 5};
	struct report none = {.missing = "nothing was handed in"};
	struct report broken = {.verdict = VERDICT_BROKEN, .complaint = "EIO of \"/srv/secret\""};

	for (size_t x = 0; x < EXERCISES; x++) {
		struct report good = report_of(exercises[x], checks, 1);
		struct report bad = report_of(exercises[x], checks, 2);

		bad.refused = &refusal;
		bad.refused_count = x == 1;
		report_class_starter(c, x, "begun");
		report_class_add(c, 0, x, &good, good.score, "ada's");
		report_class_add(c, 1, x, &bad, bad.score, "same");
		report_class_add(c, 2, x, &bad, x == 2 ? bad.score / 2 : bad.score, "same");
		report_class_add(c, 3, x, &none, 0, NULL);
	}
	report_class_add(c, 4, 0, &unbuilt, 0, "begun");
	report_class_add(c, 4, 1, &broken, 0, "begun");
	return c;
}

static char *page_with(const char *message, const char *source, bool anonymous)
{
	struct report_class *c = class_with(message, source);
	struct buf page = BUF_INIT;

	report_class_html(&page, c, anonymous);
	report_class_free(c);
	return buf_take(&page);
}

static const char said[] = "Reader 6780 waits for EOF (fd 4).\n\nIt waits for ever.";
static const char line[] = "\twhile (read(ends[0], &byte, 1) > 0)  ";

/* ---- the page ---- */

static size_t count_of(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		n++;
	return n;
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
		HAS(page, "Student ");
		LACKS(page, "Lovelace");
		LACKS(page, "HYPERLINK");
		LACKS(page, "alert(1)");
		LACKS(page, "feedback/");
	}
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

static const char *const hostile[] = {
	"",
	"\n",
	"</td></tr></table><h1>x",
	"\"onclick=\"alert(1)\" x='",
	"</script><script>alert(1)</script>",
	"<!--",
	"]]>",
	"&lt;&#60;&amp",
	"\001\002\033[2J\177\r\302\233",
	"\377\300\200\355\240\200\342\202",
	"\357\277\276\357\277\277\342\200\256",
	"=cmd|' /C calc'!A0",
	" \t+1+cmd\\",
	"\\\"",
	"\"\"\"",
	"-\r\n@x,y;z",
	"\357\274\235SUM(A1)",
};
enum { HOSTILE = sizeof(hostile) / sizeof(hostile[0]) };

/* A class in which all that a student can choose is TEXT. */
static struct report_class *poisoned(const char *text, struct report_person *person)
{
	struct check_result checks[2] = {passed_one, failed_one(text, text)};
	struct report bad = report_of(&first, checks, 2);
	const struct refusal refusal = {(char *)text, "why", (char *)text, 3, (char *)text, 2};
	struct report_class *c;

	*person = (struct report_person){text, text, text, text, text, text, text};
	checks[1].file = (char *)text;
	bad.refused = &refusal;
	bad.refused_count = 1;
	c = report_class_new(person, 1, exercises, 1);
	report_class_add(c, 0, 0, &bad, bad.score, text);
	return c;
}

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

/* ---- CSV ---- */

/* Reads one field at *P as RFC 4180 has it, strictly, and with the backslash that PHP knows: both
 * must read the same. */
static char *read_field(const char **p)
{
	struct buf b = BUF_INIT;
	const char *at = *p;

	if (*at != '"') {
		for (; *at && *at != ',' && *at != '\r'; at++) {
			ck_assert_msg(*at != '"' && *at != '\n', "a bare sign: %.20s", at);
			buf_putc(&b, *at);
		}
		*p = at;
		return buf_take(&b);
	}
	for (at++; *at != '"' || at[1] == '"'; at++) {
		ck_assert_msg(*at != '\0', "a field that does not end: %s", *p);
		ck_assert_msg(*at != '\\' || at[1] != '"', "an escape of PHP's: %.20s", at);
		at += *at == '"';
		buf_putc(&b, *at);
	}
	*p = at + 1;
	return buf_take(&b);
}

enum { FIELDS_MOST = 32 };

struct rows {
	char *fields[16][FIELDS_MOST];
	size_t counts[16], count;
};

static void read_rows(struct rows *r, const char *csv)
{
	*r = (struct rows){0};
	while (*csv) {
		size_t n = 0;

		for (;; csv++) {
			ck_assert(n < FIELDS_MOST && r->count < 16);
			r->fields[r->count][n++] = read_field(&csv);
			if (*csv != ',')
				break;
		}
		ck_assert_msg(strncmp(csv, "\r\n", 2) == 0, "a row ends so: %.10s", csv);
		csv += 2;
		r->counts[r->count++] = n;
		ck_assert_uint_eq(n, r->counts[0]);
	}
}

static void rows_done(struct rows *r)
{
	for (size_t i = 0; i < r->count; i++)
		for (size_t k = 0; k < r->counts[i]; k++)
			free(r->fields[i][k]);
}
#define ROWS_SCOPED __attribute__((cleanup(rows_done))) struct rows

START_TEST(moodle_finds_everybody)
{
	struct report_class *c = class_with("<b>\"\\ & x", line);
	BUF_SCOPED csv = BUF_INIT;
	ROWS_SCOPED rows;
	size_t left_out;

	report_class_moodle(&csv, c, &left_out);
	read_rows(&rows, buf_text(&csv));
	/* who has no address is not in it: Moodle would give their grades to somebody else */
	ck_assert_uint_eq(left_out, 2);
	ck_assert_uint_eq(rows.count, 1 + 3);
	ck_assert_str_eq(rows.fields[0][0], "Email address");
	ck_assert_str_eq(rows.fields[0][2], "00-basecamp/01-first-run");
	ck_assert_str_eq(rows.fields[0][3], "00-basecamp/01-first-run (feedback)");
	ck_assert_str_eq(rows.fields[1][0], "ada@example.org");
	ck_assert_str_eq(rows.fields[1][6], "4");
	ck_assert_str_eq(rows.fields[1][7], "pass");
	/* an address stays what it is, though it begins with a '-' */
	ck_assert_str_eq(rows.fields[2][0], "-bob@example.org");
	ck_assert_str_eq(rows.fields[2][2], "0.25");
	ck_assert_str_eq(
		rows.fields[2][3], "fail: sees_end (deadlock): &#60;b&#62;&#34;&#92; &#38; x");
	ck_assert_str_eq(rows.fields[3][0], "'@SUM(1)");
	ck_assert_str_eq(rows.fields[3][1], "'=HYPERLINK(\"x\")");
	ck_assert_str_eq(rows.fields[3][6], "0.5"); /* what it counts, not what was reached */
	report_class_free(c);
}
END_TEST

START_TEST(moodle_goes_by_number_where_there_are_no_addresses)
{
	static const struct report_person numbered[] = {{"a", NULL, "17", NULL, NULL, NULL, NULL},
		{"b", NULL, "0", NULL, NULL, NULL, NULL}};
	struct report_class *c = report_class_new(numbered, 2, exercises, 2);
	BUF_SCOPED csv = BUF_INIT;
	size_t left_out;

	report_class_moodle(&csv, c, &left_out);
	ck_assert_uint_eq(left_out, 1); /* to PHP "0" is nothing */
	HAS(buf_text(&csv), "ID number,Student,");
	HAS(buf_text(&csv), "\r\n17,a,-,,-,\r\n");
	report_class_free(c);
}
END_TEST

START_TEST(canvas_has_its_columns)
{
	struct report_class *c = class_with(said, line);
	BUF_SCOPED csv = BUF_INIT;
	ROWS_SCOPED rows;

	report_class_canvas(&csv, c);
	read_rows(&rows, buf_text(&csv));
	HAS(buf_text(&csv), "Student,ID,SIS User ID,SIS Login ID,Section,00-basecamp/01-first-run,"
			    "04-pipes/02-eof-or-hang,04-pipes/12-ring\r\n"
			    "    Points Possible,,,,,1,3,4\r\n"
			    "Ada Lovelace,77,1815,alovelace,A,1,3,4\r\n"
			    "Bob,,1900,,,0.25,0.75,1\r\n");
	ck_assert_uint_eq(rows.count, 2 + STUDENTS);
	/* else this row would say what an assignment is worth */
	ck_assert_str_eq(rows.fields[5][0], "Eve Points_Possible");
	ck_assert_str_eq(rows.fields[5][5], "0");
	ck_assert_str_eq(rows.fields[6][6], ""); /* broken is no grade */
	ck_assert_str_eq(rows.fields[6][7], "");
	report_class_free(c);
}
END_TEST

START_TEST(csv_holds_any_words)
{
	struct report_person person;
	struct report_class *c = poisoned(hostile[_i], &person);
	BUF_SCOPED canvas = BUF_INIT;
	BUF_SCOPED moodle = BUF_INIT;
	BUF_SCOPED refused = BUF_INIT;
	struct rows rows[3];
	size_t left_out;

	report_class_refused(&refused, c);
	read_rows(&rows[2], buf_text(&refused));
	ck_assert_uint_eq(rows[2].count, 2);
	ck_assert_uint_eq(rows[2].counts[1], 7);
	report_class_canvas(&canvas, c);
	report_class_moodle(&moodle, c, &left_out);
	read_rows(&rows[0], buf_text(&canvas));
	read_rows(&rows[1], buf_text(&moodle));
	ck_assert_uint_eq(rows[0].count, 3);
	ck_assert_uint_eq(rows[1].count, 2 - left_out);
	for (size_t i = 0; i < 3; i++) {
		for (size_t k = 0; k < rows[i].counts[0]; k++) {
			const char *field = rows[i].fields[rows[i].count - 1][k];

			field += strspn(field, " \t\r\n");
			ck_assert_msg(!*field || !strchr("=+-@", *field), "a formula: %s", field);
			ck_assert(strncmp(field, "\357\274\235", 3) != 0);
		}
		rows_done(&rows[i]);
	}
	report_class_free(c);
}
END_TEST

START_TEST(identifiers_stay_what_they_are)
{
	static const struct {
		const char *text, *identifier, *words;
	} rows[] = {
		{"a.b+c@example.org", "a.b+c@example.org", "a.b+c@example.org"},
		{"-b@example.org", "-b@example.org", "\"'-b@example.org\""},
		{"+491", "+491", "\"'+491\""},
		{"=A1", "\"'=A1\"", "\"'=A1\""},
		{"@x", "\"'@x\"", "\"'@x\""},
		{"-2+3 cmd|x!A", "\"'-2+3 cmd|x!A\"", "\"'-2+3 cmd|x!A\""},
		{"0012", "0012", "0012"},
		{"Doe, Jane", "\"Doe, Jane\"", "\"Doe, Jane\""},
		{"a;b", "\"a;b\"", "\"a;b\""},
		{"a\\", "\"a\\x5c\"", "\"a\\x5c\""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		BUF_SCOPED a = BUF_INIT;
		BUF_SCOPED b = BUF_INIT;

		csv_identifier(&a, rows[i].text);
		csv_text(&b, rows[i].text);
		ck_assert_str_eq(buf_text(&a), rows[i].identifier);
		ck_assert_str_eq(buf_text(&b), rows[i].words);
	}
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
	tcase_add_loop_test(tcase, page_holds_any_words, 0, HOSTILE);
	tcase_add_test(tcase, moodle_finds_everybody);
	tcase_add_test(tcase, moodle_goes_by_number_where_there_are_no_addresses);
	tcase_add_test(tcase, canvas_has_its_columns);
	tcase_add_loop_test(tcase, csv_holds_any_words, 0, HOSTILE);
	tcase_add_test(tcase, identifiers_stay_what_they_are);
	tcase_add_test(tcase, text_has_a_row_a_student);
	tcase_add_test(tcase, refused_is_a_line_a_student);
	tcase_add_test(tcase, text_shows_who_needs_a_look);
	tcase_add_test(tcase, text_fits_the_terminal);
	suite_add_tcase(suite, tcase);
	return tap_run(suite);
}
