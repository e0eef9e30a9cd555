/*
 * ipclab package: what another platform needs in order to grade with this lab. Of Gradescope: the
 * zip that an autograder is uploaded as, with the lab as `make student-dist` packs it, so that
 * neither solutions nor the tests' sources leave this machine.
 */
#include "config.h"

#include <elf.h>
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
#include "runner/verify/folder.h"

static const char setup[] =
#include "runner/gradescope/setup.sh.inc"
	;
static const char run_autograder[] =
#include "runner/gradescope/run_autograder.inc"
	;

#define FILE_MOST (256u << 20)

struct package_options {
	const char *out, *lab, *course;
};

struct package {
	const struct package_options *options;
	const struct course *course;
	struct buf contents, list; /* of the archive; and the lines of its file `exercises` */
	size_t exercises;
};

static void add_text(struct package *p, const char *name, const char *text, bool program)
{
	struct buf bytes = {.data = (char *)text, .len = strlen(text)};

	archive_add(&p->contents, name, &bytes, program);
}

static int add_file(
	struct package *p, const char *name, const char *path, bool program, struct lab_error *e)
{
	BUF_SCOPED bytes = BUF_INIT;

	if (file_read(path, &bytes, FILE_MOST, e) < 0)
		return -1;
	archive_add(&p->contents, name, &bytes, program);
	return 0;
}

/* ---- the lab ---- */

static int add_lab(struct package *p, struct lab_error *e)
{
	const char *build = lab_build_dir();
	LAB_FREE char *own =
		lab_xprintf("%s/ipclab-%s-student.tar.xz", build ? build : ".", PACKAGE_VERSION);
	const char *lab = p->options->lab ? p->options->lab : own;

	if (!path_is_file(lab))
		return lab_fail(e, LAB_USAGE,
			"package: there is no \"%s\"; \"make student-dist\" in the build folder "
			"makes it, --lab names another place",
			lab);
	return add_file(p, "lab.tar.xz", lab, false, e);
}

/* ---- a course of one's own ---- */

/* Is it a program that asks for no library of the machine it runs on? */
static bool is_static(const struct buf *program)
{
	const Elf64_Ehdr *head = (const Elf64_Ehdr *)program->data;

	if (program->len < sizeof(*head) || memcmp(head->e_ident, ELFMAG, SELFMAG) != 0 ||
		head->e_phoff > program->len ||
		head->e_phnum > (program->len - head->e_phoff) / sizeof(Elf64_Phdr))
		return false;
	for (size_t i = 0; i < head->e_phnum; i++) {
		Elf64_Phdr part;

		memcpy(&part, program->data + head->e_phoff + i * sizeof(part), sizeof(part));
		if (part.p_type == PT_INTERP)
			return false;
	}
	return true;
}

static int add_judge(struct package *p, const struct exercise *ex, struct lab_error *e)
{
	LAB_FREE char *name = lab_xprintf("course/judges/%s", ex->id);
	BUF_SCOPED judge = BUF_INIT;

	if (!ex->judge || !path_is_file(ex->judge))
		return lab_fail(e, LAB_USAGE, "package: the test of %s is not built: make -C %s",
			ex->id, p->course->dir);
	if (file_read(ex->judge, &judge, FILE_MOST, e) < 0)
		return -1;
	if (!is_static(&judge))
		return lab_fail(e, LAB_USAGE,
			"package: \"%s\" needs libraries of this machine, which the platform may "
			"not have: make -C %s clean, then make -C %s STATIC=yes",
			ex->judge, p->course->dir, p->course->dir);
	archive_add(&p->contents, name, &judge, true);
	return 0;
}

static int add_folder(struct package *p, const char *below, struct lab_error *e)
{
	LAB_FREE char *path = path_join(p->course->dir, below);
	FOLDER_SCOPED folder = {0};

	if (folder_read(&folder, path, e) < 0)
		return -1;
	for (size_t i = 0; i < folder.count; i++) {
		LAB_FREE char *inside = path_join(below, folder.names[i]);
		LAB_FREE char *from = path_join(path, folder.names[i]);
		LAB_FREE char *name = path_join("course", inside);

		if ((path_is_dir(from) ? add_folder(p, inside, e)
				       : add_file(p, name, from, false, e)) < 0)
			return -1;
	}
	return 0;
}

/* All of it: exercises may need one another. */
static int add_course(struct package *p, struct lab_error *e)
{
	if (!p->options->course)
		return 0;
	for (size_t i = 0; i < p->course->count; i++)
		if (add_judge(p, p->course->exercises[i], e) < 0)
			return -1;
	return add_folder(p, "exercises", e);
}

/* ---- which exercises ---- */

