/*
 * A plan without namespaces: which real folder stands for which of the plan's, made in a private
 * folder of the owner's temporary one. Runs in the owner, before anything is cloned.
 */
#include "config.h"

#include "lab/sandbox/reduced.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"

#define MIB          (UINT64_C(1) << 20)
#define COPY_MAX     (64 * MIB)
#define MQUEUE_MAGIC 0x19800202 /* linux/magic.h */
/* Users of nobody: systemd's "Users, Groups, UIDs and GIDs on systemd Systems" calls 1879048192 to
 * 2147483647 unused; where a container has not so many, the one of full isolation. */
#define UID_FIRST  UINT32_C(1879048192)
#define UID_COUNT  (UINT32_C(1) << 28)
#define NOBODY     65533
#define CAP_KILL   5 /* linux/capability.h */
#define CAP_SETUID 7
#define CAP_PTRACE 19

enum sandbox_isolation reduced_wish(void)
{
	const char *wish = getenv("IPCLAB_ISOLATION");

	if (wish && strcmp(wish, "full") == 0)
		return SANDBOX_FULL;
	if (wish && strcmp(wish, "reduced") == 0)
		return SANDBOX_REDUCED;
	return SANDBOX_ANY;
}

/* ---- who the programs are ---------------------------------------------------------------------
 */

static bool capable(int cap)
{
	FILE *f = fopen("/proc/self/status", "re");
	unsigned long long set = 0;
	char line[128];

	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "CapEff: %llx", &set) == 1)
			break;
	if (f)
		fclose(f);
	return set >> cap & 1;
}

/* Whether FILE, a uid_map or gid_map, has all of UID_FIRST and what follows. */
static bool maps_all(const char *file)
{
	FILE *f = fopen(file, "re");
	unsigned first, outside, count;
	bool all = false;

	while (f && fscanf(f, "%u %u %u", &first, &outside, &count) == 3)
		all = all || (first <= UID_FIRST && count - (UID_FIRST - first) >= UID_COUNT &&
				     count > UID_FIRST - first);
	if (f)
		fclose(f);
	return all;
}

static uint32_t draw(void)
{
	static uint32_t drawn; /* where the kernel has no random numbers yet */

	if (getrandom(&drawn, sizeof drawn, GRND_NONBLOCK) < 0)
		drawn = drawn * 69069 + (uint32_t)getpid();
	return drawn;
}

/* As root: another uid, which we must be able to take, to trace and to kill. One that no other
 * sandbox has, so that the kernel itself keeps them apart: signals, objects, /proc, and what is
 * counted by user. */
static int choose_uid(struct reduced *r, struct lab_error *e)
{
	if (geteuid() != 0)
		return 0;
	if (!capable(CAP_SETUID) || !capable(CAP_PTRACE) || !capable(CAP_KILL))
		return lab_fail(e, LAB_UNSUPPORTED,
			"reduced isolation as root needs the capabilities SETUID, KILL and "
			"SYS_PTRACE: "
			"start the lab as an ordinary user, or the container with "
			"--cap-add=SYS_PTRACE");
	r->change_uid = true;
	r->own_uid = maps_all("/proc/self/uid_map") && maps_all("/proc/self/gid_map");
	r->uid = r->gid = r->own_uid ? UID_FIRST + draw() % UID_COUNT : NOBODY;
	return 0;
}

/* ---- the folders ------------------------------------------------------------------------------
 */

static void add_folder(struct reduced *r, const char *inside, char *outside)
{
	struct sandbox_folder *list = r->world.folders;
	size_t at = r->world.folder_count, len = strlen(inside);

	if (at == sizeof r->world.folders / sizeof *r->world.folders) {
		free(outside); /* the name is then not translated: it is not there */
		return;
	}
	while (at > 0 && strlen(list[at - 1].inside) < len) {
		list[at] = list[at - 1];
		at--;
	}
	list[at] = (struct sandbox_folder){.inside = lab_xstrdup(inside), .outside = outside};
	r->world.folder_count++;
}

static int give(const struct reduced *r, const char *path, struct lab_error *e)
{
	if (r->change_uid && lchown(path, r->uid, r->gid) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "chown \"%s\"", path);
	return 0;
}

static int make_folder(struct reduced *r, const char *target, mode_t mode, struct lab_error *e)
{
	char *path = lab_xprintf("%s%s", r->root, target);

	add_folder(r, target, path);
	if (path_mkdirs(path, 0755, e) < 0)
		return -1;
	if (chmod(path, mode) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "chmod \"%s\"", path);
	return give(r, path, e);
}

static int make_file(struct reduced *r, const struct sandbox_op *op, const void *bytes, size_t len,
	struct lab_error *e)
{
	char *path = lab_xprintf("%s%s", r->root, op->target);
	LAB_FREE char *parent = lab_xstrdup(path);

	add_folder(r, op->target, path);
	*strrchr(parent, '/') = '\0';
	if (path_mkdirs(parent, 0755, e) < 0 ||
		file_write(path, bytes, len, op->mode ? op->mode : 0444, e) < 0)
		return -1;
	return chmod(path, op->mode ? op->mode : 0444) < 0
		       ? lab_fail_errno(e, LAB_BROKEN, "chmod \"%s\"", path)
		       : 0;
}

