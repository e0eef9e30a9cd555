/*
 * lab/report: the formats that other tools read, with words that any of them could take for its
 * own. REPORT_UPDATE=1 in the environment writes the golden files anew; look at the difference
 * before you commit it.
 */
#include "config.h"

#include <check.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/report/report.h"
#include "runner/class/book.h"
#include "tests/tap.h"
#include "tests/unit/formats.h"
#include "tests/unit/golden.h"
#include "tests/unit/pages.h"

#define GOLDEN ABS_TOP_SRCDIR "/tests/golden/reports/"

static struct check_result checks[] = {
	{.name = "counts_bytes", .verdict = VERDICT_PASS, .weight = 1},
	{
		.name = "sees_end",
		.verdict = VERDICT_FAIL,
		.class = CLASS_DEADLOCK,
		.message = "Nobody can go on: \"a\" & <b> # ]]> ``` | $x\n"
			   "\n"
			   "  got       \033[2J\377\357\277\277 ````\n"
			   "ok 7 - forged\n"
			   "...\n"
			   "1..0 # SKIP",
		.file = "co`unt.c",
		.line = 31,
		.schedule = "random:3",
		.schedules = 4,
		.weight = 2,
	},
	{
		.name = "sees_it_again",
		.verdict = VERDICT_FAIL,
		.class = CLASS_DEADLOCK,
		.message = "Nobody can go on: \"a\" & <b> # ]]> ``` | $x\n"
			   "\n"
			   "  got       \033[2J\377\357\277\277 ````\n"
			   "ok 8 - forged\n"
			   "...\n"
			   "1..0 # SKIP",
		.file = "co`unt.c",
		.line = 31,
		.schedule = "random:3",
		.weight = 1,
	},
	{
		.name = "not_judged",
		.verdict = VERDICT_BROKEN,
		.class = CLASS_BROKEN,
		.message = "open \"/home/staff/log\": EIO",
		.weight = 1,
	},
};
static const struct report_diagnostic diagnostics[] = {
	{"count.c", 7, 3, "warning", "unused variable <x>", "\tint x;"},
	{"", 0, 0, "error", "linking failed: ```", NULL},
};
static const struct refusal refused[] = {
	{"open(\"/etc/shadow\")", "the machine's <passwords>", "co`unt.c", 31, "\topen(x)", 3},
	{"write()", "a file larger than a run may have", NULL, 0, NULL, 1},
};
static const char *const api[] = {"pipe(2)", "close(2)", NULL};

/* One of each kind: passed, failed, does not build, broken in two ways, nothing handed in. */
enum { PASSED, FAILED, UNBUILT, CHECK_BROKEN, JUDGE_BROKEN, MISSING, REPORTS };
static void fill(struct report *list)
{
	static const char *const names[] = {
		"a/pass", "b/fail", "c/build", "d/check", "e/judge", "f/none"};

	for (int i = 0; i < REPORTS; i++)
		list[i] = (struct report){
			.exercise = names[i],
			.title = "Who holds *it*?",
			.verdict = i == PASSED        ? VERDICT_PASS
				   : i < CHECK_BROKEN ? VERDICT_FAIL
						      : VERDICT_BROKEN,
			.max_score = 3,
			.isolation = "full",
			.seed = 1,
			.engine = "ipclab 1",
			.checks = checks,
			.lesson = "/srv/course/README.md",
			.api = api,
			.submission = "/srv/class/eve",
			.course = "/srv/course",
		};
	list[PASSED].check_count = 1;
	list[PASSED].score = 3;
	list[PASSED].refused = refused;
	list[PASSED].refused_count = 2;
	list[FAILED].check_count = 3;
	list[FAILED].score = 0.75;
	list[UNBUILT].diagnostics = diagnostics;
	list[UNBUILT].diagnostic_count = 2;
	list[CHECK_BROKEN].check_count = 4;
	list[CHECK_BROKEN].complaint = "the judge of d/check said: EIO";
	list[JUDGE_BROKEN].complaint = "the judge was killed by SIGSEGV";
	list[MISSING].missing = "nothing was handed in";
}

static void expect_golden(const char *name, const char *text)
{
	LAB_FREE char *path = lab_xprintf("%s%s", GOLDEN, name);

	expect_saved("REPORT_UPDATE", path, text);
}

/* ---- XML ---- */

static char *junit_of(const struct report *list, size_t count)
{
	struct buf text = BUF_INIT;

	report_junit_begin(&text);
	for (size_t i = 0; i < count; i++)
		report_junit_add(&text, &list[i]);
	report_junit_end(&text);
	return buf_take(&text);
}

