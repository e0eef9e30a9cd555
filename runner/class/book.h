/*
 * The grade book of a class: what came of every student's every exercise, one file a result, so
 * that a grading that was interrupted goes on where it stood, and nothing is graded twice. From
 * these files the tables are made.
 *
 *	OUT/results/STUDENT/CHAPTER/EXERCISE.json	{"schema", "key", "student", "exercise",
 *						"state", "score", "max_score", "why", "report"}
 *	OUT/grades.csv				a row a student, a column an exercise
 *	OUT/results.csv				a row a student and exercise
 *	OUT/grades.json				the same as one object
 *	OUT/junit.xml				the same for tools that read test results
 *	OUT/feedback/STUDENT.md			for the student
 */
#ifndef RUNNER_CLASS_BOOK_H
#define RUNNER_CLASS_BOOK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lab/base/error.h"
#include "lab/exercise/exercise.h"

#define CLASS_BOOK_SCHEMA 1

struct class_book {
	char *dir;
	int lock; /* one grading at a time writes here */
	const struct exercise *const *exercises;
	size_t exercise_count;
	char *const *students;
	size_t student_count;
	json_t **results; /* [student * exercise_count + exercise]; NULL: none yet */
};

/* EXERCISES and STUDENTS must outlive the book. Makes DIR. LAB_USAGE if it cannot be written, or
 * if another grading writes there. */
int class_book_open(struct class_book *b, const char *dir, char *const *students,
	size_t student_count, const struct exercise *const *exercises, size_t exercise_count,
	struct lab_error *e);
void class_book_done(struct class_book *b);

/* The result that was saved under KEY, into the book; false: there is none, or it was `broken` and
 * is to be tried again. */
bool class_book_recall(struct class_book *b, size_t cell, const char *key);
/* REPORT (may be NULL) is what `check --json` prints; WHY (may be NULL) explains the state to
 * staff. The result is written before this returns. The book takes REPORT. */
int class_book_enter(struct class_book *b, size_t cell, const char *key, const char *state,
	double score, json_t *report, const char *why, struct lab_error *e);

/* "pass", "fail", "missing", "broken"; NULL: nothing is known yet. */
const char *class_book_state(const struct class_book *b, size_t cell);
size_t class_book_count(const struct class_book *b, const char *state);

/* The files of tables. */
int class_book_write_tables(const struct class_book *b, struct lab_error *e);
/* JUnit XML and feedback. Where only some exercises are graded, of these. */
int class_book_write_reports(const struct class_book *b, struct lab_error *e);
/* STUDENT, any bytes, as the name of a file: plain, at most 200 bytes, begins with neither '.' nor
 * '-', and no two are alike. Caller frees. */
char *class_book_file_name(const char *student);
/* A row a student, for a terminal. */
void class_book_print(const struct class_book *b, FILE *out);

#endif
