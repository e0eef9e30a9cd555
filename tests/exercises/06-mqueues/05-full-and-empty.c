/*
 * 06-mqueues/05-full-and-empty: not to wait, to wait until a moment, to wait on one side only.
 *
 * Each check makes its queue with create, which is given. That a command waits where it should not
 * is a deadlock, and that it asks again and again a spin: both are the house rules' to tell. What
 * was sent is read from the calls.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "tests/exercises/toolbox.h"

#define SCHEDULES 10
#define EXACTLY   0.02 /* seconds a wait may differ by: whoever counts milliseconds is right */

struct queue {
	const char *name;
	int max, size;
};

/* A world with an empty queue in it, which has room for MAX messages. */
static struct judged *with_queue_of(struct queue *q, int max)
{
	struct judged *run;

	*q = (struct queue){text_of("/%s", draw_word((size_t)draw(3, 8))), max, draw(100, 2000)};
	run = judge_run("mq2", .args = ARGS("create", q->name, decimal(q->max), decimal(q->size)),
		.may_leave = true, .look_first = true);
	expect(run, exit_of(run) == 0, CLASS_EXIT, "`%s` ended with %s. It was complete.",
		command_of(run), how_ended(run, 1));
	return run;
}

static struct judged *with_queue(struct queue *q)
{
	return with_queue_of(q, draw(3, 6));
}

static void expect_status(struct judged *run, int status, const char *what)
{
	expect_sound(run);
	expect(run, exit_of(run) == status, CLASS_EXIT,
		"%s, so `%s` should end with exit status %d, but it ended with %s. On standard "
		"error it said %s.",
		what, called(run), status, how_ended(run, task_of(run)), shown(errors_of(run)));
}

/* The N-th call of NAME by the latest program and its children that did something; NULL. */
static const struct event *nth_call(struct judged *run, const char *name, size_t n)
{
	const struct event *e;

	for (size_t i = 0; (e = find_event(run, EVENT_CALL, name, 0, i)); i++)
		if (e->task >= task_of(run) && event_int(e, "ret", -1) >= 0 && n-- == 0)
			return e;
	return NULL;
}

/* The latest program's N-th message, from 0. */
static void expect_sent(struct judged *run, size_t n, const char *text)
{
	const struct event *e = nth_call(run, "mq_send", n);
	const char *bytes = e && event_text(e, "data") ? event_text(e, "data") : "";
	long long len = e ? (long long)event_int(e, "len", 0) : 0;

	expect(run, e, CLASS_OUTPUT,
		"`%s` should have sent %s, but there was no mq_send() for it that succeeded.",
		called(run), shown(text));
	expect_at(run, len != (long long)strlen(text) + 1 || strcmp(bytes, text) != 0, CLASS_OUTPUT,
		e,
		"`%s` sent %lld bytes for the text %s: with the '\\0' that ends it in memory. "
		"strlen() tells the length without it.",
		called(run), len, shown(text));
	expect_at(run, len == (long long)strlen(text) && strcmp(bytes, text) == 0, CLASS_OUTPUT, e,
		"`%s` sent %lld bytes, %s, and should have sent %zu, %s.", called(run), len,
		shown(bytes), strlen(text), shown(text));
	expect_at(run, event_int(e, "prio", 0) == 0, CLASS_OUTPUT, e,
		"`%s` sent %s with priority %lld; it should be 0.", called(run), shown(text),
		(long long)event_int(e, "prio", 0));
}

static void then_trysend(struct judged *run, const struct queue *q, const char *text)
{
	then_run(run, "mq2", .args = ARGS("trysend", q->name, text));
	expect_status(run, 0, "There was room in the queue");
}

START_TEST(trysend_sends_if_there_is_room)
{
	struct queue q;
	struct judged *run = with_queue(&q);
	const char *const texts[] = {draw_word((size_t)draw(3, 20)), "", draw_word((size_t)q.size)};

	for (size_t i = 0; i < 3; i++) {
		then_trysend(run, &q, texts[i]);
		expect_sent(run, 0, texts[i]);
		expect_output(run, "");
		expect_errors(run, false);
	}
}
END_TEST

