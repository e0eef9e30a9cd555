/*
 * Executes a plan's operations: builds a new root in a tmpfs, one row of the plan after the other,
 * and makes it the root. Runs in init, in its own user and mount namespaces. Cloned side: see
 * inside.h for what is forbidden here.
 *
 * The new root is first mounted over a folder of the old one (BASE). Bind sources below that folder
 * would vanish, so every source is turned into a detached copy of its mount before that.
 *
 * A plan is executed at once, or in two parts: what is the same for all sandboxes of a yard, and
 * read-only to them (yard.c), and what each has of its own: /proc with the limits behind it, the
 * terminals, queues and shared memory of /dev, and whatever can be written to.
 */
#include "config.h"

#include "lab/sandbox/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include "lab/sandbox/calls.h"

#define BASE "/tmp"

static bool is_bind(const struct sandbox_op *op)
{
	return op->kind == SANDBOX_RO_BIND || op->kind == SANDBOX_RW_BIND;
}

int ops_open_sources(struct inside *in, struct wire_setup *failure)
{
	for (size_t i = 0; i < in->plan->op_count; i++) {
		const struct sandbox_op *op = &in->plan->ops[i];

		if (!is_bind(op) || in->sources[i] >= 0)
			continue;
		in->sources[i] = calls_open_tree(
			AT_FDCWD, op->source, CALLS_OPEN_TREE_CLONE | AT_RECURSIVE | O_CLOEXEC);
		if (in->sources[i] < 0 && !(op->optional && errno == ENOENT))
			return inside_fail(failure, "open_tree", op->source);
	}
	return 0;
}

/* The folders above PATH (relative), mode 0755. */
static int make_parents(const char *path)
{
	char part[256];
	size_t len = strlen(path);

	if (len >= sizeof part) {
		errno = ENAMETOOLONG;
		return -1;
	}
	for (size_t i = 1; i < len; i++) {
		if (path[i] != '/')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, 0755) < 0 && errno != EEXIST)
			return -1;
	}
	return 0;
}

static int make_dir(const char *path, mode_t mode)
{
	if (make_parents(path) < 0)
		return -1;
	if (mkdir(path, mode) < 0)
		return errno == EEXIST ? 0 : -1;
	return chmod(path, mode);
}

static int make_file(const char *path, const char *text, mode_t mode)
{
	size_t len = text ? strlen(text) : 0;
	int fd, rc = 0;

	if (make_parents(path) < 0)
		return -1;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return -1;
	if ((len && write(fd, text, len) != (ssize_t)len) || fchmod(fd, mode) < 0)
		rc = -1;
	close(fd);
	return rc;
}

static int bind_tree(int tree, const char *target, bool writable)
{
	/* Private: a mount made outside later must not appear inside, nor the other way. */
	struct calls_mount_attr attr = {
		.attr_set = CALLS_ATTR_NOSUID | (writable ? 0 : CALLS_ATTR_RDONLY),
		.propagation = MS_PRIVATE,
	};
	struct stat st;

	if (fstat(tree, &st) < 0)
		return -1;
	if (S_ISDIR(st.st_mode) ? make_dir(target, 0755) : make_file(target, NULL, 0644))
		return -1;
	if (calls_mount_setattr(tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr) < 0)
		return -1;
	return calls_move_mount(tree, target);
}

