/*
 * Paths of a world without a mount namespace: the plan's names become the real ones at a call's
 * entry, and real ones the plan's where the kernel tells them (getcwd, readlink, /proc). What may
 * be opened is Landlock's to say. What Landlock does not know of (chmod, chown, times, inotify) is
 * allowed below the run's own folder only.
 *
 * Only beginnings of absolute paths are translated. A link or ".." that leads to a name of the
 * plan's leads to the machine's folder of that name instead, which is closed.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/supervise/call.h"

#define NO           (-1)
#define PATH_MOST    4096
#define MQUEUE_MAGIC 0x19800202 /* linux/magic.h */

/* Where a call has its paths: argument of each, and of the descriptor that it is relative to. */
static const struct path_call {
	int nr;
	int dir, path;   /* NO: none */
	int dir2, path2; /* a second one */
	bool changes;    /* what it names must be the run's own */
} path_calls[] = {
	{SYS_open, NO, 0, NO, NO, false},
	{SYS_openat, 0, 1, NO, NO, false},
	{437 /* openat2 */, 0, 1, NO, NO, false},
	{SYS_creat, NO, 0, NO, NO, false},
	{SYS_truncate, NO, 0, NO, NO, true},
	{SYS_mkdir, NO, 0, NO, NO, false},
	{SYS_mkdirat, 0, 1, NO, NO, false},
	{SYS_rmdir, NO, 0, NO, NO, false},
	{SYS_mknod, NO, 0, NO, NO, false},
	{SYS_mknodat, 0, 1, NO, NO, false},
	{SYS_unlink, NO, 0, NO, NO, false},
	{SYS_unlinkat, 0, 1, NO, NO, false},
	{SYS_rename, NO, 0, NO, 1, false},
	{SYS_renameat, 0, 1, 2, 3, false},
	{SYS_renameat2, 0, 1, 2, 3, false},
	{SYS_link, NO, 0, NO, 1, false},
	{SYS_linkat, 0, 1, 2, 3, false},
	{SYS_symlink, NO, 1, NO, NO, false},
	{SYS_symlinkat, 1, 2, NO, NO, false},
	{SYS_execve, NO, 0, NO, NO, false},
	{SYS_execveat, 0, 1, NO, NO, false},
	{SYS_stat, NO, 0, NO, NO, false},
	{SYS_lstat, NO, 0, NO, NO, false},
	{SYS_newfstatat, 0, 1, NO, NO, false},
	{SYS_statx, 0, 1, NO, NO, false},
	{SYS_statfs, NO, 0, NO, NO, false},
	{SYS_access, NO, 0, NO, NO, false},
	{SYS_faccessat, 0, 1, NO, NO, false},
	{439 /* faccessat2 */, 0, 1, NO, NO, false},
	{SYS_readlink, NO, 0, NO, NO, false},
	{SYS_readlinkat, 0, 1, NO, NO, false},
	{SYS_chdir, NO, 0, NO, NO, false},
	{SYS_inotify_add_watch, NO, 1, NO, NO, true},
	{SYS_chmod, NO, 0, NO, NO, true},
	{SYS_fchmodat, 0, 1, NO, NO, true},
	{452 /* fchmodat2 */, 0, 1, NO, NO, true},
	{SYS_fchmod, 0, NO, NO, NO, true},
	{SYS_chown, NO, 0, NO, NO, true},
	{SYS_lchown, NO, 0, NO, NO, true},
	{SYS_fchownat, 0, 1, NO, NO, true},
	{SYS_fchown, 0, NO, NO, NO, true},
	{SYS_utime, NO, 0, NO, NO, true},
	{SYS_utimes, NO, 0, NO, NO, true},
	{SYS_futimesat, 0, 1, NO, NO, true},
	{SYS_utimensat, 0, 1, NO, NO, true},
};

static const struct path_call *path_call(int64_t nr)
{
	for (size_t i = 0; i < sizeof(path_calls) / sizeof(path_calls[0]); i++)
		if (path_calls[i].nr == nr)
			return &path_calls[i];
	return NULL;
}

