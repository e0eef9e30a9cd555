/* What was tried, and how exercises stand by it. Nothing here knows how a file is opened. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lab/base/buf.h"
#include "lab/base/sha256.h"
#include "lab/store/internal.h"

/* ---- attempts ---- */

static int add_row(sqlite3 *db, const struct store_attempt *a)
{
	return store_run(db,
		"INSERT INTO attempt (time, exercise, verdict, score, max_score, report)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
		"ittddt", a->time ? a->time : (int64_t)time(NULL), a->exercise,
		verdict_name(a->verdict), a->score, a->max_score, a->report);
}

static void sum_of(const struct store_file *file, char sum[SHA256_HEX])
{
	struct sha256 sha;

	sha256_init(&sha);
	sha256_add(&sha, file->len ? file->bytes : "", file->len);
	sha256_hex(&sha, sum);
}

/* Students save often and change little: equal bytes are kept once. */
static int add_file(sqlite3 *db, int64_t attempt, const struct store_file *file)
{
	char sum[SHA256_HEX];
	int code;

	sum_of(file, sum);
	code = store_run(db, "INSERT OR IGNORE INTO source VALUES (?1, ?2)", "tb", sum, file);
	if (code != SQLITE_OK)
		return code;
	return store_run(db, "INSERT INTO attempt_file VALUES (?1, ?2, ?3)", "itt", attempt,
		file->name, sum);
}

/* `broken` is the lab's fault: it is kept, and changes nothing else. */
static int add_to_standing(sqlite3 *db, const struct store_attempt *a)
{
	bool counts = a->verdict != VERDICT_BROKEN;

	return store_run(db,
		"INSERT INTO standing (exercise, attempts, passed, last, best)"
		" VALUES (?1, ?2, ?3, ?4, ?5)"
		" ON CONFLICT (exercise) DO UPDATE SET attempts = attempts + excluded.attempts,"
		"  passed = max(passed, excluded.passed), last = excluded.last,"
		"  best = max(best, excluded.best)",
		"tiitd", a->exercise, (int64_t)counts, (int64_t)(a->verdict == VERDICT_PASS),
		verdict_name(a->verdict), counts ? a->score : 0.0);
}

static int add_attempt(sqlite3 *db, void *context)
{
	const struct store_attempt *a = context;
	int code = add_row(db, a);
	int64_t id = sqlite3_last_insert_rowid(db);

	for (size_t i = 0; i < a->file_count && code == SQLITE_OK; i++)
		code = add_file(db, id, &a->files[i]);
	return code == SQLITE_OK ? add_to_standing(db, a) : code;
}

int store_add_attempt(struct store *s, const struct store_attempt *a, struct lab_error *e)
{
	struct store_attempt copy = *a;

	return store_transact(s, STORE_WRITES, "record the attempt", add_attempt, &copy, e);
}

/* ---- the latest one ---- */

struct latest {
	const char *exercise;
	const struct store_file *files;
	size_t count;
	char *report; /* out */
	int64_t id;
	bool same; /* out */
};

static int read_report(sqlite3 *db, struct latest *l)
{
	sqlite3_stmt *stmt;
	int code = store_prepare(db, &stmt,
		"SELECT id, report FROM attempt WHERE exercise = ?1 ORDER BY id DESC LIMIT 1", "t",
		l->exercise);

	if (code != SQLITE_OK)
		return code;
	code = sqlite3_step(stmt);
	if (code == SQLITE_ROW) {
		l->id = sqlite3_column_int64(stmt, 0);
		l->report = lab_xstrdup(store_text(stmt, 1));
	}
	return store_end(stmt, code);
}

/* Is file NAME, of the latest attempt, among those of now, with the same bytes? */
static bool is_there(const struct latest *l, const char *name, const char *sum)
{
	char now[SHA256_HEX];

	for (size_t i = 0; i < l->count; i++)
		if (strcmp(l->files[i].name, name) == 0) {
			sum_of(&l->files[i], now);
			return strcmp(now, sum) == 0;
		}
	return false;
}

static int compare_files(sqlite3 *db, struct latest *l)
{
	sqlite3_stmt *stmt;
	size_t found = 0;
	int code = store_prepare(
		db, &stmt, "SELECT name, sum FROM attempt_file WHERE attempt = ?1", "i", l->id);

	if (code != SQLITE_OK)
		return code;
	l->same = true;
	while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
		found++;
		l->same &= is_there(l, store_text(stmt, 0), store_text(stmt, 1));
	}
	l->same &= found == l->count;
	return store_end(stmt, code);
}

static int read_latest(sqlite3 *db, void *context)
{
	struct latest *l = context;
	int code;

	free(l->report);
	l->report = NULL;
	code = read_report(db, l);
	return code == SQLITE_OK && l->report ? compare_files(db, l) : code;
}

