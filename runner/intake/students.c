/*
 * Who handed in: every PATH is opened, archives unpacked, and what lies in it becomes students with
 * the places where their files are. What the names mean is in export.c.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "runner/intake/export.h"
#include "runner/intake/internal.h"

/* A folder that holds a class. */
struct class_place {
	struct intake *in;
	const char *path, *label;
	size_t first_student; /* of those that were found in it */
};

struct intake_student *students_new(
	struct intake *in, const char *name, const char *id, const char *source)
{
	struct intake_student *s;

	in->students = lab_xrealloc(in->students, (in->count + 1) * sizeof(*in->students));
	s = &in->students[in->count++];
	*s = (struct intake_student){
		.name = lab_xstrdup(name), .id = lab_xstrdup(id), .source = lab_xstrdup(source)};
	return s;
}

static void add_root(
	struct intake_student *s, const char *path, const char *label, const char *file)
{
	s->roots = lab_xrealloc(s->roots, (s->root_count + 1) * sizeof(*s->roots));
	s->roots[s->root_count++] =
		(struct intake_root){lab_xstrdup(path), lab_xstrdup(label), lab_xstrdup(file)};
}

size_t students_twin(struct intake *in, size_t student)
{
	struct intake_student *s = students_new(in, "", NULL, in->students[student].source);
	const struct intake_student *first = &in->students[student];

	s->submitted = first->submitted;
	for (size_t i = 0; i < first->root_count; i++)
		add_root(s, first->roots[i].path, first->roots[i].label, first->roots[i].name);
	return in->count - 1;
}

/* "ada" of "ada.tar.gz" */
static char *stem_of(const char *name)
{
	return lab_xprintf("%.*s", (int)(strlen(name) - unpack_suffix(name)), name);
}

/* ---- a class ---- */

static struct intake_student *known(const struct class_place *c, const struct export_name *name)
{
	for (size_t i = c->first_student; i < c->in->count; i++) {
		struct intake_student *s = &c->in->students[i];

		if (s->id && strcmp(s->id, name->id) == 0 && strcmp(s->name, name->student) == 0)
			return s;
	}
	return NULL;
}

/* What a platform has named. */
static void take_exported(const struct class_place *c, const char *path, const char *entry,
	const struct export_name *name)
{
	struct intake_student *s = known(c, name);
	LAB_FREE char *source = path_join(c->label, entry);

	if (!s)
		s = students_new(c->in, name->student, name->id, source);
	s->late = s->late || name->late;
	add_root(s, path, name->file ? name->file : "", name->file);
}

static bool is_hidden(const char *name)
{
	return *name == '.' || strcmp(name, "__MACOSX") == 0;
}

static void take_entry(const struct class_place *c, int fd, const char *entry)
{
	LAB_FREE char *path = path_join(c->path, entry);
	LAB_FREE char *source = path_join(c->label, entry);
	struct export_name name;
	struct stat st;

	if (is_hidden(entry))
		return;
	if (fstatat(fd, entry, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		(!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode))) {
		intake_note(
			&c->in->notes, "\"%s\" is no folder and no archive: not graded", source);
		return;
	}
	if (export_name_read(entry, S_ISDIR(st.st_mode), &name)) {
		take_exported(c, path, entry, &name);
		export_name_done(&name);
	} else if (S_ISDIR(st.st_mode)) {
		add_root(students_new(c->in, entry, NULL, source), path, "", NULL);
	} else if (unpack_suffix(entry)) {
		LAB_FREE char *stem = stem_of(entry);

		add_root(students_new(c->in, stem, NULL, source), path, entry, entry);
	} else {
		intake_note(
			&c->in->notes, "\"%s\" is no folder and no archive: not graded", source);
	}
}

/* The only folder in FD, if it is that and nothing else is there; or NULL. */
static const char *only_folder(int fd, const struct list *names)
{
	const char *only = NULL;
	struct stat st;

	for (size_t i = 0; i < names->count; i++) {
		if (is_hidden(names->names[i]))
			continue;
		if (only)
			return NULL;
		only = names->names[i];
	}
	return only && fstatat(fd, only, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode)
		       ? only
		       : NULL;
}

