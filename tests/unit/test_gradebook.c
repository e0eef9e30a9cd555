/*
 * The gradebook: what was told as kept is there, whoever was killed when; books of the same work
 * are the same bytes, however they came about; what is no gradebook is said to be none, and stays.
 */
#include "config.h"

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/store/gradebook.h"
#include "tests/unit/sql.h"
#include "tests/unit/text_log.h"

static char *folder, *path;

static void begin(void)
{
	struct lab_error e = {0};

	folder = path_make_temporary("test-gradebook", &e);
	ck_assert_msg(folder != NULL, "%s", e.text);
	path = path_join(folder, "gradebook.db");
}

static void end(void)
{
	path_remove_tree(folder, NULL);
	free(folder);
	free(path);
}

static struct gradebook *open_book(const char *where)
{
	struct lab_error e = {0};
	struct gradebook *b = gradebook_open(where, &e);

	ck_assert_msg(b != NULL, "%s", e.text);
	return b;
}

static void finish(struct gradebook *b)
{
	struct lab_error e = {0};

	ck_assert_msg(gradebook_finish(b, &e) == 0, "%s", e.text);
}

static void hand_in(struct gradebook *b, const char *student, const char *key)
{
	struct gradebook_submission s = {
		.student = student,
		.exercise = "04-pipes/01-one-way",
		.key = key,
		.state = key ? NULL : "missing",
		.why = key ? NULL : "nothing was handed in",
	};
	struct lab_error e = {0};

	ck_assert_msg(gradebook_hand_in(b, &s, &e) == 0, "%s", e.text);
}

static void enter(struct gradebook *b, const char *key, const char *state, double score)
{
	LAB_FREE char *report = lab_xprintf("{\"of\": \"%s\", \"fill\": \"%02000d\"}", key, 7);
	struct gradebook_result r = {
		.key = key,
		.exercise = "04-pipes/01-one-way",
		.state = state,
		.score = score,
		.max_score = 3,
		.report = report,
	};
	struct lab_error e = {0};

	ck_assert_msg(gradebook_enter(b, &r, &e) == 0, "%s", e.text);
}

static struct gradebook_mark mark(struct gradebook *b, const char *key)
{
	struct gradebook_mark m;
	struct lab_error e = {0};

	ck_assert_msg(gradebook_mark(b, key, &m, &e) == 0, "%s", e.text);
	return m;
}

static char *key_of(int n)
{
	return lab_xprintf("%08x-key", (unsigned)n * 2654435761u);
}

static void expect_same_bytes(const char *a, const char *b)
{
	BUF_SCOPED x = BUF_INIT;
	BUF_SCOPED y = BUF_INIT;
	struct lab_error e = {0};

	ck_assert_msg(file_read(a, &x, 1 << 30, &e) == 0, "%s", e.text);
	ck_assert_msg(file_read(b, &y, 1 << 30, &e) == 0, "%s", e.text);
	ck_assert_uint_eq(x.len, y.len);
	ck_assert(memcmp(x.data, y.data, x.len) == 0);
}

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

/* 40 students in one order and the other, in one sitting or many, by detours or straight. */
static void fill(const char *where, bool backwards)
{
	struct gradebook *b = open_book(where);

	for (int i = 0; i < 40; i++) {
		int n = backwards ? 39 - i : i;
		LAB_FREE char *student = lab_xprintf("student-%d", n);
		LAB_FREE char *key = key_of(n / 2); /* two have the same */
		LAB_FREE char *old = lab_xprintf("old-%d", n);

		if (backwards) {
			hand_in(b, student, n % 3 ? old : NULL);
			if (n % 3)
				enter(b, old, "pass", 3);
			enter(b, key, "broken", 0);
		}
		hand_in(b, student, n % 7 ? key : NULL);
		enter(b, key, n % 4 < 2 ? "pass" : "fail", n % 4 < 2 ? 3 : 1);
		if (backwards && n % 5 == 0) {
			gradebook_close(b); /* unfinished */
			b = open_book(where);
		}
		if (backwards && n % 11 == 0) {
			finish(b);
			b = open_book(where);
		}
	}
	finish(b);
}

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