char *store_last_report(struct store *s, const char *exercise, const struct store_file *files,
	size_t count, bool *same)
{
	struct latest l = {.exercise = exercise, .files = files, .count = count};

	*same = false;
	if (store_transact(s, STORE_READS, "read the last verdict", read_latest, &l, NULL) < 0) {
		free(l.report);
		return NULL;
	}
	*same = l.same;
	return l.report;
}

/* ---- any one ---- */

static int look_for_files(sqlite3 *db, void *context)
{
	struct latest *l = context;
	sqlite3_stmt *stmt;
	int code = store_prepare(db, &stmt,
		"SELECT id FROM attempt WHERE exercise = ?1 ORDER BY id DESC", "t", l->exercise);
	int end = SQLITE_OK;

	l->same = false;
	if (code != SQLITE_OK)
		return code;
	while (!l->same && end == SQLITE_OK && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
		l->id = sqlite3_column_int64(stmt, 0);
		end = compare_files(db, l);
	}
	code = store_end(stmt, code);
	return end == SQLITE_OK ? code : end;
}

bool store_keeps(
	struct store *s, const char *exercise, const struct store_file *files, size_t count)
{
	struct latest l = {.exercise = exercise, .files = files, .count = count};

	return store_transact(s, STORE_READS, "look for your files", look_for_files, &l, NULL) ==
		       0 &&
	       l.same;
}

/* ---- standings ---- */

struct standing {
	const char *exercise;
	struct store_standing *out;
};

/* A verdict that no version of ours wrote is damage. */
static int read_row(sqlite3_stmt *stmt, struct store_standing *out)
{
	const char *last = store_text(stmt, 2);

	*out = (struct store_standing){
		.attempts = (uint64_t)sqlite3_column_int64(stmt, 0),
		.passed = sqlite3_column_int(stmt, 1) != 0,
		.last = VERDICT_FAIL,
		.best = sqlite3_column_double(stmt, 3),
		.hints = (unsigned)sqlite3_column_int(stmt, 4),
	};
	return *last && !verdict_from_name(last, &out->last) ? SQLITE_CORRUPT : SQLITE_ROW;
}

static int read_standing(sqlite3 *db, void *context)
{
	const struct standing *standing = context;
	sqlite3_stmt *stmt;
	int code = store_prepare(db, &stmt,
		"SELECT attempts, passed, last, best, hints FROM standing WHERE exercise = ?1", "t",
		standing->exercise);

	*standing->out = (struct store_standing){.last = VERDICT_FAIL};
	if (code != SQLITE_OK)
		return code;
	code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		code = read_row(stmt, standing->out);
	return store_end(stmt, code);
}

int store_standing(
	struct store *s, const char *exercise, struct store_standing *out, struct lab_error *e)
{
	struct standing standing = {exercise, out};

	return store_transact(s, STORE_READS, "read your progress", read_standing, &standing, e);
}

/* ---- hints and the last exercise ---- */

struct hints {
	const char *exercise;
	unsigned shown;
};

static int set_hints(sqlite3 *db, void *context)
{
	const struct hints *h = context;

	return store_run(db,
		"INSERT INTO standing (exercise, hints) VALUES (?1, ?2)"
		" ON CONFLICT (exercise) DO UPDATE SET hints = max(hints, excluded.hints)",
		"ti", h->exercise, (int64_t)h->shown);
}

int store_set_hints(struct store *s, const char *exercise, unsigned hints, struct lab_error *e)
{
	struct hints h = {exercise, hints};

	return store_transact(s, STORE_WRITES, "record the hint", set_hints, &h, e);
}

static int read_last(sqlite3 *db, void *context)
{
	char **last = context;
	sqlite3_stmt *stmt;
	int code = store_prepare(db, &stmt, "SELECT value FROM setting WHERE name = 'last'", "");

	if (code != SQLITE_OK)
		return code;
	code = sqlite3_step(stmt);
	free(*last);
	*last = code == SQLITE_ROW ? lab_xstrdup(store_text(stmt, 0)) : NULL;
	return store_end(stmt, code);
}

char *store_last(struct store *s)
{
	char *last = NULL;

	if (store_transact(s, STORE_READS, "read the last exercise", read_last, &last, NULL) == 0)
		return last;
	free(last);
	return NULL;
}

static int set_last(sqlite3 *db, void *context)
{
	return store_run(db, "INSERT OR REPLACE INTO setting VALUES ('last', ?1)", "t",
		*(const char **)context);
}

int store_set_last(struct store *s, const char *exercise, struct lab_error *e)
{
	return store_transact(s, STORE_WRITES, "record the last exercise", set_last, &exercise, e);
}
