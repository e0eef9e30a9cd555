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

/* The recipe, the same for everyone: natural first, then of each four two random ones, one of
 * falling priorities, one on a slow machine. */
static void name_schedule(struct loop *loop, unsigned n)
{
	switch (n % 4) {
	case 3:
		snprintf(loop->schedule, sizeof(loop->schedule), "pct:%u:%u:%zu", n, 2 + n / 4 % 2,
			loop->choices);
		break;
	case 0:
		snprintf(loop->schedule, sizeof(loop->schedule), "slow:%u", n);
		break;
	default:
		snprintf(loop->schedule, sizeof(loop->schedule), "random:%u", n);
	}
}

bool judge_explore_next(void)
{
	struct loop *loop = &judge_state.loop;
	unsigned n = loop->done;

	if (n == 1)
		loop->choices = count_choices();
	judge_end_runs();
	loop->schedule[0] = '\0';
	if (n >= loop->count)
		return false;
	if (n > 0)
		name_schedule(loop, n);
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
