/* SQL on a database's file itself, behind the back of whoever keeps it. */
#ifndef TESTS_UNIT_SQL_H
#define TESTS_UNIT_SQL_H

#include <check.h>
#include <sqlite3.h>

static inline sqlite3 *sql_open(const char *file)
{
	sqlite3 *db;

	ck_assert_int_eq(
		sqlite3_open_v2(file, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL),
		SQLITE_OK);
	return db;
}

static inline void sql_change(const char *file, const char *sql)
{
	sqlite3 *db = sql_open(file);

	ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* The number that SQL gives. */
static inline int sql_ask(const char *file, const char *sql)
{
	sqlite3 *db = sql_open(file);
	sqlite3_stmt *statement;
	int n;

	ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
	n = sqlite3_column_int(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return n;
}

#endif