bool world_knows_paths_of(int64_t nr)
{
	return path_call(nr) != NULL;
}

/* ---- names ---- */

/* The rest of PATH behind the folder NAME, NULL if it does not lie there. Doubled slashes and
 * "/./" in PATH are no difference. */
static const char *behind(const char *path, const char *name)
{
	while (*name) {
		while (path[0] == '/' && (path[1] == '/' || (path[1] == '.' && path[2] == '/')))
			path += path[1] == '/' ? 1 : 2;
		if (*path++ != *name++)
			return NULL;
	}
	return *path == '\0' || *path == '/' ? path : NULL;
}

static const char *real_name(
	const struct supervise_world *w, const char *path, char *room, size_t size)
{
	const char *queue = path[0] == '/' && w->queues ? behind(path, "/dev/mqueue") : NULL;

	if (queue && *queue) {
		queue += strspn(queue, "/");
		snprintf(room, size, "%s/%s%s", w->queues_folder, *queue ? w->queues : "", queue);
		return room;
	}
	for (size_t i = 0; path[0] == '/' && i < w->folder_count; i++) {
		const char *rest = behind(path, w->folders[i].inside);

		if (!rest)
			continue;
		snprintf(room, size, "%s%s", w->folders[i].outside, rest);
		return room;
	}
	return path;
}

const char *world_plain(const struct supervisor *s, const char *path, char *room, size_t size)
{
	const struct supervise_world *w = s->config.world;

	for (size_t i = 0; w && i < w->folder_count; i++) {
		const char *rest = behind(path, w->folders[i].outside);

		if (!rest)
			continue;
		snprintf(room, size, "%s%s", w->folders[i].inside, rest);
		return room;
	}
	return path;
}

/* ---- what belongs to the run ---- */

static bool lies_below(int fd, const char *root)
{
	LAB_FREE char *link = lab_xprintf("/proc/self/fd/%d", fd);
	char real[PATH_MOST];
	ssize_t n = readlink(link, real, sizeof(real) - 1);

	real[n > 0 ? n : 0] = '\0';
	return behind(real, root) != NULL;
}

static int resolve(int base, const char *path)
{
	/* A link of /proc that leads anywhere is never the run's own; its own "self" is not ours.
	 */
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_NO_MAGICLINKS};

	return (int)syscall(437 /* openat2 */, base, path, &how, sizeof(how));
}

const char *world_reach(const struct supervisor *s, const struct tracee *t, int dir,
	const char *path, char *room, size_t size)
{
	LAB_FREE char *cwd = dir == AT_FDCWD ? lab_xprintf("/proc/%d/cwd", (int)t->tid)
					     : lab_xprintf("/proc/%d/fd/%d", (int)t->tid, dir);
	const char *real = real_name(s->config.world, path, room, size);
	LAB_FREE char *parent = lab_xstrdup(real);
	FD_SCOPED base = open(cwd, O_PATH | O_CLOEXEC);
	FD_SCOPED fd = -1;
	char *slash = strrchr(parent, '/');

	if (base < 0 && *real != '/')
		return real; /* EBADF: the kernel's to say */
	if (*real == '\0')
		return lies_below(base, s->config.world->root) ? real : NULL;
	fd = resolve(base, real);
	if (fd < 0 && errno == ENOENT) { /* what is to be made */
		if (slash)
			slash[slash == parent] = '\0';
		fd = resolve(base, slash ? parent : ".");
	}
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? real : NULL;
	return lies_below(fd, s->config.world->root) ? real : NULL;
}

/* ---- at the entry ---- */

static int descriptor(const struct tracee *t, int arg)
{
	return arg == NO ? AT_FDCWD : (int)arch_argument(&t->entry, (unsigned)arg);
}

