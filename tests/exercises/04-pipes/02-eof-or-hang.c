/*
 * 04-pipes/02-eof-or-hang: the count appears when the input has ended, whatever the input is.
 *
 * A deadlock is left to the house rules: their report names who waits, for what, and who holds the
 * other end. Everything else has words of its own here.
 */
#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/judge/judge.h"

#define SHOWN_MOST    60 /* bytes of output in a message */
#define SCHEDULES     12
#define PIPE_CAPACITY 65536 /* pipe(7), "Pipe capacity", with pages of 4096 bytes */

/* One byte at a time is slow, but right, and so is asking again each millisecond of a pause. */
#define PATIENT .step_budget = 500000

/* TEXT as it can be shown: escaped, and cut where it is long. */
static const char *quoted(const char *text)
{
	size_t len = strlen(text);
	BUF_SCOPED shown = BUF_INIT;

	buf_put_escaped(&shown, text, len < SHOWN_MOST ? len : SHOWN_MOST);
	return text_of("\"%s\"%s", buf_text(&shown), len < SHOWN_MOST ? "" : "...");
}

/* The number that was printed, if it was a number and nothing else; -1. */
static long long count_in(struct judged *run)
{
	long long count;
	char after[2];

	if (sscanf(output_of(run), "%lld%1[\n]", &count, after) == 2 && count >= 0)
		return count;
	return -1;
}

/* How many bytes process TASK (0: anybody) has read from OBJECT ("pipe:": any pipe). */
static long long read_by(struct judged *run, int task, const char *object)
{
	static const char *const calls[] = {"read", "readv", "splice"};
	long long sum = 0;

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		const struct event *e;

		for (size_t n = 0; (e = find_event(run, EVENT_CALL, calls[i], 0, n)); n++) {
			const char *from = event_text(e, "obj");

			if (from && strncmp(from, object, strlen(object)) == 0 &&
				(!task || model_task(model_of(run), e->task)->process == task) &&
				event_int(e, "ret", 0) > 0)
				sum += event_int(e, "ret", 0);
		}
	}
	return sum;
}

static long long read_from_pipe(struct judged *run, int task)
{
	return read_by(run, task, "pipe:");
}

/* Has a read from a pipe found its end? */
static bool saw_end(struct judged *run)
{
	const struct event_log *log = log_of(run);

	for (size_t i = 0; i < log->count; i++) {
		const struct event *e = log->events[i];
		const char *from = event_is(e, EVENT_CALL, NULL) ? event_text(e, "obj") : NULL;

		if (from && strncmp(from, "pipe:", 5) == 0 && event_int(e, "ret", -1) == 0 &&
			event_int(e, "len", 0) > 0)
			return true;
	}
	return false;
}

/* Is there a process that got all LEN bytes from a pipe, and none from standard input? */
static bool has_reader(struct judged *run, size_t len)
{
	const struct model *m = model_of(run);

	for (size_t i = 0; i < m->task_count; i++)
		if (read_from_pipe(run, m->tasks[i].index) >= (long long)len &&
			read_by(run, m->tasks[i].index, "stdin") == 0)
			return true;
	return false;
}

/* WHAT was special about the input, for the case that the number is wrong. */
static void expect_count(struct judged *run, size_t sent, const char *what)
{
	long long count = count_in(run);

	expect(run, output_size(run) > 0, CLASS_OUTPUT,
		"Your program ended with %s and printed nothing. %zu bytes were sent; the reader "
		"should print that number at end of file.",
		how_ended(run, 1), sent);
	expect(run, count != 0 || sent == 0 || read_from_pipe(run, 0) > 0 || !saw_end(run),
		CLASS_OUTPUT,
		"You counted %lld of %zu bytes: at the first read() the pipe was empty, and nobody "
		"could write any more. Which process closed the write end before it had written?",
		count, sent);
	expect(run, count < 0 || (size_t)count >= sent || saw_end(run), CLASS_OUTPUT,
		"You counted %lld of %zu bytes (%lld were read from the pipe), and nobody has read "
		"from it to its end: the reader must go on until read() returns 0. One read() may "
		"give less than what was written.",
		count, sent, read_from_pipe(run, 0));
	expect(run, count == -1 || (size_t)count == sent, CLASS_OUTPUT,
		"You counted %lld of %zu bytes. %s", count, sent, what);
	expect_output(run, text_of("%zu\n", sent));
	expect(run, exit_of(run) == 0, CLASS_EXIT,
		"The count is right, %zu bytes, but your program ended with %s. It should end with "
		"0.",
		sent, how_ended(run, 1));
}

