/*
 * The store: what is kept is there again, also after a crash in the middle and beside another
 * writer. What comes of a record that cannot be read: test_store_damage.c.
 */
#include "config.h"

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/path.h"
#include "lab/store/store.h"
#include "tests/unit/record.h"
#include "tests/unit/sql.h"
#include "tests/unit/text_log.h"

START_TEST(what_was_done_is_there_again)
{
	struct lab_error e = {0};
	struct store *s;

	begin();
	s = open_store();
	ck_assert_ptr_null(store_note(s));
	ck_assert_ptr_null(store_last(s));
	ck_assert_uint_eq(standing(s, EX).attempts, 0);
	ck_assert_int_eq(add(s, EX, VERDICT_FAIL, 1.5, "int a;\n", &e), 0);
	ck_assert_int_eq(add(s, EX, VERDICT_PASS, 3, "int b;\n", &e), 0);
	ck_assert_int_eq(add(s, EX, VERDICT_FAIL, 1, "int a;\n", &e), 0);
	ck_assert_int_eq(store_set_hints(s, EX, 2, &e), 0);
	ck_assert_int_eq(store_set_hints(s, EX, 1, &e), 0);
	ck_assert_int_eq(store_set_hints(s, "other", 1, &e), 0);
	ck_assert_int_eq(store_set_last(s, "x", &e), 0);
	ck_assert_int_eq(store_set_last(s, EX, &e), 0);
	store_close(s);

	s = open_store();

	struct store_standing now = standing(s, EX);
	LAB_FREE char *last = store_last(s);

	ck_assert_uint_eq(now.attempts, 3);
	ck_assert(now.passed);
	ck_assert_int_eq(now.last, VERDICT_FAIL);
	ck_assert_double_eq(now.best, 3);
	ck_assert_uint_eq(now.hints, 2);
	ck_assert_uint_eq(standing(s, "other").hints, 1);
	ck_assert_uint_eq(standing(s, "other").attempts, 0);
	ck_assert_str_eq(last, EX);
	store_close(s);
	ck_assert_int_eq(sql_ask(path, "SELECT count(*) FROM attempt"), 3);
	ck_assert_int_eq(sql_ask(path, "SELECT count(*) FROM attempt_file"), 6);
	ck_assert_int_eq(sql_ask(path, "SELECT count(*) FROM source"), 3); /* each once */
	end();
}
END_TEST

START_TEST(attempts_are_there_again)
{
	struct lab_error e = {0};
	struct store_file now[] = {{"empty.h", "", 0}, {"count.c", "int b;\n", 7}};
	struct store_past_list past;
	struct store_copies copies;
	struct store *s;

	begin();
	s = open_store();
	ck_assert_int_eq(store_past_list(s, EX, &past, &e), 0);
	ck_assert_uint_eq(past.count, 0);
	ck_assert_int_eq(add(s, EX, VERDICT_FAIL, 1.5, "int a;\n", &e), 0);
	ck_assert_int_eq(add(s, "other", VERDICT_FAIL, 1, "int c;\n", &e), 0);
	ck_assert_int_eq(add(s, EX, VERDICT_PASS, 3, "int b;\n", &e), 0);
	ck_assert(store_keeps(s, EX, now, 2));
	ck_assert_int_eq(add(s, EX, VERDICT_FAIL, 1, "int a;\n", &e), 0);

	ck_assert_int_eq(store_past_list(s, EX, &past, &e), 0);
	ck_assert_uint_eq(past.count, 3);
	ck_assert_int_eq(past.list[1].verdict, VERDICT_PASS);
	ck_assert_double_eq(past.list[1].score, 3);
	ck_assert_str_eq(past.list[1].report, "{}");
	ck_assert_int_eq(store_past_files(s, past.list[1].id, &copies, &e), 0);
	ck_assert_uint_eq(copies.count, 2);
	ck_assert_str_eq(copies.list[0].name, "count.c");
	ck_assert_str_eq(buf_text(&copies.list[0].bytes), "int b;\n");
	ck_assert_uint_eq(copies.list[1].bytes.len, 0);
	store_copies_done(&copies);
	store_past_list_done(&past);

	ck_assert(store_keeps(s, EX, now, 2)); /* not only the latest counts */
	ck_assert(!store_keeps(s, EX, now, 1));
	now[1].bytes = "int c;\n";
	ck_assert(!store_keeps(s, EX, now, 2)); /* that was tried at another exercise */
	store_close(s);
	sql_change(path, "UPDATE attempt SET verdict = 'perhaps'");
	s = open_store();
	ck_assert_int_eq(store_past_list(s, EX, &past, &e), 0); /* damage: begun afresh */
	ck_assert_uint_eq(past.count, 0);
	ck_assert_ptr_nonnull(store_note(s));
	store_close(s);
	end();
}
END_TEST

/* Files as FILES, compared with those of the latest attempt. */
static bool same_as_last(
	struct store *s, const char *report, const struct store_file *files, size_t n)
{
	bool same;
	LAB_FREE char *was = store_last_report(s, EX, files, n, &same);

	ck_assert_ptr_nonnull(was);
	ck_assert_str_eq(was, report);
	return same;
}

