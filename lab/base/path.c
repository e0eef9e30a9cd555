/*
 * Paths, folders and temporary folders, and where this installation keeps its parts: see path.h.
 *
 * The build defines ABS_TOP_SRCDIR, ABS_TOP_BUILDDIR, PKGDATADIR and PKGLIBEXECDIR. A program that
 * runs from below the build folder uses the source tree and that build; any other uses the
 * installed folders, also when they stand below another root (make install DESTDIR=...). The
 * environment variables IPCLAB_COURSE, IPCLAB_JUDGES, IPCLAB_GUEST and IPCLAB_ARCHIVER override
 * each, for tests.
 */
#include "config.h"

#include "lab/base/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"

bool path_lies_in(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return strncmp(path, folder, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

bool path_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

bool path_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool path_is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

char *path_join(const char *dir, const char *name)
{
	size_t n = strlen(dir);

	if (n == 0)
		return lab_xstrdup(name);
	return lab_xprintf("%s%s%s", dir, dir[n - 1] == '/' ? "" : "/", name);
}

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

int path_mkdirs(const char *path, mode_t mode, struct lab_error *e)
{
	LAB_FREE char *copy = lab_xstrdup(path);

	for (char *p = copy; *p; p++) {
		if (*p != '/' || p == copy)
			continue;
		*p = '\0';
		if (mkdir(copy, mode) < 0 && errno != EEXIST)
			return lab_fail_errno(e, LAB_BROKEN, "mkdir \"%s\"", copy);
		*p = '/';
	}
	if (mkdir(path, mode) < 0 && !(errno == EEXIST && path_is_dir(path)))
		return lab_fail_errno(e, LAB_BROKEN, "mkdir \"%s\"", path);
	return 0;
}

/* Opens a folder to empty it. A student's program may have taken all permissions from it. */
static int open_to_empty(int at, const char *name)
{
	int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(at, name, flags);
	struct stat st;

	if (fd < 0 && errno == EACCES && fchmodat(at, name, 0700, 0) == 0)
		fd = openat(at, name, flags);
	if (fd >= 0 && fstat(fd, &st) == 0)
		fchmod(fd, 0700 | (st.st_mode & S_ISVTX)); /* see struct temporary */
	return fd;
}

/* Removes NAME in the folder AT, whatever it is. -1 with errno. */
static int remove_at(int at, const char *name)
{
	FD_SCOPED fd = -1;
	DIR *dir;
	int failed = 0;

	if (unlinkat(at, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -1;
	fd = open_to_empty(at, name);
	if (fd < 0)
		return -1;
	dir = fdopendir(fd);
	if (!dir)
		return -1;
	fd = -1;
	for (struct dirent *d = readdir(dir); d && !failed; d = readdir(dir))
		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			failed = remove_at(dirfd(dir), d->d_name) < 0 ? errno : 0;
	closedir(dir);
	if (failed) {
		errno = failed;
		return -1;
	}
	return unlinkat(at, name, AT_REMOVEDIR);
}

/* ---- temporary folders ---- */

/*
 * A process that is killed leaves its temporary folders; the next one removes them. How it knows
 * whose nobody is: the owner holds a lock on the folder as long as it lives, and says by the sticky
 * bit that it does. The bit is there from the first moment to the last, so that whenever it is
 * killed, the folder can be told. Without locks (some network file systems) there is no bit, and
 * nothing is removed.
 */
struct temporary {
	char *path;
	int lock;
	struct temporary *next;
};

static struct temporary *temporaries;

enum { TRIES = 100 };

/* false: one that was sweeping took the new folder for a left one, which it was not yet. */
static bool hold(const char *path)
{
	FD_SCOPED fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct temporary *t;
	struct stat st;

	if (fd < 0)
		return false;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno == EWOULDBLOCK)
			return false;
		fchmod(fd, 0700); /* there are no locks here */
		return true;
	}
	if (lstat(path, &st) < 0) /* swept before it was locked */
		return false;
	t = lab_xmalloc(sizeof(*t));
	*t = (struct temporary){lab_xstrdup(path), fd_keep(&fd), temporaries};
	temporaries = t;
	return true;
}

static void let_go(const char *path)
{
	for (struct temporary **at = &temporaries; *at; at = &(*at)->next) {
		struct temporary *t = *at;

		if (strcmp(t->path, path) != 0)
			continue;
		*at = t->next;
		close(t->lock);
		free(t->path);
		free(t);
		return;
	}
}

static void remove_left(int at, const char *name)
{
	FD_SCOPED fd = -1;
	struct stat st;

	if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISDIR(st.st_mode) ||
		!(st.st_mode & S_ISVTX) || st.st_uid != geteuid())
		return;
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		remove_at(at, name);
}

/* What killed processes of ours left in DIR; once is enough. */
static void sweep(const char *dir)
{
	static char *swept;
	DIR *d;

	if (swept && strcmp(swept, dir) == 0)
		return;
	free(swept);
	swept = lab_xstrdup(dir);
	d = opendir(dir);
	if (!d)
		return;
	for (struct dirent *entry = readdir(d); entry; entry = readdir(d)) {
		size_t len = strlen(entry->d_name);

		if (strncmp(entry->d_name, "ipclab", 6) == 0 && len > 7 &&
			entry->d_name[len - 7] == '.')
			remove_left(dirfd(d), entry->d_name);
	}
	closedir(d);
}

int path_remove_tree(const char *path, struct lab_error *e)
{
	int result = remove_at(AT_FDCWD, path);

	if (result < 0)
		lab_fail_errno(e, LAB_BROKEN, "remove \"%s\"", path);
	let_go(path);
	return result;
}

/* As mkdtemp(3) makes them. */
static char *fresh_name(const char *dir, const char *stem)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	unsigned char bytes[6] = {0};

	if (getentropy(bytes, sizeof(bytes)) < 0)
		bytes[0] = (unsigned char)getpid(); /* mkdir(2) tells whether it is taken */
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)letters[bytes[i] % (sizeof(letters) - 1)];
	return lab_xprintf("%s/%s.%.6s", dir, stem, (const char *)bytes);
}

