/*
 * 04-pipes/01-one-way: what the parent sends is what its child prints.
 *
 * Each check looks at one side of that alone (was there a way from one to the other, whose number
 * is printed, how many bytes), so that a program with one mistake fails the check that names it.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/judge/judge.h"

#define SCHEDULES     10
#define PIPE_CAPACITY 65536 /* pipe(7), "Pipe capacity", with pages of 4096 bytes */
#define FORM          "Proc PID read: MSG"

/* One byte at a time is slow, but right. */
#define PATIENT .step_budget = 1000000

/* The parent, which is task 1, is killed at its first such call. */
#define DIES_AT(name)                                                                        \
	{                                                                                    \
		.call = (name), .n = 1, .kind = RUN_FAULT_KILL, .signal = SIGKILL, .task = 1 \
	}

/* Whatever malloc(3) gives out is full of bytes that are not 0; stacks are so in any build. */
#define GARBAGE .env = ARGS("MALLOC_PERTURB_=1", "GLIBC_TUNABLES=glibc.malloc.perturb=1")

/* ---- What went through which pipe ---- */

enum way { READ, WRITTEN };

/* The process that TASK, which may be a thread, belongs to. */
static int process_of(struct judged *run, int task)
{
	const struct model_task *t = model_task(model_of(run), task);

	return t ? t->process : task;
}

/* Did E move bytes into a pipe, or out of one? None counts too: the end of file, or a pipe that
 * nobody could read any more. BY_PARENT: the process that was started as hello, the
 * latest; else any other of its world. */
static bool is_moving(struct judged *run, const struct event *e, enum way way, bool by_parent)
{
	static const char *const names[][6] = {
		{"read", "readv", "splice", "tee", "recv", "recvmsg"},
		{"write", "writev", "splice", "vmsplice", "tee", "sendfile"}};
	const char *object = e->kind == EVENT_CALL ? event_text(e, "obj") : NULL;

	if (!object || strncmp(object, "pipe:", 5) != 0 || e->task < task_of(run) ||
		(event_int(e, "ret", -1) < 0 &&
			(way == READ || strcmp(event_text(e, "err"), "EPIPE") != 0)) ||
		(process_of(run, e->task) == task_of(run)) != by_parent)
		return false;
	for (size_t i = 0; i < 6; i++)
		if (strcmp(e->name, names[way][i]) == 0)
			return true;
	return false;
}

/* The next such call after event AFTER (NULL: the first). */
static const struct event *moved_after(
	struct judged *run, enum way way, bool by_parent, const struct event *after)
{
	const struct event_log *log = log_of(run);

	for (size_t i = after ? (size_t)after->step + 1 : 0; i < log->count; i++)
		if (is_moving(run, log->events[i], way, by_parent))
			return log->events[i];
	return NULL;
}

static const struct event *moved(struct judged *run, enum way way, bool by_parent)
{
	return moved_after(run, way, by_parent, NULL);
}

/* How many bytes did go that way, and in how many calls? */
static size_t bytes_moved(struct judged *run, enum way way, bool by_parent, int *calls)
{
	const struct event *e = NULL;
	size_t sum = 0;

	*calls = 0;
	while ((e = moved_after(run, way, by_parent, e)))
		if (event_int(e, "ret", 0) > 0) {
			sum += (size_t)event_int(e, "ret", 0);
			++*calls;
		}
	return sum;
}

/* "#2" of "pipe:2" */
static const char *number_of(const struct event *e)
{
	return strchr(event_text(e, "obj"), ':') + 1;
}

/* The child that counts: the one that read from a pipe; else the first that there was. */
static const struct model_task *child_of(struct judged *run)
{
	const struct event *read = moved(run, READ, false);
	const struct model *m = model_of(run);

	if (read)
		return model_task(m, process_of(run, read->task));
	for (size_t i = 0; i < m->task_count; i++)
		if (m->tasks[i].first_parent >= task_of(run) && !m->tasks[i].thread)
			return &m->tasks[i];
	return NULL;
}

/* The N-th pipe that was made. */
static const struct event *pipe_made(struct judged *run, size_t n)
{
	const struct event *e;

	for (size_t i = 0; (e = find_event(run, EVENT_CALL, "pipe", 0, i)); i++)
		if (event_int(e, "ret", -1) == 0 && n-- == 0)
			return e;
	return NULL;
}

