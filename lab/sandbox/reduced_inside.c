/*
 * The processes of a sandbox with reduced isolation. The first one is the subreaper: whoever runs
 * inside is its descendant until it is reaped, so it finds all of them by asking for its children,
 * again and again. It leads a session of its own, so that what ends its owner's process group does
 * not end it: it sees the owner's end of the socket close, kills, removes, and goes.
 *
 * The launcher confines itself; what it forks can never be rid of that.
 *
 * Cloned side: see inside.h for what is forbidden here.
 */
#include "config.h"

#include "lab/sandbox/reduced.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define RESTRICT_SELF 446 /* landlock_restrict_self, asm-generic/unistd.h */
#define DEPTH_MAX     24

/* ---- the end ----------------------------------------------------------------------------------
 */

/* SIGKILL to each child that is there now. */
static void kill_children(void)
{
	char text[4096];
	int fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

	if (fd >= 0)
		close(fd);
	for (ssize_t i = 0; i < n;) {
		pid_t pid = 0;

		for (; i < n && text[i] >= '0' && text[i] <= '9'; i++)
			pid = 10 * pid + (text[i] - '0');
		/* A number that the end of the text cuts short may be another's. */
		if (i < n && pid > 1)
			kill(pid, SIGKILL);
		i++;
	}
}

static void remove_objects(struct reduced_notes *n)
{
	uint32_t count = __atomic_load_n(&n->count, __ATOMIC_ACQUIRE);

	for (uint32_t i = 0; i < count; i++) {
		const struct reduced_object *o = &n->objects[i];

		if (o->kind == SANDBOX_SHM)
			shmctl(o->id, IPC_RMID, NULL);
		else if (o->kind == SANDBOX_SEM)
			semctl(o->id, 0, IPC_RMID);
		else
			msgctl(o->id, IPC_RMID, NULL);
	}
}

/* linux/dirent.h has it not for programs: getdents64(2). */
struct entry {
	uint64_t inode, offset;
	uint16_t size;
	uint8_t type;
	char name[];
};

/* Calls EACH for all entries of DIR but the two of itself. */
static void each_entry(
	int dir, void (*each)(int dir, const char *name, const void *context), const void *context)
{
	_Alignas(struct entry) char bytes[4096];
	long n;

	while ((n = syscall(SYS_getdents64, dir, bytes, sizeof bytes)) > 0) {
		for (long at = 0; at < n;) {
			const struct entry *d = (const void *)(bytes + at);

			at += d->size;
			if (strcmp(d->name, ".") != 0 && strcmp(d->name, "..") != 0)
				each(dir, d->name, context);
		}
	}
}

static void remove_queue(int dir, const char *name, const void *prefix)
{
	(void)dir;
	if (strncmp(name, prefix, strlen(prefix)) == 0)
		syscall(SYS_mq_unlink, name);
}

struct place {
	int root;
	int depth;
};

/* Folders that lie too deep for our stack are moved up, and met again there. */
static unsigned moved;

static void move_up(int dir, const char *name, int root)
{
	char other[32];

	snprintf(other, sizeof other, "moved.%u", moved);
	if (renameat(dir, name, root, other) == 0)
		moved++;
}

static void remove_entry(int dir, const char *name, const void *context)
{
	const struct place *at = context;
	struct place below = {.root = at->root, .depth = at->depth + 1};
	int fd;

	if (unlinkat(dir, name, 0) == 0 || unlinkat(dir, name, AT_REMOVEDIR) == 0)
		return;
	fchmodat(dir, name, 0700, 0); /* of a folder: a link is gone already */
	if (below.depth > DEPTH_MAX) {
		move_up(dir, name, at->root);
		return;
	}
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return;
	each_entry(fd, remove_entry, &below);
	close(fd);
	unlinkat(dir, name, AT_REMOVEDIR);
}

static void remove_root(const char *path)
{
	unsigned before;

	do {
		struct place top = {.root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};

		before = moved;
		if (top.root < 0)
			return;
		each_entry(top.root, remove_entry, &top);
		close(top.root);
	} while (rmdir(path) < 0 && moved != before);
}

void reduced_tidy(const struct inside *in)
{
	struct reduced *r = in->reduced;
	int dir;

	do
		kill_children();
	while (waitpid(-1, NULL, __WALL) > 0 || errno == EINTR);
	remove_objects(r->notes);
	dir = r->world.queues ? open(r->world.queues_folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
			      : -1;
	if (dir >= 0) {
		each_entry(dir, remove_queue, r->world.queues);
		close(dir);
	}
	remove_root(r->root);
}

/* ---- set-up -----------------------------------------------------------------------------------
 */

static int set_up(struct inside *in, struct wire_setup *failure)
{
	char go;

	if (setsid() < 0)
		return inside_fail(failure, "setsid", "");
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		return inside_fail(failure, "prctl", "PR_SET_CHILD_SUBREAPER");
	if (inside_own_fds(in, failure) < 0)
		return -1;
	if (read(in->control, &go, 1) != 1) { /* the owner is dead */
		reduced_tidy(in);
		_exit(0);
	}
	prctl(PR_SET_NAME, "ipclab-init", 0, 0, 0);
	/* Students' processes have our uid: what of ours is a copy of the owner's stays closed. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return inside_fail(failure, "prctl", "PR_SET_DUMPABLE");
	return inside_start_launcher(in, failure);
}

void reduced_init(struct inside *in)
{
	struct wire_setup failure = {.errnum = 0};

	if (set_up(in, &failure) < 0) {
		wire_send(in->control, &failure, sizeof failure, NULL, 0, NULL, 0);
		reduced_tidy(in);
		_exit(1);
	}
	inside_serve(in);
}

/* Raw calls: the C library's wrappers would signal the owner's other threads, absent here. */
static int become(const struct reduced *r, struct wire_setup *failure)
{
	if (!r->change_uid)
		return 0;
	if (syscall(SYS_setgroups, 0, NULL) < 0)
		return inside_fail(failure, "setgroups", "");
	if (syscall(SYS_setresgid, r->gid, r->gid, r->gid) < 0 ||
		syscall(SYS_setresuid, r->uid, r->uid, r->uid) < 0)
		return inside_fail(failure, "setresuid", "an unprivileged uid");
	return 0;
}

int reduced_enter(const struct inside *in, struct wire_setup *failure)
{
	const struct reduced *r = in->reduced;

	if (setsid() < 0)
		return inside_fail(failure, "setsid", "");
	/* When memory runs out, the kernel shall take a student's process, not the grader. */
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); /* else /proc/self belongs to another uid */
	inside_write_file("/proc/self/oom_score_adj", "1000");
	if (become(r, failure) < 0)
		return -1;
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return inside_fail(failure, "prctl", "PR_SET_DUMPABLE");
	/* Without the first process nobody would tidy up after us. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return inside_fail(failure, "prctl", "PR_SET_PDEATHSIG");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return inside_fail(failure, "prctl", "PR_SET_NO_NEW_PRIVS");
	if (syscall(RESTRICT_SELF, in->ruleset, 0) < 0)
		return inside_fail(failure, "landlock_restrict_self", "");
	return 0;
}
