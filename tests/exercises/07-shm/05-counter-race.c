/*
 * 07-shm/05-counter-race: N children add K times to one number, and nothing is lost.
 *
 * Each use of shared memory is a stop, so that N and K are small here: what goes wrong in a million
 * additions goes wrong in four, if the schedule wants it. Most checks let data races pass (their
 * words are about what was printed); the one that is about races runs the program once, for a race
 * is one in every schedule.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/judge/judge.h"
#include "tests/exercises/uses.h"

#define SCHEDULES     12
#define CHILDREN_MOST 20
#define TIMES_MOST    1000000
#define SPIN_STEPS    4000

static struct judged *run_count(int n, int k)
{
	return judge_run(
		"count", .args = ARGS(text_of("%d", n), text_of("%d", k)), .may_race = true);
}

/* What was printed; -1 if it is not one number and a newline. */
static long printed(struct judged *run)
{
	const char *text = output_of(run);
	char *end;
	long sum = strtol(text, &end, 10);

	return text[0] >= '0' && text[0] <= '9' && strcmp(end, "\n") == 0 ? sum : -1;
}

/* The event in which the sum was written; NULL. */
static const struct event *printing(struct judged *run)
{
	const struct event *e;

	for (size_t i = 0; (e = find_event(run, EVENT_CALL, NULL, 0, i)); i++)
		if (event_text(e, "obj") && strcmp(event_text(e, "obj"), "stdout") == 0 &&
			event_int(e, "ret", -1) > 0)
			return e;
	return NULL;
}

/* A child that still lived at E; NULL: there was none. */
static const struct model_task *alive_at(struct judged *run, const struct event *e)
{
	const struct model *m = model_of(run);

	for (size_t i = 0; e && i < m->task_count; i++) {
		const struct model_task *t = &m->tasks[i];

		if (t->first_parent && t->born->step < e->step &&
			(!t->died || t->died->step > e->step))
			return t;
	}
	return NULL;
}

/* It has printed some number, when all children had ended, and ended well. */
static void expect_a_sum(struct judged *run)
{
	const struct event *at = printing(run);
	const struct model_task *child = alive_at(run, at);

	expect(run, exit_of(run) == 0, CLASS_EXIT,
		"`%s` ended with %s, but there was no reason to fail. On standard error it said "
		"%s.",
		command_of(run), how_ended(run, 1), shown(errors_of(run)));
	expect(run, printed(run) >= 0, CLASS_OUTPUT,
		"`%s` should print one number on a line of its own, and nothing else. It printed "
		"%s.",
		command_of(run), shown(output_of(run)));
	expect_at(run, !child, CLASS_SCHEDULE, at,
		"`%s` printed %ld while there were still children at work: process %lld ended "
		"after that. What they have not added yet cannot be in the sum. Wait for all of "
		"them first: wait(2).",
		command_of(run), printed(run), (long long)(child ? child->pid : 0));
}

/* ---- One counter ---- */

/* Is there memory that processes share, of whatever kind? */
static bool has_shared_memory(struct judged *run)
{
	const struct event *e;

	for (size_t i = 0; (e = find_event(run, EVENT_CALL, "mmap", 0, i)); i++)
		if (event_text(e, "flags") && strstr(event_text(e, "flags"), "MAP_SHARED"))
			return true;
	return find_event(run, EVENT_CALL, "shmat", 0, 0) != NULL;
}

/* The sum is not 0, nor larger than ALL. */
static void expect_counted(struct judged *run, int all)
{
	expect(run, printed(run) != 0 || has_shared_memory(run), CLASS_OUTPUT,
		"`%s` printed 0: each child counted in its own copy. After fork(2) every process "
		"has its own variables, global ones as well, and a mapping with MAP_PRIVATE is "
		"copied for whoever writes to it. What one stores and another is to see has to lie "
		"in a mapping with MAP_SHARED that was there before the fork.",
		command_of(run));
	expect_at(run, printed(run) != 0, CLASS_SCHEDULE, printing(run),
		"`%s` printed 0, although there is memory that is shared. Either the number was "
		"read before the children had added to it (printf gets its value when it is "
		"called, whenever it is written out: wait for all children first), or what they "
		"added to does not lie in that memory.",
		command_of(run));
	expect(run, printed(run) <= all, CLASS_OUTPUT,
		"`%s` printed %ld, which is more than %d. The number begins with 0, and only the "
		"children add to it, each of them 1 at a time.",
		command_of(run), printed(run), all);
}

