/*
 * The runs that the checks of judge_sample.h look at: logs that were written by hand, each of which
 * stands for a program and, where that matters, for a schedule or a fault.
 */
#include "config.h"

#include <stddef.h>

#include "tests/unit/fake_run.h"

#define LINES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define START      "t1 start - prog=x argv0=x pid=411 ppid=410", "t1 main -"
#define HELLO                                                                      \
	"t1 call write fd=1 obj=stdout len=6 data=\"hello\\n\" ret=6 @x.c:7:main", \
		"- output - fd=1 data=\"hello\\n\""
#define EXIT(n) "t1 exit - status=" n " @x.c:9:main"
#define FAULT   "- fault fork n=2 how=EAGAIN"

/* More ways than a small exploration has bodies. */
#define CHOICE  "- choice - among=\"t1 t2 t3 t4\" picked=t2"
#define CHOICES CHOICE, CHOICE, CHOICE
/* One choice of two. */
#define EITHER(n) "- choice - among=\"t1 t2\" picked=t" n

/* Of three the second, then of two the first. */
#define STEPS "- choice - among=\"t1 t2 t3\" picked=t2", EITHER("1")

/* The kernel refuses a process; what a test plans has its own line before it. */
#define CROWD                                                                                     \
	"t1 fork fork child=t2 pid=412 @x.c:5:main", "t1 call fork ret=412 child=t2 @x.c:5:main", \
		"t1 call fork ret=-1 err=EAGAIN @x.c:5:main", "t2 exit - status=0",               \
		"t2 reaped - by=t1"
#define PLANNED "t1 fault fork n=1 how=EAGAIN", "t1 call fork ret=-1 err=EAGAIN @x.c:5:main"

/* printf() and exit() in a handler, the first one twice. */
#define IN_HANDLER                                                                    \
	"t1 deliver SIGINT how=handler",                                              \
		"t1 unsafe printf sig=SIGINT handler=on_int why=stdio @x.c:3:on_int", \
		"t1 unsafe printf sig=SIGINT handler=on_int why=stdio @x.c:3:on_int", \
		"t1 unsafe exit sig=SIGINT handler=on_int why=exit @x.c:4:on_int"

/* A child that is dead and not waited for. */
#define CHILD                                                              \
	"t1 fork fork child=t2 pid=412 @x.c:5:main", "t2 exit - status=0", \
		"t1 zombie - child=t2 @x.c:5:main"

/* It waits for the end of a pipe that it holds open itself. */
#define HANG                                                                        \
	"t1 call pipe fd0=3 fd1=4 obj=pipe:1 ret=0 @x.c:4:main",                    \
		"t1 block read fd=3 obj=pipe:1 len=10 @x.c:8:main", "- deadlock -", \
		"t1 waits read fd=3 obj=pipe:1 len=10 since=4 @x.c:8:main",         \
		"t1 holds - fd=3 obj=pipe:1 mode=r why=deadlock",                   \
		"t1 holds - fd=4 obj=pipe:1 mode=w why=deadlock"

const struct fake_run fake_runs[] = {
	{.program = "hello", .lines = LINES(START, HELLO, EXIT("0"))},
	{.program = "three", .lines = LINES(START, EXIT("3"))},
	{.program = "silent", .lines = LINES(START, "- output - fd=2 data=oops", EXIT("0"))},
	{.program = "killed", .lines = LINES(START, "t1 killed SIGTERM")},
	{.program = "crash", .lines = LINES(START, "t1 killed SIGSEGV @x.c:6:main")},
	{.program = "hang", .lines = LINES(START, HANG)},
	{.program = "zombie", .lines = LINES(START, CHILD, HELLO, EXIT("0"))},
	{.program = "crowd", .lines = LINES(START, CROWD, EXIT("1"))},
	{.program = "planned", .lines = LINES(START, PLANNED, EXIT("1"))},
	{.program = "unsafe", .lines = LINES(START, IN_HANDLER, EXIT("0"))},
	{.program = "racy", .schedule = "random:2", .lines = LINES(START, CHOICES, EXIT("1"))},
	{.program = "racy", .lines = LINES(START, CHOICES, EXIT("0"))},
	{.program = "busy", .lines = LINES(START, CHOICES, HELLO, EXIT("0"))},
	{.program = "steps", .schedule = "natural", .lines = LINES(START, STEPS, EXIT("0"))},
	{.program = "steps", .schedule = "choices:0", .lines = LINES(START, STEPS, EXIT("0"))},
	{.program = "steps", .schedule = "choices:2", .lines = LINES(START, STEPS, EXIT("0"))},
	{.program = "steps", .schedule = "choices:1.1", .lines = LINES(START, STEPS, EXIT("0"))},
	{.program = "steps-racy", .schedule = "natural", .lines = LINES(START, STEPS, EXIT("0"))},
	{.program = "steps-racy", .schedule = "choices:1.1", .lines = LINES(START, EXIT("1"))},
	{.program = "steps-racy", .lines = LINES(START, STEPS, EXIT("0"))},
	{.program = "small", .schedule = "natural", .lines = LINES(START, EITHER("2"), EXIT("0"))},
	{.program = "small",
		.schedule = "choices:0",
		.lines = LINES(START, EITHER("1"), EITHER("1"), EXIT("0"))},
	{.program = "small",
		.schedule = "choices:0.1",
		.lines = LINES(START, EITHER("1"), EITHER("2"), EXIT("0"))},
	{.program = "small-racy",
		.schedule = "natural",
		.lines = LINES(START, EITHER("2"), EXIT("0"))},
	{.program = "small-racy",
		.schedule = "choices:0",
		.lines = LINES(START, EITHER("1"), EXIT("1"))},
	{.program = "growing",
		.schedule = "natural",
		.lines = LINES(START, EITHER("1"), EXIT("0"))},
	{.program = "growing", .lines = LINES(START, CHOICES, CHOICES, EXIT("0"))},
	{.program = "forker", .fault = 1, .lines = LINES(START, FAULT, EXIT("1"))},
	{.program = "forker", .fault = 2, .lines = LINES(START, FAULT, EXIT("0"))},
	{.program = "forker", .lines = LINES(START, EXIT("0"))},
	{.program = "careful", .fault = 1, .lines = LINES(START, FAULT, EXIT("1"))},
	{.program = "careful", .fault = 2, .lines = LINES(START, FAULT, EXIT("1"))},
	{.program = "careful", .lines = LINES(START, EXIT("0"))},
	{.program = "steered",
		.lines = LINES(START, "- steer until-output text=hello", HELLO,
			"- steer stopped why=reached", "- steer signal sig=15 to=t1",
			"- steer until-end", "t1 killed SIGTERM", "- steer stopped why=ended",
			"- file - path=log data=\"one\\n\"",
			"- file - path=none err=ENOENT errno=2")},
	{.program = "quiet",
		.lines = LINES(START, "- steer until-output text=hello",
			"- steer stopped why=quiet", "- steer close", "- steer until-end",
			EXIT("0"), "- steer stopped why=ended")},
	{.program = "three-lines",
		.lines = LINES(START, "- output - fd=1 data=\"a\\nb\\nc\\n\"", EXIT("0"))},
	{.program = "unsupported", .fail = LAB_UNSUPPORTED},
	{.program = "misused", .fail = LAB_USAGE},
	{.program = "broken", .fail = LAB_BROKEN},
	{0},
};
