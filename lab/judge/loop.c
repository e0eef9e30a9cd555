/*
 * Loops over what a run can meet: schedules (explore) and failing calls (sweep). All bodies of a
 * loop get the same inputs and the same worlds, so that the one that fails can be shown again by
 * itself: with --schedule NAME a loop of schedules has that one body.
 */
#include "config.h"

#include <stdio.h>

#include "lab/judge/internal.h"

#define SWEEP_MOST 500 /* calls of one kind; a program that makes more is not swept to its end */

static void begin(unsigned count)
{
	struct state *s = &judge_state;

	judge_end_runs();
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

bool judge_explore_next(void)
{
	struct loop *loop = &judge_state.loop;
	unsigned n = loop->done;

	judge_end_runs();
	loop->schedule[0] = '\0';
	if (n >= loop->count)
		return false;
	if (n > 0)
		snprintf(loop->schedule, sizeof(loop->schedule), "random:%u", n);
	next_body();
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
