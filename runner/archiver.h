/*
 * What the archiver (archiver.c, unarchive.c) says of an archive that it unpacks: records on its
 * standard output, each a line, a name and bytes.
 */
#ifndef RUNNER_ARCHIVER_H
#define RUNNER_ARCHIVER_H

#include <stddef.h>

/* A record's kind, and the lengths of its name and its bytes. */
#define RECORD_LINE "%c %zu %zu\n"

enum record_kind {
	RECORD_BEGIN = 'b',   /* the first one: from here on what goes wrong is the archive's */
	RECORD_FILE = 'f',    /* a file that may be built */
	RECORD_NAMED = 'n',   /* a file that nothing here reads: without its bytes */
	RECORD_FOLDER = 'd',  /* no bytes */
	RECORD_REFUSED = 'r', /* a member that is not unpacked; the bytes say why */
	RECORD_END = 'z',     /* the last one; bytes, if any, say why there are no more */
};

/* The longest name that a record has; members with longer ones are refused. */
#define RECORD_NAME_MOST 4095
/* A source in an archive, and an archive in it, are at most as long. */
#define RECORD_SOURCE_MOST (1u << 20)
#define RECORD_INNER_MOST  (32u << 20)

/* Reads the archive on standard input; the limits are numbers. The exit code; the caller is to
 * leave by _exit(), since little else is possible then. */
int unarchive(const char *members, const char *bytes);

#endif
