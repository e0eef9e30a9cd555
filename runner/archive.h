/*
 * An archive to hand in, a .tar.gz. The library that writes it brings with it three times what
 * ipclab itself has to load, so it is in a program of its own (archiver.c), which reads the files
 * from its standard input and writes the archive to its standard output.
 */
#ifndef RUNNER_ARCHIVE_H
#define RUNNER_ARCHIVE_H

#include <stddef.h>

#include "lab/base/buf.h"
#include "lab/base/error.h"

/* A file is this line, with its length and its name, and its bytes behind it. */
#define ARCHIVE_FILE_LINE "%zu %s\n"

/* One more file for an archive of FILES. NAME holds no newline. */
void archive_add(struct buf *files, const char *name, const struct buf *bytes);

/* The archive of FILES to the descriptor FD. The same files make the same bytes. -1: WHAT could not
 * be written (LAB_USAGE), or the lab cannot archive (LAB_BROKEN). */
int archive_write(const struct buf *files, int fd, const char *what, struct lab_error *e);

#endif
