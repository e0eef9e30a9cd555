/*
 * 08-semaphores/01-psem-toolbox: six commands, each a program of its own, and one semaphore.
 *
 * Most checks begin with a semaphore that the student's own create has made. Its value is read from
 * the file in which it lies, never from what the student's own value says. When a command ended, in
 * virtual time, is read from the log.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/exercises/toolbox.h"

#define TIMED_OUT 3
#define TAKEN     4
#define NEAR      0.1 /* seconds: far above what the virtual clock lets a step take */
#define SIGNALS   3

static const char *draw_name(void)
{
	return text_of("/%s", draw_word((size_t)draw(3, 8)));
}

/* ---- The semaphore ---- */

struct content {
	bool there;
	uint32_t value; /* glibc's struct new_sem: the low half of its first 64 bits */
	unsigned mode;
};

static struct content content_of(struct judged *run, const char *name)
{
	struct content c = {.there = file_of(run, text_of("/dev/shm/sem.%s", name + 1))};
	size_t count = count_events(run, EVENT_FILE, NULL, 0);
	const struct event *e = find_event(run, EVENT_FILE, NULL, 0, count - 1);
	const struct event_arg *data = event_arg(e, "data");

	c.mode = (unsigned)event_int(e, "mode", 0);
	if (c.there && data->len >= sizeof(c.value))
		memcpy(&c.value, data->text, sizeof(c.value));
	return c;
}

/* After the latest command the value must be VALUE. */
static void expect_value(struct judged *run, const char *name, int value, const char *before)
{
	struct content c = content_of(run, name);

	expect(run, c.there, CLASS_OUTPUT, "After `%s` there is no semaphore %s any more.",
		command_of(run), name);
	expect(run, c.value == (uint32_t)value, CLASS_OUTPUT,
		"The value was %s; after `%s`, which ended with %s, it is %u. It should be %d.",
		before, command_of(run), how_ended(run, task_of(run)), c.value, value);
}

/* ---- What the latest program did ---- */

/* When TASK ended; it has. */
static double end_of(struct judged *run, int task)
{
	return seconds_at(model_task(model_of(run), task)->died);
}

static bool has_ended(struct judged *run, int task)
{
	return exit_of_task(run, task) != INT_MIN;
}

/* The latest program has done what it was asked to do. */
static void expect_success(struct judged *run)
{
	const struct event *opened = last_call(run, "sem_open");

	expect(run, !hangs(run), CLASS_DEADLOCK,
		"`%s` waits, and nobody is there who could end that. It has no reason to wait.",
		command_of(run));
	if (exit_of(run) < 0)
		expect_exit(run, 0);
	expect_at(run,
		exit_of(run) == 0 || !opened || !worked(opened) || last_call(run, "sem_wait") ||
			last_call(run, "sem_timedwait") || last_call(run, "sem_clockwait") ||
			last_call(run, "sem_trywait") || last_call(run, "sem_post") ||
			last_call(run, "sem_getvalue"),
		CLASS_OUTPUT, opened,
		"In `%s` sem_open succeeded; a stale errno made you exit, with %s and %s on "
		"standard "
		"error. A call that succeeds leaves in errno what was there, or what it met on its "
		"way. sem_open says SEM_FAILED when it fails: look at that, and at errno only "
		"then. "
		"See errno(3).",
		command_of(run), how_ended(run, task_of(run)), shown(errors_of(run)));
	expect(run, exit_of(run) == 0, CLASS_EXIT,
		"`%s` ended with %s, but there is no reason to fail. On standard error it said %s.",
		command_of(run), how_ended(run, task_of(run)), shown(errors_of(run)));
}

static void expect_silent(struct judged *run)
{
	expect_output(run, "");
	expect_errors(run, false);
}

static void expect_made(struct judged *run, const char *name, int value)
{
	struct content c;

	expect_success(run);
	c = content_of(run, name);
	expect(run, c.there, CLASS_OUTPUT,
		"`%s` ended with exit status 0, but there is no semaphore %s: sem_open() makes one "
		"only with O_CREAT.",
		command_of(run), name);
	expect_at(run, c.value == (uint32_t)value, CLASS_OUTPUT, last_call(run, "sem_open"),
		"`%s` made a semaphore with the value %u. The value to begin with is the fourth "
		"argument of sem_open(); the third are the permissions.",
		command_of(run), c.value);
}

/* Creates a semaphore in the world of RUN; NULL: in a new one. Whether it is removed is for the
 * check of unlink. */
