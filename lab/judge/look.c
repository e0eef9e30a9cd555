/* What a run did: its output, its end, its log, its files. */
#include "config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lab/judge/internal.h"

#define SHOWN_MOST 300 /* bytes of a text that are quoted in a message */

int task_of(struct judged *judged)
{
	return judged->task;
}

const char *output_of(struct judged *judged)
{
	return buf_text(run_output(judged->run, 1)) + judged->out_from;
}

size_t output_size(struct judged *judged)
{
	return run_output(judged->run, 1)->len - judged->out_from;
}

const char *errors_of(struct judged *judged)
{
	return buf_text(run_output(judged->run, 2)) + judged->err_from;
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

	if (!judged->model)
		judged->model = model_new(log);
	model_go_to(judged->model, log->count);
	return judged->model;
}

int exit_of_task(struct judged *judged, int task)
{
	const struct model_task *t = model_task(model_of(judged), task);

	return t && t->died ? t->status : INT_MIN;
}

int exit_of(struct judged *judged)
{
	return exit_of_task(judged, judged->task);
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
	const struct event *limit = find_event(judged, EVENT_LIMIT, NULL, 0, 0);

	if (status == INT_MIN && limit)
		return text_of("nothing: it was stopped, for the run had reached its limit (%s)",
			limit->name);
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

const char *shown(const char *text)
{
	size_t len = strlen(text);
	struct buf b = BUF_INIT;

	buf_putc(&b, '"');
	buf_put_escaped(&b, text, len > SHOWN_MOST ? SHOWN_MOST : len);
	buf_putc(&b, '"');
	if (len > SHOWN_MOST)
		buf_printf(&b, " and %zu more bytes", len - SHOWN_MOST);
	return judge_keep(buf_take(&b));
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

/* Where to begin the search for number N, and how many are still to be found from there. */
static size_t search_from(const struct judged *judged, enum event_kind kind, const char *name,
	int task, size_t n, size_t *wanted)
{
	const struct found *last = &judged->found;
	bool goes_on = judged->has_found && last->kind == kind && last->task == task &&
		       lab_same_text(last->name, name) && n >= last->n;

	*wanted = goes_on ? n - last->n : n;
	return goes_on ? last->at : 0;
}

static void remember(struct judged *judged, enum event_kind kind, const char *name, int task,
	size_t n, size_t at)
{
	struct found *last = &judged->found;

	if (!lab_same_text(last->name, name)) {
		free(last->name);
		last->name = lab_xstrdup(name);
	}
	last->kind = kind;
	last->task = task;
	last->n = n;
	last->at = at;
	judged->has_found = true;
}

const struct event *find_event(
	struct judged *judged, enum event_kind kind, const char *name, int task, size_t n)
{
	const struct event_log *log = run_log(judged->run);
	size_t wanted;

	for (size_t i = search_from(judged, kind, name, task, n, &wanted); i < log->count; i++)
		if (matches(log->events[i], kind, name, task) && wanted-- == 0) {
			remember(judged, kind, name, task, n, i);
			return log->events[i];
		}
	return NULL;
}

struct event_place place_of(const struct event *e)
{
	return e ? e->place : (struct event_place){NULL, 0, NULL};
}
