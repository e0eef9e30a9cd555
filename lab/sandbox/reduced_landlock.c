/*
 * The Landlock ruleset of a plan: what its operations show may be opened, all else is closed.
 * landlock(7); the kernel's Documentation/userspace-api/landlock.rst.
 *
 * Rules only ever allow, and whatever lies below what they allow. So a system's folder in which
 * something of ours is hidden (an installed course, its judges) is not allowed as a whole: its
 * entries are, one by one, but for the one that leads there.
 */
#include "config.h"

#include "lab/sandbox/reduced.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"

/* linux/landlock.h, for kernel headers that are older than the kernel. */
#define CREATE_RULESET 444 /* asm-generic/unistd.h */
#define ADD_RULE       445
#define ASK_VERSION    1u /* LANDLOCK_CREATE_RULESET_VERSION */
#define PATH_BENEATH   1  /* LANDLOCK_RULE_PATH_BENEATH */

enum {
	EXECUTE = 1 << 0,
	WRITE_FILE = 1 << 1,
	READ_FILE = 1 << 2,
	READ_DIR = 1 << 3,
	MAKE_CHAR = 1 << 6,
	MAKE_BLOCK = 1 << 11,
	ALL_OF_1 = (1 << 13) - 1,
	REFER = 1 << 13,    /* version 2: links and renames between folders */
	TRUNCATE = 1 << 14, /* version 3 */
};
#define OF_FILES (EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE)
#define SCOPES   3u /* version 6: abstract sockets and signals stay inside */

struct ruleset {
	uint64_t fs, net, scoped;
};
struct beneath {
	uint64_t allowed;
	int32_t parent;
} __attribute__((packed));

int reduced_landlock_abi(void)
{
	long abi = syscall(CREATE_RULESET, NULL, 0, ASK_VERSION);

	return abi < 0 ? 0 : (int)abi;
}

static uint64_t handled(int abi)
{
	return ALL_OF_1 | (abi >= 2 ? REFER : 0) | (abi >= 3 ? TRUNCATE : 0);
}

/* A path that is not there is nothing to be allowed. */
static int allow(struct reduced *r, const char *path, uint64_t rights, struct lab_error *e)
{
	FD_SCOPED fd = open(path, O_PATH | O_CLOEXEC);
	struct beneath rule = {.allowed = rights & handled(r->abi), .parent = fd};
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return 0;
	if (!S_ISDIR(st.st_mode))
		rule.allowed &= OF_FILES;
	if (syscall(ADD_RULE, r->ruleset, PATH_BENEATH, &rule, 0) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "landlock_add_rule \"%s\"", path);
	return 0;
}

/* What is hidden lies below PATH (2), is PATH or above it (1), or is elsewhere (0). */
static int hides(const struct reduced *r, const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < r->excluded_count; i++) {
		const char *hidden = r->excluded[i];
		size_t other = strlen(hidden);

		if (strncmp(hidden, path, len) == 0 && hidden[len] == '/')
			return 2;
		if (strncmp(hidden, path, other) == 0 &&
			(path[other] == '\0' || path[other] == '/'))
			return 1;
	}
	return 0;
}

static int allow_around(struct reduced *r, const char *path, uint64_t rights, struct lab_error *e)
{
	int hiding = hides(r, path), rc = 0;
	DIR *dir;

	if (hiding == 0)
		return allow(r, path, rights, e);
	if (hiding == 1)
		return 0;
	dir = opendir(path);
	for (struct dirent *d; dir && rc == 0 && (d = readdir(dir));) {
		LAB_FREE char *entry = path_join(path, d->d_name);

		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			rc = allow_around(r, entry, rights, e);
	}
	if (dir)
		closedir(dir);
	return rc;
}

static int allow_devices(struct reduced *r, struct lab_error *e)
{
	static const char *const nodes[] = {
		"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"};

	for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++)
		if (allow(r, nodes[i], READ_FILE | WRITE_FILE, e) < 0)
			return -1;
	/* Queues are opened as files of this file system, wherever they are named from. */
	return r->world.queues ? allow(r, r->world.queues_folder, READ_FILE | WRITE_FILE, e) : 0;
}

static int allow_op(struct reduced *r, const struct sandbox_op *op, struct lab_error *e)
{
	const uint64_t reads = READ_FILE | READ_DIR | EXECUTE;
	const uint64_t all = handled(r->abi) & ~(uint64_t)(MAKE_CHAR | MAKE_BLOCK);
	char room[4096];
	const char *real =
		reduced_outside(r, op->target ? op->target : "/dev/shm", room, sizeof room);

	switch (op->kind) {
	case SANDBOX_RO_BIND:
	case SANDBOX_FILE:
	case SANDBOX_COPY:
		return allow_around(r, real, reads, e);
	case SANDBOX_RW_BIND:
	case SANDBOX_TMPFS:
		return allow_around(r, real, all, e);
	case SANDBOX_DEV:
		return allow(r, real, all, e) < 0 ? -1 : allow_devices(r, e);
	case SANDBOX_PROC:
		/* What it tells of other processes is names and numbers. A compiler needs none. */
		return r->supervised ? allow(r, "/proc", READ_FILE | READ_DIR, e) : 0;
	default:
		return 0;
	}
}

int reduced_landlock(struct reduced *r, const struct sandbox_plan *plan, struct lab_error *e)
{
	struct ruleset attr = {.fs = handled(r->abi), .scoped = r->abi >= 6 ? SCOPES : 0};
	size_t size = r->abi >= 6 ? 24 : r->abi >= 4 ? 16 : 8;

	r->ruleset = (int)syscall(CREATE_RULESET, &attr, size, 0);
	if (r->ruleset < 0)
		return lab_fail_errno(e, LAB_UNSUPPORTED, "landlock_create_ruleset");
	for (size_t i = 0; i < plan->op_count; i++)
		if (allow_op(r, &plan->ops[i], e) < 0)
			return -1;
	return 0;
}
