/*
 * The caller's side of unpacking: records come from the archiver (archiver.h), files are made here,
 * in a folder of our own. A record is believed no more than the archive was: names are looked at
 * once more, and each component is opened below the one before, so that no name leads out.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "runner/archive.h"
#include "runner/archiver.h"
#include "runner/intake/internal.h"

const struct unpack_limits unpack_limits_class = {500000, 8ull << 30, 16ull << 30};
const struct unpack_limits unpack_limits_student = {
	INTAKE_ENTRIES_MOST, 64ull << 20, RECORD_INNER_MOST};

struct unpacking {
	FILE *records;
	int folder;
	const char *label, *room;
	struct list *notes;
	size_t refused, files;
	bool begun;
};

size_t unpack_suffix(const char *name)
{
	return archive_suffix(name);
}

const char *unpack_unknown(const char *name)
{
	static const char *const ends[] = {"7z", "rar", "gz", "xz", "bz2", "zst", "lzh", "cab"};
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < sizeof(ends) / sizeof(*ends); i++)
		if (strcasecmp(dot + 1, ends[i]) == 0)
			return ends[i];
	return NULL;
}

char *intake_room(struct intake *in, struct lab_error *e)
{
	LAB_FREE char *folder = NULL;

	if (!in->room)
		in->room = path_make_temporary("ipclab-class", e);
	if (!in->room)
		return NULL;
	folder = lab_xprintf("%s/%zu", in->room, in->rooms_made++);
	if (mkdir(folder, 0755) < 0) {
		lab_fail_errno(e, LAB_BROKEN, "mkdir \"%s\"", folder);
		return NULL;
	}
	return lab_xstrdup(folder);
}

/* ---- a record ---- */

static void refuse(struct unpacking *u, const char *name, const char *why)
{
	if (u->refused++ < INTAKE_NOTES_MOST)
		intake_note(u->notes, "%s: \"%.200s%s\" is not unpacked: %s", u->label, name,
			strlen(name) > 200 ? "..." : "", why);
}

/* The folder that NAME lies in, made where it is not there: FOLDER or a new descriptor. *BASE: the
 * last component. -1 with errno. */