START_TEST(all_children_add_to_one_number)
{
	int n = draw(3, 5), k = draw(3, 4);
	struct judged *run = run_count(n, k);
	unsigned children = forks_of(run, 0);

	expect_a_sum(run);
	expect(run, children == (unsigned)n, CLASS_OUTPUT,
		"`%s` created %u processes. There should be %d children, and nobody else.\nWho "
		"forked whom: %s",
		command_of(run), children, n, tree_of(run));
	expect_counted(run, n * k);
	then_run(run, "count", .args = ARGS("1", "1"));
	expect(run, exit_of(run) == 0 && printed(run) == 1, CLASS_OUTPUT,
		"`%s` printed %s and ended with %s. One child that adds once makes 1.",
		command_of(run), shown(output_of(run)), how_ended(run, task_of(run)));
}
END_TEST

START_TEST(children_add_at_the_same_time)
{
	int n = draw(3, 5);
	struct judged *run = run_count(n, 1);
	const struct event *last = NULL, *waits = NULL, *e;

	expect_a_sum(run);
	for (size_t i = 0; (e = find_event(run, EVENT_FORK, NULL, 1, i)); i++)
		last = e;
	for (size_t i = 0; !waits && (e = find_event(run, EVENT_BLOCK, NULL, 1, i)); i++)
		if (last && e->step < last->step && strncmp(e->name, "wait", 4) == 0)
			waits = e;
	expect_at(run, !waits, CLASS_OUTPUT, waits,
		"`%s` waited for a child before it had created all %d of them. That keeps the "
		"additions apart, but nobody works beside anybody else any more, and then one "
		"process could do it all. Create all, then wait.",
		command_of(run), n);
}
END_TEST

/* ---- Lost additions ---- */

/* The I-th of the two uses of RACE: they follow it. */
static const struct event *use_of(struct judged *run, const struct event *race, size_t i)
{
	const struct event_log *log = log_of(run);

	for (size_t at = 0; race && at + i < log->count; at++)
		if (log->events[at] == race && log->events[at + i]->kind == EVENT_ACCESS)
			return log->events[at + i];
	return NULL;
}

/* "Two processes loaded 0, and both stored 1." where the log has it: FIRST loaded what SECOND
 * stored one more of. Of a line with more than one race the log keeps the first, which may be
 * another one. */
static const char *what_happened(
	struct judged *run, const struct event *first, const struct event *second)
{
	long long loaded = first ? event_int(first, "value", -1) : -1;

	if (loaded < 0 || !second || !strstr(first->name, "read") ||
		!strstr(second->name, "write") || event_int(second, "value", -1) != loaded + 1)
		return "Between the load and the store of one process another one stored, and that "
		       "was overwritten.";
	return text_of("Two processes loaded %lld and both stored %lld: process %lld had loaded, "
		       "but not yet stored, when process %lld stored.",
		loaded, loaded + 1, (long long)pid_of(run, first->task),
		(long long)pid_of(run, second->task));
}

/* Two children that lock, each an object of its own; the second's call. */
static const struct event *own_locks(struct judged *run)
{
	static const char *const names[] = {"sem_wait", "pthread_mutex_lock", "pthread_spin_lock"};

	for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
		const struct event *first = find_event(run, EVENT_CALL, names[n], 0, 0), *e;

		for (size_t i = 1; (e = find_event(run, EVENT_CALL, names[n], 0, i)); i++)
			if (e->task != first->task && event_text(e, "obj") &&
				event_text(first, "obj") &&
				strcmp(event_text(e, "obj"), event_text(first, "obj")) != 0)
				return e;
	}
	return NULL;
}

/* The open file description of E, a call with a descriptor; 0: unknown. */
static int description_of(const struct event_log *log, const struct event *e)
{
	MODEL_SCOPED *model = model_new(log);
	const struct model_fd *fd;

	model_go_to(model, (size_t)e->step);
	fd = model_fd(model, e->task, (int)event_int(e, "fd", -1));
	return fd ? fd->description : 0;
}

