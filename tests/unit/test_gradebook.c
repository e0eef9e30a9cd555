/*
 * The gradebook: what was told as kept is there, whoever was killed when; the same work makes the
 * same bytes, however it came about; what is no gradebook is said to be none, and stays.
 */
#include "config.h"

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/store/gradebook.h"
#include "tests/unit/gradebooks.h"
#include "tests/unit/sql.h"
#include "tests/unit/text_log.h"

static void expect_refused(const char *where, const char *words)
{
	struct lab_error e = {0};

	ck_assert_ptr_null(gradebook_open(where, &e));
	ck_assert_int_eq(e.kind, LAB_USAGE);
	ck_assert_msg(strstr(e.text, words) && strstr(e.text, where), "%s", e.text);
}

START_TEST(what_was_entered_is_there_again)
{
	struct gradebook *b;
	LAB_FREE char *why = NULL;
	LAB_FREE char *report = NULL;
	struct lab_error e = {0};

	begin();
	b = open_book(path);
	hand_in(b, "ada", "k1");
	enter(b, "k1", "fail", 1.5);
	finish(b);
	b = open_book(path);
	ck_assert_str_eq(mark(b, "k1").state, "fail");
	ck_assert_double_eq(mark(b, "k1").score, 1.5);
	ck_assert_str_eq(mark(b, "k2").state, "");
	ck_assert_int_eq(gradebook_read(b, "k1", &why, &report, &e), 0);
	ck_assert_ptr_null(why);
	ck_assert_ptr_nonnull(strstr(report, "\"of\": \"k1\""));
	gradebook_close(b);
	end();
}
END_TEST

START_TEST(the_same_work_makes_the_same_bytes)
{
	LAB_FREE char *other = NULL;

	begin();
	other = path_join(folder, "other.db");
	fill(path, false);
	fill(other, true);
	expect_same_bytes(path, other);
	end();
}
END_TEST

START_TEST(what_changes_nothing_writes_nothing)
{
	struct stat before, after;
	struct gradebook *b;

	begin();
	fill(path, false);
	ck_assert_int_eq(stat(path, &before), 0);
	b = open_book(path);
	ck_assert_int_eq(gradebook_begin(b, NULL), 0);
	hand_in(b, "student-0", NULL);
	ck_assert_int_eq(gradebook_commit(b, NULL), 0);
	finish(b);
	ck_assert_int_eq(stat(path, &after), 0);
	ck_assert_uint_eq(before.st_ino, after.st_ino);
	ck_assert_int_eq(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
	end();
}
END_TEST

/* Enters results and tells of each by a byte, until it is killed. */
static pid_t start_writer(int tell)
{
	pid_t pid = fork();
	struct gradebook *b;

	if (pid != 0)
		return pid;
	b = gradebook_open(path, NULL);
	for (int n = 0; b; n++) {
		LAB_FREE char *key = key_of(n);

		enter(b, key, "pass", 3);
		if (write(tell, "!", 1) != 1)
			break;
	}
	_exit(1);
}

START_TEST(who_is_killed_loses_nothing_that_was_told)
{
	begin();
	for (int round = 0; round < 10; round++) {
		int ends[2], told = 0;
		struct gradebook *b;
		pid_t pid;
		char byte;

		ck_assert_int_eq(pipe(ends), 0);
		pid = start_writer(ends[1]);
		close(ends[1]);
		while (told <= 3 * round && read(ends[0], &byte, 1) == 1)
			told++;
		kill(pid, SIGKILL);
		while (read(ends[0], &byte, 1) == 1)
			told++;
		waitpid(pid, NULL, 0);
		close(ends[0]);
		ck_assert_int_gt(told, 3 * round);
		b = open_book(path);
		for (int n = 0; n < told; n++) {
			LAB_FREE char *key = key_of(n);

			ck_assert_str_eq(mark(b, key).state, "pass");
		}
		gradebook_close(b);
		unlink(path);
	}
	end();
}
END_TEST

START_TEST(one_writes_at_a_time)
{
	struct gradebook *b;

	begin();
	b = open_book(path);
	enter(b, "k", "pass", 3);
	if (fork() == 0) { /* another process: locks are between processes */
		struct lab_error e = {0};

		_exit(!gradebook_open(path, &e) && e.kind == LAB_USAGE &&
					strstr(e.text, "another grading")
				? 0
				: 1);
	}
	int status;

	ck_assert_int_gt(wait(&status), 0);
	ck_assert_int_eq(status, 0);
	ck_assert_str_eq(mark(b, "k").state, "pass");
	gradebook_close(b);
	end();
}
END_TEST

static void write_text(const char *where, const char *text)
{
	ck_assert_int_eq(file_write(where, text, strlen(text), 0644, NULL), 0);
}

START_TEST(what_is_no_gradebook_is_refused_and_stays)
{
	struct stat st;

	begin();
	write_text(path, "nonsense that is long enough to be taken for a file of SQLite, or not");
	expect_refused(path, "is damaged");
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_size, 69);
	unlink(path);
	sql_change(path, "CREATE TABLE mine (x)");
	expect_refused(path, "no gradebook of ipclab");
	unlink(path);
	finish(open_book(path));
	sql_change(path, "PRAGMA user_version = 99");
	expect_refused(path, "newer ipclab (gradebook version 99, this one knows 2)");
	unlink(path);
	finish(open_book(path));
	sql_change(path, "DROP TABLE report");
	expect_refused(path, "is damaged");
	unlink(path);
	ck_assert_int_eq(mkdir(path, 0755), 0);
	expect_refused(path, "cannot be opened");
	end();
}
END_TEST

START_TEST(a_torn_file_is_said_to_be_damaged)
{
	begin();
	fill(path, false);
	ck_assert_int_eq(truncate(path, 9000), 0);
	expect_refused(path, "is damaged");
	end();
}
END_TEST

int main(void)
{
	return RUN_SUITE("gradebook", what_was_entered_is_there_again,
		the_same_work_makes_the_same_bytes, what_changes_nothing_writes_nothing,
		who_is_killed_loses_nothing_that_was_told, one_writes_at_a_time,
		what_is_no_gradebook_is_refused_and_stays, a_torn_file_is_said_to_be_damaged);
}
