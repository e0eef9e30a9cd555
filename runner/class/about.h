/*
 * What the reports of a class say besides what is in its book: by what a gradebook elsewhere knows
 * a student, what students begin with, whether anybody is named.
 */
#ifndef RUNNER_CLASS_ABOUT_H
#define RUNNER_CLASS_ABOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/base/sha256.h"
#include "lab/report/class.h"

struct intake;

struct class_about {
	struct report_person *people; /* [student], as in the book */
	size_t count;
	char (*starters)[SHA256_HEX]; /* [exercise]: the key of what students begin with, or "" */
	bool anonymous;               /* the page of the class names nobody */
};

/* Strings of people but for their names' pages belong to IN. BASES: of each exercise, see key.h. */
void class_about_init(struct class_about *a, const struct intake *in,
	const char (*bases)[SHA256_HEX], bool anonymous);
void class_about_done(struct class_about *a);

/* Where the feedback of STUDENT lies, as an address on a page of the class. Caller frees. */
char *class_about_page(const char *student);

#endif
