/* The gradebook's rows: what was handed in, what came of it, who is who. Nothing here knows how a
 * file is opened. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/store/gradebook_internal.h"
#include "lab/store/internal.h"

static const char *text_or_null(sqlite3_stmt *stmt, int column)
{
	return (const char *)sqlite3_column_text(stmt, column);
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
		*known = lab_same_text(s->key, text_or_null(stmt, 0)) &&
			 lab_same_text(s->state, text_or_null(stmt, 1)) &&
			 lab_same_text(s->why, text_or_null(stmt, 2)) &&
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

/* ---- who is who, and what was given out ---- */

static int is_known_person(struct gradebook *b, const struct gradebook_person *p, bool *known)
{
	sqlite3_stmt *stmt;
	int code = store_prepare(b->db, &stmt,
		"SELECT id, email, official FROM person WHERE student = ?1", "t", p->student);

	*known = false;
	if (code != SQLITE_OK)
		return code;
	code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		*known = lab_same_text(p->id, text_or_null(stmt, 0)) &&
			 lab_same_text(p->email, text_or_null(stmt, 1)) &&
			 p->official == (sqlite3_column_int(stmt, 2) != 0);
	return store_end(stmt, code);
}

int gradebook_know(struct gradebook *b, const struct gradebook_person *p, struct lab_error *e)
{
	bool known;
	int code = is_known_person(b, p, &known);

	if (code == SQLITE_OK && known)
		return 0;
	if (code == SQLITE_OK)
		code = gradebook_will_change(b);
	if (code == SQLITE_OK)
		code = store_run(b->db,
			"INSERT OR REPLACE INTO person (student, id, email, official)"
			" VALUES (?1, ?2, ?3, ?4)",
			"ttti", p->student, p->id, p->email, (int64_t)p->official);
	return code == SQLITE_OK ? 0 : gradebook_fail(b, code, "record who is in the class", e);
}

int gradebook_leave(struct gradebook *b, const char *student, struct lab_error *e)
{
	int code = gradebook_will_change(b);

	if (code == SQLITE_OK)
		code = store_run(b->db, "DELETE FROM person WHERE student = ?1", "t", student);
	return code == SQLITE_OK ? 0 : gradebook_fail(b, code, "record who is in the class", e);
}

int gradebook_people(
	struct gradebook *b, gradebook_each_person *each, void *context, struct lab_error *e)
{
	sqlite3_stmt *stmt;
	int code = store_prepare(b->db, &stmt,
		"SELECT student, id, email, official FROM person ORDER BY student", "");

	while (code == SQLITE_OK && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
		struct gradebook_person p = {
			.student = store_text(stmt, 0),
			.id = text_or_null(stmt, 1),
			.email = text_or_null(stmt, 2),
			.official = sqlite3_column_int(stmt, 3) != 0,
		};

		each(context, &p);
		code = SQLITE_OK;
	}
	code = store_end(stmt, code);
	return code == SQLITE_OK ? 0 : gradebook_fail(b, code, "read who is in the class", e);
}

static int is_starter(struct gradebook *b, const char *exercise, const char *key, bool *known)
{
	sqlite3_stmt *stmt;
	int code = store_prepare(b->db, &stmt,
		"SELECT count(*), count(nullif(key, ?2)) FROM starter WHERE exercise = ?1", "tt",
		exercise, key);

	*known = false;
	if (code != SQLITE_OK)
		return code;
	code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		*known = sqlite3_column_int(stmt, 0) == 1 && sqlite3_column_int(stmt, 1) == 0;
	return store_end(stmt, code);
}

int gradebook_begin_with(
	struct gradebook *b, const char *exercise, const char *key, struct lab_error *e)
{
	bool known;
	int code = is_starter(b, exercise, key, &known);

	if (code == SQLITE_OK && known)
		return 0;
	if (code == SQLITE_OK)
		code = gradebook_will_change(b);
	if (code == SQLITE_OK)
		code = store_run(b->db, "DELETE FROM starter WHERE exercise = ?1", "t", exercise);
	if (code == SQLITE_OK)
		code = store_run(b->db, "INSERT INTO starter (exercise, key) VALUES (?1, ?2)", "tt",
			exercise, key);
	return code == SQLITE_OK ? 0 : gradebook_fail(b, code, "record what was given out", e);
}

int gradebook_starters(
	struct gradebook *b, gradebook_each_starter *each, void *context, struct lab_error *e)
{
	sqlite3_stmt *stmt;
	int code = store_prepare(
		b->db, &stmt, "SELECT exercise, key FROM starter ORDER BY exercise, key", "");

	while (code == SQLITE_OK && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
		each(context, store_text(stmt, 0), store_text(stmt, 1));
		code = SQLITE_OK;
	}
	code = store_end(stmt, code);
	return code == SQLITE_OK ? 0 : gradebook_fail(b, code, "read what was given out", e);
}
