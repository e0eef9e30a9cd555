/*
 * The store: see store.h. The journal is SQLite's default, not WAL: a workspace may lie on a
 * network file system, where shared memory between the readers of a WAL does not work.
 */
#include "config.h"

#include "lab/store/store.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/path.h"
#include "lab/base/sha256.h"

struct store {
	sqlite3 *db;
	char *path, *note;
};

static const char schema[] =
	"CREATE TABLE standing ("
	"  exercise TEXT PRIMARY KEY, attempts INTEGER NOT NULL DEFAULT 0,"
	"  passed INTEGER NOT NULL DEFAULT 0, last TEXT, best REAL NOT NULL DEFAULT 0,"
	"  hints INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;"
	"CREATE TABLE attempt ("
	"  id INTEGER PRIMARY KEY, time INTEGER NOT NULL, exercise TEXT NOT NULL,"
	"  verdict TEXT NOT NULL, score REAL NOT NULL, max_score REAL NOT NULL, report TEXT);"
	"CREATE INDEX attempt_of ON attempt (exercise, id);"
	"CREATE TABLE source (sum TEXT PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE attempt_file ("
	"  attempt INTEGER NOT NULL REFERENCES attempt (id), name TEXT NOT NULL,"
	"  sum TEXT NOT NULL REFERENCES source (sum), PRIMARY KEY (attempt, name)) WITHOUT ROWID;"
	"CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;";

/* ---- SQLite's errors as ours ---- */

static int failed(struct store *s, const char *what, struct lab_error *e)
{
	const char *why = s->db ? sqlite3_errmsg(s->db) : "out of memory";

	return lab_fail(e, LAB_USAGE, "%s \"%s\": %s", what, s->path, why);
}

/* ---- one statement ---- */

static sqlite3_stmt *prepare(struct store *s, const char *sql)
{
	sqlite3_stmt *statement = NULL;

	return sqlite3_prepare_v2(s->db, sql, -1, &statement, NULL) == SQLITE_OK ? statement : NULL;
}

static bool run(struct store *s, const char *sql)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* Steps a statement that gives no row, and ends it. */
static bool finish(sqlite3_stmt *statement)
{
	int result = sqlite3_step(statement);

	return sqlite3_finalize(statement) == SQLITE_OK && result == SQLITE_DONE;
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT);
}

/* The only number that SQL gives, or FALLBACK. */
static int64_t number(struct store *s, const char *sql, int64_t fallback)
{
	sqlite3_stmt *statement = prepare(s, sql);

	if (statement && sqlite3_step(statement) == SQLITE_ROW)
		fallback = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return fallback;
}

/* ---- opening ---- */

static void close_db(struct store *s)
{
	sqlite3_close(s->db);
	s->db = NULL;
}