/* ---- What was printed ---- */

struct line {
	long long pid;
	const char *msg; /* what stands behind "read: ", to the end of the output */
	size_t len;
};

/* What was typed, without a message that is long or hard to type. */
static const char *called(struct judged *run)
{
	const char *command = command_of(run);

	for (const char *at = command; *at; at++)
		if (*at < ' ' || *at > '~' || at - command > 60)
			return "hello MSG";
	return command;
}

static void expect_child_outlived(struct judged *run)
{
	const struct event *left = find_event(run, EVENT_ADOPT, NULL, 0, 0);

	expect_at(run, !left, CLASS_SCHEDULE, left,
		"The parent ended while process %lld, its child, was still there. Whoever started "
		"hello would go on before the message is printed. wait(2) waits for the end of a "
		"child.",
		(long long)pid_of(run, left->task));
}

static struct line line_of(struct judged *run)
{
	static const char between[] = " read: ";
	struct line line = {.pid = -1};
	int at = 0;

	expect_child_outlived(run);
	expect(run, output_size(run) > 0, CLASS_OUTPUT,
		"`%s` ended with %s and wrote nothing on standard output. The child should print "
		"one line there, " FORM ".",
		called(run), how_ended(run, task_of(run)));
	expect(run,
		sscanf(output_of(run), "Proc %lld%n", &line.pid, &at) == 1 &&
			strncmp(output_of(run) + at, between, sizeof(between) - 1) == 0,
		CLASS_OUTPUT,
		"`%s` printed %s. The line is " FORM ", with a decimal number for PID and one "
		"blank between the words.",
		called(run), shown(output_of(run)));
	line.msg = output_of(run) + at + sizeof(between) - 1;
	line.len = output_size(run) - (size_t)(line.msg - output_of(run));
	return line;
}

static size_t equal_bytes(const struct line *line, const char *msg, size_t len)
{
	size_t at = 0;

	while (at < line->len && at < len && line->msg[at] == msg[at])
		at++;
	return at;
}

/* All of MSG was printed; what follows it is for another check. */
static void expect_begins_with(struct judged *run, const char *msg, size_t len)
{
	struct line line = line_of(run);
	size_t equal = equal_bytes(&line, msg, len);
	int writes, reads;
	size_t sent = bytes_moved(run, WRITTEN, true, &writes);
	size_t got = bytes_moved(run, READ, false, &reads);
	const struct event *first = moved(run, READ, false);

	if (equal == len)
		return;
	expect_at(run, sent >= len || !writes, CLASS_OUTPUT, moved(run, WRITTEN, true),
		"MSG has %zu bytes, and the parent wrote %zu into the pipe. How many there are "
		"strlen() tells (sizeof tells how big a pointer or an array is), and write() "
		"returns how many it has taken.",
		len, sent);
	expect_at(run, got > 0, CLASS_OUTPUT, first,
		"The child printed its line without the %zu bytes of MSG: it has read %zu bytes "
		"from the pipe.",
		len, got);
	expect_at(run, got >= len || reads != 1, CLASS_OUTPUT, first,
		"MSG has %zu bytes, one read gave %zu. Read until EOF. (read() returns what there "
		"is, at most as many bytes as you ask for; 0 means that no more can come.)",
		len, got);
	expect_at(run, got >= len, CLASS_OUTPUT, first,
		"MSG has %zu bytes, and %d reads gave %zu. Read until EOF: until read() returns 0.",
		len, reads, got);
	expect(run, false, CLASS_OUTPUT,
		"MSG has %zu bytes, and the child has read %zu in %d calls, but what was printed "
		"differs from MSG at byte %zu: there stands %s instead of %s. Where does each "
		"piece go, and what becomes of the one before it?",
		len, got, reads, equal, shown(text_of("%.12s", line.msg + equal)),
		shown(text_of("%.12s", msg + equal)));
}

