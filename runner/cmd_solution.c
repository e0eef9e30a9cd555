/* ipclab solution: how others would write it, once yours passes. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/report/words.h"
#include "runner/cmd.h"
#include "runner/student.h"

enum { SOLUTION_MOST = 1 << 20 };

struct solution_options {
	const char *course;
};

static int print_file(const char *folder, const char *name, bool titled, struct lab_error *e)
{
	LAB_FREE char *path = path_join(folder, name);
	BUF_SCOPED bytes = BUF_INIT;
	BUF_SCOPED text = BUF_INIT;

	if (file_read(path, &bytes, SOLUTION_MOST, e) < 0)
		return -1;
	words_add(&text, buf_text(&bytes), true);
	if (titled)
		printf("==> %s <==\n", name);
	fputs(buf_text(&text), stdout);
	return 0;
}

static int solution_exec(const struct cmd_call *call, struct lab_error *e)
{
	const struct solution_options *options = call->options;
	STUDENT_SCOPED s;
	bool several;

	if (student_begin(&s, call->operand_count ? call->operands[0] : NULL, options->course, e) <
		0)
		return -1;
	if (!s.exercise->solution)
		return lab_fail(e, LAB_UNSUPPORTED,
			"solution: this installation has no solutions; ask whoever gives the "
			"course");
	if (!workspace_standing(s.workspace, s.exercise).passed) {
		fprintf(stderr,
			"ipclab: the solution of %s is shown once yours has passed; \"%s hint\" "
			"helps on the way\n",
			s.exercise->id, call->program);
		return 1;
	}
	several = s.exercise->files && s.exercise->files[0] && s.exercise->files[1];
	for (char **name = s.exercise->files; name && *name; name++)
		if (print_file(s.exercise->solution, *name, several, e) < 0)
			return -1;
	return 0;
}

static const struct cmd_option solution_rows[] = {
	{"course", CMD_TEXT, "DIR", offsetof(struct solution_options, course),
		"the course in DIR instead of the installed one"},
	{0},
};

const struct cmd cmd_solution = {
	.name = "solution",
	.synopsis = "[EXERCISE]",
	.summary = "show a solution, once yours has passed",
	.text = "Reading how somebody else wrote it is worth most when you have written it "
		"yourself: "
		"the\n"
		"solution is shown once yours has passed. The exit code is 1 before that, and 4 "
		"where the\n"
		"installation has no solutions.\n",
	.options = solution_rows,
	.options_size = sizeof(struct solution_options),
	.operands_most = 1,
	.exec = solution_exec,
};