START_TEST(junit_is_as_saved)
{
	struct report list[REPORTS];
	LAB_FREE char *xml = NULL;

	fill(list);
	list[FAILED].student = "e<v>\"e\"\n&\377";
	xml = junit_of(list, REPORTS);
	expect_well_formed(xml);
	expect_golden("junit.xml", xml);
	ck_assert_uint_eq(count_of(xml, "<testsuite "), REPORTS);
	ck_assert_uint_eq(count_of(xml, "<testcase "), 1 + 3 + 1 + 4 + 1 + 1);
	ck_assert_uint_eq(count_of(xml, "<failure "), 2 + 1 + 2);
	ck_assert_uint_eq(count_of(xml, "<error "), 1 + 1);
	ck_assert_uint_eq(count_of(xml, "<skipped "), 1);
	ck_assert_uint_eq(count_of(xml, "failures=\"2\""), 2);
	ck_assert_uint_eq(count_of(xml, "errors=\"1\""), 2);
}
END_TEST

/* Words that a format might take for its own. */
static const char *const hostile[] = {
	"",
	"\n",
	"<failure>&amp;\"'</failure>",
	"]]>",
	"<![CDATA[",
	"\001\002\033[2J\177\r\302\233",
	"\377\300\200\355\240\200\342\202",
	"\357\277\276\357\277\277",
	"\tx\n\n y\n",
	"ok 1 - x\nnot ok 2\nBail out!\n1..0",
	"...\n---\n",
	"a: \"b\\",
	"# SKIP \\",
	"````` ~~~ ```\n```",
	"| a | b |\n# <b>*x*</b>",
};
enum { HOSTILE = sizeof(hostile) / sizeof(hostile[0]) };

/* The failed report with TEXT wherever something of a student's may stand. */
static struct report poisoned(struct check_result *c, const char *text)
{
	static struct refusal refusal;
	struct report list[REPORTS];

	fill(list);
	*c = checks[1];
	c->message = c->file = c->schedule = c->source = (char *)text;
	list[FAILED].checks = c;
	list[FAILED].check_count = 1;
	list[FAILED].student = text;
	refusal = (struct refusal){(char *)text, "why", (char *)text, 3, (char *)text, 2};
	list[FAILED].refused = &refusal;
	list[FAILED].refused_count = 1;
	return list[FAILED];
}

START_TEST(junit_holds_any_words)
{
	struct check_result c;
	struct report r = poisoned(&c, hostile[_i]);
	LAB_FREE char *xml = junit_of(&r, 1);

	expect_well_formed(xml);
	ck_assert_uint_eq(count_of(xml, "</failure>"), 1);
	ck_assert_uint_eq(count_of(xml, "</system-out>"), 1);
}
END_TEST

/* ---- TAP ---- */

static char *tap_of(const struct report *list, size_t count)
{
	struct buf text = BUF_INIT;
	size_t number = 0;

	report_tap_begin(&text);
	for (size_t i = 0; i < count; i++)
		report_tap_add(&text, &list[i], &number);
	report_tap_end(&text, number);
	return buf_take(&text);
}

START_TEST(tap_is_as_saved)
{
	struct report list[REPORTS];
	LAB_FREE char *tap = NULL;

	fill(list);
	tap = tap_of(list, REPORTS);
	expect_tap(tap, 11);
	expect_golden("check.tap", tap);
}
END_TEST

START_TEST(tap_holds_any_words)
{
	struct check_result c;
	struct report r = poisoned(&c, hostile[_i]);
	LAB_FREE char *tap = tap_of(&r, 1);

	expect_tap(tap, 1);
}
END_TEST

START_TEST(tap_holds_any_names)
{
	struct report list[REPORTS];
	struct check_result c = checks[0];
	LAB_FREE char *tap = NULL;

	fill(list);
	c.name = (char *)"a # TODO\nok 9 - \\";
	list[PASSED].checks = &c;
	tap = tap_of(list, 1);
	expect_tap(tap, 1);
	ck_assert_ptr_nonnull(strstr(tap, "ok 1 - a/pass: a \\# TODO ok 9 - \\\\\n"));
}
END_TEST

/* ---- Markdown ---- */

