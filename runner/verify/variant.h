/*
 * The programs that come with an exercise, to test it: the starter, the reference, the unusual
 * right ones, and the wrong ones that students really write, each with what must catch it.
 */
#ifndef RUNNER_VERIFY_VARIANT_H
#define RUNNER_VERIFY_VARIANT_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/base/error.h"
#include "lab/exercise/exercise.h"
#include "runner/verify/problem.h"

enum variant_kind { VARIANT_STARTER, VARIANT_REFERENCE, VARIANT_RIGHT, VARIANT_WRONG };

struct variant {
	const struct exercise *exercise;
	enum variant_kind kind;
	char *name;           /* "starter", "reference", "right/NAME", "wrong/NAME" */
	char *path;           /* the file or folder; NULL for starter and reference */
	char *check, *phrase; /* wrong: which check must catch it, and with which words */
};

struct variants {
	struct variant *list;
	size_t count;
};

/* Adds those of EX to V. What is wrong with them (a header without check or message, ...) is added
 * to PROBLEMS; such a variant is left out. -1 and E: a folder could not be read. */
int variants_add(struct variants *v, const struct exercise *ex, struct problems *problems,
	struct lab_error *e);
void variants_done(struct variants *v);

/* Puts what a student would hand in for it into FOLDER, which exists and is empty: the reference's
 * (or the starter's) files, replaced by those of the variant. */
int variant_stage(const struct variant *v, const char *folder, struct lab_error *e);

/* Does TEXT contain PHRASE? White space counts as one blank; %d stands for any number, %s for any
 * word. */
bool phrase_matches(const char *phrase, const char *text);

#endif
