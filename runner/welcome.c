/* A newcomer's first minute: see welcome.h. Line by line, so that any terminal will do. */
#include "config.h"

#include "runner/welcome.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/path.h"
#include "runner/workspace.h"

static const char words[] =
	"Welcome to ipclab.\n"
	"\n"
	"Here you write small C programs about processes, signals, pipes, queues, shared memory\n"
	"and semaphores. Whenever you save a file, the lab compiles it, runs it, and tells what "
	"it\n"
	"really did and what that means. Nothing you write can harm this machine.\n"
	"\n"
	"Your files need a folder of their own, a workspace. Press Enter for\n"
	"\n"
	"    %s\n"
	"\n"
	"or type another folder; q and Enter leaves. > ";

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

/* The terminal's own line editing: Ctrl-C ends the program, nothing has been made yet. */
static char *ask(const char *folder)
{
	char line[4096];

	printf(words, folder);
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin)) {
		putchar('\n');
		return NULL;
	}
	without_line_end(line);
	if (strcmp(line, "q") == 0 || strcmp(line, "quit") == 0)
		return NULL;
	return *line ? with_home(line) : lab_xstrdup(folder);
}

char *welcome(struct lab_error *e)
{
	LAB_FREE char *standard = NULL, *mark = NULL;
	char *here = workspace_find(NULL);

	*e = (struct lab_error){0};
	if (here)
		return here;
	standard = workspace_default(e);
	if (!standard)
		return NULL;
	mark = path_join(standard, ".ipclab");
	return path_is_dir(mark) ? lab_xstrdup(standard) : ask(standard);
}
