/*
 * One student's files: which exercise they belong to. A folder called as an exercise is its own,
 * wherever it lies, the one nearest to the top first; files that lie in none go by their names
 * (flat.c). Archives are unpacked where they are met and walked as folders.
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
#include "runner/intake/internal.h"

/* Where the folder of an exercise was found. */
struct spot {
	char *folder, *label, *rival;
	size_t depth;
	bool barred; /* a link or a file is in its place */
};

struct walk {
	struct intake *in;
	struct intake_student *s;
	struct spot *spots; /* [exercise] */
	struct loose *loose;
	size_t loose_count, entries, archives;
	struct lab_error *e;
};

/* A folder on the way. */
struct place {
	int fd;
	const char *path, *label, *name;
	size_t depth;
};

static int walk_folder(struct walk *w, const struct place *place);

static char *label_of(const struct place *place, const char *name)
{
	return *place->label ? path_join(place->label, name) : lab_xstrdup(name);
}

/* ---- what a name says ---- */

static const char *last_of(const struct exercise *ex)
{
	return path_base(ex->id);
}

static bool is_chapter(const struct exercise *ex, const char *name)
{
	size_t len = strlen(name);

	return strncmp(ex->id, name, len) == 0 && ex->id[len] == '/';
}

static bool is_chapter_of(const struct course *course, const char *name)
{
	for (size_t i = 0; i < course->count; i++)
		if (is_chapter(course->exercises[i], name))
			return true;
	return false;
}

/* The exercise that a folder NAME in the folder PARENT is of, or NULL. */
static const struct exercise *exercise_of(
	const struct course *course, const char *parent, const char *name)
{
	const struct exercise *found = NULL;
	size_t called_so = 0;

	for (size_t i = 0; i < course->count; i++) {
		const struct exercise *ex = course->exercises[i];

		if (strcmp(last_of(ex), name) != 0)
			continue;
		if (is_chapter(ex, parent))
			return ex;
		found = ex;
		called_so++;
	}
	return called_so == 1 ? found : NULL;
}

bool students_is_work(const struct course *course, const struct list *names)
{
	for (size_t n = 0; n < names->count; n++) {
		if (is_chapter_of(course, names->names[n]) ||
			exercise_of(course, "", names->names[n]))
			return true;
		for (size_t i = 0; i < course->count; i++)
			if (flat_is_of(course->exercises[i], names->names[n]))
				return true;
	}
	return false;
}

/* ---- what is found ---- */

static struct spot *spot_of(struct walk *w, const struct exercise *ex)
{
	for (size_t i = 0; i < w->in->exercise_count; i++)
		if (w->in->exercises[i] == ex)
			return &w->spots[i];
	return NULL; /* not graded now */
}

static void take_spot(struct walk *w, const struct exercise *ex, const char *path,
	const char *label, size_t depth)
{
	struct spot *spot = spot_of(w, ex);

	if (!spot || (spot->folder && spot->depth < depth))
		return;
	if (spot->folder && spot->depth == depth) {
		if (!spot->rival)
			spot->rival = lab_xstrdup(label);
		return;
	}
	free(spot->folder);
	free(spot->label);
	free(spot->rival);
	*spot = (struct spot){
		.folder = lab_xstrdup(path), .label = lab_xstrdup(label), .depth = depth};
}

/* What has the name of a folder on the way to an exercise, and is none. */
static bool bar(struct walk *w, const struct place *place, const char *name)
{
	const struct exercise *one = exercise_of(w->in->course, place->name, name);
	bool barred = false;

	for (size_t i = 0; i < w->in->exercise_count; i++)
		if (w->in->exercises[i] == one || is_chapter(w->in->exercises[i], name))
			w->spots[i].barred = barred = true;
	return barred;
}

static void take_loose(
	struct walk *w, const char *path, const char *label, const char *name, size_t depth)
{
	w->loose = lab_xrealloc(w->loose, (w->loose_count + 1) * sizeof(*w->loose));
	w->loose[w->loose_count++] = (struct loose){
		lab_xstrdup(path), lab_xstrdup(label), lab_xstrdup(name), depth, false};
}

