/*
 * Loops over what a run can meet: schedules (explore) and failing calls (sweep). All bodies of a
 * loop get the same inputs and the same worlds, so that the one that fails can be shown again by
 * itself: with --schedule NAME a loop of schedules has that one body.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "lab/judge/internal.h"

#define TELL_MS    50
#define SWEEP_MOST 500 /* calls of one kind; a program that makes more is not swept to its end */

static void loop_done(struct loop *loop)
{
	free(loop->schedule);
	paths_done(&loop->paths);
	buf_done(&loop->list);
}

static void begin(unsigned count)
{
	struct state *s = &judge_state;

	judge_end_runs();
	spread_end(&s->loop);
	loop_done(&s->loop);
	s->loop = (struct loop){.count = count, .rng = s->rng, .worlds = s->worlds};
}

/* The next body begins as the first one did. */
static void reset(void)
{
	struct state *s = &judge_state;

	s->rng = s->loop.rng;
	s->worlds = s->loop.worlds;
}

static void next_body(void)
{
	judge_state.loop.done++;
	reset();
}

/* Many runs are short: what could not be read anyhow is not told. */
static void tell_run(size_t run, size_t of)
{
	static struct timespec last;
	struct timespec now;
	struct lab_error e;

	if (!judge_state.options.tell_runs || judge_state.options.replay)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if ((now.tv_sec - last.tv_sec) * 1000 + (now.tv_nsec - last.tv_nsec) / 1000000 < TELL_MS)
		return;
	last = now;
	verdict_send_run(judge_state.options.result_fd, run, of, &e);
}

void judge_explore_begin(unsigned count)
{
	begin(judge_state.options.schedule ? 1 : count);
}

void judge_preempt_begin(void)
{
	begin(1);
	judge_state.loop.preempts = !judge_state.options.schedule;
}

/* How far apart change points of pct: may lie: the choices that there were in the first body, as a
 * power of two, so that a name does not change with every small change of a program. */
static size_t count_choices(void)
{
	size_t most = 0, steps = 8;

	for (struct judged *j = judge_state.runs; j; j = j->next) {
		size_t n = count_events(j, EVENT_CHOICE, NULL, 0);

		most = n > most ? n : most;
	}
	while (steps < most && steps < 4096)
		steps *= 2;
	return steps;
}

#define RECIPE_SPAN 10000 /* numbers of one exploration: those of two base seeds differ */

/* The recipe, the same for everyone: natural first, then of each four two random ones, one of
 * falling priorities, one on a slow machine. Another base seed is another list of the same make. */
static char *recipe(const struct loop *loop, unsigned n)
{
	uint64_t seed = n + (judge_state.options.seed - 1) * RECIPE_SPAN;

	switch (n % 4) {
	case 3:
		return lab_xprintf("pct:%" PRIu64 ":%u:%zu", seed, 2 + n / 4 % 2, loop->choices);
	case 0:
		return lab_xprintf("slow:%" PRIu64, seed);
	default:
		return lab_xprintf("random:%" PRIu64, seed);
	}
}

/* After the natural body: can all schedules be tried? Only what is one run has one list of choices,
 * and where time passes there is more to choose than who is next. */
static bool is_small(struct loop *loop)
{
	struct judged *only = judge_state.runs;

	if (judge_state.options.schedule || !only || only->next ||
		count_events(only, EVENT_ADVANCE, NULL, 0) > 0)
		return false;
	paths_take(&loop->paths, log_of(only));
	return paths_estimate(&loop->paths) <= loop->count;
}

/* The next way through the tree of choices; false: this was the last, or there are too many after
 * all, and the recipe is followed instead. */
static bool walk(struct loop *loop)
{
	if (loop->done > 1)
		paths_take(&loop->paths, log_of(judge_state.runs));
	if (!paths_next(&loop->paths)) {
		loop->count = loop->done;
		return false;
	}
	if (loop->done < 2 * loop->count)
		return true;
	loop->all = false;
	loop->count += loop->done - 1;
	return false;
}

static void name_preemption(struct loop *loop)
{
	struct judged *only = judge_state.runs;

	if (loop->done == 0)
		return;
	if (loop->done == 1 && (!only || only->next))
		broken_check("preempt_each() is for bodies of one run");
	if (loop->done == 1)
		paths_take(&loop->paths, log_of(only));
	loop->schedule = paths_next_other(&loop->paths);
	loop->count = loop->done + (loop->schedule != NULL);
}

static void name_schedule(struct loop *loop)
{
	free(loop->schedule);
	loop->schedule = NULL;
	if (loop->preempts) {
		name_preemption(loop);
		return;
	}
	if (loop->done == 1)
		loop->all = is_small(loop);
	if (loop->all && walk(loop))
		loop->schedule = paths_name(&loop->paths);
	else if (!loop->all && loop->done > 0)
		loop->schedule = recipe(loop, loop->done);
}

