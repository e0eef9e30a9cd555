/*
 * The archiver's other half: an archive on standard input, its members as records on standard
 * output (archiver.h). Who hands in archives may be hostile and the library that reads them has had
 * its faults, so before the first byte of one is looked at the process gives up all system calls
 * but the few that it needs then, and it never had a descriptor but these three.
 */
#include "config.h"

#include "runner/archiver.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "runner/archive.h"

enum { CPU_SECONDS = 120, CHUNK = 1 << 16 };
#define MEMORY_MOST (768ul << 20)

struct reading {
	struct archive *a;
	unsigned long long members_left, bytes_left, bytes_most;
};

/* ---- what this process may do ---- */

static int close_doors(void)
{
	static const int open_doors[] = {SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(lseek),
		SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(brk), SCMP_SYS(mmap),
		SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect), SCMP_SYS(madvise),
		SCMP_SYS(futex), SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn),
		SCMP_SYS(sigaltstack), SCMP_SYS(getrandom)};
	const struct rlimit cpu = {CPU_SECONDS, CPU_SECONDS};
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int failed = filter ? 0 : -ENOMEM;

	for (size_t i = 0; !failed && i < sizeof(open_doors) / sizeof(*open_doors); i++)
		failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, open_doors[i], 0);
	if (!failed)
		failed = setrlimit(RLIMIT_CPU, &cpu) < 0 ? -errno : 0;
#ifndef __SANITIZE_ADDRESS__ /* which wants terabytes of addresses */
	const struct rlimit memory = {MEMORY_MOST, MEMORY_MOST};

	if (!failed)
		failed = setrlimit(RLIMIT_AS, &memory) < 0 ? -errno : 0;
#endif
	if (!failed)
		failed = seccomp_load(filter);
	seccomp_release(filter);
	return failed;
}

/* ---- records ---- */

static int record(char kind, const char *name, const void *bytes, size_t len)
{
	size_t name_len = strnlen(name, RECORD_NAME_MOST);
	char line[64];
	int line_len = snprintf(line, sizeof(line), RECORD_LINE, kind, name_len, len);

	return fd_write_all(STDOUT_FILENO, line, (size_t)line_len) < 0 ||
			       fd_write_all(STDOUT_FILENO, name, name_len) < 0 ||
			       fd_write_all(STDOUT_FILENO, bytes, len) < 0
		       ? -1
		       : 0;
}

static int say(char kind, const char *name, const char *text)
{
	return record(kind, name, text, strlen(text));
}

/* ---- members ---- */

static bool ends_in(const char *name, const char *end)
{
	size_t len = strlen(name), end_len = strlen(end);

	return len >= end_len && strcmp(name + len - end_len, end) == 0;
}

/* Of a git checkout these say what HEAD is. */
static bool is_of_git(const char *name)
{
	const char *git = strncmp(name, ".git/", 5) == 0 ? name : strstr(name, "/.git/");

	if (!git)
		return false;
	git = strchr(git + 1, '/') + (git == name ? 1 : 6);
	return strcmp(git, "HEAD") == 0 || strcmp(git, "packed-refs") == 0 ||
	       strncmp(git, "refs/heads/", 11) == 0;
}

/* Nobody wants to hear of these. */
static bool is_hidden(const char *name)
{
	for (const char *p = name; p; p = strchr(p, '/') ? strchr(p, '/') + 1 : NULL)
		if ((*p == '.' && p[1] != '/' && p[1] != '\0' && strncmp(p, "..", 2) != 0) ||
			strncmp(p, "__MACOSX/", 9) == 0)
			return true;
	return false;
}

/* How long a file of this name may be; 0: nothing here reads it. */
static size_t most_of(const char *name)
{
	if (archive_suffix(name) || ends_in(name, "submission_metadata.yml"))
		return RECORD_INNER_MOST;
	if (is_of_git(name) || ends_in(name, ".c") || ends_in(name, ".h") ||
		ends_in(name, "answers.txt"))
		return RECORD_SOURCE_MOST;
	return 0;
}

static bool leads_out(const char *name)
{
	if (strncmp(name, "../", 3) == 0 || strcmp(name, "..") == 0 || ends_in(name, "/.."))
		return true;
	return strstr(name, "/../") != NULL;
}

/* Why a member is not unpacked, or NULL. */
static const char *refusal(const char *name, struct archive_entry *entry)
{
	unsigned kind = archive_entry_filetype(entry);

	if (strlen(name) > RECORD_NAME_MOST)
		return "its name is too long";
	if (*name == '/')
		return "its name is absolute";
	if (leads_out(name))
		return "its name leads out of the archive";
	if (kind == AE_IFLNK || archive_entry_hardlink(entry))
		return "it is a link";
	if (kind == AE_IFIFO)
		return "it is a FIFO";
	if (kind == AE_IFSOCK)
		return "it is a socket";
	if (kind == AE_IFCHR || kind == AE_IFBLK)
		return "it is a device";
	if (kind != AE_IFREG && kind != AE_IFDIR)
		return "it is no file";
	return NULL;
}

