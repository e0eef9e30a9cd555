/*
 * 04-pipes/06-full-pipe: what was sent comes back in capital letters, however much it is.
 *
 * Most that goes wrong here is a deadlock, whose report the house rules write: who waits, for what,
 * and for whom. Two kinds have words of their own before that report, because the log knows more
 * than who waits: a filter that keeps its answer to itself, and one pipe that is used both ways.
 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/judge/judge.h"

#define SCHEDULES     8
#define PIPE_CAPACITY 65536         /* pipe(7), "Pipe capacity", with pages of 4096 bytes */
#define PIPE_MOST     (1024 * 1024) /* what an ordinary user can make of it with F_SETPIPE_SZ */
#define ECHO_LEAST    8             /* a process may well write a byte or two to itself */
#define LONG_LINE     3000          /* so that whoever goes line by line moves blocks */
#define MANY_STEPS    250000        /* of a program with small blocks */

/* ---- Who has moved what ---- */

/* A call that takes bytes from its descriptor, or gives it some. */
static bool moves(const struct event *e, bool read)
{
	static const char *const names[2][8] = {
		{"write", "writev", "pwrite", "send", "sendto", "sendmsg", "sendfile", "vmsplice"},
		{"read", "readv", "pread", "recv", "recvfrom", "recvmsg", "splice", "preadv"}};

	for (size_t i = 0; i < 8; i++)
		if (strcmp(e->name, names[read][i]) == 0)
			return true;
	return false;
}

static bool is_at(const struct event *e, const char *object)
{
	const char *id = event_text(e, "obj");

	return id && strcmp(id, object) == 0;
}

static bool is_refused(const struct event *e)
{
	const char *error = event_text(e, "err");

	return error && strcmp(error, "EAGAIN") == 0;
}

/* How many bytes PROCESS has read from, or written to, OBJECT (NULL: any). */
static long long moved(struct judged *run, int process, bool read, const char *object)
{
	const struct event_log *log = log_of(run);
	long long sum = 0;

	for (size_t i = 0; i < log->count; i++) {
		const struct event *e = log->events[i];

		if (e->kind == EVENT_CALL && moves(e, read) && event_int(e, "ret", 0) > 0 &&
			model_task(model_of(run), e->task)->process == process &&
			(!object || is_at(e, object)))
			sum += event_int(e, "ret", 0);
	}
	return sum;
}

/* Neither the program's input nor its output is its business. */
static bool is_filter(struct judged *run, int process)
{
	return moved(run, process, true, "stdin") == 0 &&
	       moved(run, process, false, "stdout") == 0 && moved(run, process, true, NULL) > 0;
}

static const char *role_of(struct judged *run, int process)
{
	return text_of(
		"%s %lld", process == 1 ? "parent" : "child", (long long)pid_of(run, process));
}

/* ---- Words for what the report of a deadlock does not tell ---- */

static const char *report_of(struct judged *run)
{
	struct findings found = {0};
	const char *text = "";

	verdict_findings(log_of(run), &found);
	for (size_t i = 0; i < found.count && !*text; i++)
		if (found.list[i].class == CLASS_DEADLOCK)
			text = text_of("\n\n%s", found.list[i].message);
	findings_done(&found);
	return text;
}

/* One pipe both ways: somebody has got back what he had sent. */
static void expect_no_echo(struct judged *run)
{
	const struct model *m = model_of(run);

	for (size_t i = 0; i < m->object_count; i++) {
		const struct model_object *o = &m->objects[i];

		for (size_t k = 0; strncmp(o->id, "pipe:", 5) == 0 && k < m->task_count; k++) {
			int task = m->tasks[k].index;
			long long sent = moved(run, task, false, o->id);
			long long got = moved(run, task, true, o->id);

			expect_at(run, sent < ECHO_LEAST || got < ECHO_LEAST, CLASS_OUTPUT, o->made,
				"The %s has read %lld bytes from the pipe into which it had "
				"written %lld itself. A pipe has one direction, and knows nothing "
				"of senders and receivers: whoever reads next gets what is in it, "
				"his own words too. Two directions take two pipes.%s",
				role_of(run, task), got, sent, report_of(run));
		}
	}
}

