/*
 * 07-shm/04-hello-shm: two programs that are no relatives, one message, and no order in which they
 * come.
 *
 * Of two programs that only share memory nobody waits for the other, whichever was started first:
 * what has to put them in order is theirs. So the checks of what is printed let data races pass,
 * and the one that is about races runs both once, for a race is one in every schedule.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/exercises/toolbox.h"

#define SCHEDULES    12
#define MESSAGE_MOST 200
#define NOTICED      0.5 /* seconds within which a message that is there is to be printed */
#define HOUR_GLASS   10  /* seconds of a run in which somebody may wait for nobody */

static const char *draw_name(void)
{
	return text_of("/%s", draw_word((size_t)draw(3, 9)));
}

/* With blanks and a '%', which are letters as all others. */
static const char *draw_message(void)
{
	return text_of("%s %d%%%% %s", draw_word((size_t)draw(3, 9)), draw(2, 99),
		draw_word((size_t)draw(3, 9)));
}

/* ---- What the two have done ---- */

struct pair {
	struct judged *run;
	const char *name, *message;
	int producer, consumer; /* tasks; 0: not started */
};

static const char *path_of(const struct pair *p)
{
	return text_of("/dev/shm%s", p->name);
}

/* The last call of NAME by TASK that failed; NULL. */
static const struct event *failure_of(const struct pair *p, int task, const char *name)
{
	const struct event *last = NULL, *e;

	for (size_t i = 0; (e = find_event(p->run, EVENT_CALL, name, task, i)); i++)
		if (event_text(e, "err"))
			last = e;
	return last;
}

static bool failed_with(const struct event *e, const char *err)
{
	return e && strcmp(event_text(e, "err"), err) == 0;
}

/* The step in which TASK has removed the object; 0: it has not. */
static int64_t removed_at(const struct pair *p, int task)
{
	const struct event *e;

	for (size_t i = 0; (e = find_event(p->run, EVENT_CALL, "unlink", task, i)); i++)
		if (worked(e) && event_text(e, "path") &&
			strcmp(event_text(e, "path"), path_of(p)) == 0)
			return e->step;
	return 0;
}

static int64_t opened_at(const struct pair *p, int task)
{
	const struct event *e;

	for (size_t i = 0; (e = find_event(p->run, EVENT_CALL, "open", task, i)); i++)
		if (worked(e) && event_text(e, "path") &&
			strcmp(event_text(e, "path"), path_of(p)) == 0)
			return e->step;
	return INT64_MAX;
}

static const char *early_fault(const struct pair *p)
{
	return text_of("The consumer was there before the object had its size, and was killed by "
		       "SIGBUS: shm_open() of the producer makes an object of 0 bytes, and only "
		       "its ftruncate() puts memory behind the name. Between the two `shm-cons %s` "
		       "found it and mapped it. fstat(2) tells the size: wait for that, too.",
		p->name);
}

/* The consumer has found less than there is to be. */
static void expect_not_early(const struct pair *p)
{
	const struct event *open = failure_of(p, p->consumer, "open");
	const struct event *map = failure_of(p, p->consumer, "mmap");
	int status = exit_of_task(p->run, p->consumer);

	expect_at(p->run, status != 1 || !failed_with(open, "ENOENT"), CLASS_SCHEDULE, open,
		"The consumer ran first: shm_open() failed with ENOENT, because there was no "
		"object %s yet, and `shm-cons` gave up. Here this is no failure, it only means "
		"\"not "
		"yet\": sleep for a moment and try again.",
		p->name);
	expect(p->run, status != -SIGBUS, CLASS_SCHEDULE, "%s", early_fault(p));
	expect_at(p->run, status != 1 || !failed_with(map, "EINVAL"), CLASS_SCHEDULE, map,
		"The consumer was there before the object had its size: it asked for a mapping of "
		"0 bytes, which mmap() refuses (EINVAL). Between shm_open() and ftruncate() of the "
		"producer the object has no bytes. Wait until fstat(2) says that it has.");
}

