/*
 * 07-shm/06-spsc-ring: a bounded buffer between two processes, with nothing but two indices.
 *
 * The driver says what was put in and what came out. That a side waits where it should, and how, is
 * seen while the other one is kept from beginning: it waits for the end of its input. Then the two
 * work at the same time, under many schedules; each use of the shared memory is a choice of theirs.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/exercises/toolbox.h"

#define BUFFER_SIZE 8
#define SCHEDULES   8
#define PRODUCER    2 /* tasks, in the order in which the driver creates them */
#define CONSUMER    3
#define A_WHILE     0.0003 /* seconds: some hundred looks */
#define WHILES_MOST 200    /* by then, who never gives way has come to SPIN_STEPS */
#define SPIN_STEPS  2000   /* who looks some hundred times between two sched_yield() is right */

/* ---- What was put in and what came out ---- */

/* The items of the lines that begin with WHAT ("put", "got"), in their order; at most MOST. */
static int items_of(struct judged *run, const char *what, int *items, int most)
{
	size_t length = strlen(what);
	int count = 0;

	for (const char *line = output_of(run); *line;) {
		const char *end = strchr(line, '\n');

		if (strncmp(line, what, length) == 0 && count < most)
			items[count++] = atoi(line + length);
		if (!end)
			break;
		line = end + 1;
	}
	return count;
}

static int count_of(struct judged *run, const char *what)
{
	int items[100];

	return items_of(run, what, items, 100);
}

static bool has_shared_memory(struct judged *run)
{
	const struct event *e;

	for (size_t i = 0; (e = find_event(run, EVENT_CALL, "mmap", 0, i)); i++)
		if (event_text(e, "flags") && strstr(event_text(e, "flags"), "MAP_SHARED"))
			return true;
	return find_event(run, EVENT_CALL, "shmat", 0, 0) != NULL;
}

static const char *side_of(int task)
{
	return task == PRODUCER ? "producer" : "consumer";
}

/* ---- Waiting ---- */

static bool makes_calls(const struct event *spin)
{
	return event_text(spin, "calls") && strstr(event_text(spin, "calls"), "sched_yield");
}

/* Why a side that waits has not been let go on, or how it waits. */
static void expect_no_spin(struct judged *run)
{
	const struct event *spin = find_event(run, EVENT_SPIN, NULL, 0, 0);
	const char *side = spin ? side_of(spin->task) : "";

	expect_at(run, !spin || has_shared_memory(run), CLASS_SPIN, spin,
		"The %s spins: it waits for the other side to change an index, but the index that "
		"it looks at is a private copy and never changes. After fork(2) every process has "
		"its own variables, global ones as well, and its own copy of what is mapped with "
		"MAP_PRIVATE. The buffer and both indices have to lie in memory that ring_create() "
		"maps with MAP_SHARED.",
		side);
	expect_at(run, !spin || event_text(spin, "obj") || !makes_calls(spin), CLASS_SPIN, spin,
		"The %s spins: it waits for the other side to change an index, and looks at "
		"nothing that is shared. There is shared memory, but what it looks at is a private "
		"copy and never changes: after fork(2) every process has its own variables.",
		side);
	expect_at(run, !spin || event_text(spin, "obj"), CLASS_SPIN, spin,
		"The %s goes round in a loop that does not read the shared memory any more: The "
		"compiler moved the load out of the loop. What is not atomic is nobody else's "
		"business, as far as it knows, so it reads the index once and then asks the same "
		"register for ever. (gcc -O2 -S shows it.) Use atomics: atomic_load() reads each "
		"time, and puts what was stored before in order as well.",
		side);
	expect_at(run, !spin || makes_calls(spin), CLASS_SPIN, spin,
		"The %s waits without ever giving way: it has looked at the same index thousands "
		"of times, and made no call in between. Whom it waits for may need this very "
		"processor. Let others run between two looks: sched_yield(2).",
		side);
	expect_sound(run);
}

/* Has TASK made a call other than that which tells of an item? */
static bool gives_way(struct judged *run, int task)
{
	const char *what = task == PRODUCER ? "put" : "got";

	return count_events(run, EVENT_CALL, NULL, task) > (size_t)count_of(run, what) ||
	       count_events(run, EVENT_BLOCK, NULL, task) > 0;
}

static bool is_over(struct judged *run)
{
	return exit_of(run) != INT_MIN || find_event(run, EVENT_SPIN, NULL, 0, 0);
}

/* WHO begins late, and WAITS is the task that waits for it. It is let go on until it does; if it
 * makes no call meanwhile, until it is clear that it makes none. */
static struct judged *start_late(int n, const char *who, int waits)
{
	struct judged *run = judge_start("spsc-ring", .args = ARGS(decimal(n), who),
		.input_open = true, .look_first = true, .may_race = true, .may_die = true,
		.spin_steps = SPIN_STEPS);

	if (waits == PRODUCER)
		until_output(run, text_of("put %d\n", BUFFER_SIZE - 1));
	until_time(run, seconds_of(run) + A_WHILE);
	for (int i = 0; i < WHILES_MOST && !is_over(run) && !gives_way(run, waits); i++)
		until_time(run, seconds_of(run) + A_WHILE);
	expect(run, exit_of(run) == INT_MIN || exit_of(run) == 0, CLASS_EXIT,
		"`%s` ended with %s, but there was no reason to fail. On standard error it said "
		"%s.",
		command_of(run), how_ended(run, 1), shown(errors_of(run)));
	return run;
}

/* ---- Nothing lost, nothing doubled, nothing out of order ---- */

