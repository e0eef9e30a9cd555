/*
 * 06-mqueues/01-mq-toolbox: five commands, each a program of its own, and one queue.
 *
 * Most checks begin with a queue that the student's own create has made. What the commands did to
 * it is read from the calls and from what info and recv say; each check looks at one of these, so
 * that a program with one mistake fails the check that names it.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "tests/exercises/toolbox.h"

#define MAX_MOST  10 /* what an ordinary user gets: mq_overview(7), "/proc interfaces" */
#define SIZE_MOST 8192
#define UMASK     022 /* of every run */

/* Whatever malloc(3) gives out is full of bytes that are not 0; stacks are so in any build. */
#define GARBAGE .env = ARGS("MALLOC_PERTURB_=1", "GLIBC_TUNABLES=glibc.malloc.perturb=1")

struct queue {
	const char *name;
	int max, size;
};

static struct queue draw_queue(void)
{
	return (struct queue){
		text_of("/%s", draw_word((size_t)draw(3, 8))), draw(4, MAX_MOST), draw(100, 2000)};
}

/* ---- What the latest program called ---- */

/* The call by which the latest program made a queue; NULL. It may have looked at it since. */
static const struct event *made_queue(struct judged *run)
{
	const struct event *e = last_call(run, "mq_open");

	while (e && !(worked(e) && strstr(event_text(e, "flags"), "O_CREAT")))
		e = last_call_before(run, task_of(run), "mq_open", (size_t)e->step);
	return e;
}

/* How many messages were in the queue of NAME before the latest program began. */
static int messages_in(struct judged *run, const struct event *opened)
{
	const struct model_object *o = model_object(model_of(run), event_text(opened, "obj"));

	return o ? (int)o->messages : 0;
}

/* ---- Running commands ---- */

/* The latest program has done what it was asked to do. */
static void expect_success(struct judged *run)
{
	expect(run, exit_of(run) == 0, CLASS_EXIT,
		"`%s` ended with %s, but there is no reason to fail. On standard error it said %s.",
		called(run), how_ended(run, task_of(run)), shown(errors_of(run)));
}

static const struct event *expect_made_any(struct judged *run)
{
	expect_success(run);
	expect(run, made_queue(run), CLASS_OUTPUT,
		"`%s` ended with exit status 0, but it made no queue: there was no mq_open() with "
		"O_CREAT that succeeded.",
		called(run));
	return made_queue(run);
}

/* Makes a queue in the world of RUN; NULL: in a new one. Whether it is removed is for the check of
 * unlink. */
static void make(struct judged **run, const struct queue *q)
{
	const char *const *args = ARGS("create", q->name, decimal(q->max), decimal(q->size));

	if (*run)
		then_run(*run, "mq", .args = args);
	else
		*run = judge_run("mq", .args = args, .may_leave = true);
	expect_made_any(*run);
}

static struct judged *with_queue(const struct queue *q)
{
	struct judged *run = NULL;

	make(&run, q);
	return run;
}

static void then_send(struct judged *run, const struct queue *q, int priority, const char *text)
{
	const struct event *e;

	then_run(run, "mq", .args = ARGS("send", q->name, decimal(priority), text));
	e = last_call(run, "mq_send");
	expect_at(run,
		!e || worked(e) || strcmp(event_text(e, "err"), "EBADF") != 0 ||
			event_int(e, "fd", -1) < 0,
		CLASS_OUTPUT, e,
		"`%s`: mq_send failed with EBADF, because descriptor %lld is open for receiving "
		"only. Open the queue with O_WRONLY or O_RDWR.",
		called(run), (long long)event_int(e, "fd", -1));
	expect_success(run);
	expect(run, e, CLASS_OUTPUT,
		"`%s` ended with exit status 0, but it sent nothing: there was no mq_send().",
		called(run));
}

struct received {
	long length;
	unsigned priority;
	const char *bytes; /* what stands behind the first line, to the end of the output */
	size_t count;
};