/* The producer's sem_init(), if the consumer was waiting for a semaphore then; NULL. */
static const struct event *late_init(const struct pair *p)
{
	const struct event *block = find_event(p->run, EVENT_BLOCK, "sem_wait", p->consumer, 0);
	const struct event *init = find_event(p->run, EVENT_CALL, "sem_init", p->producer, 0);

	return block && init && block->step < init->step ? init : NULL;
}

/* Somebody waits, and nobody is left who could end that. */
static void expect_nobody_waits(const struct pair *p)
{
	int64_t gone = removed_at(p, p->producer);

	expect(p->run,
		exit_of_task(p->run, p->consumer) != INT_MIN || !gone ||
			gone > opened_at(p, p->consumer),
		CLASS_SCHEDULE,
		"The producer removed the name %s before the consumer had opened it: with the name "
		"the only way to the object is gone, and the message with it. `shm-cons` waits for "
		"ever. Who comes last removes the name: the consumer does, when it has what it "
		"wanted, or a producer that has waited until then.",
		p->name);
	expect_at(p->run, exit_of_task(p->run, p->consumer) != INT_MIN || !late_init(p),
		CLASS_DEADLOCK, late_init(p),
		"`shm-cons %s` waits for ever: it called sem_wait() before the producer had called "
		"sem_init() for that semaphore. A new object is full of zeros, which looks like a "
		"semaphore, but is none yet; and sem_init() forgets who waits for the semaphore "
		"that it makes, so that the post wakes nobody. What is to wait for a semaphore "
		"must "
		"first know that it was made: by an atomic flag, or take one with a name, which "
		"sem_open(3) makes and finds in one step.",
		p->name);
	expect_sound(p->run);
}

static void expect_removed_once(const struct pair *p)
{
	const struct event *again = failure_of(p, p->consumer, "unlink");

	if (!again)
		again = failure_of(p, p->producer, "unlink");
	expect_at(p->run, !failed_with(again, "ENOENT"), CLASS_LEAK, again,
		"shm_unlink(\"%s\") failed with ENOENT: the other program had removed the name "
		"already. A name is removed once; decide which of the two does it. (Next time it "
		"may be the name of an object that somebody else has just made.)",
		p->name);
	expect(p->run, !file_of(p->run, path_of(p)), CLASS_LEAK,
		"Both programs have ended, and the object %s is still there, in /dev/shm: nobody "
		"has removed it. It does not go with the processes that made or used it; "
		"shm_unlink(3) removes it. The next consumer would find this message, an old one.",
		p->name);
}

/* Is OUT a beginning of LINE, and a newline? */
static bool is_part(const char *out, const char *line)
{
	size_t length = strlen(out);

	return length > 0 && length < strlen(line) && out[length - 1] == '\n' &&
	       strncmp(out, line, length - 1) == 0;
}

/* What was printed is the message; else why not. */
static void expect_message(const struct pair *p)
{
	const char *line = text_of("%s\n", p->message), *out = output_of(p->run);
	size_t length = strlen(line);

	expect(p->run, output_size(p->run) != 0 && strcmp(out, "\n") != 0, CLASS_SCHEDULE,
		"The consumer came too early: the object was there, but the message was not, and "
		"it "
		"printed %s. A new object is full of zeros; that it is there and has its size says "
		"nothing about what is in it. If there is a flag that does, it was set before the "
		"message was complete.",
		shown(out));
	expect(p->run, !is_part(out, line), CLASS_SCHEDULE,
		"Only a part of the message %s was there when the consumer read it: it printed %s. "
		"The message gets into the memory byte by byte, and somebody may look at it "
		"meanwhile. What says that it is there must be set behind the last byte of it.",
		shown(p->message), shown(out));
	expect(p->run,
		output_size(p->run) <= length || strncmp(out, line, length) != 0 ||
			strncmp(out + length, line, length) != 0,
		CLASS_OUTPUT, "The message is to be printed once. There is %s on standard output.",
		shown(out));
	expect(p->run, strcmp(out, line) == 0, CLASS_OUTPUT,
		"The message is %s, and %s was printed; it should be the message and a newline.",
		shown(p->message), shown(out));
}