/* A write of the process that was started as hello to standard output; NULL. */
static const struct event *printed_by_parent(struct judged *run)
{
	const struct event *e;

	for (size_t i = 0; (e = find_event(run, EVENT_CALL, "write", 0, i)); i++) {
		const char *object = event_text(e, "obj");

		if (object && strcmp(object, "stdout") == 0 &&
			process_of(run, e->task) == task_of(run) && event_has(e, "data"))
			return e;
	}
	return NULL;
}

/* ---- Runs ---- */

static struct judged *run_hello(const char *msg)
{
	return judge_run("hello", .args = ARGS(msg), PATIENT);
}

/* The same in the world of WORLD (a new one if that is NULL). */
static struct judged *hello_in(struct judged **world, const char *msg)
{
	if (*world)
		then_run(*world, "hello", .args = ARGS(msg), GARBAGE);
	else
		*world = judge_run("hello", .args = ARGS(msg), GARBAGE, PATIENT);
	return *world;
}

/* Words of a few letters, some of which need quotes in a shell. */
static const char *some_message(void)
{
	return text_of("%s %s", draw_word((size_t)draw(3, 8)), draw_word((size_t)draw(2, 8)));
}

static char *long_message(size_t len)
{
	struct buf text = BUF_INIT;

	while (text.len < len) {
		size_t more = len - text.len;

		buf_puts(&text, draw_word(more < 61 ? more : 61));
	}
	return buf_take(&text);
}

/* ---- Checks ---- */

/* Words for programs of which some part is not there yet. */
static void expect_all_steps(struct judged *run)
{
	const struct event *made = pipe_made(run, 0);
	const char *msg = text_of("`%s` ended with %s", called(run), how_ended(run, task_of(run)));

	expect(run, made, CLASS_OUTPUT,
		"%s, and no process of it made a pipe. Begin with pipe(2): it makes one and opens "
		"both its ends.",
		msg);
	expect(run, forks_of(run, 0) > 0, CLASS_OUTPUT,
		"%s; it made a pipe, but %u child processes. The pipe is to join two processes: "
		"fork() makes the second one, which has the same descriptors.",
		msg, forks_of(run, 0));
	if (moved(run, READ, false))
		return;
	expect_at(run, !moved(run, READ, true), CLASS_OUTPUT, moved(run, READ, true),
		"The parent (process %lld) reads from the pipe. It is to send, and the child "
		"(%lld) to read: decide after fork(), by its result, who does what.",
		(long long)pid_of(run, task_of(run)), (long long)child_of(run)->pid);
	expect_at(run, !moved(run, WRITTEN, false), CLASS_OUTPUT, moved(run, WRITTEN, false),
		"The child (process %lld) writes into the pipe. The parent (%lld) is to send, and "
		"the child to read: decide after fork(), by its result, who does what.",
		(long long)child_of(run)->pid, (long long)pid_of(run, task_of(run)));
	expect(run, moved(run, WRITTEN, true), CLASS_OUTPUT,
		"%s; there is a pipe and a child, but 0 bytes were written into the pipe. The "
		"parent writes MSG to the descriptor [1], with write(2).",
		msg);
	expect(run, false, CLASS_OUTPUT,
		"%s; the parent has written into the pipe, and 0 bytes of it were read. The child "
		"reads from the descriptor [0], with read(2).",
		msg);
}

/* The parent's pipe is not the child's: fork came before pipe. */
static void expect_one_pipe(struct judged *run)
{
	static const char why[] =
		"Each pipe() makes a new pipe, and after fork() each process makes its own; a "
		"child has the descriptors that were open when fork() was called.";
	const struct event *written = moved(run, WRITTEN, true);
	const struct event *read = moved(run, READ, false);
	const struct event *in = NULL, *out, *made;
	const struct model_task *child = child_of(run);

	while ((in = moved_after(run, WRITTEN, true, in)))
		for (out = read; out; out = moved_after(run, READ, false, out))
			if (strcmp(event_text(in, "obj"), event_text(out, "obj")) == 0)
				return;
	if (!written || !child)
		return;
	expect_at(run, !read, CLASS_OUTPUT, read,
		"Parent writes pipe #%s, child reads pipe #%s: create the pipe before the fork. %s",
		number_of(written), number_of(read), why);
	made = model_object(model_of(run), event_text(written, "obj"))->made;
	expect_at(run, made->step < child->born->step, CLASS_OUTPUT, made,
		"Parent writes pipe #%s, but made it when there was a child already (%lld): create "
		"the pipe before the fork. %s",
		number_of(written), (long long)child->pid, why);
}