/* ---- merging ---- */

static void merge(struct gradebook *b, const char *where)
{
	struct lab_error e = {0};

	ck_assert_msg(gradebook_merge(b, where, &e) == 0, "%s", e.text);
}

/* Every third result of what fill() enters. */
static void fill_part(const char *where, int part)
{
	struct gradebook *b = open_book(where);

	for (int n = 0; n < 40; n++) {
		LAB_FREE char *student = lab_xprintf("student-%d", n);
		LAB_FREE char *key = key_of(n / 2);

		hand_in(b, student, n % 7 ? key : NULL);
		if (n / 2 % 3 == part)
			enter(b, key, n % 4 < 2 ? "pass" : "fail", n % 4 < 2 ? 3 : 1);
	}
	if (part == 1)
		gradebook_close(b); /* of one that was killed before the end */
	else
		finish(b);
}

static char *part_path(int part)
{
	return lab_xprintf("%s/part-%d.db", folder, part);
}

START_TEST(parts_are_the_whole)
{
	static const int orders[][3] = {{0, 1, 2}, {2, 0, 1}};

	begin();
	fill(path, false);
	for (int i = 0; i < 3; i++) {
		LAB_FREE char *part = part_path(i);

		fill_part(part, i);
	}
	for (int o = 0; o < 2; o++) {
		LAB_FREE char *whole = lab_xprintf("%s/whole-%d.db", folder, o);
		struct gradebook *b = open_book(whole);

		for (int i = 0; i < 3; i++) {
			LAB_FREE char *part = part_path(orders[o][i]);

			merge(b, part);
			merge(b, part);
		}
		finish(b);
		expect_same_bytes(path, whole);
	}
	end();
}
END_TEST

static void expect_no_merge(struct gradebook *b, const char *where, const char *words)
{
	struct lab_error e = {0};

	ck_assert_int_eq(gradebook_merge(b, where, &e), -1);
	ck_assert_int_eq(e.kind, LAB_USAGE);
	ck_assert_msg(strstr(e.text, words) && strstr(e.text, where), "%s", e.text);
}

START_TEST(books_that_disagree_are_not_merged)
{
	LAB_FREE char *other = NULL;
	struct gradebook *b, *o;

	begin();
	other = path_join(folder, "other.db");
	b = open_book(path);
	expect_no_merge(b, other, "there is no gradebook");
	o = open_book(other);
	hand_in(o, "ada", "k1");
	enter(o, "k1", "pass", 3);
	finish(o);
	hand_in(b, "ada", "k2");
	expect_no_merge(b, other, "04-pipes/01-one-way of student \"ada\" was graded from other");
	hand_in(b, "ada", "k1");
	enter(b, "k1", "fail", 0);
	expect_no_merge(b, other, "of student \"ada\" has another result");
	enter(b, "k1", "broken", 0);
	merge(b, other);
	ck_assert_str_eq(mark(b, "k1").state, "pass");
	sql_change(other, "PRAGMA user_version = 99");
	expect_no_merge(b, other, "newer ipclab");
	gradebook_close(b);
	end();
}
END_TEST

/* ---- who is who ---- */

static void know(struct gradebook *b, const char *student, const char *id, const char *email)
{
	struct gradebook_person p = {student, id, email, id != NULL};
	struct lab_error e = {0};

	ck_assert_msg(gradebook_know(b, &p, &e) == 0, "%s", e.text);
}

static void begin_with(struct gradebook *b, const char *exercise, const char *key)
{
	struct lab_error e = {0};

	ck_assert_msg(gradebook_begin_with(b, exercise, key, &e) == 0, "%s", e.text);
}

static void tell_person(void *context, const struct gradebook_person *p)
{
	buf_printf(context, "%s/%s/%s/%d ", p->student, p->id ? p->id : "-",
		p->email ? p->email : "-", p->official);
}

static void tell_starter(void *context, const char *exercise, const char *key)
{
	buf_printf(context, "%s=%s ", exercise, key);
}