static void add_exercise(struct package *p, const struct exercise *ex)
{
	LAB_FREE char *known = lab_xprintf("%s ", ex->id);

	if (strstr(buf_text(&p->list), known))
		return; /* named twice */
	buf_puts(&p->list, ex->id);
	for (char **name = ex->files; name && *name; name++)
		buf_printf(&p->list, " %s", *name);
	buf_puts(&p->list, "\n");
	p->exercises++;
}

/* NAME: an exercise, or a chapter, or NULL for all. */
static int add_named(struct package *p, const char *name, struct lab_error *e)
{
	LAB_FREE char *chapter = lab_xprintf("%s/", name ? name : "");
	const struct exercise *ex;
	size_t before = p->exercises;

	for (size_t i = 0; i < p->course->count; i++)
		if (!name || strncmp(p->course->exercises[i]->id, chapter, strlen(chapter)) == 0)
			add_exercise(p, p->course->exercises[i]);
	if (!name || p->exercises > before)
		return 0;
	ex = course_find(p->course, name, e);
	if (!ex)
		return -1;
	add_exercise(p, ex);
	return 0;
}

static int add_exercises(struct package *p, const struct cmd_call *call, struct lab_error *e)
{
	if (call->operand_count == 1)
		return add_named(p, NULL, e);
	for (int i = 1; i < call->operand_count; i++)
		if (add_named(p, call->operands[i], e) < 0)
			return -1;
	return 0;
}

/* ---- the zip ---- */

static int write_package(struct package *p, struct lab_error *e)
{
	const char *out = p->options->out;
	LAB_FREE char *part = lab_xprintf("%s.XXXXXX", out);
	FD_SCOPED fd = mkostemp(part, O_CLOEXEC);
	mode_t mask = umask(0);

	umask(mask);
	if (fd < 0)
		return lab_fail_errno(e, LAB_USAGE, "package: create \"%s\"", out);
	if (archive_write(&p->contents, ARCHIVE_ZIP, fd, out, e) == 0) {
		if (fchmod(fd, 0666 & ~mask) == 0 && rename(part, out) == 0)
			return 0;
		lab_fail_errno(e, LAB_USAGE, "package: write \"%s\"", out);
	}
	unlink(part);
	return -1;
}

static int package(struct package *p, const struct cmd_call *call, struct lab_error *e)
{
	add_text(p, "setup.sh", setup, true);
	add_text(p, "run_autograder", run_autograder, true);
	if (add_exercises(p, call, e) < 0 || add_lab(p, e) < 0 || add_course(p, e) < 0)
		return -1;
	archive_add(&p->contents, "exercises", &p->list, false);
	return write_package(p, e);
}

static int package_exec(const struct cmd_call *call, struct lab_error *e)
{
	const struct package_options *options = call->options;
	struct package p = {.options = options};
	CATALOGUE_SCOPED *course = NULL;
	int status;

	if (call->operand_count == 0 || strcmp(call->operands[0], "gradescope") != 0)
		return lab_fail(e, LAB_USAGE,
			"package: for which platform? Known is: ipclab package gradescope");
	if (!options->out)
		return lab_fail(e, LAB_USAGE, "package: --out=FILE.zip must say where it goes");
	course = catalogue_open(options->course, e);
	if (!course)
		return -1;
	p.course = course;
	status = package(&p, call, e);
	buf_done(&p.contents);
	buf_done(&p.list);
	if (status < 0)
		return -1;
	output_name(stdout, options->out);
	printf(": an autograder for %zu exercise%s. Upload it where Gradescope asks for one; the "
	       "image must be Ubuntu 22.04 or newer.\n",
		p.exercises, p.exercises == 1 ? "" : "s");
	return 0;
}

static const struct cmd_option package_rows[] = {
	{"out", CMD_TEXT, "FILE", offsetof(struct package_options, out), "the zip to be written"},
	{"lab", CMD_TEXT, "FILE", offsetof(struct package_options, lab),
		"the lab, as \"make student-dist\" packs it (default: that of the build folder)"},
	{"course", CMD_TEXT, "DIR", offsetof(struct package_options, course),
		"the course in DIR, whose tests were built with STATIC=yes, instead of the "
		"installed one"},
	{0},
};

const struct cmd cmd_package = {
	.name = "package",
	.synopsis = "gradescope [EXERCISE|CHAPTER]... --out=FILE",
	.summary = "make an autograder for another platform",
	.text = "Writes the zip that Gradescope takes as an autograder: the lab, which the "
		"platform\n"
		"builds once, the exercises and their compiled tests. Every submission is checked "
		"for\n"
		"all EXERCISEs, those of the CHAPTERs, or all there are; what is missing scores "
		"0.\n"
		"Students hand in folders CHAPTER/EXERCISE, the archive that \"ipclab pack\" "
		"makes, "
		"or\n"
		"the files alone. Neither solutions nor the tests' sources are in it.\n",
	.options = package_rows,
	.options_size = sizeof(struct package_options),
	.letters = "o",
	.operands_most = -1,
	.exec = package_exec,
};
