/*
 * What a class handed in, in whatever form it came: folders, archives, the exports of Moodle,
 * Canvas and Gradescope, with a roster or without. It becomes a list of students, each with a
 * folder of files for each exercise. Reads, and changes nothing; what it unpacks and sorts out goes
 * into a temporary folder of its own.
 *
 * Whatever is read here came from students: links are never followed, names are any bytes, archives
 * are unpacked by a program of its own (archive.h), and everything has a limit. A submission that
 * cannot be read is a note beside its student, never the end of the others.
 *
 * A PATH is one student's work if there lies directly in it a chapter, an exercise or a file of
 * one; else it is a class, and whatever lies in it is a student's.
 */
#ifndef RUNNER_INTAKE_INTAKE_H
#define RUNNER_INTAKE_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/base/error.h"
#include "lab/base/sha256.h"
#include "lab/exercise/exercise.h"
#include "runner/intake/list.h"

/* What a student has for one exercise. */
struct intake_work {
	char *folder;        /* where it lies; NULL: nothing was handed in */
	char *why;           /* why there is nothing, or NULL */
	struct list missing; /* of the exercise's `files`; empty where there is no folder */
	struct list extra;   /* names beside them; some of them are built along */
};

struct intake_root;

struct intake_student {
	char *name;        /* no two are alike; any bytes but NUL */
	char *id, *email;  /* as the roster or the export has them, or NULL */
	bool official;     /* ID is the institution's; else a number of the platform's own */
	char *source;      /* "class.zip/ada.tar.gz"; NULL: only the roster knows of them */
	char *head;        /* what HEAD of a git checkout is, or NULL */
	int64_t submitted; /* seconds since 1970; 0: nobody told */
	bool late;         /* the export says so */
	struct list extra; /* files that are of no exercise: where they lie */
	struct list notes; /* what is wrong with what was handed in, fit for a terminal */
	char *unreadable;  /* what the grader was refused, or NULL: then all is there */
	struct intake_work *works; /* [exercise] */
	struct intake_root *roots; /* private: where it lies */
	size_t root_count;
};

struct intake {
	struct intake_student *students; /* sorted by name */
	size_t count;
	char **names;      /* [count], those of the students */
	struct list notes; /* of nobody in particular, fit for a terminal */
	const struct course *course;
	const struct exercise *const *exercises;
	size_t exercise_count;
	char *room;        /* private: the temporary folder, or NULL; */
	size_t rooms_made; /* folders in it */
};

/* EXERCISES are those of COURSE that are graded; all must outlive it. ROSTER: a CSV file, or NULL.
 * -1 and E: a PATH or the roster is not usable, or holds nobody (LAB_USAGE), or the lab cannot
 * unpack (LAB_BROKEN). intake_done() either way. */
int intake_open(struct intake *in, char *const *paths, const char *roster,
	const struct course *course, const struct exercise *const *exercises, size_t exercise_count,
	struct lab_error *e);
void intake_done(struct intake *in);
/* DIR/submissions.csv: a row a student. */
int intake_write_sheet(const struct intake *in, const char *dir, struct lab_error *e);

enum intake_state {
	INTAKE_THERE,
	INTAKE_MISSING,    /* nothing was handed in that could be read */
	INTAKE_UNREADABLE, /* the grader's fault or the machine's, not the student's */
};

/* SUM: of all that decides what is handed in: names, kinds, contents. WHY says why it is missing or
 * unreadable. */
enum intake_state intake_sum(const struct intake *in, size_t student, size_t exercise,
	char sum[static SHA256_HEX], struct lab_error *why);
/* The same of any folder of one exercise; false: it cannot be read. */
bool intake_sum_folder(const char *folder, char sum[static SHA256_HEX]);

#endif
