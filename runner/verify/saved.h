/*
 * Which exercises of a course were saved: for whoever writes them. Watches the folders of text,
 * solutions and tests; knows nothing of what is done then.
 */
#ifndef RUNNER_VERIFY_SAVED_H
#define RUNNER_VERIFY_SAVED_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/base/error.h"

struct saved_ids {
	char **list; /* CHAPTER/EXERCISE, no two alike */
	size_t count;
};

struct saved {
	char *dir; /* of the course, absolute */
	int fd;
	struct saved_folder *folders; /* that are watched */
	size_t folder_count;
	struct saved_ids seen; /* what was saved, and was not told yet */
};

int saved_open(struct saved *s, const char *dir, struct lab_error *e);
/* Waits until something was saved since the last one, and a moment of rest has come. 1: it is IDS,
 * to be saved_ids_done(); 0: CANCEL_FD is readable; -1 and E. */
int saved_next(struct saved *s, int cancel_fd, struct saved_ids *ids, struct lab_error *e);
/* Takes note of what was saved meanwhile, if S->fd is readable; has ID been saved? */
void saved_look(struct saved *s);
bool saved_has(const struct saved *s, const char *id);
/* saved_next() tells ID once more. */
void saved_again(struct saved *s, const char *id);
void saved_ids_done(struct saved_ids *ids);
void saved_done(struct saved *s);

#endif
