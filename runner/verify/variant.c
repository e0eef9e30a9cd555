/* The programs that come with an exercise: found on disk, and laid out as a submission. */
#include "config.h"

#include "runner/verify/variant.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "runner/verify/folder.h"
#include "runner/verify/header.h"

enum { FILE_MAX = 1 << 20, PHRASE_WORDS = 5 };

static struct variant *append(struct variants *v, const struct exercise *ex, enum variant_kind kind,
	char *name, char *path)
{
	v->list = lab_xrealloc(v->list, (v->count + 1) * sizeof(*v->list));
	v->list[v->count] =
		(struct variant){.exercise = ex, .kind = kind, .name = name, .path = path};
	return &v->list[v->count++];
}

/* The file that has the header: of a folder, the first one. NULL: an empty folder. */
static char *opening_file(const char *path, struct lab_error *e)
{
	FOLDER_SCOPED folder = {0};

	if (!path_is_dir(path))
		return lab_xstrdup(path);
	if (folder_read(&folder, path, e) < 0 || folder.count == 0)
		return NULL;
	return path_join(path, folder.names[0]);
}

/* true: V->check and V->phrase are what they should be. */
static bool read_header(struct variant *v, struct problems *problems)
{
	LAB_FREE char *file = opening_file(v->path, NULL);
	BUF_SCOPED text = BUF_INIT;
	struct lab_error e = {0};
	struct header h = {0};
	bool good = false;

	if (!file || file_read(file, &text, FILE_MAX, &e) < 0) {
		problems_add(
			problems, "%s: %s: nothing to read: %s", v->exercise->id, v->name, e.text);
		return false;
	}
	header_parse(&h, buf_text(&text));
	if (!h.sentence)
		problems_add(problems,
			"%s: %s: it does not open with a comment that says what is special about "
			"it",
			v->exercise->id, v->name);
	else if (v->kind != VARIANT_WRONG)
		good = true;
	else if (!h.check || !h.phrase)
		problems_add(problems, "%s: %s: its opening comment has no line \"%s\"",
			v->exercise->id, v->name,
			h.check ? "message: PHRASE" : "check: NAME_OF_CHECK");
	else if (word_count(h.phrase) < PHRASE_WORDS)
		problems_add(problems,
			"%s: %s: the phrase \"%s\" has fewer than %d words: anything could say it",
			v->exercise->id, v->name, h.phrase, PHRASE_WORDS);
	else
		good = true;
	v->check = lab_xstrdup(h.check);
	v->phrase = lab_xstrdup(h.phrase);
	header_done(&h);
	return good;
}

static void variant_done(struct variant *v)
{
	free(v->name);
	free(v->path);
	free(v->check);
	free(v->phrase);
}

/* The entries of solutions/ID/right or .../wrong. */
static int add_folder(struct variants *v, const struct exercise *ex, enum variant_kind kind,
	struct problems *problems, struct lab_error *e)
{
	const char *which = kind == VARIANT_RIGHT ? "right" : "wrong";
	LAB_FREE char *path = path_join(ex->solution, which);
	FOLDER_SCOPED folder = {0};

	if (!path_is_dir(path))
		return 0;
	if (folder_read(&folder, path, e) < 0)
		return -1;
	for (size_t i = 0; i < folder.count; i++) {
		const char *entry = folder.names[i];
		char *file = path_join(path, entry);
		char *name = lab_xprintf("%s/%.*s", which, (int)strcspn(entry, "."), entry);

		if (!read_header(append(v, ex, kind, name, file), problems))
			variant_done(&v->list[--v->count]);
	}
	return 0;
}

int variants_add(struct variants *v, const struct exercise *ex, struct problems *problems,
	struct lab_error *e)
{
	append(v, ex, VARIANT_STARTER, lab_xstrdup("starter"), NULL);
	append(v, ex, VARIANT_REFERENCE, lab_xstrdup("reference"), NULL);
	if (add_folder(v, ex, VARIANT_RIGHT, problems, e) < 0)
		return -1;
	return add_folder(v, ex, VARIANT_WRONG, problems, e);
}

void variants_done(struct variants *v)
{
	for (size_t i = 0; i < v->count; i++)
		variant_done(&v->list[i]);
	free(v->list);
	*v = (struct variants){0};
}

static int copy(const char *from, const char *folder, const char *name, struct lab_error *e)
{
	LAB_FREE char *to = path_join(folder, name);
	BUF_SCOPED bytes = BUF_INIT;

	if (file_read(from, &bytes, FILE_MAX, e) < 0)
		return -1;
	return file_write(to, buf_text(&bytes), bytes.len, 0644, e);
}

static bool is_header(const char *name)
{
	size_t n = strlen(name);

	return n > 2 && strcmp(name + n - 2, ".h") == 0;
}

/* The file of the exercise that wrong/NAME.c stands for. */
static const char *only_source(const struct exercise *ex, struct lab_error *e)
{
	const char *only = NULL;

	for (char **name = ex->files; *name; name++) {
		if (is_header(*name))
			continue;
		if (only) {
			lab_fail(e, LAB_BROKEN,
				"the exercise has several files (%s, %s): make it a folder", only,
				*name);
			return NULL;
		}
		only = *name;
	}
	if (!only)
		lab_fail(e, LAB_BROKEN, "the exercise has no file that it could stand for");
	return only;
}

static int stage_replacement(const struct variant *v, const char *folder, struct lab_error *e)
{
	FOLDER_SCOPED files = {0};

	if (!path_is_dir(v->path)) {
		const char *name = only_source(v->exercise, e);

		return name ? copy(v->path, folder, name, e) : -1;
	}
	if (folder_read(&files, v->path, e) < 0)
		return -1;
	for (size_t i = 0; i < files.count; i++) {
		LAB_FREE char *from = path_join(v->path, files.names[i]);

		if (copy(from, folder, files.names[i], e) < 0)
			return -1;
	}
	return 0;
}

int variant_stage(const struct variant *v, const char *folder, struct lab_error *e)
{
	const struct exercise *ex = v->exercise;
	const char *base = v->kind == VARIANT_STARTER ? ex->folder : ex->solution;

	for (char **name = ex->files; *name; name++) {
		LAB_FREE char *from = path_join(base, *name);

		if (copy(from, folder, *name, e) < 0)
			return -1;
	}
	return v->path ? stage_replacement(v, folder, e) : 0;
}
