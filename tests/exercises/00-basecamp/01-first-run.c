/*
 * 00-basecamp/01-first-run: one line, two numbers that the kernel knows, status 0.
 *
 * The numbers are looked for wherever the program printed them, so that a program with one mistake
 * fails the one check that names it.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/judge/judge.h"

#define SHOWN_MOST 60 /* bytes of output in a message */

/* TEXT as it can be shown: escaped, and cut where it is long. */
static const char *quoted(const char *text)
{
	size_t len = strlen(text);
	BUF_SCOPED shown = BUF_INIT;

	buf_put_escaped(&shown, text, len < SHOWN_MOST ? len : SHOWN_MOST);
	return text_of("\"%s\"%s", buf_text(&shown), len < SHOWN_MOST ? "" : "...");
}

struct line {
	const char *text; /* what the program printed, on either descriptor */
	int fd;
	long pid, ppid; /* -1: there is no such number */
};

/* The number behind NAME in TEXT; "pid=" is also the tail of "ppid=", which is not meant. */
static long number_behind(const char *text, const char *name)
{
	long value = -1;

	for (const char *at = strstr(text, name); at; at = strstr(at + 1, name))
		if ((at == text || at[-1] != 'p') && sscanf(at + strlen(name), "%ld", &value) == 1)
			return value;
	return -1;
}

static struct line line_of(struct judged *run)
{
	struct line line = {.text = output_of(run), .fd = 1};

	if (output_size(run) == 0) {
		line.text = errors_of(run);
		line.fd = 2;
	}
	expect(run, line.text[0] != '\0', CLASS_OUTPUT,
		"Your program ended with %s and without printing a single byte. It should print "
		"one line, pid=PID ppid=PPID, on standard output.",
		how_ended(run, 1));
	line.pid = number_behind(line.text, "pid=");
	line.ppid = number_behind(line.text, "ppid=");
	return line;
}

/* The parent of the process that was started as first-run, as the kernel numbers it. */
static long parent_of(struct judged *run)
{
	const struct event *start = find_event(run, EVENT_START, NULL, task_of(run), 0);

	if (!start || !event_has(start, "ppid"))
		broken_check("the log does not say who the parent of the program is");
	return event_int(start, "ppid", -1);
}

/* Is PID a process that the program itself created? */
static bool is_child(struct judged *run, long pid)
{
	const struct event *e;

	for (size_t i = 0; (e = find_event(run, EVENT_FORK, NULL, 0, i)); i++)
		if (event_int(e, "pid", -1) == pid)
			return true;
	return false;
}

START_TEST(pid_is_its_own)
{
	struct judged *run = judge_run("first-run");
	struct line line = line_of(run);
	long pid = pid_of(run, 1);

	expect(run, line.pid != -1, CLASS_OUTPUT,
		"There is no \"pid=\" with a number behind it in what you printed: %s. The line is "
		"pid=PID ppid=PPID, with decimal numbers.",
		quoted(line.text));
	expect(run, line.pid != parent_of(run) || line.pid == pid, CLASS_OUTPUT,
		"You printed pid=%ld, but that is the number of your parent; your own is %ld. "
		"getpid() gives the caller's own number, getppid() that of its parent.",
		line.pid, pid);
	expect(run, line.pid == pid || !is_child(run, line.pid), CLASS_OUTPUT,
		"You printed pid=%ld, the number of a child that your program created. The line is "
		"about the process that was started as first-run, %ld in this run; that one should "
		"print it.",
		line.pid, pid);
	expect(run, line.pid == pid, CLASS_OUTPUT,
		"The kernel gives out new numbers all the time: in this run the kernel knows this "
		"process as %ld, but you printed pid=%ld. Ask with getpid() in every run. See "
		"getpid(2).",
		pid, line.pid);
}
END_TEST

