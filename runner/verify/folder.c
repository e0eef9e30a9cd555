/* The names in a folder, sorted by byte, so that every machine sees the same order. */
#include "config.h"

#include "runner/verify/folder.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int folder_read(struct folder *f, const char *path, struct lab_error *e)
{
	DIR *dir = opendir(path);

	*f = (struct folder){0};
	if (!dir)
		return lab_fail_errno(e, LAB_BROKEN, "read folder \"%s\"", path);
	for (struct dirent *d = readdir(dir); d; d = readdir(dir)) {
		if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
			continue;
		f->names = lab_xrealloc(f->names, (f->count + 1) * sizeof(*f->names));
		f->names[f->count++] = lab_xstrdup(d->d_name);
	}
	closedir(dir);
	if (f->count > 0)
		qsort(f->names, f->count, sizeof(*f->names), by_name);
	return 0;
}

void folder_done(struct folder *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->names[i]);
	free(f->names);
	*f = (struct folder){0};
}