/* PROCESS gets input that has not come to its end: it was sent by whoever reads standard input. */
static bool has_more_to_come(struct judged *run, int process, const char *object)
{
	const struct model *m = model_of(run);
	const struct event *e;
	bool sent = false;

	for (size_t i = 0; i < m->task_count; i++)
		sent |= m->tasks[i].index != process &&
			moved(run, m->tasks[i].index, true, "stdin") > 0 &&
			moved(run, m->tasks[i].index, false, object) > 0;
	for (size_t i = 0; (e = find_event(run, EVENT_CALL, NULL, 0, i)); i++)
		if (moves(e, true) && is_at(e, "stdin") && event_int(e, "ret", -1) == 0)
			return false;
	return sent;
}

/* Nobody can go on, and a filter that waits for more has not given what it could. */
static void expect_no_hoard(struct judged *run)
{
	const struct model *m = model_of(run);

	if (!count_events(run, EVENT_DEADLOCK, NULL, 0))
		return;
	for (size_t i = 0; i < m->task_count; i++) {
		const struct event *waits = m->tasks[i].blocked;
		int task = m->tasks[i].index;
		long long got = moved(run, task, true, NULL), given = moved(run, task, false, NULL);

		if (!waits || !moves(waits, true) || given >= got || !is_filter(run, task) ||
			!has_more_to_come(run, task, event_text(waits, "obj")))
			continue;
		fail_check(run, CLASS_DEADLOCK, place_of(waits),
			"The filter, %s, has read %lld bytes and written only %lld of its answer; "
			"now it waits for more, while others wait for the answer. A stdio stream "
			"on a pipe keeps what it is given until it has a block of it, 4096 bytes "
			"or more: a newline sends nothing, fflush(3) does. But a filter may keep "
			"what it likes until its input ends, as sort does: better not to rely on "
			"it.%s",
			role_of(run, task), got, given, report_of(run));
	}
}

/* The last that was done to read (or write) somewhere, if it was told "not now"; NULL. */
static const struct event *gave_up(struct judged *run, bool read)
{
	const struct event *e, *last = NULL;

	for (size_t i = 0; (e = find_event(run, EVENT_CALL, NULL, 0, i)); i++)
		if (moves(e, read) && is_refused(e))
			last = e;
		else if (last && moves(e, read) && is_at(e, event_text(last, "obj")))
			last = NULL;
	return last;
}

/* It has ended by itself, or nobody can do anything; and nobody waits to be told when to go on. */
static bool has_stopped(struct judged *run)
{
	const struct event *e;

	for (size_t i = 0; (e = find_event(run, EVENT_WAITS, NULL, 0, i)); i++)
		if (strstr(e->name, "poll") || strstr(e->name, "select"))
			return false;
	return !count_events(run, EVENT_SPIN, NULL, 0) &&
	       !count_events(run, EVENT_LIMIT, NULL, 0) &&
	       !count_events(run, EVENT_KILLED, NULL, 0);
}

static void expect_no_surrender(struct judged *run, size_t sent)
{
	for (int read = 1; read >= 0 && output_size(run) < sent && has_stopped(run); read--) {
		const struct event *e = gave_up(run, read);

		expect_at(run, !e, CLASS_OUTPUT, e,
			"%s() returned -1 with EAGAIN, and your program did not %s there again: "
			"of %zu bytes it has printed %zu. EAGAIN means \"not now\": %s. poll(2) "
			"waits until it is worth trying.",
			e ? e->name : "", read ? "read" : "write", sent, output_size(run),
			read ? "nothing is there yet, but somebody can still write, and the end is "
			       "a read() that returns 0"
			     : "the pipe is full until somebody reads");
	}
}

/* ---- What must come out ---- */

static const char *byte_shown(char c)
{
	unsigned char byte = (unsigned char)c;

	return isprint(byte) ? text_of("'%c'", byte) : text_of("0x%02x", byte);
}

