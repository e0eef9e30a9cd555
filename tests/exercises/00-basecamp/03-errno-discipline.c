/*
 * 00-basecamp/03-errno-discipline: files are copied whatever the calls answer.
 *
 * What must come out is known from the files; which call was made to fail, and how, is read from
 * the log, for the words. A program that makes no such call (it maps the files, say) cannot be hurt
 * by the fault, and has nothing to do but its work.
 *
 * The runs of a check share a world, with the files that they are about.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "lab/judge/judge.h"

#define FILES_MANY 260 /* more than a process can have open here (256) */
#define FILES_SOME 24
#define OPEN_MOST  8 /* of FILES_SOME at once: then they are closed, one after the other */
#define LARGE      20000
#define INTERRUPTED(number)                                        \
	{                                                          \
		.call = call, .n = number, .kind = RUN_FAULT_EINTR \
	}
#define ENTRY(file)                                                           \
	{                                                                     \
		.path = (file).name, .bytes = (file).bytes, .len = (file).len \
	}
#define ONE(file)     FILES(ENTRY(file))
#define TWO(one, two) FILES(ENTRY(one), ENTRY(two))

struct file {
	const char *name;
	const char *bytes;
	size_t len;
};

/* A file of letters, so that it can be shown in a message. */
static struct file draw_file(size_t len)
{
	return (struct file){draw_word(6), draw_word(len), len};
}

/* A file of LEN bytes of any kind. */
static struct file draw_binary(char *room, size_t len)
{
	unsigned state = (unsigned)draw(1, 1 << 20);

	for (size_t i = 0; i < len; i++) {
		state = state * 1103515245 + 12345;
		room[i] = (char)(state >> 16);
	}
	return (struct file){draw_word(6), room, len};
}

/* The next call of NAME behind AFTER (NULL: the first) by the latest program, or a child of it. */
static const struct event *next_call(
	struct judged *run, const char *name, const struct event *after)
{
	const struct event_log *log = log_of(run);

	for (size_t i = after ? (size_t)after->step + 1 : 0; i < log->count; i++)
		if (event_is(log->events[i], EVENT_CALL, name) &&
			log->events[i]->task >= task_of(run))
			return log->events[i];
	return NULL;
}

/* Does this call move bytes between a file and standard output? (Or is it one about words?) */
static bool is_about_copying(const struct event *e)
{
	const char *object = event_text(e, "obj");

	return !object || strcmp(object, "stderr") != 0;
}

/* The first call of this NAME, of those that copy, for which the answer was an error; NULL. */
static const struct event *failed_call(struct judged *run, const char *name)
{
	const struct event *e = NULL;

	while ((e = next_call(run, name, e)))
		if (event_text(e, "err") && is_about_copying(e))
			return e;
	return NULL;
}

/* The first write to standard output that accepted less than it was offered; NULL. */
static const struct event *short_write(struct judged *run)
{
	const struct event *e = NULL;

	while ((e = next_call(run, "write", e)))
		if (event_int(e, "ret", -1) >= 0 &&
			event_int(e, "ret", 0) < event_int(e, "len", 0) && is_about_copying(e))
			return e;
	return NULL;
}

/* Up to where the output is what it should be. */
static size_t right_bytes(struct judged *run, const char *bytes, size_t len)
{
	const char *out = output_of(run);
	size_t n = 0;

	while (n < len && n < output_size(run) && out[n] == bytes[n])
		n++;
	return n;
}

static bool is_copied(struct judged *run, const char *bytes, size_t len)
{
	return output_size(run) == len && right_bytes(run, bytes, len) == len;
}

/* All is well: the bytes, no word on standard error, status 0. */
static void expect_copied(struct judged *run, const char *bytes, size_t len)
{
	size_t n = right_bytes(run, bytes, len);

	expect(run, is_copied(run, bytes, len), CLASS_OUTPUT,
		"The output of `%s` is %zu bytes long, and right up to byte %zu; the files have "
		"%zu bytes together. On standard error there is %s.",
		command_of(run), output_size(run), n, len, shown(errors_of(run)));
	expect_errors(run, false);
	expect_exit(run, 0);
}