START_TEST(trysend_tells_that_the_queue_is_full)
{
	struct queue q;
	struct judged *run = with_queue(&q);
	double before;

	for (int i = 0; i < q.max; i++)
		then_trysend(run, &q, draw_word(4));
	before = seconds_of(run);
	then_run(run, "mq2", .args = ARGS("trysend", q.name, "one more"));
	expect_status(run, 4, text_of("The queue was full (%d of %d)", q.max, q.max));
	expect(run, seconds_of(run) - before < EXACTLY, CLASS_TIME,
		"The queue was full (%d of %d), and `%s` took %.2f seconds to find out. It should "
		"end at once.",
		q.max, q.max, called(run), seconds_of(run) - before);
	expect_output(run, "");
}
END_TEST

static const struct event *last_receive(struct judged *run)
{
	const struct event *e, *last = NULL;

	for (size_t i = 0; (e = find_event(run, EVENT_CALL, "mq_receive", task_of(run), i)); i++)
		last = e;
	return last;
}

START_TEST(drain_takes_what_is_there)
{
	struct queue q;
	struct judged *run = with_queue_of(&q, draw(8, 10));
	const char *const texts[] = {
		draw_word((size_t)draw(3, 9)), "", "%d%s\xfe", draw_word((size_t)q.size)};
	BUF_SCOPED all = BUF_INIT;
	const struct event *e;

	then_run(run, "mq2", .args = ARGS("drain", q.name));
	expect_status(run, 0, "The queue was empty");
	expect_output(run, "");
	for (int turn = 0; turn < 2; turn++) {
		buf_clear(&all);
		for (int i = 0; i < (turn ? 1 : q.max); i++) {
			then_trysend(run, &q, texts[i % 4]);
			buf_printf(&all, "%s\n", texts[i % 4]);
		}
		then_run(run, "mq2", .args = ARGS("drain", q.name),
			.env = ARGS("MALLOC_PERTURB_=1", "GLIBC_TUNABLES=glibc.malloc.perturb=1"));
		e = last_receive(run);
		expect_at(run,
			!e || event_int(e, "ret", -1) != 0 ||
				strcmp(output_of(run), buf_text(&all)) == 0,
			CLASS_OUTPUT, e,
			"`%s` stopped at a message of 0 bytes, and there were more behind it. A "
			"message may be empty: mq_receive() returns 0 for it, and -1 with EAGAIN "
			"when the queue is.",
			called(run));
		expect_status(run, 0, "There were messages, and then no more");
		expect_output(run, buf_text(&all));
	}
}
END_TEST

/* The latest program slept in a call, until a message or a moment that was still to come. */
static bool has_waited(struct judged *run)
{
	const struct event *e;

	for (size_t i = 0; (e = find_event(run, EVENT_BLOCK, NULL, task_of(run), i)); i++)
		if (event_int(e, "until", INT64_MAX) > e->time)
			return true;
	return false;
}

/* `recv -t SECS` on an empty queue. */
static void expect_gives_up(struct judged *run, const struct queue *q, int secs)
{
	double start = seconds_of(run), waited;
	const struct event *e;

	then_run(run, "mq2", .args = ARGS("recv", "-t", decimal(secs), q->name));
	expect_sound(run);
	waited = seconds_of(run) - start;
	e = find_event(run, EVENT_CALL, "mq_receive", task_of(run), 0);
	expect_at(run,
		secs == 0 || has_waited(run) || !e || !event_text(e, "err") ||
			strcmp(event_text(e, "err"), "ETIMEDOUT") != 0,
		CLASS_TIME, e,
		"`%s`: mq_timedreceive() returned -1 with ETIMEDOUT, and it had waited for 0.0 "
		"seconds. What it was given is no moment of CLOCK_REALTIME that is still to come. "
		"The deadline is absolute: {%d, 0} means 1970-01-01 00:00:%02d, and what "
		"CLOCK_MONOTONIC says is not the time of day either. Ask "
		"clock_gettime(CLOCK_REALTIME) what time it is, and add %d seconds.",
		called(run), secs, secs, secs);
	expect(run, exit_of(run) == 3, CLASS_EXIT,
		"No message came, so `%s` should end with exit status 3 after %d seconds, but it "
		"ended with %s. On standard error it said %s.",
		called(run), secs, how_ended(run, task_of(run)), shown(errors_of(run)));
	expect(run, waited > secs - EXACTLY && waited < secs + EXACTLY, CLASS_TIME,
		"No message came, and `%s` should give up after %d seconds, but it ended with %s "
		"after %.2f. (It was called %.1f seconds after a full second.)",
		called(run), secs, how_ended(run, task_of(run)), waited, start - (int)start);
	expect_output(run, "");
}

