/*
 * Archives that no honest program makes, and no repository should hold: archive KIND FILE. The
 * members' names and the kinds are in tables; what libarchive would not write is changed in the
 * bytes that it wrote.
 */
#include "config.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/error.h"
#include "lab/base/fd.h"

enum { MEBIBYTE = 1 << 20, ARCHIVE_MOST = 64 << 20, TAR_BLOCK = 512, TAR_SIZE = 124 };

#define SOURCE "int main(void)\n{\n\treturn 0;\n}\n"

struct member {
	const char *name, *link;
	unsigned type; /* AE_IF..., 0: a file; a hard link is a file with a link */
};

static const struct member up[] = {{"../first-run.c", NULL, 0}, {"a/../../b.c", NULL, 0}, {0}};
static const struct member absolute[] = {{"/tmp/ipclab-hostile.c", NULL, 0}, {0}};
static const struct member linked[] = {{"first-run.c", "/etc/shadow", AE_IFLNK}, {0}};
static const struct member hard[] = {{"first-run.c", "/etc/shadow", 0}, {0}};
static const struct member through[] = {
	{"way", "/tmp", AE_IFLNK}, {"way/ipclab-hostile.c", NULL, 0}, {0}};
static const struct member devices[] = {
	{"first-run.c", NULL, AE_IFCHR}, {"b.c", NULL, AE_IFBLK}, {"c.c", NULL, AE_IFIFO}, {0}};
static const struct member twice[] = {
	{"first-run.c", NULL, 0}, {"first-run.c", NULL, 0}, {"first-run.c/x.c", NULL, 0}, {0}};
static const struct member one[] = {{"first-run.c", NULL, 0}, {0}};
static char long_name[4003], deep_name[83];
static const struct member names[] = {{"-rf.c", NULL, 0}, {"a\nb.c", NULL, 0},
	{"\033[2J\a.c", NULL, 0}, {"=1+1.c", NULL, 0}, {long_name, NULL, 0}, {deep_name, NULL, 0},
	{0}};

/* ---- writing ---- */

static struct archive *begin(bool zip, bool xz, char *into, size_t *used)
{
	struct archive *a = archive_write_new();

	if (zip)
		archive_write_set_format_zip(a);
	else
		archive_write_set_format_pax_restricted(a);
	if (xz)
		archive_write_add_filter_xz(a);
	archive_write_open_memory(a, into, ARCHIVE_MOST, used);
	return a;
}