static int open_parents(int folder, const char *name, const char **base)
{
	FD_SCOPED at = fcntl(folder, F_DUPFD_CLOEXEC, 0);
	const char *slash;
	size_t depth = 0;

	for (; at >= 0 && (slash = strchr(name, '/')); name = slash + 1) {
		LAB_FREE char *part = lab_xprintf("%.*s", (int)(slash - name), name);
		int next;

		if (!*part || strcmp(part, ".") == 0)
			continue;
		errno = strcmp(part, "..") == 0 ? EPERM : ELOOP;
		if (errno == EPERM || depth++ > INTAKE_DEPTH_MOST)
			return -1;
		if (mkdirat(at, part, 0755) < 0 && errno != EEXIST)
			return -1;
		next = openat(at, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		fd_close(&at);
		at = next;
	}
	*base = name;
	return fd_keep(&at);
}

static bool is_ours(int errnum)
{
	return errnum == ENOSPC || errnum == EDQUOT || errnum == EIO || errnum == EROFS ||
	       errnum == EMFILE || errnum == ENFILE || errnum == ENOMEM;
}

static int put_folder(struct unpacking *u, const char *name)
{
	LAB_FREE char *within = path_join(name, "");
	const char *base;
	FD_SCOPED at = open_parents(u->folder, within, &base);

	return at < 0 ? -1 : 0;
}

static int put_file(struct unpacking *u, const char *name, const struct buf *bytes)
{
	const char *base = name;
	FD_SCOPED at = open_parents(u->folder, name, &base);
	FD_SCOPED fd = -1;

	errno = at < 0 ? errno : EPERM;
	if (at < 0 || !*base || strcmp(base, "..") == 0 || strcmp(base, ".") == 0)
		return -1;
	fd = openat(at, base, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
	return fd < 0 ? -1 : fd_write_all(fd, bytes->data, bytes->len);
}

/* A file, or without BYTES a folder. */
static int put(struct unpacking *u, const char *name, const struct buf *bytes, struct lab_error *e)
{
	u->files += bytes != NULL;
	if ((bytes ? put_file(u, name, bytes) : put_folder(u, name)) == 0)
		return 0;
	if (is_ours(errno))
		return lab_fail_errno(e, LAB_BROKEN,
			"unpack \"%s\" into \"%s\" (TMPDIR may name another folder)", u->label,
			u->room);
	refuse(u, name,
		errno == ENAMETOOLONG                 ? "its name is too long"
		: errno == ELOOP                      ? "it lies too deep in folders"
		: errno == ENOTDIR || errno == EISDIR ? "there are a file and a folder of this name"
						      : strerror(errno));
	return 0;
}

static int read_bytes(FILE *records, struct buf *into, size_t len)
{
	buf_clear(into);
	buf_reserve(into, len + 1);
	if (fread(into->data, 1, len, records) != len)
		return -1;
	into->len = len;
	into->data[len] = '\0';
	return 0;
}

/* 1: it was the last one, and WHY has why, if the archive was not read to its end. */
static int take_record(struct unpacking *u, struct buf *why, struct lab_error *e)
{
	BUF_SCOPED name = BUF_INIT;
	BUF_SCOPED bytes = BUF_INIT;
	size_t name_len, len;
	char line[64], kind;

	if (!fgets(line, sizeof(line), u->records) ||
		sscanf(line, RECORD_LINE, &kind, &name_len, &len) != 3 ||
		name_len > RECORD_NAME_MOST || len > RECORD_INNER_MOST ||
		read_bytes(u->records, &name, name_len) < 0 ||
		read_bytes(u->records, &bytes, len) < 0)
		return u->begun ? lab_fail(e, LAB_USAGE, "unpacking it ended the archiver")
				: lab_fail(e, LAB_BROKEN,
					  "unpack \"%s\": the archiver does not run", u->label);
	u->begun = true;
	if (kind == RECORD_BEGIN)
		return 0;
	if (kind == RECORD_END) {
		buf_add(why, bytes.data, bytes.len);
		return 1;
	}
	if (kind == RECORD_REFUSED)
		refuse(u, buf_text(&name), buf_text(&bytes));
	if (kind == RECORD_REFUSED)
		return 0;
	return put(u, buf_text(&name), kind == RECORD_FOLDER ? NULL : &bytes, e);
}

static int take_records(struct unpacking *u, struct lab_error *e)
{
	BUF_SCOPED why = BUF_INIT;
	int status;

	while ((status = take_record(u, &why, e)) == 0)
		;
	if (u->refused > INTAKE_NOTES_MOST)
		intake_note(u->notes, "%s: %zu more are not unpacked", u->label,
			u->refused - INTAKE_NOTES_MOST);
	if (status < 0)
		return -1;
	if (why.len)
		return lab_fail(e, LAB_USAGE, "%s", why.data);
	return u->files || u->refused ? 0 : lab_fail(e, LAB_USAGE, "it holds no file");
}

/* ---- an archive ---- */

static int open_archive(const char *path, unsigned long long most, struct lab_error *e)
{
	FD_SCOPED fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 && errno == ELOOP)
		return lab_fail(e, LAB_USAGE, "it is a link");
	if (fd < 0 || fstat(fd, &st) < 0)
		return lab_fail(e, LAB_USAGE, "it cannot be read: %s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		return lab_fail(e, LAB_USAGE, "it is no file");
	if (st.st_size == 0)
		return lab_fail(e, LAB_USAGE, "it is an empty file");
	if ((unsigned long long)st.st_size > most)
		return lab_fail(e, LAB_USAGE, "it is larger than %llu MiB", most >> 20);
	return fd_keep(&fd);
}

/* How it ended says no more than its last record did. */
static void wait_for(pid_t pid)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

int unpack(struct intake *in, const char *path, const char *label,
	const struct unpack_limits *limits, struct list *notes, char **folder, struct lab_error *e)
{
	FD_SCOPED archive = open_archive(path, limits->file, e);
	LAB_FREE char *room = archive < 0 ? NULL : intake_room(in, e);
	LAB_FREE char *members = lab_xprintf("%llu", limits->members);
	LAB_FREE char *bytes = lab_xprintf("%llu", limits->bytes);
	FD_SCOPED at = room ? open(room, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	struct unpacking u = {.folder = at, .label = label, .room = room, .notes = notes};
	int records, status;
	pid_t pid;

	if (!room ||
		archive_unpack(archive, (const char *[]){members, bytes}, &records, &pid, e) < 0)
		return -1;
	u.records = fdopen(records, "r");
	status = take_records(&u, e);
	fclose(u.records); /* whatever it still wants to say, it ends now */
	wait_for(pid);
	if (status < 0)
		return -1;
	*folder = lab_xstrdup(room);
	return 0;
}
