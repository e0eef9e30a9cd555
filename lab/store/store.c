/*
 * The store's file: found, made, kept aside, and what a transaction is. What stands in it is
 * attempt.c's.
 *
 * The journal is SQLite's default, not WAL: a workspace may lie on a network file system, where
 * shared memory between the readers of a WAL does not work, or where nothing may be written.
 *
 * Only what SQLite calls damage is kept aside. That a file is locked, or the disk full or failing,
 * says nothing about what is in it.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/store/internal.h"

enum { ASIDE_MOST = 1000 };

struct store {
	sqlite3 *db; /* NULL: to be opened again */
	char *path, *note;
	ino_t inode; /* of what is open */
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

/* Every column that is used. The first is small and read whole, so that damage to what a student
 * would miss first is seen at once; of the others only whether they are there. */
static const char *const columns[] = {
	"SELECT exercise, attempts, passed, last, best, hints FROM standing",
	"SELECT id, time, exercise, verdict, score, max_score, report FROM attempt LIMIT 0",
	"SELECT sum, bytes FROM source LIMIT 0",
	"SELECT attempt, name, sum FROM attempt_file LIMIT 0",
	"SELECT name, value FROM setting LIMIT 0",
};

/* ---- SQLite's errors as ours ---- */

static int fail(const struct store *s, sqlite3 *db, int code, const char *what, struct lab_error *e)
{
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return lab_fail(e, LAB_USAGE,
			"%s: another program has kept \"%s\" locked for %d seconds; end it, or "
			"wait for it",
			what, s->path, STORE_BUSY_MS / 1000);
	case SQLITE_FULL:
		return lab_fail(e, LAB_USAGE, "%s: no space is left for \"%s\"", what, s->path);
	case SQLITE_READONLY:
		return lab_fail(e, LAB_USAGE, "%s: \"%s\" cannot be written", what, s->path);
	case SQLITE_CANTOPEN:
		return lab_fail(e, LAB_USAGE,
			"%s: \"%s\" cannot be opened, or no file be made beside it", what, s->path);
	default:
		return lab_fail(e, LAB_USAGE, "%s: \"%s\": %s", what, s->path,
			db ? sqlite3_errmsg(db) : sqlite3_errstr(code));
	}
}

static bool is_damage(int code)
{
	code &= 0xff;
	return code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_FORMAT;
}

/* Why a file is kept aside: how its name goes on, and how that is said. */
struct fault {
	const char *word;
	char sentence[128];
};

static int set_fault(struct fault *f, const char *word, const char *sentence)
{
	f->word = word;
	snprintf(f->sentence, sizeof(f->sentence), "the record of your work %s", sentence);
	return SQLITE_NOTADB;
}

static const struct fault damage = {"damaged", "the record of your work is damaged"};

/* ---- make and open ---- */

static int number(sqlite3 *db, const char *sql, int *value)
{
	sqlite3_stmt *stmt;
	int code = store_prepare(db, &stmt, sql, "");

	if (code != SQLITE_OK)
		return code;
	code = sqlite3_step(stmt);
	*value = sqlite3_column_int(stmt, 0);
	return store_end(stmt, code);
}

static int is_blank(sqlite3 *db, bool *blank)
{
	int version = 0, tables = 0;
	int code = number(db, "PRAGMA user_version", &version);

	if (code == SQLITE_OK)
		code = number(db, "SELECT count(*) FROM sqlite_schema", &tables);
	*blank = version == 0 && tables == 0;
	return code;
}

static int make(sqlite3 *db)
{
	LAB_FREE char *version = lab_xprintf("PRAGMA user_version = %d", STORE_VERSION);
	bool blank = false;
	int code = store_run(db, "BEGIN IMMEDIATE", "");

	if (code != SQLITE_OK)
		return code;
	code = is_blank(db, &blank); /* another program may have been faster */
	if (code == SQLITE_OK && blank)
		code = sqlite3_exec(db, schema, NULL, NULL, NULL);
	if (code == SQLITE_OK && blank)
		code = store_run(db, version, "");
	if (code == SQLITE_OK)
		code = store_run(db, "COMMIT", "");
	if (code != SQLITE_OK && !sqlite3_get_autocommit(db))
		store_run(db, "ROLLBACK", "");
	return code;
}