/* One path of a call: 0, or the errno with which the call is refused. */
static int translate(struct supervisor *s, struct tracee *t, const struct path_call *c, int dir_arg,
	int path_arg, unsigned slot)
{
	uint64_t at = path_arg == NO ? 0 : arch_argument(&t->entry, (unsigned)path_arg);
	LAB_FREE char *path = at ? tracee_read_string(t, at, PATH_MOST) : lab_xstrdup("");
	char room[PATH_MOST + 256];
	const char *real;

	if (!path)
		return 0; /* EFAULT, ENAMETOOLONG: the kernel's to say */
	if (c->changes)
		real = world_reach(s, t, descriptor(t, dir_arg), path, room, sizeof(room));
	else
		real = real_name(s->config.world, path, room, sizeof(room));
	if (!real)
		return EPERM;
	if (real == path || !at)
		return 0;
	at = world_scratch(t, slot, real, strlen(real) + 1);
	if (!at)
		return ENAMETOOLONG;
	arch_set_argument(&t->regs, (unsigned)path_arg, at);
	t->rewritten = true;
	return 0;
}

uint64_t world_path_at(const struct tracee *t, unsigned n, int *dir)
{
	const struct path_call *c = path_call(arch_number(&t->entry));
	int path = !c ? NO : n == 0 ? c->path : c->path2;

	if (path == NO)
		return 0;
	*dir = descriptor(t, n == 0 ? c->dir : c->dir2);
	return arch_argument(&t->entry, (unsigned)path);
}

enum enter world_translate_paths(struct supervisor *s, struct tracee *t)
{
	const struct path_call *c = path_call(arch_number(&t->entry));
	int errnum = translate(s, t, c, c->dir, c->path, 0);

	if (!errnum && c->path2 != NO)
		errnum = translate(s, t, c, c->dir2, c->path2, 1);
	return errnum ? world_refuse(t, errnum) : ENTER_MAKE;
}

/* ---- at the exit ---- */

/* Landlock must let all queues be opened, so that mq_open(3) can. A program that has opened one as
 * a file which is not the run's does not get to use it: it is attacking, by links or folders that
 * led there past the names above. */
void world_check_opened(struct supervisor *s, struct tracee *t, int64_t fd)
{
	const struct supervise_world *w = s->config.world;
	LAB_FREE char *link = NULL;
	char real[PATH_MOST];
	struct statfs fs;
	const char *name;
	ssize_t n;

	if (!w->queues || fd < 0)
		return;
	link = lab_xprintf("/proc/%d/fd/%d", (int)t->tid, (int)fd);
	if (statfs(link, &fs) < 0 || fs.f_type != MQUEUE_MAGIC)
		return;
	n = readlink(link, real, sizeof(real) - 1);
	real[n > 0 ? n : 0] = '\0';
	name = strrchr(real, '/');
	if (name && strncmp(name + 1, w->queues, strlen(w->queues)) != 0 &&
		strcmp(real, w->queues_folder) != 0)
		kill(t->tid, SIGKILL);
}

/* getcwd counts its NUL, readlink writes none. */
int64_t world_plain_result(struct supervisor *s, struct tracee *t, int64_t result)
{
	int64_t nr = arch_number(&t->entry);
	bool link = nr == SYS_readlink || nr == SYS_readlinkat, cwd = nr == SYS_getcwd;
	uint64_t at = arch_argument(&t->entry, nr == SYS_readlinkat ? 2 : link ? 1 : 0);
	char real[PATH_MOST + 1], room[PATH_MOST];
	const char *plain;
	size_t len;

	if ((!link && !cwd) || result <= 0 || result > PATH_MOST ||
		!tracee_read(t, at, real, (size_t)result))
		return result;
	real[result] = '\0';
	plain = world_plain(s, real, room, sizeof(room));
	if (plain == real)
		return result;
	/* Of a name that is longer than the real one only as much as the kernel wrote has room. */
	len = strlen(plain) + (cwd ? 1 : 0);
	if (len > (size_t)result && cwd)
		return result;
	if (len > (size_t)result)
		len = (size_t)result;
	return tracee_write(t, at, plain, len) ? (int64_t)len : result;
}
