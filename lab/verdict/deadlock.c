/*
 * EVENT_DEADLOCK and what follows it -> a message that names every blocked process, its call and
 * line, the object, everyone who could act on it, and why he will not.
 *
 * Each wait is explained by the rule for its call; the explanation that says most becomes the
 * headline, cycles are searched over all of them.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lab/verdict/verdict.h"
#include "lab/verdict/waits.h"
#include "lab/verdict/words.h"

#define SHOWN_MAX 8 /* waiters told in full */

struct buf *waiter_headline(struct waiter *w, enum rank rank, const char *advice)
{
	if (rank <= w->rank)
		return NULL;
	w->rank = rank;
	w->advice = advice;
	buf_clear(&w->headline);
	return &w->headline;
}

void waiter_edge(struct waiter *w, int task, const char *object, int64_t number)
{
	for (size_t i = 0; i < w->edge_count; i++)
		if (w->edges[i].task == task)
			return;
	w->edges = lab_xrealloc(w->edges, (w->edge_count + 1) * sizeof(*w->edges));
	w->edges[w->edge_count++] = (struct edge){task, object, number};
}

const struct waiter *waiter_of(const struct deadlock *d, int task)
{
	for (size_t i = 0; i < d->waiter_count; i++)
		if (d->waiters[i].task == task)
			return &d->waiters[i];
	for (size_t i = 0; i < d->waiter_count; i++)
		if (process_of(d->model, d->waiters[i].task) == process_of(d->model, task))
			return &d->waiters[i];
	return NULL;
}

void say_state(struct buf *into, const struct deadlock *d, int task)
{
	const struct model_task *t = model_task(d->model, task);
	const struct waiter *w = waiter_of(d, task);

	if (t && t->state == MODEL_STOPPED) {
		buf_puts(into, "is stopped");
	} else if (t && (t->state == MODEL_ZOMBIE || t->state == MODEL_GONE)) {
		buf_puts(into, "is dead");
	} else if (w) {
		buf_puts(into, "waits itself, in ");
		say_call(into, d->model, w->event);
		say_at(into, w->event);
	} else {
		buf_puts(into, "does not act");
	}
}

const struct event *holder(const struct deadlock *d, const char *object, char mode, size_t nth)
{
	for (size_t i = 0; i < d->hold_count; i++) {
		const char *id = event_text(d->holds[i], "obj");
		const char *modes = event_text(d->holds[i], "mode");

		if (id && object && strcmp(id, object) == 0 && modes && strchr(modes, mode) &&
			nth-- == 0)
			return d->holds[i];
	}
	return NULL;
}

/* Descriptors of threads of one process are the same: keep one. */
static bool held_already(const struct deadlock *d, const struct event *e)
{
	for (size_t i = 0; i < d->hold_count; i++)
		if (process_of(d->model, d->holds[i]->task) == process_of(d->model, e->task) &&
			event_int(d->holds[i], "fd", -1) == event_int(e, "fd", -1))
			return true;
	return false;
}

static void collect(struct deadlock *d)
{
	for (size_t i = d->at + 1; i < d->log->count; i++) {
		const struct event *e = d->log->events[i];

		if (event_is(e, EVENT_WAITS, "stopped")) {
			continue; /* the model knows it, and by whom */
		} else if (e->kind == EVENT_WAITS) {
			d->waiters = lab_xrealloc(
				d->waiters, (d->waiter_count + 1) * sizeof(*d->waiters));
			d->waiters[d->waiter_count++] =
				(struct waiter){.event = e, .task = e->task};
		} else if (e->kind == EVENT_HOLDS) {
			if (held_already(d, e))
				continue;
			d->holds = lab_xrealloc(
				d->holds, (d->hold_count + 1) * sizeof(const struct event *));
			d->holds[d->hold_count++] = e;
		} else {
			break;
		}
	}
}

static wait_rule *rule_for(const char *name)
{
	static const struct wait_row *const tables[] = {
		waits_pipe, waits_queue, waits_sem, waits_lock, waits_task};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct wait_row *row = tables[i]; row->name; row++)
			if (strcmp(row->name, name) == 0)
				return row->explain;
	return NULL;
}

static void explain_unknown(const struct deadlock *d, struct waiter *w)
{
	struct buf *line = waiter_headline(w, RANK_GENERIC, NULL);

	if (!line)
		return;
	say_Task(line, d->model, w->task);
	buf_puts(line, " waits in ");
	say_call(line, d->model, w->event);
	buf_puts(line, ", and nobody is left to wake it.");
}

/* The next one of the cycle that goes through PATH[0..depth), or 0. */
static size_t search(const struct deadlock *d, int *path, size_t depth, bool *visited)
{
	const struct waiter *w = waiter_of(d, path[depth - 1]);

	if (!w || visited[w - d->waiters])
		return 0;
	visited[w - d->waiters] = true;
	for (size_t i = 0; i < w->edge_count; i++) {
		int next = w->edges[i].task;

		if (process_of(d->model, next) == process_of(d->model, path[0]) && depth > 1)
			return depth;
		path[depth] = next;
		if (depth <= d->waiter_count) {
			size_t length = search(d, path, depth + 1, visited);

			if (length)
				return length;
		}
	}
	return 0;
}

