/*
 * How a run begins: the sandbox gives processes that wait, the supervisor takes them; and what the
 * supervisor asks back while it works. Further programs come into the same world in the same way.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/base/rng.h"
#include "lab/run/internal.h"

#define TIME_BUDGET   (3600 * RUN_SECOND)
#define STEP_BUDGET   200000
#define SPIN_STEPS    10000
#define OUTPUT_BUDGET (8u << 20)
#define ALL_ROOTS     SIZE_MAX
#define HELPERS_DIR   "/lab/helpers"

/* ---- hooks of the supervisor ---- */

static bool hook_place(void *context, const char *path, uint64_t addr, const char **file, int *line,
	const char **function)
{
	return programs_place(&((struct run *)context)->programs, path, addr, file, line, function);
}

static bool hook_variable(void *context, const char *path, size_t i, uint64_t *addr, uint64_t *size,
	const char **name)
{
	return programs_variable(&((struct run *)context)->programs, path, i, addr, size, name);
}

static bool hook_runtime(void *context, const char *path, uint64_t *begin, uint64_t *end)
{
	return programs_runtime(&((struct run *)context)->programs, path, begin, end);
}

static const char *hook_object(void *context, uint64_t device, uint64_t inode)
{
	return io_object(context, device, inode);
}

static void hook_made(void *context, int call, int id, int shown, int32_t key)
{
	world_made(((struct run *)context)->sandbox, call, id, shown, key);
}

static bool writes_out(const struct event *e)
{
	const char *object = event_text(e, "obj");

	return object && strncmp(object, "std", 3) == 0 && object[3] != 'i';
}

/* The end of a call of NAME; "fork" stands for all that make a process. */
static bool ends_call(const struct event *e, const char *name)
{
	if (e->kind == EVENT_FORK)
		return strcmp(name, "fork") == 0 && event_int(e, "thread", 0) == 0;
	return e->kind == EVENT_CALL && strcmp(e->name, name) == 0;
}

static void hook_event(void *context, struct event *e)
{
	struct run *r = context;

	if (e->kind == EVENT_CALL && writes_out(e))
		r->written = true;
	if (r->until_call && ends_call(e, r->until_call))
		r->seen++;
}

static bool hook_quiet(void *context)
{
	bool any = io_read(context);

	return io_feed(context) || any;
}

/* The judge can still write to the input, or close it. */
static bool hook_held(void *context)
{
	const struct run *r = context;

	return r->input_open && r->io.input >= 0;
}

bool roots_live(const struct run *r)
{
	for (size_t i = 0; i < r->root_count; i++)
		if (supervise_alive(r->supervisor, r->roots[i]))
			return true;
	return false;
}

static bool holds(const struct buf *output, size_t from, const char *text)
{
	return memmem(buf_text(output) + from, output->len - from, text, strlen(text));
}

bool text_is_there(const struct run *r)
{
	return r->until_text && (holds(&r->out, r->out_from, r->until_text) ||
					holds(&r->err, r->err_from, r->until_text));
}

static bool hook_reached(void *context)
{
	struct run *r = context;

	if (r->written)
		io_drain(r);
	if (r->over_output)
		return true;
	if (text_is_there(r) || (r->until_call && r->seen >= r->until_count) ||
		(r->until_task && !supervise_alive(r->supervisor, r->until_task)))
		return true;
	return !roots_live(r) && !r->linger;
}

static bool hook_waits_for_calls(void *context)
{
	return ((struct run *)context)->until_call != NULL;
}

/* ---- start ---- */

/* Behind those that are there already, which go on counting. LAUNCH: they are of the program that
 * comes next, and not of the whole run. */
static int add_faults(struct run *r, const struct run_fault *faults, size_t count, bool launch,
	struct lab_error *e)
{
	static const int kinds[] = {SUPERVISE_ERRNO, SUPERVISE_SHORT, SUPERVISE_EINTR,
		SUPERVISE_KILL, SUPERVISE_DROP, SUPERVISE_TWICE, SUPERVISE_LATE, SUPERVISE_GONE,
		SUPERVISE_OTHER};