START_TEST(copies_files)
{
	static char room[LARGE];
	struct file large = draw_binary(room, (size_t)draw(LARGE - 2000, LARGE));
	struct file small = draw_file((size_t)draw(3, 9)), empty = draw_file(0);
	struct judged *run = judge_run("catfiles", .args = ARGS(small.name),
		FILES(ENTRY(small), ENTRY(empty), ENTRY(large)));

	expect_copied(run, small.bytes, small.len);
	then_run(run, "catfiles", .args = ARGS(empty.name, large.name));
	expect_copied(run, large.bytes, large.len);
	then_run(run, "catfiles", .args = ARGS(small.name, empty.name, small.name));
	expect_copied(run, text_of("%s%s", small.bytes, small.bytes), 2 * small.len);
}
END_TEST

/* The REASON that was given for FILE on standard error; NULL. */
static const char *reason_given(struct judged *run, const char *file)
{
	const char *label = text_of("catfiles: %s: ", file);
	const char *at = strstr(errors_of(run), label);

	return at ? text_of("%.*s", (int)strcspn(at + strlen(label), "\n"), at + strlen(label))
		  : NULL;
}

/* One line on standard error, about FILE, with the reason for ERRNUM, which CALL has given. */
static void expect_reason(struct judged *run, const char *file, int errnum, const char *call)
{
	const char *right = strerror(errnum), *given = reason_given(run, file);
	const char *line = text_of("catfiles: %s: %s\n", file, right);
	const struct event *e = failed_call(run, call);

	expect_at(run, exit_of(run) != INT_MIN, CLASS_SPIN, e,
		"%s() failed in `%s` (%s), and your program made the same call again, and again, "
		"without an end. Only after EINTR does it help to repeat a call.",
		call, command_of(run), right);
	expect_at(run, errors_of(run)[0] != '\0', CLASS_FAULT, e,
		"%s() failed in `%s` (%s), and the program ended with %s and without a word. -1 is "
		"neither a descriptor nor a number of bytes: test for it, and say on standard "
		"error what is wrong:\n%s",
		call, command_of(run), right, how_ended(run, task_of(run)), line);
	expect_at(run, !e || !given || strcmp(given, right) == 0, CLASS_FAULT, e,
		"You reported \"%s\", but the failing call set \"%s\" (%s, `%s`): save errno, or "
		"report, before you call anything else. The next call that fails sets errno anew.",
		given, right, call, command_of(run));
	expect_at(run, !e || strcmp(errors_of(run), line) == 0, CLASS_FAULT, e,
		"%s() failed in `%s` (%s). Standard error should be %s; it is %s.", call,
		command_of(run), right, shown(line), shown(errors_of(run)));
	expect(run, strcmp(errors_of(run), line) == 0, CLASS_OUTPUT,
		"Standard error of `%s` should be %s; it is %s.", command_of(run), shown(line),
		shown(errors_of(run)));
}

/* Was this call about the file of that name? */
static bool is_about(struct judged *run, const struct event *e, const char *name)
{
	const char *object = event_text(e, "obj");
	const struct event *open = NULL;

	while (object && (open = next_call(run, "open", open)))
		if (event_text(open, "obj") && strcmp(event_text(open, "obj"), object) == 0)
			return strcmp(event_text(open, "path"), name) == 0;
	return false;
}

/* A read() of that file has failed. (One of a pipe may be how a program is made inside.) */
static bool file_unread(struct judged *run, const struct file *file)
{
	const struct event *failed = failed_call(run, "read");

	return failed && is_about(run, failed, file->name);
}