START_TEST(ppid_is_its_parents)
{
	struct judged *run = judge_run("nap", .helper = true, .args = ARGS("0"));
	struct line line;
	long parent, pid;

	/* Another process came between the parent and first-run, and has the number in between. */
	then_run(run, "first-run");
	line = line_of(run);
	parent = parent_of(run);
	pid = (long)pid_of(run, task_of(run));

	expect(run, line.ppid != -1, CLASS_OUTPUT,
		"There is no \"ppid=\" with a number behind it in what you printed: %s. The line "
		"is pid=PID ppid=PPID, with decimal numbers.",
		quoted(line.text));
	expect(run, line.ppid == parent || line.ppid != pid - 1, CLASS_OUTPUT,
		"You printed ppid=%ld, the number before that of the process itself (%ld); but its "
		"parent is %ld. Between the start of a parent and that of its child any number of "
		"others may start. Ask with getppid().",
		line.ppid, pid, parent);
	expect(run, line.ppid != pid, CLASS_OUTPUT,
		"You printed ppid=%ld, but that is the number of the process itself; its parent, "
		"which started it, is %ld. getppid() gives the parent's number.",
		line.ppid, parent);
	expect(run, line.ppid == parent, CLASS_OUTPUT,
		"The process that started yours has the number %ld in this run, but you printed "
		"ppid=%ld. Ask with getppid() in every run. See getppid(2).",
		parent, line.ppid);
}
END_TEST

START_TEST(line_goes_to_standard_output)
{
	struct judged *run = judge_run("first-run");
	struct line line = line_of(run);

	expect(run, line.fd == 1, CLASS_OUTPUT,
		"All that you printed, %zu bytes, arrived on descriptor 2, and %zu bytes on "
		"descriptor 1. Results go to standard output (1), diagnostics to standard error "
		"(2): in a pipeline, or with > FILE, your line would be missing. See stdin(3).",
		strlen(line.text), output_size(run));
	expect(run, errors_of(run)[0] == '\0', CLASS_OUTPUT,
		"Beside the line you printed %zu bytes on standard error (descriptor 2): %s. "
		"Nothing should arrive there.",
		strlen(errors_of(run)), quoted(errors_of(run)));
}
END_TEST

START_TEST(line_has_the_exact_form)
{
	struct judged *run = judge_run("first-run");
	struct line line = line_of(run);
	const char *newline = strchr(line.text, '\n');
	/* The numbers are for other checks to judge, if there are any. */
	const char *right =
		text_of("pid=%ld ppid=%ld\n", line.pid != -1 ? line.pid : (long)pid_of(run, 1),
			line.ppid != -1 ? line.ppid : parent_of(run));

	expect(run, newline, CLASS_OUTPUT,
		"The line you printed, %s, does not end with a newline (%zu bytes, and no '\\n'). "
		"The shell's prompt would stand right behind it, and a program that reads lines "
		"would find none. puts() adds one, printf() does not.",
		quoted(line.text), strlen(line.text));
	expect(run, newline[1] == '\0', CLASS_OUTPUT,
		"After the first line %zu more bytes came: %s. One line, and nothing else.",
		strlen(newline + 1), quoted(newline + 1));
	if (line.fd == 1)
		expect_output(run, right);
	else
		expect(run, strcmp(line.text, right) == 0, CLASS_OUTPUT,
			"You printed %s; it should be %s, byte by byte.", quoted(line.text),
			quoted(right));
}
END_TEST

START_TEST(exit_status_is_zero)
{
	struct judged *run = judge_run("first-run");

	expect(run, exit_of(run) == 0, CLASS_EXIT,
		"Your program ended with %s, and to whoever waits for it that means: it failed. "
		"Exit status 0 means success. What main returns becomes the status, so return 0 in "
		"so many words. See exit(3).",
		how_ended(run, 1));
}
END_TEST

JUDGE(CHECK(pid_is_its_own, .weight = 2), CHECK(ppid_is_its_parents, .weight = 2),
	CHECK(line_goes_to_standard_output), CHECK(line_has_the_exact_form),
	CHECK(exit_status_is_zero))