/* What a recv that has ended printed. */
static struct received received_by(struct judged *run)
{
	struct received r = {-1, 0, "", 0};
	int at = 0;

	expect(run, output_size(run) > 0, CLASS_OUTPUT,
		"`%s` printed nothing. It should print the line \"Read N bytes; priority = P\", "
		"and the message.",
		called(run));
	expect(run,
		sscanf(output_of(run), "Read %ld bytes; priority = %u%n", &r.length, &r.priority,
			&at) == 2 &&
			output_of(run)[at] == '\n',
		CLASS_OUTPUT,
		"`%s` printed %s. Its first line should be \"Read N bytes; priority = P\", with "
		"decimal numbers.",
		called(run), shown(output_of(run)));
	r.bytes = output_of(run) + at + 1;
	r.count = output_size(run) - (size_t)at - 1;
	return r;
}

static struct received then_receive(struct judged *run, const struct queue *q)
{
	const struct event *e;

	then_run(run, "mq", .args = ARGS("recv", q->name), GARBAGE);
	e = last_call(run, "mq_receive");
	expect_at(run,
		!e || worked(e) || strcmp(event_text(e, "err"), "EMSGSIZE") != 0 ||
			exit_of(run) == 0,
		CLASS_OUTPUT, e,
		"mq_receive failed with EMSGSIZE: %lld < mq_msgsize %d. Ask mq_getattr and give it "
		"that much. (The kernel wants room for the largest message that the queue may "
		"hold, however short the next one is.)",
		(long long)event_int(e, "len", 0), q->size);
	expect_success(run);
	return received_by(run);
}

/* ---- create ---- */

static void expect_made(struct judged *run, int max, int size)
{
	const struct event *e = expect_made_any(run), *mask;
	long mode;

	expect_at(run, event_has(e, "maxmsg"), CLASS_OUTPUT, e,
		"`%s` gave mq_open() no attributes, so the queue got the kernel's own. It should "
		"hold %d messages of %d bytes: the fourth argument is the address of a struct "
		"mq_attr.",
		called(run), max, size);
	expect_at(run, event_int(e, "maxmsg", 0) == max && event_int(e, "msgsize", 0) == size,
		CLASS_OUTPUT, e,
		"`%s` made a queue for %lld messages of %lld bytes; it should be %d of %d.",
		called(run), (long long)event_int(e, "maxmsg", 0),
		(long long)event_int(e, "msgsize", 0), max, size);
	mask = last_call_before(run, task_of(run), "umask", (size_t)e->step);
	mode = (long)(event_int(e, "mode", 0) & ~(mask ? event_int(mask, "mode", 0) : UMASK));
	expect_at(run, mode == 0600, CLASS_OUTPUT, e,
		"`%s` made a queue with permissions %#lo; they should be 0600: its owner may "
		"receive and send, nobody else may do anything.",
		called(run), mode);
	expect_output(run, "");
	expect_errors(run, false);
}

START_TEST(create_makes_the_queue)
{
	struct queue q = draw_queue();
	struct judged *run = judge_run("mq", .args = ARGS("create", q.name), .may_leave = true);

	expect_made(run, 10, 2048);
	q = draw_queue();
	then_run(run, "mq", .args = ARGS("create", q.name, decimal(q.max), decimal(q.size)));
	expect_made(run, q.max, q.size);
	q = draw_queue();
	then_run(run, "mq", .args = ARGS("create", q.name, decimal(MAX_MOST), decimal(SIZE_MOST)));
	expect_made(run, MAX_MOST, SIZE_MOST);
	q = draw_queue();
	then_run(run, "mq", .args = ARGS("create", q.name, "1", "1"));
	expect_made(run, 1, 1);
}
END_TEST