START_TEST(names_the_reason)
{
	struct file file = draw_file(30);
	const char *none = draw_word(7);
	struct judged *run =
		judge_run("catfiles", .args = ARGS(none), ONE(file), .look_first = true);

	expect_reason(run, none, ENOENT, "open");
	then_run(run, "catfiles", .args = ARGS("."));
	expect_reason(run, ".", EISDIR, "read");
	then_run(run, "catfiles", .args = ARGS(file.name),
		FAULTS({.call = "open", .n = 1, .kind = RUN_FAULT_ERRNO, .errnum = EACCES}));
	if (find_event(run, EVENT_FAULT, "open", 0, 0))
		expect_reason(run, file.name, EACCES, "open");
	then_run(run, "catfiles", .args = ARGS(file.name),
		FAULTS({.call = "read", .n = 1, .kind = RUN_FAULT_ERRNO, .errnum = EIO},
			{.call = "close", .n = 1, .kind = RUN_FAULT_ERRNO, .errnum = EINTR}));
	if (file_unread(run, &file))
		expect_reason(run, file.name, EIO, "read");
}
END_TEST

/* `catfiles ARGS`, of which only FILE can be copied, must copy it. */
static void expect_goes_on(struct judged *run, const struct file *file)
{
	const char *given = reason_given(run, file->name);
	const struct event *e = NULL;
	bool opened = false;

	expect(run, exit_of(run) != INT_MIN, CLASS_SPIN,
		"`%s` does not come to an end: it never gets past the file that cannot be copied.",
		command_of(run));
	while ((e = next_call(run, "open", e)))
		opened = opened || (event_text(e, "path") && event_int(e, "ret", -1) >= 0 &&
					   strcmp(event_text(e, "path"), file->name) == 0);
	expect(run, !given || !opened, CLASS_FAULT,
		"`%s` says \"catfiles: %s: %s\", but open() has opened that file: errno was left "
		"over from an earlier call. A call that succeeds leaves in errno what was there. "
		"Test the return value first, and look at errno only after a failure. See "
		"errno(3).",
		command_of(run), file->name, given);
	expect(run, is_copied(run, file->bytes, file->len), CLASS_OUTPUT,
		"The only file of `%s` that can be copied is %s, with %s in it; standard output is "
		"%s. A file that cannot be copied is reported, and all the others are copied.",
		command_of(run), file->name, shown(file->bytes), shown(output_of(run)));
	expect(run, exit_of(run) == 1, CLASS_EXIT,
		"`%s` ended with %s. One of the files could not be copied, so the status is 1, "
		"even if the last one could.",
		command_of(run), how_ended(run, task_of(run)));
}

START_TEST(other_files_are_copied)
{
	struct file file = draw_file(30);
	const char *none = draw_word(7);
	struct judged *run =
		judge_run("catfiles", .args = ARGS(none, file.name), ONE(file), .look_first = true);

	expect_goes_on(run, &file);
	then_run(run, "catfiles", .args = ARGS(file.name, none));
	expect_goes_on(run, &file);
	then_run(run, "catfiles", .args = ARGS(".", file.name));
	expect_goes_on(run, &file);
}
END_TEST

/* Some write() has accepted less than it was offered. */
static void expect_all_written(struct judged *run, const struct file *file)
{
	const struct event *e = short_write(run);
	size_t n = right_bytes(run, file->bytes, file->len), size = output_size(run);
	long long ret = e ? event_int(e, "ret", 0) : 0, len = e ? event_int(e, "len", 0) : 0;

	if (!e)
		return expect_copied(run, file->bytes, file->len);
	expect_at(run, !is_copied(run, file->bytes, file->len) || errors_of(run)[0] == '\0',
		CLASS_FAULT, e,
		"write() accepted %lld of %lld bytes, and you reported %s. That is no failure: "
		"only -1 is.",
		ret, len, shown(errors_of(run)));
	expect_at(run, size >= file->len, CLASS_FAULT, e,
		"write() accepted %lld of %lld bytes, and you dropped the rest: %zu of %zu bytes "
		"came out. It returns how many it has taken; loop until the buffer is empty. See "
		"write(2), \"RETURN VALUE\".",
		ret, len, size, file->len);
	expect_at(run, is_copied(run, file->bytes, file->len), CLASS_FAULT, e,
		"write() accepted %lld of %lld bytes, and what you wrote then did not go on behind "
		"these: the output is right up to byte %zu, and %zu bytes long instead of %zu. "
		"Both the address and the number of bytes have to move on.",
		ret, len, n, size, file->len);
	expect_copied(run, file->bytes, file->len);
}