static void make(struct judged **run, const char *name, int value)
{
	run_in(run, "psem", ARGS("create", name, decimal(value)));
	expect_made(*run, name, value);
}

static struct judged *with_semaphore(const char *name, int value)
{
	struct judged *run = NULL;

	make(&run, name, value);
	return run;
}

/* ---- create, value, post, unlink ---- */

START_TEST(create_makes_the_semaphore)
{
	const int values[] = {draw(2, 99), 0, 1, INT_MAX};
	struct judged *run = NULL;

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		const char *name = draw_name();
		unsigned mode;
		make(&run, name, values[i]);
		mode = content_of(run, name).mode;
		expect(run, mode == 0600, CLASS_OUTPUT,
			"`%s` made a semaphore with permissions %#o; they should be 0600: its "
			"owner "
			"may use it, nobody else.",
			command_of(run), mode);
		expect_silent(run);
	}
}
END_TEST

START_TEST(create_refuses_an_old_semaphore)
{
	const char *name = draw_name();
	int old = draw(0, 3), new = draw(5, 9);
	struct judged *run = with_semaphore(name, old);
	const struct event *e;
	struct content c;

	then_run(run, "psem", .args = ARGS("create", name, decimal(new)));
	c = content_of(run, name);
	e = last_call(run, "sem_open");
	expect_at(run, c.there && c.value == (uint32_t)old, CLASS_OUTPUT,
		last_call(run, "sem_unlink"),
		"There was a semaphore %s already, with the value %d; `%s` put another one in its "
		"place. Whoever has the old one open goes on with that, and the two never meet. "
		"With O_EXCL beside O_CREAT, sem_open() fails with EEXIST.",
		name, old, command_of(run));
	expect_at(run, exit_of(run) != 0 || !e || worked(e), CLASS_EXIT, e,
		"sem_open() failed with %s, as it should, but `%s` did not notice and ended with "
		"exit status 0. Compare its result with SEM_FAILED: that is what it returns then, "
		"and not -1.",
		event_text(e, "err"), command_of(run));
	expect_at(run, exit_of(run) != 0, CLASS_OUTPUT, e,
		"/dev/shm/sem.%s had value %d from the last run; the value you gave was ignored. "
		"`%s` ended with exit status 0, but made nothing: O_CREAT alone just opens a "
		"semaphore that exists. With O_EXCL beside it sem_open() fails with EEXIST. See "
		"sem_open(3).",
		name + 1, old, command_of(run));
	expect(run, exit_of(run) == 1, CLASS_EXIT,
		"There was a semaphore %s already, but `%s` ended with %s instead of exit status "
		"1.",
		name, command_of(run), how_ended(run, task_of(run)));
}
END_TEST

START_TEST(value_prints_the_value)
{
	const int values[] = {draw(2, 99), INT_MAX};
	struct judged *run = NULL;

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		const char *name = draw_name();

		make(&run, name, values[i]);
		then_run(run, "psem", .args = ARGS("value", name));
		expect_success(run);
		expect_output(run, text_of("%d\n", values[i]));
		expect_errors(run, false);
		expect_value(run, name, values[i], decimal(values[i]));
	}
}
END_TEST

START_TEST(post_adds_one)
{
	const char *name = draw_name();
	int value = draw(0, 1);
	struct judged *run = with_semaphore(name, value);

	for (int i = 0; i < 2; i++, value++) {
		then_run(run, "psem", .args = ARGS("post", name));
		expect_success(run);
		expect_value(run, name, value + 1, decimal(value));
		expect_silent(run);
	}
}
END_TEST

START_TEST(unlink_removes_the_name)
{
	const char *name = draw_name();
	struct judged *run = with_semaphore(name, draw(0, 9));

	then_run(run, "psem", .args = ARGS("unlink", name));
	expect(run, !content_of(run, name).there, CLASS_LEAK,
		"After `%s`, which ended with %s, /dev/shm/sem.%s is still there. sem_unlink() "
		"removes it; sem_close() and the end of a process do not.",
		command_of(run), how_ended(run, task_of(run)), name + 1);
	expect_success(run);
	expect_silent(run);
}
END_TEST

/* ---- wait and try ---- */

