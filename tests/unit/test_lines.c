/*
 * lab/run/lines.c: a table is read back, and everything that is not exactly a table is refused with
 * the number of its line.
 */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/run/lines.h"
#include "tests/tap.h"

static char *folder, *table;

static void set_up(void)
{
	struct lab_error e;

	folder = path_make_temporary("lines", &e);
	ck_assert_msg(folder != NULL, "%s", e.text);
	table = path_join(folder, "count");
}

static void tear_down(void)
{
	path_remove_tree(folder, NULL);
	free(folder);
	free(table);
}

static struct lines *load(const char *text, size_t len, struct lab_error *e)
{
	ck_assert_int_eq(file_write(table, text, len, 0644, e), 0);
	return lines_load(table, e);
}

#define HEAD "ipclab-lines 1\ntext 1000 2000\nentry 1100\nruntime 1800 1900\n"

static const char good[] =
	HEAD "file 0 count.c\nfile 1 util.h\nfunc 1200 1300 main\n"
	     "func 1240 1260 child\nfunc 1400 1480 helper\n"
	     "line 1200 0 10\nline 1210 0 11\nline 1240 1 3\nline 1250 0 12\n"
	     "end 1300\nline 1400 0 20\nend 1480\nvar 4010 8 counter\nvar 4000 10 all\n";

static const struct {
	unsigned addr;
	const char *file;
	int line;
	const char *function;
} places[] = {
	{0x0, NULL, 0, NULL},
	{0x11ff, NULL, 0, NULL},
	{0x1200, "count.c", 10, "main"},
	{0x120f, "count.c", 10, "main"},
	{0x1210, "count.c", 11, "main"},
	{0x1240, "util.h", 3, "child"},
	{0x1250, "count.c", 12, "child"},
	{0x1260, "count.c", 12, "main"},
	{0x12ff, "count.c", 12, "main"},
	{0x1300, NULL, 0, NULL},
	{0x147f, "count.c", 20, "helper"},
	{0x1480, NULL, 0, NULL},
	{0xffffffff, NULL, 0, NULL},
};

START_TEST(variables)
{
	struct lab_error e;
	struct lines *l = load(good, strlen(good), &e);
	const char *name = NULL;
	uint64_t addr = 0, size = 0;

	ck_assert_msg(l != NULL, "%s", e.text);
	ck_assert(lines_variable(l, 1, &addr, &size, &name));
	ck_assert_str_eq(name, "all");
	ck_assert_uint_eq(addr, 0x4000);
	ck_assert_uint_eq(size, 0x10);
	ck_assert(!lines_variable(l, 2, &addr, &size, &name));
	lines_free(l);
}
END_TEST

START_TEST(place)
{
	struct lab_error e;
	struct lines *l = load(good, strlen(good), &e);
	const char *file = NULL, *function = NULL;
	int line = 0;

	ck_assert_msg(l != NULL, "%s", e.text);
	ck_assert_int_eq(
		lines_find(l, places[_i].addr, &file, &line, &function), places[_i].file != NULL);
	if (places[_i].file != NULL) {
		ck_assert_str_eq(file, places[_i].file);
		ck_assert_int_eq(line, places[_i].line);
		ck_assert_str_eq(function, places[_i].function);
	}
	lines_free(l);
}
END_TEST

START_TEST(ranges)
{
	struct lab_error e;
	struct lines *l = load(good, strlen(good), &e);
	uint64_t begin, end;

	ck_assert_msg(l != NULL, "%s", e.text);
	lines_text(l, &begin, &end);
	ck_assert(begin == 0x1000 && end == 0x2000);
	lines_runtime(l, &begin, &end);
	ck_assert(begin == 0x1800 && end == 0x1900);
	lines_free(l);
}
END_TEST

