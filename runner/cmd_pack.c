/* ipclab pack: what is to be handed in, as one archive that `grade` reads once it is unpacked. */
#include "config.h"

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
#include "runner/archive.h"
#include "runner/catalogue.h"
#include "runner/cmd.h"
#include "runner/output.h"
#include "runner/submission.h"
#include "runner/workspace.h"

struct pack_options {
	const char *course, *out;
};

struct pack {
	const char *out;
	const struct workspace *workspace;
	struct buf contents;
	size_t files, exercises, untouched;
};

/* Whoever unpacks it for grading follows no link. */
static int refuse_link(const char *path, struct lab_error *e)
{
	struct stat st;

	if (lstat(path, &st) == 0 && S_ISLNK(st.st_mode))
		return lab_fail(e, LAB_USAGE,
			"pack: \"%s\" is a symbolic link; put the folder itself there", path);
	return 0;
}

/* What a check reads of the exercise's folder; what it would refuse is not to be handed in. */
static int add_exercise(struct pack *p, const struct exercise *ex, struct lab_error *e)
{
	LAB_FREE char *folder = workspace_folder(p->workspace, ex);
	LAB_FREE char *chapter = lab_xprintf("%.*s", (int)(path_base(folder) - folder - 1), folder);
	SUBMISSION_SCOPED s = {0};

	if (refuse_link(chapter, e) < 0 || refuse_link(folder, e) < 0 ||
		submission_read(&s, folder, ex, e) < 0)
		return -1;
	for (size_t i = 0; i < s.count; i++) {
		LAB_FREE char *name = path_join(ex->id, s.files[i].name);

		if (s.files[i].refused)
			return lab_fail(e, LAB_USAGE, "pack: \"%s\" %s", name, s.files[i].refused);
		archive_add(&p->contents, name, &s.files[i].bytes, false);
	}
	p->files += s.count;
	p->exercises += s.count > 0;
	p->untouched += s.count > 0 && workspace_is_untouched(p->workspace, ex);
	return 0;
}

static int write_archive(struct pack *p, int fd, const struct course *course, struct lab_error *e)
{
	for (size_t i = 0; i < course->count; i++)
		if (add_exercise(p, course->exercises[i], e) < 0)
			return -1;
	if (p->files == 0)
		return lab_fail(
			e, LAB_USAGE, "pack: \"%s\" holds nothing to hand in", p->workspace->dir);
	if (archive_write(&p->contents, ARCHIVE_TAR, fd, p->out, e) < 0)
		return lab_wrap(e, "pack");
	return 0;
}

/* A slip of the hand must not cost a student's file: only an archive is replaced. */
static int may_replace(const char *out, struct lab_error *e)
{
	FD_SCOPED fd = open(out, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	unsigned char magic[2];

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd >= 0 && path_is_file(out) && fd_read_full(fd, magic, 2) == 2 && magic[0] == 0x1f &&
		magic[1] == 0x8b) /* RFC 1952 */
		return 0;
	return lab_fail(e, LAB_USAGE,
		"pack: \"%s\" is there already, and is no archive; name another with --out", out);
}

/* A whole archive takes the name, or none. */
static int pack(struct pack *p, const struct course *course, struct lab_error *e)
{
	LAB_FREE char *part = lab_xprintf("%s.XXXXXX", p->out);
	FD_SCOPED fd = -1;
	mode_t mask;

	if (may_replace(p->out, e) < 0)
		return -1;
	fd = mkostemp(part, O_CLOEXEC);
	if (fd < 0)
		return lab_fail_errno(e, LAB_USAGE, "pack: create \"%s\"", p->out);
	mask = umask(0);
	umask(mask);
	if (write_archive(p, fd, course, e) == 0) {
		if (fchmod(fd, 0666 & ~mask) == 0 && rename(part, p->out) == 0)
			return 0;
		lab_fail_errno(e, LAB_USAGE, "pack: write \"%s\"", p->out);
	}
	unlink(part);
	return -1;
}

static int pack_exec(const struct cmd_call *call, struct lab_error *e)
{
	const struct pack_options *options = call->options;
	WORKSPACE_SCOPED *w = workspace_open_here(NULL, e);
	CATALOGUE_SCOPED *course = w ? catalogue_open(options->course, e) : NULL;
	struct pack p = {.out = options->out ? options->out : "ipclab-work.tar.gz", .workspace = w};

	int status = course ? pack(&p, course, e) : -1;

	buf_done(&p.contents);
	if (status < 0)
		return -1;
	output_name(stdout, p.out);
	printf(": %zu file%s of %zu exercise%s. This is what to hand in.\n", p.files,
		p.files == 1 ? "" : "s", p.exercises, p.exercises == 1 ? "" : "s");
	if (p.untouched)
		printf("%zu of them %s not begun.\n", p.untouched, p.untouched == 1 ? "is" : "are");
	return 0;
}

static const struct cmd_option pack_rows[] = {
	{"out", CMD_TEXT, "FILE", offsetof(struct pack_options, out),
		"the archive's name (default: ipclab-work.tar.gz in the current folder); also -o "
		"FILE"},
	{"course", CMD_TEXT, "DIR", offsetof(struct pack_options, course),
		"the course in DIR instead of the installed one"},
	{0},
};

const struct cmd cmd_pack = {
	.name = "pack",
	.synopsis = "",
	.summary = "make the archive to hand in",
	.text = "Packs what a check reads of all exercises of the workspace, and nothing else, "
		"into "
		"a\n"
		".tar.gz file. What a check would refuse (links, folders, huge files) is refused "
		"here\n"
		"already. The same files make the same archive, byte for byte. Unpacked "
		"into a\n"
		"folder a student it is what \"ipclab grade\" reads.\n",
	.options = pack_rows,
	.options_size = sizeof(struct pack_options),
	.letters = "o",
	.operands_most = 0,
	.exec = pack_exec,
};
