/* The student's folder, found, made and opened: see workspace.h. What is in it is the matter of
 * workspace_files.c and workspace_record.c. */
#include "config.h"

#include "runner/workspace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/path.h"

#define MARK  ".ipclab"
#define STORE MARK "/progress.db"

/* ---- finding ---- */

static bool is_workspace(const char *dir)
{
	LAB_FREE char *mark = path_join(dir, MARK);

	return path_is_dir(mark);
}

char *workspace_find(const char *from)
{
	char *dir = realpath(from ? from : ".", NULL);

	while (dir && !is_workspace(dir)) {
		char *slash = strrchr(dir, '/');

		if (slash == dir) {
			free(dir);
			return NULL;
		}
		*slash = '\0';
	}
	return dir;
}

char *workspace_default(struct lab_error *e)
{
	const char *home = getenv("HOME");

	if (home && *home == '/')
		return path_join(home, "ipclab");
	lab_fail(e, LAB_USAGE,
		"where to keep your work? HOME is not set; name a folder: ipclab init DIR");
	return NULL;
}

/* ---- making ---- */

/* Its names are not looked up, so ".." among them could lead anywhere. */
static bool goes_back(const char *path)
{
	for (const char *p = path; (p = strstr(p, "..")); p += 2)
		if ((p == path || p[-1] == '/') && (p[2] == '/' || p[2] == '\0'))
			return true;
	return false;
}

/* The length of PATH, which begins with '/' or "./", without its last name. */
static size_t without_last(const char *path, size_t len)
{
	while (len > 1 && path[len - 1] != '/')
		len--;
	while (len > 1 && path[len - 1] == '/')
		len--;
	return len;
}

/* The absolute path of what need not be there yet: of its part that is, then the rest. NULL with
 * errno. */
static char *absolute(const char *dir)
{
	LAB_FREE char *whole = lab_xprintf("%s%s", *dir == '/' ? "" : "./", dir);
	LAB_FREE char *there = lab_xstrdup(whole);
	LAB_FREE char *real = NULL;
	size_t len = strlen(there);
	const char *rest;

	while (!path_exists(there) && len > 1) {
		len = without_last(there, len);
		there[len] = '\0';
	}
	rest = whole + len + strspn(whole + len, "/");
	if (goes_back(rest)) {
		errno = ENOENT;
		return NULL;
	}
	real = realpath(there, NULL);
	if (!real)
		return NULL;
	return *rest ? path_join(real, rest) : lab_xstrdup(real);
}

static int outside_of_course(const char *dir, const struct course *course, struct lab_error *e)
{
	LAB_FREE char *root = realpath(course->dir, NULL);

	if (root && path_lies_in(dir, root))
		return lab_fail(e, LAB_USAGE,
			"\"%s\" lies inside of the course (\"%s\"); your work belongs elsewhere",
			dir, root);
	return 0;
}

static int outside_of_another(const char *dir, struct lab_error *e)
{
	LAB_FREE char *parent = lab_xstrdup(dir);
	LAB_FREE char *outer = NULL;

	while (!path_is_dir(parent) && strrchr(parent, '/') != parent)
		*strrchr(parent, '/') = '\0';
	outer = workspace_find(parent);
	if (outer && strcmp(outer, dir) != 0)
		return lab_fail(e, LAB_USAGE,
			"\"%s\" lies inside of the workspace \"%s\"; one in another has no use",
			dir, outer);
	return 0;
}

static int make_folder(const char *path, struct lab_error *e)
{
	if (path_mkdirs(path, 0777, e) == 0)
		return 0;
	if (e)
		e->kind = LAB_USAGE;
	return -1;
}

int workspace_init(const char *dir, const struct course *course, size_t *added, struct lab_error *e)
{
	LAB_FREE char *whole = absolute(dir);
	LAB_FREE char *mark = whole ? path_join(whole, MARK) : NULL;
	struct workspace w = {.dir = whole};

	*added = 0;
	if (!whole)
		return lab_fail_errno(e, LAB_USAGE, "open \"%s\"", dir);
	if (outside_of_course(whole, course, e) < 0 || outside_of_another(whole, e) < 0 ||
		make_folder(mark, e) < 0)
		return -1;
	for (size_t i = 0; i < course->count; i++) {
		LAB_FREE char *folder = workspace_folder(&w, course->exercises[i]);

		*added += !path_is_dir(folder);
		if (workspace_prepare(&w, course->exercises[i], e) < 0)
			return -1;
	}
	return 0;
}

/* ---- opening ---- */

struct workspace *workspace_open(const char *dir, struct lab_error *e)
{
	LAB_FREE char *path = path_join(dir, STORE);
	struct lab_error why = {0};
	struct workspace *w;

	if (!is_workspace(dir)) {
		lab_fail(e, LAB_USAGE, "\"%s\" is no workspace: it has no folder " MARK, dir);
		return NULL;
	}
	w = lab_xmalloc(sizeof(*w));
	w->dir = realpath(dir, NULL);
	w->store = store_open(path, &why);
	if (!w->store)
		w->trouble = lab_xprintf("what you do is not kept: %s", why.text);
	else
		w->trouble = lab_xstrdup(store_note(w->store));
	return w;
}

struct workspace *workspace_open_here(const char *from, struct lab_error *e)
{
	LAB_FREE char *dir = workspace_find(from);

	if (dir)
		return workspace_open(dir, e);
	lab_fail(e, LAB_USAGE,
		"the current folder is no workspace, and lies in none: go to yours, or have one "
		"made, by \"ipclab init\" in ~/ipclab, by \"ipclab init DIR\" elsewhere");
	return NULL;
}

void workspace_close(struct workspace *w)
{
	if (!w)
		return;
	store_close(w->store);
	free(w->dir);
	free(w->trouble);
	submission_done(&w->seen);
	free(w);
}

char *workspace_folder(const struct workspace *w, const struct exercise *exercise)
{
	return path_join(w->dir, exercise->id);
}
