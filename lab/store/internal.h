/* What the files of the store share: statements and transactions. */
#ifndef LAB_STORE_INTERNAL_H
#define LAB_STORE_INTERNAL_H

#include <sqlite3.h>

#include "lab/store/store.h"

/* The work of one transaction: SQLITE_OK, or the code that ends it. It may be called twice, and
 * then begins afresh: what it left in CONTEXT does not count. */
typedef int store_body(sqlite3 *db, void *context);

enum store_transaction { STORE_READS, STORE_WRITES };

/* All of BODY or nothing. A file that turns out to be damaged is kept aside, one that was taken
 * away is opened anew, and BODY gets a second chance. WHAT is for the message: "record the
 * attempt". */
int store_transact(struct store *s, enum store_transaction kind, const char *what, store_body *body,
	void *context, struct lab_error *e);

/* A statement with its parameters, a letter of TYPES each: 't' const char * (may be NULL), 'i'
 * int64_t, 'd' double, 'b' const struct store_file *, for its bytes. */
int store_prepare(sqlite3 *db, sqlite3_stmt **stmt, const char *sql, const char *types, ...);
/* The same, run to its end; rows are ignored. */
int store_run(sqlite3 *db, const char *sql, const char *types, ...);
/* The code of a statement's last step, as that of a transaction: SQLITE_OK for SQLITE_DONE and
 * SQLITE_ROW. */
int store_end(sqlite3_stmt *stmt, int step);
/* A column's text; "" for NULL. */
const char *store_text(sqlite3_stmt *stmt, int column);

#endif