START_TEST(wait_takes_one)
{
	const char *name = draw_name();
	int value = draw(4, 9);
	struct judged *run = with_semaphore(name, value);
	const char *const *const ways[] = {
		ARGS("wait", name), ARGS("wait", name, "-t", "5"), ARGS("wait", name, "-t", "0")};

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++, value--) {
		double start = seconds_of(run);

		then_run(run, "psem", .args = ways[i]);
		expect_success(run);
		expect_value(run, name, value - 1, decimal(value));
		expect_silent(run);
		expect(run, seconds_of(run) < start + NEAR, CLASS_TIME,
			"The value was %d, and still `%s` took %.1f s. It waits only while the "
			"value is 0.",
			value, command_of(run), seconds_of(run) - start);
	}
}
END_TEST

/* `psem ARGS`, which should wait now, or have ended; its task. */
static int then_wait(struct judged *run, const char *const *args)
{
	then_start(run, "psem", .args = args);
	if (!until_blocked(run) && exit_of(run) == INT_MIN)
		expect_sound(run);
	return task_of(run);
}

/* A post while TASK waits: then it has got the semaphore. */
static void then_post(struct judged *run, const char *name)
{
	then_run(run, "psem", .args = ARGS("post", name));
	expect_success(run);
}

START_TEST(wait_waits_for_a_post)
{
	const char *name = draw_name();
	struct judged *run = with_semaphore(name, 0);
	int first, second;
	first = then_wait(run, ARGS("wait", name));
	expect(run, !has_ended(run, first), CLASS_EXIT,
		"The value was 0, and `%s` ended with %s instead of waiting. On standard error it "
		"said %s.",
		command_of(run), how_ended(run, first), shown(errors_of(run)));
	second = then_wait(run, ARGS("wait", name));
	expect(run, !has_ended(run, first) && !has_ended(run, second), CLASS_EXIT,
		"The value was 0, and two `psem wait` should be waiting; but there is one that "
		"ended with %s.",
		how_ended(run, has_ended(run, first) ? first : second));
	then_post(run, name);
	until_time(run, seconds_of(run) + NEAR);
	expect(run, has_ended(run, first) || has_ended(run, second), CLASS_OUTPUT,
		"Two `psem wait` were waiting when `psem post %s` ended with exit status 0, and "
		"both still wait.",
		name);
	expect(run, !has_ended(run, first) || !has_ended(run, second), CLASS_OUTPUT,
		"Two `psem wait` were waiting, one `psem post` came, and both have ended. Each "
		"post "
		"lets one of them go on.");
	then_post(run, name);
	until_end(run);
	expect(run, exit_of_task(run, first) == 0 && exit_of_task(run, second) == 0, CLASS_EXIT,
		"Two `psem wait` were waiting and two `psem post` came; then the first wait ended "
		"with %s, the second with %s. Both should end with exit status 0.",
		how_ended(run, first), how_ended(run, second));
	expect_value(run, name, 0, "0, then came two waits and two posts");
}
END_TEST

START_TEST(try_never_waits)
{
	const char *name = draw_name();
	struct judged *run = with_semaphore(name, 1);
	double start = seconds_of(run);

	for (int value = 1; value >= 0; value--) {
		then_run(run, "psem", .args = ARGS("try", name));
		expect(run, !hangs(run), CLASS_DEADLOCK,
			"The value was 0, and `%s` waits for a post: for ever, in this case. "
			"sem_trywait() does not wait; when it would have to it fails with EAGAIN.",
			command_of(run));
		if (value > 0) {
			expect_success(run);
			expect_value(run, name, value - 1, decimal(value));
		} else {
			expect(run, exit_of(run) == TAKEN, CLASS_EXIT,
				"The value was 0, and `%s` ended with %s; for \"there was none to "
				"take\" it should be exit status %d.",
				command_of(run), how_ended(run, task_of(run)), TAKEN);
			expect_value(run, name, 0, "0");
		}
		expect_silent(run);
	}
	expect(run, seconds_of(run) < start + NEAR, CLASS_TIME,
		"`psem try` waited for %.1f s. It should not wait at all.",
		seconds_of(run) - start);
}
END_TEST

/* ---- Time ---- */

/* A command that waits with a time-out. */
struct timed {
	struct judged *run;
	const char *name, *command;
	int task, secs;
	double start;
};

/* Makes a semaphore of value 0, and lets somebody wait for it: lives, so that time can pass, and
 * gets the last post. */
static struct judged *with_waiter(const char *name)
{
	struct judged *run = with_semaphore(name, 0);

	then_wait(run, ARGS("wait", name));
	return run;
}

