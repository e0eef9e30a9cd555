/*
 * The owner's side of names and files where the isolation is reduced: the plan's names and the real
 * ones, files below the private folder, the objects that are left.
 *
 * Programs own that folder's contents and may put links anywhere in it, so every path is resolved
 * by the kernel with the private folder as the root.
 */
#include "config.h"

#include "lab/sandbox/reduced.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/sandbox/calls.h"

/* ---- names ------------------------------------------------------------------------------------
 */

/* The folder of which the beginning of TEXT is the name; OUTWARD: as the plan calls it. */
static const struct sandbox_folder *folder_of(
	const struct reduced *r, const char *text, bool outward)
{
	for (size_t i = 0; i < r->world.folder_count; i++) {
		const struct sandbox_folder *f = &r->world.folders[i];
		const char *name = outward ? f->inside : f->outside;
		size_t len = strlen(name);

		if (strncmp(text, name, len) == 0 && !strchr("abcdefghijklmnopqrstuvwxyz0123456789"
							     "ABCDEFGHIJKLMNOPQRSTUVWXYZ_-.",
							     text[len] ? text[len] : '/'))
			return f;
	}
	return NULL;
}

const char *reduced_outside(const struct reduced *r, const char *inside, char *room, size_t size)
{
	const struct sandbox_folder *f = folder_of(r, inside, true);

	if (!f)
		return inside;
	snprintf(room, size, "%s%s", f->outside, inside + strlen(f->inside));
	return room;
}

static void translate(const struct reduced *r, const char *text, bool outward, struct buf *into)
{
	char before = '=';

	while (*text) {
		const struct sandbox_folder *f =
			*text == '/' && (!outward || strchr("=:@ ", before))
				? folder_of(r, text, outward)
				: NULL;

		before = *text;
		if (f) {
			buf_puts(into, outward ? f->outside : f->inside);
			text += strlen(outward ? f->inside : f->outside);
			before = '/';
		} else {
			buf_putc(into, *text++);
		}
	}
}

void reduced_word(const struct reduced *r, const char *text, struct buf *into)
{
	if (r->supervised)
		buf_puts(into, text);
	else
		translate(r, text, true, into);
}

void sandbox_plain_names(const struct sandbox *s, struct buf *text)
{
	BUF_SCOPED plain = BUF_INIT;

	if (!s->reduced || !text->len)
		return;
	translate(s->reduced, buf_text(text), false, &plain);
	buf_clear(text);
	buf_add(text, plain.data, plain.len);
}

/* ---- files ------------------------------------------------------------------------------------
 */

