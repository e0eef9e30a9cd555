/*
 * Tells when the student has saved: when a source file in one folder is another than it was. By
 * inotify; where that does not report (network file systems, WSL's Windows drives) or is not to be
 * had, by looking every second.
 */
#ifndef RUNNER_SESSION_WATCH_H
#define RUNNER_SESSION_WATCH_H

#include <stdbool.h>
#include <stdint.h>

struct watch {
	char *folder;    /* NULL: nothing is watched */
	int fd;          /* inotify; -1: none */
	int wd;          /* its watch on FOLDER; -1: none */
	bool polls;      /* look every second */
	uint64_t seen;   /* what the folder was like when it was last told of */
	int64_t due;     /* monotonic ns: when to look; 0: not */
	int64_t settles; /* when to look at the latest, however often it is saved */
	int64_t told;    /* when it was last told of */
};

void watch_init(struct watch *w);
/* Watches FOLDER instead of what was watched. POLL: even where inotify reports. */
void watch_folder(struct watch *w, const char *folder, bool poll);
/* Watches nothing, but keeps the descriptor: to close one of inotify's takes the kernel long. */
void watch_pause(struct watch *w);
void watch_done(struct watch *w);

/* For the loop: w->fd may be readable, and poll() must not wait longer than this (-1: for ever). */
int watch_timeout_ms(const struct watch *w);
/* When w->fd is readable, or the time is over: true if it was saved since, once. */
bool watch_changed(struct watch *w);
/* Nothing was saved that was not told of. */
bool watch_sees_nothing(const struct watch *w);

#endif
