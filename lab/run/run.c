/*
 * A live run: the sandbox gives processes that wait, the supervisor takes them, the judge steers.
 * See run.h.
 */
#include "config.h"

#include "lab/run/run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/rng.h"
#include "lab/run/internal.h"

#define TIME_BUDGET   (3600 * RUN_SECOND)
#define STEP_BUDGET   200000
#define SPIN_STEPS    10000
#define OUTPUT_BUDGET (8u << 20)
#define FILE_MOST     (16u << 20) /* of a file that a judge reads */
#define WORK_DIR      "/home/student"

/* ---- hooks of the supervisor ---- */

static bool hook_place(void *context, const char *path, uint64_t addr, const char **file, int *line,
	const char **function)
{
	return programs_place(&((struct run *)context)->programs, path, addr, file, line, function);
}

static bool hook_runtime(void *context, const char *path, uint64_t *begin, uint64_t *end)
{
	return programs_runtime(&((struct run *)context)->programs, path, begin, end);
}

static const char *hook_object(void *context, uint64_t device, uint64_t inode)
{
	return io_object(context, device, inode);
}

static bool writes_out(const struct event *e)
{
	const char *object = event_text(e, "obj");

	return object && strncmp(object, "std", 3) == 0 && object[3] != 'i';
}

static void hook_event(void *context, struct event *e)
{
	struct run *r = context;

	if (e->kind == EVENT_CALL) {
		if (writes_out(e))
			r->written = true;
		if (r->until_call && strcmp(e->name, r->until_call) == 0)
			r->seen++;
	}
}

static bool hook_quiet(void *context)
{
	bool drained = io_drain(context);

	return io_feed(context) || drained;
}

/* The judge can still write to the input, or close it. */
static bool hook_held(void *context)
{
	const struct run *r = context;

	return r->input_open && r->io.input >= 0;
}

static bool roots_live(const struct run *r)
{
	for (int i = 1; i <= r->roots; i++)
		if (supervise_alive(r->supervisor, i))
			return true;
	return false;
}

static bool text_is_there(const struct run *r)
{
	return r->until_text &&
	       (memmem(buf_text(&r->out), r->out.len, r->until_text, strlen(r->until_text)) ||
		       memmem(buf_text(&r->err), r->err.len, r->until_text, strlen(r->until_text)));
}

static bool hook_reached(void *context)
{
	struct run *r = context;

	if (r->written)
		io_drain(r);
	if (r->over_output)
		return true;
	if (text_is_there(r) || (r->until_call && r->seen >= r->until_count))
		return true;
	return !roots_live(r) && !r->linger;
}

/* ---- start ---- */

static void copy_faults(struct run *r, const struct run_request *request)
{
	static const int kinds[] = {
		SUPERVISE_ERRNO, SUPERVISE_SHORT, SUPERVISE_EINTR, SUPERVISE_KILL};

	for (size_t i = 0; i < request->fault_count; i++) {
		const struct run_fault *f = &request->faults[i];

		r->faults[i] = (struct supervise_fault){
			.call = f->call,
			.n = f->n,
			.errnum = f->errnum,
			.bytes = f->bytes,
			.signal = f->signal,
			.task = f->task,
		};
		r->faults[i].kind = kinds[f->kind];
	}
}

static int make_supervisor(struct run *r, const struct run_request *request, struct lab_error *e)
{
	struct supervise_config config = {
		.schedule = request->schedule,
		.seed = request->seed,
		.faults = r->faults,
		.fault_count = request->fault_count,
		.time_budget = request->time_budget ? request->time_budget : TIME_BUDGET,
		.step_budget = request->step_budget ? request->step_budget : STEP_BUDGET,
		.spin_steps = request->spin_steps ? request->spin_steps : SPIN_STEPS,
		.context = r,
		.on_event = hook_event,
		.on_quiet = hook_quiet,
		.held = hook_held,
		.reached = hook_reached,
		.place = hook_place,
		.runtime = hook_runtime,
		.object = hook_object,
	};

	copy_faults(r, request);
	r->supervisor = supervise_new(&config, r->log, e);
	return r->supervisor ? 0 : -1;
}

