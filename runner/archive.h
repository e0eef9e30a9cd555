/*
 * Archives. The library that reads and writes them brings with it three times what ipclab itself
 * has to load, and reads what hostile students made, so it is in a program of its own (archiver.c).
 *
 * To write (`tar` or `zip`), it reads the files from its standard input and writes a .tar.gz, to
 * hand in, or a zip to its standard output. To read (`unpack MEMBERS BYTES`, the limits), it has
 * the archive, a zip or tar, as its standard input, and writes records: a line, a name and bytes.
 * Before it looks at the archive it gives up every system call but those that read, write and
 * allocate: it can make no file, and what it says is believed no more than the archive is.
 */
#ifndef RUNNER_ARCHIVE_H
#define RUNNER_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "lab/base/buf.h"
#include "lab/base/error.h"

/* A file is this line, with its length, its permissions and its name, and its bytes behind it. */
#define ARCHIVE_FILE_LINE "%zu %o %s\n"

/* What the archiver is called with, to write: a .tar.gz, or a zip. */
#define ARCHIVE_TAR "tar"
#define ARCHIVE_ZIP "zip"

/* One more file for an archive of FILES. NAME holds no newline. PROGRAM: it may be executed. */
void archive_add(struct buf *files, const char *name, const struct buf *bytes, bool program);

/* The archive of FILES in FORM to the descriptor FD. The same files make the same bytes. -1: WHAT
 * could not be written (LAB_USAGE), or the lab cannot archive (LAB_BROKEN). */
int archive_write(
	const struct buf *files, const char *form, int fd, const char *what, struct lab_error *e);

/* By its name: might a file be an archive, and how long is the end that says so (".tar.gz")? 0: it
 * is none. */
size_t archive_suffix(const char *name);

/* Starts the archiver to unpack what IN is opened on, within LIMITS (members, bytes); its records
 * (archiver.h) come from *OUT. -1 and E. */
int archive_unpack(int in, const char *const limits[2], int *out, pid_t *pid, struct lab_error *e);

#endif
