/*
 * ipclab timeline: a saved event log, walked through on the screen or as a page; where the output
 * is no terminal, line by line as trace prints it.
 */
#include "config.h"

#include <unistd.h>

#include "lab/base/path.h"
#include "lab/event/event.h"
#include "runner/cmd.h"
#include "runner/session/walk.h"

struct timeline_options {
	const char *html;
};

static int save_page(const char *path, const char *page, struct lab_error *e)
{
	EVENT_LOG_SCOPED *log = walk_load(path, e);

	if (!log)
		return -1;
	return walk_save_page(log, path_base(path), page, e);
}

static int timeline_exec(const struct cmd_call *call, struct lab_error *e)
{
	const struct timeline_options *options = call->options;
	struct event_log *log;

	if (call->operand_count == 0)
		return lab_fail(e, LAB_USAGE,
			"timeline: which log? Name a file that \"trace --log\" or \"check "
			"--save-logs\" wrote");
	if (path_is_dir(call->operands[0]))
		return lab_fail(e, LAB_USAGE,
			"timeline: \"%s\" is a folder; name one log in it: check --save-logs=DIR "
			"makes DIR/CHECK/001.log, 002.log and so on, one for each run",
			call->operands[0]);
	if (options->html)
		return save_page(call->operands[0], options->html, e);
	if (!isatty(STDOUT_FILENO))
		return walk_print_file(call->operands[0], STDOUT_FILENO, e);
	if (walk_prepare(e) < 0)
		return -1;
	log = walk_load(call->operands[0], e);
	if (!log)
		return -1;
	return walk_open_log(log, path_base(call->operands[0]), e);
}

static const struct cmd_option timeline_table[] = {
	{"html", CMD_TEXT, "FILE", offsetof(struct timeline_options, html),
		"save it to FILE instead, as a page to walk through in a browser"},
	{0},
};

const struct cmd cmd_timeline = {
	.name = "timeline",
	.synopsis = "LOG",
	.summary = "walk through a saved event log, step by step",
	.text = "LOG is what \"ipclab trace --log FILE\" or \"ipclab check --save-logs DIR\" "
		"wrote.\n"
		"The processes are lanes and time runs down. Beside each step stands the state:\n"
		"what each process does or waits for, its descriptors and signals, what lies in\n"
		"pipes and queues. The key ? tells all keys. Where the output is no terminal, the\n"
		"log is printed as trace prints it.\n"
		"\n"
		"--html writes one file that needs nothing else: a table that is whole without "
		"scripts\n"
		"and can be printed, and a script that walks through it and shows the states. Of "
		"more\n"
		"than 2000 rows the middle is left out. Of a log of more than 1,000,000 events the "
		"first\n"
		"1,000,000 are walked through; printed are all.\n",
	.options = timeline_table,
	.options_size = sizeof(struct timeline_options),
	.operands_most = 1,
	.exec = timeline_exec,
};
