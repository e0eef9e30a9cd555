/*
 * trace: one program under the supervisor with the caller's own files, uid and terminal (or in the
 * sandbox). Nothing is judged: spinning is let go on, there is no budget, and while the program
 * waits for input from outside virtual time keeps pace with real time.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/run/internal.h"

extern char **environ;

#define STATUS_ENDED_BY_US 120

struct trace {
	const struct run_trace *request;
	struct event_log *log;
	struct sandbox *sandbox;
	struct supervisor *supervisor;
	struct supervise_world world;
	struct programs programs;
	char *host_path; /* of the program, with --sandbox */
};

static void on_event(void *context, struct event *e)
{
	const struct trace *t = context;

	t->request->on_event(t->request->context, e);
}

static bool on_place(void *context, const char *path, uint64_t addr, const char **file, int *line,
	const char **function)
{
	return programs_place(
		&((struct trace *)context)->programs, path, addr, file, line, function);
}

static void on_made(void *context, int call, int id, int shown, int32_t key)
{
	world_made(((struct trace *)context)->sandbox, call, id, shown, key);
}

static int open_sandbox(struct trace *t, struct sandbox_plan_storage *storage, struct lab_error *e)
{
	struct sandbox_plan plan;
	LAB_FREE char *dir = NULL;

	if (t->request->sandbox) {
		t->host_path = realpath(t->request->argv[0], NULL);
		if (!t->host_path)
			return lab_fail_errno(e, LAB_USAGE, "open \"%s\"", t->request->argv[0]);
		t->programs.host_path = t->host_path;
		dir = lab_xstrdup(t->host_path);
		*strrchr(dir, '/') = '\0';
		sandbox_plan_program(&plan, storage, *dir ? dir : "/");
	} else {
		sandbox_plan_caller(&plan);
	}
	plan.supervised = true;
	plan.cpu = lease_cpu();
	t->sandbox = sandbox_start(&plan, e);
	return t->sandbox ? 0 : -1;
}

static int start(struct trace *t, struct lab_error *e)
{
	const char *const *argv = t->request->argv;
	LAB_FREE char *inside = lab_xprintf("/lab/bin/%s", path_base(argv[0]));
	struct sandbox_command command = {
		.path = t->request->sandbox ? inside : argv[0],
		.argv = argv,
		.envp = t->request->sandbox ? NULL : (const char *const *)environ,
		.fds = {0, 1, 2},
		.filter = run_filter(sandbox_world(t->sandbox) != NULL, e),
		.foreground_terminal = !t->request->sandbox && isatty(0),
	};
	pid_t outside, own;
	int task, ended;

	if (!command.filter || sandbox_spawn(t->sandbox, &command, &outside, &own, e) < 0)
		return -1;
	task = supervise_attach(t->supervisor, outside, own, path_base(argv[0]), argv, e);
	if (task < 0 || sandbox_release(t->sandbox, own, e) < 0)
		return -1;
	ended = supervise_wait_exec(t->supervisor, task, e);
	if (ended > 0) {
		errno = sandbox_exec_errno(t->sandbox);
		return lab_fail_errno(e, LAB_USAGE, "exec \"%s\"", argv[0]);
	}
	return ended;
}

/* As a shell has it: the program's own status, 128+N for a signal; ours where we ended it. */
static int exit_status(const struct trace *t, enum supervise_stop stop)
{
	int status = supervise_status(t->supervisor, 1);

	if (supervise_alive(t->supervisor, 1) || stop == SUPERVISE_DEADLOCK)
		return STATUS_ENDED_BY_US;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Once the program itself has ended, what it left running gets as long as it likes; but when all
 * of that waits for ever, the trace is over. */
static int go(struct trace *t, int *status, struct lab_error *e)
{
	enum supervise_stop stop = supervise_go(t->supervisor, INT64_MAX, false, e);
	bool root_lived = supervise_alive(t->supervisor, 1);

	if (stop == SUPERVISE_FAILED)
		return -1;
	if (stop == SUPERVISE_DEADLOCK && !root_lived) {
		supervise_report_survivors(t->supervisor);
		stop = SUPERVISE_ENDED;
	}
	*status = exit_status(t, stop);
	return 0;
}

static int run_it(struct trace *t, bool unread, int *status, struct lab_error *e)
{
	struct sandbox_plan_storage storage;
	struct supervise_config config = {
		.schedule = t->request->schedule,
		.seed = t->request->seed,
		.count_from_exec = true,
		.external = true,
		.attended = isatty(0),
		.unread = unread,
		.context = t,
		.on_event = t->request->on_event ? on_event : NULL,
		.place = unread ? NULL : on_place,
		.refuses = run_refuses,
		.hides = t->request->sandbox ? run_hides : NULL,
		.folder = WORK_DIR,
	};
	int result;

	t->programs.read_any = true;
	if (open_sandbox(t, &storage, e) < 0)
		return -1;
	config.world = world_of(t->sandbox, &t->world);
	t->world.made = on_made;
	t->supervisor = supervise_new(&config, t->log, e);
	if (!t->supervisor)
		return -1;
	result = start(t, e) < 0 ? -1 : go(t, status, e);
	supervise_free(t->supervisor);
	programs_done(&t->programs);
	return result;
}

int run_trace(
	const struct run_trace *request, struct event_log **log, int *status, struct lab_error *e)
{
	struct trace t = {.request = request, .log = event_log_new()};
	int result = run_it(&t, !log && !request->on_event, status, e);

	sandbox_stop(t.sandbox);
	free(t.host_path);
	if (result < 0 || !log)
		event_log_free(t.log);
	else
		*log = t.log;
	return result;
}