static int copy_file(const char *from, const char *to, struct lab_error *e)
{
	BUF_SCOPED bytes = BUF_INIT;
	struct stat st;
	mode_t mode;

	if (file_read(from, &bytes, COPY_MAX, e) < 0)
		return -1;
	mode = stat(from, &st) == 0 && st.st_mode & 0111 ? 0555 : 0444;
	if (file_write(to, bytes.data, bytes.len, mode, e) < 0)
		return -1;
	return chmod(to, mode) < 0 ? lab_fail_errno(e, LAB_BROKEN, "chmod \"%s\"", to) : 0;
}

/* The plain files of FROM, which is ours and flat. */
static int copy_folder(const char *from, const char *to, struct lab_error *e)
{
	DIR *dir = opendir(from);
	int rc = path_mkdirs(to, 0755, e);

	if (!dir)
		return lab_fail_errno(e, LAB_BROKEN, "open \"%s\"", from);
	for (struct dirent *d; rc == 0 && (d = readdir(dir));) {
		LAB_FREE char *source = path_join(from, d->d_name);
		LAB_FREE char *target = path_join(to, d->d_name);

		if (path_is_file(source))
			rc = copy_file(source, target, e);
	}
	closedir(dir);
	return rc;
}

/* Whether a user who owns nothing gets through to PATH. */
static bool open_to_all(const char *path)
{
	LAB_FREE char *part = lab_xstrdup(path);
	struct stat st;

	if (stat(path, &st) < 0 || !(st.st_mode & 04) ||
		(S_ISDIR(st.st_mode) && !(st.st_mode & 01)))
		return false;
	for (char *slash = strrchr(part, '/'); slash && slash != part; slash = strrchr(part, '/')) {
		*slash = '\0';
		if (stat(part, &st) < 0 || !(st.st_mode & 01))
			return false;
	}
	return true;
}

/* A folder or file of the host under another name. Another uid may have to get a copy. */
static int show(struct reduced *r, const struct sandbox_op *op, struct lab_error *e)
{
	char real[PATH_MAX];
	char *copy;

	if (strcmp(op->source, op->target) == 0)
		return 0;
	if (!realpath(op->source, real))
		return op->optional && errno == ENOENT
			       ? 0
			       : lab_fail_errno(
					 e, LAB_BROKEN, "open \"%s\" for the sandbox", op->source);
	if (!r->change_uid || open_to_all(real)) {
		add_folder(r, op->target, lab_xstrdup(real));
		return 0;
	}
	copy = lab_xprintf("%s%s", r->root, op->target);
	add_folder(r, op->target, copy);
	if (path_is_dir(real))
		return copy_folder(real, copy, e);
	*strrchr(copy, '/') = '\0';
	if (path_mkdirs(copy, 0755, e) < 0)
		return -1;
	copy[strlen(copy)] = '/';
	return copy_file(real, copy, e);
}

static void exclude(struct reduced *r, const char *path)
{
	r->excluded = lab_xrealloc(r->excluded, (r->excluded_count + 1) * sizeof *r->excluded);
	r->excluded[r->excluded_count++] = lab_xstrdup(path);
}

static int execute(struct reduced *r, const struct sandbox_op *op, struct lab_error *e)
{
	BUF_SCOPED bytes = BUF_INIT;

	switch (op->kind) {
	case SANDBOX_RO_BIND:
	case SANDBOX_RW_BIND:
		return show(r, op, e);
	case SANDBOX_TMPFS:
		if (strncmp(op->target, "/dev/", 5) != 0)
			return make_folder(r, op->target, op->mode, e);
		return 0;
	case SANDBOX_HIDE:
		exclude(r, op->target);
		return 0;
	case SANDBOX_DIR:
		return make_folder(r, op->target, op->mode, e);
	case SANDBOX_FILE:
		return make_file(r, op, op->source, strlen(op->source), e);
	case SANDBOX_COPY:
		if (file_read(op->source, &bytes, COPY_MAX, e) < 0)
			return -1;
		return make_file(r, op, bytes.data, bytes.len, e);
	case SANDBOX_DEV:
		return make_folder(r, "/dev/shm", 01777, e);
	case SANDBOX_SYMLINK: /* the host's own lies there */
	case SANDBOX_PROC:
	case SANDBOX_RO_SYS:
		break;
	}
	return 0;
}

/* ---- the world --------------------------------------------------------------------------------
 */

/* Where the queues of our namespace can be opened as files; NULL: nowhere. */
static char *queues_folder(void)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	char line[PATH_MAX + 512], where[PATH_MAX];
	char *found = NULL;
	struct statfs fs;

	/* ID PARENT MAJOR:MINOR ROOT MOUNT-POINT OPTIONS... - TYPE ...: proc_pid_mountinfo(5). */
	while (f && fgets(line, sizeof line, f))
		if (strstr(line, " - mqueue ") &&
			sscanf(line, "%*s %*s %*s %*s %4095s", where) == 1 &&
			statfs(where, &fs) == 0 && fs.f_type == MQUEUE_MAGIC) {
			free(found);
			found = lab_xstrdup(where);
		}
	if (f)
		fclose(f);
	return found;
}