START_TEST(feedback_is_as_saved)
{
	struct report list[REPORTS];
	BUF_SCOPED text = BUF_INIT;

	fill(list);
	list[FAILED].late = 0.5;
	report_markdown(
		&text, &(struct report_feedback){"e<v>e *\n# \033", list, REPORTS, 3.25, 12});
	expect_golden("feedback.md", buf_text(&text));
	ck_assert_ptr_null(strstr(buf_text(&text), "/srv"));
	ck_assert_ptr_null(strstr(buf_text(&text), "/home/staff"));
	ck_assert_ptr_null(strstr(buf_text(&text), "SIGSEGV"));
}
END_TEST

/* Outside of fenced blocks, lines are the printer's own. */
START_TEST(feedback_holds_any_words)
{
	struct check_result c;
	struct report r = poisoned(&c, hostile[_i]);
	BUF_SCOPED text = BUF_INIT;
	size_t fence = 0, headings = 0, blocks = 0, commands = 0;

	report_markdown(&text, &(struct report_feedback){hostile[_i], &r, 1, 0.75, 3});
	for (const char *p = buf_text(&text); *p; p += strcspn(p, "\n") + 1) {
		size_t run = strspn(p, "`");

		if (fence && run >= fence && p[run] == '\n') {
			fence = 0;
		} else if (!fence && run >= 3) {
			fence = run;
			blocks++;
		} else if (!fence) {
			headings += *p == '#';
			commands += strncmp(p, "To see it again:", 16) == 0;
			ck_assert_msg(!*p || strchr("\n#|-TP3.0", *p), "%s", p);
		}
	}
	ck_assert_uint_eq(fence, 0);
	ck_assert_uint_eq(blocks, 2);
	ck_assert_uint_eq(headings, 4);
	ck_assert_uint_eq(commands, 1);
}
END_TEST

/* The same as a page. */
START_TEST(feedback_page_tells_it)
{
	struct report list[REPORTS];
	BUF_SCOPED page = BUF_INIT;

	fill(list);
	list[FAILED].late = 0.5;
	list[PASSED].late = 1e-10;
	report_html_feedback(&page, &(struct report_feedback){"e<v>e", list, REPORTS, 6.5, 24});
	check_form(buf_text(&page));
	ck_assert_uint_eq(count_of(buf_text(&page), "<section class=\"case "), 2 + 1 + 2);
	ck_assert_uint_eq(count_of(buf_text(&page), "<h1>Feedback for e&lt;v&gt;e</h1>"), 1);
	ck_assert_ptr_nonnull(strstr(
		buf_text(&page), "<b>6.5 of 24 points, as your course weighs the exercises.</b>"));
	ck_assert_ptr_nonnull(strstr(buf_text(&page), "<td>fail</td><td>0.25 of 3 (0.5 less: it "
						      "came late)</td><td>2 of 3 checks failed"));
	ck_assert_uint_eq(count_of(buf_text(&page), "it came late"), 1);
	ck_assert_uint_eq(count_of(buf_text(&page), "<h2>What the sandbox refused</h2>"), 1);
	ck_assert_ptr_nonnull(strstr(buf_text(&page),
		"<li>open(&quot;/etc/shadow&quot;) at co`unt.c:31: the machine&#39;s "
		"&lt;passwords&gt; (3 times)</li>"));
	ck_assert_ptr_null(strstr(buf_text(&page), "/srv"));
	ck_assert_ptr_null(strstr(buf_text(&page), "/home/staff"));
	ck_assert_ptr_null(strstr(buf_text(&page), "SIGSEGV"));
}
END_TEST

START_TEST(feedback_page_holds_any_words)
{
	struct check_result c;
	struct report r = poisoned(&c, hostile[_i]);
	BUF_SCOPED page = BUF_INIT;

	report_html_feedback(&page, &(struct report_feedback){hostile[_i], &r, 1, 0.75, 3});
	check_form(buf_text(&page));
	ck_assert_uint_eq(count_of(buf_text(&page), "<script"), 0);
	ck_assert_uint_eq(count_of(buf_text(&page), "<section"), 1);
}
END_TEST

