/* The names in a folder, sorted, without "." and "..". */
#ifndef RUNNER_VERIFY_FOLDER_H
#define RUNNER_VERIFY_FOLDER_H

#include <stddef.h>

#include "lab/base/error.h"

struct folder {
	char **names;
	size_t count;
};

int folder_read(struct folder *f, const char *path, struct lab_error *e);
void folder_done(struct folder *f);
#define FOLDER_SCOPED __attribute__((cleanup(folder_done))) struct folder

#endif