START_TEST(write_may_accept_less)
{
	static char room[9000];
	struct file small = draw_file(50), large = draw_binary(room, 9000);
	struct judged *run = judge_run("catfiles", .args = ARGS(small.name), TWO(small, large),
		.look_first = true,
		FAULTS({.call = "write",
			.n = 1,
			.kind = RUN_FAULT_SHORT,
			.bytes = (size_t)draw(5, 30)}));

	expect_all_written(run, &small);
	then_run(run, "catfiles", .args = ARGS(small.name),
		FAULTS({.call = "write", .n = 0, .kind = RUN_FAULT_SHORT, .bytes = 1}));
	expect_all_written(run, &small);
	then_run(run, "catfiles", .args = ARGS(large.name),
		FAULTS({.call = "write", .n = 0, .kind = RUN_FAULT_SHORT, .bytes = 1000}));
	expect_all_written(run, &large);
}
END_TEST

/* read() returns FIRST bytes at most, then REST, and nothing else is unusual. */
static void expect_copied_in_pieces(const struct file *file, size_t first, size_t rest)
{
	struct judged *run =
		judge_run("catfiles", .args = ARGS(file->name), ONE(*file), .look_first = true,
			FAULTS({.call = "read", .n = 1, .kind = RUN_FAULT_SHORT, .bytes = first},
				{.call = "read", .kind = RUN_FAULT_SHORT, .bytes = rest}));
	const struct event *e = next_call(run, "read", NULL);

	expect_at(run, !e || is_copied(run, file->bytes, file->len), CLASS_FAULT, e,
		"The first read() returned %zu bytes at most, each other one %zu, and %zu of %zu "
		"bytes came out. Fewer bytes than were asked for are not the end of the file; only "
		"0 is. See read(2), \"RETURN VALUE\".",
		first, rest, output_size(run), file->len);
	expect_copied(run, file->bytes, file->len);
}

START_TEST(read_may_return_less)
{
	struct file file = draw_file((size_t)draw(40, 50));

	expect_copied_in_pieces(&file, (size_t)draw(5, 30), 1);
}
END_TEST

/* The first CALL that was interrupted and not made again at once; else the first that was. */
static const struct event *interrupted_call(struct judged *run, const char *call)
{
	const struct event *first = failed_call(run, call), *e = first, *next;

	for (; e; e = next) {
		next = next_call(run, call, e);
		if (event_text(e, "err") && is_about_copying(e) &&
			(!next || !event_text(e, "obj") || !event_text(next, "obj") ||
				strcmp(event_text(e, "obj"), event_text(next, "obj")) != 0))
			return e;
	}
	return first;
}

/* Some CALL was interrupted, which must not be seen outside. */
static void expect_repeated(struct judged *run, const struct file *file, const char *call)
{
	const struct event *e = interrupted_call(run, call);
	size_t n = right_bytes(run, file->bytes, file->len), size = output_size(run);

	if (!e)
		return expect_copied(run, file->bytes, file->len);
	expect_at(run, !strstr(errors_of(run), strerror(EINTR)), CLASS_FAULT, e,
		"%s() was interrupted (EINTR), and you reported a failure: %s. Nothing is wrong "
		"and nothing is lost: a signal handler ran while the call waited. Make the same "
		"call again.",
		call, shown(errors_of(run)));
	expect_at(run, size >= file->len || n < size, CLASS_FAULT, e,
		"%s() was interrupted (EINTR), not finished: output stops at byte %zu of %zu. -1 "
		"with EINTR means that nothing has happened yet; make the same call again, as "
		"often as it takes. The end of the file is 0, not -1.",
		call, size, file->len);
	expect_at(run, is_copied(run, file->bytes, file->len), CLASS_FAULT, e,
		"%s() was interrupted (EINTR), and the output is wrong from byte %zu on: %zu bytes "
		"instead of %zu. A call that returns -1 has moved nothing; make the same call "
		"again, with the same bytes.",
		call, n, size, file->len);
	expect_copied(run, file->bytes, file->len);
}

