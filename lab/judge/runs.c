/*
 * Runs: made, steered, looked at, ended. Every failure of the run room ends the check as `broken`.
 */
#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/path.h"
#include "lab/judge/internal.h"

/* ---- start ---- */

static char *log_path(const char *dir, unsigned number)
{
	return lab_xprintf("%s/%s/%03u.log", dir, judge_state.check->name, number);
}

static const char *schedule_for(const struct judge_request *request)
{
	if (request->schedule)
		return request->schedule;
	if (judge_state.options.schedule)
		return judge_state.options.schedule;
	return judge_state.schedule[0] ? judge_state.schedule : "natural";
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

static void fill_request(const struct judge_request *from, const char *const *argv,
	const char *schedule, unsigned number, struct run_request *to)
{
	const struct options *o = &judge_state.options;
	uint64_t parts[3] = {o->seed,
		rng_hash(judge_state.check->name, strlen(judge_state.check->name)), number};

	*to = (struct run_request){
		.bin_dir = o->bin,
		.lines_dir = o->lines,
		.input = from->input,
		.input_len = from->input_len ? from->input_len
			     : from->input   ? strlen(from->input)
					     : 0,
		.input_open = from->input_open,
		.schedule = schedule,
		.seed = rng_hash(parts, sizeof(parts)) >> 1,
		.time_budget = from->time_budget,
		.step_budget = from->step_budget,
		.spin_steps = from->spin_steps,
		.linger = from->linger,
		.cpu = -1,
	};
	to->programs[to->program_count++] = (struct run_program){
		.name = from->program,
		.argv = argv,
		.closed = {from->closed[0], from->closed[1], from->closed[2]},
	};
	for (size_t i = 0; i < from->more_count && to->program_count < RUN_PROGRAMS_MAX; i++)
		to->programs[to->program_count++] = from->more[i];
	for (size_t i = 0; i < from->file_count && i < RUN_FILES_MAX; i++)
		to->files[to->file_count++] = from->files[i];
	for (size_t i = 0; i < from->fault_count && i < RUN_FAULTS_MAX; i++)
		to->faults[to->fault_count++] = from->faults[i];
}

static struct run *open_run(const struct run_request *request, unsigned number, struct lab_error *e)
{
	struct event_log *log;

	if (!judge_state.options.replay)
		return run_start(request, e);
	LAB_FREE char *path = log_path(judge_state.options.replay, number);
	log = event_log_load(path, e);
	if (!log) {
		e->kind = LAB_BROKEN;
		return NULL;
	}
	return run_replay(log, request, e);
}

struct judged *judge_start_(const struct judge_request *request)
{
	struct judged *judged = lab_xmalloc(sizeof(*judged)), **end = &judge_state.runs;
	const char **argv = make_argv(request);
	struct run_request wanted;
	struct lab_error e = {0};

	judged->number = ++judge_state.run_count;
	judged->schedule = lab_xstrdup(schedule_for(request));
	judged->look_first = request->look_first;
	judged->may_die = request->may_die;
	judged->may_leave = request->may_leave;
	judged->input_open = request->input_open;
	fill_request(request, argv, judged->schedule, judged->number, &wanted);
	judged->run = open_run(&wanted, judged->number, &e);
	free(argv);
	if (!judged->run)
		judge_broken(&e);
	while (*end)
		end = &(*end)->next;
	*end = judged;
	return judged;
}

struct judged *judge_run_(const struct judge_request *request)
{
	struct judged *judged = judge_start_(request);

	until_end(judged);
	return judged;
}

/* ---- end ---- */

static void report_finding(struct judged *judged, bool fatal_only)
{
	struct findings found = {0};

	verdict_findings(run_log(judged->run), &found);
	for (size_t i = 0; i < found.count; i++) {
		const struct finding *f = &found.list[i];

		if ((fatal_only && !f->fatal) || (judged->may_die && f->class == CLASS_CRASH) ||
			(judged->may_leave && f->class == CLASS_LEAK))
			continue;
		judge_record(VERDICT_FAIL, f->class, f->message, f->place, judged->schedule);
	}
	findings_done(&found);
}

void judge_fatal_findings(struct judged *judged)
{
	report_finding(judged, true);
}

static void save_log(struct judged *judged)
{
	struct lab_error e = {0};
	LAB_FREE char *dir = NULL;
	LAB_FREE char *path = NULL;

	if (!judge_state.options.save)
		return;
	dir = lab_xprintf("%s/%s", judge_state.options.save, judge_state.check->name);
	path = log_path(judge_state.options.save, judged->number);
	if (path_mkdirs(dir, 0755, &e) < 0 || event_log_save(run_log(judged->run), path, &e) < 0)
		judge_broken(&e);
}

/* Ends a run for good: its log is whole, counted and saved. */
static void close_run(struct judged *judged)
{
	struct lab_error e = {0};

	if (run_finish(judged->run, &e) < 0)
		judge_broken(&e);
	event_log_sum(run_log(judged->run), &judge_state.sum);
	save_log(judged);
}

static void free_run(struct judged *judged)
{
	model_free(judged->model);
	run_free(judged->run);
	for (size_t i = 0; i < judged->text_count; i++)
		free(judged->texts[i]);
	free(judged->texts);
	free(judged->schedule);
	free(judged);
}

void judge_close_runs(void)
{
	for (struct judged *j = judge_state.runs; j; j = j->next)
		close_run(j);
}

void judge_end_runs(void)
{
	judge_close_runs();
	for (struct judged *j = judge_state.runs; j; j = j->next)
		report_finding(j, false);
	while (judge_state.runs) {
		struct judged *next = judge_state.runs->next;

		free_run(judge_state.runs);
		judge_state.runs = next;
	}
}

/* ---- steering ---- */

/* true: what was waited for is there. */
static bool went(struct judged *judged, enum run_stop stop, const struct lab_error *e)
{
	if (stop == RUN_FAILED)
		judge_broken(e);
	if (stop != RUN_ENDED)
		return true;
	judged->over = true;
	if (!judged->look_first)
		judge_fatal_findings(judged);
	return false;
}

bool until_output(struct judged *judged, const char *text)
{
	struct lab_error e = {0};

	return went(judged, run_until_output(judged->run, text, &e), &e);
}

bool until_blocked(struct judged *judged)
{
	struct lab_error e = {0};

	return went(judged, run_until_blocked(judged->run, &e), &e);
}

bool until_time(struct judged *judged, double seconds)
{
	struct lab_error e = {0};
	int64_t ns = (int64_t)(seconds * (double)RUN_SECOND);

	return went(judged, run_until_time(judged->run, ns, &e), &e);
}

bool until_call(struct judged *judged, const char *call, unsigned occurrence)
{
	struct lab_error e = {0};

	return went(judged, run_until_call(judged->run, call, occurrence, &e), &e);
}

void until_end(struct judged *judged)
{
	struct lab_error e = {0};

	if (judged->input_open)
		close_input(judged);
	if (!judged->over)
		went(judged, run_until_end(judged->run, &e), &e);
}

void send_signal(struct judged *judged, int sig)
{
	struct lab_error e = {0};

	if (run_signal(judged->run, 1, sig, &e) < 0)
		judge_broken(&e);
}

void send_input(struct judged *judged, const char *text)
{
	struct lab_error e = {0};

	if (run_write(judged->run, text, strlen(text), &e) < 0)
		judge_broken(&e);
}

void close_input(struct judged *judged)
{
	struct lab_error e = {0};

	judged->input_open = false;
	if (run_close_input(judged->run, &e) < 0)
		judge_broken(&e);
}

/* ---- what it did ---- */

const char *output_of(struct judged *judged)
{
	return buf_text(run_output(judged->run, 1));
}

size_t output_size(struct judged *judged)
{
	return run_output(judged->run, 1)->len;
}

const char *errors_of(struct judged *judged)
{
	return buf_text(run_output(judged->run, 2));
}

const struct event_log *log_of(struct judged *judged)
{
	return run_log(judged->run);
}

double seconds_of(struct judged *judged)
{
	return (double)run_time(judged->run) / (double)RUN_SECOND;
}

struct model *model_of(struct judged *judged)
{
	const struct event_log *log = run_log(judged->run);

	if (judged->model && judged->model_at != log->count) {
		model_free(judged->model);
		judged->model = NULL;
	}
	if (!judged->model) {
		judged->model = model_new(log);
		model_go_to(judged->model, log->count);
		judged->model_at = log->count;
	}
	return judged->model;
}

int exit_of(struct judged *judged)
{
	const struct model_task *first = model_task(model_of(judged), 1);

	return first && first->died ? first->status : INT_MIN;
}

int64_t pid_of(struct judged *judged, int task)
{
	const struct model_task *t = model_task(model_of(judged), task);

	return t ? t->pid : -1;
}

const char *file_of(struct judged *judged, const char *path)
{
	struct buf content = BUF_INIT;
	struct lab_error e = {0};

	if (run_read_file(judged->run, path, &content, &e) < 0) {
		buf_done(&content);
		if (e.kind == LAB_BROKEN)
			judge_broken(&e);
		return NULL;
	}
	judged->texts =
		lab_xrealloc(judged->texts, (judged->text_count + 1) * sizeof(*judged->texts));
	return judged->texts[judged->text_count++] = buf_take(&content);
}

static bool matches(const struct event *e, enum event_kind kind, const char *name, int task)
{
	return event_is(e, kind, name) && (!task || e->task == task);
}

size_t count_events(struct judged *judged, enum event_kind kind, const char *name, int task)
{
	const struct event_log *log = run_log(judged->run);
	size_t n = 0;

	for (size_t i = 0; i < log->count; i++)
		n += matches(log->events[i], kind, name, task);
	return n;
}

const struct event *find_event(
	struct judged *judged, enum event_kind kind, const char *name, int task, size_t n)
{
	const struct event_log *log = run_log(judged->run);

	for (size_t i = 0; i < log->count; i++)
		if (matches(log->events[i], kind, name, task) && n-- == 0)
			return log->events[i];
	return NULL;
}

struct event_place place_of(const struct event *e)
{
	return e ? e->place : (struct event_place){NULL, 0, NULL};
}

/* ---- schedules ---- */

void judge_explore_begin(unsigned count)
{
	judge_state.explore = judge_state.options.schedule ? 1 : count;
	judge_state.explored = 0;
	judge_state.schedule[0] = '\0';
}

bool judge_explore_next(void)
{
	unsigned n = judge_state.explored;

	judge_end_runs();
	judge_state.schedule[0] = '\0';
	if (n >= judge_state.explore)
		return false;
	judge_state.explored++;
	if (n > 0)
		snprintf(judge_state.schedule, sizeof(judge_state.schedule), "random:%u", n);
	return true;
}
