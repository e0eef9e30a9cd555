/* The student's folder: see workspace.h. */
#include "config.h"

#include "runner/workspace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/build/build.h"

#define MARK  ".ipclab"
#define STORE MARK "/progress.db"

enum { STARTER_MOST = 1 << 20 };

const char *work_state_name(enum work_state state)
{
	static const char *const names[WORK_STATE_COUNT] = {
		[WORK_NEW] = "not tried",
		[WORK_FAILING] = "failing",
		[WORK_PASSING] = "passing",
		[WORK_BROKEN] = "broken",
	};

	return names[state];
}

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

/* The absolute path of what need not be there yet: of its part that is, then the rest. */
static char *absolute(const char *dir)
{
	LAB_FREE char *there = lab_xstrdup(dir);
	char *slash = there, *real;
	const char *rest = "";

	while (!path_exists(there) && (slash = strrchr(there, '/')) && slash != there) {
		rest = dir + (slash - there);
		*slash = '\0';
	}
	if (!path_exists(there)) {
		LAB_FREE char *here = realpath(".", NULL);

		return here ? path_join(here, dir) : NULL;
	}
	real = realpath(there, NULL);
	if (real && *rest) {
		char *whole = lab_xprintf("%s%s", real, rest);

		free(real);
		return whole;
	}
	return real;
}

static bool lies_in(const char *dir, const char *outer)
{
	size_t len = strlen(outer);

	return strncmp(dir, outer, len) == 0 && (dir[len] == '/' || dir[len] == '\0');
}

static int outside_of_course(const char *dir, const struct course *course, struct lab_error *e)
{
	LAB_FREE char *root = realpath(course->dir, NULL);

	if (root && lies_in(dir, root))
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
		"this is no workspace, and lies in none; \"ipclab init\" makes one in ~/ipclab, "
		"\"ipclab init DIR\" elsewhere");
	return NULL;
}

void workspace_close(struct workspace *w)
{
	if (!w)
		return;
	store_close(w->store);
	free(w->dir);
	free(w->trouble);
	free(w);
}

/* ---- an exercise's files ---- */

char *workspace_folder(const struct workspace *w, const struct exercise *exercise)
{
	return path_join(w->dir, exercise->id);
}

/* O_EXCL: what is there, whatever it is, stays. */
static int copy_new(const char *from, const char *to, struct lab_error *e)
{
	BUF_SCOPED bytes = BUF_INIT;
	FD_SCOPED fd = -1;

	if (file_read(from, &bytes, STARTER_MOST, e) < 0)
		return -1;
	fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return errno == EEXIST ? 0 : lab_fail_errno(e, LAB_USAGE, "create \"%s\"", to);
	if (fd_write_all(fd, buf_text(&bytes), bytes.len) < 0) {
		lab_fail_errno(e, LAB_USAGE, "write \"%s\"", to);
		unlink(to);
		return -1;
	}
	return 0;
}

static int copy_missing(
	const struct exercise *exercise, const char *folder, char **list, struct lab_error *e)
{
	for (; list && *list; list++) {
		LAB_FREE char *from = path_join(exercise->folder, *list);
		LAB_FREE char *to = path_join(folder, *list);

		if (!path_exists(to) && copy_new(from, to, e) < 0)
			return -1;
	}
	return 0;
}

int workspace_prepare(
	const struct workspace *w, const struct exercise *exercise, struct lab_error *e)
{
	LAB_FREE char *folder = workspace_folder(w, exercise);

	if (make_folder(folder, e) < 0)
		return lab_wrap(e, "your work cannot be kept in \"%s\"", w->dir);
	for (size_t i = 0; i < exercise->given_count; i++)
		if (copy_missing(exercise, folder, exercise->given[i].sources, e) < 0)
			return -1;
	return copy_missing(exercise, folder, exercise->files, e);
}

int workspace_reset(const struct workspace *w, const struct exercise *exercise, char **aside,
	struct lab_error *e)
{
	LAB_FREE char *folder = workspace_folder(w, exercise);

	*aside = NULL;
	for (int i = 1; path_exists(folder) && !*aside; i++) {
		char *name = lab_xprintf("%s.old-%d", folder, i);

		if (!path_exists(name) && rename(folder, name) == 0)
			*aside = name;
		else
			free(name);
		if (!*aside &&
			(i == 10000 || (errno != EEXIST && errno != ENOTEMPTY && errno != 0)))
			return lab_fail_errno(e, LAB_USAGE, "move \"%s\" aside", folder);
		errno = 0;
	}
	return workspace_prepare(w, exercise, e);
}

/* ---- what was done ---- */

/* The files that the grade was of, as far as they are sources of a usual size. */
static size_t read_files(const char *folder, const struct exercise *exercise, struct buf *contents,
	struct store_file *list, size_t most)
{
	size_t count = 0;

	for (char **name = exercise->files; name && *name && count < most; name++) {
		LAB_FREE char *path = path_join(folder, *name);
		struct buf *bytes = &contents[count];

		if (file_read(path, bytes, BUILD_SOURCE_MAX, NULL) == 0)
			list[count++] = (struct store_file){*name, buf_text(bytes), bytes->len};
	}
	return count;
}

int workspace_record(struct workspace *w, const struct exercise *exercise, enum verdict verdict,
	double score, double max_score, const char *report, struct lab_error *e)
{
	LAB_FREE char *folder = workspace_folder(w, exercise);
	struct buf contents[BUILD_FILES_MAX] = {BUF_INIT};
	struct store_file files[BUILD_FILES_MAX];
	struct store_attempt attempt = {
		.exercise = exercise->id,
		.verdict = verdict,
		.score = score,
		.max_score = max_score,
		.report = report,
		.files = files,
	};
	int result;

	if (!w->store)
		return lab_fail(e, LAB_USAGE, "%s", w->trouble);
	attempt.file_count = read_files(folder, exercise, contents, files, BUILD_FILES_MAX);
	result = store_add_attempt(w->store, &attempt, e);
	for (size_t i = 0; i < attempt.file_count; i++)
		buf_done(&contents[i]);
	return result;
}

struct store_standing workspace_standing(const struct workspace *w, const struct exercise *exercise)
{
	struct store_standing standing = {.last = VERDICT_FAIL};

	if (w->store && store_standing(w->store, exercise->id, &standing, NULL) < 0)
		standing = (struct store_standing){.last = VERDICT_FAIL};
	return standing;
}

enum work_state workspace_state(const struct workspace *w, const struct exercise *exercise)
{
	struct store_standing standing = workspace_standing(w, exercise);

	if (standing.last == VERDICT_BROKEN)
		return WORK_BROKEN;
	if (standing.attempts == 0)
		return WORK_NEW;
	return standing.last == VERDICT_PASS ? WORK_PASSING : WORK_FAILING;
}