START_TEST(one_pipe_joins_the_two)
{
	explore(SCHEDULES)
	{
		struct judged *run = judge_run(
			"hello", .args = ARGS(some_message()), .look_first = true, .may_die = true);

		if (!hangs(run)) {
			expect_one_pipe(run);
			expect_child_outlived(run);
			expect_all_steps(run);
			expect(run, forks_of(run, 0) == 1, CLASS_OUTPUT,
				"`%s` made %u child processes; there should be one, which reads "
				"the message and prints it.\nWho forked whom: %s",
				called(run), forks_of(run, 0), tree_of(run));
		}
	}
}
END_TEST

START_TEST(child_prints_the_message)
{
	explore(SCHEDULES)
	{
		const char *msg = some_message();
		struct judged *run = run_hello(msg);
		const struct event *printed = printed_by_parent(run);
		int calls;

		expect_begins_with(run, msg, strlen(msg));
		expect_at(run, !printed, CLASS_OUTPUT, printed,
			"The parent (process %lld) printed %s. It is the child that prints the "
			"message; the parent sends it, and waits.",
			(long long)pid_of(run, task_of(run)), shown(event_text(printed, "data")));
		expect(run, bytes_moved(run, READ, false, &calls) >= strlen(msg), CLASS_OUTPUT,
			"MSG has %zu bytes, and the child printed it, but had read only %zu of "
			"them from a pipe. The child has a copy of argv, too; but here it is to "
			"print what it was sent.",
			strlen(msg), bytes_moved(run, READ, false, &calls));
	}
}
END_TEST

START_TEST(child_tells_its_own_number)
{
	const char *msg = some_message();
	struct judged *run = run_hello(msg);
	struct line line = line_of(run);
	const struct model_task *child = child_of(run);
	long long pid;

	expect(run, child, CLASS_OUTPUT,
		"You printed Proc %lld, but there was no child: %u processes were forked.",
		line.pid, forks_of(run, 0));
	pid = (long long)child->pid;
	expect(run, line.pid != 0, CLASS_OUTPUT,
		"You printed Proc 0; the child is %lld. fork() returns 0 in the child: that says "
		"\"you are the child\", it is no process id. getpid() tells the own one.",
		pid);
	expect(run, line.pid != (long long)pid_of(run, task_of(run)) || line.pid == pid,
		CLASS_OUTPUT,
		"You printed Proc %lld; that is the parent, the child is %lld. A process that asks "
		"getpid() before the fork, or getppid() after it, gets the parent's number.",
		line.pid, pid);
	expect(run, line.pid == pid, CLASS_OUTPUT,
		"You printed Proc %lld; the child is %lld. getpid(), called in the child, tells.",
		line.pid, pid);
}
END_TEST

/* LINE has a message of LEN bytes and a newline. */
static void expect_no_more(struct judged *run, const struct line *line, size_t len)
{
	BUF_SCOPED behind = BUF_INIT;
	size_t more;
	int calls;
	size_t sent = bytes_moved(run, WRITTEN, true, &calls);

	if (line->len <= len + 1)
		return;
	more = line->len - len - (line->msg[line->len - 1] == '\n');
	buf_put_escaped(&behind, line->msg + len, more < 24 ? more : 24);
	expect(run, sent >= len + more, CLASS_OUTPUT,
		"Printed %zu bytes, %zu were sent: what read() gives you has no '\\0'. Use the "
		"count. (Behind the message came \"%s\"%s. %%s goes on until it finds a byte that "
		"is 0; printf(\"%%.*s\", (int)n, buffer), fwrite() and write() take a number of "
		"bytes.)",
		len + more, sent, buf_text(&behind), more < 24 ? "" : "...");
	expect(run, false, CLASS_OUTPUT,
		"MSG has %zu bytes, but %zu were sent and %zu were printed: behind the message "
		"came \"%s\"%s. The '\\0' that ends a string in memory is no part of the text, and "
		"strlen() does not count it; if you send it, do not print it.",
		len, sent, len + more, buf_text(&behind), more < 24 ? "" : "...");
}