/* Two children that flock() one description; the second's call. */
static const struct event *one_flock(struct judged *run)
{
	const struct event *first = find_event(run, EVENT_CALL, "flock", 0, 0), *e;

	for (size_t i = 1; (e = find_event(run, EVENT_CALL, "flock", 0, i)); i++)
		if (e->task != first->task)
			return description_of(log_of(run), e) == description_of(log_of(run), first)
				       ? e
				       : NULL;
	return NULL;
}

static bool is_volatile(const struct event *use)
{
	return use && strncmp(use->name, "volatile-", 9) == 0;
}

static const char *why_lost(
	struct judged *run, const struct event *first, const struct event *second)
{
	const struct event *made = find_event(run, EVENT_CALL, "sem_init", 0, 0);
	long long value = made ? event_int(made, "value", 1) : 1;

	if (own_locks(run))
		return "Each process has its own lock: it lies in memory that fork(2) has copied, "
		       "so that nobody ever waits for another one. A lock for processes lies where "
		       "the number does, in the memory that they share, and is told so: sem_init() "
		       "by its second argument, a mutex by pthread_mutexattr_setpshared(3).";
	if (value > 1)
		return text_of("The semaphore begins with %lld, and so many processes may be past "
			       "sem_wait() at the same time. A lock lets in one: it begins with 1.",
			value);
	if (one_flock(run))
		return "They all have the lock: flock(2) locks an open file description, and fork "
		       "gives the children the one that their parent has opened. Let each child "
		       "open for itself, or use fcntl(2), whose locks belong to processes.";
	if (is_volatile(first) && is_volatile(second))
		return "volatile orders nothing between processes. It makes the compiler load and "
		       "store each time, as two steps, and anybody may come between them.";
	if ((first && event_text(first, "held")) || (second && event_text(second, "held")))
		return "A lock helps only if everybody has it from before the load until after the "
		       "store.";
	return "Nothing made one of them wait until the other one had stored. Time is no order: "
	       "who sleeps longer may still come first, or in between.";
}

/* There is no data race: each use is atomic, or under a lock. */
static const char *why_lost_in_order(struct judged *run)
{
	static const char *const locks[] = {"sem_wait", "pthread_mutex_lock", "pthread_spin_lock",
		"fcntl", "flock", "semop", "read", "mq_receive", "msgrcv"};

	for (size_t i = 0; i < sizeof(locks) / sizeof(locks[0]); i++)
		for (size_t n = 0;; n++) {
			const struct event *e = find_event(run, EVENT_CALL, locks[i], 0, n);

			if (!e)
				break;
			if (e->task != 1)
				return "There is no data race, for each use is guarded; but the "
				       "lock was given back between the load and the store, and "
				       "somebody else came in. Keep it for both.";
		}
	return "There is no data race, for each use of the number is atomic. But two atomic steps "
	       "are not one: use atomic_fetch_add, which loads, adds and stores as a single step. "
	       "(atomic_store of atomic_load plus 1 is two.)";
}

static void expect_nothing_lost(struct judged *run, int all)
{
	const struct event *race = find_event(run, EVENT_RACE, NULL, 0, 0);
	const struct event *first = use_of(run, race, 1), *second = use_of(run, race, 2);

	expect_at(run, printed(run) == all || !race, CLASS_RACE, race,
		"`%s` printed %ld instead of %d. %s %s", command_of(run), printed(run), all,
		what_happened(run, first, second), why_lost(run, first, second));
	expect(run, printed(run) == all, CLASS_SCHEDULE,
		"`%s` printed %ld instead of %d. Somebody stored between the load and the store of "
		"another process, whose store then overwrote that addition. %s",
		command_of(run), printed(run), all, why_lost_in_order(run));
}

START_TEST(no_addition_is_lost)
{
	explore(SCHEDULES)
	{
		struct judged *run = run_count(2, 2);

		expect_a_sum(run);
		expect_counted(run, 4);
		expect_nothing_lost(run, 4);
	}
}
END_TEST

START_TEST(no_data_race)
{
	judge_run("count", .args = ARGS("2", "2"));
}
END_TEST

/* ---- What is printed ---- */