START_TEST(create_refuses_an_old_queue)
{
	struct queue q = draw_queue();
	struct judged *run = with_queue(&q);
	const struct event *e;

	then_send(run, &q, 1, "a");
	then_send(run, &q, 2, "b");
	then_run(run, "mq", .args = ARGS("create", q.name, decimal(q.max - 1), "99"));
	e = last_call(run, "mq_unlink");
	expect_at(run, !e || !worked(e), CLASS_OUTPUT, e,
		"`%s` removed the queue that was there, with its 2 messages. That is not for "
		"create to decide: with O_EXCL beside O_CREAT, mq_open() fails with EEXIST.",
		called(run));
	e = made_queue(run);
	expect_at(run, !e, CLASS_OUTPUT, e,
		"The queue already held %d messages and its old attributes (%d x %d): O_CREAT on "
		"an existing queue just opens it. With O_EXCL beside it mq_open() fails with "
		"EEXIST. See mq_open(3).",
		messages_in(run, e), q.max, q.size);
	expect(run, exit_of(run) == 1, CLASS_EXIT,
		"There was a queue %s with 2 messages already, but `%s` ended with %s. It should "
		"say so on standard error and end with exit status 1.",
		q.name, called(run), how_ended(run, task_of(run)));
}
END_TEST

/* ---- send and recv ---- */

START_TEST(send_sends_the_text)
{
	struct queue q = draw_queue();
	struct judged *run = with_queue(&q);
	const char *const texts[] = {draw_word((size_t)draw(3, 20)), "", "%s%n \\ \n\t\xff\x01",
		draw_word((size_t)q.size)};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		int priority = i == 0 ? 0 : i == 1 ? 32767 : draw(1, 99);
		size_t len = strlen(texts[i]);
		const struct event *e;

		then_send(run, &q, priority, texts[i]);
		e = last_call(run, "mq_send");
		expect_at(run, event_int(e, "len", -1) != (int64_t)len + 1, CLASS_OUTPUT, e,
			"A TEXT of %zu bytes was sent as %lld: with the '\\0' that ends it in "
			"memory. Whoever receives it gets a message of %lld bytes. strlen() tells "
			"the length without it.",
			len, (long long)event_int(e, "len", -1),
			(long long)event_int(e, "len", -1));
		expect_at(run, event_int(e, "len", -1) == (int64_t)len, CLASS_OUTPUT, e,
			"A TEXT of %zu bytes was sent as %lld. Send its bytes, all of them and no "
			"more: strlen() tells how many there are.",
			len, (long long)event_int(e, "len", -1));
		expect_at(run, event_int(e, "prio", -1) == priority, CLASS_OUTPUT, e,
			"PRIO was %d, but the message was sent with priority %lld.", priority,
			(long long)event_int(e, "prio", -1));
		expect_output(run, "");
		expect_errors(run, false);
	}
}
END_TEST

START_TEST(recv_has_room_for_any_message)
{
	/* a bit more than what create makes unasked, and the most there is */
	const int sizes[] = {draw(2049, 4096), SIZE_MOST}, lengths[] = {3, SIZE_MOST};
	struct judged *run = NULL;

	for (int i = 0; i < 2; i++) {
		struct queue q = draw_queue();
		const char *text = draw_word((size_t)lengths[i]);
		struct received r;

		q.max = 1;
		q.size = sizes[i];
		make(&run, &q);
		then_send(run, &q, 1, text);
		r = then_receive(run, &q);
		expect(run, strncmp(r.bytes, text, strlen(text)) == 0, CLASS_OUTPUT,
			"A message of %zu bytes was in the queue, but `%s` printed %s.",
			strlen(text), called(run), shown(output_of(run)));
	}
}
END_TEST