static void add(struct archive *a, const struct member *m, const void *bytes, size_t len)
{
	struct archive_entry *entry = archive_entry_new();
	bool has_bytes = !m->type && !m->link;

	archive_entry_set_pathname(entry, m->name);
	archive_entry_set_filetype(entry, m->type ? m->type : AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_size(entry, has_bytes ? (int64_t)len : 0);
	if (m->link && m->type == AE_IFLNK)
		archive_entry_set_symlink(entry, m->link);
	else if (m->link)
		archive_entry_set_hardlink(entry, m->link);
	archive_write_header(a, entry);
	if (has_bytes)
		archive_write_data(a, bytes, len);
	archive_entry_free(entry);
}

static size_t finish(struct archive *a, const size_t *used)
{
	archive_write_close(a);
	archive_write_free(a);
	return *used;
}

static size_t write_members(bool zip, const struct member *members, char *into)
{
	size_t used = 0;
	struct archive *a = begin(zip, false, into, &used);

	for (; members->name; members++)
		add(a, members, SOURCE, strlen(SOURCE));
	return finish(a, &used);
}

/* COUNT files of LEN BYTES each, called NUMBER and END. */
static size_t write_many(
	bool zip, size_t count, const char *end, const void *bytes, size_t len, char *into)
{
	size_t used = 0;
	struct archive *a = begin(zip, false, into, &used);

	for (size_t i = 0; i < count; i++) {
		LAB_FREE char *name = lab_xprintf("%zu%s", i, end);

		add(a, &(struct member){.name = name}, bytes, len);
	}
	return finish(a, &used);
}

/* ---- kinds ---- */

static size_t make_bomb(char *into)
{
	LAB_FREE char *zeros = lab_xmalloc(MEBIBYTE);

	return write_many(true, 100, ".c", zeros, MEBIBYTE, into);
}

/* Archives in archives, one in each. */
static size_t make_nested(char *into)
{
	size_t len = write_members(true, one, into);

	for (int depth = 0; depth < 20; depth++) {
		LAB_FREE char *inner = lab_xmalloc(len);

		memcpy(inner, into, len);
		len = write_many(true, 1, ".zip", inner, len, into);
	}
	return len;
}

/* Many archives in one. */
static size_t make_wide(char *into)
{
	size_t len = write_members(true, one, into);
	LAB_FREE char *inner = lab_xmalloc(len);

	memcpy(inner, into, len);
	return write_many(true, 100, ".zip", inner, len, into);
}

static size_t make_many(char *into)
{
	return write_many(false, 6000, ".c", SOURCE, 1, into);
}

/* The head of a tar whose file has 3 GiB, and little behind it. */
static size_t make_sparse(char *into)
{
	size_t len = write_members(false, one, into);
	unsigned sum = 0;

	memcpy(into + TAR_SIZE, "30000000000", 11);
	memset(into + 148, ' ', 8);
	for (size_t i = 0; i < TAR_BLOCK; i++)
		sum += (unsigned char)into[i];
	snprintf(into + 148, 8, "%06o", sum);
	return len;
}

static size_t make_names(char *into)
{
	memset(long_name, 'n', sizeof(long_name) - 3);
	memcpy(long_name + sizeof(long_name) - 3, ".c", 3);
	for (size_t i = 0; i < 80; i += 2)
		memcpy(deep_name + i, "d/", 2);
	memcpy(deep_name + 80, "x", 2);
	return write_members(false, names, into);
}

static size_t make_cut(char *into)
{
	return write_members(true, one, into) / 2;
}

/* Bit 0 of a member's flags says that it is encrypted. */
static size_t make_encrypted(char *into)
{
	size_t len = write_members(true, one, into);

	for (size_t i = 0; i + 10 < len; i++)
		if (memcmp(into + i, "PK\3\4", 4) == 0)
			into[i + 6] |= 1;
		else if (memcmp(into + i, "PK\1\2", 4) == 0)
			into[i + 8] |= 1;
	return len;
}

static const struct kind {
	const char *name;
	const struct member *members; /* of a tar; or */
	size_t (*make)(char *into);
} kinds[] = {
	{"up", up, NULL},
	{"absolute", absolute, NULL},
	{"link", linked, NULL},
	{"hard-link", hard, NULL},
	{"through-link", through, NULL},
	{"devices", devices, NULL},
	{"twice", twice, NULL},
	{"many", NULL, make_many},
	{"bomb", NULL, make_bomb},
	{"nested", NULL, make_nested},
	{"wide", NULL, make_wide},
	{"sparse", NULL, make_sparse},
	{"names", NULL, make_names},
	{"cut", NULL, make_cut},
	{"encrypted", NULL, make_encrypted},
};

/* Everything in FOLDER, called as it is below it. */
static size_t pack(bool zip, const char *folder, char *into)
{
	size_t used = 0, root = strlen(folder) + 1;
	struct archive *a = begin(zip, !zip, into, &used), *disk = archive_read_disk_new();
	struct archive_entry *entry;

	archive_read_disk_open(disk, folder);
	while (archive_read_next_header(disk, &entry) == ARCHIVE_OK) {
		const char *path = archive_entry_pathname(entry);
		BUF_SCOPED bytes = BUF_INIT;

		archive_read_disk_descend(disk);
		if (strlen(path) > root && archive_entry_filetype(entry) == AE_IFREG &&
			file_read(path, &bytes, ARCHIVE_MOST, NULL) == 0)
			add(a, &(struct member){.name = path + root}, bytes.data, bytes.len);
	}
	archive_read_free(disk);
	return finish(a, &used);
}

static int save(const char *path, const char *bytes, size_t len)
{
	struct lab_error e = {0};

	if (file_write(path, bytes, len, 0644, &e) == 0)
		return 0;
	fprintf(stderr, "archive: %s\n", e.text);
	return 1;
}

int main(int argc, char **argv)
{
	LAB_FREE char *bytes = lab_xmalloc(ARCHIVE_MOST);

	if (argc == 4 && strcmp(argv[1], "pack") == 0)
		return save(argv[2], bytes, pack(!strstr(argv[2], ".tar.xz"), argv[3], bytes));

	for (size_t i = 0; argc == 3 && i < sizeof(kinds) / sizeof(*kinds); i++) {
		const struct kind *kind = &kinds[i];

		if (strcmp(kind->name, argv[1]) == 0)
			return save(argv[2], bytes,
				kind->make ? kind->make(bytes)
					   : write_members(false, kind->members, bytes));
	}
	fputs("Usage: archive KIND FILE, or archive pack FILE FOLDER\n", stderr);
	return 2;
}
