/* SQLite's statements with their parameters in one call. */
#include "config.h"

#include <stdarg.h>

#include "lab/store/internal.h"

static int bind_file(sqlite3_stmt *stmt, int at, const struct store_file *file)
{
	return sqlite3_bind_blob64(
		stmt, at, file->len ? file->bytes : "", file->len, SQLITE_STATIC);
}

static int bind(sqlite3_stmt *stmt, const char *types, va_list ap)
{
	int code = SQLITE_OK;

	for (int i = 0; types[i] && code == SQLITE_OK; i++) {
		switch (types[i]) {
		case 't':
			code = sqlite3_bind_text(
				stmt, i + 1, va_arg(ap, const char *), -1, SQLITE_STATIC);
			break;
		case 'i':
			code = sqlite3_bind_int64(stmt, i + 1, va_arg(ap, int64_t));
			break;
		case 'd':
			code = sqlite3_bind_double(stmt, i + 1, va_arg(ap, double));
			break;
		default:
			code = bind_file(stmt, i + 1, va_arg(ap, const struct store_file *));
			break;
		}
	}
	return code;
}

static int prepare(sqlite3 *db, sqlite3_stmt **stmt, const char *sql, const char *types, va_list ap)
{
	int code = sqlite3_prepare_v2(db, sql, -1, stmt, NULL);

	if (code == SQLITE_OK)
		code = bind(*stmt, types, ap);
	if (code != SQLITE_OK) {
		sqlite3_finalize(*stmt);
		*stmt = NULL;
	}
	return code;
}

int store_prepare(sqlite3 *db, sqlite3_stmt **stmt, const char *sql, const char *types, ...)
{
	va_list ap;
	int code;

	va_start(ap, types);
	code = prepare(db, stmt, sql, types, ap);
	va_end(ap);
	return code;
}

int store_run(sqlite3 *db, const char *sql, const char *types, ...)
{
	sqlite3_stmt *stmt;
	va_list ap;
	int code;

	va_start(ap, types);
	code = prepare(db, &stmt, sql, types, ap);
	va_end(ap);
	if (code != SQLITE_OK)
		return code;
	do
		code = sqlite3_step(stmt);
	while (code == SQLITE_ROW);
	return store_end(stmt, code);
}

int store_end(sqlite3_stmt *stmt, int step)
{
	sqlite3_finalize(stmt);
	return step == SQLITE_DONE || step == SQLITE_ROW ? SQLITE_OK : step;
}

const char *store_text(sqlite3_stmt *stmt, int column)
{
	const char *text = (const char *)sqlite3_column_text(stmt, column);

	return text ? text : "";
}