START_TEST(recv_prints_the_bytes_that_came)
{
	const char *const texts[] = {draw_word((size_t)draw(50, 90)), "", "%d%s%n\n\\ \xfe\x01"};
	struct queue q = draw_queue();
	struct judged *run = with_queue(&q);

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		size_t len = strlen(texts[i]), extra;
		struct received r;

		then_send(run, &q, 1, texts[i]);
		r = then_receive(run, &q);
		extra = r.count > 0 && r.bytes[r.count - 1] == '\n';
		expect(run, r.count - extra <= len, CLASS_OUTPUT,
			"The message has %zu bytes and no '\\0'; you printed %zu. %%s goes on "
			"until "
			"it finds a byte that is 0, wherever that is. Print as many bytes as "
			"mq_receive() returned: fwrite() and printf(\"%%.*s\") take a length.",
			len, r.count - extra);
		expect(run, r.count >= len && memcmp(r.bytes, texts[i], len) == 0, CLASS_OUTPUT,
			"A message of %zu bytes was in the queue, %s, but behind its first line "
			"`%s` printed %s.",
			len, shown(texts[i]), called(run), shown(r.bytes));
		expect(run, r.count == len + 1, CLASS_OUTPUT,
			"Behind the %zu bytes of the message there is no newline ('\\n'): the "
			"shell's prompt would stand right behind it.",
			len);
		expect_errors(run, false);
	}
}
END_TEST

START_TEST(recv_tells_length_and_priority)
{
	struct queue q = draw_queue();
	struct judged *run = with_queue(&q);
	/* in the order in which they are to come: priority, then age */
	const struct {
		const char *text;
		int priority, sent;
	} messages[] = {
		{draw_word(9), 32767, 2}, {draw_word(5), draw(1, 90), 0}, {draw_word(7), 0, 1}};

	for (int turn = 0; turn < 3; turn++)
		for (size_t i = 0; i < 3; i++)
			if (messages[i].sent == turn)
				then_send(run, &q, messages[i].priority, messages[i].text);
	for (size_t i = 0; i < 3; i++) {
		struct received r = then_receive(run, &q);
		size_t len = strlen(messages[i].text);

		expect(run, strncmp(r.bytes, messages[i].text, len) == 0, CLASS_OUTPUT,
			"Of the messages in the queue %s, of priority %d, was next: the highest "
			"priority comes first. But `%s` printed %s.",
			shown(messages[i].text), messages[i].priority, called(run), shown(r.bytes));
		expect(run, r.length == (long)len, CLASS_OUTPUT,
			"The message %s has %zu bytes, but the first line says %ld. mq_receive() "
			"returns the length of the message.",
			shown(messages[i].text), len, r.length);
		expect(run, r.priority == (unsigned)messages[i].priority, CLASS_OUTPUT,
			"The message %s was sent with priority %d, but the first line says %u. "
			"mq_receive() stores it where its last argument points to.",
			shown(messages[i].text), messages[i].priority, r.priority);
	}
}
END_TEST

/* ---- Waiting ---- */

/* How the program of TASK did, when all have ended. */
static void expect_ended_well(struct judged *run, int task, const char *what)
{
	expect(run, exit_of_task(run, task) == 0, CLASS_EXIT, "%s ended with %s.", what,
		how_ended(run, task));
}

START_TEST(recv_waits_for_a_message)
{
	struct queue q = draw_queue();
	struct judged *run = with_queue(&q);
	const char *text = draw_word(6);
	int receiver;

	then_start(run, "mq", .args = ARGS("recv", q.name));
	receiver = task_of(run);
	expect(run, until_blocked(run), CLASS_OUTPUT,
		"The queue was empty, and `%s` ended with %s instead of waiting for a message. On "
		"standard error it said %s.",
		called(run), how_ended(run, receiver), shown(errors_of(run)));
	then_run(run, "mq", .args = ARGS("send", q.name, "7", text));
	expect_success(run);
	until_end(run);
	expect_ended_well(run, receiver, "recv, which had waited for the message,");
	expect(run, strstr(output_of(run), text), CLASS_OUTPUT,
		"recv had waited when %s was sent, but then it printed %s.", shown(text),
		shown(output_of(run)));
}
END_TEST