/* The edge of W to NEXT; NULL unless NEXT has taken something. */
static const struct edge *taken_by(const struct waiter *w, int next)
{
	for (size_t i = 0; i < w->edge_count; i++)
		if (w->edges[i].task == next && w->edges[i].object)
			return &w->edges[i];
	return NULL;
}

static bool all_locks(const struct deadlock *d, const int *path, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!taken_by(waiter_of(d, path[i]), path[(i + 1) % length]))
			return false;
	return true;
}

static void say_taken(struct buf *into, const struct deadlock *d, const struct edge *edge)
{
	if (strncmp(edge->object, "sysv-sem", 8) == 0)
		buf_printf(into, "semaphore %" PRId64, edge->number);
	else
		say_object_short(into, d->model, edge->object);
}

/* "child 4 holds semaphore #1 waits semaphore #2, child 5 holds ..." */
static void say_lock_cycle(
	const struct deadlock *d, const int *path, size_t length, struct buf *into)
{
	buf_puts(into, "Cycle: ");
	for (size_t i = 0; i < length; i++) {
		int before = path[(i + length - 1) % length];

		buf_puts(into, i ? ", " : "");
		say_task(into, d->model, path[i]);
		buf_puts(into, " holds ");
		say_taken(into, d, taken_by(waiter_of(d, before), path[i]));
		buf_puts(into, " waits ");
		say_taken(into, d, taken_by(waiter_of(d, path[i]), path[(i + 1) % length]));
	}
	buf_puts(into, ". Take them in the same order everywhere.");
}

static void say_cycle(const struct deadlock *d, const int *path, size_t length, struct buf *into)
{
	buf_puts(into, "\nCycle: ");
	for (size_t i = 0; i < length; i++) {
		say_task(into, d->model, path[i]);
		buf_puts(into, " -> waits for ");
	}
	say_task(into, d->model, path[0]);
	buf_puts(into, "\n");
}

/* The tasks of a cycle of two or more in PATH, which has room for one more than there are waiters;
 * how many. */
static size_t cycle_path(const struct deadlock *d, int *path)
{
	bool *visited = lab_xmalloc((d->waiter_count + 1) * sizeof(*visited));
	size_t length = 0;

	for (size_t i = 0; i < d->waiter_count && !length; i++) {
		memset(visited, 0, d->waiter_count * sizeof(*visited));
		path[0] = d->waiters[i].task;
		length = search(d, path, 1, visited);
	}
	free(visited);
	return length;
}

/* Finds one cycle; a cycle of locks is the headline, another one a line. */
static void find_cycle(struct deadlock *d, struct buf *line)
{
	int *path = lab_xmalloc((d->waiter_count + 2) * sizeof(*path));
	size_t length = cycle_path(d, path);

	if (length && all_locks(d, path, length)) {
		struct waiter *first = (struct waiter *)waiter_of(d, path[0]);
		struct buf *headline = waiter_headline(first, RANK_CYCLE, first->advice);

		if (headline)
			say_lock_cycle(d, path, length, headline);
	} else if (length) {
		say_cycle(d, path, length, line);
	}
	free(path);
}

/* Who waits for what only he himself could do; 0: nobody. */
static int waits_for_itself(const struct deadlock *d)
{
	for (size_t i = 0; i < d->waiter_count; i++)
		for (size_t k = 0; k < d->waiters[i].edge_count; k++)
			if (process_of(d->model, d->waiters[i].edges[k].task) ==
				process_of(d->model, d->waiters[i].task))
				return d->waiters[i].task;
	return 0;
}

static const struct waiter *best(const struct deadlock *d)
{
	const struct waiter *found = NULL;

	for (size_t i = 0; i < d->waiter_count; i++)
		if (!found || d->waiters[i].rank > found->rank)
			found = &d->waiters[i];
	return found;
}

static void say_waiter(const struct deadlock *d, const struct waiter *w, struct buf *into)
{
	buf_puts(into, "\n- ");
	say_task_fully(into, d->model, w->task);
	buf_puts(into, " waits in ");
	say_call(into, d->model, w->event);
	say_at(into, w->event);
	buf_puts(into, w->detail.len ? ":\n" : "\n");
	buf_puts(into, buf_text(&w->detail));
}

static void say_stopped(const struct deadlock *d, const struct model_task *t, struct buf *into)
{
	const struct event *sent = signal_sent(d, t->index, t->stopped->name);

	buf_puts(into, "\n- ");
	say_task_fully(into, d->model, t->index);
	buf_printf(into, " is stopped by %s", t->stopped->name);
	if (sent && sent->kind == EVENT_CALL) {
		buf_puts(into, ", which ");
		if (process_of(d->model, sent->task) == t->index)
			buf_puts(into, "it");
		else
			say_task(into, d->model, sent->task);
		buf_puts(into, " sent");
		say_at(into, sent);
	}
	buf_puts(into, ":\n  nobody is left to send SIGCONT.\n");
}