/* Interrupts each CALL once, and one of them three times in a row. Small pieces make many calls of
 * a program with a large buffer. */
static void interrupt_each(const char *call)
{
	struct file file = draw_file((size_t)draw(24, 30));
	size_t piece = (size_t)draw(6, 9);
	struct judged *run =
		judge_run("catfiles", .args = ARGS(file.name), ONE(file), .look_first = true,
			FAULTS(INTERRUPTED(1), INTERRUPTED(3), INTERRUPTED(5), INTERRUPTED(6),
				INTERRUPTED(7), INTERRUPTED(9), INTERRUPTED(11), INTERRUPTED(13),
				{.call = "read", .kind = RUN_FAULT_SHORT, .bytes = piece}));

	if (!is_copied(run, file.bytes, file.len)) /* or is it the pieces? */
		expect_copied_in_pieces(&file, piece, piece);
	expect_repeated(run, &file, call);
}

START_TEST(interrupted_reads_are_repeated)
{
	interrupt_each("read");
}
END_TEST

START_TEST(interrupted_writes_are_repeated)
{
	interrupt_each("write");
}
END_TEST

/* The first part of a file can be read, the rest cannot. (Who reads a file in one piece, and makes
 * of a smaller piece what it is not, has been told so by another check.) */
START_TEST(a_read_fails_in_the_middle)
{
	struct file bad = draw_file(50), good = draw_file(20);
	struct judged *run = judge_run("catfiles", .args = ARGS(bad.name, good.name),
		TWO(bad, good), .look_first = true,
		FAULTS({.call = "read", .n = 2, .kind = RUN_FAULT_ERRNO, .errnum = EIO},
			{.call = "read", .n = 1, .kind = RUN_FAULT_SHORT, .bytes = 10}));
	const struct event *failed = failed_call(run, "read"), *e = NULL;
	long long before = 0;

	if (!file_unread(run, &bad))
		return;
	while ((e = next_call(run, "read", e)) && e != failed)
		if (is_about(run, e, bad.name))
			before += event_int(e, "ret", 0);
	expect_reason(run, bad.name, EIO, "read");
	expect_at(run,
		is_copied(run, text_of("%.*s%s", (int)before, bad.bytes, good.bytes),
			(size_t)before + good.len),
		CLASS_FAULT, failed,
		"A read() of `%s` failed (EIO). %lld bytes had been read before, and the "
		"next file has %zu: these should be copied, but %zu bytes came out.",
		command_of(run), before, good.len, output_size(run));
	expect_exit(run, 1);
}
END_TEST

START_TEST(says_that_output_failed)
{
	struct file one = draw_file(20), two = draw_file(20);
	struct judged *run = judge_run("catfiles", .args = ARGS(one.name, two.name), TWO(one, two),
		.look_first = true,
		FAULTS({.call = "write", .n = 1, .kind = RUN_FAULT_ERRNO, .errnum = ENOSPC}));
	const struct event *failed = failed_call(run, "write");

	if (!failed || !event_text(failed, "obj") || strcmp(event_text(failed, "obj"), "stdout"))
		return; /* another write was the first: to a pipe, say, inside of the program */
	expect_at(run, output_size(run) == 0, CLASS_FAULT, failed,
		"The first write() to standard output failed (ENOSPC), and %zu bytes came out "
		"after it. What is read from now on has nowhere to go, and whoever reads the "
		"output would not see that a part is missing: end at once.",
		output_size(run));
	expect_reason(run, "standard output", ENOSPC, "write");
	expect_exit(run, 1);
}
END_TEST

