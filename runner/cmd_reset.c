/* ipclab reset: the starter once more; what was written is kept. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "lab/base/buf.h"
#include "runner/cmd.h"
#include "runner/output.h"
#include "runner/student.h"

struct reset_options {
	const char *course;
};

static int reset_exec(const struct cmd_call *call, struct lab_error *e)
{
	const struct reset_options *options = call->options;
	LAB_FREE char *aside = NULL, *folder = NULL;
	STUDENT_SCOPED s;

	if (student_begin(&s, call->operand_count ? call->operands[0] : NULL, options->course, e) <
		0)
		return -1;
	folder = workspace_folder(s.workspace, s.exercise);
	if (workspace_reset(s.workspace, s.exercise, &aside, e) < 0)
		return lab_wrap(e, "reset");
	output_name(stdout, folder);
	puts(aside ? " has the starter again."
		   : " still has the starter; there was nothing to keep.");
	if (aside) {
		fputs("What you had is in ", stdout);
		output_name(stdout, aside);
		putchar('\n');
	}
	return 0;
}

static const struct cmd_option reset_rows[] = {
	{"course", CMD_TEXT, "DIR", offsetof(struct reset_options, course),
		"the course in DIR instead of the installed one"},
	{0},
};

const struct cmd cmd_reset = {
	.name = "reset",
	.synopsis = "[EXERCISE]",
	.summary = "begin an exercise anew; your files are kept aside",
	.text = "The exercise's sources and answers are moved to EXERCISE.old-N beside its folder, "
		"which\n"
		"gets the starter again. What you had is never deleted. Without EXERCISE the "
		"current\n"
		"folder tells which it is.\n",
	.options = reset_rows,
	.options_size = sizeof(struct reset_options),
	.operands_most = 1,
	.exec = reset_exec,
};
