/*
 * A check in the background: a child process grades, this one goes on. The child tells how far it
 * is and at last the outcome, a line of JSON each, over a pipe.
 *
 * A job that is cancelled ends by itself a little later, when nobody waits for it; job_quit() waits
 * for all of them, so that no process and no temporary folder is left.
 */
#ifndef RUNNER_SESSION_JOB_H
#define RUNNER_SESSION_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "lab/base/buf.h"
#include "lab/base/error.h"
#include "lab/event/event.h"
#include "lab/exercise/exercise.h"
#include "runner/outcome.h"

enum { JOBS_ENDING = 8 };

/* A check that failed, once more under its schedule, for its log. */
struct job_wish {
	const char *only, *schedule;
};

struct job_child {
	pid_t pid;     /* 0: none */
	char *only;    /* the check whose log is wanted; NULL: none is */
	int cancel;    /* closed: it is to end */
	char *scratch; /* its TMPDIR, removed after it */
};

struct jobs {
	struct job_child child;               /* the one that counts */
	struct job_child ending[JOBS_ENDING]; /* cancelled ones */
	int results;                          /* of the one that counts; -1 */
	pid_t parent;                         /* of them all */
	struct buf line;
};

enum job_state { JOB_BUILDING, JOB_RUNNING, JOB_DONE, JOB_FAILED };

struct job_news {
	enum job_state state;
	size_t done, planned;    /* RUNNING: checks */
	size_t run, runs;        /* RUNNING: of those under way; 0: not known */
	struct outcome *outcome; /* DONE; the receiver's */
	struct event_log *log;   /* DONE, if there was a wish and the check has run something;
				    the receiver's */
	struct lab_error error;  /* FAILED: the lab could not; no verdict */
};

void jobs_init(struct jobs *j);
/* Cancels what runs, starts grading the files in SUBMISSION. WISH NULL: all checks. */
int job_start(struct jobs *j, const struct exercise *exercise, const char *submission,
	const struct job_wish *wish, struct lab_error *e);
bool job_runs(const struct jobs *j);
/* When j->results is readable: true and NEWS if there is some. Call until false. */
bool job_read(struct jobs *j, struct job_news *news);
void job_cancel(struct jobs *j);
void jobs_reap(struct jobs *j); /* after SIGCHLD */
void jobs_quit(struct jobs *j);

#endif
