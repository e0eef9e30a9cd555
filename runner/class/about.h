/*
 * What the reports of a class say besides what came of the work: by what a gradebook elsewhere
 * knows a student, what students begin with, whether anybody is named. The grade book keeps the
 * first two, so that reports are the same whether the class was just read or books were merged.
 */
#ifndef RUNNER_CLASS_ABOUT_H
#define RUNNER_CLASS_ABOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/base/error.h"
#include "lab/base/sha256.h"
#include "lab/report/class.h"

struct class_book;
struct intake;

struct class_starter {
	size_t exercise;
	char key[SHA256_HEX]; /* of what students begin with */
};

struct class_about {
	struct report_person *people; /* [student], as in the book */
	size_t count;
	struct class_starter *starters;
	size_t starter_count;
	bool anonymous; /* the page of the class names nobody */
};

/* What IN knows of students, and what they begin with, into the book. BASES: of each exercise, see
 * key.h. */
int class_about_keep(struct class_book *b, const struct intake *in, const char (*bases)[SHA256_HEX],
	struct lab_error *e);
/* What the book has of those that are seated in it, who must outlive A. class_about_done() either
 * way. */
int class_about_init(
	struct class_about *a, const struct class_book *b, bool anonymous, struct lab_error *e);
void class_about_done(struct class_about *a);

/* Where the feedback of STUDENT lies, as an address on a page of the class. Caller frees. */
char *class_about_page(const char *student);

#endif