/* Starts `psem wait NAME -t SECS`, off a full second: who counts in full seconds is seen. */
static struct timed start_timed(struct judged *run, const char *name, int secs)
{
	struct timed t = {.run = run, .name = name, .secs = secs};

	until_time(run, (int)seconds_of(run) + 1 + 0.1 * draw(3, 7));
	t.start = seconds_of(run);
	t.task = then_wait(run, ARGS("wait", name, "-t", decimal(secs)));
	t.command = command_of(run);
	return t;
}

/* The call by which T waited, that has ended; NULL. */
static const struct event *waiting_call(const struct timed *t)
{
	const struct event *timed = last_call_of(t->run, t->task, "sem_timedwait");
	const struct event *other = last_call_of(t->run, t->task, "sem_clockwait");

	return timed ? timed : other;
}

static double lasted(const struct timed *t)
{
	return end_of(t->run, t->task) - t->start;
}

/* T should be waiting still. */
static void expect_waiting(const struct timed *t, bool after_signal)
{
	const struct event *e = waiting_call(t);
	int status = exit_of_task(t->run, t->task);
	const char *err = e && event_text(e, "err") ? event_text(e, "err") : "";

	if (!has_ended(t->run, t->task))
		return;
	expect_at(t->run, !e || status != TIMED_OUT || lasted(t) > NEAR || after_signal, CLASS_TIME,
		e,
		"Timed out at t=0: %s wants an absolute time, on %s. `%s` gave it one that has "
		"passed. CLOCK_REALTIME counts from the beginning of 1970, so {%d, 0} was a moment "
		"of that year; other clocks count from elsewhere. Ask clock_gettime() what time it "
		"is, and add %d seconds.",
		e ? e->name : "",
		e && strcmp(e->name, "sem_timedwait") == 0 ? "CLOCK_REALTIME"
							   : "the clock that it is told",
		t->command, t->secs, t->secs);
	expect_at(t->run, strcmp(err, "EINVAL") != 0, CLASS_TIME, e,
		"%s() failed with EINVAL, because the time that `%s` gave it is none: tv_nsec must "
		"be from 0 to 999999999. Whole seconds go to tv_sec.",
		e->name, t->command);
	expect_at(t->run, status != -SIGUSR1, CLASS_EXIT, e,
		"SIGUSR1 came while `%s` waited, and ended it. The handler which main installs is "
		"to stay.",
		t->command);
	expect_at(t->run, !after_signal, CLASS_TIME, e,
		"SIGUSR1 came while `%s` waited, and it ended with %s after %.1f s. The call "
		"failed "
		"with EINTR, which says that a handler ran and nothing else. Make it again, with "
		"the same deadline: it should wait for %d seconds.",
		t->command, how_ended(t->run, t->task), lasted(t), t->secs);
	expect_at(t->run, false, CLASS_TIME, e,
		"`%s` ended with %s after %.1f s. It should wait for %d seconds: nobody had "
		"posted.",
		t->command, how_ended(t->run, t->task), lasted(t), t->secs);
}

/* T should have timed out, exactly. */
static void expect_timed_out(const struct timed *t)
{
	int status;

	until_time(t->run, t->start + t->secs + NEAR);
	expect(t->run, has_ended(t->run, t->task), CLASS_TIME,
		"%d seconds after its start `%s` still waits.", t->secs, t->command);
	expect(t->run, lasted(t) > t->secs - NEAR, CLASS_TIME,
		"`%s` ended after %.1f s; it should be %d. (time() knows full seconds only, and "
		"cuts off the rest. clock_gettime() knows it.)",
		t->command, lasted(t), t->secs);
	status = exit_of_task(t->run, t->task);
	expect_at(t->run, status == TIMED_OUT, CLASS_EXIT, waiting_call(t),
		"`%s` waited for %d seconds, in vain, and ended with %s. The status for a time-out "
		"(errno is ETIMEDOUT) is %d.",
		t->command, t->secs, how_ended(t->run, t->task), TIMED_OUT);
}

/* T slept, and did not come back again and again to look. */
static void expect_slept(const struct timed *t)
{
	size_t wakes = count_events(t->run, EVENT_EXPIRE, NULL, t->task);
	const struct event *e = find_event(t->run, EVENT_EXPIRE, NULL, t->task, 0);

	expect_at(t->run, wakes <= 10 + 2 * (size_t)t->secs, CLASS_TIME,
		e ? find_event(t->run, EVENT_CALL, e->name, t->task, 0) : NULL,
		"`%s` woke up %zu times by the clock (%s), looked, and slept again: it polls. A "
		"post is then seen late, and the processor is kept busy for nothing. To wait is to "
		"sleep until the kernel wakes you: sem_timedwait().",
		t->command, wakes, e ? e->name : "");
}

