/*
 * The store: a record that cannot be read is kept aside, which is said, and another one is begun:
 * what is no database, what is torn or of another version, and damage that comes to light late.
 * What is only locked stays.
 */
#include "config.h"

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/store/store.h"
#include "tests/unit/record.h"
#include "tests/unit/sql.h"
#include "tests/unit/text_log.h"

static void starts_afresh(const char *words, const char *aside)
{
	struct store *s = open_store();
	LAB_FREE char *kept = lab_xprintf("%s.%s", path, aside);
	struct lab_error e = {0};

	ck_assert_msg(store_note(s) && strstr(store_note(s), words), "%s",
		store_note(s) ? store_note(s) : "no note");
	ck_assert_msg(path_exists(kept), "%s is not there: %s", kept, store_note(s));
	ck_assert_uint_eq(standing(s, EX).attempts, 0);
	ck_assert_int_eq(add(s, EX, VERDICT_PASS, 3, "int a;\n", &e), 0);
	store_close(s);
	s = open_store();
	ck_assert_ptr_null(store_note(s));
	ck_assert_uint_eq(standing(s, EX).attempts, 1);
	store_close(s);
}

START_TEST(what_is_no_database_is_kept_aside)
{
	static const char text[] = "these are not the bytes that you are looking for\n";
	LAB_FREE char *kept = NULL;
	BUF_SCOPED bytes = BUF_INIT;
	struct lab_error e = {0};

	begin();
	ck_assert_int_eq(file_write(path, text, strlen(text), 0644, &e), 0);
	starts_afresh("damaged", "damaged-1");
	kept = lab_xprintf("%s.damaged-1", path);
	ck_assert_int_eq(file_read(kept, &bytes, 4096, &e), 0);
	ck_assert_str_eq(buf_text(&bytes), text);
	ck_assert_int_eq(file_write(path, text, strlen(text), 0644, &e), 0);
	starts_afresh("damaged", "damaged-2");
	end();
}
END_TEST

START_TEST(another_version_is_kept_aside)
{
	begin();
	store_close(open_store());
	sql_change(path, "PRAGMA user_version = 99");
	starts_afresh("another version of the lab (99", "version-1");
	end();
}
END_TEST

/* A database of whatever other program. */
START_TEST(another_program_s_is_kept_aside)
{
	begin();
	sql_change(path, "CREATE TABLE music (title)");
	starts_afresh("another version of the lab (0", "version-1");
	end();
}
END_TEST

START_TEST(a_torn_file_is_kept_aside)
{
	struct lab_error e = {0};
	struct store *s;
	struct stat st;
	int fd;

	begin();
	s = open_store();
	for (int i = 0; i < 200; i++) {
		LAB_FREE char *source = lab_xprintf("int a%d;\n", i);

		ck_assert_int_eq(add(s, EX, VERDICT_FAIL, 0, source, &e), 0);
	}
	store_close(s);
	ck_assert_int_eq(stat(path, &st), 0);
	fd = open(path, O_WRONLY);
	for (off_t at = 4096; at < st.st_size; at += 4096)
		ck_assert_int_eq(pwrite(fd, "garbage garbage garbage", 23, at), 23);
	close(fd);
	starts_afresh("damaged", "damaged-1");
	end();
}
END_TEST

START_TEST(a_folder_is_kept_aside)
{
	begin();
	ck_assert_int_eq(mkdir(path, 0755), 0);
	starts_afresh("is no file", "no-file-1");
	end();
}
END_TEST

START_TEST(a_lost_column_is_damage)
{
	begin();
	store_close(open_store());
	sql_change(path, "ALTER TABLE attempt DROP COLUMN report");
	starts_afresh("damaged", "damaged-1");
	end();
}
END_TEST

