/* What a run did: its output, its end, its log, its files. */
#include "config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lab/judge/internal.h"

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

double seconds_at(const struct event *e)
{
	return (double)e->time / (double)RUN_SECOND;
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

int exit_of_task(struct judged *judged, int task)
{
	const struct model_task *t = model_task(model_of(judged), task);

	return t && t->died ? t->status : INT_MIN;
}

int exit_of(struct judged *judged)
{
	return exit_of_task(judged, 1);
}

bool hangs(struct judged *judged)
{
	return count_events(judged, EVENT_DEADLOCK, NULL, 0) > 0;
}

const char *command_of(struct judged *judged)
{
	return judged->command;
}

const char *how_ended(struct judged *judged, int task)
{
	int status = exit_of_task(judged, task);

	if (status == INT_MIN)
		return "nothing: it lives on";
	if (status < 0)
		return text_of("signal %d (%s)", -status, strsignal(-status));
	return text_of("exit status %d", status);
}

int64_t pid_of(struct judged *judged, int task)
{
	const struct model_task *t = model_task(model_of(judged), task);

	return t ? t->pid : -1;
}

const char *tree_of(struct judged *judged)
{
	struct buf text = BUF_INIT;

	model_tree(model_of(judged), &text);
	return judge_keep(buf_take(&text));
}

unsigned forks_of(struct judged *judged, int task)
{
	const struct event_log *log = run_log(judged->run);
	unsigned n = 0;

	for (size_t i = 0; i < log->count; i++) {
		const struct event *e = log->events[i];

		n += e->kind == EVENT_FORK && !event_int(e, "thread", 0) &&
		     (!task || e->task == task);
	}
	return n;
}

const char *file_of(struct judged *judged, const char *path)
{
	struct buf content = BUF_INIT;
	struct lab_error e = {0};

	if (run_read_file(judged->run, path, &content, &e) < 0) {
		buf_done(&content);
		if (!e.errnum) /* not that it cannot be opened: something of ours */
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
