/* What was tried before, to be looked at once more: every attempt with its report and its files. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/store/internal.h"

/* ---- all attempts at an exercise ---- */

struct query {
	const char *exercise;
	struct store_past_list list; /* out */
};

static int read_past(sqlite3_stmt *stmt, struct store_past *into)
{
	*into = (struct store_past){
		.id = sqlite3_column_int64(stmt, 0),
		.time = sqlite3_column_int64(stmt, 1),
		.score = sqlite3_column_double(stmt, 3),
		.max_score = sqlite3_column_double(stmt, 4),
		.report = lab_xstrdup(store_text(stmt, 5)),
	};
	return verdict_from_name(store_text(stmt, 2), &into->verdict) ? SQLITE_ROW : SQLITE_CORRUPT;
}

static int read_list(sqlite3 *db, void *context)
{
	struct query *q = context;
	struct store_past_list *l = &q->list;
	sqlite3_stmt *stmt;
	int code = store_prepare(db, &stmt,
		"SELECT id, time, verdict, score, max_score, report FROM attempt"
		" WHERE exercise = ?1 ORDER BY id",
		"t", q->exercise);

	store_past_list_done(l);
	if (code != SQLITE_OK)
		return code;
	while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
		l->list = lab_xrealloc(l->list, (l->count + 1) * sizeof(*l->list));
		code = read_past(stmt, &l->list[l->count++]);
		if (code != SQLITE_ROW)
			break;
	}
	return store_end(stmt, code);
}

int store_past_list(
	struct store *s, const char *exercise, struct store_past_list *into, struct lab_error *e)
{
	struct query q = {.exercise = exercise};
	int result = store_transact(s, STORE_READS, "read your attempts", read_list, &q, e);

	if (result < 0)
		store_past_list_done(&q.list);
	*into = q.list;
	return result;
}

void store_past_list_done(struct store_past_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->list[i].report);
	free(l->list);
	*l = (struct store_past_list){0};
}

/* ---- the files of one ---- */

struct files_query {
	int64_t id;
	struct store_copies copies; /* out */
};

static void add_copy(struct store_copies *c, sqlite3_stmt *stmt)
{
	const void *bytes = sqlite3_column_blob(stmt, 1);
	int len = sqlite3_column_bytes(stmt, 1);

	c->list = lab_xrealloc(c->list, (c->count + 1) * sizeof(*c->list));
	c->list[c->count] = (struct store_copy){lab_xstrdup(store_text(stmt, 0)), BUF_INIT};
	buf_add(&c->list[c->count].bytes, len ? bytes : "", (size_t)len);
	c->count++;
}

static int read_files(sqlite3 *db, void *context)
{
	struct files_query *q = context;
	sqlite3_stmt *stmt;
	int code = store_prepare(db, &stmt,
		"SELECT name, bytes FROM attempt_file JOIN source USING (sum)"
		" WHERE attempt = ?1 ORDER BY name",
		"i", q->id);

	store_copies_done(&q->copies);
	if (code != SQLITE_OK)
		return code;
	while ((code = sqlite3_step(stmt)) == SQLITE_ROW)
		add_copy(&q->copies, stmt);
	return store_end(stmt, code);
}

int store_past_files(struct store *s, int64_t id, struct store_copies *into, struct lab_error *e)
{
	struct files_query q = {.id = id};
	int result = store_transact(s, STORE_READS, "read an attempt", read_files, &q, e);

	if (result < 0)
		store_copies_done(&q.copies);
	*into = q.copies;
	return result;
}

void store_copies_done(struct store_copies *c)
{
	for (size_t i = 0; i < c->count; i++) {
		free(c->list[i].name);
		buf_done(&c->list[i].bytes);
	}
	free(c->list);
	*c = (struct store_copies){0};
}
