/*
 * What the intake reads as text: rosters, names that platforms give, moments. Tables; folders and
 * archives are for tests/cli/intake and tests/hostile.
 */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/when.h"
#include "runner/intake/csv_read.h"
#include "runner/intake/export.h"
#include "tests/tap.h"

static const struct {
	const char *text, *rows; /* fields end in '|', rows in '/'; an error is told as it is */
} csv_rows[] = {
	{"", ""},
	{"\n\n", ""},
	{"a,b\nc,d", "a|b|/c|d|/"},
	{"a,b\r\nc,d\r\n", "a|b|/c|d|/"},
	{"\xEF\xBB\xBFid,name\n1,x\n", "id|name|/1|x|/"},
	{"id;name\n1;x, y\n", "id|name|/1|x, y|/"},
	{"id\tname\n1\tx;y\n", "id|name|/1|x;y|/"},
	{"\"a\"\"b\",\"c\nd\"\n", "a\"b|c\nd|/"},
	{"\"\",,\n", "|||/"},
	{"a\n\nb\n", "a|/b|/"},
	{"\"a\"\"\"", "a\"|/"},
	{"x\n\"a", "x|/f:2:1: this quote is never closed"},
	{"\"", "f:1:1: this quote is never closed"},
	{"a,\"b\"\"", "f:1:3: this quote is never closed"},
	{"a,\"b\"c\n", "f:1:6: text behind a closing quote; a quote in a field is written twice, "
		       "\"\""},
	{"a\nb\"c", "a|/f:2:2: a quote inside of a field that does not begin with one"},
};

static void read_all(const char *text, struct buf *said)
{
	LAB_FREE char *copy = lab_xprintf("%s", text);
	struct lab_error e = {0};
	struct csv csv;
	int status;

	csv_open(&csv, "f", copy, strlen(copy));
	do {
		CSV_ROW_SCOPED row;

		status = csv_next(&csv, &row, &e);
		for (size_t i = 0; status > 0 && i < row.fields.count; i++)
			buf_printf(said, "%s|", row.fields.names[i]);
		buf_puts(said, status > 0 ? "/" : e.text);
	} while (status > 0);
}

START_TEST(csv_table)
{
	BUF_SCOPED said = BUF_INIT;

	read_all(csv_rows[_i].text, &said);
	ck_assert_str_eq(buf_text(&said), csv_rows[_i].rows);
}
END_TEST

START_TEST(csv_nul)
{
	struct lab_error e = {0};
	struct csv csv;
	CSV_ROW_SCOPED row;

	csv_open(&csv, "f", "a,b\0c", 5);
	ck_assert_int_eq(csv_next(&csv, &row, &e), -1);
	ck_assert_str_eq(e.text, "f:1:4: a NUL byte; this is no text");
	ck_assert_int_eq(e.kind, LAB_USAGE);
}
END_TEST

static const struct {
	const char *name;
	bool folder;
	const char *student, *id, *file; /* STUDENT NULL: no such name */
	bool late;
} names[] = {
	{"Ada Lovelace_1234_assignsubmission_file_", true, "Ada Lovelace", "1234", NULL, false},
	{"Ada Lovelace_1234_assignsubmission_file", true, "Ada Lovelace", "1234", NULL, false},
	{"A_b_1_assignsubmission_onlinetext_", true, "A_b", "1", NULL, false},
	{"Ada_12_assignsubmission_file_count.c", false, "Ada", "12", "count.c", false},
	{"lovelaceada_123_456_count.c", false, "lovelaceada", "123", "count.c", false},
	{"lovelaceada_LATE_123_456_a_b.zip", false, "lovelaceada", "123", "a_b.zip", true},
	{"lovelaceada_123_456_", false, NULL, NULL, NULL, false},
	{"lovelaceada_123_count.c", false, NULL, NULL, NULL, false},
	{"_1_assignsubmission_file_", true, NULL, NULL, NULL, false},
	{"ada", true, NULL, NULL, NULL, false},
	{"lovelaceada_123_456_count.c", true, NULL, NULL, NULL, false},
	{"a\nb_7_assignsubmission_file_", true, "a\nb", "7", NULL, false},
};

START_TEST(exported)
{
	struct export_name got;
	bool found = export_name_read(names[_i].name, names[_i].folder, &got);

	ck_assert_int_eq(found, names[_i].student != NULL);
	ck_assert_pstr_eq(got.student, names[_i].student);
	ck_assert_pstr_eq(got.id, names[_i].id);
	ck_assert_pstr_eq(got.file, names[_i].file);
	ck_assert_int_eq(got.late, names[_i].late);
	export_name_done(&got);
}
END_TEST

static const struct {
	const char *text;
	int64_t seconds; /* -1: it is no time */
} moments[] = {
	{"1970-01-01 00:00:01 UTC", 1},
	{"2021-09-01 12:00:00.000000000 Z", 1630497600},
	{"2021-09-01T12:00:00Z", 1630497600},
	{"2021-09-01T14:00:00+02:00", 1630497600},
	{"2021-09-01 05:00:00.5 -0700", 1630497600},
	{"2021-09-01 12:00", 1630497600},
	{"2024-02-29 00:00:00", 1709164800},
	{"2023-02-29 00:00:00", -1},
	{"2021-13-01 00:00:00", -1},
	{"2021-09-01 24:61:00", -1},
	{"2021-09-01", -1},
	{"yesterday", -1},
	{"2021-09-01 12:00:00 CEST", -1},
	{"2021-09-01 12:00:00 +2", -1},
	{"", -1},
};

START_TEST(moment)
{
	int64_t seconds = 0;
	bool good = when_read(moments[_i].text, &seconds);

	ck_assert_int_eq(good, moments[_i].seconds >= 0);
	if (good)
		ck_assert_int_eq(seconds, moments[_i].seconds);
}
END_TEST

#define ROWS(table) (int)(sizeof(table) / sizeof(*(table)))

int main(void)
{
	Suite *suite = suite_create("intake");
	TCase *texts = tcase_create("texts");

	suite_add_tcase(suite, texts);
	tcase_add_loop_test(texts, csv_table, 0, ROWS(csv_rows));
	tcase_add_test(texts, csv_nul);
	tcase_add_loop_test(texts, exported, 0, ROWS(names));
	tcase_add_loop_test(texts, moment, 0, ROWS(moments));
	return tap_run(suite);
}
