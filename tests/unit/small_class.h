/*
 * A small class that was graded, for the tests of what is told of a whole class; and one in which a
 * student has chosen all words.
 */
#ifndef TESTS_UNIT_SMALL_CLASS_H
#define TESTS_UNIT_SMALL_CLASS_H

#include "lab/report/class.h"

enum { STUDENTS = 5, EXERCISES = 3 };

extern const struct exercise *const exercises[EXERCISES];
extern const struct report_person people[STUDENTS];

/* What the check that fails says and shows, where it does not matter. */
extern const char said[], line[];

/* Ada has it all. Bob and the third one fail alike, with the same files. Eve handed nothing in. The
 * last one's is what there was to begin with, does not build, and broke. */
struct report_class *class_with(const char *message, const char *source);

/* Words that a page, a CSV file or a terminal could take for its own. */
extern const char *const hostile[];
extern const int hostile_count;

/* A class in which all that a student can choose is TEXT. */
struct report_class *poisoned(const char *text, struct report_person *person);

#endif