char *path_make_temporary(const char *stem, struct lab_error *e)
{
	const char *dir = getenv("TMPDIR");

	dir = dir && *dir == '/' ? dir : "/tmp";
	sweep(dir);
	for (int tries = 0;; tries++) {
		char *path = fresh_name(dir, stem);

		if (mkdir(path, 0700 | S_ISVTX) == 0 && hold(path))
			return path;
		if (tries == TRIES ||
			(errno != EEXIST && errno != ENOENT && errno != EWOULDBLOCK) ||
			!path_is_dir(dir)) {
			lab_fail_errno(e, LAB_BROKEN, "mkdir \"%s\" (is TMPDIR writable?)", path);
			free(path);
			return NULL;
		}
		free(path);
	}
}

bool path_name_is_plain(const char *name)
{
	static const char fit[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
	size_t len = strlen(name);

	return len > 0 && len <= NAME_MAX && *name != '.' && *name != '-' &&
	       strspn(name, fit) == len;
}

/* The path of the running program, without links. */
static char *own_path(void)
{
	char text[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", text, sizeof(text) - 1);

	if (n < 0)
		return lab_xstrdup("/");
	text[n] = '\0';
	return lab_xstrdup(text);
}

static bool uninstalled(void)
{
	static int known = -1;

	if (known < 0) {
		LAB_FREE char *self = own_path();
		LAB_FREE char *build = realpath(ABS_TOP_BUILDDIR, NULL);

		known = build && path_lies_in(self, build);
	}
	return known;
}

/* What stands before the configured folders: "" once installed, else the nearest folder above the
 * program that holds them (DESTDIR). */
static char *installed_root(void)
{
	char *root = own_path();

	for (char *slash = strrchr(root, '/'); slash; slash = strrchr(root, '/')) {
		LAB_FREE char *data = NULL;

		*slash = '\0';
		data = lab_xprintf("%s%s", root, PKGDATADIR);
		if (path_is_dir(data))
			break;
	}
	return root;
}

/* *KEPT holds the answer from the first call on; threads may make that call at the same time. */
static const char *part(char **kept, const char *variable, const char *built, const char *installed)
{
	const char *wanted = getenv(variable);
	LAB_FREE char *root = NULL;
	char *answer, *first = __atomic_load_n(kept, __ATOMIC_ACQUIRE);

	if (first)
		return first;
	if (wanted && *wanted) {
		answer = lab_xstrdup(wanted);
	} else if (uninstalled()) {
		answer = lab_xstrdup(built);
	} else {
		root = installed_root();
		answer = lab_xprintf("%s%s", root, installed);
	}
	if (__atomic_compare_exchange_n(
		    kept, &first, answer, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return answer;
	free(answer);
	return first;
}

const char *lab_build_dir(void)
{
	return uninstalled() ? ABS_TOP_BUILDDIR : NULL;
}

const char *lab_course_dir(void)
{
	static char *kept;

	return part(&kept, "IPCLAB_COURSE", ABS_TOP_SRCDIR, PKGDATADIR);
}

const char *lab_guest_dir(void)
{
	static char *kept;

	return part(&kept, "IPCLAB_GUEST", ABS_TOP_BUILDDIR "/guest", PKGLIBEXECDIR "/guest");
}

const char *lab_judges_dir(void)
{
	static char *kept;

	return part(&kept, "IPCLAB_JUDGES", ABS_TOP_BUILDDIR "/judges", PKGLIBEXECDIR "/judges");
}

const char *lab_archiver(void)
{
	static char *kept;

	return part(&kept, "IPCLAB_ARCHIVER", ABS_TOP_BUILDDIR "/ipclab-archiver",
		PKGLIBEXECDIR "/ipclab-archiver");
}
