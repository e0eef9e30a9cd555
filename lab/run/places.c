/*
 * Addresses of the run's executables -> places, through the line tables that the build wrote. Only
 * programs of bin/ have one; whatever else a program execs has no places.
 *
 * All runs of a process read the same tables: they are parsed once, and kept for as long as it
 * lives.
 */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/run/internal.h"

#define BIN_INSIDE "/lab/bin/"
#define READ_MS    10000 /* wall time, a net */

/* guest/lines looks at the program inside a sandbox: its debug information may be hostile. It gets
 * the file and not its name, since who it is there may not enter the folder (root's own are often
 * for root alone). NULL: no table (it was not built with -g, or there is no sandbox here); then
 * there are no places. */
static struct lines *read_in_sandbox(const char *path)
{
	const char *const argv[] = {"lines", "--any", NULL};
	FD_SCOPED in = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	FD_SCOPED out = memfd_create("lines", MFD_CLOEXEC);
	LAB_FREE char *out_path = lab_xprintf("/proc/self/fd/%d", out);
	struct sandbox_command command = {
		.path = "/lab/guest/lines", .argv = argv, .fds = {in, out, -1}};
	struct sandbox_plan_storage storage;
	struct sandbox_plan plan;
	struct sandbox *sandbox;
	pid_t outside, child;
	int status = -1;

	sandbox_plan_compiler(&plan, &storage, lab_guest_dir(), lab_guest_dir());
	sandbox = in < 0 || out < 0 ? NULL : sandbox_start(&plan, NULL);
	if (!sandbox)
		return NULL;
	if (sandbox_spawn(sandbox, &command, &outside, &child, NULL) < 0 ||
		sandbox_release(sandbox, child, NULL) < 0 ||
		sandbox_wait(sandbox, child, READ_MS, &status, NULL) != 0)
		status = -1;
	sandbox_stop(sandbox);
	return status == 0 ? lines_load(out_path, NULL) : NULL;
}

/* A program of the caller's own, not of the system. */
static bool is_own(const char *path)
{
	return path[0] == '/' && strncmp(path, "/usr/", 5) != 0 && strncmp(path, "/bin/", 5) != 0;
}

/* A file that was read, as it was then. */
struct table {
	struct table *next;
	char *file;
	struct stat st;
	struct lines *lines; /* NULL: it is no line table */
};

/* The table of FILE; NULL: there is none. One that has changed is another one: places that were
 * found in the former may be in use. */
static struct lines *table_of(const char *file)
{
	static struct table *tables;
	struct table *t;
	struct stat st;

	if (stat(file, &st) < 0 || !S_ISREG(st.st_mode))
		return NULL;
	for (t = tables; t; t = t->next)
		if (strcmp(t->file, file) == 0 && file_is_same(&t->st, &st))
			return t->lines;
	t = lab_xmalloc(sizeof(*t));
	*t = (struct table){tables, lab_xstrdup(file), st, lines_load(file, NULL)};
	tables = t;
	return t->lines;
}

static struct lines *lines_of(struct programs *p, const char *path)
{
	LAB_FREE char *file = NULL;
	struct lines *lines = NULL, *own = NULL;

	for (size_t i = 0; i < p->count; i++)
		if (strcmp(p->list[i].path, path) == 0)
			return p->list[i].lines;
	if (p->count == LINES_MAX)
		return NULL;
	if (p->lines_dir && strncmp(path, BIN_INSIDE, strlen(BIN_INSIDE)) == 0) {
		file = path_join(p->lines_dir, path + strlen(BIN_INSIDE));
		lines = table_of(file);
	}
	if (p->read_any && is_own(path))
		lines = own = read_in_sandbox(p->host_path ? p->host_path : path);
	p->list[p->count].path = lab_xstrdup(path);
	p->list[p->count].own = own;
	p->list[p->count++].lines = lines;
	return lines;
}

bool programs_place(struct programs *p, const char *path, uint64_t addr, const char **file,
	int *line, const char **function)
{
	struct lines *lines = lines_of(p, path);

	return lines && lines_find(lines, addr, file, line, function);
}

bool programs_variable(struct programs *p, const char *path, size_t i, uint64_t *addr,
	uint64_t *size, const char **name)
{
	struct lines *lines = lines_of(p, path);

	return lines && lines_variable(lines, i, addr, size, name);
}

bool programs_runtime(struct programs *p, const char *path, uint64_t *begin, uint64_t *end)
{
	struct lines *lines = lines_of(p, path);

	if (!lines)
		return false;
	lines_runtime(lines, begin, end);
	return *end > *begin;
}

void run_prepare(const char *lines_dir)
{
	struct dirent *entry;
	DIR *dir = lines_dir ? opendir(lines_dir) : NULL;

	while (dir && (entry = readdir(dir))) {
		LAB_FREE char *file = path_join(lines_dir, entry->d_name);

		table_of(file);
	}
	if (dir)
		closedir(dir);
	run_filter(false, NULL);
}

void programs_done(struct programs *p)
{
	for (size_t i = 0; i < p->count; i++) {
		free(p->list[i].path);
		lines_free(p->list[i].own);
	}
	p->count = 0;
}
