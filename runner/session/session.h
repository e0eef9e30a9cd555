/*
 * One sitting in the lab: the course, the student's folder, which exercise is open, how all of them
 * stand, the check that runs. What every screen works on, and a lab without screens would. Knows no
 * terminal.
 */
#ifndef RUNNER_SESSION_SESSION_H
#define RUNNER_SESSION_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/base/error.h"
#include "lab/exercise/exercise.h"
#include "runner/attempts.h"
#include "runner/outcome.h"
#include "runner/session/edit_command.h"
#include "runner/session/job.h"
#include "runner/session/watch.h"
#include "runner/workspace.h"

struct session_options {
	const char *program; /* as it was called, for commands to copy */
	const char *course;  /* NULL: the installed one */
	const char *work;    /* the workspace; it is made if it is none yet */
	bool plain;          /* line by line: no keys, commands in words */
	bool first_time;     /* a newcomer, who was just welcomed */
};

/* An exercise as it stands. */
struct standing {
	enum work_state state;
	bool passed;             /* once at least */
	unsigned hints;          /* taken so far */
	uint64_t attempts;       /* checks of earlier sessions */
	struct outcome *outcome; /* of its last check, or NULL */
	struct submission files; /* what that check was of, as far as it is known */
	bool earlier;            /* that check was made in an earlier session */
	bool changed;            /* its files were others then, and no check runs that they began */
	char *folder, *lesson;   /* the student's files; where to read on, or NULL */
	struct lab_error failure; /* why the last check came to no verdict; kind LAB_OK: it did */
};

/* A failed check that is run once more, under its schedule: for its log, which is there then, or
 * (AGAIN) to see whether it fails again. */
struct moment {
	char *file; /* the place that the check names, or NULL */
	int line;
	bool wanted, again;
	char *words; /* AGAIN: what it said */
	struct event_log *log;
};

struct session {
	struct session_options options;
	struct course *course;
	struct workspace *workspace;
	struct standing *standings;     /* as course->exercises */
	size_t current;                 /* the exercise that is open, or was last */
	size_t checked;                 /* the one that the running check is of */
	size_t lesson;                  /* the exercise whose chapter's lesson is read */
	struct attempts attempts;       /* of the current exercise, see session_attempts() */
	size_t attempt;                 /* the one of them that is looked at, from 1 */
	bool unkept_last, unkept_hints; /* what session_keep() writes ... */
	bool untold_editors;            /* ... this, too */
	bool resumes;                   /* CURRENT was left open in an earlier session */
	struct job_news progress;       /* of the running check */
	struct moment moment;           /* what is run once more */
	struct jobs jobs;
	struct watch watch;
	bool notice_stays; /* beyond the next save, which it tells of */
	char *notice;      /* something to tell at the next occasion, or NULL */
};

int session_begin(struct session *s, const struct session_options *options, struct lab_error *e);
/* One without a course: nothing is checked or kept. It can be listened to and told of. */
void session_none(struct session *s);
/* Ends what runs. */
void session_end(struct session *s);

/* Makes exercise N the current one: its files are there afterwards, and watched. */
int session_open(struct session *s, size_t n, struct lab_error *e);
void session_leave(struct session *s); /* no file is watched any more */
/* Writes down which exercise is open and how many hints were taken, and what editors are told. A
 * disk is slow: call it when the student has seen the frame. */
void session_keep(struct session *s);
const struct exercise *session_exercise(const struct session *s);
struct standing *session_standing(const struct session *s);

/* Starts checking the current exercise; one that runs is cancelled. */
int session_check(struct session *s, struct lab_error *e);
bool session_checks(const struct session *s); /* the current one, right now */
/* Ends what runs for the current exercise, and tells so; false: nothing did. */
bool session_cancel(struct session *s);

/* Runs the failed check C of the current exercise once more for its log: SESSION_MOMENT comes, or a
 * notice why not. The running check is not cancelled: -1 and E (LAB_USAGE) says to wait. */
int session_look(struct session *s, const struct check_result *c, struct lab_error *e);
/* The same, to see whether it fails again: that is told. */
int session_again(struct session *s, const struct check_result *c, struct lab_error *e);
bool session_looks(const struct session *s); /* such a run is under way */
void session_look_away(struct session *s);   /* it is not wanted any more */

/* The current exercise's outcome is of files that have changed since: it is being checked again,
 * the lab could not, or nobody has asked for it. */
bool session_outcome_is_old(const struct session *s);

/* One more hint is taken; false: there is none left. */
bool session_hint(struct session *s);
/* May the current exercise's solution be shown? NULL: yes; else why not, to be told. Static. */
const char *session_no_solution(const struct session *s);

/* Reads s->attempts anew. */
int session_attempts(struct session *s, struct lab_error *e);
/* Brings the files of s->attempt back, and tells so; they are checked as after a save. */
int session_bring_back(struct session *s, struct lab_error *e);

/* Takes what the check tells and what the watch sees; checks again after a save. */
/* MOMENT: s->moment.log is there, to be taken. */
enum session_news { SESSION_SAME, SESSION_PROGRESS, SESSION_VERDICT, SESSION_MOMENT };
enum session_news session_listen(struct session *s);

/* What to look at: where it does not build, or the place of the failed check N, or the first
 * source. Its texts are static, the standing's or the outcome's own. */
struct edit_place session_place(const struct session *s, size_t n);

void session_tell(struct session *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
