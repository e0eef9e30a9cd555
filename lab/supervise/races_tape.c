/*
 * The tape (guest/tape.h), from the supervisor's side. When a task goes on from a marker, and would
 * go on from its next ones as well, whatever they are, it is told how many it may write down. When
 * it has stopped, they are played, each as if its task had stopped there: the choice of the
 * schedule, virtual time, what the detector and the log are told.
 *
 * Nothing else has moved in between, so all that a marker's play looks at is as it was, but for the
 * program's own memory and registers: what is needed of those is in the record.
 */
#include "config.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/ptrace.h>

#include "lab/supervise/call.h"
#include "lab/supervise/races.h"

#define PEEK_BYTES 2 /* of the instruction that looks */

void races_tape_is(struct tracee *t, uint64_t addr)
{
	t->process->tape_at = addr;
	tracee_read(t, addr + offsetof(struct guest_tape, peek), &t->process->peek_at,
		sizeof(t->process->peek_at));
}

static void set(struct tracee *t, unsigned left, bool with_calls)
{
	uint64_t state = (uint64_t)++t->process->tapes << 32 |
			 (uint64_t)with_calls << GUEST_TAPE_CALLS | left << 8;

	tracee_write(
		t, t->process->tape_at + offsetof(struct guest_tape, state), &state, sizeof(state));
	t->process->taping = left != 0;
}

/* Calls make events, for which somebody may wait, and planned failures strike them. */
static bool takes_calls(const struct supervisor *s)
{
	return !s->config.fault_count &&
	       (!s->config.reached || (s->config.waits_for_calls &&
					      !s->config.waits_for_calls(s->config.context)));
}

void races_tape_start(struct supervisor *s, struct tracee *t)
{
	unsigned most = GUEST_TAPE;

	if (!s->races || !t->process->tape_at || t->call->nr < MARK_FIRST || s->config.no_tape ||
		t->handler_count || races_task(t)->handlers || t->redo.armed)
		return;
	if (races_patience(t) < most)
		most = races_patience(t);
	most = loop_ahead(s, t, most);
	if (most)
		set(t, most, takes_calls(s));
}

bool races_taped(const struct tracee *t, uint64_t addr, void *into, size_t size)
{
	const struct guest_record *r = t->race->played;
	uint64_t at = r->number == MARK_ACCESS ? r->arguments[0] : addr;

	if (!r->known || addr < at || addr - at + size > sizeof(r->value))
		return false;
	memcpy(into, (const char *)&r->value + (addr - at), size);
	return true;
}

void races_taped_place(struct supervisor *s, struct tracee *t, struct event *e)
{
	place_of_address(s, t, t->race->played->place - 1, e);
	if (!e->place.file)
		place_of_address(s, t, t->race->played->outer - 1, e);
}

static void play(struct supervisor *s, struct tracee *t, const struct guest_record *r)
{
	struct race_task *task = races_task(t);

	races_settle_taped(s, t, r);
	loop_passes(s, t, (int64_t)r->number);
	t->call = call_of_number((int64_t)r->number);
	arch_set_number(&t->entry, (int64_t)r->number);
	for (unsigned i = 0; i < 4; i++)
		arch_set_argument(&t->entry, i, r->arguments[i]);
	t->event = NULL;
	t->block_logged = false;
	t->kept_deadline = NO_DEADLINE;
	task->played = r;
	marker_play(s, t, (int)r->number);
	task->played = NULL;
}

void races_tape_play(struct supervisor *s, struct tracee *t)
{
	struct process *p = t->process;
	struct guest_tape tape;
	unsigned used, left;

	if (!p->taping)
		return;
	p->taping = false;
	if (!tracee_read(t, p->tape_at, &tape, sizeof(tape)))
		return; /* it is gone */
	used = tape.state & 255;
	left = tape.state >> 8 & 255;
	if (tape.state >> 32 != p->tapes || used + left > GUEST_TAPE)
		return; /* the program has written there */
	for (unsigned i = 0; i < used && !s->failed; i++)
		play(s, t, &tape.of[i]);
	if (left)
		set(t, 0, false);
}

bool races_tape_fails(struct tracee *t, int sig)
{
	if ((sig != SIGSEGV && sig != SIGBUS) || !t->process->peek_at ||
		arch_read(t->tid, &t->regs) < 0 || arch_pc(&t->regs) != t->process->peek_at)
		return false;
	arch_set_pc(&t->regs, t->process->peek_at + PEEK_BYTES);
	return arch_write(t->tid, &t->regs) == 0 && ptrace(PTRACE_CONT, t->tid, NULL, NULL) == 0;
}