static const char *what_is_wrong(int got, int due)
{
	if (got == due - BUFFER_SIZE || (got == 0 && due <= BUFFER_SIZE))
		return text_of("Consumer took slot %d before it was written: there was still %s. "
			       "An index says that a place may be read; so it is to be stored when "
			       "the item is there, and not before.",
			(due - 1) % BUFFER_SIZE,
			got ? text_of("item %d, of the round before", got)
			    : "the 0 of the beginning");
	if (got > due)
		return text_of(
			"Item %d is lost: its place was used again before the consumer had "
			"read it. A place is free when its item was read, and `out` is to be "
			"stored then, and not before.",
			due);
	return text_of("Item %d came a second time, or late.", got);
}

static void expect_items(struct judged *run, int n)
{
	int got[100], count = items_of(run, "got", got, 100);

	for (int i = 0; i < count; i++)
		expect(run, got[i] == i + 1, CLASS_SCHEDULE,
			"`%s` got %d where item %d was due. %s", command_of(run), got[i], i + 1,
			what_is_wrong(got[i], i + 1));
	expect_no_spin(run);
	expect(run, exit_of(run) == 0, CLASS_EXIT,
		"`%s` ended with %s, but there was no reason to fail. On standard error there is "
		"%s.",
		command_of(run), how_ended(run, 1), shown(errors_of(run)));
	expect(run, count == n && count_of(run, "put") == n, CLASS_OUTPUT,
		"Of %d items %d were put in and %d came out. On standard output there is %s.", n,
		count_of(run, "put"), count, shown(output_of(run)));
}

START_TEST(consumer_waits_for_an_item)
{
	int n = draw(3, 6);
	struct judged *run = start_late(n, "producer", CONSUMER);

	expect_no_spin(run);
	expect(run, count_of(run, "got") == 0, CLASS_SPIN,
		"Nothing was put in yet, but ring_get() returned %d. While the ring is empty it "
		"has to wait. (If there is a loop that waits: The compiler moved the load out of "
		"the loop, and may then take it for granted that the loop ends. Use atomics.)",
		atoi(output_of(run) + strlen("got ")));
	close_input(run);
	until_end(run);
	expect_items(run, n);
}
END_TEST

START_TEST(producer_waits_for_room)
{
	int n = BUFFER_SIZE + draw(2, 5), held;
	struct judged *run = start_late(n, "consumer", PRODUCER);

	held = count_of(run, "put");
	expect(run, held <= BUFFER_SIZE, CLASS_OUTPUT,
		"The ring has %d places, and took %d items before one was gotten out. After "
		"BUFFER_SIZE puts the ring looks empty: %d items lost, for `in` has come round to "
		"`out` again, and in == out means both, full and empty. Leave one place unused: it "
		"is full when `in` is right behind `out`.",
		BUFFER_SIZE, held, held - held % BUFFER_SIZE);
	expect(run, held >= BUFFER_SIZE - 1, CLASS_OUTPUT,
		"The ring holds %d item%s: ring_put() waited with the next one, though nothing "
		"else was in. Of its %d places %d are to be used.",
		held, held == 1 ? "" : "s", BUFFER_SIZE, BUFFER_SIZE - 1);
	expect_no_spin(run);
	close_input(run);
	until_end(run);
	expect_items(run, n);
}
END_TEST

/* ---- At the same time ---- */

START_TEST(nothing_is_read_too_early)
{
	explore(SCHEDULES)
	{
		int n = BUFFER_SIZE + draw(1, 3);
		struct judged *run =
			judge_run("spsc-ring", .args = ARGS(decimal(n)), .look_first = true,
				.may_race = true, .may_die = true, .spin_steps = SPIN_STEPS);

		expect_items(run, n);
	}
}
END_TEST

/* The ring is full when the consumer begins, so that the producer waits for each place. */
START_TEST(nothing_is_overwritten)
{
	explore(SCHEDULES)
	{
		int n = BUFFER_SIZE + draw(3, 5);
		struct judged *run = start_late(n, "consumer", PRODUCER);

		close_input(run);
		until_end(run);
		expect_items(run, n);
	}
}
END_TEST

START_TEST(no_data_race)
{
	judge_run("spsc-ring", .args = ARGS(decimal(BUFFER_SIZE + 1)), .spin_steps = SPIN_STEPS);
}
END_TEST

START_TEST(failed_mapping_is_told)
{
	struct judged *run = judge_run("spsc-ring", .args = ARGS("3"), .look_first = true,
		.may_race = true, .may_die = true, .spin_steps = SPIN_STEPS,
		FAULTS({.call = "mmap", .n = 1, .errnum = ENOMEM}));
	const struct event *fault = find_event(run, EVENT_FAULT, NULL, 0, 0);

	expect_at(run, !fault || (exit_of(run) == 1 && forks_of(run, 0) == 0), CLASS_FAULT, fault,
		"mmap() failed (ENOMEM), and `%s` went on to use the ring: it ended with %s. "
		"mmap() returns MAP_FAILED then, which "
		"is (void *)-1 and not NULL; ring_create() has to return -1.",
		command_of(run), how_ended(run, 1));
}
END_TEST

JUDGE(CHECK(consumer_waits_for_an_item, .weight = 2), CHECK(producer_waits_for_room, .weight = 2),
	CHECK(nothing_is_read_too_early, .weight = 2), CHECK(nothing_is_overwritten, .weight = 2),
	CHECK(no_data_race, .weight = 3), CHECK(failed_mapping_is_told))