/* A result other than SQLITE_OK: SQLITE_NOTADB, SQLITE_CORRUPT, or that of the system. */
static int connect(struct store *s)
{
	int result =
		sqlite3_open_v2(s->path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);

	if (result != SQLITE_OK)
		return result;
	sqlite3_busy_timeout(s->db, STORE_BUSY_MS);
	run(s, "PRAGMA foreign_keys = ON");
	run(s, "PRAGMA trusted_schema = OFF");
	/* Reads the first page, and thereby finds out whether this is a database at all. */
	return sqlite3_exec(s->db, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
}

static bool is_whole(struct store *s)
{
	sqlite3_stmt *statement = prepare(s, "PRAGMA quick_check(1)");
	bool whole = statement && sqlite3_step(statement) == SQLITE_ROW &&
		     strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0;

	sqlite3_finalize(statement);
	return whole;
}

static bool make_schema(struct store *s)
{
	LAB_FREE char *version = lab_xprintf("PRAGMA user_version = %d", STORE_VERSION);

	if (!run(s, "BEGIN IMMEDIATE"))
		return false;
	/* Another program may have been faster. */
	if (number(s, "PRAGMA user_version", -1) == STORE_VERSION)
		return run(s, "ROLLBACK");
	if (run(s, schema) && run(s, version) && run(s, "COMMIT"))
		return true;
	run(s, "ROLLBACK");
	return false;
}

/* The first name that is free. NULL: none could be had. */
static char *keep_aside(const char *path, const char *why)
{
	for (int i = 1; i < 1000; i++) {
		char *aside = lab_xprintf("%s.%s-%d", path, why, i);

		/* link(2) never replaces anything, and of two programs that do this one fails. */
		if (link(path, aside) == 0 || (errno != EEXIST && rename(path, aside) == 0)) {
			LAB_FREE char *journal = lab_xprintf("%s-journal", path);
			LAB_FREE char *journal_aside = lab_xprintf("%s-journal", aside);

			rename(journal, journal_aside);
			unlink(path);
			return aside;
		}
		free(aside);
		if (errno == ENOENT)
			break; /* somebody else has done it */
	}
	return NULL;
}

static int set_aside(struct store *s, const char *name, const char *sentence, struct lab_error *e)
{
	char *aside;

	close_db(s);
	aside = keep_aside(s->path, name);
	if (!aside && path_exists(s->path))
		return lab_fail_errno(e, LAB_USAGE, "%s; to keep \"%s\" aside", sentence, s->path);
	free(s->note);
	s->note = lab_xprintf("%s; it is kept as \"%s\", and a fresh one begins", sentence,
		aside ? aside : "(moved by another program)");
	free(aside);
	return 0;
}

/* 0: it can be used; 1: what was there is aside now, try again; -1. */
static int try_open(struct store *s, struct lab_error *e)
{
	int result = connect(s);
	int64_t version;

	if (result == SQLITE_NOTADB || result == SQLITE_CORRUPT)
		return set_aside(s, "damaged",
			       "the record of your progress is damaged (it is no database)", e) < 0
			       ? -1
			       : 1;
	if (result != SQLITE_OK)
		return failed(s, "open", e);
	version = number(s, "PRAGMA user_version", -1);
	if (version == 0 && number(s, "SELECT count(*) FROM sqlite_schema", 1) == 0)
		return make_schema(s) ? 0 : failed(s, "write", e);
	if (version != STORE_VERSION) {
		LAB_FREE char *sentence = lab_xprintf(
			"the record of your progress is of another version of the lab (%lld, this "
			"is %d)",
			(long long)version, STORE_VERSION);

		return set_aside(s, "version", sentence, e) < 0 ? -1 : 1;
	}
	if (!is_whole(s))
		return set_aside(s, "damaged", "the record of your progress is damaged", e) < 0 ? -1
												: 1;
	return 0;
}

struct store *store_open(const char *path, struct lab_error *e)
{
	struct store *s = lab_xmalloc(sizeof(*s));
	int result = 1;

	s->path = lab_xstrdup(path);
	for (int i = 0; i < 3 && result > 0; i++)
		result = try_open(s, e);
	if (result == 0)
		return s;
	if (result > 0)
		lab_fail(e, LAB_USAGE, "\"%s\" changes under our hands", path);
	store_close(s);
	return NULL;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	close_db(s);
	free(s->path);
	free(s->note);
	free(s);
}

const char *store_note(const struct store *s)
{
	return s->note;
}

/* ---- writing ---- */

/* Ends the transaction that was begun: COMMIT if GOOD. */
static int end(struct store *s, bool good, struct lab_error *e)
{
	if (good && run(s, "COMMIT"))
		return 0;
	failed(s, "write", e);
	run(s, "ROLLBACK");
	return -1;
}

static bool add_source(struct store *s, const struct store_file *file, char sum[static SHA256_HEX])
{
	sqlite3_stmt *statement = prepare(s, "INSERT OR IGNORE INTO source VALUES (?1, ?2)");
	struct sha256 sha;

	sha256_init(&sha);
	sha256_add(&sha, file->bytes, file->len);
	sha256_hex(&sha, sum);
	if (!statement)
		return false;
	bind_text(statement, 1, sum);
	sqlite3_bind_blob64(
		statement, 2, file->len ? file->bytes : "", file->len, SQLITE_TRANSIENT);
	return finish(statement);
}

static bool add_files(struct store *s, const struct store_attempt *a, int64_t attempt)
{
	for (size_t i = 0; i < a->file_count; i++) {
		char sum[SHA256_HEX];
		sqlite3_stmt *statement;

		if (!add_source(s, &a->files[i], sum))
			return false;
		statement = prepare(s, "INSERT INTO attempt_file VALUES (?1, ?2, ?3)");
		if (!statement)
			return false;
		sqlite3_bind_int64(statement, 1, attempt);
		bind_text(statement, 2, a->files[i].name);
		bind_text(statement, 3, sum);
		if (!finish(statement))
			return false;
	}
	return true;
}

static bool add_row(struct store *s, const struct store_attempt *a)
{
	sqlite3_stmt *statement =
		prepare(s, "INSERT INTO attempt (time, exercise, verdict, score, max_score, report)"
			   " VALUES (?1, ?2, ?3, ?4, ?5, ?6)");

	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, a->time ? a->time : (int64_t)time(NULL));
	bind_text(statement, 2, a->exercise);
	bind_text(statement, 3, verdict_name(a->verdict));
	sqlite3_bind_double(statement, 4, a->score);
	sqlite3_bind_double(statement, 5, a->max_score);
	bind_text(statement, 6, a->report);
	return finish(statement);
}