static int make_sandbox(struct run *r, const struct run_request *request, struct lab_error *e)
{
	struct sandbox_plan_storage storage;
	struct sandbox_plan plan;
	struct rng rng = rng_seed(request->seed);

	sandbox_plan_program(&plan, &storage, request->bin_dir);
	plan.cpu = lease_cpu();
	plan.first_pid = 300 + (int32_t)rng_below(&rng, 30000);
	r->sandbox = sandbox_start(&plan, e);
	if (!r->sandbox)
		return -1;
	for (size_t i = 0; i < request->file_count; i++) {
		const struct run_file *f = &request->files[i];
		LAB_FREE char *path = lab_xprintf(WORK_DIR "/%s", f->path);

		if (sandbox_put_file(
			    r->sandbox, path, f->mode ? f->mode : 0644, f->bytes, f->len, e) < 0)
			return -1;
	}
	return 0;
}

static int start_program(struct run *r, const struct run_request *request,
	const struct run_program *p, const int fds[3], struct lab_error *e)
{
	const char *const only_name[] = {p->name, NULL};
	const char *const *argv = p->argv ? p->argv : only_name;
	LAB_FREE char *path = lab_xprintf("/lab/bin/%s", p->name);
	struct sandbox_command command = {
		.path = path,
		.argv = argv,
		.filter = run_filter(e),
	};
	pid_t outside, inside;
	int task, ended;

	(void)request;
	if (!command.filter)
		return -1;
	for (int i = 0; i < 3; i++)
		command.fds[i] = p->closed[i] ? SANDBOX_CLOSED : fds[i];
	if (sandbox_spawn(r->sandbox, &command, &outside, &inside, e) < 0)
		return -1;
	task = supervise_attach(r->supervisor, outside, inside, p->name, argv, e);
	if (task < 0 || sandbox_release(r->sandbox, inside, e) < 0)
		return -1;
	ended = supervise_wait_exec(r->supervisor, task, e);
	if (ended > 0) {
		errno = sandbox_exec_errno(r->sandbox);
		return lab_fail_errno(e, LAB_BROKEN, "exec \"%s\"", path);
	}
	r->roots = task;
	return ended;
}

static int start_programs(struct run *r, const struct run_request *request, struct lab_error *e)
{
	int child[3] = {-1, -1, -1}, reader = 0, result = 0;

	if (io_open(r, child, e) < 0)
		return -1;
	for (size_t i = 0; i < request->program_count; i++)
		if (request->programs[i].own_stdin)
			reader = (int)i;
	for (size_t i = 0; i < request->program_count && result == 0; i++) {
		int fds[3] = {(int)i == reader ? child[0] : -1, child[1], child[2]};

		result = start_program(r, request, &request->programs[i], fds, e);
	}
	for (int i = 0; i < 3; i++)
		fd_close(&child[i]);
	io_feed(r);
	return result;
}

struct run *run_start(const struct run_request *request, struct lab_error *e)
{
	struct run *r = lab_xmalloc(sizeof(*r));

	r->io.input = r->io.output = r->io.error = -1;
	r->log = event_log_new();
	r->programs.lines_dir = request->lines_dir;
	r->input_open = request->input_open;
	r->linger = request->linger;
	r->output_budget = request->output_budget ? request->output_budget : OUTPUT_BUDGET;
	if (request->input_len)
		buf_add(&r->pending, request->input, request->input_len);
	request_log(request, r->log);
	if (make_sandbox(r, request, e) < 0 || make_supervisor(r, request, e) < 0 ||
		start_programs(r, request, e) < 0) {
		r->finished = true; /* nothing to report */
		run_free(r);
		return NULL;
	}
	return r;
}

/* ---- steering ---- */

static struct event *steer(
	struct run *r, const char *name, const char *key, const char *text, int64_t number)
{
	struct event *e = supervise_event(r->supervisor, EVENT_STEER, 0, name);

	if (key && text)
		event_add_text(r->log, e, key, text);
	else if (key)
		event_add_int(r->log, e, key, number);
	supervise_append(r->supervisor, e);
	return e;
}

static void steer_stopped(struct run *r, const char *why)
{
	steer(r, "stopped", "why", why, 0);
}

