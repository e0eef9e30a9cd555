/*
 * ipclab run: the student's own program, compiled as for a check and run in the sandbox, with the
 * caller's terminal and exit status. Nothing is judged.
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/base/pidfd.h"
#include "lab/build/build.h"
#include "lab/report/words.h"
#include "lab/run/run.h"
#include "lab/verdict/verdict.h"
#include "runner/cmd.h"
#include "runner/interrupt.h"
#include "runner/output.h"
#include "runner/student.h"

enum { RUN_FAILED_CODE = 125 };

struct run_options {
	const char *course, *program, *schedule;
};

static void print_diagnostics(const struct build_result *result)
{
	static const char *const severities[] = {
		[BUILD_NOTE] = "note", [BUILD_WARNING] = "warning", [BUILD_ERROR] = "error"};

	for (size_t i = 0; i < result->count; i++) {
		const struct build_diagnostic *d = &result->diagnostics[i];
		BUF_SCOPED text = BUF_INIT;

		words_add(&text, d->text, true);
		if (d->line)
			fprintf(stderr, "%s:%d:%d: %s: %s\n", d->file, d->line, d->column,
				severities[d->severity], buf_text(&text));
		else
			fprintf(stderr, "%s%s%s: %s\n", d->file, *d->file ? ": " : "",
				severities[d->severity], buf_text(&text));
	}
}

/* The program that is meant: by --program, else the only one, else the first. */
static const char *program_of(const struct exercise *ex, const char *name, struct lab_error *e)
{
	const struct exercise_program *list = ex->program_count ? ex->programs : ex->given;
	size_t count = ex->program_count ? ex->program_count : ex->given_count;

	for (size_t i = 0; i < count; i++)
		if (!name || strcmp(list[i].name, name) == 0)
			return list[i].name;
	lab_fail(e, LAB_USAGE, "run: %s has no program \"%s\"", ex->id, name ? name : "");
	return NULL;
}

static void print_findings(const struct event_log *log)
{
	struct findings found = {0};

	verdict_findings(log, &found);
	for (size_t i = 0; i < found.count; i++)
		if (found.list[i].class == CLASS_DEADLOCK)
			fprintf(stderr, "\n%s\n", found.list[i].message);
	findings_done(&found);
}

static int run_program(const char *folder, const char *program, const struct run_options *options,
	char *const *operands, struct lab_error *e)
{
	LAB_FREE char *path = lab_xprintf("%s/bin/%s", folder, program);
	EVENT_LOG_SCOPED *log = NULL;
	const char *argv[256] = {path};
	struct run_trace request = {
		.argv = argv, .schedule = options->schedule, .seed = 1, .sandbox = true};
	int status = 0;

	for (size_t i = 0; operands[i]; i++) {
		if (i + 2 == sizeof(argv) / sizeof(argv[0]))
			return lab_fail(e, LAB_USAGE, "run: more arguments than it can pass on");
		argv[i + 1] = operands[i];
	}
	if (run_trace(&request, &log, &status, e) < 0)
		return -1;
	print_findings(log);
	return status;
}

static int build_and_run(const struct student *s, const struct run_options *options,
	const char *folder, char *const *operands, struct lab_error *e)
{
	const char *program = program_of(s->exercise, options->program, e);
	LAB_FREE char *submission = workspace_folder(s->workspace, s->exercise);
	struct build_result result = {0};
	int status = -1;

	if (!program)
		return -1;
	if (build_submission(s->exercise, submission, folder, NULL, &result, e) == 0) {
		print_diagnostics(&result);
		status = result.ok ? run_program(folder, program, options, operands, e) : 1;
	}
	build_result_done(&result);
	return status;
}

/* ---- in a process of its own ---- */

/* Ctrl-C ends the program and all that belongs to it; somebody has to clean up after that. */
static pid_t start(const struct student *s, const struct run_options *options, const char *folder,
	char *const *operands)
{
	static const int back[] = {SIGINT, SIGTERM, SIGHUP};
	struct lab_error e = {0};
	pid_t parent = getpid(), pid;
	int status;

	fflush(NULL);
	pid = fork();
	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(RUN_FAILED_CODE);
	for (size_t i = 0; i < sizeof(back) / sizeof(back[0]); i++)
		if (signal(back[i], SIG_DFL) == SIG_IGN)
			signal(back[i], SIG_IGN);
	status = build_and_run(s, options, folder, operands, &e);
	if (status < 0)
		output_complain("%s", e.text);
	fflush(NULL);
	_exit(status < 0 ? RUN_FAILED_CODE : status);
}

static int finish(pid_t pid, int cancel)
{
	FD_SCOPED done = pidfd_open(pid, 0);
	struct pollfd wait[] = {{.fd = done, .events = POLLIN}, {.fd = cancel, .events = POLLIN}};
	int status = 0;

	while (done >= 0 && poll(wait, 2, -1) < 0 && errno == EINTR)
		;
	if (interrupt_signal())
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (interrupt_signal())
		return 128 + interrupt_signal();
	return WIFEXITED(status) ? WEXITSTATUS(status) : RUN_FAILED_CODE;
}

static int run_apart(const struct student *s, const struct run_options *options,
	char *const *operands, struct lab_error *e)
{
	int cancel = interrupt_open(e), status;
	LAB_FREE char *folder = cancel < 0 ? NULL : path_make_temporary("ipclab-run", e);
	pid_t pid;

	if (!folder)
		return -1;
	pid = start(s, options, folder, operands);
	status = pid < 0 ? lab_fail_errno(e, LAB_BROKEN, "fork") : finish(pid, cancel);
	path_remove_tree(folder, NULL);
	return status;
}

static int run_exec(const struct cmd_call *call, struct lab_error *e)
{
	const struct run_options *options = call->options;
	STUDENT_SCOPED s = {0};

	if (call->operand_count == 0)
		return lab_fail(e, LAB_USAGE,
			"run: which exercise? Name it, or say \".\" for that of the current "
			"folder");
	if (student_begin(&s, strcmp(call->operands[0], ".") == 0 ? NULL : call->operands[0],
		    options->course, e) < 0)
		return -1;
	return run_apart(&s, options, call->operands + 1, e);
}

static const struct cmd_option run_rows[] = {
	{"program", CMD_TEXT, "NAME", offsetof(struct run_options, program),
		"which one, where the exercise has several (default: the first)"},
	{"schedule", CMD_TEXT, "NAME", offsetof(struct run_options, schedule),
		"natural (default), random:SEED, pct:SEED:DEPTH:STEPS, slow:SEED or choices:0.2.1"},
	{"course", CMD_TEXT, "DIR", offsetof(struct run_options, course),
		"the course in DIR instead of the installed one"},
	{0},
};

const struct cmd cmd_run = {
	.name = "run",
	.synopsis = "EXERCISE [ARGUMENT]...",
	.summary = "compile your program and just run it",
	.text = "Compiles the files of the exercise as a check does and runs the program in the "
		"sandbox,\n"
		"with your terminal as its input and output. EXERCISE is a name as \"ipclab list\" "
		"shows\n"
		"it, or \".\" for that of the current folder. Waiting takes no real time, and a "
		"deadlock\n"
		"is told at once. To see each step: ipclab trace.\n"
		"\n"
		"The exit code is the program's own, 128+N for a signal, 120 for a deadlock, 1 if "
		"it "
		"does\n"
		"not compile, 125 if the lab itself failed.\n",
	.options = run_rows,
	.options_size = sizeof(struct run_options),
	.operands_most = -1,
	.takes_program = true,
	.failure = RUN_FAILED_CODE,
	.exec = run_exec,
};
