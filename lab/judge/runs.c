/*
 * Starting a run: what a test asks for becomes a request to the run room, or to a saved log. Every
 * failure of the run room ends the check as `broken`.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/path.h"
#include "lab/judge/internal.h"

static const char *schedule_for(const struct judge_request *request)
{
	const struct state *s = &judge_state;

	if (request->schedule)
		return request->schedule;
	if (s->options.schedule)
		return s->options.schedule;
	return s->loop.schedule ? s->loop.schedule : "natural";
}

/* argv[0] is the program's name, as a shell would have it. Caller frees the list. */
static const char **make_argv(const struct judge_request *request)
{
	size_t n = 0;
	const char **argv;

	while (request->args && request->args[n])
		n++;
	argv = lab_xmalloc((n + 2) * sizeof(*argv));
	argv[0] = request->program;
	for (size_t i = 0; i < n; i++)
		argv[i + 1] = request->args[i];
	return argv;
}

/* What must be in quotes for a shell is shown in quotes. */
static char *command_for(const char *const *argv)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "_./:=,+@%-";
	struct buf text = BUF_INIT;

	for (size_t i = 0; argv[i]; i++) {
		bool bare = *argv[i] && strspn(argv[i], plain) == strlen(argv[i]);

		buf_puts(&text, i ? " " : "");
		buf_puts(&text, bare ? "" : "'");
		buf_puts(&text, argv[i]);
		buf_puts(&text, bare ? "" : "'");
	}
	return buf_take(&text);
}

static uint64_t world_seed(void)
{
	const struct state *s = &judge_state;
	uint64_t parts[3] = {
		s->options.seed, rng_hash(s->check->name, strlen(s->check->name)), s->worlds};

	return rng_hash(parts, sizeof(parts)) >> 1; /* the log's numbers have a sign */
}

static void copy_lists(const struct judge_request *from, struct run_request *to)
{
	const struct run_fault *swept_fault = &judge_state.loop.fault;

	if (from->more_count + 1 > RUN_PROGRAMS_MAX || from->file_count > RUN_FILES_MAX ||
		from->fault_count + 1 > RUN_FAULTS_MAX)
		broken_check("too much for one run: %zu programs, %zu files, %zu faults",
			from->more_count + 1, from->file_count, from->fault_count);
	for (size_t i = 0; i < from->more_count; i++)
		to->programs[to->program_count++] = from->more[i];
	for (size_t i = 0; i < from->file_count; i++)
		to->files[to->file_count++] = from->files[i];
	for (size_t i = 0; i < from->fault_count; i++)
		to->faults[to->fault_count++] = from->faults[i];
	if (swept_fault->call)
		to->faults[to->fault_count++] = *swept_fault;
}

static struct run_program program_of(const struct judge_request *from, const char *const *argv)
{
	return (struct run_program){
		.name = from->program,
		.helper = from->helper,
		.argv = argv,
		.env = from->env,
		.closed = {from->closed[0], from->closed[1], from->closed[2]},
	};
}

static size_t input_length(const struct judge_request *from)
{
	return from->input_len ? from->input_len : from->input ? strlen(from->input) : 0;
}

static void fill_request(const struct judge_request *from, const char *const *argv,
	const char *schedule, struct run_request *to)
{
	const struct options *o = &judge_state.options;

	*to = (struct run_request){
		.build = o->input_hash,
		.bin_dir = o->bin,
		.lines_dir = o->lines,
		.helpers_dir = o->helpers,
		.input = from->input,
		.input_len = input_length(from),
		.input_open = from->input_open,
		.schedule = schedule,
		.seed = world_seed(),
		.time_budget = from->time_budget,
		.step_budget = from->step_budget,
		.spin_steps = from->spin_steps,
		.output_budget = from->output_budget,
		.linger = from->linger,
		.variables = from->variables,
		.uses = o->uses,
		.cpu = -1,
		.yard = judge_state.yard,
	};
	to->programs[to->program_count++] = program_of(from, argv);
	copy_lists(from, to);
}

