/* A newcomer's first minute: see welcome.h. Line by line, so that any terminal will do. */
#include "config.h"

#include "runner/session/welcome.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/path.h"
#include "runner/output.h"
#include "runner/session/edit_command.h"
#include "runner/view/text_print.h"
#include "runner/view/view.h"
#include "runner/workspace.h"

enum { WIDTH = 80, WIDTH_LEAST = 20, WIDTH_MOST = 100, LABEL = 11, INDENT = 2 };

/* ---- the editor ---- */

/* Who has never been in one of these does not find the way out. */
static const struct {
	const char *names, *leave;
} ways_out[] = {
	{" ex nvi nvim vi vim vim.basic vim.tiny ",
		"In it, i begins to type; Esc, then :wq and Enter, saves and leaves."},
	{" nano pico ", "In it, Ctrl-O and Enter saves, Ctrl-X leaves."},
	{" emacs mg ", "In it, Ctrl-X Ctrl-S saves, Ctrl-X Ctrl-C leaves."},
};

/* Its name without folder and arguments. The caller frees. */
static char *editor_name(const char *command)
{
	LAB_FREE char *word = lab_xprintf("%.*s", (int)strcspn(command, " \t"), command);

	return lab_xstrdup(path_base(word));
}

static const char *way_out(const char *name)
{
	LAB_FREE char *word = lab_xprintf(" %s ", name);

	for (size_t i = 0; i < sizeof(ways_out) / sizeof(ways_out[0]); i++)
		if (strstr(ways_out[i].names, word))
			return ways_out[i].leave;
	return "";
}

static void say_editor(struct text *t, bool plain)
{
	struct lab_error e = {0};
	const char *from, *command = edit_command_chosen(&from, &e);
	LAB_FREE char *name = command ? editor_name(command) : NULL;

	if (!command) {
		text_say(t, STYLE_ODD, 0, "%s", e.text);
		return;
	}
	if (from)
		text_say(t, STYLE_PLAIN, 0, "Your editor is %s, as %s says. %s", name, from,
			way_out(name));
	else
		text_say(t, STYLE_PLAIN, 0,
			"Your editor is %s. %s For another one leave, type export EDITOR=NAME, and "
			"start the lab again.",
			name, way_out(name));
	text_say(t, STYLE_PLAIN, 0, "You may as well edit in another window%s.",
		plain ? "" : ": the lab sees when you save");
}

/* ---- the words ---- */

static const struct step {
	const char *label, *words, *command; /* the latter line by line */
	const char *brief, *brief_command;   /* where there is little room */
} steps[] = {
	{"Read", "The task comes first; the arrow keys scroll it.", "\"read\" tells the task.",
		"the task", "\"read\""},
	{"Edit", "e opens your file in your editor. Save it and leave the editor.",
		"\"edit\" opens your file in your editor. Save it and leave the editor.",
		"e; save, leave the editor", "\"edit\"; save, leave it"},
	{"Verdict", "It comes by itself: each save is compiled, run and graded.",
		"\"check\" compiles, runs and grades it; \"watch\" does so at each save.",
		"comes by itself", "\"check\""},
	{"Go on", "h gives a hint when it failed, e leads back; n, when it passed.",
		"\"hint\" and \"edit\" again when it failed; \"next\" when it passed.",
		"h: a hint, n: the next", "\"hint\", or \"next\""},
};

static void say_step(struct text *t, const char *label, const char *words)
{
	STYLED_SCOPED all = STYLED_INIT;
	STYLED_SCOPED first = STYLED_INIT;
	STYLED_SCOPED rest = STYLED_INIT;

	styled_put(&all, STYLE_PLAIN, words);
	styled_pad(&first, STYLE_PLAIN, INDENT);
	styled_put(&first, STYLE_BOLD, label);
	styled_pad(&first, STYLE_PLAIN, LABEL);
	styled_pad(&rest, STYLE_PLAIN, LABEL);
	text_wrap(t, &all, &first, &rest, TEXT_WORDS);
}

