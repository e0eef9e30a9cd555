/* The gradebook as a file: made, opened, held for one alone, left canonical. Its rows are in
 * gradebook_rows.c. */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/store/gradebook_internal.h"
#include "lab/store/internal.h"

#define APPLICATION_ID 0x69706367 /* "ipcg": what file(1) and we know a gradebook by */

/* The order of these statements, and of the rows by their keys, is the canonical form. */
static const char schema_sql[] =
	"CREATE TABLE submission ("
	"  student TEXT NOT NULL, exercise TEXT NOT NULL, key TEXT, state TEXT, why TEXT,"
	"  time INTEGER NOT NULL, PRIMARY KEY (student, exercise)) WITHOUT ROWID;"
	"CREATE TABLE result ("
	"  key TEXT PRIMARY KEY, exercise TEXT NOT NULL, state TEXT NOT NULL, score REAL NOT NULL,"
	"  max_score REAL NOT NULL, why TEXT) WITHOUT ROWID;"
	"CREATE TABLE report (key TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;";

/* What version 2 has besides. */
static const char people_sql[] =
	"CREATE TABLE person ("
	"  student TEXT PRIMARY KEY, id TEXT, email TEXT, official INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE starter ("
	"  exercise TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (exercise, key)) WITHOUT ROWID;";

/* Every column that is used, in each schema that is looked at. */
static const struct {
	int since; /* version */
	const char *sql;
} columns[] = {
	{1, "SELECT student, exercise, key, state, why, time FROM %s.submission LIMIT 0"},
	{1, "SELECT key, exercise, state, score, max_score, why FROM %s.result LIMIT 0"},
	{1, "SELECT key, json FROM %s.report LIMIT 0"},
	{2, "SELECT student, id, email, official FROM %s.person LIMIT 0"},
	{2, "SELECT exercise, key FROM %s.starter LIMIT 0"},
};

/* ---- errors ---- */

static int fail_at(const struct gradebook *b, const char *path, int code, const char *what,
	struct lab_error *e)
{
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return lab_fail(e, LAB_USAGE,
			"%s: another grading is writing into \"%s\"; wait for it, or name another "
			"folder",
			what, path);
	case SQLITE_FULL:
		return lab_fail(e, LAB_USAGE,
			"%s: no space is left for \"%s\"; what was graded before is kept: make "
			"room, and the same command goes on",
			what, path);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_FORMAT:
		return lab_fail(e, LAB_USAGE,
			"%s: \"%s\" is damaged (%s); put a copy of it in its place, or move it "
			"away and grade afresh",
			what, path, sqlite3_errmsg(b->db));
	case SQLITE_READONLY:
		return lab_fail(e, LAB_USAGE, "%s: \"%s\" cannot be written", what, path);
	case SQLITE_CANTOPEN:
		return lab_fail(e, LAB_USAGE,
			"%s: \"%s\" cannot be opened, or no file be made beside it", what, path);
	default:
		return lab_fail(e, LAB_USAGE, "%s: \"%s\": %s", what, path,
			b->db ? sqlite3_errmsg(b->db) : sqlite3_errstr(code));
	}
}

int gradebook_fail(const struct gradebook *b, int code, const char *what, struct lab_error *e)
{
	return fail_at(b, b->path, code, what, e);
}

/* ---- open ---- */

static int number(struct gradebook *b, const char *sql, const char *schema, int *value)
{
	LAB_FREE char *text = lab_xprintf(sql, schema);
	sqlite3_stmt *stmt;
	int code = store_prepare(b->db, &stmt, text, "");

	if (code != SQLITE_OK)
		return code;
	code = sqlite3_step(stmt);
	*value = sqlite3_column_int(stmt, 0);
	return store_end(stmt, code);
}

static int check_columns(
	struct gradebook *b, const char *schema, const char *path, int version, struct lab_error *e)
{
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		LAB_FREE char *sql = lab_xprintf(columns[i].sql, schema);
		int code = version < columns[i].since ? SQLITE_OK : store_run(b->db, sql, "");

		if (code != SQLITE_OK)
			return fail_at(b, path, code == SQLITE_ERROR ? SQLITE_CORRUPT : code,
				"open the gradebook", e);
	}
	return 0;
}

int gradebook_examine(struct gradebook *b, const char *schema, const char *path, int *version,
	struct lab_error *e)
{
	int id = 0;
	int code = number(b, "PRAGMA %s.application_id", schema, &id);

