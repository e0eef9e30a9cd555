/*
 * lab/report: a class as CSV that gradebooks import, read as strictly as any of them reads: whose
 * grade it is must not change, whatever somebody is called, and nothing may be a formula.
 */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/report/class.h"
#include "lab/report/csv.h"
#include "tests/tap.h"
#include "tests/unit/pages.h"
#include "tests/unit/small_class.h"

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

int main(void)
{
	Suite *suite = suite_create("class-csv");
	TCase *tcase = tcase_create("class-csv");

	tcase_add_test(tcase, moodle_finds_everybody);
	tcase_add_test(tcase, moodle_goes_by_number_where_there_are_no_addresses);
	tcase_add_test(tcase, canvas_has_its_columns);
	tcase_add_loop_test(tcase, csv_holds_any_words, 0, hostile_count);
	tcase_add_test(tcase, identifiers_stay_what_they_are);
	suite_add_tcase(suite, tcase);
	return tap_run(suite);
}