/* T has not got rid of SIGUSR1 instead of dealing with it. */
static void expect_not_ignored(const struct timed *t)
{
	const struct model_task *task = model_task(model_of(t->run), t->task);

	expect(t->run, !task || !(task->ignored & (UINT64_C(1) << (SIGUSR1 - 1))), CLASS_OUTPUT,
		"`%s` ignores SIGUSR1, so that nothing interrupts it. The handler which main "
		"installs is to stay; deal with what it does to a call that waits.",
		t->command);
}

/* Ends whom with_waiter() has left waiting. */
static void end_waiter(struct judged *run, const char *name)
{
	then_post(run, name);
	until_end(run);
}

START_TEST(the_time_out_is_exact)
{
	const int secs[] = {draw(3, 9), draw(50, 150), 1, 0};
	const char *name = draw_name();
	struct judged *run = with_waiter(name);

	for (size_t i = 0; i < sizeof(secs) / sizeof(secs[0]); i++) {
		struct timed t = start_timed(run, name, secs[i]);

		until_time(run, t.start + t.secs / 2.0);
		if (t.secs)
			expect_waiting(&t, false);
		expect_timed_out(&t);
		expect_slept(&t);
		expect_silent(run);
	}
	end_waiter(run, name);
}
END_TEST

START_TEST(a_post_ends_the_wait_before)
{
	const char *name = draw_name();
	int secs = draw(5, 9), after = draw(1, 4);
	struct judged *run = with_semaphore(name, 0);
	struct timed t = {.run = run, .name = name, .secs = secs, .start = seconds_of(run)};

	t.task = then_wait(run, ARGS("wait", name, "-t", decimal(secs)));
	t.command = command_of(run);
	until_time(run, t.start + after);
	expect_waiting(&t, false);
	then_post(run, name);
	until_end(run);
	expect(run, has_ended(run, t.task) && lasted(&t) < after + NEAR, CLASS_TIME,
		"The post came %d s after `%s` had begun to wait, but it did not end then.", after,
		t.command);
	expect(run, exit_of_task(run, t.task) == 0, CLASS_TIME,
		"The post came %d s after `%s` had begun to wait, and it ended with %s. It has got "
		"the semaphore in time, so the exit status is 0.",
		after, t.command, how_ended(run, t.task));
}
END_TEST

/* ---- Signals ---- */

START_TEST(signals_move_no_deadline)
{
	const char *name = draw_name();
	struct timed t = start_timed(with_waiter(name), name, draw(5, 8));
	double at = t.start;

	for (int i = 1; i <= SIGNALS; i++) {
		at += 0.1 * draw(7, 15);
		until_time(t.run, at);
		expect_waiting(&t, i > 1);
		expect_not_ignored(&t);
		send_signal_to(t.run, t.task, SIGUSR1);
		if (!until_blocked(t.run))
			expect_sound(t.run);
		expect_waiting(&t, true);
	}
	until_time(t.run, t.start + t.secs + NEAR);
	if (!has_ended(t.run, t.task)) {
		until_time(t.run, t.start + 5.0 * t.secs);
		expect(t.run, !has_ended(t.run, t.task), CLASS_TIME,
			"%d signals stretched %d s to %.1f s: keep the deadline. It is computed "
			"once, before the waiting begins; who computes it anew after each EINTR "
			"begins to wait anew.",
			SIGNALS, t.secs, lasted(&t));
	}
	expect_timed_out(&t);
	end_waiter(t.run, name);
}
END_TEST

START_TEST(signals_end_no_wait)
{
	const char *name = draw_name();
	struct judged *run = with_semaphore(name, 0);
	int task = then_wait(run, ARGS("wait", name));
	const char *command = command_of(run);

	until_blocked(run);
	for (int i = 0; i < 2; i++) {
		send_signal_to(run, task, SIGUSR1);
		until_blocked(run);
		expect_at(run, exit_of_task(run, task) != -SIGUSR1, CLASS_EXIT,
			last_call_of(run, task, "sem_wait"),
			"SIGUSR1 came while `%s` waited, and ended it. The handler which main "
			"installs is to stay.",
			command);
		expect_at(run, !has_ended(run, task), CLASS_EXIT,
			last_call_of(run, task, "sem_wait"),
			"SIGUSR1 came while `%s` waited, and it ended with %s. sem_wait() returned "
			"-1 with EINTR: a handler has run, and nothing was taken. Make the call "
			"again.",
			command, how_ended(run, task));
	}
	then_post(run, name);
	until_end(run);
	expect(run, exit_of_task(run, task) == 0, CLASS_EXIT,
		"Two SIGUSR1 came while `%s` waited, then a post, and it ended with %s.", command,
		how_ended(run, task));
	expect_value(run, name, 0, "0, then came a wait and a post");
}
END_TEST

