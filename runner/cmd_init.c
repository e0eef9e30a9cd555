/* ipclab init: a workspace with every exercise's starter in it. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/path.h"
#include "runner/catalogue.h"
#include "runner/cmd.h"
#include "runner/editors.h"
#include "runner/output.h"
#include "runner/workspace.h"

struct init_options {
	const char *course;
};

static void tell(const char *program, const char *dir, const struct course *course, size_t added)
{
	LAB_FREE char *first = path_join(dir, course->count ? course->exercises[0]->id : "");
	/* what is typed there cannot be relative to here */
	LAB_FREE char *whole = strchr(program, '/') ? realpath(program, NULL) : NULL;

	program = whole ? whole : program;
	output_name(stdout, dir);
	printf(": %zu exercise%s laid out", added, added == 1 ? "" : "s");
	if (added < course->count)
		printf(", %zu already there and left as %s", course->count - added,
			course->count - added == 1 ? "it is" : "they are");
	fputs(".\n\nGo on with the lab itself:\n\n  cd ", stdout);
	output_name(stdout, dir);
	printf(" && %s\n\nor with your own editor and a shell:\n\n  cd ", program);
	output_name(stdout, first);
	printf("\n  %s lesson\n  %s check\n", program, program);
}

/* The workspace is whole without them. */
static void tell_editors(const char *dir, const struct course *course)
{
	LAB_FREE char *theirs = NULL;
	struct lab_error e = {0};

	if (editors_tell(dir, course, &theirs, &e) < 0)
		output_complain("clangd will not know how your files are compiled: %s", e.text);
	else if (theirs)
		printf("\n%s: yours, and left as you made %s. Without %s, init writes what clangd "
		       "should know.\n",
			theirs, strstr(theirs, " and ") ? "them" : "it",
			strstr(theirs, " and ") ? "them" : "it");
}

static int init_exec(const struct cmd_call *call, struct lab_error *e)
{
	const struct init_options *options = call->options;
	LAB_FREE char *standard =
		call->operand_count ? lab_xstrdup(call->operands[0]) : workspace_default(e);
	CATALOGUE_SCOPED *course = standard ? catalogue_open(options->course, e) : NULL;
	size_t added;

	if (!course)
		return -1;
	if (!*standard)
		return lab_fail(e, LAB_USAGE, "init: an empty name is no folder");
	if (workspace_init(standard, course, &added, e) < 0)
		return lab_wrap(e, "init");
	tell(call->program, standard, course, added);
	tell_editors(standard, course);
	return 0;
}

static const struct cmd_option init_rows[] = {
	{"course", CMD_TEXT, "DIR", offsetof(struct init_options, course),
		"the course in DIR instead of the installed one"},
	{0},
};

const struct cmd cmd_init = {
	.name = "init",
	.synopsis = "[DIR]",
	.summary = "make a workspace: a folder to work in",
	.text = "DIR (default: ~/ipclab) gets a folder for each exercise, CHAPTER/EXERCISE, with "
		"the "
		"files\n"
		"to be completed and their text (README.md), and .ipclab, where your progress is "
		"kept. What is there already "
		"stays\n"
		"as it is: after an update of the course, init adds the new exercises.\n"
		"\n"
		"For editors that ask clangd, compile_commands.json and .clangd say how the files "
		"are\n"
		"compiled. They are kept up to date unless you change them.\n",
	.options = init_rows,
	.options_size = sizeof(struct init_options),
	.operands_most = 1,
	.exec = init_exec,
};
