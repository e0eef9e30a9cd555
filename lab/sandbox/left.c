/*
 * What is left inside when the programs are over. Read from outside through descriptors that init
 * opened: its view, our code. Kinds are EVENT_LEFT's; "dir" is a folder.
 */
#include "config.h"

#include "lab/sandbox/sandbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/sandbox/inside.h"

#define LEFT_MAX  1024 /* enough to say it; a program may leave 4,000 files */
#define DEPTH_MAX 8

struct leavings {
	struct sandbox *s;
	struct sandbox_left *list;
	size_t count;
	struct lab_error *e;
};

static void add(struct leavings *l, const char *kind, const char *path)
{
	if (l->count == LEFT_MAX)
		return;
	if (l->count % 64 == 0)
		l->list = lab_xrealloc(l->list, (l->count + 64) * sizeof *l->list);
	l->list[l->count].kind = kind;
	snprintf(l->list[l->count].path, sizeof l->list->path, "%s", path);
	l->count++;
}

static bool was_put(const struct sandbox *s, const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < s->put_count; i++) {
		/* The file itself, or a folder made for it. */
		if (strncmp(s->put[i], path, len) == 0 &&
			(s->put[i][len] == '\0' || s->put[i][len] == '/'))
			return true;
	}
	return false;
}

static const char *kind_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFIFO:
		return "fifo";
	case S_IFSOCK:
		return "socket";
	case S_IFDIR:
		return "dir";
	default:
		return "file";
	}
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int no_dots(const struct dirent *d)
{
	return strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0;
}

static int walk(struct leavings *l, const char *dir, int depth);

static int found(struct leavings *l, const char *path, mode_t mode, int depth)
{
	if (!was_put(l->s, path))
		add(l, kind_of(mode), path);
	return S_ISDIR(mode) && depth < DEPTH_MAX ? walk(l, path, depth + 1) : 0;
}

/* Sorted by name: the order must not depend on the file system. */
static int walk(struct leavings *l, const char *dir, int depth)
{
	FD_SCOPED fd = sandbox_open(l->s, dir, O_RDONLY | O_DIRECTORY, l->e);
	struct dirent **names;
	int rc = 0, n;

	if (fd < 0) /* a path too long, or changed by something that still runs */
		return depth && l->e->errnum != EPIPE ? 0 : -1;
	n = scandirat(fd, ".", &names, no_dots, by_name);
	if (n < 0)
		return lab_fail_errno(l->e, LAB_BROKEN, "read folder \"%s\" of the sandbox", dir);
	for (int i = 0; i < n; i++) {
		LAB_FREE char *path = lab_xprintf("%s/%s", dir, names[i]->d_name);
		struct stat st;

		if (rc == 0 && fstatat(fd, names[i]->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			rc = found(l, path, st.st_mode, depth);
		free(names[i]);
	}
	free(names);
	return rc;
}

/* Objects in memory lie in one flat folder; a semaphore's file is called sem.NAME (glibc, musl). */
static int memory_objects(struct leavings *l, const char *dir, const char *kind)
{
	FD_SCOPED fd = sandbox_open(l->s, dir, O_RDONLY | O_DIRECTORY, l->e);
	struct dirent **names;
	int n;

	if (fd < 0)
		return -1;
	n = scandirat(fd, ".", &names, no_dots, by_name);
	if (n < 0)
		return lab_fail_errno(l->e, LAB_BROKEN, "read folder \"%s\" of the sandbox", dir);
	for (int i = 0; i < n; i++) {
		const char *name = names[i]->d_name;
		bool sem = strcmp(kind, "shm") == 0 && strncmp(name, "sem.", 4) == 0;
		LAB_FREE char *path = lab_xprintf("/%s", sem ? name + 4 : name);

		add(l, sem ? "sem" : kind, path);
		free(names[i]);
	}
	free(names);
	return 0;
}

/* /proc/sysvipc/X, proc(5): a heading, then key and id first in each line. The id counts up in the
 * namespace from 0, so it is the same in each run. */
static int system_v(struct leavings *l, const char *path, const char *kind)
{
	FD_SCOPED fd = sandbox_open(l->s, path, O_RDONLY, l->e);
	BUF_SCOPED text = BUF_INIT;
	char *line, *rest;

	if (fd < 0)
		return l->e->errnum == ENOENT ? 0 : -1; /* a kernel without System V objects */
	if (fd_read_to_end(fd, &text, 1 << 20) < 0)
		return lab_fail_errno(l->e, LAB_BROKEN, "read \"%s\" of the sandbox", path);
	rest = text.data;
	for (int n = 0; rest && (line = strsep(&rest, "\n")); n++) {
		int key, id;
		char name[64];

		if (n == 0 || sscanf(line, "%d %d", &key, &id) != 2)
			continue;
		if (key)
			snprintf(name, sizeof name, "key 0x%x, id %d", (unsigned)key, id);
		else
			snprintf(name, sizeof name, "IPC_PRIVATE, id %d", id);
		add(l, kind, name);
	}
	return 0;
}

int sandbox_left(struct sandbox *s, struct sandbox_left **list, size_t *count, struct lab_error *e)
{
	struct lab_error own;
	struct leavings l = {.s = s, .e = e ? e : &own};

	*list = NULL;
	*count = 0;
	/* The caller's own files and objects are not ours to list. */
	if (!s->own_root)
		return 0;
	if (memory_objects(&l, "/dev/shm", "shm") < 0 ||
		memory_objects(&l, "/dev/mqueue", "mqueue") < 0 ||
		system_v(&l, "/proc/sysvipc/shm", "sysv-shm") < 0 ||
		system_v(&l, "/proc/sysvipc/sem", "sysv-sem") < 0 ||
		system_v(&l, "/proc/sysvipc/msg", "sysv-msg") < 0 || walk(&l, s->work_dir, 0) < 0 ||
		walk(&l, "/tmp", 0) < 0) {
		free(l.list);
		return -1;
	}
	*list = l.list;
	*count = l.count;
	return 0;
}