static void expect_class(struct gradebook *b, const char *people, const char *starters)
{
	BUF_SCOPED who = BUF_INIT;
	BUF_SCOPED what = BUF_INIT;

	ck_assert_int_eq(gradebook_people(b, tell_person, &who, NULL), 0);
	ck_assert_int_eq(gradebook_starters(b, tell_starter, &what, NULL), 0);
	ck_assert_str_eq(buf_text(&who), people);
	ck_assert_str_eq(buf_text(&what), starters);
}

START_TEST(who_is_in_the_class_is_known_again)
{
	struct stat before, after;
	struct gradebook *b;

	begin();
	b = open_book(path);
	know(b, "eve", NULL, NULL);
	know(b, "bob", "7", NULL);
	know(b, "ada", "1", "ada@example.org");
	know(b, "bob", NULL, "bob@example.org");
	know(b, "dan", NULL, NULL);
	ck_assert_int_eq(gradebook_leave(b, "dan", NULL), 0);
	begin_with(b, "x", "k1");
	begin_with(b, "x", "k2");
	finish(b);
	ck_assert_int_eq(stat(path, &before), 0);
	b = open_book(path);
	expect_class(b, "ada/1/ada@example.org/1 bob/-/bob@example.org/0 eve/-/-/0 ", "x=k2 ");
	know(b, "ada", "1", "ada@example.org");
	begin_with(b, "x", "k2");
	finish(b);
	ck_assert_int_eq(stat(path, &after), 0);
	ck_assert_uint_eq(before.st_ino, after.st_ino);
	end();
}
END_TEST

/* As version 1 wrote it. */
static void make_old(const char *where)
{
	sql_change(where, "DROP TABLE person; DROP TABLE starter; PRAGMA user_version = 1");
}

START_TEST(an_older_book_becomes_a_new_one)
{
	struct gradebook *b;
	LAB_FREE char *other = NULL;

	begin();
	other = path_join(folder, "other.db");
	for (int i = 0; i < 2; i++) {
		b = open_book(i ? other : path);
		hand_in(b, "ada", "k1");
		hand_in(b, "bob", NULL);
		enter(b, "k1", "pass", 3);
		if (i == 0) {
			know(b, "ada", NULL, NULL);
			know(b, "bob", NULL, NULL);
		}
		finish(b);
	}
	make_old(other);
	b = open_book(other);
	expect_class(b, "ada/-/-/0 bob/-/-/0 ", "");
	finish(b);
	expect_same_bytes(path, other);
	make_old(other);
	unlink(path);
	b = open_book(path);
	know(b, "ada", "1", NULL);
	merge(b, other);
	expect_class(b, "ada/1/-/1 bob/-/-/0 ", "");
	gradebook_close(b);
	end();
}
END_TEST

START_TEST(merged_books_know_what_each_knew)
{
	LAB_FREE char *other = NULL;
	struct gradebook *b, *o;

	begin();
	other = path_join(folder, "other.db");
	o = open_book(other);
	know(o, "ada", "1", "ada@example.org");
	know(o, "bob", NULL, NULL);
	begin_with(o, "x", "k1");
	finish(o);
	b = open_book(path);
	know(b, "ada", NULL, NULL);
	know(b, "bob", "2", NULL);
	begin_with(b, "x", "k2");
	merge(b, other);
	expect_class(b, "ada/1/ada@example.org/1 bob/2/-/1 ", "x=k1 x=k2 ");
	know(b, "ada", "1", "other@example.org");
	expect_no_merge(b, other, "student \"ada\" has another id or e-mail address");
	gradebook_close(b);
	end();
}
END_TEST

int main(void)
{
	return RUN_SUITE("gradebook", what_was_entered_is_there_again,
		the_same_work_makes_the_same_bytes, what_changes_nothing_writes_nothing,
		who_is_killed_loses_nothing_that_was_told, one_writes_at_a_time,
		what_is_no_gradebook_is_refused_and_stays, a_torn_file_is_said_to_be_damaged,
		parts_are_the_whole, books_that_disagree_are_not_merged,
		who_is_in_the_class_is_known_again, an_older_book_becomes_a_new_one,
		merged_books_know_what_each_knew);
}