/* `broken` is the lab's fault: it is kept, and changes nothing else. */
static bool add_to_standing(struct store *s, const struct store_attempt *a)
{
	sqlite3_stmt *statement = prepare(s,
		"INSERT INTO standing (exercise, attempts, passed, last, best)"
		" VALUES (?1, ?2, ?3, ?4, ?5)"
		" ON CONFLICT (exercise) DO UPDATE SET attempts = attempts + excluded.attempts,"
		"  passed = max(passed, excluded.passed), last = excluded.last,"
		"  best = max(best, excluded.best)");
	bool counts = a->verdict != VERDICT_BROKEN;

	if (!statement)
		return false;
	bind_text(statement, 1, a->exercise);
	sqlite3_bind_int(statement, 2, counts);
	sqlite3_bind_int(statement, 3, a->verdict == VERDICT_PASS);
	bind_text(statement, 4, verdict_name(a->verdict));
	sqlite3_bind_double(statement, 5, counts ? a->score : 0);
	return finish(statement);
}

int store_add_attempt(struct store *s, const struct store_attempt *a, struct lab_error *e)
{
	if (!run(s, "BEGIN IMMEDIATE"))
		return failed(s, "write", e);
	return end(s,
		add_row(s, a) && add_files(s, a, sqlite3_last_insert_rowid(s->db)) &&
			add_to_standing(s, a),
		e);
}

int store_set_hints(struct store *s, const char *exercise, unsigned hints, struct lab_error *e)
{
	sqlite3_stmt *statement = prepare(s,
		"INSERT INTO standing (exercise, hints) VALUES (?1, ?2)"
		" ON CONFLICT (exercise) DO UPDATE SET hints = max(hints, excluded.hints)");

	if (!statement)
		return failed(s, "write", e);
	bind_text(statement, 1, exercise);
	sqlite3_bind_int64(statement, 2, hints);
	return finish(statement) ? 0 : failed(s, "write", e);
}

int store_set_last(struct store *s, const char *exercise, struct lab_error *e)
{
	sqlite3_stmt *statement = prepare(s, "INSERT OR REPLACE INTO setting VALUES ('last', ?1)");

	if (!statement)
		return failed(s, "write", e);
	bind_text(statement, 1, exercise);
	return finish(statement) ? 0 : failed(s, "write", e);
}

/* ---- reading ---- */

int store_standing(
	struct store *s, const char *exercise, struct store_standing *out, struct lab_error *e)
{
	sqlite3_stmt *statement = prepare(
		s, "SELECT attempts, passed, last, best, hints FROM standing WHERE exercise = ?1");
	int result;

	*out = (struct store_standing){.last = VERDICT_FAIL};
	if (!statement)
		return failed(s, "read", e);
	bind_text(statement, 1, exercise);
	result = sqlite3_step(statement);
	if (result == SQLITE_ROW) {
		const char *last = (const char *)sqlite3_column_text(statement, 2);

		out->attempts = (uint64_t)sqlite3_column_int64(statement, 0);
		out->passed = sqlite3_column_int(statement, 1) != 0;
		out->best = sqlite3_column_double(statement, 3);
		out->hints = (unsigned)sqlite3_column_int(statement, 4);
		if (last)
			verdict_from_name(last, &out->last);
	}
	sqlite3_finalize(statement);
	return result == SQLITE_ROW || result == SQLITE_DONE ? 0 : failed(s, "read", e);
}

char *store_last(struct store *s)
{
	sqlite3_stmt *statement = prepare(s, "SELECT value FROM setting WHERE name = 'last'");
	char *last = NULL;

	if (statement && sqlite3_step(statement) == SQLITE_ROW)
		last = lab_xstrdup((const char *)sqlite3_column_text(statement, 0));
	sqlite3_finalize(statement);
	return last;
}