static void expect_ended_well(const struct pair *p)
{
	expect(p->run, exit_of_task(p->run, p->producer) == 0, CLASS_EXIT,
		"`shm-prod` ended with %s, but there is no reason to fail. On standard error there "
		"is %s.",
		how_ended(p->run, p->producer), shown(errors_of(p->run)));
	expect(p->run, exit_of_task(p->run, p->consumer) == 0, CLASS_EXIT,
		"`shm-cons` ended with %s, but there is no reason to fail. On standard error there "
		"is %s.",
		how_ended(p->run, p->consumer), shown(errors_of(p->run)));
}

static void expect_handed_over(const struct pair *p)
{
	expect_not_early(p);
	expect_nobody_waits(p);
	expect_removed_once(p);
	expect_ended_well(p);
}

/* ---- One after the other ---- */

#define BRIEF   .time_budget = (int64_t)HOUR_GLASS * 1000000000, .spin_steps = 4000
#define PATIENT .look_first = true, .may_race = true, .may_die = true, .may_leave = true, BRIEF

START_TEST(message_of_a_producer_that_was_first)
{
	struct pair p = {.name = draw_name(), .message = draw_message(), .producer = 1};

	p.run = judge_start(
		"shm-prod", .args = ARGS(p.name, p.message), .input_open = true, PATIENT);
	until_time(p.run, 1);
	expect_sound(p.run);
	expect(p.run, exit_of(p.run) == 0 || exit_of(p.run) == INT_MIN, CLASS_EXIT,
		"`%s` ended with %s, but there is no reason to fail. On standard error it said %s.",
		command_of(p.run), how_ended(p.run, 1), shown(errors_of(p.run)));
	expect_output(p.run, "");
	then_start(p.run, "shm-cons", .args = ARGS(p.name));
	p.consumer = task_of(p.run);
	until_end(p.run);
	expect_handed_over(&p);
	expect_message(&p);
}
END_TEST

static void expect_still_waiting(const struct pair *p)
{
	expect_not_early(p);
	expect_sound(p->run);
	expect(p->run, exit_of(p->run) == INT_MIN, CLASS_SCHEDULE,
		"`%s` was started first, and ended with %s before there was a producer. It should "
		"wait until the message is there. On standard output there is %s, on standard "
		"error "
		"%s.",
		command_of(p->run), how_ended(p->run, p->consumer), shown(output_of(p->run)),
		shown(errors_of(p->run)));
}

START_TEST(consumer_waits_for_its_producer)
{
	struct pair p = {.name = draw_name(), .message = draw_message(), .consumer = 1};
	double began, ended;

	p.run = judge_start("shm-cons", .args = ARGS(p.name), .input_open = true, PATIENT);
	until_time(p.run, 1.2);
	expect_still_waiting(&p);
	began = seconds_of(p.run);
	then_start(p.run, "shm-prod", .args = ARGS(p.name, p.message));
	p.producer = task_of(p.run);
	until_end(p.run);
	expect_handed_over(&p);
	expect_message(&p);
	ended = seconds_of(p.run);
	expect(p.run, ended - began <= NOTICED, CLASS_TIME,
		"`shm-cons` was waiting when the producer came, and needed %.1f s to notice. It "
		"may "
		"sleep between two looks, but not for longer than a tenth of a second: the message "
		"should be out within %.1f s.",
		ended - began, NOTICED);
}
END_TEST

/* ---- At the same time ---- */

/* Goes on until the producer has made the object, and stops it there. false: it does not make it,
 * or in some other way. */
static bool stop_behind_open(const struct pair *p)
{
	while (until_call(p->run, "open", 1)) {
		if (opened_at(p, p->producer) == INT64_MAX)
			continue;
		send_signal(p->run, SIGSTOP);
		return true;
	}
	return false;
}

