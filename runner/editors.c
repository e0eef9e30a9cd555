/*
 * What editors want to know: see editors.h. Beside each file that was written, .ipclab/editors has
 * a copy: a file that is no longer like its copy was changed by the student, and is theirs.
 */
#include "config.h"

#include "runner/editors.h"

#include <dirent.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/build/build.h"

#define COPIES ".ipclab/editors"

enum { FILE_MOST = 4 << 20 };

static const char settings_head[] = "# For clangd, which many editors ask about C. ipclab keeps "
				    "this file up to date; change it\n"
				    "# as you like, then it is yours and stays as it is.\n"
				    "CompileFlags:\n"
				    "  Add: [";
static const char settings_tail[] =
	"]\n"
	"Diagnostics:\n"
	"  UnusedIncludes: None # starters include what you will need\n";

/* ---- what they are told ---- */

static void put_settings(struct buf *into)
{
	buf_puts(into, settings_head);
	for (const char *const *flag = build_language_flags(); *flag; flag++)
		buf_printf(into, "%s%s", flag == build_language_flags() ? "" : ", ", *flag);
	buf_puts(into, settings_tail);
}

static int is_source(const struct dirent *d)
{
	size_t len = strlen(d->d_name);

	return path_name_is_plain(d->d_name) && len > 2 && strcmp(d->d_name + len - 2, ".c") == 0;
}

/* https://clang.llvm.org/docs/JSONCompilationDatabase.html */
static json_t *command(const char *folder, const char *file)
{
	json_t *words = json_array();

	json_array_append_new(words, json_string("cc"));
	for (const char *const *flag = build_language_flags(); *flag; flag++)
		json_array_append_new(words, json_string(*flag));
	json_array_append_new(words, json_string("-c"));
	json_array_append_new(words, json_string(file));
	return json_pack("{s:s, s:s, s:o}", "directory", folder, "file", file, "arguments", words);
}

/* The sources that FOLDER has, the student's own among them. A name that is no UTF-8 cannot be
 * told. */
static void add_commands(json_t *list, const char *folder)
{
	struct dirent **sources;
	int n = scandir(folder, &sources, is_source, alphasort);

	for (int i = 0; i < n; i++) {
		json_t *one = command(folder, sources[i]->d_name);

		if (one)
			json_array_append_new(list, one);
		free(sources[i]);
	}
	if (n >= 0)
		free(sources);
}

static void put_commands(struct buf *into, const char *dir, const struct course *course)
{
	json_t *list = json_array();
	char *text;

	for (size_t i = 0; i < course->count; i++) {
		LAB_FREE char *folder = path_join(dir, course->exercises[i]->id);

		add_commands(list, folder);
	}
	text = json_dumps(list, JSON_INDENT(1));
	buf_printf(into, "%s\n", text);
	free(text);
	json_decref(list);
}

/* ---- files ---- */

static bool holds(const char *path, const struct buf *text)
{
	BUF_SCOPED found = BUF_INIT;

	return path_is_file(path) && file_read(path, &found, FILE_MOST, NULL) == 0 &&
	       found.len == text->len && memcmp(buf_text(&found), text->data, text->len) == 0;
}

/* Is PATH, which is there, what COPY says that we wrote? */
static bool is_ours(const char *path, const char *copy)
{
	BUF_SCOPED wrote = BUF_INIT;

	return path_is_file(copy) && file_read(copy, &wrote, FILE_MOST, NULL) == 0 && wrote.data &&
	       holds(path, &wrote);
}

/* A link that leads nowhere is something, too. */
static bool is_there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

/* 0: it says TEXT; 1: it is the student's; -1. */
static int bring(const char *dir, const char *name, const struct buf *text, struct lab_error *e)
{
	LAB_FREE char *path = path_join(dir, name);
	LAB_FREE char *copies = path_join(dir, COPIES);
	LAB_FREE char *copy = path_join(copies, name);

	if (holds(path, text) && holds(copy, text))
		return 0;
	if (is_there(path) && !holds(path, text) && !is_ours(path, copy))
		return 1;
	if (path_mkdirs(copies, 0777, e) < 0 ||
		file_write(path, text->data, text->len, 0644, e) < 0)
		return -1;
	return file_write(copy, text->data, text->len, 0644, e);
}

int editors_tell(const char *dir, const struct course *course, char **theirs, struct lab_error *e)
{
	static const char *const names[] = {"compile_commands.json", ".clangd"};
	BUF_SCOPED list = BUF_INIT;
	LAB_FREE char *whole = realpath(dir, NULL);
	int status = 0;

	*theirs = NULL;
	if (!whole)
		return lab_fail_errno(e, LAB_USAGE, "open \"%s\"", dir);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && status >= 0; i++) {
		BUF_SCOPED text = BUF_INIT;

		if (i == 0)
			put_commands(&text, whole, course);
		else
			put_settings(&text);
		status = bring(whole, names[i], &text, e);
		if (status == 1)
			buf_printf(&list, "%s%s", list.len ? " and " : "", names[i]);
	}
	if (list.len)
		*theirs = buf_take(&list);
	return status < 0 ? -1 : 0;
}
