/*
 * The archiver: called with `tar` or `zip`, files as archive.h describes them on standard input, a
 * .tar.gz or a zip of them on standard output; or, called with `unpack` and limits, the other way
 * round (unarchive.c). A program of its own, the only one that loads libarchive. Ends with 1, and
 * one line on standard error that tells why, where it cannot write.
 */
#include "config.h"

#include "runner/archiver.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/error.h"
#include "lab/base/fd.h"
#include "runner/archive.h"

static int tell(struct archive *a)
{
	int errnum = archive_errno(a);

	if (errnum > 0)
		fprintf(stderr, "%s, %s\n", lab_errno_name(errnum), strerror(errnum));
	else
		fprintf(stderr, "%s\n", archive_error_string(a));
	return -1;
}

/* The same files make the same archive: no owner, no time. */
static int add_file(struct archive *a, const char *name, mode_t mode, const char *bytes, size_t len)
{
	struct archive_entry *entry = archive_entry_new();
	bool good;

	archive_entry_set_pathname(entry, name);
	archive_entry_set_size(entry, (int64_t)len);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, mode);
	archive_entry_set_mtime(entry, 0, 0);
	good = archive_write_header(a, entry) == ARCHIVE_OK &&
	       archive_write_data(a, bytes, len) == (la_ssize_t)len;
	archive_entry_free(entry);
	return good ? 0 : tell(a);
}

static int add_files(struct archive *a, char *at, const char *end)
{
	while (at < end) {
		char *line_end = memchr(at, '\n', (size_t)(end - at)), *name;
		size_t len = strtoul(at, &name, 10);
		mode_t mode = (mode_t)strtoul(name, &name, 8);

		if (!line_end || name >= line_end || len > (size_t)(end - line_end) - 1) {
			fputs("what is to be archived is cut\n", stderr);
			return -1;
		}
		*line_end = '\0';
		if (add_file(a, name + 1, mode, line_end + 1, len) < 0)
			return -1;
		at = line_end + 1 + len;
	}
	return 0;
}

static int write_archive(bool zip)
{
	BUF_SCOPED files = BUF_INIT;
	struct archive *a = archive_write_new();
	int status;

	if (fd_read_to_end(STDIN_FILENO, &files, SIZE_MAX) < 0) {
		fprintf(stderr, "%s, %s\n", lab_errno_name(errno), strerror(errno));
		return 1;
	}
	if (zip) {
		archive_write_set_format_zip(a);
	} else {
		archive_write_set_format_pax_restricted(a);
		archive_write_add_filter_gzip(a);
		archive_write_set_options(a, "gzip:!timestamp");
	}
	status = archive_write_open_fd(a, STDOUT_FILENO) == ARCHIVE_OK
			 ? add_files(a, files.data, files.data + files.len)
			 : tell(a);
	if (archive_write_close(a) != ARCHIVE_OK && status == 0)
		status = tell(a);
	archive_write_free(a);
	return status == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "unpack") == 0)
		_exit(unarchive(argv[2], argv[3]));
	return write_archive(argc == 2 && strcmp(argv[1], ARCHIVE_ZIP) == 0);
}