/* Damage where opening does not look, in the middle of work. */
START_TEST(damage_comes_to_light_late)
{
	struct lab_error e = {0};
	struct store *s;
	int root, fd;

	begin();
	s = open_store();
	ck_assert_int_eq(add(s, EX, VERDICT_PASS, 3, "int a;\n", &e), 0);
	store_close(s);
	root = sql_ask(path, "SELECT rootpage FROM sqlite_schema WHERE name = 'attempt'");
	s = open_store();
	ck_assert_ptr_null(store_note(s));
	fd = open(path, O_WRONLY);
	ck_assert_int_eq(pwrite(fd, "garbage garbage", 15, (root - 1) * 4096), 15);
	close(fd);
	ck_assert_msg(add(s, EX, VERDICT_FAIL, 1, "int b;\n", &e) == 0, "%s", e.text);
	ck_assert_msg(store_note(s) && strstr(store_note(s), "damaged-1"), "no note");
	ck_assert_uint_eq(standing(s, EX).attempts, 1);
	ck_assert(!standing(s, EX).passed);
	store_close(s);
	ck_assert_int_eq(sql_ask(path, "SELECT count(*) FROM attempt"), 1);
	end();
}
END_TEST

/* A lock says nothing about what is in the file. */
START_TEST(a_locked_file_stays)
{
	struct lab_error e = {0};
	LAB_FREE char *kept = NULL;
	struct store *s;
	sqlite3 *db;

	begin();
	s = open_store();
	ck_assert_int_eq(add(s, EX, VERDICT_PASS, 3, "int a;\n", &e), 0);
	db = sql_open(path);
	ck_assert_int_eq(sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
	ck_assert_int_eq(add(s, EX, VERDICT_PASS, 3, "int b;\n", &e), -1);
	ck_assert_msg(strstr(e.text, "locked for 5 seconds") != NULL, "%s", e.text);
	sqlite3_close(db);
	ck_assert_int_eq(add(s, EX, VERDICT_PASS, 3, "int b;\n", &e), 0);
	ck_assert_uint_eq(standing(s, EX).attempts, 2);
	ck_assert_ptr_null(store_note(s));
	kept = lab_xprintf("%s.damaged-1", path);
	ck_assert(!path_exists(kept));
	store_close(s);
	end();
}
END_TEST

START_TEST(taken_away_while_open)
{
	struct lab_error e = {0};
	struct store *s;

	begin();
	s = open_store();
	ck_assert_int_eq(add(s, EX, VERDICT_PASS, 3, "int a;\n", &e), 0);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_msg(add(s, EX, VERDICT_FAIL, 1, "int b;\n", &e) == 0, "%s", e.text);
	ck_assert_uint_eq(standing(s, EX).attempts, 1);
	ck_assert(path_is_file(path));
	/* with its folder there is nowhere left */
	ck_assert_int_eq(path_remove_tree(folder, NULL), 0);
	ck_assert_int_eq(add(s, EX, VERDICT_FAIL, 1, "int c;\n", &e), -1);
	ck_assert_int_eq(e.kind, LAB_USAGE);
	ck_assert_ptr_nonnull(strstr(e.text, path));
	store_close(s);
	end();
}
END_TEST

/* Those who find the same damage keep aside that file and nothing else. */
START_TEST(several_find_the_damage)
{
	static const char text[] = "no database\n";
	LAB_FREE char *second = NULL;
	struct lab_error e = {0};
	struct store *s;

	begin();
	ck_assert_int_eq(file_write(path, text, strlen(text), 0644, &e), 0);
	write_at_once();
	s = open_store();
	ck_assert_uint_eq(standing(s, EX).attempts, WRITERS * EACH);
	second = lab_xprintf("%s.damaged-2", path);
	ck_assert(!path_exists(second));
	store_close(s);
	end();
}
END_TEST

int main(void)
{
	return RUN_SUITE("store-damage", what_is_no_database_is_kept_aside,
		another_version_is_kept_aside, another_program_s_is_kept_aside,
		a_torn_file_is_kept_aside, a_folder_is_kept_aside, a_lost_column_is_damage,
		damage_comes_to_light_late, a_locked_file_stays, taken_away_while_open,
		several_find_the_damage);
}
