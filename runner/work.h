/*
 * The folder that the student works in: CHAPTER/EXERCISE/ with their files, and .ipclab/progress.
 * Nothing in it is ever overwritten but that one file. Knows no screen.
 */
#ifndef RUNNER_WORK_H
#define RUNNER_WORK_H

#include "lab/base/error.h"
#include "lab/exercise/exercise.h"

/* How an exercise stands, by its last check. */
enum work_state { WORK_NEW, WORK_FAILING, WORK_PASSING, WORK_BROKEN, WORK_STATE_COUNT };

/* "not tried", "failing", "passing", "broken" */
const char *work_state_name(enum work_state state);

/* DIR NULL: $XDG_DATA_HOME/ipclab/work, else ~/.local/share/ipclab/work. Absolute; the caller
 * frees. Nothing is created. */
char *work_root(const char *dir, struct lab_error *e);
/* Where the student's files of EXERCISE are, or will be; the caller frees. */
char *work_folder(const char *root, const struct exercise *exercise);
/* Creates the folder with those files of the starter that it does not have, and the programs that
 * the student is to read (what is run are the lab's own copies). */
int work_prepare(const char *root, const struct exercise *exercise, struct lab_error *e);

/* What .ipclab/progress says of each exercise of COURSE; it need not exist. */
int work_read_progress(const char *root, const struct course *course, enum work_state *states,
	struct lab_error *e);
/* Writes one exercise's state and leaves what is said of the others. */
int work_write_progress(const char *root, const struct exercise *exercise, enum work_state state,
	struct lab_error *e);

#endif