static int mount_tmpfs(const char *target, const struct sandbox_op *op)
{
	char options[96];

	if (make_dir(target, 0755) < 0)
		return -1;
	/* snprintf of plain numbers neither allocates nor locks (glibc, musl). */
	snprintf(options, sizeof options, "mode=%o,size=%llu,nr_inodes=%llu",
		op->mode ? op->mode : 0755u, (unsigned long long)op->size,
		(unsigned long long)op->inodes);
	return mount("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV, options);
}

static int copy_file(int from, const char *target, mode_t mode)
{
	ssize_t n;
	int fd;

	if (make_parents(target) < 0)
		return -1;
	fd = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return -1;
	do
		n = sendfile(fd, from, NULL, 1 << 20);
	while (n > 0);
	if (n == 0)
		n = fchmod(fd, mode);
	close(fd);
	return (int)n;
}

static int make_nodes(void)
{
	static const char *const nodes[] = {"null", "zero", "full", "random", "urandom"};
	static const char *const links[][2] = {
		{"/proc/self/fd", "dev/fd"},
		{"/proc/self/fd/0", "dev/stdin"},
		{"/proc/self/fd/1", "dev/stdout"},
		{"/proc/self/fd/2", "dev/stderr"},
		{"pts/ptmx", "dev/ptmx"},
	};
	static const char *const folders[] = {"dev/pts", "dev/mqueue", "dev/shm"};
	char source[32], target[32];

	if (make_dir("dev", 0755) < 0)
		return -1;
	for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
		snprintf(source, sizeof source, "/dev/%s", nodes[i]);
		snprintf(target, sizeof target, "dev/%s", nodes[i]);
		if (make_file(target, NULL, 0644) < 0 ||
			mount(source, target, NULL, MS_BIND, NULL) < 0)
			return -1;
	}
	for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
		if (symlink(links[i][0], links[i][1]) < 0)
			return -1;
	}
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		if (make_dir(folders[i], 0755) < 0)
			return -1;
	}
	return 0;
}

