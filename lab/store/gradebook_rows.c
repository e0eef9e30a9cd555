/* The gradebook's rows: what was handed in, what came of it, and the union of two books. Nothing
 * here knows how a file is opened. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/path.h"
#include "lab/store/gradebook_internal.h"
#include "lab/store/internal.h"

static const char *text_or_null(sqlite3_stmt *stmt, int column)
{
	return (const char *)sqlite3_column_text(stmt, column);
}

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* ---- what was handed in ---- */

static int is_known(struct gradebook *b, const struct gradebook_submission *s, bool *known)
{
	sqlite3_stmt *stmt;
	int code = store_prepare(b->db, &stmt,
		"SELECT key, state, why, time FROM submission WHERE student = ?1 AND exercise = ?2",
		"tt", s->student, s->exercise);

	*known = false;
	if (code != SQLITE_OK)
		return code;
	code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		*known = same(s->key, text_or_null(stmt, 0)) &&
			 same(s->state, text_or_null(stmt, 1)) &&
			 same(s->why, text_or_null(stmt, 2)) &&
			 s->time == sqlite3_column_int64(stmt, 3);
	return store_end(stmt, code);
}

int gradebook_hand_in(
	struct gradebook *b, const struct gradebook_submission *s, struct lab_error *e)
{
	bool known;
	int code = is_known(b, s, &known);

	if (code == SQLITE_OK && known)
		return 0;
	if (code == SQLITE_OK)
		code = gradebook_will_change(b);
	if (code == SQLITE_OK)
		code = store_run(b->db,
			"INSERT OR REPLACE INTO submission (student, exercise, key, state, why,"
			" time) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
			"ttttti", s->student, s->exercise, s->key, s->state, s->why, s->time);
	return code == SQLITE_OK ? 0 : gradebook_fail(b, code, "record what was handed in", e);
}

/* ---- results ---- */

static int enter_rows(struct gradebook *b, const struct gradebook_result *r)
{
	int code = store_run(b->db,
		"INSERT OR REPLACE INTO result (key, exercise, state, score, max_score, why)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
		"tttddt", r->key, r->exercise, r->state, r->score, r->max_score, r->why);

	if (code != SQLITE_OK)
		return code;
	return r->report ? store_run(b->db,
				   "INSERT OR REPLACE INTO report (key, json) VALUES (?1, ?2)",
				   "tt", r->key, r->report)
			 : store_run(b->db, "DELETE FROM report WHERE key = ?1", "t", r->key);
}

int gradebook_enter(struct gradebook *b, const struct gradebook_result *r, struct lab_error *e)
{
	int code = gradebook_will_change(b);

	if (code == SQLITE_OK)
		code = store_run(b->db, "SAVEPOINT result", "");
	if (code == SQLITE_OK)
		code = enter_rows(b, r);
	if (code == SQLITE_OK)
		code = store_run(b->db, "RELEASE result", "");
	if (code == SQLITE_OK)
		return 0;
	gradebook_fail(b, code, "record a result", e);
	if (!sqlite3_get_autocommit(b->db) && !b->transaction)
		store_run(b->db, "ROLLBACK", "");
	return -1;
}

int gradebook_mark(
	struct gradebook *b, const char *key, struct gradebook_mark *out, struct lab_error *e)
{
	sqlite3_stmt *stmt;
	int code = store_prepare(b->db, &stmt,
		"SELECT state, score, max_score FROM result WHERE key = ?1", "t", key);

	*out = (struct gradebook_mark){0};
	if (code == SQLITE_OK) {
		code = sqlite3_step(stmt);
		if (code == SQLITE_ROW) {
			snprintf(out->state, sizeof(out->state), "%s", store_text(stmt, 0));
			out->score = sqlite3_column_double(stmt, 1);
			out->max_score = sqlite3_column_double(stmt, 2);
		}
		code = store_end(stmt, code);
	}
	return code == SQLITE_OK ? 0 : gradebook_fail(b, code, "read a result", e);
}

int gradebook_read(
	struct gradebook *b, const char *key, char **why, char **report, struct lab_error *e)
{
	sqlite3_stmt *stmt;
	int code = store_prepare(b->db, &stmt,
		"SELECT why, json FROM result LEFT JOIN report USING (key) WHERE key = ?1", "t",
		key);

	*why = *report = NULL;
	if (code == SQLITE_OK) {
		code = sqlite3_step(stmt);
		if (code == SQLITE_ROW) {
			*why = lab_xstrdup(text_or_null(stmt, 0));
			*report = lab_xstrdup(text_or_null(stmt, 1));
		}
		code = store_end(stmt, code);
	}
	return code == SQLITE_OK ? 0 : gradebook_fail(b, code, "read a result", e);
}

/* ---- all of it ---- */

static int hand_out(sqlite3_stmt *stmt, gradebook_each *each, void *context, struct lab_error *e)
{
	struct gradebook_submission s = {
		.student = store_text(stmt, 0),
		.exercise = store_text(stmt, 1),
		.key = text_or_null(stmt, 2),
		.state = text_or_null(stmt, 3),
		.why = text_or_null(stmt, 4),
		.time = sqlite3_column_int64(stmt, 5),
	};
	struct gradebook_result r = {
		.key = s.key,
		.exercise = s.exercise,
		.state = text_or_null(stmt, 6),
		.score = sqlite3_column_double(stmt, 7),
		.max_score = sqlite3_column_double(stmt, 8),
		.why = text_or_null(stmt, 9),
	};

	return each(context, &s, &r, e);
}

