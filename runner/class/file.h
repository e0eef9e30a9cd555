/*
 * A file of ours that is made piece by piece, so that no more of it is in memory than a piece: what
 * is there under its name stays until all is written, and stays at all if it is the same.
 */
#ifndef RUNNER_CLASS_FILE_H
#define RUNNER_CLASS_FILE_H

#include "lab/base/buf.h"
#include "lab/base/error.h"

struct class_file {
	char *path, *fresh; /* as it will be called; as it is called now, NULL: it is not there */
	int fd;
	struct buf text; /* what is to be written next: the caller adds to it */
};

/* DIR/NAME. class_file_done() either way. */
int class_file_open(struct class_file *f, const char *dir, const char *name, struct lab_error *e);
/* After each piece: writes what has gathered, if it is much. */
int class_file_flush(struct class_file *f, struct lab_error *e);
/* All is there: it takes its place. */
int class_file_keep(struct class_file *f, struct lab_error *e);
/* What was not kept is gone. */
void class_file_done(struct class_file *f);

#endif