/* A few lines, drawn. */
static const char *some_lines(void)
{
	return text_of("%s\n%s\n%s\n", draw_word((size_t)draw(3, 9)), draw_word((size_t)draw(1, 5)),
		draw_word((size_t)draw(2, 7)));
}

START_TEST(reader_sees_end_of_file)
{
	explore(SCHEDULES)
	{
		const char *text = some_lines();
		struct judged *run = judge_run("count", .input = text);

		expect_count(run, strlen(text),
			"The reader must go on until read() returns 0. One read() may give less "
			"than what was written.");
	}
}
END_TEST

START_TEST(empty_input_counts_zero)
{
	struct judged *run = judge_run("count", .input = "");

	expect_count(run, 0, "The input was empty: the first read() at the pipe returns 0.");
}
END_TEST

/* What one could take for an end. */
static const char *const words[] = {"END", "EOF", "\nEND\n", "end", "eof", "EOT", "DONE", "STOP",
	"QUIT", "quit\n", "exit\n", "-1", "\n\n.\n", "\x04\x1a"};

#define WORDS (sizeof(words) / sizeof(words[0]))

/* Bytes of every value, and the words, each among letters; AT: where each begins. */
static void put_anything(struct buf *into, size_t at[WORDS])
{
	for (int c = 0; c < 256; c++)
		buf_putc(into, (char)c);
	for (size_t i = 0; i < WORDS; i++) {
		buf_puts(into, draw_word((size_t)draw(3, 40)));
		at[i] = into->len;
		buf_puts(into, words[i]);
	}
	buf_puts(into, draw_word((size_t)draw(50, 90)));
	buf_add(into, "\0\0\0\0", 4);
	buf_puts(into, draw_word((size_t)draw(3, 9)));
}

START_TEST(data_may_contain_anything)
{
	size_t at[WORDS];
	BUF_SCOPED data = BUF_INIT;
	struct judged *run;
	long long count;

	put_anything(&data, at);
	run = judge_run("count", .input = data.data, .input_len = data.len);
	count = count_in(run);
	for (size_t i = 0; i < WORDS; i++)
		expect(run,
			count < (long long)at[i] || count > (long long)(at[i] + strlen(words[i])),
			CLASS_OUTPUT,
			"You counted %lld of %zu bytes, and the data holds %s at byte %zu: "
			"there it was cut. Whatever word marks the end, the data may contain it. "
			"End of file is the mark that cannot: it is no byte, but the state of a "
			"pipe whose write ends are all closed. See pipe(7).",
			count, data.len, shown(words[i]), at[i]);
	expect_count(run, data.len,
		"The data holds every byte from 0 to 255 once, in this order, and some words after "
		"them. Each of these is just a byte: none is an end, or not to be counted.");
}
END_TEST

START_TEST(more_than_a_pipe_holds)
{
	BUF_SCOPED data = BUF_INIT;
	size_t len = (size_t)(PIPE_CAPACITY + draw(1000, 5000));
	struct judged *run;

	while (data.len < len)
		buf_puts(&data, draw_word(100));
	run = judge_run("count", .input = data.data, .input_len = data.len, PATIENT);
	expect_count(run, data.len,
		"A pipe holds 65536 bytes, then its writer blocks until somebody reads. Read and "
		"write in a loop, and look how many bytes each call has moved.");
}
END_TEST

START_TEST(pieces_of_any_size_are_counted)
{
	explore(3)
	{
		const char *text = some_lines();
		struct judged *run = judge_start("count", .input_open = true);

		/* A program that ends before its input does is told so by the count. */
		for (size_t at = 0; at < strlen(text) && until_blocked(run);) {
			const char *piece = text_of("%.*s", draw(1, 4), text + at);

			send_input(run, piece);
			at += strlen(piece);
		}
		until_end(run);
		expect_count(run, strlen(text),
			"In this run the input came in pieces of 1 to 4 bytes. Each read() returns "
			"what there is, as it may always do. Only 0 is the end; add up what the "
			"others return.");
	}
}
END_TEST