START_TEST(recv_gives_up_on_time)
{
	struct queue q;
	struct judged *run = with_queue(&q);

	/* Off a full second: who counts in full seconds is seen. */
	then_run(run, "nap", .helper = true, .args = ARGS(text_of("0.%d", draw(3, 9))));
	expect_gives_up(run, &q, draw(2, 9));
	expect_gives_up(run, &q, 0);
	expect_gives_up(run, &q, draw(1000, 1700));
}
END_TEST

START_TEST(recv_takes_a_message_that_comes)
{
	struct queue q;
	struct judged *run = with_queue(&q);
	const char *text = draw_word((size_t)draw(3, 9));
	const struct event *end;
	double sent;
	int receiver;

	then_start(run, "mq2", .args = ARGS("recv", "-t", "60", q.name));
	receiver = task_of(run);
	until_time(run, seconds_of(run) + draw(3, 50));
	expect_sound(run);
	sent = seconds_of(run);
	then_run(run, "mq2", .args = ARGS("trysend", q.name, text));
	expect_status(run, 0, "There was room in the queue");
	until_end(run);
	expect_sound(run);
	/* On a slow machine the time may be over first. */
	if (exit_of_task(run, receiver) == 3 && !expects_of(run, CLASS_TIME))
		return;
	expect(run, exit_of_task(run, receiver) == 0, CLASS_EXIT,
		"`mq2 recv -t 60 %s` waited, and a message came in time, but it ended with %s.",
		q.name, how_ended(run, receiver));
	expect(run, strstr(output_of(run), text_of("%s\n", text)), CLASS_OUTPUT,
		"`mq2 recv -t 60 %s` waited, and the message %s came; but then it printed %s.",
		q.name, shown(text), shown(output_of(run)));
	end = find_event(run, EVENT_EXIT, NULL, receiver, 0);
	expect_at(run, !end || seconds_at(end) - sent < EXACTLY, CLASS_TIME, end,
		"The message came %.2f seconds before `mq2 recv -t 60 %s` had taken it and ended. "
		"It should sleep in a call that the message ends.",
		end ? seconds_at(end) - sent : 0, q.name);
}
END_TEST

START_TEST(recv_takes_what_is_there)
{
	struct queue q;
	struct judged *run = with_queue(&q);
	const char *const texts[] = {draw_word((size_t)q.size), "", draw_word(3)};

	for (size_t i = 0; i < 3; i++)
		then_trysend(run, &q, texts[i]);
	for (size_t i = 0; i < 3; i++) {
		then_run(run, "mq2", .args = ARGS("recv", "-t", i == 2 ? "0" : "5", q.name));
		expect_status(run, 0, "There was a message in the queue");
		expect_output(run, text_of("%s\n", texts[i]));
	}
}
END_TEST

START_TEST(fill_stops_when_the_queue_is_full)
{
	struct queue q;
	struct judged *run = with_queue(&q);
	int asked[] = {draw(1, 2), draw(10, 30), 5, 0}, room = q.max;

	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		int sent = asked[i] < room ? asked[i] : room;

		then_run(run, "mq2", .args = ARGS("fill", q.name, decimal(asked[i])));
		expect_status(run, 0, text_of("The queue had room for %d", room));
		for (int k = 0; k < sent; k++)
			expect_sent(run, (size_t)k, decimal(k + 1));
		expect_output(run, text_of("sent %d\n", sent));
		room -= sent;
	}
}
END_TEST

/* ---- feed ---- */

/* N messages were offered. What is wrong with the output; NULL: nothing. */
static const char *wrong_with_feed(struct judged *run, int n)
{
	const char *line = output_of(run);
	int last = 0, came = 0, number, dropped, len;

	for (; sscanf(line, "%d%n", &number, &len) == 1 && line[len] == '\n'; line += len + 1) {
		if (number <= last || number > n)
			return text_of("behind %d came %d, and the messages were 1 to %d", last,
				number, n);
		last = number;
		came++;
	}
	if (sscanf(line, "dropped %d%n", &dropped, &len) != 1 || strcmp(line + len, "\n") != 0)
		return text_of("behind %d lines with numbers there should be one that says "
			       "\"dropped D\", but there is %s",
			came, shown(line));
	if (came + dropped != n)
		return text_of("%d came and %d were dropped, which is %d, but %d were offered",
			came, dropped, came + dropped, n);
	return NULL;
}