	*version = 0;
	if (code == SQLITE_OK)
		code = number(b, "PRAGMA %s.user_version", schema, version);
	if (code != SQLITE_OK)
		return fail_at(b, path, code, "open the gradebook", e);
	if (id != APPLICATION_ID)
		return lab_fail(
			e, LAB_USAGE, "\"%s\" is a database, but no gradebook of ipclab", path);
	if (*version > GRADEBOOK_VERSION)
		return lab_fail(e, LAB_USAGE,
			"\"%s\" was written by a newer ipclab (gradebook version %d, this one "
			"knows %d): use that one, or name another folder",
			path, *version, GRADEBOOK_VERSION);
	return check_columns(b, schema, path, *version, e);
}

/* Nobody else opens it from here on. The mode lasts longer than the transaction. */
static int lock(struct gradebook *b)
{
	int code = store_run(b->db, "PRAGMA locking_mode = EXCLUSIVE", "");

	if (code == SQLITE_OK)
		code = store_run(b->db, "BEGIN EXCLUSIVE", "");
	return code == SQLITE_OK ? store_run(b->db, "COMMIT", "") : code;
}

/* A file in WAL mode was not finished: who wrote it was killed. */
static int look_at_mode(struct gradebook *b)
{
	sqlite3_stmt *stmt;
	int code = store_prepare(b->db, &stmt, "PRAGMA journal_mode", "");

	if (code != SQLITE_OK)
		return code;
	code = sqlite3_step(stmt);
	b->writes = strcmp(store_text(stmt, 0), "wal") == 0;
	return store_end(stmt, code);
}

