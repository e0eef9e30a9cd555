/* ipclab pack: what is to be handed in, as one archive that `grade` reads once it is unpacked. */
#include "config.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/build/build.h"
#include "runner/catalogue.h"
#include "runner/cmd.h"
#include "runner/verify_folder.h"
#include "runner/workspace.h"

struct pack_options {
	const char *course, *out;
};

static int archive_failed(struct archive *a, const char *out, struct lab_error *e)
{
	return lab_fail(e, LAB_USAGE, "pack: write \"%s\": %s", out, archive_error_string(a));
}

/* The same files make the same archive: no owner, no time. */
static int add_file(struct archive *a, const char *out, const char *name, const struct buf *bytes,
	struct lab_error *e)
{
	struct archive_entry *entry = archive_entry_new();
	bool good;

	archive_entry_set_pathname(entry, name);
	archive_entry_set_size(entry, (int64_t)bytes->len);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_mtime(entry, 0, 0);
	good = archive_write_header(a, entry) == ARCHIVE_OK &&
	       archive_write_data(a, buf_text(bytes), bytes->len) == (la_ssize_t)bytes->len;
	archive_entry_free(entry);
	return good ? 0 : archive_failed(a, out, e);
}

/* A regular file, no link, of a size that grade takes. 1: not there. */
static int read_source(const char *path, struct buf *into, struct lab_error *e)
{
	FD_SCOPED fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0 && errno == ENOENT)
		return 1;
	if (fd < 0 && errno == ELOOP)
		return lab_fail(
			e, LAB_USAGE, "pack: \"%s\" is a symbolic link; put the file there", path);
	if (fd < 0 || fstat(fd, &st) < 0)
		return lab_fail_errno(e, LAB_USAGE, "pack: open \"%s\"", path);
	if (!S_ISREG(st.st_mode))
		return lab_fail(e, LAB_USAGE, "pack: \"%s\" is no regular file", path);
	if (fd_read_to_end(fd, into, BUILD_SOURCE_MAX) < 0)
		return lab_fail_errno(e, LAB_USAGE, "pack: read \"%s\"", path);
	return 0;
}

static bool is_handed_in(const char *name)
{
	const char *dot = strrchr(name, '.');

	return strcmp(name, "answers.txt") == 0 ||
	       (dot && (strcmp(dot, ".c") == 0 || strcmp(dot, ".h") == 0));
}

/* Every source in the exercise's folder. *COUNT grows. */
static int add_exercise(struct archive *a, const char *out, const struct workspace *w,
	const struct exercise *ex, size_t *count, struct lab_error *e)
{
	LAB_FREE char *folder = workspace_folder(w, ex);
	FOLDER_SCOPED names = {0};

	if (!path_is_dir(folder))
		return 0;
	if (folder_read(&names, folder, e) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		LAB_FREE char *path = path_join(folder, names.names[i]);
		LAB_FREE char *inside = path_join(ex->id, names.names[i]);
		BUF_SCOPED bytes = BUF_INIT;

		if (!path_name_is_plain(names.names[i]) || !is_handed_in(names.names[i]))
			continue;
		if (read_source(path, &bytes, e) != 0 || add_file(a, out, inside, &bytes, e) < 0)
			return -1;
		(*count)++;
	}
	return 0;
}

static int write_archive(const char *out, const struct workspace *w, const struct course *course,
	size_t *count, struct lab_error *e)
{
	struct archive *a = archive_write_new();
	int status = 0;

	archive_write_set_format_pax_restricted(a);
	archive_write_add_filter_gzip(a);
	archive_write_set_options(a, "gzip:!timestamp");
	if (archive_write_open_filename(a, out) != ARCHIVE_OK)
		status = archive_failed(a, out, e);
	for (size_t i = 0; i < course->count && status == 0; i++)
		status = add_exercise(a, out, w, course->exercises[i], count, e);
	if (archive_write_close(a) != ARCHIVE_OK && status == 0)
		status = archive_failed(a, out, e);
	archive_write_free(a);
	return status;
}

static int pack_exec(const struct cmd_call *call, struct lab_error *e)
{
	const struct pack_options *options = call->options;
	WORKSPACE_SCOPED *w = workspace_open_here(NULL, e);
	CATALOGUE_SCOPED *course = w ? catalogue_open(options->course, e) : NULL;
	const char *out = options->out ? options->out : "ipclab-work.tar.gz";
	LAB_FREE char *beside = lab_xprintf("%s.part", out);
	size_t count = 0;

	if (!course)
		return -1;
	if (write_archive(beside, w, course, &count, e) < 0) {
		unlink(beside);
		return -1;
	}
	if (rename(beside, out) < 0) {
		lab_fail_errno(e, LAB_USAGE, "pack: write \"%s\"", out);
		unlink(beside);
		return -1;
	}
	printf("%s: %zu files. This is what to hand in.\n", out, count);
	return 0;
}

static const struct cmd_option pack_rows[] = {
	{"out", CMD_TEXT, "FILE", offsetof(struct pack_options, out),
		"the archive's name (default: ipclab-work.tar.gz in the current folder)"},
	{"course", CMD_TEXT, "DIR", offsetof(struct pack_options, course),
		"the course in DIR instead of the installed one"},
	{0},
};

const struct cmd cmd_pack = {
	.name = "pack",
	.synopsis = "",
	.summary = "make the archive to hand in",
	.text = "Packs the sources and answers of all exercises of the workspace, and nothing "
		"else, "
		"into\n"
		"a .tar.gz file. The same files make the same archive, byte for byte. Unpacked "
		"into a\n"
		"folder a student it is what \"ipclab grade\" reads.\n",
	.options = pack_rows,
	.options_size = sizeof(struct pack_options),
	.operands_most = 0,
	.exec = pack_exec,
};