static int look_at_version(sqlite3 *db, struct fault *fault)
{
	LAB_FREE char *sentence = NULL;
	int version = 0, code = number(db, "PRAGMA user_version", &version);

	if (code != SQLITE_OK || version == STORE_VERSION)
		return code;
	sentence = lab_xprintf(
		"is of another version of the lab (%d, this is %d)", version, STORE_VERSION);
	return set_fault(fault, "version", sentence);
}

static int look_at_columns(sqlite3 *db)
{
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		int code = store_run(db, columns[i], "");

		if (code == SQLITE_ERROR) /* there is no such table, no such column */
			return SQLITE_CORRUPT;
		if (code != SQLITE_OK)
			return code;
	}
	return SQLITE_OK;
}

static int examine(sqlite3 *db, struct fault *fault)
{
	bool blank = false;
	int code;

	sqlite3_busy_timeout(db, STORE_BUSY_MS);
	sqlite3_extended_result_codes(db, 1);
	sqlite3_exec(db, "PRAGMA trusted_schema = OFF", NULL, NULL, NULL);
	code = is_blank(db, &blank);
	if (code == SQLITE_OK && blank)
		code = make(db);
	if (code == SQLITE_OK)
		code = look_at_version(db, fault);
	return code == SQLITE_OK ? look_at_columns(db) : code;
}

/* Opens what is there, or makes it. Where the code is one of damage, FAULT says why it is to be
 * kept aside; for all others E is filled. */
static int open_once(struct store *s, struct fault *fault, struct lab_error *e)
{
	struct stat st;
	int code;

	*fault = damage;
	if (stat(s->path, &st) == 0 && !S_ISREG(st.st_mode))
		return set_fault(fault, "no-file", "is no file");
	code = sqlite3_open_v2(s->path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
	if (code == SQLITE_OK)
		code = examine(s->db, fault);
	if (code == SQLITE_OK) {
		s->inode = stat(s->path, &st) == 0 ? st.st_ino : 0;
		return SQLITE_OK;
	}
	if (!is_damage(code))
		fail(s, s->db, code, "open the record of your work", e);
	sqlite3_close(s->db);
	s->db = NULL;
	return code;
}

/* ---- keep aside ---- */

/* Two that find a file damaged must not keep aside the new one of each other. The lock is advice:
 * where a file system has none, that small risk remains. It has a file of its own, which stays: who
 * removed it would take it from those that wait. */
static int lock_aside(const char *path)
{
	LAB_FREE char *file = lab_xprintf("%s-lock", path);
	int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

	while (fd >= 0 && flock(fd, LOCK_EX) < 0 && errno == EINTR)
		;
	return fd;
}

static int rename_new(const char *from, const char *to)
{
	struct stat st;

	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS) /* not every file system knows the flag */
		return -1;
	if (lstat(to, &st) == 0) {
		errno = EEXIST;
		return -1;
	}
	return rename(from, to);
}

/* To the first name that is free. With its journal, and that first: left alone it would be taken
 * for the new file's. */