static int take_archive(struct walk *w, const char *path, const char *label, size_t depth)
{
	LAB_FREE char *folder = NULL;
	struct lab_error why = {0};
	int status;

	if (w->archives++ >= INTAKE_ARCHIVES_MOST) {
		intake_note(&w->s->notes, "%s is not unpacked: there are more than %d archives",
			label, INTAKE_ARCHIVES_MOST);
		return 0;
	}
	status = unpack(w->in, path, label, &unpack_limits_student, &w->s->notes, &folder, &why);
	if (status < 0 && why.kind != LAB_USAGE)
		return lab_fail(w->e, why.kind, "%s", why.text);
	if (status < 0) {
		intake_note(&w->s->notes, "%s cannot be unpacked: %s", label, why.text);
		return 0;
	}
	FD_SCOPED fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const struct place inner = {fd, folder, label, "", depth + 1};

	return fd < 0 ? lab_fail_errno(w->e, LAB_BROKEN, "open \"%s\"", folder)
		      : walk_folder(w, &inner);
}

/* NAME: what the student called it. */
static int take_file(
	struct walk *w, const char *path, const char *label, const char *name, size_t depth)
{
	const char *unknown = unpack_unknown(name);

	if (unpack_suffix(name))
		return take_archive(w, path, label, depth);
	if (unknown)
		intake_note(&w->s->notes,
			"%s is not unpacked: hand in a zip or a tar.gz, not a %s file", label,
			unknown);
	else
		take_loose(w, path, label, name, depth);
	return 0;
}

/* The grader may not read it: who knows what is there. */
static void refused(struct walk *w, const char *label)
{
	if (!w->s->unreadable)
		w->s->unreadable = lab_xprintf(
			"read \"%s\": %s, %s", label, lab_errno_name(errno), strerror(errno));
}

static int take_folder(struct walk *w, const struct place *place, const char *name)
{
	LAB_FREE char *path = path_join(place->path, name);
	LAB_FREE char *label = label_of(place, name);
	const struct exercise *ex = exercise_of(w->in->course, place->name, name);
	FD_SCOPED fd = -1;

	if (ex) {
		take_spot(w, ex, path, label, place->depth);
		return 0;
	}
	if (is_chapter_of(w->in->course, place->name) && !is_chapter_of(w->in->course, name))
		intake_note(&w->s->notes, "%s is no exercise of this course", label);
	if (place->depth >= INTAKE_DEPTH_MOST) {
		intake_note(&w->s->notes, "%s is not looked into: it lies too deep", label);
		return 0;
	}
	fd = openat(place->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		refused(w, label);
		return 0;
	}
	return walk_folder(w, &(struct place){fd, path, label, name, place->depth + 1});
}

static void take_git(struct walk *w, const struct place *place)
{
	FD_SCOPED fd = openat(place->fd, ".git", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0 && !w->s->head)
		w->s->head = git_head(fd);
}