/* A log that cannot be read is a fault of what was saved, not of the command line. */
static struct run *open_run(const struct run_request *request, unsigned number, struct lab_error *e)
{
	const struct options *o = &judge_state.options;
	struct event_log *log;

	if (spread_tells())
		return spread_replay(request);
	if (!o->replay)
		return run_start(request, e);

	LAB_FREE char *path =
		lab_xprintf("%s/%s/%03u.log", o->replay, judge_state.check->name, number);

	log = event_log_load(path, e);
	if (log)
		return run_replay(log, request, e);
	e->kind = LAB_BROKEN;
	return NULL;
}

/* What exec says of a name that the test got wrong is a path inside of the sandbox. */
static void check_is_built(const struct judge_request *request, const struct lab_error *e)
{
	LAB_FREE char *path = path_join(judge_state.options.bin, request->program);

	if (e->kind == LAB_BROKEN && strncmp(e->text, "exec ", 5) == 0 && !request->helper &&
		!path_exists(path))
		broken_check(
			"the test runs a program \"%s\", and the exercise has none of that name",
			request->program);
}

/* LAB_USAGE is the user's only where the user has chosen the schedule. */
static void start_failed(const struct judge_request *request, struct lab_error *e)
{
	check_is_built(request, e);
	if (e->kind == LAB_USAGE && (request->schedule || !judge_state.options.schedule))
		e->kind = LAB_BROKEN;
	judge_broken(e);
}

struct judged *judge_start_(const struct judge_request *request)
{
	struct judged *judged = lab_xmalloc(sizeof(*judged)), **end = &judge_state.runs;
	const char **argv = make_argv(request);
	struct run_request wanted;
	struct lab_error e = {0};

	judged->number = ++judge_state.run_count;
	judge_state.worlds++;
	judged->schedule = lab_xstrdup(schedule_for(request));
	judged->command = command_for(argv);
	judged->task = 1;
	judged->look_first = request->look_first;
	judged->may_die = request->may_die;
	judged->may_hang = request->may_hang;
	judged->may_leave = request->may_leave;
	judged->may_race = request->may_race;
	judged->what_if = request->what_if;
	judged->input_open = request->input_open;
	fill_request(request, argv, judged->schedule, &wanted);
	judged->run = open_run(&wanted, judged->number, &e);
	free(argv);
	if (!judged->run)
		start_failed(request, &e);
	while (*end)
		end = &(*end)->next;
	*end = judged;
	return judged;
}

static void no_second_world(const struct judge_request *request)
{
	if (request->file_count || request->more_count || request->schedule ||
		request->time_budget || request->step_budget || request->spin_steps ||
		request->output_budget || request->linger || request->variables)
		broken_check("\"%s\" comes into a world that stands already: its files, schedule "
			     "and budgets were said when that began",
			request->program);
}

void then_start_(struct judged *judged, const struct judge_request *request)
{
	const char **argv = make_argv(request);
	struct run_launch launch = {
		.program = program_of(request, argv),
		.input = request->input,
		.input_len = input_length(request),
		.input_open = request->input_open,
		.faults = request->faults,
		.fault_count = request->fault_count,
	};
	struct lab_error e = {0};

	no_second_world(request);
	judge_keep(judged->command); /* a test may hold it still */
	judged->command = command_for(argv);
	judged->out_from = run_output(judged->run, 1)->len;
	judged->err_from = run_output(judged->run, 2)->len;
	judged->may_die |= request->may_die;
	judged->input_open = request->input_open;
	judged->over = false;
	judged->task = run_launch(judged->run, &launch, &e);
	free(argv);
	if (judged->task < 0) {
		check_is_built(request, &e);
		judge_broken(&e);
	}
}

void then_run_(struct judged *judged, const struct judge_request *request)
{
	then_start_(judged, request);
	until_exit(judged);
}

struct judged *judge_run_(const struct judge_request *request)
{
	struct judged *judged = judge_start_(request);

	until_end(judged);
	return judged;
}