static void expect_same(struct judged *run, const char *input, size_t len, const char *what)
{
	const char *output = output_of(run);
	size_t size = output_size(run), same = 0;

	while (same < len && same < size &&
		(unsigned char)output[same] == toupper((unsigned char)input[same]))
		same++;
	if (same == len && size == len)
		return;
	expect(run, size != len || memcmp(output, input, len) != 0, CLASS_OUTPUT,
		"The %zu bytes came back as they had been sent: no letter was made a capital one.",
		len);
	expect(run, same < size, CLASS_OUTPUT,
		"Of %zu bytes of input only %zu came out at standard output, then your program "
		"ended with %s. %s",
		len, size, how_ended(run, 1), what);
	expect(run, same < len, CLASS_OUTPUT,
		"The input has %zu bytes, but %zu came out: more than was sent.", len, size);
	fail_check(run, CLASS_OUTPUT, (struct event_place){0},
		"Byte %zu of the input (counted from 0) is %s, which should come out as %s, but it "
		"came out as %s. %s",
		same, byte_shown(input[same]),
		byte_shown((char)toupper((unsigned char)input[same])), byte_shown(output[same]),
		what);
}

static void expect_shouted(struct judged *run, const char *input, size_t len, const char *what)
{
	expect_no_echo(run);
	expect_no_hoard(run);
	expect_no_surrender(run, len);
	expect_sound(run);
	expect_same(run, input, len, what);
	expect_exit(run, 0);
}

static const char *some_lines(void)
{
	return text_of("%s %s\nA %s, %d\n%s\n", draw_word((size_t)draw(5, 9)),
		draw_word((size_t)draw(1, 5)), draw_word((size_t)draw(3, 7)), draw(10, 9999),
		draw_word((size_t)draw(2, 9)));
}

/* It was not stopped on its way through LEN bytes. */
static void expect_blocks(struct judged *run, size_t len)
{
	const struct event *limit = find_event(run, EVENT_LIMIT, "steps", 0, 0);
	size_t calls = count_events(run, EVENT_CALL, NULL, 0);

	expect(run, !limit || output_size(run) == 0, CLASS_LIMIT,
		"Your program had made %zu calls when it was stopped, and %zu of %zu bytes had "
		"come "
		"out. It would come to an end, but not soon: it moves a byte or two by a call. "
		"Read "
		"and write blocks of some thousand bytes.",
		calls, output_size(run), len);
}

/* Lines of some thousand bytes, LEN bytes and more in all. */
static void expect_long_input_back(size_t len)
{
	const char *line = text_of("%s\n", draw_word(LONG_LINE));
	BUF_SCOPED data = BUF_INIT;
	struct judged *run;

	while (data.len < len)
		buf_puts(&data, text_of("%s %s", draw_word((size_t)draw(1, 30)), line));
	run = judge_run("shout", .input = data.data, .input_len = data.len, .look_first = true,
		.step_budget = MANY_STEPS, .spin_steps = MANY_STEPS / 3);
	expect_blocks(run, data.len);
	expect_shouted(run, data.data, data.len,
		"One write() may take less than it is offered, one read() give less than there "
		"will be.");
}

START_TEST(a_few_lines_come_back)
{
	explore(SCHEDULES)
	{
		const char *text = some_lines();
		struct judged *run = judge_run("shout", .input = text, .look_first = true);

		expect_shouted(run, text, strlen(text), "The answer ends where read() returns 0.");
	}
}
END_TEST

START_TEST(empty_input_gives_nothing)
{
	struct judged *run = judge_run("shout", .input = "");

	expect_output(run, "");
	expect_exit(run, 0);
}
END_TEST

START_TEST(any_byte_goes_through)
{
	BUF_SCOPED data = BUF_INIT;
	struct judged *run;

	for (int c = 0; c < 256; c++)
		buf_putc(&data, (char)c);
	buf_puts(&data, draw_word((size_t)draw(3, 40)));
	buf_add(&data, "\n\n.\n\0\0\0\x04\x1a\r\n", 11);
	buf_puts(&data, text_of("%%s%%n\xc3\xa4%s", draw_word((size_t)draw(3, 9))));
	run = judge_run("shout", .input = data.data, .input_len = data.len, .look_first = true);
	expect_shouted(run, data.data, data.len,
		"Only the letters a to z are changed; each other byte goes through as it is, '\\0' "
		"and what stands behind it as well, and none is an end.");
}
END_TEST

START_TEST(more_than_two_pipes_hold)
{
	explore(3)
	{
		expect_long_input_back((size_t)(3 * PIPE_CAPACITY + draw(100, 9000)));
	}
}
END_TEST