	if (r->fault_count + count > RUN_FAULTS_MAX)
		return lab_fail(e, LAB_BROKEN, "more than %d faults for one run", RUN_FAULTS_MAX);
	for (size_t i = 0; i < count; i++) {
		const struct run_fault *f = &faults[i];
		struct supervise_fault *into = &r->faults[r->fault_count++];

		*into = (struct supervise_fault){
			.call = f->call,
			.n = f->n,
			.one_in = f->one_in,
			.seed = f->seed,
			.errnum = f->errnum,
			.bytes = f->bytes,
			.from = f->from,
			.to = f->to,
			.delay = f->delay,
			.signal = f->signal,
			.task = f->task,
		};
		into->kind = kinds[f->kind];
		r->fault_roots[r->fault_count - 1] = launch ? r->root_count : ALL_ROOTS;
	}
	return 0;
}

/* The faults of a program that has ended strike no other one. */
static void forget_faults(struct run *r)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->fault_count; i++) {
		size_t root = r->fault_roots[i];

		if (root != ALL_ROOTS && !supervise_alive(r->supervisor, r->roots[root]))
			continue;
		r->faults[kept] = r->faults[i];
		r->fault_roots[kept++] = root;
	}
	r->fault_count = kept;
}

static int make_supervisor(struct run *r, const struct run_request *request, struct lab_error *e)
{
	struct sandbox_limits limits = {0};
	struct supervise_config config = {
		.schedule = request->schedule,
		.seed = request->seed,
		.faults = r->faults,
		.fault_count = r->fault_count,
		.time_budget = request->time_budget ? request->time_budget : TIME_BUDGET,
		.step_budget = request->step_budget ? request->step_budget : STEP_BUDGET,
		.spin_steps = request->spin_steps ? request->spin_steps : SPIN_STEPS,
		.context = r,
		.on_event = hook_event,
		.on_quiet = hook_quiet,
		.held = hook_held,
		.reached = hook_reached,
		.waits_for_calls = hook_waits_for_calls,
		.no_tape = request->no_tape || request->variables ||
			   request->uses, /* each use is an event */
		.place = hook_place,
		.runtime = hook_runtime,
		.variable = hook_variable,
		.object = hook_object,
		.refuses = run_refuses,
		.hides = run_hides,
		.folder = WORK_DIR,
		.variables = request->variables,
		.uses = request->uses,
		.world = world_of(r->sandbox, &r->world),
	};

	sandbox_limits_fill(&limits);
	config.memory = limits.address_space;
	r->world.made = hook_made;

	r->supervisor = supervise_new(&config, r->log, e);
	return r->supervisor ? 0 : -1;
}

struct run_yard {
	struct sandbox_plan_storage storage; /* of the plan that the yard keeps */
	struct sandbox_yard *sandboxes;
};

static void make_plan(struct sandbox_plan *plan, struct sandbox_plan_storage *storage,
	const char *bin_dir, const char *helpers_dir)
{
	sandbox_plan_program(plan, storage, bin_dir);
	sandbox_plan_add(plan, storage,
		(struct sandbox_op){.kind = SANDBOX_RO_BIND,
			.source = helpers_dir ? helpers_dir : lab_guest_dir(),
			.target = HELPERS_DIR});
	plan->supervised = true;
}

struct run_yard *run_yard_new(const char *bin_dir, const char *helpers_dir)
{
	struct run_yard *yard = lab_xmalloc(sizeof(*yard));
	struct sandbox_plan plan;

	make_plan(&plan, &yard->storage, bin_dir, helpers_dir);
	yard->sandboxes = sandbox_yard_new(&plan, NULL);
	if (yard->sandboxes)
		return yard;
	free(yard);
	return NULL;
}

void run_yard_free(struct run_yard *yard)
{
	if (!yard)
		return;
	sandbox_yard_free(yard->sandboxes);
	free(yard);
}

static struct sandbox *start_sandbox(const struct run_request *request, struct lab_error *e)
{
	struct sandbox_plan_storage storage;
	struct sandbox_plan plan;
	struct rng rng = rng_seed(request->seed);
	int cpu = lease_cpu();
	int32_t first_pid = 300 + (int32_t)rng_below(&rng, 30000);