START_TEST(names_become_plain_files)
{
	static const struct {
		const char *student, *file;
	} rows[] = {
		{"ada.lovelace@x", "ada.lovelace@x"},
		{"-rf", "%2Drf"},
		{"..", "%2E."},
		{"a/b c", "a%2Fb%20c"},
		{"%2Drf", "%252Drf"},
		{"\n\033\303\244", "%0A%1B%C3%A4"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		LAB_FREE char *file = class_book_file_name(rows[i].student);

		ck_assert_str_eq(file, rows[i].file);
	}
}
END_TEST

START_TEST(long_names_stay_apart)
{
	char long_one[256], other[256];

	memset(long_one, 0xc3, 255);
	long_one[255] = '\0';
	memcpy(other, long_one, 256);
	other[254] = 'x';

	LAB_FREE char *first = class_book_file_name(long_one);
	LAB_FREE char *again = class_book_file_name(long_one);
	LAB_FREE char *second = class_book_file_name(other);

	ck_assert_uint_le(strlen(first), 200);
	ck_assert_str_eq(first, again);
	ck_assert_str_ne(first, second);
}
END_TEST

/* ---- Gradescope ---- */

static json_t *gradescope_of(const struct report *list, size_t count, char **text)
{
	struct report_gradescope g;

	report_gradescope_begin(&g);
	for (size_t i = 0; i < count; i++)
		report_gradescope_add(&g, &list[i]);
	*text = report_gradescope_end(&g);
	return json_loads(*text, 0, NULL);
}

static const char *string_at(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	ck_assert_msg(text, "no %s", key);
	return text;
}

/* Of a test: what their documentation says of its fields. */
static void expect_test(const json_t *test)
{
	const json_t *score = json_object_get(test, "score");
	const json_t *most = json_object_get(test, "max_score");
	const char *status = string_at(test, "status"), *visibility = string_at(test, "visibility");

	ck_assert_uint_eq(json_object_size(test), 6);
	ck_assert(json_is_number(score) && json_is_number(most));
	ck_assert(json_number_value(score) <= json_number_value(most));
	ck_assert(strcmp(status, "passed") == 0 || strcmp(status, "failed") == 0);
	ck_assert(strcmp(visibility, "visible") == 0 || strcmp(visibility, "hidden") == 0);
	if (strcmp(visibility, "visible") != 0)
		return;
	ck_assert_ptr_null(strstr(string_at(test, "output"), "/srv"));
	ck_assert_ptr_null(strstr(string_at(test, "output"), "EIO"));
	ck_assert_ptr_null(strstr(string_at(test, "output"), "SIGSEGV"));
}

START_TEST(gradescope_is_as_saved)
{
	struct report list[REPORTS];
	LAB_FREE char *text = NULL;
	double score = 0, most = 0;
	size_t i, hidden = 0;
	json_t *o, *test;

	fill(list);
	o = gradescope_of(list, REPORTS, &text);
	expect_golden("gradescope.json", text);
	json_array_foreach(json_object_get(o, "tests"), i, test)
	{
		expect_test(test);
		score += json_number_value(json_object_get(test, "score"));
		most += json_number_value(json_object_get(test, "max_score"));
		hidden += strcmp(string_at(test, "visibility"), "hidden") == 0;
	}
	ck_assert_double_eq_tol(score, json_number_value(json_object_get(o, "score")), 1e-6);
	ck_assert_double_eq_tol(score, 3.75, 1e-6);
	ck_assert_double_eq_tol(most, 12, 1e-6); /* broken ones cost nothing */
	ck_assert_uint_eq(hidden, 3);
	json_decref(o);
}
END_TEST

START_TEST(gradescope_holds_any_words)
{
	struct check_result c;
	struct report r = poisoned(&c, hostile[_i]);
	LAB_FREE char *text = NULL;
	json_t *o = gradescope_of(&r, 1, &text);

	ck_assert_ptr_nonnull(o);
	expect_test(json_array_get(json_object_get(o, "tests"), 0));
	json_decref(o);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("reports");
	TCase *tcase = tcase_create("reports");

	tcase_add_test(tcase, junit_is_as_saved);
	tcase_add_loop_test(tcase, junit_holds_any_words, 0, HOSTILE);
	tcase_add_test(tcase, tap_is_as_saved);
	tcase_add_loop_test(tcase, tap_holds_any_words, 0, HOSTILE);
	tcase_add_test(tcase, tap_holds_any_names);
	tcase_add_test(tcase, feedback_is_as_saved);
	tcase_add_loop_test(tcase, feedback_holds_any_words, 0, HOSTILE);
	tcase_add_test(tcase, feedback_page_tells_it);
	tcase_add_loop_test(tcase, feedback_page_holds_any_words, 0, HOSTILE);
	tcase_add_test(tcase, names_become_plain_files);
	tcase_add_test(tcase, long_names_stay_apart);
	tcase_add_test(tcase, gradescope_is_as_saved);
	tcase_add_loop_test(tcase, gradescope_holds_any_words, 0, HOSTILE);
	suite_add_tcase(suite, tcase);
	return tap_run(suite);
}
