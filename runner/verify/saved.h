/*
 * Which exercises of a course were saved: for whoever writes them. Watches the folders of text,
 * solutions and tests; knows nothing of what is done then.
 */
#ifndef RUNNER_VERIFY_SAVED_H
#define RUNNER_VERIFY_SAVED_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/base/error.h"

struct saved {
	char *dir; /* of the course, absolute */
	int fd;
	struct saved_folder *folders; /* that are watched */
	size_t folder_count;
	char **ids; /* what was saved since saved_next() was called: CHAPTER/EXERCISE */
	size_t count;
};

int saved_open(struct saved *s, const char *dir, struct lab_error *e);
/* Waits until something was saved and a moment of rest has come. 1: see ids; 0: CANCEL_FD is
 * readable; -1 and E. */
int saved_next(struct saved *s, int cancel_fd, struct lab_error *e);
void saved_done(struct saved *s);
#define SAVED_SCOPED __attribute__((cleanup(saved_done))) struct saved

#endif