static int open_root(const struct reduced *r)
{
	return open(r->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static int open_below(int root, const char *path, int flags, mode_t mode)
{
	struct open_how how = {
		.flags = (uint64_t)(unsigned)(flags | O_CLOEXEC | O_NOFOLLOW |
					      (flags & O_PATH ? 0 : O_NONBLOCK | O_NOCTTY)),
		.mode = flags & O_CREAT ? mode : 0,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, root, path, &how, sizeof how);
}

/* A program may have taken all rights from its own folder, and from us. */
static void open_up(int root, const char *path)
{
	FD_SCOPED fd = open_below(root, path, O_PATH | O_DIRECTORY, 0);
	LAB_FREE char *link = lab_xprintf("/proc/self/fd/%d", fd);

	if (fd >= 0)
		chmod(link, 0700);
}

int reduced_open(const struct reduced *r, const char *path, int flags)
{
	FD_SCOPED root = open_root(r);
	int fd = open_below(root, path, flags, 0644);

	if (fd < 0 && errno == EACCES && flags & O_DIRECTORY) {
		open_up(root, path);
		fd = open_below(root, path, flags, 0644);
	}
	if (fd >= 0 && !(flags & (O_NONBLOCK | O_PATH)))
		fd_nonblock(fd, false);
	return fd;
}

int reduced_create(const struct reduced *r, const char *path, mode_t mode)
{
	FD_SCOPED root = open_root(r);
	FD_SCOPED dir = open_root(r);
	const char *part = path;
	int fd;

	while (*part == '/')
		part++;
	for (const char *slash; (slash = strchr(part, '/')) && dir >= 0; part = slash + 1) {
		LAB_FREE char *name = lab_xprintf("%.*s", (int)(slash - part), part);

		if (mkdirat(dir, name, 0755) == 0 && r->change_uid &&
			fchownat(dir, name, r->uid, r->gid, AT_SYMLINK_NOFOLLOW) < 0)
			return -1;
		fd = openat(dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		fd_close(&dir);
		dir = fd;
	}
	fd = dir < 0 ? -1 : open_below(dir, part, O_WRONLY | O_CREAT | O_TRUNC, mode);
	if (fd >= 0 && (fchmod(fd, mode) < 0 || (r->change_uid && fchown(fd, r->uid, r->gid) < 0)))
		fd_close(&fd);
	return fd;
}

/* ---- objects ----------------------------------------------------------------------------------
 */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void queues(const struct reduced *r, void *context,
	void (*found)(void *context, const char *kind, const char *name))
{
	size_t len = r->world.queues ? strlen(r->world.queues) : 0, count = 0;
	DIR *dir = len ? opendir(r->world.queues_folder) : NULL;
	char **names = NULL;

	for (struct dirent *d; dir && (d = readdir(dir));) {
		if (strncmp(d->d_name, r->world.queues, len) != 0)
			continue;
		names = lab_xrealloc(names, (count + 1) * sizeof *names);
		names[count++] = lab_xprintf("/%s", d->d_name + len);
	}
	if (dir)
		closedir(dir);
	if (count)
		qsort(names, count, sizeof *names, by_name);
	for (size_t i = 0; i < count; i++) {
		found(context, "mqueue", names[i]);
		free(names[i]);
	}
	free(names);
}

static bool is_there(const struct reduced_object *o)
{
	struct shmid_ds shm;
	struct msqid_ds msg;
	struct semid_ds sem;
	union {
		int val;
		struct semid_ds *buf;
	} arg = {.buf = &sem};
	int rc = o->kind == SANDBOX_SHM   ? shmctl(o->id, IPC_STAT, &shm)
		 : o->kind == SANDBOX_SEM ? semctl(o->id, 0, IPC_STAT, arg)
					  : msgctl(o->id, IPC_STAT, &msg);

	return rc == 0 || (errno != EINVAL && errno != EIDRM);
}

void reduced_objects(const struct reduced *r, void *context,
	void (*found)(void *context, const char *kind, const char *name))
{
	static const char *const kinds[] = {
		[SANDBOX_SHM] = "sysv-shm", [SANDBOX_SEM] = "sysv-sem", [SANDBOX_MSG] = "sysv-msg"};

	queues(r, context, found);
	for (int kind = SANDBOX_SHM; kind <= SANDBOX_MSG; kind++) {
		for (uint32_t i = 0; i < r->notes->count; i++) {
			const struct reduced_object *o = &r->notes->objects[i];
			char name[64];

			if (o->kind != kind || !is_there(o))
				continue;
			if (o->key)
				snprintf(name, sizeof name, "key 0x%x, id %d", (unsigned)o->key,
					o->shown);
			else
				snprintf(name, sizeof name, "IPC_PRIVATE, id %d", o->shown);
			found(context, kinds[kind], name);
		}
	}
}

void sandbox_note_object(
	struct sandbox *s, enum sandbox_object kind, int id, int shown, int32_t key)
{
	struct reduced_notes *n = s->reduced ? s->reduced->notes : NULL;

	if (!n || n->count == REDUCED_OBJECTS_MAX)
		return;
	n->objects[n->count] = (struct reduced_object){
		.kind = (int32_t)kind, .id = id, .shown = shown, .key = key};
	__atomic_store_n(&n->count, n->count + 1, __ATOMIC_RELEASE);
}