static char *move_aside(const struct store *s, const struct fault *fault, struct lab_error *e)
{
	LAB_FREE char *journal = lab_xprintf("%s-journal", s->path);

	for (int n = 1; n < ASIDE_MOST; n++) {
		LAB_FREE char *to = lab_xprintf("%s.%s-%d", s->path, fault->word, n);
		LAB_FREE char *journal_to = lab_xprintf("%s-journal", to);
		struct stat st;

		if (lstat(to, &st) == 0)
			continue;
		if ((rename_new(journal, journal_to) == 0 || errno == ENOENT) &&
			rename_new(s->path, to) == 0)
			return lab_xstrdup(to);
		if (errno == EEXIST)
			continue;
		lab_fail_errno(e, LAB_USAGE, "%s, and cannot be kept aside: rename \"%s\"",
			fault->sentence, s->path);
		return NULL;
	}
	lab_fail(e, LAB_USAGE, "%s, and %d like it lie beside \"%s\" already; remove some",
		fault->sentence, ASIDE_MOST - 1, s->path);
	return NULL;
}

/* Moves what is there aside and begins a new one. */
static int begin_afresh(struct store *s, const struct fault *fault, struct lab_error *e)
{
	LAB_FREE char *aside = move_aside(s, fault, e);
	struct fault again;
	int code;

	if (!aside)
		return -1;
	free(s->note);
	s->note = lab_xprintf(
		"%s; it is kept as \"%s\", and a fresh one begins", fault->sentence, aside);
	code = open_once(s, &again, e);
	if (is_damage(code))
		return lab_fail(e, LAB_USAGE, "%s, and so is the next one: \"%s\"", again.sentence,
			s->path);
	return code == SQLITE_OK ? 0 : -1;
}

/* 0: S->db is open. */
static int open_whole(struct store *s, struct lab_error *e)
{
	FD_SCOPED lock = -1;
	struct fault fault;
	int code = open_once(s, &fault, e);

	if (!is_damage(code))
		return code == SQLITE_OK ? 0 : -1;
	lock = lock_aside(s->path);
	code = open_once(s, &fault, e);
	if (!is_damage(code)) /* another program was faster */
		return code == SQLITE_OK ? 0 : -1;
	return begin_afresh(s, &fault, e);
}

struct store *store_open(const char *path, struct lab_error *e)
{
	struct store *s = lab_xmalloc(sizeof(*s));

	s->path = lab_xstrdup(path);
	if (open_whole(s, e) == 0)
		return s;
	store_close(s);
	return NULL;
}

static void disconnect(struct store *s)
{
	sqlite3_close(s->db);
	s->db = NULL;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	disconnect(s);
	free(s->path);
	free(s->note);
	free(s);
}

const char *store_note(const struct store *s)
{
	return s->note;
}

/* ---- transactions ---- */

static int try_body(struct store *s, enum store_transaction kind, store_body *body, void *context)
{
	int code = store_run(s->db, kind == STORE_WRITES ? "BEGIN IMMEDIATE" : "BEGIN", "");

	if (code == SQLITE_OK)
		code = body(s->db, context);
	return code == SQLITE_OK ? store_run(s->db, "COMMIT", "") : code;
}

/* Damage that opening did not come across. */
static int replace_damaged(struct store *s, struct lab_error *e)
{
	FD_SCOPED lock = lock_aside(s->path);
	struct stat st;

	if (stat(s->path, &st) == 0 && st.st_ino == s->inode)
		return begin_afresh(s, &damage, e);
	fd_close(&lock); /* another program was faster */
	return open_whole(s, e);
}

int store_transact(struct store *s, enum store_transaction kind, const char *what, store_body *body,
	void *context, struct lab_error *e)
{
	for (int n = 0; n < 2; n++) {
		int code;

		if (!s->db && open_whole(s, e) < 0)
			return lab_wrap(e, "%s", what);
		code = try_body(s, kind, body, context);
		if (code == SQLITE_OK)
			return 0;
		fail(s, s->db, code, what, e);
		if (!sqlite3_get_autocommit(s->db))
			store_run(s->db, "ROLLBACK", "");
		if (!is_damage(code) && code != SQLITE_READONLY_DBMOVED)
			return -1;
		disconnect(s);
		if (is_damage(code) && replace_damaged(s, e) < 0)
			return lab_wrap(e, "%s", what);
	}
	return -1;
}
