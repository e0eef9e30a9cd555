/*
 * ipclab trace: any program under the supervisor, its timeline on standard error. The program keeps
 * the caller's files, terminal and exit status; our own failures are told apart by 125.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/event/event.h"
#include "lab/report/words.h"
#include "lab/run/run.h"
#include "lab/verdict/verdict.h"
#include "runner/cmd.h"
#include "runner/output.h"
#include "runner/session/walk.h"

enum { TRACE_FAILED = 125 }; /* as of env(1), timeout(1) and the like */

struct trace_options {
	const char *schedule, *log, *html;
	struct cmd_number seed;
	bool quiet, sandbox, tui;
};

static void print_event(void *context, const struct event *event)
{
	walk_print_event(context, event);
}

/* Why the supervisor ended it, or what a signal did to it, in the words that a verdict has. */
static void print_findings(const struct event_log *log)
{
	struct findings found = {0};

	verdict_findings(log, &found);
	for (size_t i = 0; i < found.count; i++)
		if (found.list[i].fatal)
			fprintf(stderr, "\n%s\n", found.list[i].message);
	findings_done(&found);
}

/* The program's status, unless a signal has ended the walk. */
static int walk_through(
	struct event_log **log, const char *program, int status, struct lab_error *e)
{
	struct event_log *shown = *log;
	int left;

	*log = NULL;
	left = walk_open_log(shown, program, e);
	return left ? left : status;
}

/* Headed by the command line. */
static int save_page(
	const struct event_log *log, char *const *argv, const char *path, struct lab_error *e)
{
	BUF_SCOPED title = BUF_INIT;

	for (; *argv; argv++) {
		buf_puts(&title, title.len ? " " : "");
		words_quote(&title, *argv);
	}
	return walk_save_page(log, buf_text(&title), path, e);
}

static int trace_exec(const struct cmd_call *call, struct lab_error *e)
{
	const struct trace_options *options = call->options;
	struct walk_printer printer = {STDERR_FILENO, output_colour(STDERR_FILENO), 0};
	EVENT_LOG_SCOPED *log = NULL;
	bool printed = !options->quiet && !options->tui;
	bool kept = options->log || options->html || options->tui ||
		    printed; /* a log that nobody reads is not */
	int status = 0;
	struct run_trace request = {
		.argv = (const char *const *)call->operands,
		.schedule = options->schedule,
		.seed = options->seed.given ? options->seed.value : 1,
		.sandbox = options->sandbox,
		.on_event = printed ? print_event : NULL,
		.context = &printer,
	};

	if (call->operand_count == 0)
		return lab_fail(e, LAB_USAGE, "trace: which program? Name one and its arguments");
	if (options->tui && walk_prepare(e) < 0)
		return -1;
	if (run_trace(&request, kept ? &log : NULL, &status, e) < 0)
		return -1;
	if (printed)
		print_findings(log);
	if (options->log && event_log_save(log, options->log, e) < 0)
		return -1;
	if (options->html && save_page(log, call->operands, options->html, e) < 0)
		return -1;
	return options->tui ? walk_through(&log, call->operands[0], status, e) : status;
}

static const struct cmd_option trace_rows[] = {
	{"schedule", CMD_TEXT, "NAME", offsetof(struct trace_options, schedule),
		"natural (default), random:SEED, pct:SEED:DEPTH:STEPS, slow:SEED or choices:0.2.1"},
	{"seed", CMD_NUMBER, "N", offsetof(struct trace_options, seed),
		"another seed for process ids and the like (default: 1)"},
	{"log", CMD_TEXT, "FILE", offsetof(struct trace_options, log),
		"save the event log to FILE"},
	{"html", CMD_TEXT, "FILE", offsetof(struct trace_options, html),
		"save the timeline to FILE, as a page to walk through in a browser"},
	{"tui", CMD_FLAG, NULL, offsetof(struct trace_options, tui),
		"when it has ended, walk through its timeline on the screen; nothing is printed"},
	{"quiet", CMD_FLAG, NULL, offsetof(struct trace_options, quiet), "no timeline"},
	{"sandbox", CMD_FLAG, NULL, offsetof(struct trace_options, sandbox),
		"in the sandbox of submissions: no network, none of your files"},
	{0},
};

const struct cmd cmd_trace = {
	.name = "trace",
	.synopsis = "[--] PROGRAM [ARGUMENT]...",
	.summary = "run a program under the supervisor and print what it did",
	.text = "One line an event, on standard error: virtual seconds, the process in its lane, "
		"what\n"
		"it did, and where in its source. Sleeping takes no real time. What --log has "
		"saved\n"
		"is walked through later with \"ipclab timeline\".\n"
		"\n"
		"The exit code is the program's own, or 128 plus the number of the signal that "
		"killed\n"
		"it; 120 if the supervisor ended it (deadlock, limit); 125 if the lab failed, "
		"also\n"
		"where PROGRAM cannot be started.\n",
	.options = trace_rows,
	.options_size = sizeof(struct trace_options),
	.operands_most = -1,
	.takes_program = true,
	.failure = TRACE_FAILED,
	.exec = trace_exec,
};
