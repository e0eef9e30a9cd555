/* ipclab hint: one hint more with each call. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/report/words.h"
#include "runner/cmd.h"
#include "runner/output.h"
#include "runner/student.h"

struct hint_options {
	const char *course;
	bool again;
};

static unsigned count(char **list)
{
	unsigned n = 0;

	while (list && list[n])
		n++;
	return n;
}

static void print_hint(const struct exercise *ex, unsigned n, unsigned all)
{
	BUF_SCOPED text = BUF_INIT;

	words_wrap(&text, ex->hints[n], 2, output_width(STDOUT_FILENO));
	printf("Hint %u of %u\n\n%s\n", n + 1, all, buf_text(&text));
}

static int hint_exec(const struct cmd_call *call, struct lab_error *e)
{
	const struct hint_options *options = call->options;
	STUDENT_SCOPED s;
	unsigned all, shown, first;

	if (student_begin(&s, call->operand_count ? call->operands[0] : NULL, options->course, e) <
		0)
		return -1;
	all = count(s.exercise->hints);
	if (all == 0) {
		printf("%s has no hints.\n", s.exercise->id);
		return 0;
	}
	shown = workspace_standing(s.workspace, s.exercise).hints;
	shown = shown > all ? all : shown;
	first = options->again ? 0 : shown;
	if (!options->again && shown < all)
		shown++;
	if (first == shown) {
		printf(options->again
				? "No hint has been shown yet; \"%s hint %s\" shows the first.\n"
				: "There are no more hints; \"%s hint %s --again\" shows all of "
				  "them.\n",
			call->program, s.exercise->id);
		return 0;
	}
	for (unsigned i = first; i < shown; i++)
		print_hint(s.exercise, i, all);
	if (!options->again && s.workspace->store &&
		store_set_hints(s.workspace->store, s.exercise->id, shown, e) < 0)
		output_complain("this hint is not remembered: %s", e->text);
	if (shown < all)
		printf("%u more; \"%s hint %s\" shows the next one.\n", all - shown, call->program,
			s.exercise->id);
	return 0;
}

static const struct cmd_option hint_rows[] = {
	{"again", CMD_FLAG, NULL, offsetof(struct hint_options, again),
		"show those that were shown before, and no new one"},
	{"course", CMD_TEXT, "DIR", offsetof(struct hint_options, course),
		"the course in DIR instead of the installed one"},
	{0},
};

const struct cmd cmd_hint = {
	.name = "hint",
	.synopsis = "[EXERCISE]",
	.summary = "show the next hint",
	.text = "An exercise has hints from a gentle one to nearly the answer. Each call shows "
		"one\n"
		"more and says how many are left. Without EXERCISE the current folder tells which "
		"it is.\n",
	.options = hint_rows,
	.options_size = sizeof(struct hint_options),
	.operands_most = 1,
	.exec = hint_exec,
};