static void name_objects(struct reduced *r)
{
	uint32_t first = draw(), second = draw();

	r->world.key = draw();
	r->world.queues_folder = queues_folder();
	if (r->world.queues_folder)
		r->world.queues = lab_xprintf("ipclab.%08x%08x.", first, second);
	else
		r->world.no_queues =
			"POSIX message queues cannot be judged with reduced isolation here: it "
			"opens them through /dev/mqueue, which is not mounted (sudo mkdir -p "
			"/dev/mqueue && sudo mount -t mqueue mqueue /dev/mqueue; or allow user "
			"namespaces, see ipclab doctor)";
}

/* Every folder above it must let the programs' uid through. */
static int check_way(const char *root, struct lab_error *e)
{
	LAB_FREE char *folder = lab_xstrdup(root);

	for (char *slash = strrchr(folder, '/'); slash && slash > folder;
		slash = strrchr(folder, '/')) {
		struct stat st;

		*slash = '\0';
		if (stat(folder, &st) == 0 && !(st.st_mode & S_IXOTH))
			return lab_fail(e, LAB_BROKEN,
				"reduced isolation runs programs as another user, who may not "
				"enter \"%s\": let TMPDIR name a folder that all may enter, "
				"/tmp",
				folder);
	}
	return 0;
}

static int make_root(struct reduced *r, struct lab_error *e)
{
	struct stat st;

	r->temporary = path_make_temporary("ipclab-world", e);
	if (!r->temporary)
		return -1;
	r->root = realpath(r->temporary, NULL);
	if (!r->root || stat(r->root, &st) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "realpath \"%s\"", r->temporary);
	r->world.root = r->root;
	if (r->change_uid && chmod(r->root, (st.st_mode & 07777) | 011) < 0)
		return lab_fail_errno(e, LAB_BROKEN, "chmod \"%s\"", r->root);
	return r->change_uid ? check_way(r->root, e) : 0;
}

static int build(struct reduced *r, struct sandbox_plan *plan, struct lab_error *e)
{
	char room[PATH_MAX];

	r->abi = reduced_landlock_abi();
	if (r->abi < 1)
		return lab_fail_errno(e, LAB_UNSUPPORTED,
			"reduced isolation needs Landlock (Linux 5.13, and \"landlock\" among the "
			"security modules that the kernel starts with: lsm=landlock,...)");
	if (access("/proc/thread-self/children", R_OK) < 0)
		return lab_fail_errno(e, LAB_UNSUPPORTED,
			"reduced isolation needs a kernel with CONFIG_PROC_CHILDREN");
	if (choose_uid(r, e) < 0 || make_root(r, e) < 0 || reduced_filter_new(&r->filter, e) < 0)
		return -1;
	for (size_t i = 0; i < plan->op_count; i++)
		if (execute(r, &plan->ops[i], e) < 0)
			return -1;
	name_objects(r);
	r->work_dir = lab_xstrdup(reduced_outside(r, plan->work_dir, room, sizeof room));
	r->world.processes = (unsigned)plan->limits.processes - 1; /* and their parent */
	r->world.shared_bytes = 16 * MIB;
	r->world.signals_stay = r->abi >= 6;
	/* RLIMIT_NPROC counts all that the user runs; the supervisor counts the run's tasks. */
	if (!r->own_uid)
		plan->limits.processes = UINT64_MAX;
	return reduced_landlock(r, plan, e);
}

struct reduced *reduced_new(struct sandbox_plan *plan, struct lab_error *e)
{
	struct reduced *r = lab_xmalloc(sizeof *r);

	r->ruleset = -1;
	r->supervised = plan->supervised;
	r->notes = mmap(
		NULL, sizeof *r->notes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (r->notes == MAP_FAILED) {
		r->notes = NULL;
		lab_fail_errno(e, LAB_BROKEN, "mmap");
	} else if (build(r, plan, e) == 0) {
		return r;
	}
	reduced_free(r);
	return NULL;
}

void reduced_free(struct reduced *r)
{
	if (!r)
		return;
	/* The first process has done that, unless it never came to be; our hold on it ends here. */
	if (r->temporary)
		path_remove_tree(r->temporary, NULL);
	free(r->temporary);
	for (size_t i = 0; i < r->world.folder_count; i++) {
		free((char *)(uintptr_t)r->world.folders[i].inside);
		free((char *)(uintptr_t)r->world.folders[i].outside);
	}
	for (size_t i = 0; i < r->excluded_count; i++)
		free(r->excluded[i]);
	free(r->excluded);
	free((char *)(uintptr_t)r->world.queues);
	free((char *)(uintptr_t)r->world.queues_folder);
	free(r->filter.filter);
	free(r->root);
	free(r->work_dir);
	fd_close(&r->ruleset);
	if (r->notes)
		munmap(r->notes, sizeof *r->notes);
	free(r);
}
