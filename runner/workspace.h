/*
 * A workspace: the folder that a student works in. CHAPTER/EXERCISE/ holds the files of an
 * exercise and its text as README.md, .ipclab/ what the lab remembers. It is found upwards from the
 * current folder, never lies inside the course, and nothing in it is ever overwritten. Knows no
 * screen.
 */
#ifndef RUNNER_WORKSPACE_H
#define RUNNER_WORKSPACE_H

#include <stdbool.h>

#include "lab/base/error.h"
#include "lab/exercise/exercise.h"
#include "lab/grade/grade.h"
#include "lab/store/store.h"
#include "runner/submission.h"

/* How an exercise stands, by its last check. */
enum work_state { WORK_NEW, WORK_FAILING, WORK_PASSING, WORK_BROKEN, WORK_STATE_COUNT };

/* "not tried", "failing", "passing", "broken" */
const char *work_state_name(enum work_state state);

struct workspace {
	char *dir;                      /* absolute */
	struct store *store;            /* NULL: it cannot be opened, see trouble */
	char *trouble;                  /* what the student should know of it, or NULL */
	bool late;                      /* TROUBLE came to light at the last workspace_record() */
	const struct exercise *seen_of; /* see workspace_snapshot(); NULL: of none */
	struct submission seen;
};

/* The workspace that FROM (NULL: the current folder) lies in, absolute; the caller frees. NULL: in
 * none. */
char *workspace_find(const char *from);
/* Where one is made unless a folder is named: ~/ipclab. The caller frees. NULL and E without HOME.
 */
char *workspace_default(struct lab_error *e);
/* Makes DIR a workspace with the starters of all exercises; where it is one, adds what it lacks.
 * *ADDED: exercises that were laid out. LAB_USAGE inside of the course, inside of another
 * workspace, or where it cannot be written. */
int workspace_init(
	const char *dir, const struct course *course, size_t *added, struct lab_error *e);

/* NULL and E if DIR is no workspace. That what was done cannot be kept is no failure: TROUBLE. */
struct workspace *workspace_open(const char *dir, struct lab_error *e);
/* The one that FROM lies in; NULL and E (LAB_USAGE: how to make one). */
struct workspace *workspace_open_here(const char *from, struct lab_error *e);
void workspace_close(struct workspace *w);
static inline void workspace_cleanup_(struct workspace **w)
{
	workspace_close(*w);
}
#define WORKSPACE_SCOPED __attribute__((cleanup(workspace_cleanup_))) struct workspace

/* Where the student's files of EXERCISE are, or will be; the caller frees. */
char *workspace_folder(const struct workspace *w, const struct exercise *exercise);
/* Creates the folder with those files of the starter, of the programs shown, and README.md, that it
 * does not have. */
int workspace_prepare(
	const struct workspace *w, const struct exercise *exercise, struct lab_error *e);
/* Does it still hold the starter and nothing of the student's, or not even that? */
bool workspace_is_untouched(const struct workspace *w, const struct exercise *exercise);
/* Puts the starter back. *ASIDE: the folder in which the student's files are now, or NULL if there
 * were none but the starter's; the caller frees. */
int workspace_reset(const struct workspace *w, const struct exercise *exercise, char **aside,
	struct lab_error *e);

/* Puts FILES in the place of the student's own. *ASIDE: the folder in which those are now, or NULL
 * if they are kept without it, as an attempt or as the starter; the caller frees. */
int workspace_put_back(const struct workspace *w, const struct exercise *exercise,
	const struct submission *files, char **aside, struct lab_error *e);

/* Looks at the files in the exercise's folder as they are now: when a check of them begins. They
 * are what workspace_record() keeps. */
void workspace_snapshot(struct workspace *w, const struct exercise *exercise);
/* Keeps a grade of these files; without a snapshot, of those that are there now. REPORT: what
 * `check --json` prints. Failing is told in E and never changes the grade. */
int workspace_record(struct workspace *w, const struct exercise *exercise, enum verdict verdict,
	double score, double max_score, const char *report, struct lab_error *e);
/* The report of the exercise's last check; *SAME: its files are as they were then. NULL: there is
 * none. The caller frees. */
char *workspace_last_report(const struct workspace *w, const struct exercise *exercise, bool *same);
/* An attempt at the exercise was of just these files. */
bool workspace_keeps(
	const struct workspace *w, const struct exercise *exercise, const struct submission *files);
/* A workspace without a store knows nothing: WORK_NEW, zeros. */
enum work_state workspace_state(const struct workspace *w, const struct exercise *exercise);
struct store_standing workspace_standing(
	const struct workspace *w, const struct exercise *exercise);

#endif