START_TEST(send_waits_for_room)
{
	struct queue q = draw_queue();
	struct judged *run;
	int sender;

	q.max = draw(1, 2);
	run = with_queue(&q);
	for (int i = 0; i < q.max; i++)
		then_send(run, &q, 1, decimal(i));
	then_start(run, "mq", .args = ARGS("send", q.name, "1", "one more"));
	sender = task_of(run);
	expect(run, until_blocked(run), CLASS_OUTPUT,
		"The queue was full (%d of %d), and `%s` ended with %s instead of waiting for "
		"room. On standard error it said %s.",
		q.max, q.max, called(run), how_ended(run, sender), shown(errors_of(run)));
	then_receive(run, &q);
	until_end(run);
	expect_ended_well(run, sender, "send, which had waited for room,");
	for (int i = 1; i < q.max; i++)
		then_receive(run, &q);
	expect(run, strstr(then_receive(run, &q).bytes, "one more"), CLASS_OUTPUT,
		"When there was room again, the message that had waited did not come last: `%s` "
		"printed %s.",
		called(run), shown(output_of(run)));
}
END_TEST

/* ---- info and unlink ---- */

START_TEST(info_tells_what_the_queue_is_like)
{
	struct queue q = draw_queue();
	struct judged *run = with_queue(&q);

	for (int sent = 0; sent <= 2; sent += 2) {
		then_run(run, "mq", .args = ARGS("info", q.name));
		expect_success(run);
		expect_output(
			run, text_of("maxmsg=%d msgsize=%d curmsgs=%d\n", q.max, q.size, sent));
		expect_errors(run, false);
		for (int i = 0; sent == 0 && i < 2; i++)
			then_send(run, &q, i, draw_word(5));
	}
}
END_TEST

START_TEST(unlink_removes_the_name)
{
	struct queue q = draw_queue();
	struct judged *run = judge_run("mq", .args = ARGS("create", q.name));

	expect_made_any(run);
	then_run(run, "mq", .args = ARGS("unlink", q.name));
	expect_success(run);
	expect_output(run, "");
	then_run(run, "mq", .args = ARGS("create", q.name));
	expect(run, exit_of(run) == 0, CLASS_OUTPUT,
		"After `mq unlink %s` the name should be free, but `%s` ended with %s.", q.name,
		called(run), how_ended(run, task_of(run)));
	then_run(run, "mq", .args = ARGS("unlink", q.name));
	expect_success(run);
}
END_TEST

/* ---- Failures ---- */

/* A call on a queue that was never opened. */
static const struct event *call_on_nothing(struct judged *run)
{
	const struct event_log *log = log_of(run);

	for (size_t i = 0; i < log->count; i++) {
		const struct event *e = log->events[i];

		if (e->kind == EVENT_CALL && strncmp(e->name, "mq_", 3) == 0 &&
			e->task >= task_of(run) && event_has(e, "fd") &&
			event_int(e, "fd", 0) == -1)
			return e;
	}
	return NULL;
}

/* The latest program could not open its queue. */
static void expect_no_further(struct judged *run, const char *reason)
{
	const struct event *e = made_queue(run);

	expect_at(run, !e, CLASS_FAULT, e,
		"There was no queue of that name, but `%s` did not fail (%s): with O_CREAT it "
		"made one. Only create makes queues.",
		called(run), reason);
	e = call_on_nothing(run);
	expect_at(run, !e, CLASS_FAULT, e,
		"mq_open failed (%s) and you called %s(-1, ...). When it fails, mq_open returns "
		"(mqd_t)-1, and that is neither 0 nor NULL: compare with it, and stop there.",
		reason, e->name);
	expect(run, exit_of(run) == 1, CLASS_FAULT,
		"mq_open failed (%s), but `%s` ended with %s. It should say so on standard error "
		"and end with exit status 1.",
		reason, called(run), how_ended(run, task_of(run)));
	expect(run, output_size(run) == 0, CLASS_FAULT,
		"mq_open failed (%s), and still `%s` printed %s.", reason, called(run),
		shown(output_of(run)));
}