static void say_all(struct text *t, const char *folder, bool plain)
{
	text_say(t, STYLE_BOLD, 0, "Welcome to ipclab.");
	text_blank(t);
	text_say(t, STYLE_PLAIN, 0,
		"Here you write small C programs about processes, signals, pipes, queues, shared "
		"memory and semaphores. The lab runs them, sees what they really do, and tells "
		"you. They cannot harm this machine. So it goes, exercise by exercise:");
	text_blank(t);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		say_step(t, steps[i].label, plain ? steps[i].command : steps[i].words);
	text_blank(t);
	text_say(t, STYLE_PLAIN, 0,
		"%s. All that you try is kept, and the next time the lab opens where you were.",
		plain ? "\"help\" tells all commands, \"quit\" leaves"
		      : "? tells all keys, q leaves");
	text_blank(t);
	say_editor(t, plain);
	text_blank(t);
	text_say(t, STYLE_PLAIN, 0,
		"Your files need a folder, a workspace. Press Enter for %s, or type another; q and "
		"Enter leaves.",
		folder);
}

/* Where all would not fit. */
static void say_least(struct text *t, const char *folder, bool plain)
{
	text_say(t, STYLE_BOLD, 0, "Welcome to ipclab.");
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		say_step(t, steps[i].label, plain ? steps[i].brief_command : steps[i].brief);
	text_say(t, STYLE_PLAIN, 0, "%s. The next time you are back where you were.",
		plain ? "\"help\" tells all, \"quit\" leaves" : "? tells all keys, q leaves");
	text_say(t, STYLE_PLAIN, 0,
		"Your files need a folder. Press Enter for %s, or type another; q leaves.", folder);
}

static void say_words(const char *folder, bool plain)
{
	int width = output_width(STDOUT_FILENO), rows = output_rows(STDOUT_FILENO);
	LAB_FREE char *shown = view_path(folder);
	struct text t;

	width = width == 0 ? WIDTH : width < WIDTH_LEAST ? WIDTH_LEAST : width;
	width = width > WIDTH_MOST ? WIDTH_MOST : width; /* farther apart, the eye loses the line */
	text_init(&t, width);
	say_all(&t, shown, plain);
	if (rows > 0 && (int)t.count >= rows) {
		text_done(&t);
		text_init(&t, width);
		say_least(&t, shown, plain);
	}
	text_print(stdout, &t, output_colour(STDOUT_FILENO));
	text_done(&t);
	fputs("> ", stdout);
	fflush(stdout);
}

/* ---- the question ---- */

static void without_line_end(char *line)
{
	line[strcspn(line, "\r\n")] = '\0';
}

static char *with_home(const char *folder)
{
	const char *home = getenv("HOME");

	return home && (strcmp(folder, "~") == 0 || strncmp(folder, "~/", 2) == 0)
		       ? lab_xprintf("%s%s", home, folder + 1)
		       : lab_xstrdup(folder);
}

/* An empty LINE is one of those in WORDS that have two blanks. */
static bool is_one_of(const char *line, const char *words)
{
	LAB_FREE char *word = lab_xprintf(" %s ", line);

	return strstr(words, word) != NULL;
}

/* The terminal's own line editing: Ctrl-C ends the program, nothing has been made yet. Not a byte
 * more than the line is read: what follows it belongs to whoever reads next. */
static char *ask(const char *folder, bool plain)
{
	char line[4096];

	say_words(folder, plain);
	setvbuf(stdin, NULL, _IONBF, 0);
	if (!fgets(line, sizeof(line), stdin)) {
		putchar('\n');
		return NULL;
	}
	without_line_end(line);
	if (is_one_of(line, " q quit n no "))
		return NULL;
	return is_one_of(line, "  y yes ") ? lab_xstrdup(folder) : with_home(line);
}

char *welcome(bool plain, bool *asked, struct lab_error *e)
{
	LAB_FREE char *standard = NULL, *mark = NULL;
	char *here = workspace_find(NULL);

	*asked = false;
	*e = (struct lab_error){0};
	if (here)
		return here;
	standard = workspace_default(e);
	if (!standard)
		return NULL;
	mark = path_join(standard, ".ipclab");
	if (path_is_dir(mark))
		return lab_xstrdup(standard);
	*asked = true;
	return ask(standard, plain);
}

void welcome_again(const char *work, const char *program)
{
	LAB_FREE char *shown = view_path(work);

	printf("Your files and verdicts are in %s. To go on where you were: %s\n", shown, program);
}