int gradebook_walk(struct gradebook *b, gradebook_each *each, void *context, struct lab_error *e)
{
	sqlite3_stmt *stmt;
	int code = store_prepare(b->db, &stmt,
		"SELECT s.student, s.exercise, s.key, s.state, s.why, s.time,"
		" r.state, r.score, r.max_score, r.why"
		" FROM submission s LEFT JOIN result r USING (key) ORDER BY s.student, s.exercise",
		"");
	int answer = 0;

	while (code == SQLITE_OK && answer >= 0) {
		code = sqlite3_step(stmt);
		if (code != SQLITE_ROW)
			break;
		answer = hand_out(stmt, each, context, e);
		code = SQLITE_OK;
	}
	code = store_end(stmt, code);
	if (code != SQLITE_OK)
		return gradebook_fail(b, code, "read the gradebook", e);
	return answer < 0 ? answer : 0;
}

/* ---- the union of two ---- */

/* What two books cannot both be right about: student, exercise. */
static const struct conflict {
	const char *sql, *sentence;
} conflicts[] = {
	{"SELECT a.student, a.exercise FROM main.submission a"
	 " JOIN other.submission b USING (student, exercise)"
	 " WHERE a.key <> b.key ORDER BY 1, 2 LIMIT 1",
		"was graded from other files, or with another exercise, engine, compiler or "
		"isolation, than in the books before it"},
	{"SELECT s.student, s.exercise FROM main.result a JOIN other.result b USING (key)"
	 " JOIN other.submission s ON s.key = a.key"
	 " WHERE a.state <> 'broken' AND b.state <> 'broken'"
	 " AND (a.state <> b.state OR a.score <> b.score OR a.max_score <> b.max_score)"
	 " ORDER BY 1, 2 LIMIT 1",
		"has another result than in the books before it, of the same work"},
};

/* Reports first: which of them are wanted is seen by the results that are still missing. */
static const char *const unions[] = {
	"INSERT OR REPLACE INTO main.report SELECT key, json FROM other.report"
	" WHERE key NOT IN (SELECT key FROM main.result WHERE state <> 'broken')",
	"INSERT INTO main.result SELECT key, exercise, state, score, max_score, why"
	" FROM other.result WHERE true ON CONFLICT (key) DO UPDATE SET state = excluded.state,"
	" score = excluded.score, max_score = excluded.max_score, why = excluded.why"
	" WHERE result.state = 'broken'",
	"INSERT INTO main.submission SELECT student, exercise, key, state, why, time"
	" FROM other.submission WHERE true ON CONFLICT (student, exercise) DO UPDATE"
	" SET key = excluded.key, state = excluded.state, why = excluded.why,"
	" time = excluded.time WHERE submission.key IS NULL AND excluded.key IS NOT NULL",
};

static int check_conflicts(struct gradebook *b, const char *path, struct lab_error *e)
{
	for (size_t i = 0; i < sizeof(conflicts) / sizeof(conflicts[0]); i++) {
		sqlite3_stmt *stmt;
		int code = store_prepare(b->db, &stmt, conflicts[i].sql, "");

		if (code == SQLITE_OK && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
			lab_fail(e, LAB_USAGE, "merge: \"%s\": %s of student \"%s\" %s", path,
				store_text(stmt, 1), store_text(stmt, 0), conflicts[i].sentence);
			sqlite3_finalize(stmt);
			return -1;
		}
		code = store_end(stmt, code);
		if (code != SQLITE_OK)
			return gradebook_fail(b, code, "merge", e);
	}
	return 0;
}

static int unite(struct gradebook *b, const char *path, struct lab_error *e)
{
	int code;

	if (gradebook_examine(b, "other", path, e) < 0 || check_conflicts(b, path, e) < 0)
		return -1;
	code = store_run(b->db, "BEGIN IMMEDIATE", "");
	for (size_t i = 0; i < sizeof(unions) / sizeof(unions[0]) && code == SQLITE_OK; i++)
		code = store_run(b->db, unions[i], "");
	if (code == SQLITE_OK)
		code = store_run(b->db, "COMMIT", "");
	if (code == SQLITE_OK)
		return 0;
	gradebook_fail(b, code, "merge", e);
	if (!sqlite3_get_autocommit(b->db))
		store_run(b->db, "ROLLBACK", "");
	return -1;
}

int gradebook_merge(struct gradebook *b, const char *path, struct lab_error *e)
{
	int code, status;

	if (!path_is_file(path)) /* SQLite would make one */
		return lab_fail(e, LAB_USAGE, "merge: there is no gradebook \"%s\"", path);
	code = gradebook_will_change(b);
	if (code == SQLITE_OK)
		code = store_run(b->db, "ATTACH ?1 AS other", "t", path);
	if (code != SQLITE_OK)
		return lab_fail(
			e, LAB_USAGE, "merge: open \"%s\": %s", path, sqlite3_errmsg(b->db));
	status = unite(b, path, e);
	store_run(b->db, "DETACH other", "");
	return status;
}