START_TEST(failed_open_goes_no_further)
{
	const char *none = text_of("/%s", draw_word(9));
	const char *const *const commands[] = {
		ARGS("send", none, "1", "text"), ARGS("recv", none), ARGS("info", none)};
	struct judged *run = judge_run("mq", .args = commands[0], .may_die = true);

	expect_no_further(run, "ENOENT");
	for (size_t i = 1; i < 3; i++) {
		then_run(run, "mq", .args = commands[i], .may_die = true);
		expect_no_further(run, "ENOENT");
	}
	then_run(run, "mq", .args = commands[draw(0, 2)], .may_die = true,
		FAULTS({.call = "mq_open", .n = 1, .kind = RUN_FAULT_ERRNO, .errnum = EMFILE}));
	expect_no_further(run, "EMFILE");
}
END_TEST

START_TEST(failed_calls_are_told)
{
	const char *none = text_of("/%s", draw_word(9));
	struct queue q = draw_queue();
	const char *large = draw_word((size_t)q.size + 1);
	const struct {
		const char *const *args;
		int errnum;
	} rows[] = {
		{ARGS("create", q.name), EEXIST},
		{ARGS("create", draw_word(6)), EINVAL}, /* no slash */
		{ARGS("create", none, "0", "100"), EINVAL},
		{ARGS("create", none, "5", "0"), EINVAL},
		{ARGS("send", none, "1", "text"), ENOENT},
		{ARGS("send", q.name, "1", large), EMSGSIZE},
		{ARGS("send", q.name, "32768", "text"), EINVAL}, /* mq_send(3): up to 32767 */
		{ARGS("recv", none), ENOENT},
		{ARGS("info", none), ENOENT},
		{ARGS("unlink", none), ENOENT},
	};
	struct judged *run = with_queue(&q);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		then_run(run, "mq", .args = rows[i].args);
		expect_told(run, "mq", rows[i].args[1], rows[i].errnum);
	}
}
END_TEST

START_TEST(calls_that_seldom_fail_are_looked_at)
{
	struct queue q = draw_queue();
	struct judged *run = with_queue(&q);

	/* two, should a recv not make the call that fails */
	then_send(run, &q, 1, "text");
	then_send(run, &q, 1, "text");
	then_fails(run, "mq", ARGS("create", text_of("/%s", draw_word(9))), "mq_open", EACCES);
	then_fails(run, "mq", ARGS("send", q.name, "1", "text"), "mq_send", EACCES);
	then_fails(run, "mq", ARGS("recv", q.name), "mq_getattr", EACCES);
	then_fails(run, "mq", ARGS("recv", q.name), "mq_receive", EACCES);
	then_fails(run, "mq", ARGS("info", q.name), "mq_getattr", EACCES);
	then_fails(run, "mq", ARGS("unlink", q.name), "mq_unlink", EACCES);
}
END_TEST

START_TEST(tells_how_it_is_used)
{
	const char *const *const rows[] = {ARGS(NULL), ARGS("frobnicate", "/q"), ARGS("create"),
		ARGS("create", "/q", "5"), ARGS("create", "/q", "five", "100"),
		ARGS("send", "/q", "x", "text"), ARGS("recv"), NULL};

	expect_usage("mq", rows);
}
END_TEST

JUDGE(CHECK(create_makes_the_queue, .weight = 2), CHECK(create_refuses_an_old_queue),
	CHECK(send_sends_the_text, .weight = 2), CHECK(recv_has_room_for_any_message, .weight = 2),
	CHECK(recv_prints_the_bytes_that_came, .weight = 2), CHECK(recv_tells_length_and_priority),
	CHECK(recv_waits_for_a_message), CHECK(send_waits_for_room),
	CHECK(info_tells_what_the_queue_is_like), CHECK(unlink_removes_the_name),
	CHECK(failed_open_goes_no_further, .weight = 2), CHECK(failed_calls_are_told),
	CHECK(calls_that_seldom_fail_are_looked_at), CHECK(tells_how_it_is_used))
