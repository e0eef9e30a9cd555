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
#include "runner/view/text_print.h"
#include "runner/view/view.h"
#include "runner/workspace.h"

enum { WIDTH = 80, WIDTH_LEAST = 20 };

static void say_words(const char *folder)
{
	int width = output_width(STDOUT_FILENO);
	LAB_FREE char *shown = view_path(folder);
	struct text t;

	text_init(&t, width == 0 ? WIDTH : width < WIDTH_LEAST ? WIDTH_LEAST : width);
	text_say(&t, STYLE_BOLD, 0, "Welcome to ipclab.");
	text_say(&t, STYLE_PLAIN, 0,
		"Here you write small C programs about processes, signals, pipes, queues, shared "
		"memory and semaphores. On each save the lab compiles and runs them, and tells "
		"what they really did. They cannot harm this machine.");
	text_blank(&t);
	text_say(&t, STYLE_PLAIN, 0,
		"Your files need a folder, a workspace. Press Enter for %s, or type another; q and "
		"Enter leaves.",
		shown);
	text_print(stdout, &t, output_colour(STDOUT_FILENO));
	text_done(&t);
	fputs("> ", stdout);
	fflush(stdout);
}

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

/* The terminal's own line editing: Ctrl-C ends the program, nothing has been made yet. Not a byte
 * more than the line is read: what follows it belongs to whoever reads next. */
static char *ask(const char *folder)
{
	char line[4096];

	say_words(folder);
	setvbuf(stdin, NULL, _IONBF, 0);
	if (!fgets(line, sizeof(line), stdin)) {
		putchar('\n');
		return NULL;
	}
	without_line_end(line);
	if (strcmp(line, "q") == 0 || strcmp(line, "quit") == 0)
		return NULL;
	return *line ? with_home(line) : lab_xstrdup(folder);
}

char *welcome(bool *asked, struct lab_error *e)
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
	return ask(standard);
}