START_TEST(pauses_of_any_length_are_no_end)
{
	const char *before = some_lines();
	const char *after = some_lines();
	struct judged *run = judge_start("count", .input_open = true, PATIENT);

	send_input(run, before);
	expect(run, until_time(run, 10), CLASS_TIME,
		"%zu bytes had been sent, and the input was still open, when your program ended "
		"after %.1f seconds; it had printed %s. No pause is long enough to mean that "
		"nothing more will come; only end of file does.",
		strlen(before), seconds_of(run), quoted(output_of(run)));
	expect(run, output_size(run) == 0, CLASS_TIME,
		"%zu bytes had been sent, and the input was still open, but after a pause of 10 "
		"seconds your program had printed %s. No pause is long enough to mean that nothing "
		"more will come; only end of file does.",
		strlen(before), quoted(output_of(run)));
	send_input(run, after);
	close_input(run);
	until_end(run);
	expect_count(run, strlen(before) + strlen(after),
		"There was a pause in the input. The reader must wait in read() until it returns "
		"0.");
}
END_TEST

START_TEST(count_appears_as_soon_as_the_input_ends)
{
	const char *text = some_lines();
	struct judged *run = judge_run("count", .input = text, .look_first = true, .may_die = true);

	expect(run, count_events(run, EVENT_DEADLOCK, NULL, 0) || seconds_of(run) < 1, CLASS_TIME,
		"All %zu bytes of the input were there at second 0, and so was its end, but your "
		"program took %.0f seconds. A time-out is no end of file: read() returns 0 in the "
		"moment in which the last write end is closed.",
		strlen(text), seconds_of(run));
}
END_TEST

/* The number of the signal that killed TASK. */
static int signal_of(struct judged *run, int task)
{
	const struct model_task *t = model_task(model_of(run), task);

	return t && t->status < 0 ? -t->status : 0;
}

START_TEST(reader_ends_by_itself)
{
	const char *text = some_lines();
	struct judged *run = judge_run("count", .input = text, .may_die = true);
	const struct event *e;

	for (size_t i = 0; (e = find_event(run, EVENT_KILLED, NULL, 0, i)); i++)
		expect_at(run, output_size(run) > 0, CLASS_EXIT, e,
			"The %s was killed by signal %d before it printed the count. A dead reader "
			"counts nothing: it must come to the end of the data by itself, and will, "
			"as soon as nobody holds a write end any more.",
			read_from_pipe(run, e->task) > 0 ? "reader" : "process",
			signal_of(run, e->task));
	expect(run, output_size(run) > 0, CLASS_OUTPUT,
		"Your program ended with %s before it had printed the count of the %zu bytes.",
		how_ended(run, 1), strlen(text));
}
END_TEST

START_TEST(data_goes_through_a_pipe)
{
	const char *text = some_lines();
	struct judged *run = judge_run("count", .input = text);
	int forks = 0;
	const struct event *e;

	for (size_t i = 0; (e = find_event(run, EVENT_FORK, NULL, 0, i)); i++)
		forks += !event_int(e, "thread", 0);
	expect(run, forks > 0, CLASS_OUTPUT,
		"Your program printed %lld, but it had %d child processes. The data is to go from "
		"a writer to a reader, and these are a parent and its child.",
		count_in(run), forks);
	expect(run, read_from_pipe(run, 0) > 0, CLASS_OUTPUT,
		"Your program printed %lld, but not one byte was read from a pipe. The writer "
		"copies the input into a pipe, and the reader counts what comes out of it.",
		count_in(run));
	expect(run, read_from_pipe(run, 0) >= (long long)strlen(text), CLASS_OUTPUT,
		"Your program printed %lld, but of the %zu bytes of the input only %lld were read "
		"from a pipe. The data itself is to go through the pipe, and who reads it there "
		"counts it.",
		count_in(run), strlen(text), read_from_pipe(run, 0));
	expect(run, has_reader(run, strlen(text)), CLASS_OUTPUT,
		"Your program printed %lld, but the process that read the input read it from the "
		"pipe as well. Two processes are to be at the two ends: one writes, the other one "
		"reads and counts.",
		count_in(run));
}
END_TEST

JUDGE(CHECK(reader_sees_end_of_file, .weight = 3), CHECK(empty_input_counts_zero),
	CHECK(data_may_contain_anything, .weight = 2), CHECK(more_than_a_pipe_holds),
	CHECK(pieces_of_any_size_are_counted), CHECK(pauses_of_any_length_are_no_end),
	CHECK(count_appears_as_soon_as_the_input_ends), CHECK(reader_ends_by_itself),
	CHECK(data_goes_through_a_pipe))