static int take_entry(struct walk *w, const struct place *place, const char *name)
{
	LAB_FREE char *path = path_join(place->path, name);
	LAB_FREE char *label = label_of(place, name);
	struct stat st;

	if (strcmp(name, ".git") == 0)
		take_git(w, place);
	if (*name == '.' || strcmp(name, "__MACOSX") == 0)
		return 0;
	if (fstatat(place->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		refused(w, label);
		return 0;
	}
	if (S_ISDIR(st.st_mode))
		return take_folder(w, place, name);
	if (bar(w, place, name))
		return 0;
	return take_file(w, path, label, name, place->depth);
}

static int walk_folder(struct walk *w, const struct place *place)
{
	LIST_SCOPED names = {0};
	int status = 0;

	if (list_folder(&names, fcntl(place->fd, F_DUPFD_CLOEXEC, 0), INTAKE_ENTRIES_MOST) < 0) {
		refused(w, *place->label ? place->label : place->path);
		return 0;
	}
	for (size_t i = 0; i < names.count && status == 0; i++) {
		if (w->entries++ == INTAKE_ENTRIES_MOST)
			intake_note(&w->s->notes, "only %d files and folders are looked at",
				INTAKE_ENTRIES_MOST);
		if (w->entries > INTAKE_ENTRIES_MOST)
			break;
		status = take_entry(w, place, names.names[i]);
	}
	return status;
}

static int walk_root(struct walk *w, const struct intake_root *root)
{
	FD_SCOPED fd = -1;

	if (root->name)
		return take_file(w, root->path, root->label, root->name, 0);
	fd = open(root->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		refused(w, root->path);
		return 0;
	}
	return walk_folder(w, &(struct place){fd, root->path, root->label, "", 0});
}

/* ---- what becomes of it ---- */

static char *why_nothing(const struct intake_student *s, const struct spot *spot)
{
	if (spot->barred)
		return lab_xstrdup("nothing was handed in: on the way to its folder is a link or a "
				   "file");
	if (s->notes.count)
		return lab_xprintf("nothing was handed in that can be read: %s", s->notes.names[0]);
	return lab_xstrdup("nothing was handed in");
}

static void settle_spots(struct walk *w)
{
	for (size_t i = 0; i < w->in->exercise_count; i++) {
		struct spot *spot = &w->spots[i];
		struct intake_work *work = &w->s->works[i];

		if (spot->rival) {
			intake_note(&w->s->notes,
				"%s and %s are both of one exercise, and neither is graded",
				spot->label, spot->rival);
			work->why = lab_xprintf(
				"it is there twice: in %s and in %s", spot->label, spot->rival);
		} else if (spot->folder) {
			work->folder = lab_xstrdup(spot->folder);
		}
	}
}

/* What lies in its folder, against the files that it wants. */
static void compare(const struct exercise *ex, struct intake_work *work)
{
	LIST_SCOPED names = {0};

	if (list_folder(&names, open(work->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
		    INTAKE_ENTRIES_MOST) < 0)
		return; /* intake_sum() says so */
	for (size_t i = 0; ex->files[i]; i++)
		if (!list_has(&names, ex->files[i]))
			list_add(&work->missing, ex->files[i]);
	for (size_t i = 0; i < names.count; i++)
		if (*names.names[i] != '.' && strcmp(names.names[i], "README.md") != 0 &&
			!flat_is_of(ex, names.names[i]))
			list_add(&work->extra, names.names[i]);
}

static void walk_done(struct walk *w)
{
	for (size_t i = 0; i < w->in->exercise_count; i++) {
		free(w->spots[i].folder);
		free(w->spots[i].label);
		free(w->spots[i].rival);
	}
	free(w->spots);
	for (size_t i = 0; i < w->loose_count; i++) {
		free(w->loose[i].path);
		free(w->loose[i].label);
		free(w->loose[i].name);
	}
	free(w->loose);
}

/* A student with a thousand bad files is told of once. */
static void shorten(struct list *notes)
{
	size_t more = notes->count - INTAKE_NOTES_MOST;

	if (notes->count <= INTAKE_NOTES_MOST + 1)
		return;
	while (notes->count > INTAKE_NOTES_MOST)
		free(notes->names[--notes->count]);
	list_addf(notes, "%zu more lines like these", more);
}

int walk_student(struct intake *in, struct intake_student *s, struct lab_error *e)
{
	struct walk w = {.in = in,
		.s = s,
		.spots = lab_xmalloc((in->exercise_count + 1) * sizeof(struct spot)),
		.e = e};
	int status = 0;

	s->works = lab_xmalloc((in->exercise_count + 1) * sizeof(*s->works));
	for (size_t i = 0; i < s->root_count && status == 0; i++)
		status = walk_root(&w, &s->roots[i]);
	if (status == 0) {
		settle_spots(&w);
		status = flat_sort(in, s, w.loose, w.loose_count, e);
	}
	for (size_t i = 0; i < in->exercise_count && status == 0; i++) {
		if (s->works[i].folder)
			compare(in->exercises[i], &s->works[i]);
		else if (!s->works[i].why)
			s->works[i].why = why_nothing(s, &w.spots[i]);
	}
	shorten(&s->notes);
	walk_done(&w);
	return status;
}