START_TEST(consumer_waits_for_the_size)
{
	struct pair p = {.name = draw_name(), .message = draw_message(), .producer = 1};
	bool stopped;

	p.run = judge_start(
		"shm-prod", .args = ARGS(p.name, p.message), .input_open = true, PATIENT);
	stopped = stop_behind_open(&p);
	then_start(p.run, "shm-cons", .args = ARGS(p.name), .input_open = true);
	p.consumer = task_of(p.run);
	until_time(p.run, seconds_of(p.run) + 0.3);
	if (stopped) {
		expect_still_waiting(&p);
		send_signal_to(p.run, p.producer, SIGCONT);
	}
	until_end(p.run);
	expect_handed_over(&p);
	expect_message(&p);
}
END_TEST

static struct pair both(void)
{
	struct pair p = {
		.name = draw_name(), .message = draw_message(), .producer = 1, .consumer = 2};

	p.run = judge_run("shm-prod", .args = ARGS(p.name, p.message),
		MORE({"shm-cons", .argv = ARGS("shm-cons", p.name)}), PATIENT);
	return p;
}

START_TEST(any_order)
{
	explore(SCHEDULES)
	{
		struct pair p = both();

		expect_handed_over(&p);
		expect_message(&p);
	}
}
END_TEST

/* The whole of the consumer, from its start on, between any two steps of the producer. */
START_TEST(consumer_comes_at_any_step)
{
	preempt_each()
	{
		struct pair p = both();

		expect_handed_over(&p);
		expect_message(&p);
	}
}
END_TEST

START_TEST(no_data_race)
{
	const char *name = draw_name();

	judge_run("shm-prod", .args = ARGS(name, draw_word(9)),
		MORE({"shm-cons", .argv = ARGS("shm-cons", name)}), BRIEF);
}
END_TEST

/* ---- What can fail ---- */

START_TEST(failures_are_told)
{
	const char *name = draw_name();
	struct judged *run = judge_run("shm-prod", .args = ARGS(name, "text"), .may_hang = true,
		PATIENT, FAULTS({.call = "shm_open", .n = 1, .errnum = EMFILE}));
	size_t faults;

	expect_told(run, "shm-prod", name, EMFILE);
	then_run(run, "shm-prod", .args = ARGS(name, "text"),
		FAULTS({.call = "mmap", .n = 1, .errnum = ENOMEM}));
	expect_told(run, "shm-prod", name, ENOMEM);
	faults = count_events(run, EVENT_FAULT, NULL, 0);
	then_run(run, "shm-cons", .args = ARGS(name),
		FAULTS({.call = "shm_open", .errnum = EACCES}));
	if (count_events(run, EVENT_FAULT, NULL, 0) == faults)
		return; /* it waits, by other means, before it asks for the object */
	expect(run, exit_of(run) != INT_MIN, CLASS_FAULT,
		"shm_open() failed with EACCES each time it was called, and `%s` still waits. Only "
		"ENOENT means that the object is not there yet; no other failure gets better by "
		"waiting. Look at errno.",
		called(run));
	expect_told(run, "shm-cons", name, EACCES);
}
END_TEST

START_TEST(tells_how_it_is_used)
{
	const char *const *const of_producer[] = {ARGS(NULL), ARGS("/n"), ARGS("/n", "a", "b"),
		ARGS("/n", draw_word(MESSAGE_MOST + 1)), NULL};
	const char *const *const of_consumer[] = {ARGS(NULL), ARGS("/n", "/m"), NULL};

	expect_usage("shm-prod", of_producer);
	expect_usage("shm-cons", of_consumer);
}
END_TEST

JUDGE(CHECK(message_of_a_producer_that_was_first), CHECK(consumer_waits_for_its_producer),
	CHECK(consumer_waits_for_the_size), CHECK(any_order, .long_one = true, .weight = 3),
	CHECK(consumer_comes_at_any_step, .long_one = true), CHECK(no_data_race, .weight = 3),
	CHECK(failures_are_told), CHECK(tells_how_it_is_used))