START_TEST(megabytes_go_through)
{
	expect_long_input_back((size_t)(2 * PIPE_MOST + 4 * PIPE_CAPACITY + draw(100, 9000)));
}
END_TEST

START_TEST(pieces_and_pauses_are_no_matter)
{
	BUF_SCOPED data = BUF_INIT;
	struct judged *run =
		judge_start("shout", .input_open = true, .look_first = true, .step_budget = 20000);

	for (int i = 0; i < 8 && until_blocked(run); i++) {
		const char *piece =
			text_of("%s%s", draw_word((size_t)draw(1, 30)), i % 3 ? "\n" : "");

		send_input(run, piece);
		buf_puts(&data, piece);
		if (i == 4)
			until_time(run, 10);
	}
	until_end(run);
	expect_shouted(run, data.data, data.len,
		"In this run the input came in pieces, with a pause of some seconds between two of "
		"them. Neither is an end; only end of file is.");
}
END_TEST

START_TEST(a_filter_of_its_own)
{
	const char *text = some_lines();
	struct judged *run = judge_run("shout", .input = text);
	const struct model *m = model_of(run);
	int processes = 0, touched = 0;

	for (size_t i = 0; i < m->task_count; i++) {
		int task = m->tasks[i].index;

		if (m->tasks[i].thread)
			continue;
		processes++;
		if (is_filter(run, task) &&
			moved(run, task, false, NULL) >= (long long)strlen(text))
			return;
		if (task != 1 && moved(run, task, true, "stdin") > 0)
			touched = task;
	}
	expect(run, processes > 1, CLASS_OUTPUT,
		"The output is what it should be, but the filter has no process of its own: your "
		"program made none. The letters are to be changed by another process, to which "
		"the bytes are sent.");
	expect(run, !touched || moved(run, touched, false, "stdout") == 0, CLASS_OUTPUT,
		"The output is what it should be, but the %s has read the standard input itself "
		"and written the output itself. The filter is to get its bytes from another "
		"process and give its answer to one, like a program that somebody else has "
		"written.",
		role_of(run, touched ? touched : 1));
	fail_check(run, CLASS_OUTPUT, (struct event_place){0},
		"The output is what it should be, but there is no filter: no process that reads "
		"the %zu bytes from another one and writes as many for another one to read, and "
		"touches neither standard input nor standard output itself.",
		strlen(text));
}
END_TEST

/* CALL fails, the first one, then the second, ...: each time it must be told. */
static void expect_failure_told(const char *call, const char *why)
{
	struct judged *run =
		judge_run("shout", .input = some_lines(), .may_leave = true, .may_die = true);

	if (!find_event(run, EVENT_FAULT, NULL, 0, 0))
		return;
	expect(run, exit_of(run) == 1, CLASS_FAULT,
		"%s() failed with %s (number %u of them), but your program ended with %s. It "
		"should say so on standard error and end with exit status 1.",
		call, why, swept(), how_ended(run, 1));
	expect(run, *errors_of(run), CLASS_FAULT,
		"%s() failed with %s (number %u of them), and your program said nothing of that "
		"on standard error.",
		call, why, swept());
	expect(run, output_size(run) == 0, CLASS_FAULT,
		"%s() failed with %s (number %u of them), and still your program printed %s.", call,
		why, swept(), shown(output_of(run)));
}

START_TEST(failed_fork_is_told)
{
	sweep(.call = "fork", .errnum = EAGAIN)
	{
		expect_failure_told("fork", "EAGAIN");
	}
}
END_TEST

START_TEST(failed_pipe_is_told)
{
	sweep(.call = "pipe", .errnum = EMFILE)
	{
		expect_failure_told("pipe", "EMFILE");
	}
}
END_TEST

JUDGE(CHECK(a_few_lines_come_back, .weight = 2), CHECK(empty_input_gives_nothing),
	CHECK(any_byte_goes_through), CHECK(more_than_two_pipes_hold, .weight = 3),
	CHECK(megabytes_go_through, .long_one = true, .weight = 2),
	CHECK(pieces_and_pauses_are_no_matter), CHECK(a_filter_of_its_own),
	CHECK(failed_fork_is_told), CHECK(failed_pipe_is_told))