enum taken { TAKEN, TOO_LARGE, TOO_MUCH, FAILED };

/* The bytes of this member, counted; kept up to MOST of them. Archives may lie about sizes. */
static enum taken take_bytes(struct reading *r, struct buf *into, size_t most)
{
	static char chunk[CHUNK];

	for (;;) {
		la_ssize_t got = archive_read_data(r->a, chunk, sizeof(chunk));

		if (got == 0)
			return TAKEN;
		if (got < 0)
			return FAILED;
		if ((unsigned long long)got > r->bytes_left)
			return TOO_MUCH;
		r->bytes_left -= (unsigned long long)got;
		if (into->len + (size_t)got > most)
			return TOO_LARGE;
		buf_add(into, chunk, (size_t)got);
	}
}

static void text_too_much(const struct reading *r, struct buf *why)
{
	buf_printf(why, "it unpacks to more than %llu MiB", r->bytes_most >> 20);
}

static void text_of_library(struct archive *a, struct buf *why)
{
	const char *text = archive_error_string(a);

	buf_printf(why, "it is damaged, cut short or no archive: %s",
		text ? text : "its format is not understood");
}

/* A file. 0: go on; -1: WHY, if anybody still listens, says why there are no more. */
static int take_file(
	struct reading *r, const char *name, struct archive_entry *entry, struct buf *why)
{
	size_t most = most_of(name);
	bool sized = archive_entry_size_is_set(entry);
	unsigned long long size = sized ? (unsigned long long)archive_entry_size(entry) : 0;
	BUF_SCOPED bytes = BUF_INIT;
	LAB_FREE char *too_large =
		lab_xprintf("it is larger than %zu KiB", (most ? most : RECORD_INNER_MOST) >> 10);

	if (size > r->bytes_left) {
		text_too_much(r, why);
		return -1;
	}
	if (!most || size > most) {
		r->bytes_left -= size;
		return most ? say(RECORD_REFUSED, name, too_large)
			    : record(RECORD_NAMED, name, "", 0);
	}
	switch (take_bytes(r, &bytes, most)) {
	case TAKEN:
		return record(RECORD_FILE, name, bytes.data, bytes.len);
	case TOO_LARGE:
		return say(RECORD_REFUSED, name, too_large);
	case TOO_MUCH:
		text_too_much(r, why);
		return -1;
	case FAILED:
		break;
	}
	text_of_library(r->a, why);
	return -1;
}

static int take_member(struct reading *r, struct archive_entry *entry, struct buf *why)
{
	const char *name = archive_entry_pathname(entry);
	const char *refused;

	if (!name)
		name = archive_entry_pathname_utf8(entry);
	if (archive_entry_is_encrypted(entry)) {
		buf_puts(why, "it is encrypted");
		return -1;
	}
	if (!name || !*name)
		return say(RECORD_REFUSED, "", "its name cannot be read");
	while (strncmp(name, "./", 2) == 0)
		name += 2;
	refused = refusal(name, entry);
	if (refused)
		return say(RECORD_REFUSED, name, refused);
	if (is_hidden(name) && !is_of_git(name))
		return 0;
	if (archive_entry_filetype(entry) == AE_IFDIR)
		return say(RECORD_FOLDER, name, "");
	return take_file(r, name, entry, why);
}

static void take_members(struct reading *r, struct buf *why)
{
	struct archive_entry *entry;
	unsigned long long most = r->members_left;
	int status;

	while ((status = archive_read_next_header(r->a, &entry)) == ARCHIVE_OK ||
		status == ARCHIVE_WARN) {
		if (r->members_left-- == 0) {
			buf_printf(why, "it has more than %llu members", most);
			return;
		}
		if (take_member(r, entry, why) < 0)
			return;
	}
	if (status != ARCHIVE_EOF)
		text_of_library(r->a, why);
}

int unarchive(const char *members, const char *bytes)
{
	struct reading r = {.a = archive_read_new()};
	BUF_SCOPED why = BUF_INIT;

	r.members_left = strtoull(members, NULL, 10);
	r.bytes_left = r.bytes_most = strtoull(bytes, NULL, 10);
	setlocale(LC_CTYPE, "C.UTF-8"); /* names are UTF-8 or bytes */
	archive_read_support_format_zip(r.a);
	archive_read_support_format_tar(r.a);
	archive_read_support_filter_gzip(r.a);
	archive_read_support_filter_xz(r.a);
	archive_read_support_filter_bzip2(r.a);
	archive_read_support_filter_zstd(r.a);
	if (close_doors() != 0 || say(RECORD_BEGIN, "", "") < 0)
		return 1;
	if (archive_read_open_fd(r.a, STDIN_FILENO, CHUNK) != ARCHIVE_OK)
		text_of_library(r.a, &why);
	else
		take_members(&r, &why);
	return say(RECORD_END, "", buf_text(&why)) < 0;
}
