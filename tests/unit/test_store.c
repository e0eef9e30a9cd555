/*
 * The store: what is kept is there again, also after a crash in the middle and beside another
 * writer; what cannot be read is kept aside, and said.
 */
#include "config.h"

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/store/store.h"
#include "tests/unit/text_log.h"

#define EX "04-pipes/02-eof-or-hang"

static char *folder, *path;

static void begin(void)
{
	struct lab_error e = {0};

	folder = path_make_temporary("test-store", &e);
	ck_assert_msg(folder != NULL, "%s", e.text);
	path = path_join(folder, "progress.db");
}

static void end(void)
{
	path_remove_tree(folder, NULL);
	free(folder);
	free(path);
}

static struct store *open_store(void)
{
	struct lab_error e = {0};
	struct store *s = store_open(path, &e);

	ck_assert_msg(s != NULL, "%s", e.text);
	return s;
}

static int add(struct store *s, const char *exercise, enum verdict verdict, double score,
	const char *source, struct lab_error *e)
{
	struct store_file files[] = {{"count.c", source, strlen(source)}, {"empty.h", NULL, 0}};

	return store_add_attempt(s,
		&(struct store_attempt){.exercise = exercise,
			.verdict = verdict,
			.score = score,
			.max_score = 3,
			.report = "{}",
			.files = files,
			.file_count = 2},
		e);
}

static struct store_standing standing(struct store *s, const char *exercise)
{
	struct store_standing out;
	struct lab_error e = {0};

	ck_assert_msg(store_standing(s, exercise, &out, &e) == 0, "%s", e.text);
	return out;
}

/* The number that SQL gives on the file itself. */
static int ask(const char *sql)
{
	sqlite3 *db;
	sqlite3_stmt *statement;
	int n;

	ck_assert_int_eq(
		sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL),
		SQLITE_OK);
	ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
	n = sqlite3_column_int(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return n;
}

static void change(const char *sql)
{
	sqlite3 *db;

	ck_assert_int_eq(
		sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL),
		SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

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
	ck_assert_int_eq(ask("SELECT count(*) FROM attempt"), 3);
	ck_assert_int_eq(ask("SELECT count(*) FROM attempt_file"), 6);
	ck_assert_int_eq(ask("SELECT count(*) FROM source"), 3); /* each once */
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
	change("UPDATE attempt SET verdict = 'perhaps'");
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
	change("UPDATE attempt SET report = '{\"n\": ' || id || '}'");
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
	change("UPDATE attempt SET time = 9000000000");
	ck_assert_int_eq(add(s, EX, VERDICT_PASS, 3, "int b;\n", &e), 0);
	change("UPDATE attempt SET report = '{\"n\": ' || id || '}'");
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

enum { WRITERS = 4, EACH = 25 };

static void write_many(void)
{
	struct lab_error e = {0};
	struct store *s = store_open(path, &e);

	for (int i = 0; s && i < EACH; i++) {
		LAB_FREE char *source = lab_xprintf("int a%d_%d;\n", (int)getpid(), i);

		if (add(s, EX, VERDICT_FAIL, i, source, &e) < 0)
			_exit(1);
	}
	store_close(s);
	_exit(s == NULL);
}

/* They also race for making the file. */
START_TEST(several_write_at_once)
{
	pid_t pids[WRITERS];
	int status;

	begin();
	for (int i = 0; i < WRITERS; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			write_many();
	}
	for (int i = 0; i < WRITERS; i++) {
		ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
		ck_assert_int_eq(status, 0);
	}

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
		ck_assert_int_eq(ask("SELECT count(*) FROM attempt"), (int)kept);
	}
	end();
}
END_TEST

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
	change("PRAGMA user_version = 99");
	starts_afresh("another version of the lab (99", "version-1");
	end();
}
END_TEST

/* A database of whatever other program. */
START_TEST(another_program_s_is_kept_aside)
{
	begin();
	change("CREATE TABLE music (title)");
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
	change("ALTER TABLE attempt DROP COLUMN report");
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
	root = ask("SELECT rootpage FROM sqlite_schema WHERE name = 'attempt'");
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
	ck_assert_int_eq(ask("SELECT count(*) FROM attempt"), 1);
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
	ck_assert_int_eq(
		sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL),
		SQLITE_OK);
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
	pid_t pids[WRITERS];
	struct lab_error e = {0};
	struct store *s;
	int status;

	begin();
	ck_assert_int_eq(file_write(path, text, strlen(text), 0644, &e), 0);
	for (int i = 0; i < WRITERS; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			write_many();
	}
	for (int i = 0; i < WRITERS; i++) {
		ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
		ck_assert_int_eq(status, 0);
	}
	s = open_store();
	ck_assert_uint_eq(standing(s, EX).attempts, WRITERS * EACH);
	second = lab_xprintf("%s.damaged-2", path);
	ck_assert(!path_exists(second));
	store_close(s);
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
		killed_in_the_middle, what_is_no_database_is_kept_aside,
		another_version_is_kept_aside, another_program_s_is_kept_aside,
		a_torn_file_is_kept_aside, a_folder_is_kept_aside, a_lost_column_is_damage,
		damage_comes_to_light_late, a_locked_file_stays, taken_away_while_open,
		several_find_the_damage, what_cannot_be_opened_is_said);
}
