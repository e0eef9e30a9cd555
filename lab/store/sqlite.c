/*
 * SQLite, loaded when a record is opened and not before. To bind its functions takes 1 ms at each
 * start, more than all other libraries together, and most that is started opens no record (trace,
 * the worker of a class, a page of help). So ipclab is not linked with it: what the lab calls
 * stands here under its own name and hands on to the library. A function that is missing here is an
 * error of the linker.
 *
 * Where it cannot be loaded, opening fails with SQLITE_ERROR, and the words are those of the
 * dynamic linker; nothing else is called without a record.
 */
#include "config.h"

#include <dlfcn.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>

#define LIBRARY "libsqlite3.so.0"

static void *library;
static char why[256];

static bool load(void)
{
	if (!library)
		library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (!library)
		snprintf(why, sizeof(why), "SQLite cannot be loaded, %s", dlerror());
	return library;
}

/* A function with PARAMETERS, called with ARGUMENTS; OTHERWISE what it says without the library. */
#define HAND_ON(type, name, otherwise, parameters, arguments)      \
	type name parameters                                       \
	{                                                          \
		static type(*real) parameters;                     \
                                                                   \
		if (!real && library)                              \
			*(void **)(&real) = dlsym(library, #name); \
		return real ? real arguments : (otherwise);        \
	}

int sqlite3_open_v2(const char *file, sqlite3 **db, int flags, const char *vfs)
{
	static int (*real)(const char *, sqlite3 **, int, const char *);

	*db = NULL;
	if (!load())
		return SQLITE_ERROR;
	*(void **)(&real) = dlsym(library, "sqlite3_open_v2");
	return real ? real(file, db, flags, vfs) : SQLITE_ERROR;
}

typedef void (*destructor)(void *);
typedef int (*row)(void *, int, char **, char **);

HAND_ON(int, sqlite3_close, SQLITE_OK, (sqlite3 * db), (db))
HAND_ON(int, sqlite3_busy_timeout, SQLITE_MISUSE, (sqlite3 * db, int ms), (db, ms))
HAND_ON(int, sqlite3_extended_result_codes, SQLITE_MISUSE, (sqlite3 * db, int on), (db, on))
HAND_ON(const char *, sqlite3_errmsg, why, (sqlite3 * db), (db))
HAND_ON(const char *, sqlite3_errstr, why, (int code), (code))
HAND_ON(int, sqlite3_get_autocommit, 1, (sqlite3 * db), (db))
HAND_ON(sqlite3_int64, sqlite3_last_insert_rowid, 0, (sqlite3 * db), (db))
HAND_ON(int, sqlite3_exec, SQLITE_MISUSE,
	(sqlite3 * db, const char *sql, row each, void *context, char **error),
	(db, sql, each, context, error))

HAND_ON(int, sqlite3_prepare_v2, SQLITE_MISUSE,
	(sqlite3 * db, const char *sql, int len, sqlite3_stmt **statement, const char **rest),
	(db, sql, len, statement, rest))
HAND_ON(int, sqlite3_step, SQLITE_MISUSE, (sqlite3_stmt * statement), (statement))
HAND_ON(int, sqlite3_finalize, SQLITE_OK, (sqlite3_stmt * statement), (statement))
HAND_ON(int, sqlite3_bind_text, SQLITE_MISUSE,
	(sqlite3_stmt * statement, int at, const char *text, int len, destructor end),
	(statement, at, text, len, end))
HAND_ON(int, sqlite3_bind_blob64, SQLITE_MISUSE,
	(sqlite3_stmt * statement, int at, const void *bytes, sqlite3_uint64 len, destructor end),
	(statement, at, bytes, len, end))
HAND_ON(int, sqlite3_bind_double, SQLITE_MISUSE, (sqlite3_stmt * statement, int at, double value),
	(statement, at, value))
HAND_ON(int, sqlite3_bind_int64, SQLITE_MISUSE,
	(sqlite3_stmt * statement, int at, sqlite3_int64 value), (statement, at, value))
HAND_ON(const void *, sqlite3_column_blob, NULL, (sqlite3_stmt * statement, int at),
	(statement, at))
HAND_ON(int, sqlite3_column_bytes, 0, (sqlite3_stmt * statement, int at), (statement, at))
HAND_ON(double, sqlite3_column_double, 0, (sqlite3_stmt * statement, int at), (statement, at))
HAND_ON(int, sqlite3_column_int, 0, (sqlite3_stmt * statement, int at), (statement, at))
HAND_ON(sqlite3_int64, sqlite3_column_int64, 0, (sqlite3_stmt * statement, int at), (statement, at))
HAND_ON(const unsigned char *, sqlite3_column_text, NULL, (sqlite3_stmt * statement, int at),
	(statement, at))
