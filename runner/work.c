/*
 * The student's folder: see work.h. .ipclab/progress is a line an exercise, "STATE ID", replaced as
 * a whole; lines that are not understood are kept, so that a newer lab's are not lost.
 */
#include "config.h"

#include "runner/work.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"

enum { STARTER_MOST = 1 << 20, PROGRESS_MOST = 1 << 20 };

static const char *const names[WORK_STATE_COUNT] = {
	[WORK_NEW] = "not tried",
	[WORK_FAILING] = "failing",
	[WORK_PASSING] = "passing",
	[WORK_BROKEN] = "broken",
};

const char *work_state_name(enum work_state state)
{
	return names[state];
}

/* ---- folders ---- */

static char *default_root(struct lab_error *e)
{
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");

	if (data && *data == '/')
		return path_join(data, "ipclab/work");
	if (home && *home == '/')
		return path_join(home, ".local/share/ipclab/work");
	lab_fail(e, LAB_USAGE,
		"where to keep your work? HOME is not set; name a folder with --work=DIR");
	return NULL;
}

char *work_root(const char *dir, struct lab_error *e)
{
	char *here, *root;

	if (!dir)
		return default_root(e);
	if (*dir == '/')
		return lab_xstrdup(dir);
	here = realpath(".", NULL);
	if (!here) {
		lab_fail_errno(e, LAB_USAGE, "open the current folder");
		return NULL;
	}
	root = path_join(here, dir);
	free(here);
	return root;
}

char *work_folder(const char *root, const struct exercise *exercise)
{
	return path_join(root, exercise->id);
}

/* O_EXCL: what is there, whatever it is, stays. */
static int copy_new(const char *from, const char *to, struct lab_error *e)
{
	BUF_SCOPED bytes = BUF_INIT;
	FD_SCOPED fd = -1;

	if (file_read(from, &bytes, STARTER_MOST, e) < 0)
		return -1;
	fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
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

int work_prepare(const char *root, const struct exercise *exercise, struct lab_error *e)
{
	LAB_FREE char *folder = work_folder(root, exercise);

	if (path_mkdirs(folder, 0777, e) < 0) {
		if (e)
			e->kind = LAB_USAGE;
		return lab_wrap(e, "your work cannot be kept in \"%s\"", root);
	}
	for (size_t i = 0; i < exercise->given_count; i++)
		if (copy_missing(exercise, folder, exercise->given[i].sources, e) < 0)
			return -1;
	return copy_missing(exercise, folder, exercise->files, e);
}

/* ---- progress ---- */

static char *progress_path(const char *root)
{
	return path_join(root, ".ipclab/progress");
}

/* The ID of a line "STATE ID" of LEN bytes, or NULL. */
static const char *read_line(const char *line, size_t len, enum work_state *state, size_t *id_len)
{
	for (int s = WORK_FAILING; s < WORK_STATE_COUNT; s++) {
		size_t n = strlen(names[s]);

		if (len > n + 1 && memcmp(line, names[s], n) == 0 && line[n] == ' ') {
			*state = (enum work_state)s;
			*id_len = len - n - 1;
			return line + n + 1;
		}
	}
	return NULL;
}

static bool is_of(const char *id, size_t len, const struct exercise *ex)
{
	return strlen(ex->id) == len && memcmp(id, ex->id, len) == 0;
}

int work_read_progress(
	const char *root, const struct course *course, enum work_state *states, struct lab_error *e)
{
	LAB_FREE char *path = progress_path(root);
	BUF_SCOPED bytes = BUF_INIT;
	const char *line;
	size_t len, id_len;

	if (!path_exists(path))
		return 0;
	if (file_read(path, &bytes, PROGRESS_MOST, e) < 0)
		return -1;
	for (line = buf_text(&bytes); *line; line += len + (line[len] == '\n')) {
		enum work_state state;
		const char *id;

		len = strcspn(line, "\n");
		id = read_line(line, len, &state, &id_len);
		for (size_t i = 0; id && i < course->count; i++)
			if (is_of(id, id_len, course->exercises[i]))
				states[i] = state;
	}
	return 0;
}

int work_write_progress(const char *root, const struct exercise *exercise, enum work_state state,
	struct lab_error *e)
{
	LAB_FREE char *path = progress_path(root);
	LAB_FREE char *folder = path_join(root, ".ipclab");
	BUF_SCOPED before = BUF_INIT;
	BUF_SCOPED after = BUF_INIT;
	const char *line;
	size_t len, id_len;

	if (path_mkdirs(folder, 0777, e) < 0)
		return -1;
	if (path_exists(path) && file_read(path, &before, PROGRESS_MOST, e) < 0)
		return -1;
	for (line = buf_text(&before); *line; line += len + (line[len] == '\n')) {
		enum work_state ignored;
		const char *id;

		len = strcspn(line, "\n");
		id = read_line(line, len, &ignored, &id_len);
		if (!id || !is_of(id, id_len, exercise))
			buf_printf(&after, "%.*s\n", (int)len, line);
	}
	if (state != WORK_NEW)
		buf_printf(&after, "%s %s\n", names[state], exercise->id);
	return file_write(path, buf_text(&after), after.len, 0666, e);
}