/* The child has been told "not now", and something went wrong. */
static void expect_own_flag(struct judged *run)
{
	const struct event *e, *opened = NULL;

	for (size_t i = 0; (e = find_event(run, EVENT_CALL, "mq_open", 0, i)); i++)
		if (e->task > task_of(run) && event_text(e, "flags") &&
			strstr(event_text(e, "flags"), "O_NONBLOCK"))
			opened = e;
	for (size_t i = 0; (e = find_event(run, EVENT_CALL, "mq_receive", 0, i)); i++)
		if (e->task > task_of(run) && event_text(e, "err") &&
			strcmp(event_text(e, "err"), "EAGAIN") == 0)
			break;
	expect_at(run, !e || !opened, CLASS_OUTPUT, e,
		"The child's mq_receive() returned -1 with EAGAIN, instead of waiting for the next "
		"message: it has opened the queue with O_NONBLOCK. Only the parent shall not "
		"wait.");
	expect_at(run, !e, CLASS_SCHEDULE, e,
		"The child's mq_receive() returned -1 with EAGAIN, instead of waiting for the next "
		"message. O_NONBLOCK belongs to the open queue description, and that is what "
		"parent and child share if the queue was opened before the fork: whoever sets it, "
		"by mq_open() or mq_setattr(), sets it for both. Call mq_open() in each of them.");
}

static void expect_end_sent(struct judged *run)
{
	const struct event *e, *refused = NULL;

	if (!count_events(run, EVENT_DEADLOCK, NULL, 0))
		return;
	for (size_t i = 0; (e = find_event(run, EVENT_CALL, "mq_send", 0, i)); i++)
		if (e->task >= task_of(run) && event_int(e, "len", 1) == 0) {
			if (event_int(e, "ret", -1) == 0)
				return;
			refused = e;
		}
	if (find_event(run, EVENT_WAITS, "mq_send", 0, 0))
		return;
	fail_check(run, CLASS_DEADLOCK, place_of(refused),
		"The parent has offered everything, and the child waits in mq_receive() for the "
		"next message, for ever: the empty one, which means that there are no more, was "
		"never sent.%s",
		refused ? " There was no room for it, mq_send() returned -1 with EAGAIN, and then "
			  "it was dropped like any other. For this one the parent must wait."
			: "");
}

static void expect_fed(struct judged *run, int n, const char *what)
{
	const struct model *m = model_of(run);
	const char *wrong = wrong_with_feed(run, n);
	const struct event *e;

	if (wrong)
		expect_own_flag(run);
	expect_end_sent(run);
	expect_status(run, 0, what);
	for (size_t i = (size_t)task_of(run); i < m->task_count; i++)
		expect_at(run, m->tasks[i].thread || m->tasks[i].died, CLASS_LEAK, m->tasks[i].born,
			"`%s` ended before its child had ended, which is still at work. The "
			"parent waits for it (waitpid), and then prints how many were dropped.",
			called(run));
	for (size_t i = 0; (e = find_event(run, EVENT_BLOCK, "mq_send", 0, i)); i++)
		expect_at(run,
			e->task < task_of(run) || event_int(e, "len", 0) == 0 ||
				event_int(e, "until", INT64_MAX) <= e->time,
			CLASS_OUTPUT, e,
			"The parent waited for room in the queue, to send one of the messages 1 to "
			"%d. It should not wait for the child: what the queue has no room for, it "
			"drops. It waits only to send the empty message at the end.",
			n);
	expect(run, !wrong, CLASS_OUTPUT, "%s. `%s` printed %s: %s.", what, called(run),
		shown(output_of(run)), wrong ? wrong : "");
	expect(run,
		nth_call(run, "mq_receive", 0) &&
			nth_call(run, "mq_receive", 0)->task != task_of(run),
		CLASS_OUTPUT,
		"The messages were not received by a child of `%s`: it has the one process that "
		"sends and the other one that waits for messages.",
		called(run));
}