START_TEST(prints_what_was_sent_and_no_more)
{
	struct judged *world = NULL;

	for (int i = 0; i < 3; i++) {
		const char *msg = i == 2 ? "" : draw_word((size_t)draw(2, 12));
		size_t len = strlen(msg);
		struct judged *run = hello_in(&world, msg);
		struct line line = line_of(run);

		expect_no_more(run, &line, len);
		expect(run, line.len > len, CLASS_OUTPUT,
			"The line that `%s` printed, %s, does not end with a newline ('\\n').",
			called(run), shown(output_of(run)));
		expect_output(run, text_of("Proc %lld read: %s\n", line.pid, msg));
		expect_errors(run, false);
	}
}
END_TEST

START_TEST(message_may_come_in_pieces)
{
	for (size_t piece = 1; piece <= 5; piece += 4) {
		const char *msg = some_message();
		struct judged *run = judge_run("hello", .args = ARGS(msg),
			FAULTS({.call = "read", .kind = RUN_FAULT_SHORT, .bytes = piece}));

		expect_begins_with(run, msg, strlen(msg));
	}
}
END_TEST

/* Is MSG among the bytes that the child has read? */
static bool has_read(struct judged *run, const char *msg)
{
	const struct event *e = NULL;
	BUF_SCOPED bytes = BUF_INIT;

	while ((e = moved_after(run, READ, false, e))) {
		const struct event_arg *data = event_arg(e, "data");

		if (data)
			buf_add(&bytes, data->text, data->len);
	}
	return bytes.len && memmem(bytes.data, bytes.len, msg, strlen(msg));
}

/* What read() gives is not what was sent: each 'q' became a 'Q'. It is a message all the same, and
 * the one to be printed. */
static void expect_what_was_read(const char *word)
{
	const char *msg = text_of("q%sq", word), *other = text_of("Q%sQ", word);
	struct judged *run = judge_run("hello", .args = ARGS(msg), .what_if = true,
		FAULTS({.call = "read", .kind = RUN_FAULT_OTHER, .from = 'q', .to = 'Q'}));

	expect_at(run, !has_read(run, other) || !strstr(output_of(run), msg), CLASS_OUTPUT,
		moved(run, READ, false),
		"The child of `%s` has not printed what it read. In this run the lab let each "
		"\"q\" come out of the pipe as a \"Q\": the child read %s, and still it printed "
		"%s. "
		"That is its own copy of the argument, which every child has from fork(). Print "
		"the bytes that read() has stored.",
		called(run), shown(other), shown(output_of(run)));
}

/* The parent dies before it has sent anything. */
static void expect_nothing_unsent(const char *msg)
{
	struct judged *run = judge_run("hello", .args = ARGS(msg), .what_if = true, .linger = true,
		FAULTS(DIES_AT("write"), DIES_AT("writev"), DIES_AT("splice"), DIES_AT("vmsplice"),
			DIES_AT("sendfile")));
	int calls;

	expect(run, bytes_moved(run, WRITTEN, true, &calls) || !strstr(output_of(run), msg),
		CLASS_OUTPUT,
		"In this run the lab killed the parent before it had written anything into the "
		"pipe, and still the child of `%s` printed %s. That is its own copy of the "
		"argument, which every child has from fork(). Print what came through the pipe, "
		"and nothing else.",
		called(run), shown(output_of(run)));
}

START_TEST(prints_what_came_through_the_pipe)
{
	expect_what_was_read(text_of("uay %d ", draw(100, 999))); /* no other 'q' */
	expect_nothing_unsent(some_message());
}
END_TEST

START_TEST(message_may_have_any_length)
{
	const size_t lengths[] = {0, 1, (size_t)draw(120, 160), (size_t)draw(1030, 1100),
		(size_t)draw(4100, 5000), (size_t)(PIPE_CAPACITY + draw(1000, 5000))};

	struct judged *world = NULL;

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		LAB_FREE char *msg = long_message(lengths[i]);

		expect_begins_with(hello_in(&world, msg), msg, lengths[i]);
	}
}
END_TEST