static const struct model_task *first_stopped(const struct deadlock *d)
{
	for (size_t i = 0; i < d->model->task_count; i++)
		if (d->model->tasks[i].state == MODEL_STOPPED && !d->model->tasks[i].thread &&
			d->model->tasks[i].stopped)
			return &d->model->tasks[i];
	return NULL;
}

/* Where the best one waits; a helper's wait has no place in the student's files, others have. */
static void place_of(const struct deadlock *d, const struct waiter *w, struct event_place *place)
{
	const struct model_task *stopped = first_stopped(d);
	const struct event *sent = NULL;

	if (!w && stopped)
		sent = signal_sent(d, stopped->index, stopped->stopped->name);
	*place = w ? w->event->place : sent ? sent->place : (struct event_place){NULL, 0, NULL};
	for (size_t i = 0; i < d->waiter_count && !place->file; i++)
		*place = d->waiters[i].event->place;
}

static void say_all(const struct deadlock *d, struct buf *into)
{
	size_t shown = 0;

	for (size_t i = 0; i < d->waiter_count; i++, shown++)
		if (shown < SHOWN_MAX)
			say_waiter(d, &d->waiters[i], into);
	for (size_t i = 0; i < d->model->task_count; i++) {
		const struct model_task *t = &d->model->tasks[i];

		if (t->state == MODEL_STOPPED && !t->thread && t->stopped && shown++ < SHOWN_MAX)
			say_stopped(d, t, into);
	}
	if (shown > SHOWN_MAX)
		buf_printf(into, "\n- and %zu more.\n", shown - SHOWN_MAX);
}

static void say_headline(const struct deadlock *d, const struct waiter *w, struct buf *into)
{
	const struct model_task *stopped = first_stopped(d);

	if (w) {
		buf_puts(into, buf_text(&w->headline));
	} else if (stopped) {
		buf_puts(into, "Process ");
		say_pid(into, d->model, stopped->index);
		buf_printf(into, " is stopped by %s, and nobody is left to send SIGCONT.",
			stopped->stopped->name);
	} else {
		buf_puts(into, "No process can go on.");
	}
	buf_puts(into, "\n\nDeadlock: nobody can run, and no timer will end a wait. "
		       "This program would hang for ever.\n");
}

static void deadlock_done(struct deadlock *d)
{
	for (size_t i = 0; i < d->waiter_count; i++) {
		buf_done(&d->waiters[i].headline);
		buf_done(&d->waiters[i].detail);
		free(d->waiters[i].edges);
	}
	free(d->waiters);
	free(d->holds);
}

static void explain_all(struct deadlock *d)
{
	collect(d);
	for (size_t i = 0; i < d->waiter_count; i++) {
		wait_rule *explain = rule_for(d->waiters[i].event->name);

		if (explain)
			explain(d, &d->waiters[i]);
		if (d->waiters[i].rank == RANK_NONE)
			explain_unknown(d, &d->waiters[i]);
	}
}

/* The deadlock of a log; its length if there is none. */
static size_t deadlock_at(const struct event_log *log)
{
	size_t at = 0;

	while (at < log->count && log->events[at]->kind != EVENT_DEADLOCK)
		at++;
	return at;
}

size_t verdict_cycle(const struct event_log *log, struct verdict_link **links)
{
	MODEL_SCOPED *m = model_new(log);
	struct deadlock d = {.log = log, .model = m, .at = deadlock_at(log)};
	LAB_FREE int *path = NULL;
	size_t length;

	*links = NULL;
	if (d.at == log->count)
		return 0;
	model_go_to(m, d.at);
	explain_all(&d);
	path = lab_xmalloc((d.waiter_count + 2) * sizeof(*path));
	length = cycle_path(&d, path);
	if (!length && (path[0] = waits_for_itself(&d)))
		length = 1;
	*links = lab_xmalloc((length + 1) * sizeof(**links));
	for (size_t i = 0; i < length; i++)
		(*links)[i] = (struct verdict_link){path[i], waiter_of(&d, path[i])->event};
	deadlock_done(&d);
	return length;
}

char *deadlock_message(const struct event_log *log, size_t at, struct event_place *place)
{
	MODEL_SCOPED *m = model_new(log);
	struct deadlock d = {.log = log, .model = m, .at = at};
	BUF_SCOPED cycle = BUF_INIT;
	struct buf text = BUF_INIT;
	const struct waiter *w;

	model_go_to(m, at);
	explain_all(&d);
	find_cycle(&d, &cycle);
	w = best(&d);
	place_of(&d, w, place);
	say_headline(&d, w, &text);
	say_all(&d, &text);
	buf_puts(&text, buf_text(&cycle));
	if (w && w->advice)
		buf_printf(&text, "\n%s\n", w->advice);
	while (text.len && text.data[text.len - 1] == '\n')
		text.data[--text.len] = '\0';
	deadlock_done(&d);
	return buf_take(&text);
}
