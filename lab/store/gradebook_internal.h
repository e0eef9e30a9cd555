/* What the files of the gradebook share: the open file, and SQLite's errors as ours. */
#ifndef LAB_STORE_GRADEBOOK_INTERNAL_H
#define LAB_STORE_GRADEBOOK_INTERNAL_H

#include <sqlite3.h>

#include "lab/store/gradebook.h"

struct gradebook {
	char *path;
	sqlite3 *db;
	bool writes;      /* in WAL mode: something was changed, now or by who was killed */
	bool transaction; /* of gradebook_begin() */
};

/* CODE, of what was tried with B, as an error; -1. */
int gradebook_fail(const struct gradebook *b, int code, const char *what, struct lab_error *e);
/* Before the first change: from now on the file is not canonical. A code of SQLite. */
int gradebook_will_change(struct gradebook *b);
/* Whether SCHEMA ("main", or what was attached) is a book that this version can read, and of which
 * VERSION it is; -1 and E, which names PATH. */
int gradebook_examine(struct gradebook *b, const char *schema, const char *path, int *version,
	struct lab_error *e);

#endif
