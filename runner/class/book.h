/*
 * The grade book of a class: what came of every student's every exercise. Over the gradebook of
 * lab/store, which keeps it, it knows students and exercises by number. In memory is a small cell
 * each; reports stay on disk and are read one at a time. From it tables and feedback are made.
 *
 *	OUT/gradebook.db	what was handed in, and what came of it: all that has to be kept
 *	OUT/grades.csv		a row a student, a column an exercise
 *	OUT/results.csv		a row a student and exercise
 *	OUT/grades.json		the same as one object
 *	OUT/junit.xml		the same for tools that read test results
 *	OUT/submissions.csv	who handed in what (runner/intake/sheet.c)
 *	OUT/moodle.csv		for Moodle's gradebook, where a roster has addresses or numbers
 *	OUT/canvas.csv		for that of Canvas
 *	OUT/refused.csv		a row for each thing that the sandbox refused to a program
 *	OUT/class.html		the class as a page
 *	OUT/feedback/STUDENT.md	for the student, and as a page, STUDENT.html
 */
#ifndef RUNNER_CLASS_BOOK_H
#define RUNNER_CLASS_BOOK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lab/base/error.h"
#include "lab/base/sha256.h"
#include "lab/exercise/exercise.h"
#include "lab/exercise/policy.h"
#include "lab/store/gradebook.h"

#define CLASS_BOOK_SCHEMA 1

struct class_about;

struct class_cell {
	char key[SHA256_HEX]; /* of the work; equal work has equal keys; "": there is none */
	char state[GRADEBOOK_STATE_MAX]; /* "pass", "fail", "missing", "broken"; "": not known yet
					  */
	double score, max_score;
	int64_t time; /* when it was handed in, seconds since 1970; 0: not known */
	char *why;    /* where there is no work: why; else NULL */
};

struct class_book {
	char *dir;
	int lock; /* one grading at a time writes here */
	struct gradebook *kept;
	const struct exercise *const *exercises;
	size_t exercise_count;
	char *const *students;
	size_t student_count;
	const struct policy *policy;     /* how results become grades; NULL: they are */
	const struct class_about *about; /* for the reports */
	struct class_cell *cells;        /* [student * exercise_count + exercise] */
	char *refused; /* lines on what the sandbox refused, once the reports are written; or NULL
			*/
};

/* Makes DIR. LAB_USAGE if it cannot be written, or if another grading writes there. */
int class_book_open(struct class_book *b, const char *dir, struct lab_error *e);
/* For whom there are cells. EXERCISES and STUDENTS must outlive the book. */
void class_book_seat(struct class_book *b, char *const *students, size_t student_count,
	const struct exercise *const *exercises, size_t exercise_count);
void class_book_done(struct class_book *b);

/* What was handed in: work of this KEY, with its result if there is one; or nothing, and then STATE
 * and WHY. Between gradebook_begin() and gradebook_commit() of b->kept it costs little. */
int class_book_hand_in(
	struct class_book *b, size_t cell, const char *key, int64_t time, struct lab_error *e);
int class_book_miss(
	struct class_book *b, size_t cell, const char *state, const char *why, struct lab_error *e);
/* What came of the work of COUNT cells, which have the same key. It is on the disk before this
 * returns. REPORT (may be NULL) is what `check --json` prints; WHY (may be NULL) explains the state
 * to staff. */
int class_book_enter(struct class_book *b, const size_t *cells, size_t count, const char *state,
	double score, const char *report, const char *why, struct lab_error *e);

/* NULL: nothing is known yet. */
const char *class_book_state(const struct class_book *b, size_t cell);
size_t class_book_count(const struct class_book *b, const char *state);
/* {"state", "score", "max_score", "why", "report"}, read from the disk: json_decref() it. NULL:
 * nothing is known yet. */
json_t *class_book_result(const struct class_book *b, size_t cell);

/* What the gradebook knows of a submission, into its cell. */
void class_book_recall(struct class_book *b, size_t cell, const struct gradebook_submission *s,
	const struct gradebook_result *r);

/* What the policy makes of a cell's score: less, if it was late. */
double class_book_counts(const struct class_book *b, size_t cell);
/* And of all of a student's: weighted, the lowest dropped. What is broken or not graded yet is in
 * neither sum. */
void class_book_total(const struct class_book *b, size_t student, double *score, double *most);
/* A line, if there is work with a deadline of which nobody knows when it was handed in. */
void class_book_tell_untimed(const struct class_book *b, FILE *out);

/* All that is made of the book: tables and reports. */
int class_book_write(struct class_book *b, struct lab_error *e);
/* The files of tables. */
int class_book_write_tables(const struct class_book *b, struct lab_error *e);
/* All the others. Where only some exercises are graded, of these. */
int class_book_write_reports(struct class_book *b, struct lab_error *e);
/* The gradebook in its canonical form. Nothing can be read from the book after that but cells. */
int class_book_finish(struct class_book *b, struct lab_error *e);
/* STUDENT, any bytes, as the name of a file: plain, at most 200 bytes, begins with neither '.' nor
 * '-', and no two are alike. Caller frees. */
char *class_book_file_name(const char *student);
/* For a terminal: a row a student, but if there are very many, and a row an exercise. */
void class_book_print(const struct class_book *b, FILE *out);
/* A line for each broken result, if there are not very many. */
void class_book_print_broken(const struct class_book *b, FILE *out);

#endif