/* ---- Failures ---- */

START_TEST(only_create_makes_semaphores)
{
	const char *none = text_of("/%s", draw_word(9));
	const char *const *const commands[] = {ARGS("wait", none), ARGS("wait", none, "-t", "1"),
		ARGS("try", none), ARGS("post", none), ARGS("value", none)};
	struct judged *run = NULL;

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		run_in(&run, "psem", commands[i]);
		expect_at(run, !content_of(run, none).there, CLASS_OUTPUT,
			last_call(run, "sem_open"),
			"There was no semaphore %s; after `%s` there is one, because of O_CREAT. "
			"Only create makes semaphores: to use one that is not there is a failure "
			"(ENOENT).",
			none, command_of(run));
		expect(run, exit_of(run) >= 0, CLASS_CRASH,
			"There is no semaphore %s, so sem_open() returned SEM_FAILED. `%s` took it "
			"for an address and ended with %s. Compare with SEM_FAILED before you use "
			"it.",
			none, command_of(run), how_ended(run, task_of(run)));
		expect(run, exit_of(run) == 1, CLASS_EXIT,
			"There is no semaphore %s, but `%s` ended with %s. It should say so on "
			"standard error and end with exit status 1.",
			none, command_of(run), how_ended(run, task_of(run)));
		expect_told(run, "psem", none, ENOENT);
	}
}
END_TEST

START_TEST(failures_are_told)
{
	const char *none = text_of("/%s", draw_word(9)), *name = draw_name();
	const char *deep = text_of("/%s/%s", draw_word(3), draw_word(4));
	const struct {
		const char *const *args;
		int errnum;
	} rows[] = {
		{ARGS("create", name, "1"), EEXIST},
		{ARGS("create", deep, "1"), EINVAL},
		{ARGS("post", name), EOVERFLOW},
		{ARGS("unlink", none), ENOENT},
	};
	struct judged *run = with_semaphore(name, INT_MAX);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		then_run(run, "psem", .args = rows[i].args);
		expect_told(run, "psem", rows[i].args[1], rows[i].errnum);
	}
}
END_TEST

START_TEST(calls_that_seldom_fail_are_looked_at)
{
	const char *name = draw_name();
	struct judged *run = with_semaphore(name, 9); /* enough if one takes it all the same */
	const struct {
		const char *command, *call;
	} rows[] = {{"wait", "sem_open"}, {"wait", "sem_wait"}, {"try", "sem_trywait"},
		{"post", "sem_post"}, {"value", "sem_getvalue"}, {"unlink", "sem_unlink"}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		then_fails(run, "psem", ARGS(rows[i].command, name), rows[i].call, EACCES);
}
END_TEST

START_TEST(tells_how_it_is_used)
{
	const char *const *const rows[] = {ARGS(NULL), ARGS("frobnicate", "/s"),
		ARGS("create", "/s"), ARGS("create", "/s", "many"), ARGS("create", "/s", "-1"),
		ARGS("wait"), ARGS("wait", "/s", "5"), ARGS("wait", "/s", "-t", "soon"),
		ARGS("post", "/s", "2"), NULL};

	expect_usage("psem", rows);
}
END_TEST

JUDGE(CHECK(create_makes_the_semaphore, .weight = 2),
	CHECK(create_refuses_an_old_semaphore, .weight = 2), CHECK(value_prints_the_value),
	CHECK(post_adds_one), CHECK(unlink_removes_the_name), CHECK(wait_takes_one),
	CHECK(wait_waits_for_a_post), CHECK(try_never_waits),
	CHECK(the_time_out_is_exact, .weight = 2), CHECK(a_post_ends_the_wait_before),
	CHECK(signals_move_no_deadline, .weight = 2), CHECK(signals_end_no_wait),
	CHECK(only_create_makes_semaphores), CHECK(failures_are_told),
	CHECK(calls_that_seldom_fail_are_looked_at), CHECK(tells_how_it_is_used))
