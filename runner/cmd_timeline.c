/*
 * ipclab timeline: a saved event log, walked through on the screen; where the output is no
 * terminal, line by line as trace prints it.
 */
#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "lab/base/path.h"
#include "lab/event/event.h"
#include "runner/cmd.h"
#include "runner/walk.h"

static int timeline_exec(const struct cmd_call *call, struct lab_error *e)
{
	struct event_log *log;

	if (call->operand_count == 0)
		return lab_fail(e, LAB_USAGE,
			"timeline: which log? Name a file that \"trace --log\" or \"check "
			"--save-logs\" wrote");
	if (isatty(STDOUT_FILENO) && walk_prepare(e) < 0)
		return -1;
	log = event_log_load(call->operands[0], e);
	if (!log)
		return -1;
	if (!isatty(STDOUT_FILENO)) {
		walk_print(log, STDOUT_FILENO);
		event_log_free(log);
		return 0;
	}
	return walk_open_log(log, path_base(call->operands[0]), e);
}

const struct cmd cmd_timeline = {
	.name = "timeline",
	.synopsis = "FILE",
	.summary = "walk through a saved event log, step by step",
	.text = "FILE is what \"ipclab trace --log FILE\" or \"ipclab check --save-logs DIR\" "
		"wrote.\n"
		"The processes are lanes and time runs down. Beside each step stands the state:\n"
		"what each process does or waits for, its descriptors and signals, what lies in\n"
		"pipes and queues. The key ? tells all keys. Where the output is no terminal, the\n"
		"log is printed as trace prints it.\n",
	.operands_most = 1,
	.exec = timeline_exec,
};