START_TEST(message_may_hold_any_byte)
{
	struct judged *world = NULL;
	char all[256];

	for (int c = 1; c < 256; c++)
		all[c - 1] = (char)c;
	all[255] = '\0';
	expect_begins_with(hello_in(&world, all), all, 255);

	const char *msg = text_of("%%s%%d%%n %s\n\n%%%%", draw_word(3));

	expect_begins_with(hello_in(&world, msg), msg, strlen(msg));
}
END_TEST

START_TEST(parent_waits_for_its_child)
{
	explore(SCHEDULES)
	{
		struct judged *run = run_hello(some_message());
		const struct model_task *child = child_of(run);

		expect_child_outlived(run);
		expect(run, child, CLASS_EXIT,
			"`%s` ended with %s, and there was no child to wait for.", called(run),
			how_ended(run, task_of(run)));
		expect(run, exit_of(run) == 0, CLASS_EXIT,
			"`%s` ended with %s. The message has arrived, so the status is 0.",
			called(run), how_ended(run, task_of(run)));
		expect(run, child->status == 0, CLASS_EXIT,
			"The child (process %lld) ended with %s. It has done its work, so the "
			"status is 0.",
			(long long)child->pid, how_ended(run, child->index));
	}
}
END_TEST

static void expect_failure_told(const char *call, int errnum)
{
	struct judged *run = judge_run("hello", .args = ARGS(some_message()), .look_first = true,
		.may_die = true,
		FAULTS({.call = call, .n = 1, .kind = RUN_FAULT_ERRNO, .errnum = errnum}));
	const struct event *fault = find_event(run, EVENT_FAULT, NULL, 0, 0);
	const char *failed = text_of("%s() failed (%s)", call, strerrorname_np(errnum));

	if (!fault && strcmp(call, "fork") == 0)
		return; /* a child that was made by other means; other checks look for a child */
	expect(run, fault, CLASS_FAULT, "We wanted to make %s() fail, but you never called it.",
		call);
	expect_at(run, !hangs(run), CLASS_FAULT, fault,
		"%s, and your program went on as if it had not: now it waits for ever. Look at the "
		"result first: -1 means that there is nothing to go on with.",
		failed);
	expect_at(run, exit_of(run) == 1, CLASS_FAULT, fault,
		"%s, and your program went on and ended with %s. Look at the result: -1 means that "
		"it failed. Say so on standard error and end with status 1.",
		failed, how_ended(run, task_of(run)));
	expect_at(run, output_size(run) == 0, CLASS_FAULT, fault,
		"%s, and still you printed %s on standard output.", failed, shown(output_of(run)));
	expect_at(run, errors_of(run)[0] != '\0', CLASS_FAULT, fault,
		"%s, and your program ended with status 1, but without a word. Say on standard "
		"error what failed; perror(3) does it.",
		failed);
}

START_TEST(failed_calls_are_reported)
{
	expect_failure_told("pipe", EMFILE);
	expect_failure_told("fork", EAGAIN);
}
END_TEST

START_TEST(tells_how_it_is_used)
{
	const char *const *const lists[] = {ARGS(NULL), ARGS("two", "words")};

	for (size_t i = 0; i < 2; i++) {
		struct judged *run = judge_run("hello", .args = lists[i]);

		expect(run, exit_of(run) == 2, CLASS_EXIT,
			"`%s` ended with %s. It takes one argument; the status for a wrong use is "
			"2.",
			command_of(run), how_ended(run, task_of(run)));
		expect_errors(run, true);
		expect(run, output_size(run) == 0, CLASS_OUTPUT,
			"`%s` printed %s on standard output. How a program is used goes to "
			"standard error.",
			command_of(run), shown(output_of(run)));
	}
}
END_TEST

JUDGE(CHECK(one_pipe_joins_the_two, .weight = 2), CHECK(child_prints_the_message, .weight = 2),
	CHECK(child_tells_its_own_number), CHECK(prints_what_was_sent_and_no_more, .weight = 2),
	CHECK(message_may_come_in_pieces, .weight = 2), CHECK(prints_what_came_through_the_pipe),
	CHECK(message_may_have_any_length), CHECK(message_may_hold_any_byte),
	CHECK(parent_waits_for_its_child, .long_one = true), CHECK(failed_calls_are_reported),
	CHECK(tells_how_it_is_used))
