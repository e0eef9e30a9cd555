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
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/sandbox/inside.h"
#include "lab/sandbox/reduced.h"

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

static const char *kind_of(unsigned char type)
{
	switch (type) {
	case DT_FIFO:
		return "fifo";
	case DT_SOCK:
		return "socket";
	case DT_DIR:
		return "dir";
	default:
		return "file";
	}
}

struct entry {
	unsigned char type;
	char name[256];
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

/*
 * The entries of the folder FD, which is ours to close, sorted by name: the order must not depend
 * on the file system. Only the descriptor is used, no path below it and no stat: as an ordinary
 * user we have no more rights in a program's folder than it left us, but init opened it. The caller
 * frees; NULL and *COUNT 0 if it is empty; -1 in *COUNT if it cannot be read.
 */
static struct entry *entries(int fd, ssize_t *count)
{
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct entry *list = NULL;
	struct dirent *next;
	size_t n = 0;

	*count = -1;
	if (!d) {
		fd_close(&fd);
		return NULL;
	}
	while ((next = readdir(d))) {
		if (strcmp(next->d_name, ".") == 0 || strcmp(next->d_name, "..") == 0)
			continue;
		if (n % 64 == 0)
			list = lab_xrealloc(list, (n + 64) * sizeof *list);
		list[n].type = next->d_type;
		snprintf(list[n++].name, sizeof list->name, "%s", next->d_name);
	}
	closedir(d);
	if (n)
		qsort(list, n, sizeof *list, by_name);
	*count = (ssize_t)n;
	return list;
}

static int walk(struct leavings *l, int fd, const char *dir, int depth)
{
	ssize_t n;
	LAB_FREE struct entry *list = entries(fd, &n);

	if (n < 0) /* a path too long, or changed by something that still runs */
		return depth && l->e->errnum != EPIPE ? 0 : -1;
	for (ssize_t i = 0; i < n && l->count < LEFT_MAX; i++) {
		LAB_FREE char *path = lab_xprintf("%s/%s", dir, list[i].name);

		if (!was_put(l->s, path))
			add(l, kind_of(list[i].type), path);
		if (list[i].type != DT_DIR || depth == DEPTH_MAX)
			continue;
		fd = sandbox_open(l->s, path, O_RDONLY | O_DIRECTORY, l->e);
		if (walk(l, fd, path, depth + 1) < 0)
			return -1;
	}
	return 0;
}

/* Objects in memory lie in one flat folder; a semaphore's file is called sem.NAME (glibc, musl). */
static int memory_objects(struct leavings *l, int fd, const char *kind)
{
	ssize_t n;
	LAB_FREE struct entry *list = entries(fd, &n);

	for (ssize_t i = 0; i < n; i++) {
		const char *name = list[i].name;
		bool sem = strcmp(kind, "shm") == 0 && strncmp(name, "sem.", 4) == 0;
		LAB_FREE char *path = lab_xprintf("/%s", sem ? name + 4 : name);

		add(l, sem ? "sem" : kind, path);
	}
	return n < 0 ? -1 : 0;
}

/* /proc/sysvipc/X, proc(5): a heading, then key and id first in each line. The id counts up in the
 * namespace from 0, so it is the same in each run. */
static int system_v(struct leavings *l, int opened, const char *kind)
{
	FD_SCOPED fd = opened;
	BUF_SCOPED text = BUF_INIT;
	char *line, *rest;

	if (fd_read_to_end(fd, &text, 1 << 20) < 0)
		return lab_fail_errno(l->e, LAB_BROKEN, "read the sandbox's %s", kind);
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

/* Opens all places. FDS of those that are not there, or cannot be opened, are -1; the errnum of the
 * latter is in LEFT. */
static int open_places(struct leavings *l, struct wire_left *left, int fds[LEFT_PLACES])
{
	const struct wire_request request = {.kind = WIRE_OPEN_LEFT};
	int got[LEFT_PLACES];
	size_t count = LEFT_PLACES, next = 0;

	if (l->s->killed ||
		wire_send(l->s->control, &request, sizeof request, NULL, 0, NULL, 0) < 0 ||
		wire_receive(l->s->control, left, sizeof *left, got, &count, NULL) !=
			sizeof *left) {
		errno = EPIPE;
		return lab_fail_errno(l->e, LAB_BROKEN, "look for what is left in the sandbox");
	}
	for (size_t i = 0; i < LEFT_PLACES; i++)
		fds[i] = left->errnums[i] == 0 && next < count ? got[next++] : -1;
	return 0;
}

/* Those of queues are taken away, too: the kernel ends an IPC namespace when it has time, and until
 * then its queues count for the user's next sandboxes. */
static int queues(struct leavings *l, int fd)
{
	FD_SCOPED again = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 3);
	size_t first = l->count;

	if (memory_objects(l, fd, "mqueue") < 0)
		return -1;
	for (size_t i = first; i < l->count; i++)
		unlinkat(again, l->list[i].path + 1, 0); /* if not, it goes later */
	return 0;
}

/* A kernel without System V objects has no list of them. */
static int look_at(struct leavings *l, size_t i, int fd, int errnum)
{
	static const char *const kinds[] = {
		"shm", "mqueue", "sysv-shm", "sysv-sem", "sysv-msg", "files", "files"};
	const char *path = sandbox_left_places[i];

	if (fd < 0 && errnum == ENOENT && strncmp(kinds[i], "sysv", 4) == 0)
		return 0;
	if (fd < 0) {
		errno = errnum;
		return lab_fail_errno(l->e, LAB_BROKEN, "open the sandbox's %s", kinds[i]);
	}
	if (strncmp(kinds[i], "sysv", 4) == 0)
		return system_v(l, fd, kinds[i]);
	if (strcmp(kinds[i], "files") == 0)
		return walk(l, fd, *path ? path : l->s->work_dir, 0);
	if (strcmp(kinds[i], "mqueue") == 0)
		return queues(l, fd);
	return memory_objects(l, fd, kinds[i]);
}

static void add_object(void *context, const char *kind, const char *name)
{
	add(context, kind, name);
}

static int open_folder(struct leavings *l, const char *path)
{
	return sandbox_open(l->s, path, O_RDONLY | O_DIRECTORY, l->e);
}

/* Where the isolation is reduced: what is the run's among the machine's. */
static int look_in_reduced(struct leavings *l)
{
	if (memory_objects(l, open_folder(l, "/dev/shm"), "shm") < 0)
		return -1;
	reduced_objects(l->s->reduced, l, add_object);
	if (walk(l, open_folder(l, l->s->work_dir), l->s->work_dir, 0) < 0)
		return -1;
	return walk(l, open_folder(l, "/tmp"), "/tmp", 0);
}

static int look_in_all(struct leavings *l)
{
	struct wire_left left;
	int fds[LEFT_PLACES], rc = 0;

	if (open_places(l, &left, fds) < 0)
		return -1;
	for (size_t i = 0; i < LEFT_PLACES; i++) {
		if (rc == 0)
			rc = look_at(l, i, fds[i], left.errnums[i]);
		else
			fd_close(&fds[i]);
	}
	return rc;
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
	if ((s->reduced ? look_in_reduced(&l) : look_in_all(&l)) < 0) {
		free(l.list);
		return -1;
	}
	*list = l.list;
	*count = l.count;
	return 0;
}