static int mount_devices(const struct sandbox_op *op)
{
	const struct sandbox_op shm = {.mode = 01777, .size = op->size, .inodes = op->inodes};

	if (mount("devpts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
		    "newinstance,ptmxmode=0666,mode=0620") < 0)
		return -1;
	/* A kernel without POSIX queues has no such file system; mq_open then says ENOSYS. */
	if (mount("mqueue", "dev/mqueue", "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0 &&
		errno != ENODEV)
		return -1;
	return mount_tmpfs("dev/shm", &shm);
}

/*
 * The IPC namespace's own limits, which no rlimit knows: without them System V objects could take
 * all memory. Writable by us alone (uid 0 of the namespace that owns the IPC namespace), and the
 * students' namespace lies below.
 */
static int close_sys(struct inside *in)
{
	static const char *const values[][2] = {
		{"proc/sys/kernel/shmall", "4096"},           /* pages: 16 MiB in all */
		{"proc/sys/kernel/shmmax", "16777216"},       /* bytes of one */
		{"proc/sys/kernel/shmmni", "256"},            /* segments */
		{"proc/sys/kernel/msgmni", "128"},            /* queues of msgmnb = 16 KiB: 2 MiB */
		{"proc/sys/kernel/sem", "1024 8192 500 256"}, /* a set, all, a call, sets */
	};

	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		/* A kernel without System V objects has no such files. */
		if (inside_write_file(values[i][0], values[i][1]) < 0 && errno != ENOENT)
			return -1;
	}
	in->last_pid = open("proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
	/* For the launcher, who closes the user namespace that it will be in. */
	in->sys_user = open("proc/sys/user", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (in->sys_user < 0 && errno != ENOENT)
		return -1;
	if (mount("proc/sys", "proc/sys", NULL, MS_BIND, NULL) < 0)
		return -1;
	return mount(NULL, "proc/sys", NULL,
		MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

static int mount_proc(const char *target)
{
	if (make_dir(target, 0555) < 0)
		return -1;
	/* hidepid: init and the launcher are copies of the owner; what they are stays hidden. */
	return mount("proc", target, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "hidepid=2");
}

/* A yard needs a /proc of its own: Linux lets only who sees one mount another. */
bool ops_belong(enum sandbox_op_kind kind, enum ops_part part)
{
	if (part == OPS_ALL || kind == SANDBOX_PROC || kind == SANDBOX_DEV)
		return true;
	return (kind == SANDBOX_RO_SYS || kind == SANDBOX_TMPFS) == (part == OPS_OWN);
}

static int execute(struct inside *in, size_t i, enum ops_part part)
{
	const struct sandbox_op *op = &in->plan->ops[i];
	const char *target = op->target ? op->target + (op->target[0] == '/') : "";

	switch (op->kind) {
	case SANDBOX_RO_BIND:
	case SANDBOX_RW_BIND:
		if (in->sources[i] < 0)
			return 0;
		return bind_tree(in->sources[i], target, op->kind == SANDBOX_RW_BIND);
	case SANDBOX_TMPFS:
		return mount_tmpfs(target, op);
	case SANDBOX_HIDE: /* one inode: the folder itself; nobody can change that */
		return mount("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV | MS_RDONLY,
			"mode=0555,size=4096,nr_inodes=1");
	case SANDBOX_DIR:
		return make_dir(target, op->mode);
	case SANDBOX_FILE:
		return make_file(target, op->source, op->mode);
	case SANDBOX_SYMLINK:
		return make_parents(target) < 0 ? -1 : symlink(op->source, target);
	case SANDBOX_PROC:
		return mount_proc("proc");
	case SANDBOX_DEV:
		if (part != OPS_OWN && make_nodes() < 0)
			return -1;
		return part == OPS_SHARED ? 0 : mount_devices(op);
	case SANDBOX_RO_SYS:
		return close_sys(in);
	case SANDBOX_COPY:
		return in->sources[i] < 0 ? 0 : copy_file(in->sources[i], target, op->mode);
	}
	errno = EINVAL;
	return -1;
}

static const char *op_name(enum sandbox_op_kind kind)
{
	static const char *const names[] = {
		[SANDBOX_RO_BIND] = "bind read-only",
		[SANDBOX_RW_BIND] = "bind",
		[SANDBOX_TMPFS] = "mount tmpfs",
		[SANDBOX_DIR] = "mkdir",
		[SANDBOX_FILE] = "create",
		[SANDBOX_SYMLINK] = "symlink",
		[SANDBOX_PROC] = "mount proc",
		[SANDBOX_DEV] = "set up devices",
		[SANDBOX_RO_SYS] = "close /proc/sys",
		[SANDBOX_COPY] = "copy",
		[SANDBOX_HIDE] = "hide",
	};

	return names[kind];
}

static int execute_part(struct inside *in, enum ops_part part, struct wire_setup *failure)
{
	for (size_t i = 0; i < in->plan->op_count; i++) {
		const struct sandbox_op *op = &in->plan->ops[i];

		if (ops_belong(op->kind, part) && execute(in, i, part) < 0)
			return inside_fail(
				failure, op_name(op->kind), op->target ? op->target : "");
	}
	return 0;
}

/* Later the root is read-only. */
static int make_mount_points(const struct inside *in, struct wire_setup *failure)
{
	for (size_t i = 0; i < in->plan->op_count; i++) {
		const struct sandbox_op *op = &in->plan->ops[i];

		if (op->kind == SANDBOX_TMPFS && make_dir(op->target + 1, 0755) < 0)
			return inside_fail(failure, "mkdir", op->target);
	}
	return 0;
}

int ops_execute(struct inside *in, enum ops_part part, struct wire_setup *failure)
{
	/* The root belongs to the students' kernel uid: only a read-only mount keeps it as it is.
	 */
	const struct calls_mount_attr read_only = {
		.attr_set = CALLS_ATTR_RDONLY | CALLS_ATTR_NOSUID | CALLS_ATTR_NODEV};

	if (part == OPS_OWN)
		return execute_part(in, part, failure);
	if (mount("tmpfs", BASE, "tmpfs", MS_NOSUID, "mode=0755,size=4m,nr_inodes=1k") < 0 ||
		chdir(BASE) < 0)
		return inside_fail(failure, "mount the new root", BASE);
	if (execute_part(in, part, failure) < 0 ||
		(part == OPS_SHARED && make_mount_points(in, failure) < 0))
		return -1;
	/* Both on one folder: pivot_root(2), "pivot_root(".", ".")". */
	if (syscall(SYS_pivot_root, ".", ".") < 0)
		return inside_fail(failure, "pivot_root", BASE);
	if (umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
		return inside_fail(failure, "umount", "the old root");
	if (calls_mount_setattr(AT_FDCWD, "/", 0, &read_only) < 0)
		return inside_fail(failure, "mount_setattr read-only", "/");
	return 0;
}