	if (request->yard)
		return sandbox_yard_start(request->yard->sandboxes, cpu, first_pid, e);
	make_plan(&plan, &storage, request->bin_dir, request->helpers_dir);
	plan.cpu = cpu;
	plan.first_pid = first_pid;
	return sandbox_start(&plan, e);
}

static int make_sandbox(struct run *r, const struct run_request *request, struct lab_error *e)
{
	r->sandbox = start_sandbox(request, e);
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

static int start_program(
	struct run *r, const struct run_program *p, const int fds[3], struct lab_error *e)
{
	const char *const only_name[] = {p->name, NULL};
	const char *const *argv = p->argv ? p->argv : only_name;
	LAB_FREE char *path = lab_xprintf("%s/%s", p->helper ? HELPERS_DIR : "/lab/bin", p->name);
	struct sandbox_command command = {
		.path = path,
		.argv = argv,
		.env_more = p->env,
		.filter = run_filter(sandbox_world(r->sandbox) != NULL, e),
		.soon = true,
	};
	pid_t outside, inside;
	int task, ended;

	if (!command.filter)
		return -1;
	if (r->root_count == RUN_ROOTS_MAX)
		return lab_fail(e, LAB_BROKEN, "more than %d programs in one world", RUN_ROOTS_MAX);
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
	r->roots[r->root_count++] = task;
	return ended;
}

static int start_programs(struct run *r, const struct run_request *request, struct lab_error *e)
{
	int reader = 0, result = 0;

	if (io_open(r, e) < 0)
		return -1;
	for (size_t i = 0; i < request->program_count; i++)
		if (request->programs[i].own_stdin)
			reader = (int)i;
	for (size_t i = 0; i < request->program_count && result == 0; i++) {
		int fds[3] = {
			(int)i == reader ? r->io.theirs[0] : -1, r->io.theirs[1], r->io.theirs[2]};

		result = start_program(r, &request->programs[i], fds, e);
	}
	fd_close(&r->io.theirs[0]);
	io_feed(r);
	return result;
}

struct run *run_start(const struct run_request *request, struct lab_error *e)
{
	struct run *r = lab_xmalloc(sizeof(*r));

	io_init(&r->io);
	r->log = event_log_new();
	r->programs.lines_dir = request->lines_dir;
	r->input_open = request->input_open;
	r->linger = request->linger;
	r->output_budget = request->output_budget ? request->output_budget : OUTPUT_BUDGET;
	if (request->input_len)
		buf_add(&r->pending, request->input, request->input_len);
	request_log(request, r->log);
	if (add_faults(r, request->faults, request->fault_count, false, e) < 0 ||
		make_sandbox(r, request, e) < 0 || make_supervisor(r, request, e) < 0 ||
		start_programs(r, request, e) < 0) {
		r->finished = true; /* nothing to report */
		run_free(r);
		return NULL;
	}
	return r;
}

/* ---- one more program ---- */

static void log_launch(struct run *r, const struct run_launch *launch)
{
	struct event *e = supervise_event(r->supervisor, EVENT_STEER, 0, "launch");

	launch_log(launch, r->log, e);
	supervise_append(r->supervisor, e);
}

int run_launch(struct run *r, const struct run_launch *launch, struct lab_error *e)
{
	int fds[3];

	if (r->is_replay)
		return replay_launch(r, launch, e);
	if (r->ended && r->ended_by != SUPERVISE_ENDED)
		return lab_fail(e, LAB_BROKEN, "the world of \"%s\" has ended already",
			launch->program.name);
	log_launch(r, launch);
	forget_faults(r);
	if (add_faults(r, launch->faults, launch->fault_count, true, e) < 0 ||
		io_renew_input(r, e) < 0)
		return -1;
	r->ended = false;
	r->out_from = r->out.len;
	r->err_from = r->err.len;
	r->input_open = launch->input_open;
	buf_clear(&r->pending);
	if (launch->input_len)
		buf_add(&r->pending, launch->input, launch->input_len);
	supervise_set_faults(r->supervisor, r->faults, r->fault_count);
	for (int i = 0; i < 3; i++)
		fds[i] = r->io.theirs[i];
	if (start_program(r, &launch->program, fds, e) != 0)
		return -1;
	fd_close(&r->io.theirs[0]);
	io_feed(r);
	return r->roots[r->root_count - 1];
}
