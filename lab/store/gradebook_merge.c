/* The union of two gradebooks, and what keeps them from having one. */
#include "config.h"

#include <stdlib.h>

#include "lab/base/path.h"
#include "lab/store/gradebook_internal.h"
#include "lab/store/internal.h"

/* What two books cannot both be right about: student, exercise or nothing. */
static const struct conflict {
	int since; /* the version of a book that can know of it */
	const char *sql, *sentence;
} conflicts[] = {
	{1,
		"SELECT a.student, a.exercise FROM main.submission a"
		" JOIN other.submission b USING (student, exercise)"
		" WHERE a.key <> b.key ORDER BY 1, 2 LIMIT 1",
		"was graded from other files, or with another exercise, engine, compiler or "
		"isolation, than in the books before it"},
	{1,
		"SELECT s.student, s.exercise FROM main.result a JOIN other.result b USING (key)"
		" JOIN other.submission s ON s.key = a.key"
		" WHERE a.state <> 'broken' AND b.state <> 'broken'"
		" AND (a.state <> b.state OR a.score <> b.score OR a.max_score <> b.max_score)"
		" ORDER BY 1, 2 LIMIT 1",
		"has another result than in the books before it, of the same work"},
	{2,
		"SELECT a.student, NULL FROM main.person a JOIN other.person b USING (student)"
		" WHERE (a.id IS NOT b.id OR a.email IS NOT b.email OR a.official <> b.official)"
		" AND coalesce(a.id, a.email) NOT NULL AND coalesce(b.id, b.email) NOT NULL"
		" ORDER BY 1 LIMIT 1",
		"has another id or e-mail address than in the books before it: grade all parts "
		"with the same roster"},
};

/* Reports first: which of them are wanted is seen by the results that are still missing. */
static const struct part {
	int since, until; /* the versions of books that it is for; 0: all that come */
	const char *sql;
} unions[] = {
	{1, 0,
		"INSERT OR REPLACE INTO main.report SELECT key, json FROM other.report"
		" WHERE key NOT IN (SELECT key FROM main.result WHERE state <> 'broken')"},
	{1, 0,
		"INSERT INTO main.result SELECT key, exercise, state, score, max_score, why"
		" FROM other.result WHERE true ON CONFLICT (key) DO UPDATE SET state = "
		"excluded.state,"
		" score = excluded.score, max_score = excluded.max_score, why = excluded.why"
		" WHERE result.state = 'broken'"},
	{1, 0,
		"INSERT INTO main.submission SELECT student, exercise, key, state, why, time"
		" FROM other.submission WHERE true ON CONFLICT (student, exercise) DO UPDATE"
		" SET key = excluded.key, state = excluded.state, why = excluded.why,"
		" time = excluded.time WHERE submission.key IS NULL AND excluded.key IS NOT NULL"},
	{1, 1,
		"INSERT OR IGNORE INTO main.person SELECT DISTINCT student, NULL, NULL, 0"
		" FROM other.submission"},
	{2, 0,
		"INSERT INTO main.person SELECT student, id, email, official FROM other.person"
		" WHERE true ON CONFLICT (student) DO UPDATE SET id = excluded.id, email = "
		"excluded.email,"
		" official = excluded.official WHERE coalesce(person.id, person.email) IS NULL"},
	{2, 0, "INSERT OR IGNORE INTO main.starter SELECT exercise, key FROM other.starter"},
};

static int tell_conflict(
	const struct conflict *conflict, sqlite3_stmt *stmt, const char *path, struct lab_error *e)
{
	const char *exercise = (const char *)sqlite3_column_text(stmt, 1);

	return lab_fail(e, LAB_USAGE, "merge: \"%s\": %s%sstudent \"%s\" %s", path,
		exercise ? exercise : "", exercise ? " of " : "", store_text(stmt, 0),
		conflict->sentence);
}

static int check_conflicts(struct gradebook *b, int version, const char *path, struct lab_error *e)
{
	for (size_t i = 0; i < sizeof(conflicts) / sizeof(conflicts[0]); i++) {
		sqlite3_stmt *stmt;
		int code;

		if (version < conflicts[i].since)
			continue;
		code = store_prepare(b->db, &stmt, conflicts[i].sql, "");
		if (code == SQLITE_OK && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
			tell_conflict(&conflicts[i], stmt, path, e);
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
	int code, version;

	if (gradebook_examine(b, "other", path, &version, e) < 0 ||
		check_conflicts(b, version, path, e) < 0)
		return -1;
	code = store_run(b->db, "BEGIN IMMEDIATE", "");
	for (size_t i = 0; i < sizeof(unions) / sizeof(unions[0]) && code == SQLITE_OK; i++)
		if (version >= unions[i].since && (!unions[i].until || version <= unions[i].until))
			code = store_run(b->db, unions[i].sql, "");
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
