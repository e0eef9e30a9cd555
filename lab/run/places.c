/*
 * Addresses of the run's executables -> places, through the line tables that the build wrote. Only
 * programs of bin/ have one; whatever else a program execs has no places.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/path.h"
#include "lab/run/internal.h"

#define BIN_INSIDE "/lab/bin/"

static struct lines *lines_of(struct programs *p, const char *path)
{
	LAB_FREE char *file = NULL;
	struct lines *lines = NULL;

	for (size_t i = 0; i < p->count; i++)
		if (strcmp(p->list[i].path, path) == 0)
			return p->list[i].lines;
	if (p->count == LINES_MAX)
		return NULL;
	if (p->lines_dir && strncmp(path, BIN_INSIDE, strlen(BIN_INSIDE)) == 0) {
		file = path_join(p->lines_dir, path + strlen(BIN_INSIDE));
		if (path_is_file(file))
			lines = lines_load(file, NULL);
	}
	p->list[p->count].path = lab_xstrdup(path);
	p->list[p->count++].lines = lines;
	return lines;
}

bool programs_place(struct programs *p, const char *path, uint64_t addr, const char **file,
	int *line, const char **function)
{
	struct lines *lines = lines_of(p, path);

	return lines && lines_find(lines, addr, file, line, function);
}

bool programs_runtime(struct programs *p, const char *path, uint64_t *begin, uint64_t *end)
{
	struct lines *lines = lines_of(p, path);

	if (!lines)
		return false;
	lines_runtime(lines, begin, end);
	return *end > *begin;
}

void programs_done(struct programs *p)
{
	for (size_t i = 0; i < p->count; i++) {
		free(p->list[i].path);
		lines_free(p->list[i].lines);
	}
	p->count = 0;
}