static void log_output_limit(struct run *r)
{
	struct event *e = supervise_event(r->supervisor, EVENT_LIMIT, 0, "output");

	event_add_int(r->log, e, "bytes", (int64_t)(r->out.len + r->err.len));
	event_add_int(r->log, e, "most", (int64_t)r->output_budget);
	supervise_append(r->supervisor, e);
	r->ended_by = SUPERVISE_LIMIT;
}

/* What the supervisor's stop means to the judge. */
static enum run_stop stopped(struct run *r, enum supervise_stop stop)
{
	io_drain(r);
	switch (stop) {
	case SUPERVISE_FAILED:
		return RUN_FAILED;
	case SUPERVISE_REACHED:
		if (r->over_output) {
			log_output_limit(r);
			break;
		}
		if (roots_live(r) || r->linger) {
			steer_stopped(r, "reached");
			return RUN_REACHED;
		}
		r->ended_by = SUPERVISE_ENDED;
		break;
	case SUPERVISE_QUIET:
		steer_stopped(r, "quiet");
		return RUN_QUIET;
	case SUPERVISE_BLOCKED:
	case SUPERVISE_TIME:
		steer_stopped(r, "reached");
		return RUN_REACHED;
	default:
		r->ended_by = stop;
	}
	r->ended = true;
	steer_stopped(r, "ended");
	return RUN_ENDED;
}

static enum run_stop go(struct run *r, int64_t until, bool blocked, struct lab_error *e)
{
	if (r->ended) {
		steer_stopped(r, "ended");
		return RUN_ENDED;
	}
	if (text_is_there(r)) {
		steer_stopped(r, "reached");
		return RUN_REACHED;
	}
	return stopped(r, supervise_go(r->supervisor, until, blocked, e));
}

enum run_stop run_until_output(struct run *r, const char *text, struct lab_error *e)
{
	enum run_stop stop;

	if (r->is_replay)
		return replay_until(r, "until-output", "text", text, 0, e);
	steer(r, "until-output", "text", text, 0);
	r->until_text = text;
	stop = go(r, INT64_MAX, false, e);
	r->until_text = NULL;
	return stop;
}

enum run_stop run_until_blocked(struct run *r, struct lab_error *e)
{
	if (r->is_replay)
		return replay_until(r, "until-blocked", NULL, NULL, 0, e);
	steer(r, "until-blocked", NULL, NULL, 0);
	return go(r, INT64_MAX, true, e);
}

enum run_stop run_until_time(struct run *r, int64_t ns, struct lab_error *e)
{
	if (r->is_replay)
		return replay_until(r, "until-time", "ns", NULL, ns, e);
	steer(r, "until-time", "ns", NULL, ns);
	return go(r, ns, false, e);
}

enum run_stop run_until_call(
	struct run *r, const char *call, unsigned occurrence, struct lab_error *e)
{
	enum run_stop stop;

	if (r->is_replay)
		return replay_until(r, "until-call", "call", call, 0, e);
	steer(r, "until-call", "call", call, 0);
	r->until_call = call;
	r->until_count = occurrence ? occurrence : 1;
	r->seen = 0;
	stop = go(r, INT64_MAX, false, e);
	r->until_call = NULL;
	return stop;
}

enum run_stop run_until_end(struct run *r, struct lab_error *e)
{
	if (r->is_replay)
		return replay_until(r, "until-end", NULL, NULL, 0, e);
	steer(r, "until-end", NULL, NULL, 0);
	return go(r, INT64_MAX, false, e);
}

int run_write(struct run *r, const void *bytes, size_t len, struct lab_error *e)
{
	if (r->is_replay)
		return replay_act(r, "write", "len", NULL, (int64_t)len, e);
	steer(r, "write", "len", NULL, (int64_t)len);
	buf_add(&r->pending, bytes, len);
	io_feed(r);
	return 0;
}

int run_close_input(struct run *r, struct lab_error *e)
{
	if (r->is_replay)
		return replay_act(r, "close", NULL, NULL, 0, e);
	steer(r, "close", NULL, NULL, 0);
	r->input_open = false;
	if (r->pending.len == 0)
		fd_close(&r->io.input);
	return 0;
}

int run_signal(struct run *r, int task, int sig, struct lab_error *e)
{
	struct event *event;

	if (r->is_replay)
		return replay_act(r, "signal", "sig", NULL, sig, e);
	event = steer(r, "signal", "sig", NULL, sig);
	event_add_task(r->log, event, "to", task);
	return supervise_signal(r->supervisor, task, sig, e);
}

