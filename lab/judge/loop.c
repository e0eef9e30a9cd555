/*
 * Loops over what a run can meet: schedules (explore) and failing calls (sweep). All bodies of a
 * loop get the same inputs and the same worlds, so that the one that fails can be shown again by
 * itself: with --schedule NAME a loop of schedules has that one body.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>

#include "lab/judge/internal.h"

#define SWEEP_MOST 500 /* calls of one kind; a program that makes more is not swept to its end */

static void loop_done(struct loop *loop)
{
	free(loop->schedule);
	paths_done(&loop->paths);
}

static void begin(unsigned count)
{
	struct state *s = &judge_state;

	judge_end_runs();
	loop_done(&s->loop);
	s->loop = (struct loop){.count = count, .rng = s->rng, .worlds = s->worlds};
}

static void next_body(void)
{
	struct state *s = &judge_state;

	s->loop.done++;
	s->rng = s->loop.rng;
	s->worlds = s->loop.worlds;
}

void judge_explore_begin(unsigned count)
{
	begin(judge_state.options.schedule ? 1 : count);
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

static void name_schedule(struct loop *loop)
{
	free(loop->schedule);
	loop->schedule = NULL;
	if (loop->done == 1)
		loop->all = is_small(loop);
	if (loop->all && walk(loop))
		loop->schedule = paths_name(&loop->paths);
	else if (!loop->all && loop->done > 0)
		loop->schedule = recipe(loop, loop->done);
}

bool judge_explore_next(void)
{
	struct state *s = &judge_state;
	struct loop *loop = &s->loop;

	if (loop->done == 1)
		loop->choices = count_choices();
	name_schedule(loop);
	judge_end_runs();
	if (loop->done >= loop->count && !(loop->all && loop->schedule)) {
		s->not_all |= !loop->all;
		free(loop->schedule);
		loop->schedule = NULL;
		return false;
	}
	next_body();
	s->schedules++;
	return true;
}

void judge_sweep_begin(const struct run_fault *fault)
{
	begin(0);
	judge_state.loop.fault = *fault;
}

static bool fault_came(void)
{
	for (struct judged *j = judge_state.runs; j; j = j->next)
		if (count_events(j, EVENT_FAULT, NULL, 0))
			return true;
	return false;
}

bool judge_sweep_next(void)
{
	struct loop *loop = &judge_state.loop;
	bool more = loop->done == 0 || fault_came();

	judge_end_runs();
	if (loop->done == SWEEP_MOST)
		broken_check("more than %d calls of %s to make fail", SWEEP_MOST, loop->fault.call);
	if (!more) {
		loop->fault.call = NULL;
		return false;
	}
	next_body();
	loop->fault.n = loop->done;
	return true;
}

unsigned swept(void)
{
	return judge_state.loop.fault.call ? judge_state.loop.fault.n : 0;
}
