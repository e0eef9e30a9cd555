/*
 * Tasks in worker processes, one pinned to each processor. A worker does one task after the other;
 * tasks and answers travel over one socket pair a worker. When the caller is cancelled or dies, the
 * workers see the end of their socket, cancel what they do and end.
 */
#ifndef RUNNER_POOL_H
#define RUNNER_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/base/error.h"

struct pool_job {
	size_t tasks;
	unsigned workers; /* at most; 0: one a processor that we may use */
	/* In a worker: does TASK on CPU; the answer is text that free() takes. CANCEL_FD becomes
	 * readable when nobody wants it any more. */
	char *(*work)(void *context, size_t task, int cpu, int cancel_fd);
	/* In the caller, in the order in which tasks end. ANSWER NULL: there is none, for whoever
	 * began the task was killed, and so was whoever tried it again. */
	void (*done)(void *context, size_t task, const char *answer);
	void *context;
	const bool *enough; /* NULL, or set by done(): stop at once, all the rest is in vain */
	int cancel_fd;      /* readable: stop; -1: none */
	/* A byte in cancel_fd: begin no further task, but finish what is running; a second one
	 * stops that too. */
	bool finish_running;
	/* Something else that may make it vain: when HEED_FD is readable, heed() is asked, in the
	 * caller, and true stops at once. NULL: nothing. */
	bool (*heed)(void *context);
	int heed_fd;
};

/* Why a task has no answer, in words. */
extern const char pool_lost[];

/* 0 when all is done; -1 and E: cancelled, or no worker could be started. None is left either way.
 * In place of one that is killed in the middle of a task (memory runs out) comes another, and the
 * task is tried once more. */
int pool_run(const struct pool_job *job, struct lab_error *e);

#endif