static int read_inside(struct run *r, const char *path, struct buf *into, struct lab_error *e)
{
	LAB_FREE char *whole =
		path[0] == '/' ? lab_xstrdup(path) : lab_xprintf(WORK_DIR "/%s", path);
	FD_SCOPED fd = sandbox_open(r->sandbox, whole, O_RDONLY | O_NONBLOCK | O_NOFOLLOW, e);

	if (fd < 0)
		return -1;
	if (fd_read_to_end(fd, into, FILE_MOST) < 0)
		return lab_fail_errno(e, LAB_USAGE, "read \"%s\"", path);
	return 0;
}

int run_read_file(struct run *r, const char *path, struct buf *into, struct lab_error *e)
{
	struct lab_error own = {0};
	struct event *event;
	size_t start = into->len;
	int result;

	if (r->is_replay)
		return replay_file(r, path, into, e);
	result = read_inside(r, path, into, &own);
	event = supervise_event(r->supervisor, EVENT_FILE, 0, NULL);
	event_add_text(r->log, event, "path", path);
	if (result == 0) {
		event_add_bytes(r->log, event, "data", buf_text(into) + start, into->len - start);
	} else {
		event_add_text(r->log, event, "err", lab_errno_name(own.errnum));
		event_add_int(r->log, event, "errno", own.errnum);
		if (e)
			*e = own;
	}
	supervise_append(r->supervisor, event);
	return result;
}

/* ---- end ---- */

static void log_left(struct run *r)
{
	struct sandbox_left *list = NULL;
	size_t count = 0;

	if (sandbox_left(r->sandbox, &list, &count, NULL) < 0)
		return;
	for (size_t i = 0; i < count; i++) {
		struct event *e = supervise_event(r->supervisor, EVENT_LEFT, 0, list[i].kind);

		event_add_text(r->log, e, "path", list[i].path);
		supervise_append(r->supervisor, e);
	}
	free(list);
}

static void log_end(struct run *r)
{
	static const char *const why[] = {
		[SUPERVISE_ENDED] = "ended",
		[SUPERVISE_DEADLOCK] = "deadlock",
		[SUPERVISE_SPIN] = "spin",
		[SUPERVISE_LIMIT] = "limit",
		[SUPERVISE_FAILED] = "judge",
	};
	struct event *e = supervise_event(r->supervisor, EVENT_END, 0, NULL);
	int status = supervise_status(r->supervisor, 1);

	event_add_text(r->log, e, "why", r->ended ? why[r->ended_by] : "judge");
	if (r->ended && !supervise_alive(r->supervisor, 1)) {
		if (WIFSIGNALED(status))
			event_add_int(r->log, e, "sig", WTERMSIG(status));
		else
			event_add_int(r->log, e, "status", WEXITSTATUS(status));
	}
	supervise_append(r->supervisor, e);
}

int run_finish(struct run *r, struct lab_error *e)
{
	if (r->finished)
		return 0;
	if (r->is_replay)
		return replay_finish(r, e);
	r->finished = true;
	if (r->ended && r->ended_by == SUPERVISE_ENDED)
		supervise_report_survivors(r->supervisor);
	supervise_kill_all(r->supervisor);
	io_drain(r);
	log_left(r);
	log_end(r);
	sandbox_stop(r->sandbox);
	r->sandbox = NULL;
	return 0;
}

const struct event_log *run_log(const struct run *r)
{
	return r->is_replay ? &r->view : r->log;
}

const struct buf *run_output(const struct run *r, int fd)
{
	return fd == 2 ? &r->err : &r->out;
}

int64_t run_time(const struct run *r)
{
	const struct event_log *log = run_log(r);

	if (!r->is_replay)
		return supervise_now(r->supervisor);
	return log->count ? log->events[log->count - 1]->time : 0;
}

void run_free(struct run *r)
{
	if (!r)
		return;
	run_finish(r, NULL);
	supervise_free(r->supervisor);
	sandbox_stop(r->sandbox);
	io_close(r);
	programs_done(&r->programs);
	buf_done(&r->pending);
	buf_done(&r->out);
	buf_done(&r->err);
	event_log_free(r->log);
	free(r);
}
