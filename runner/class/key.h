/*
 * What a result depends on, as one checksum: whatever is graded under the same key has the same
 * result, today and on another machine, whoever handed it in. In it are the work (names, kinds and
 * contents of its files), the exercise (its folder and its compiled test), the engine, the compiler
 * with its flags, and the kind of isolation.
 */
#ifndef RUNNER_CLASS_KEY_H
#define RUNNER_CLASS_KEY_H

#include <stddef.h>

#include "lab/base/error.h"
#include "lab/base/sha256.h"
#include "lab/exercise/exercise.h"

/* All but the work, for each exercise. LAB_BROKEN where one cannot be read. */
int class_key_bases(const struct exercise *const *exercises, size_t count, const char *isolation,
	char (*bases)[SHA256_HEX], struct lab_error *e);
/* WORK: the checksum of intake_sum(). */
void class_key(const char *base, const char *work, char key[static SHA256_HEX]);

#endif