/* Bodies to come that can be made before those that come first; 0: each depends on the last. */
static unsigned left_to_spread(const struct loop *loop)
{
	if (loop->done == 0 || loop->all)
		return 0;
	return loop->preempts ? (unsigned)(loop->paths.count - loop->paths.at)
			      : loop->count - loop->done;
}

/* A worker: LOOP goes on to its body NUMBER. false: there is no such body. */
static bool go_to(struct loop *loop, unsigned number)
{
	if (!loop->preempts) {
		free(loop->schedule);
		loop->schedule = recipe(loop, number);
		return number < loop->count;
	}
	for (; loop->schedule && loop->done < number; loop->done++) {
		free(loop->schedule);
		loop->schedule = paths_next_other(&loop->paths);
	}
	return loop->schedule != NULL;
}

static bool next_of_worker(struct loop *loop)
{
	if (!go_to(loop, spread_next()))
		spread_done();
	reset();
	return true;
}

bool judge_explore_next(void)
{
	struct state *s = &judge_state;
	struct loop *loop = &s->loop;

	if (spread_works())
		return next_of_worker(loop);
	if (loop->done == 1)
		loop->choices = count_choices();
	name_schedule(loop);
	judge_end_runs();
	if (loop->done >= loop->count && !(loop->all && loop->schedule)) {
		s->not_all |= !loop->all;
		free(loop->schedule);
		loop->schedule = NULL;
		spread_end(loop);
		return false;
	}
	if (spread_begin(loop, left_to_spread(loop)))
		return next_of_worker(loop);
	tell_run(loop->done + 1, loop->all || loop->preempts ? 0 : loop->count);
	spread_take(loop);
	next_body();
	s->schedules++;
	return true;
}

void judge_sweep_begin(const struct run_fault *fault)
{
	begin(0);
	judge_state.loop.fault = *fault;
	judge_state.loop.fault.n = 0;
}

static bool fault_came(void)
{
	for (struct judged *j = judge_state.runs; j; j = j->next)
		if (count_events(j, EVENT_FAULT, NULL, 0))
			return true;
	return false;
}

void judge_sweep_each_begin(const struct run_fault *faults, size_t count)
{
	judge_sweep_begin(faults);
	judge_state.loop.each = faults;
	judge_state.loop.each_count = count;
}

/* What sweep_each() is for: all that went unnoticed, in one message. */
static void tell_unnoticed(struct loop *loop)
{
	if (loop->unnoticed)
		fail_check(NULL, CLASS_FAULT, loop->place,
			"We made %u calls fail, one in each run. %u of these failures went "
			"unnoticed:%s\n\nEvery call that can fail is asked whether it did, at "
			"once, "
			"by what it returns; errno then tells why.",
			loop->tried, loop->unnoticed, buf_text(&loop->list));
}

/* The next kind of call of sweep_each(); false: that was the last. */
static bool next_call(struct loop *loop)
{
	if (loop->each_count < 2)
		return false;
	loop->each_count--;
	loop->fault = *++loop->each;
	loop->fault.n = 0;
	return true;
}

bool judge_sweep_next(void)
{
	struct loop *loop = &judge_state.loop;
	bool more = loop->fault.n == 0 || fault_came();

	judge_end_runs();
	if (loop->fault.n == SWEEP_MOST)
		broken_check("more than %d calls of %s to make fail", SWEEP_MOST, loop->fault.call);
	if (!more && !next_call(loop)) {
		loop->fault.call = NULL;
		tell_unnoticed(loop);
		return false;
	}
	next_body();
	loop->fault.n++;
	tell_run(loop->done, 0);
	return true;
}

void noticed(struct judged *run, bool it_was)
{
	struct loop *loop = &judge_state.loop;
	const struct event *e = find_event(run, EVENT_FAULT, NULL, 0, 0);
	struct event_place place;

	if (!loop->each || !e)
		return;
	loop->tried++;
	if (it_was)
		return;
	place = place_of(e);
	buf_printf(&loop->list, "\n- %s number %u", e->name, loop->fault.n);
	if (place.file)
		buf_printf(&loop->list, " at %s:%d", place.file, place.line);
	buf_printf(&loop->list, ": %s, and `%s` went on to %s", event_text(e, "how"),
		command_of(run), how_ended(run, task_of(run)));
	if (loop->unnoticed++ == 0 && place.file) {
		loop->place = place;
		loop->place.file = judge_keep(lab_xstrdup(place.file));
		loop->place.function = NULL;
	}
}

unsigned swept(void)
{
	return judge_state.loop.fault.call ? judge_state.loop.fault.n : 0;
}