/* `catfiles NAME NAME ... LAST`, COUNT in all. RUN: its world; NULL: a new one. */
static struct judged *run_with_names(
	struct judged *run, int count, const char *name, const struct file *last)
{
	const char *args[FILES_MANY + 1] = {NULL};

	for (int i = 0; i < count - 1; i++)
		args[i] = name;
	args[count - 1] = last->name;
	if (!run)
		return judge_run("catfiles", .args = args, ONE(*last), .look_first = true);
	then_run(run, "catfiles", .args = args);
	return run;
}

/* How many files the latest program had open at once, at most. */
static int most_open(struct judged *run)
{
	const struct event_log *log = log_of(run);
	int open = 0, most = 0;

	for (size_t i = 0; i < log->count; i++) {
		const struct event *e = log->events[i];

		if (e->task < task_of(run) || event_int(e, "ret", -1) < 0)
			continue;
		open += event_is(e, EVENT_CALL, "open") - event_is(e, EVENT_CALL, "close");
		most = open > most ? open : most;
	}
	return most;
}

/* `catfiles NAME NAME ... LAST` ran out of no descriptors. KIND: what there are so many of. RUN:
 * its world; NULL: a new one. */
static struct judged *expect_all_opened(
	struct judged *run, const char *name, const struct file *last, const char *kind)
{
	const struct event *e;

	run = run_with_names(run, FILES_MANY, name, last);
	e = failed_call(run, "open");
	expect_at(run, !e || strcmp(event_text(e, "err"), "EMFILE") != 0, CLASS_LEAK, e,
		"With %d %s on the command line open() failed (EMFILE, %s): there are as many "
		"descriptors open as a process can have. Close each file when it has been copied, "
		"or could not be.",
		FILES_MANY, kind, strerror(EMFILE));
	return run;
}

START_TEST(closes_what_it_opens)
{
	struct file file = draw_file(3);
	struct judged *run = expect_all_opened(NULL, file.name, &file, "files");

	expect(run, output_size(run) == FILES_MANY * file.len, CLASS_OUTPUT,
		"With %d files of %zu bytes on the command line %zu bytes came out. On standard "
		"error there is %s.",
		FILES_MANY, file.len, output_size(run), shown(errors_of(run)));
	expect(run, exit_of(run) == 0, CLASS_EXIT, "With %d files it ended with %s instead of 0.",
		FILES_MANY, how_ended(run, task_of(run)));
	/* Many take long: only if some show that not each is closed. */
	run_with_names(run, FILES_SOME, ".", &file);
	if (most_open(run) > OPEN_MOST)
		expect_all_opened(run, ".", &file, "names, all but the last one of a folder,");
}
END_TEST

START_TEST(wants_a_file)
{
	struct judged *run = judge_run("catfiles", .input = "not this\n");

	expect(run, output_size(run) == 0, CLASS_OUTPUT,
		"`catfiles` without a FILE wrote %s on standard output.", shown(output_of(run)));
	expect_exit(run, 2);
	expect_errors(run, true);
}
END_TEST

JUDGE(CHECK(copies_files), CHECK(names_the_reason, .weight = 2),
	CHECK(other_files_are_copied, .weight = 2), CHECK(write_may_accept_less, .weight = 2),
	CHECK(read_may_return_less), CHECK(interrupted_reads_are_repeated, .weight = 2),
	CHECK(interrupted_writes_are_repeated), CHECK(a_read_fails_in_the_middle),
	CHECK(says_that_output_failed), CHECK(closes_what_it_opens, .long_one = true),
	CHECK(wants_a_file))
