/*
 * Which editor, and the words that open a file in it: see edit_command.h. Editors that are named
 * without {file} get the file behind their name, as git and crontab do it; how each of them is told
 * a line is a row of the table below.
 */
#include "config.h"

#include "runner/session/edit_command.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/path.h"
#include "lab/report/words.h"
#include "runner/settings.h"

/* What follows the name, where a line is known. */
static const struct {
	const char *names, *arguments;
} known[] = {
	{" emacs emacsclient gedit jed joe kak mcedit mg nano ne nvi nvim pico vi vim vim.basic "
	 "vim.tiny ",
		"+{line} {file}"},
	{" code codium cursor windsurf ", "-g {file}:{line}:{column}"},
	{" hx helix micro subl zed ", "{file}:{line}:{column}"},
	{" kate kwrite ", "-l {line} -c {column} {file}"},
};

static bool in_path(const char *name)
{
	const char *path = getenv("PATH");

	for (path = path ? path : "/usr/bin:/bin"; *path; path += *path == ':') {
		LAB_FREE char *file = lab_xprintf("%.*s/%s", (int)strcspn(path, ":"), path, name);

		if (access(file, X_OK) == 0)
			return true;
		path += strcspn(path, ":");
	}
	return false;
}

const char *edit_command_chosen(const char **from, struct lab_error *e)
{
	static const char *const usual[] = {"nano", "vi", "vim", "emacs", "micro", "mg"};
	static const char *const variables[] = {"VISUAL", "EDITOR"};

	*from = settings_from(SETTING_EDIT_CMD);
	if (settings_get(SETTING_EDIT_CMD))
		return settings_get(SETTING_EDIT_CMD);
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		const char *named = getenv(variables[i]);

		*from = variables[i];
		if (named && named[strspn(named, " \t")])
			return named;
	}
	*from = NULL;
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (in_path(usual[i]))
			return usual[i];
	lab_fail(e, LAB_UNSUPPORTED,
		"No editor was found. Install one (nano is easy), or name yours in VISUAL or with "
		"--edit-cmd. You can also edit in another window: the lab sees when you save.");
	return NULL;
}

static const char *arguments_of(const char *command)
{
	LAB_FREE char *word = lab_xprintf("%.*s", (int)strcspn(command, " \t"), command);
	LAB_FREE char *name = lab_xprintf(" %s ", path_base(word));

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strstr(known[i].names, name))
			return known[i].arguments;
	return "{file}";
}

/* TEMPLATE with its places filled. FILE: as a shell reads it as one word. */
static void fill(struct buf *into, const char *template, const char *file, int line, int column)
{
	for (const char *p = template; *p;) {
		if (strncmp(p, "{file}", 6) == 0)
			buf_puts(into, file);
		else if (strncmp(p, "{line}", 6) == 0)
			buf_put_int(into, line > 0 ? line : 1);
		else if (strncmp(p, "{column}", 8) == 0)
			buf_put_int(into, column > 0 ? column : 1);
		else {
			buf_putc(into, *p++);
			continue;
		}
		p = strchr(p, '}') + 1;
	}
}

char *edit_command_for(const char *command, const struct edit_place *place)
{
	LAB_FREE char *whole = path_join(place->folder, place->file);
	BUF_SCOPED file = BUF_INIT;
	struct buf script = BUF_INIT;
	bool tells_line = place->line > 0 && !strstr(command, "{line}");

	if (strstr(command,
		    "{file}")) { /* it may be opened elsewhere: in another pane, by a server */
		words_quote(&file, whole);
		fill(&script, command, buf_text(&file), place->line, place->column);
		return buf_take(&script);
	}
	words_quote(&file, place->file);
	buf_puts(&script, "exec ");
	fill(&script, command, "", place->line, place->column);
	buf_putc(&script, ' ');
	fill(&script, tells_line ? arguments_of(command) : "{file}", buf_text(&file), place->line,
		place->column);
	return buf_take(&script);
}
