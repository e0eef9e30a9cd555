/*
 * A class on disk: a folder a student, each laid out as a workspace (CHAPTER/EXERCISE/FILES). Reads
 * what is there and changes nothing. Whatever lies in it came from students: links are never
 * followed, and names are any bytes.
 */
#ifndef RUNNER_CLASS_FOLDER_H
#define RUNNER_CLASS_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/base/error.h"
#include "lab/base/sha256.h"
#include "lab/exercise/exercise.h"

struct class_folder {
	char *dir;
	char **students; /* names of the folders in it, sorted; those that begin with '.' are not */
	size_t count;
	char **others; /* what is in it besides, and is not graded: files, links */
	size_t other_count;
};

/* LAB_USAGE if DIR is no folder, cannot be read, or holds no folder. */
int class_folder_open(struct class_folder *c, const char *dir, struct lab_error *e);
void class_folder_done(struct class_folder *c);

enum class_work {
	CLASS_WORK_THERE,
	CLASS_WORK_MISSING,    /* no such folder, or nothing in it that could be handed in */
	CLASS_WORK_UNREADABLE, /* the grader's fault or the machine's, not the student's */
};

/* What STUDENT has for EX. *FOLDER: where (the caller frees), always set. SUM: of all that decides
 * what is handed in: names, kinds, contents. E says why it is missing or unreadable. */
enum class_work class_folder_work(const struct class_folder *c, const char *student,
	const struct exercise *ex, char **folder, char sum[static SHA256_HEX], struct lab_error *e);

#endif
