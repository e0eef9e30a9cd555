/* A class on disk: see folder.h. */
#include "config.h"

#include "runner/class/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/build/build.h"

struct names {
	char **list;
	size_t count;
};

static void names_add(struct names *n, const char *name)
{
	n->list = lab_xrealloc(n->list, (n->count + 1) * sizeof(*n->list));
	n->list[n->count++] = lab_xstrdup(name);
}

static void names_done(struct names *n)
{
	for (size_t i = 0; i < n->count; i++)
		free(n->list[i]);
	free(n->list);
	*n = (struct names){0};
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void names_sort(struct names *n)
{
	if (n->count)
		qsort(n->list, n->count, sizeof(*n->list), by_bytes);
}

/* All names in the folder FD but those that begin with '.'. Takes FD. */
static int read_names(int fd, struct names *into)
{
	DIR *dir = fdopendir(fd);
	struct dirent *entry;
	int saved;

	if (!dir) {
		close(fd);
		return -1;
	}
	errno = 0;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			names_add(into, entry->d_name);
	saved = errno;
	closedir(dir);
	errno = saved;
	names_sort(into);
	return saved ? -1 : 0;
}

static int open_folder(int at, const char *name)
{
	return openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

int class_folder_open(struct class_folder *c, const char *dir, struct lab_error *e)
{
	FD_SCOPED fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct names all = {0}, students = {0}, others = {0};
	struct stat st;

	*c = (struct class_folder){0};
	if (fd < 0 && errno == ENOTDIR)
		return lab_fail(e, LAB_USAGE,
			"grade: \"%s\" is no folder; it wants one that holds a folder a student",
			dir);
	if (fd < 0)
		return lab_fail_errno(e, LAB_USAGE, "grade: open \"%s\"", dir);
	if (read_names(dup(fd), &all) < 0) {
		names_done(&all);
		return lab_fail_errno(e, LAB_USAGE, "grade: read \"%s\"", dir);
	}
	for (size_t i = 0; i < all.count; i++) {
		bool folder = fstatat(fd, all.list[i], &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			      S_ISDIR(st.st_mode);

		names_add(folder ? &students : &others, all.list[i]);
	}
	names_done(&all);
	*c = (struct class_folder){.dir = lab_xstrdup(dir),
		.students = students.list,
		.count = students.count,
		.others = others.list,
		.other_count = others.count};
	if (c->count)
		return 0;
	class_folder_done(c);
	return lab_fail(e, LAB_USAGE,
		"grade: \"%s\" holds no folder; it wants a folder a student, each with "
		"CHAPTER/EXERCISE/FILES in it",
		dir);
}

void class_folder_done(struct class_folder *c)
{
	struct names students = {c->students, c->count}, others = {c->others, c->other_count};

	names_done(&students);
	names_done(&others);
	free(c->dir);
	*c = (struct class_folder){0};
}

/* ---- one submission ---- */

static void add_word(struct sha256 *sum, const char *word)
{
	sha256_add(sum, word, strlen(word) + 1);
}

/* A file's content counts as far as the build would read it. */
static int add_content(struct sha256 *sum, int at, const char *name)
{
	FD_SCOPED fd = openat(at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	BUF_SCOPED text = BUF_INIT;

	if (fd < 0 || fd_read_to_end(fd, &text, BUILD_SOURCE_MAX) < 0)
		return -1;
	sha256_add(sum, buf_text(&text), text.len);
	return 0;
}

static int add_entry(struct sha256 *sum, int at, const char *name)
{
	struct stat st;
	LAB_FREE char *facts = NULL;

	if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -1;
	facts = lab_xprintf(
		"%o %lld", st.st_mode & S_IFMT, S_ISREG(st.st_mode) ? (long long)st.st_size : 0LL);
	add_word(sum, name);
	add_word(sum, facts);
	if (S_ISREG(st.st_mode) && st.st_size <= BUILD_SOURCE_MAX)
		return add_content(sum, at, name);
	return 0;
}

/* CHAPTER/EXERCISE below the folder AT, no link on the way. -1 with errno. */
static int open_work(int at, const char *id)
{
	LAB_FREE char *chapter = lab_xstrdup(id);
	char *slash = strchr(chapter, '/');
	FD_SCOPED first = -1;

	if (!slash) {
		errno = ENOENT;
		return -1;
	}
	*slash = '\0';
	first = open_folder(at, chapter);
	return first < 0 ? -1 : open_folder(first, slash + 1);
}

static bool is_not_there(int errnum)
{
	return errnum == ENOENT || errnum == ENOTDIR || errnum == ELOOP;
}

static bool is_for_reading(const char *name)
{
	return strcmp(name, "README.md") == 0;
}

enum class_work class_folder_work(const struct class_folder *c, const char *student,
	const struct exercise *ex, char **folder, char sum[static SHA256_HEX], struct lab_error *e)
{
	LAB_FREE char *root = path_join(c->dir, student);
	FD_SCOPED home = open_folder(AT_FDCWD, root);
	FD_SCOPED work = home < 0 ? -1 : open_work(home, ex->id);
	struct names names = {0};
	struct sha256 sha;
	size_t handed_in = 0;
	int failed = 0;

	*folder = path_join(root, ex->id);
	sum[0] = '\0';
	if (work < 0 && is_not_there(errno)) {
		lab_fail(e, LAB_USAGE, "%s",
			errno == ENOENT ? "nothing was handed in"
					: "nothing was handed in: on the way to its folder is a "
					  "link or a file");
		return CLASS_WORK_MISSING;
	}
	if (work < 0 || read_names(dup(work), &names) < 0) {
		lab_fail_errno(e, LAB_BROKEN, "read \"%s\"", *folder);
		names_done(&names);
		return CLASS_WORK_UNREADABLE;
	}
	sha256_init(&sha);
	for (size_t i = 0; i < names.count && failed == 0; i++) {
		if (is_for_reading(names.list[i]))
			continue;
		handed_in++;
		failed = add_entry(&sha, work, names.list[i]);
		if (failed)
			lab_fail_errno(e, LAB_BROKEN, "read \"%s/%s\"", *folder, names.list[i]);
	}
	names_done(&names);
	sha256_hex(&sha, sum);
	if (failed)
		return CLASS_WORK_UNREADABLE;
	if (handed_in)
		return CLASS_WORK_THERE;
	lab_fail(e, LAB_USAGE, "nothing was handed in: its folder is empty");
	return CLASS_WORK_MISSING;
}