static bool is_work(const struct intake *in, const char *path)
{
	LIST_SCOPED names = {0};

	return list_folder(&names, open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
		       INTAKE_ENTRIES_MOST) == 0 &&
	       students_is_work(in->course, &names);
}

/* PATH is a folder; UNPACKED: from an archive, where a folder around everything means nothing. */
static int take_place(
	struct intake *in, const char *path, const char *label, bool unpacked, struct lab_error *e)
{
	FD_SCOPED fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	LIST_SCOPED names = {0};
	const char *only;

	if (fd < 0)
		return lab_fail_errno(e, LAB_USAGE, "grade: open \"%s\"", label);
	if (list_folder(&names, fcntl(fd, F_DUPFD_CLOEXEC, 0), SIZE_MAX) < 0)
		return lab_fail_errno(e, LAB_USAGE, "grade: read \"%s\"", label);
	if (students_is_work(in->course, &names)) {
		LAB_FREE char *stem = stem_of(path_base(label));

		add_root(students_new(in, stem, NULL, label), path, "", NULL);
		return 0;
	}
	only = unpacked ? only_folder(fd, &names) : NULL;
	if (only) {
		LAB_FREE char *inner = path_join(path, only);
		LAB_FREE char *inner_label = path_join(label, only);

		if (!is_work(in, inner))
			return take_place(in, inner, inner_label, false, e);
	}
	const struct class_place c = {in, path, label, in->count};

	for (size_t i = 0; i < names.count; i++)
		if (strcmp(names.names[i], GRADESCOPE_FILE) != 0)
			take_entry(&c, fd, names.names[i]);
	if (list_has(&names, GRADESCOPE_FILE))
		gradescope_read(in, path, c.first_student);
	return 0;
}

/* ---- a path ---- */

/* An archive that cannot be unpacked is a student's among others, and else what was meant. */
static int take_archive(
	struct intake *in, const char *path, const char *label, bool alone, struct lab_error *e)
{
	LAB_FREE char *stem = stem_of(path_base(label));
	LAB_FREE char *folder = NULL;
	struct intake_student *s;
	struct lab_error why = {0};

	if (unpack(in, path, label, &unpack_limits_class, &in->notes, &folder, &why) == 0)
		return take_place(in, folder, label, true, e);
	if (why.kind != LAB_USAGE)
		return lab_fail(e, why.kind, "grade: %s", why.text);
	if (alone)
		return lab_fail(
			e, LAB_USAGE, "grade: \"%s\" cannot be unpacked: %s", label, why.text);
	s = students_new(in, stem, NULL, label);
	intake_note(&s->notes, "%s cannot be unpacked: %s", path_base(label), why.text);
	return 0;
}

/* "class" of "class/" */
static char *without_slashes(const char *path)
{
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	return lab_xprintf("%.*s", (int)len, path);
}

static int take_path(struct intake *in, const char *given, bool alone, struct lab_error *e)
{
	LAB_FREE char *label = without_slashes(given);
	LAB_FREE char *path =
		realpath(given, NULL); /* links that the caller named are the caller's */
	struct stat st;

	if (!path || stat(path, &st) < 0)
		return lab_fail_errno(e, LAB_USAGE, "grade: open \"%s\"", given);
	if (S_ISDIR(st.st_mode))
		return take_place(in, path, label, false, e);
	if (S_ISREG(st.st_mode) && unpack_suffix(path))
		return take_archive(in, path, label, alone, e);
	return lab_fail(e, LAB_USAGE,
		"grade: \"%s\" is no folder and no archive (zip, tar, tar.gz, tar.xz)", given);
}

int students_find(struct intake *in, char *const *paths, struct lab_error *e)
{
	for (size_t i = 0; paths[i]; i++)
		if (take_path(in, paths[i], !paths[1], e) < 0)
			return -1;
	if (in->count == 0)
		return lab_fail(e, LAB_USAGE,
			"grade: \"%s\" holds no submission; it wants a folder or an archive a "
			"student, each with CHAPTER/EXERCISE/FILES in it",
			paths[0]);
	return 0;
}