START_TEST(the_latest_report_tells_whether_its_files_are_the_same)
{
	const struct store_file files[] = {
		{"empty.h", NULL, 0},
		{"count.c", "int b;\n", 7},
		{"count.c", "int a;\n", 7},
		{"more.h", "", 0},
	};
	struct lab_error e = {0};
	struct store *s;
	bool same = true;

	begin();
	s = open_store();
	ck_assert_ptr_null(store_last_report(s, EX, files, 2, &same));
	ck_assert(!same);
	ck_assert_int_eq(add(s, EX, VERDICT_FAIL, 1.5, "int a;\n", &e), 0);
	ck_assert_int_eq(add(s, EX, VERDICT_PASS, 3, "int b;\n", &e), 0);
	sql_change(path, "UPDATE attempt SET report = '{\"n\": ' || id || '}'");
	ck_assert(same_as_last(s, "{\"n\": 2}", files, 2));
	ck_assert(!same_as_last(s, "{\"n\": 2}", files, 1));
	ck_assert(!same_as_last(s, "{\"n\": 2}", files + 1, 1));
	ck_assert(!same_as_last(s, "{\"n\": 2}", files, 3));
	ck_assert(!same_as_last(s, "{\"n\": 2}", files + 1, 3));
	ck_assert(
		!same_as_last(s, "{\"n\": 2}", (const struct store_file[]){files[0], files[2]}, 2));
	ck_assert_ptr_null(store_last_report(s, "other", files, 2, &same));
	store_close(s);
	end();
}
END_TEST

/* The attempts are in the order in which they were made, whatever the clock said. */
START_TEST(a_clock_set_back_changes_no_order)
{
	const struct store_file second[] = {{"empty.h", NULL, 0}, {"count.c", "int b;\n", 7}};
	struct store_past_list past;
	struct lab_error e = {0};
	struct store *s;

	begin();
	s = open_store();
	ck_assert_int_eq(add(s, EX, VERDICT_FAIL, 1, "int a;\n", &e), 0);
	sql_change(path, "UPDATE attempt SET time = 9000000000");
	ck_assert_int_eq(add(s, EX, VERDICT_PASS, 3, "int b;\n", &e), 0);
	sql_change(path, "UPDATE attempt SET report = '{\"n\": ' || id || '}'");
	ck_assert_int_eq(store_past_list(s, EX, &past, &e), 0);
	ck_assert_uint_eq(past.count, 2);
	ck_assert_int_eq(past.list[0].verdict, VERDICT_FAIL);
	ck_assert_int_eq(past.list[1].verdict, VERDICT_PASS);
	ck_assert_int_lt(past.list[1].time, past.list[0].time);
	store_past_list_done(&past);
	ck_assert_int_eq(standing(s, EX).last, VERDICT_PASS);
	ck_assert(same_as_last(s, "{\"n\": 2}", second, 2));
	store_close(s);
	end();
}
END_TEST

START_TEST(broken_costs_nothing)
{
	struct lab_error e = {0};
	struct store *s;

	begin();
	s = open_store();
	ck_assert_int_eq(add(s, EX, VERDICT_PASS, 3, "int a;\n", &e), 0);
	ck_assert_int_eq(add(s, EX, VERDICT_BROKEN, 0, "int a;\n", &e), 0);
	ck_assert_uint_eq(standing(s, EX).attempts, 1);
	ck_assert(standing(s, EX).passed);
	ck_assert_double_eq(standing(s, EX).best, 3);
	ck_assert_int_eq(standing(s, EX).last, VERDICT_BROKEN);
	store_close(s);
	end();
}
END_TEST

/* They also race for making the file. */
START_TEST(several_write_at_once)
{
	begin();
	write_at_once();

	struct store *s = open_store();

	ck_assert_ptr_null(store_note(s));
	ck_assert_uint_eq(standing(s, EX).attempts, WRITERS * EACH);
	store_close(s);
	end();
}
END_TEST

/* Writes until it is killed; a byte for each attempt that was kept. */
static void write_for_ever(int told)
{
	struct lab_error e = {0};
	struct store *s = store_open(path, &e);

	for (int i = 0; s; i++) {
		LAB_FREE char *source = lab_xprintf("int a%d;\n", i);

		if (add(s, EX, VERDICT_FAIL, 0, source, &e) < 0 || write(told, "x", 1) != 1)
			break;
	}
	_exit(1);
}

START_TEST(killed_in_the_middle)
{
	uint64_t kept = 0;

	begin();
	for (int round = 1; round <= 20; round++) {
		int ends[2];
		pid_t pid;
		char byte;
		struct store *s;

		ck_assert_int_eq(pipe(ends), 0);
		pid = fork();
		if (pid == 0)
			write_for_ever(ends[1]);
		close(ends[1]);
		for (int i = 0; i < round; i++)
			ck_assert_int_eq(read(ends[0], &byte, 1), 1);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		kept += (uint64_t)round;
		while (read(ends[0], &byte, 1) == 1)
			kept++;
		close(ends[0]);
		s = open_store();
		ck_assert_ptr_null(store_note(s));
		/* the one it was at may be kept or not; what it told of is */
		ck_assert_uint_ge(standing(s, EX).attempts, kept);
		ck_assert_uint_le(standing(s, EX).attempts, kept + 1);
		kept = standing(s, EX).attempts;
		store_close(s);
		ck_assert_int_eq(sql_ask(path, "SELECT count(*) FROM attempt"), (int)kept);
	}
	end();
}
END_TEST

START_TEST(what_cannot_be_opened_is_said)
{
	LAB_FREE char *nowhere = NULL;
	struct lab_error e = {0};

	begin();
	nowhere = path_join(folder, "no/such/folder/progress.db");
	ck_assert_ptr_null(store_open(nowhere, &e));
	ck_assert_int_eq(e.kind, LAB_USAGE);
	ck_assert_ptr_nonnull(strstr(e.text, nowhere));
	end();
}
END_TEST

int main(void)
{
	return RUN_SUITE("store", what_was_done_is_there_again, attempts_are_there_again,
		the_latest_report_tells_whether_its_files_are_the_same,
		a_clock_set_back_changes_no_order, broken_costs_nothing, several_write_at_once,
		killed_in_the_middle, what_cannot_be_opened_is_said);
}
