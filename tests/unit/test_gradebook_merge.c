/*
 * Gradebooks that become one, whatever was graded where; who is in the class, as the book knows it;
 * and books that an older lab has written.
 */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/path.h"
#include "lab/store/gradebook.h"
#include "tests/unit/gradebooks.h"
#include "tests/unit/sql.h"
#include "tests/unit/text_log.h"

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
	return RUN_SUITE("gradebook-merge", parts_are_the_whole, books_that_disagree_are_not_merged,
		who_is_in_the_class_is_known_again, an_older_book_becomes_a_new_one,
		merged_books_know_what_each_knew);
}