START_TEST(feed_lets_only_the_child_wait)
{
	explore(SCHEDULES)
	{
		struct queue q;
		struct judged *run = with_queue(&q);
		int n = q.max + draw(2, 9);

		then_run(run, "mq2", .args = ARGS("feed", q.name, decimal(n)));
		expect_fed(run, n, text_of("%d messages were offered to a queue for %d", n, q.max));
	}
}
END_TEST

START_TEST(feed_ends_with_few_messages_too)
{
	explore(3)
	{
		struct queue q;
		struct judged *run = with_queue(&q);

		then_run(run, "mq2", .args = ARGS("feed", q.name, "0"));
		expect_fed(run, 0, "No message was offered");
		then_run(run, "mq2", .args = ARGS("feed", q.name, "2"));
		expect_fed(run, 2, text_of("2 messages were offered to a queue for %d", q.max));
	}
}
END_TEST

/* ---- Failures ---- */

static void expect_failure(struct judged *run, const char *name, int errnum)
{
	const char *line = text_of("mq2: %s: %s\n", name, strerror(errnum));
	const char *why = strerrorname_np(errnum);

	expect_sound(run);
	expect(run, exit_of(run) == 1, CLASS_FAULT,
		"`%s` cannot be done (%s), but it ended with %s. A queue that is full or empty is "
		"told by EAGAIN, a time that is over by ETIMEDOUT. Each other errno is a failure, "
		"for which the exit status is 1.",
		called(run), why, how_ended(run, task_of(run)));
	expect(run, strcmp(errors_of(run), line) == 0, CLASS_FAULT,
		"`%s` cannot be done (%s). On standard error it said %s; it should be %s.",
		called(run), why, shown(errors_of(run)), shown(line));
	expect_output(run, "");
}

START_TEST(failed_calls_are_told)
{
	struct queue q;
	struct judged *run = with_queue(&q);
	const char *none = text_of("/%s", draw_word(9));
	const char *large = draw_word((size_t)q.size + 1);
	const struct {
		const char *const *args;
		int errnum;
	} rows[] = {{ARGS("trysend", none, "text"), ENOENT}, {ARGS("drain", none), ENOENT},
		{ARGS("recv", "-t", "2", none), ENOENT}, {ARGS("fill", none, "3"), ENOENT},
		{ARGS("trysend", q.name, large), EMSGSIZE}};
	const struct {
		const char *const *args;
		const char *call;
	} faults[] = {{ARGS("trysend", q.name, "text"), "mq_send"},
		{ARGS("fill", q.name, "3"), "mq_send"}, {ARGS("drain", q.name), "mq_receive"},
		{ARGS("recv", "-t", "2", q.name), "mq_receive"}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		then_run(run, "mq2", .args = rows[i].args);
		expect_failure(run, i == 4 ? q.name : none, rows[i].errnum);
	}
	then_trysend(run, &q, "text");
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		size_t before = count_events(run, EVENT_FAULT, NULL, 0);

		then_run(run, "mq2", .args = faults[i].args,
			FAULTS({.call = faults[i].call, .n = 1, .errnum = EBADF}));
		if (count_events(run, EVENT_FAULT, NULL, 0) > before)
			expect_failure(run, q.name, EBADF);
	}
}
END_TEST

START_TEST(failed_fork_is_told)
{
	struct queue q;
	struct judged *run = with_queue(&q);

	then_run(run, "mq2", .args = ARGS("feed", q.name, "3"),
		FAULTS({.call = "fork", .n = 1, .errnum = EAGAIN}));
	expect_status(run, find_event(run, EVENT_FAULT, NULL, 0, 0) ? 1 : 0,
		"No process could be made (EAGAIN)");
	expect_errors(run, true);
}
END_TEST

JUDGE(CHECK(trysend_sends_if_there_is_room), CHECK(trysend_tells_that_the_queue_is_full),
	CHECK(drain_takes_what_is_there), CHECK(recv_gives_up_on_time, .weight = 2),
	CHECK(recv_takes_a_message_that_comes), CHECK(recv_takes_what_is_there),
	CHECK(fill_stops_when_the_queue_is_full, .weight = 2),
	CHECK(feed_lets_only_the_child_wait, .long_one = true, .weight = 2),
	CHECK(feed_ends_with_few_messages_too), CHECK(failed_calls_are_told),
	CHECK(failed_fork_is_told))