/* One child has never added: it was made, and ended with status 0 before it could do anything. Who
 * waits for what it should have done may wait for ever, and who notices may say so; but nobody who
 * prints what lies in the memory prints the whole sum. */
START_TEST(prints_what_was_added)
{
	int n = draw(3, 5), k = draw(3, 4), idle = draw(1, n);
	struct judged *run = judge_run("count", .args = ARGS(text_of("%d", n), text_of("%d", k)),
		.what_if = true, .spin_steps = SPIN_STEPS,
		FAULTS({.call = "fork", .n = (unsigned)idle, .kind = RUN_FAULT_GONE}));
	const struct event *fault = find_event(run, EVENT_FAULT, NULL, 0, 0);

	expect_at(run, !fault || printed(run) != n * k, CLASS_OUTPUT, fault,
		"`%s` printed %ld, and that many additions there have not been: in this run the "
		"lab let child number %d end, with exit status 0, before it could add anything, "
		"and the others add %d at most. So the sum was computed from N and K, or somebody "
		"else has added to it. Print the number that lies in the memory that they share, "
		"and let nobody but the children add to it.",
		command_of(run), printed(run), idle, (n - 1) * k);
}
END_TEST

/* ---- What can fail ---- */

static void expect_fork_reported(int n, int nth)
{
	struct judged *run = judge_run("count", .args = ARGS(text_of("%d", n), "2"),
		.may_race = true, FAULTS({.call = "fork", .n = (unsigned)nth, .errnum = EAGAIN}));
	const struct event *fault = find_event(run, EVENT_FAULT, NULL, 0, 0);
	const struct event *left = find_event(run, EVENT_ADOPT, NULL, 0, 0);
	const char *reason = strerror(EAGAIN);

	expect_at(run, output_size(run) == 0, CLASS_FAULT, fault,
		"Fork number %d of `%s` failed (%s), and it printed %s. fork() returns -1 when it "
		"fails, and there is no child that could add: without all of them there is no sum "
		"to print.",
		nth, command_of(run), reason, shown(output_of(run)));
	expect_at(run, exit_of(run) == 1, CLASS_FAULT, fault,
		"Fork number %d of `%s` failed (%s), and it ended with %s. It should end with exit "
		"status 1.",
		nth, command_of(run), reason, how_ended(run, 1));
	expect_at(run, strstr(errors_of(run), reason), CLASS_FAULT, fault,
		"Fork number %d of `%s` failed (%s), and on standard error there is %s. It should "
		"say what is wrong, with the words of strerror(3) or perror(3).",
		nth, command_of(run), reason, shown(errors_of(run)));
	expect_at(run, forks_of(run, 0) < (unsigned)nth, CLASS_FAULT, fault,
		"Fork number %d of `%s` failed (%s), and it went on creating children. The machine "
		"is full: create no more.",
		nth, command_of(run), reason);
	expect_at(run, !left, CLASS_LEAK, left,
		"Fork number %d of `%s` failed (%s), and the parent ended while a child of it was "
		"still there. Wait for those that were created.",
		nth, command_of(run), reason);
}

START_TEST(failed_fork_is_reported)
{
	int n = draw(3, 4);

	expect_fork_reported(n, n - 1);
	expect_fork_reported(n, 1);
}
END_TEST

START_TEST(refuses_a_bad_use)
{
	const char *const *const uses[] = {ARGS("0", "5"), ARGS("2", "0"),
		ARGS(text_of("%d", CHILDREN_MOST + 1), "5"),
		ARGS("2", text_of("%d", TIMES_MOST + 1)), ARGS("-1", "5"), ARGS("2x", "5"),
		ARGS("2", draw_word(3)), ARGS("", "5"), ARGS("2"), ARGS("2", "2", "2"), ARGS(NULL)};

	expect_bad_uses("count", uses, sizeof(uses) / sizeof(uses[0]));
}
END_TEST

JUDGE(CHECK(all_children_add_to_one_number, .weight = 2), CHECK(children_add_at_the_same_time),
	CHECK(no_addition_is_lost, .long_one = true, .weight = 3), CHECK(no_data_race, .weight = 3),
	CHECK(prints_what_was_added), CHECK(failed_fork_is_reported), CHECK(refuses_a_bad_use))