/* What FIRST and then SECOND say, and the marks of this version. */
static int make(struct gradebook *b, const char *first, const char *second)
{
	LAB_FREE char *marks = lab_xprintf("PRAGMA application_id = %d; PRAGMA user_version = %d",
		APPLICATION_ID, GRADEBOOK_VERSION);
	int code = gradebook_will_change(b);

	if (code == SQLITE_OK)
		code = store_run(b->db, "BEGIN IMMEDIATE", "");
	if (code == SQLITE_OK)
		code = sqlite3_exec(b->db, first, NULL, NULL, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_exec(b->db, second, NULL, NULL, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_exec(b->db, marks, NULL, NULL, NULL);
	return code == SQLITE_OK ? store_run(b->db, "COMMIT", "") : code;
}

static int make_tables(struct gradebook *b)
{
	int tables = 0, code = number(b, "SELECT count(*) FROM %s.sqlite_schema", "main", &tables);

	return code != SQLITE_OK || tables ? code : make(b, schema_sql, people_sql);
}

/* An older book becomes one of this version: whoever is in it is in the class. */
static int renew(struct gradebook *b, int version, struct lab_error *e)
{
	int code = SQLITE_OK;

	if (version < GRADEBOOK_VERSION)
		code = make(b, people_sql,
			"INSERT INTO person SELECT DISTINCT student, NULL, NULL, 0 FROM "
			"submission");
	return code == SQLITE_OK ? 0 : gradebook_fail(b, code, "open the gradebook", e);
}

static char *fresh_path(const struct gradebook *b)
{
	return lab_xprintf("%s.new", b->path);
}

static int open_file(struct gradebook *b, struct lab_error *e)
{
	LAB_FREE char *fresh = fresh_path(b);
	int code =
		sqlite3_open_v2(b->path, &b->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);

	if (code == SQLITE_OK) {
		sqlite3_extended_result_codes(b->db, 1);
		sqlite3_exec(b->db, "PRAGMA trusted_schema = OFF", NULL, NULL, NULL);
		code = store_run(b->db, "PRAGMA synchronous = FULL", "");
	}
	if (code == SQLITE_OK)
		code = lock(b);
	if (code == SQLITE_OK) {
		unlink(fresh); /* of one that was killed */
		code = look_at_mode(b);
	}
	if (code == SQLITE_OK)
		code = make_tables(b);
	return code == SQLITE_OK ? 0 : gradebook_fail(b, code, "open the gradebook", e);
}

struct gradebook *gradebook_open(const char *path, struct lab_error *e)
{
	struct gradebook *b = lab_xmalloc(sizeof(*b));
	int version;

	b->path = lab_xstrdup(path);
	if (open_file(b, e) == 0 && gradebook_examine(b, "main", path, &version, e) == 0 &&
		renew(b, version, e) == 0)
		return b;
	gradebook_close(b);
	return NULL;
}

void gradebook_close(struct gradebook *b)
{
	if (!b)
		return;
	sqlite3_close(b->db);
	free(b->path);
	free(b);
}

/* ---- changes ---- */

/* Only reading came before, so that a transaction may be ended and begun again. */
int gradebook_will_change(struct gradebook *b)
{
	int code = SQLITE_OK;

	if (b->writes)
		return SQLITE_OK;
	if (b->transaction)
		code = store_run(b->db, "COMMIT", "");
	if (code == SQLITE_OK)
		code = store_run(b->db, "PRAGMA journal_mode = WAL", "");
	if (code == SQLITE_OK && b->transaction)
		code = store_run(b->db, "BEGIN", "");
	b->writes = code == SQLITE_OK;
	return code;
}

int gradebook_begin(struct gradebook *b, struct lab_error *e)
{
	int code = store_run(b->db, "BEGIN", "");

	b->transaction = code == SQLITE_OK;
	return b->transaction ? 0 : gradebook_fail(b, code, "read the gradebook", e);
}

int gradebook_commit(struct gradebook *b, struct lab_error *e)
{
	int code = store_run(b->db, "COMMIT", "");

	b->transaction = false;
	return code == SQLITE_OK ? 0 : gradebook_fail(b, code, "write the gradebook", e);
}

/* ---- the canonical form ---- */

/* What nobody refers to goes; the log becomes part of the file, which is then all there is. */
static int settle(struct gradebook *b)
{
	int code = store_run(b->db,
		"DELETE FROM result WHERE key NOT IN"
		" (SELECT key FROM submission WHERE key IS NOT NULL)",
		"");

	if (code == SQLITE_OK)
		code = store_run(
			b->db, "DELETE FROM report WHERE key NOT IN (SELECT key FROM result)", "");
	return code == SQLITE_OK ? store_run(b->db, "PRAGMA wal_checkpoint(TRUNCATE)", "") : code;
}

static int sync_folder(const char *path)
{
	LAB_FREE char *dir = lab_xstrdup(path);
	char *slash = strrchr(dir, '/');
	FD_SCOPED fd = -1;

	if (slash)
		*slash = '\0';
	fd = open(slash ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -1 : fsync(fd);
}

/* The rows in order of their keys, in a file that has never had others, on the disk. */
static int write_anew(struct gradebook *b, const char *fresh, struct lab_error *e)
{
	int code = store_run(b->db, "PRAGMA schema_version = 1", ""); /* VACUUM counts on */
	FD_SCOPED fd = -1;

	if (code == SQLITE_OK)
		code = store_run(b->db, "VACUUM INTO ?1", "t", fresh);
	if (code != SQLITE_OK)
		return gradebook_fail(b, code, "write the gradebook anew", e);
	fd = open(fresh, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0)
		return lab_fail_errno(e, LAB_USAGE, "fsync \"%s\"", fresh);
	return 0;
}

/* Until the fresh file takes its place the old one stands, complete, and in WAL mode: whoever opens
 * it then knows that it was not finished. A log that was left would be taken for the fresh one's.
 */
static int replace(struct gradebook *b, const char *fresh, struct lab_error *e)
{
	LAB_FREE char *log = lab_xprintf("%s-wal", b->path);

	sqlite3_close(b->db);
	b->db = NULL;
	if (path_exists(log))
		return lab_fail(e, LAB_USAGE, "close the gradebook: \"%s\" is left", log);
	if (rename(fresh, b->path) < 0)
		return lab_fail_errno(e, LAB_USAGE, "rename \"%s\" to \"%s\"", fresh, b->path);
	if (sync_folder(b->path) < 0)
		return lab_fail_errno(e, LAB_USAGE, "fsync the folder of \"%s\"", b->path);
	return 0;
}

int gradebook_finish(struct gradebook *b, struct lab_error *e)
{
	LAB_FREE char *fresh = fresh_path(b);
	int code, status = 0;

	if (b->writes) {
		code = settle(b);
		status = code == SQLITE_OK ? write_anew(b, fresh, e)
					   : gradebook_fail(b, code, "write the gradebook", e);
		if (status == 0)
			status = replace(b, fresh, e);
	}
	if (status < 0)
		unlink(fresh);
	gradebook_close(b);
	return status;
}