/* More rows than the first allocation holds: all are found again. */
START_TEST(many_rows)
{
	BUF_SCOPED text = BUF_INIT;
	struct lab_error e;
	struct lines *l;

	buf_puts(&text, HEAD "file 0 a.c\n");
	for (int i = 0; i < 1000; i++)
		buf_printf(&text, "line %x 0 %d\n", 0x1000 + 4 * i, i + 1);
	l = load(text.data, text.len, &e);
	ck_assert_msg(l != NULL, "%s", e.text);
	for (int i = 0; i < 1000; i++) {
		const char *file, *function;
		int line;

		ck_assert(lines_find(l, (uint64_t)(0x1003 + 4 * i), &file, &line, &function));
		ck_assert_int_eq(line, i + 1);
		ck_assert_ptr_null(function);
	}
	lines_free(l);
}
END_TEST

static const struct {
	const char *text;
	int line;
} faults[] = {
	{"", 1},
	{"ipclab-lines 2\n", 1},
	{"ipclab-lines 1", 1},
	{"ipclab-lines 1\n", 1},
	{"ipclab-lines 1\ntext 1000 2000\n", 2},
	{HEAD "text 1000 2000\n", 5},
	{HEAD "entry 1\n", 5},
	{HEAD "\n", 5},
	{HEAD "what 1\n", 5},
	{HEAD "file 0\n", 5},
	{HEAD "file 1 a.c\n", 5},
	{HEAD "file 0 ../a.c\n", 5},
	{HEAD "file 0 a.c b\n", 5},
	{HEAD "file 0  a.c\n", 5},
	{HEAD "line 10 0 1\n", 5},
	{HEAD "file 0 a.c\nline 10 0 0\n", 6},
	{HEAD "file 0 a.c\nline 10 0 -1\n", 6},
	{HEAD "file 0 a.c\nline 10 0 99999999999999\n", 6},
	{HEAD "file 0 a.c\nline 10 1 1\n", 6},
	{HEAD "file 0 a.c\nline 1G 0 1\n", 6},
	{HEAD "file 0 a.c\nline 11111111111111111 0 1\n", 6},
	{HEAD "file 0 a.c\nline  0 1\n", 6},
	{HEAD "file 0 a.c\nline 10 0 1\nline 10 0 2\n", 7},
	{HEAD "file 0 a.c\nline 10 0 1\nend 8\n", 7},
	{HEAD "file 0 a.c\nline 10 0 1 1\n", 6},
	{HEAD "func 20 20 main\n", 5},
	{HEAD "var 20 8\n", 5},
	{HEAD "var 20 8 a b\n", 5},
	{HEAD "var 20 x a\n", 5},
	{HEAD "var 20 8 a\x1b\n", 5},
	{HEAD "var 20 8 a\nvar 20 8 "
	      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
		6},
	{HEAD "func 20 10 main\n", 5},
	{HEAD "func 20 30 ma\x1bin\n", 5},
	{HEAD "func 20 30\n", 5},
	{HEAD "func 20 30 b\nfunc 10 18 a\n", 6},
	{"ipclab-lines 1\ntext 2000 1000\nentry 1\nruntime 1 2\n", 2},
};

START_TEST(fault)
{
	struct lab_error e;
	LAB_FREE char *expected =
		lab_xprintf("%s:%d: this is no line table of ipclab", table, faults[_i].line);

	ck_assert_ptr_null(load(faults[_i].text, strlen(faults[_i].text), &e));
	ck_assert_int_eq(e.kind, LAB_BROKEN);
	ck_assert_str_eq(e.text, expected);
}
END_TEST

START_TEST(nul_bytes_and_cut_tables)
{
	char copy[sizeof(good)];
	struct lab_error e;

	memcpy(copy, good, sizeof(copy));
	copy[40] = '\0';
	ck_assert_ptr_null(load(copy, strlen(good), &e));
	ck_assert_ptr_null(load(good, strlen(good) - 1, &e));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lines");
	TCase *tests = tcase_create("lines");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, variables);
	tcase_add_loop_test(tests, place, 0, (int)(sizeof(places) / sizeof(places[0])));
	tcase_add_loop_test(tests, fault, 0, (int)(sizeof(faults) / sizeof(faults[0])));
	tcase_add_test(tests, ranges);
	tcase_add_test(tests, many_rows);
	tcase_add_test(tests, nul_bytes_and_cut_tables);
	suite_add_tcase(suite, tests);
	return tap_run(suite);
}
