/*
 * lab/verdict: what is wrong with a run, in which words: the one finding of a small log, its place
 * and its message; the difference of two texts. Deadlocks are in test_verdict_deadlocks.c, the way
 * of a result to the lab in test_wire.c.
 */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "lab/verdict/verdict.h"
#include "tests/unit/text_log.h"

#define START "t1 start - prog=count argv0=count pid=4711"
#define FORK  "t1 fork fork child=t2 pid=4712 @x.c:6:main"

/* The only finding of LOG; NULL if there is none. Freed with the process of the test. */
static char *only(const struct event_log *log, enum verdict_class class, const char *place)
{
	struct findings f;
	LAB_FREE char *at = NULL;
	char *message;

	verdict_findings(log, &f);
	if (!f.count)
		return NULL;
	ck_assert_uint_eq(f.count, 1);
	ck_assert_int_eq(f.list[0].class, class);
	at = f.list[0].place.file ? lab_xprintf("%s:%d", f.list[0].place.file, f.list[0].place.line)
				  : lab_xstrdup("-");
	ck_assert_str_eq(at, place);
	message = lab_xstrdup(f.list[0].message);
	findings_done(&f);
	return message;
}

START_TEST(spinning)
{
	EVENT_LOG_SCOPED *calls = TEXT_LOG(START, "t1 call write fd=1 ret=2",
		"t1 spin - steps=20000 calls=\"main*1 time*19999 tick*3 write*1\" "
		"@ticker.c:12:main",
		"- end - why=spin");
	EVENT_LOG_SCOPED *none =
		TEXT_LOG(START, "t1 spin - steps=20000 calls=\"main*1 tick*99\" @waiter.c:9:main");
	EVENT_LOG_SCOPED *retry = TEXT_LOG(START, "t1 call read fd=3 obj=pipe:1 ret=-1 err=EAGAIN",
		"t1 spin - steps=20000 calls=\"read*20000\" @shout.c:9:main");
	LAB_FREE char *text = only(calls, CLASS_SPIN, "ticker.c:12");

	ck_assert_str_eq(text,
		"You wait without blocking: 20000 steps and no system call that waits. Sleep "
		"instead.\n\ncount 4711 called time 19999 times, write 1 time since it last slept; "
		"it was at ticker.c:12.\nWhoever has to wait lets the kernel wake it: sleep(3), "
		"wait(2), read(2), poll(2), sem_wait(3), sigsuspend(2).");
	free(text);
	text = only(none, CLASS_SPIN, "waiter.c:9");
	ck_assert_ptr_nonnull(
		strstr(text, "runs in a loop that makes no system call at waiter.c:9"));
	free(text);
	text = only(retry, CLASS_SPIN, "shout.c:9");
	ck_assert_ptr_nonnull(
		strstr(text, "Its read failed with EAGAIN. EAGAIN means \"not now\""));
}
END_TEST

START_TEST(spinning_is_not_for_all_the_same)
{
	static const struct {
		const char *event, *says;
	} rows[] = {
		{"t1 spin - steps=2000 calls=\"sched_yield*400\" @ring.c:9:main",
			"no system call that waits. It gives way to the others (sched_yield(2)), "},
		{"t1 spin - steps=2000 obj=shm:1 at=0 n=4 calls=\"sched_yield*20\" @ring.c:9:main",
			"no system call that waits. It gives way to the others (sched_yield(2)), "},
		{"t1 spin - steps=2000 obj=shm:1 at=0 n=4 @ring.c:9:main",
			"Sleep instead; or, where the exercise has you look again and again, give "
			"way to the others between two looks (sched_yield(2)).\n\n"},
		{"t1 spin - steps=2000 calls=\"sched_yield*1 time*1999\" @ring.c:9:main",
			"Sleep instead.\n\n"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		EVENT_LOG_SCOPED *log = TEXT_LOG(START, rows[i].event);
		LAB_FREE char *text = only(log, CLASS_SPIN, "ring.c:9");

		ck_assert_msg(strstr(text, rows[i].says) != NULL, "%s", text);
	}
}
END_TEST

START_TEST(budgets)
{
	static const struct {
		const char *event, *phrase;
	} rows[] = {
		{"- limit time",
			"Your program used 3600 s of virtual time without coming to an end."},
		{"t1 limit steps", "made more steps than this test allows"},
		{"t1 limit cpu", "count 4711 used all the processor time"},
		{"t1 limit output most=8388608",
			"Your program printed more than 8388608 bytes and went on"},
		{"t1 limit output", "printed more than a run may print"},
		{"- limit tasks", "started more processes than a run may have (2 so far)"},
		{"- limit other", "used up the limit \"other\""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		EVENT_LOG_SCOPED *log = TEXT_LOG(
			START, FORK, "t2 block nanosleep ns=5 @x.c:10:main", rows[i].event);
		LAB_FREE char *text = NULL;

		log->events[3]->time = INT64_C(3600000000000);
		text = only(log, CLASS_LIMIT, "-");
		ck_assert_msg(strstr(text, rows[i].phrase) != NULL, "%s", text);
		ck_assert_msg(strstr(text, "- child 4712 (t2, forked at x.c:6) is sleeping in "
					   "nanosleep() at x.c:10") != NULL,
			"%s", text);
	}
}
END_TEST

START_TEST(crashes)
{
	static const struct {
		const char *lines[6];
		const char *message; /* NULL: no crash */
		const char *place;
	} rows[] = {
		{{"t1 deliver SIGSEGV how=default @x.c:9:main", "t1 killed SIGSEGV core=1"},
			"count 4711 was killed by SIGSEGV at x.c:9: an access to memory that the "
			"process does not have: a NULL or wild pointer, an index out of range, or "
			"a "
			"stack that grew too deep.",
			"x.c:9"},
		{{FORK, "t2 killed SIGFPE"},
			"Child 4712 was killed by SIGFPE: an arithmetic error, most often an "
			"integer division by zero.",
			"-"},
		{{"t1 call write fd=4 obj=pipe:1 ret=-1 err=EPIPE @x.c:4:main",
			 "t1 deliver SIGPIPE how=default from=t1", "t1 killed SIGPIPE"},
			"count 4711 was killed by SIGPIPE: the last read end was closed. It wrote "
			"at "
			"x.c:4. Close in each process the ends that it does not use, and no "
			"others; "
			"see pipe(7).",
			"x.c:4"},
		{{"t1 signal SIGALRM to=t1 code=alarm", "t1 deliver SIGALRM how=default",
			 "t1 killed SIGALRM"},
			"count 4711 was killed by SIGALRM: a timer of alarm() or setitimer() ran "
			"out, and no handler was installed.",
			"-"},
		{{FORK, "t2 call sigprocmask how=SIG_UNBLOCK set=SIGABRT ret=0 @x.c:7:f",
			 "t2 call kill pid=t2 sig=SIGABRT ret=0 @x.c:7:f",
			 "t2 deliver SIGABRT how=default from=t2", "t2 killed SIGABRT core=1"},
			"Child 4712 was killed by SIGABRT at x.c:7: the program gave up itself: "
			"abort(), a failed assert(), or the C library found its memory damaged (a "
			"double free, a write past the end).",
			"x.c:7"},
		/* the judge's signal */
		{{"- steer signal sig=SIGINT to=t1", "t1 signal SIGINT to=t1 code=judge",
			 "t1 killed SIGINT"},
			NULL, NULL},
		{{"t1 signal SIGSEGV to=t1 code=judge", "t1 killed SIGSEGV"}, NULL, NULL},
		/* a planned fault */
		{{"t1 fault read n=1 how=SIGKILL", "t1 signal SIGKILL to=t1 code=fault",
			 "t1 killed SIGKILL"},
			NULL, NULL},
		/* a child that is killed, or kills itself, on purpose */
		{{FORK, "t1 call kill pid=t2 sig=SIGTERM ret=0",
			 "t2 deliver SIGTERM how=default from=t1", "t2 killed SIGTERM"},
			NULL, NULL},
		{{FORK, "t2 call kill pid=t2 sig=SIGSEGV ret=0",
			 "t2 deliver SIGSEGV how=default from=t2", "t2 killed SIGSEGV"},
			NULL, NULL},
		{{FORK, "t2 call kill pid=t2 sig=SIGABRT ret=0",
			 "t2 deliver SIGABRT how=default from=t2", "t2 killed SIGABRT"},
			NULL, NULL},
		{{"t1 call kill pid=t1 sig=SIGPIPE ret=0", "t1 deliver SIGPIPE how=default from=t1",
			 "t1 killed SIGPIPE"},
			NULL, NULL},
		/* a stage of a pipeline whose reader has left */
		{{FORK, "t2 killed SIGPIPE"}, NULL, NULL},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *lines[8] = {START};
		LAB_FREE char *text = NULL;

		memcpy(lines + 1, rows[i].lines, sizeof(rows[i].lines));
		EVENT_LOG_SCOPED *log = text_log(lines);

		text = only(log, CLASS_CRASH, rows[i].place ? rows[i].place : "-");
		if (rows[i].message)
			ck_assert_str_eq(text ? text : "(none)", rows[i].message);
		else
			ck_assert_msg(!text, "row %zu: %s", i, text);
	}
}
END_TEST

START_TEST(what_the_supervisor_kills_is_no_crash)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG(START, "t1 spin - steps=5 @x.c:1", "t1 killed SIGSEGV",
		"t1 zombie - child=t2", "t1 survivor -", "- left fifo path=x");
	LAB_FREE char *text = only(log, CLASS_SPIN, "x.c:1");

	ck_assert_ptr_nonnull(text);
}
END_TEST

START_TEST(zombies)
{
	EVENT_LOG_SCOPED *one = TEXT_LOG(
		START, FORK, "t2 exit - status=0", "t1 zombie - child=t2", "t1 exit - status=0");
	EVENT_LOG_SCOPED *two = TEXT_LOG(START, FORK, "t1 fork fork child=t3 pid=4713 @x.c:6:main",
		"t1 zombie - child=t2", "t1 zombie - child=t3");
	LAB_FREE char *text = only(one, CLASS_LEAK, "x.c:6");

	ck_assert_str_eq(text,
		"Process 4712 (t2, forked at x.c:6) ended, and nobody waited for it: it was a "
		"zombie until count 4711 ended, too.\n\nCall wait() or waitpid() once for each "
		"child: only that frees its entry in the process table. See wait(2), NOTES.");
	free(text);
	text = only(two, CLASS_LEAK, "x.c:6");
	ck_assert_ptr_nonnull(strstr(text,
		"2 processes ended, and nobody waited for them: they were zombies until count 4711 "
		"ended, too.\n- process 4712 (t2, forked at x.c:6)\n- process 4713 (t3, forked at "
		"x.c:6)"));
}
END_TEST

START_TEST(survivors_and_objects)
{
	EVENT_LOG_SCOPED *lives =
		TEXT_LOG(START, FORK, "t1 exit - status=0", "t2 survivor pause @x.c:9:main");
	EVENT_LOG_SCOPED *left = TEXT_LOG(START,
		"t1 call mq_open path=/jobs flags=O_CREAT|O_RDWR ret=3 obj=mq:1 @x.c:4:main",
		"t1 exit - status=0", "- left mqueue path=/jobs", "- left sysv-sem",
		"- left file path=/home/student/out.txt");
	LAB_FREE char *text = only(lives, CLASS_LEAK, "x.c:9");

	ck_assert_ptr_nonnull(strstr(text, "Process 4712 (t2, forked at x.c:6) still lived when "
					   "your program had ended: it waits in pause at x.c:9."));
	free(text);
	text = only(left, CLASS_LEAK, "x.c:4");
	ck_assert_ptr_nonnull(strstr(text,
		"The message queue \"/jobs\" is left behind when all processes have ended (mq_open "
		"at x.c:4): remove it with mq_unlink(3).\nThe System V semaphore set is left "
		"behind "
		"when all processes have ended: remove it with semctl(2) with IPC_RMID.\nThe file "
		"\"out.txt\" is left behind"));
}
END_TEST

START_TEST(what_the_judge_has_read_is_not_left_behind)
{
	EVENT_LOG_SCOPED *clean = TEXT_LOG(START, "t1 exit - status=0",
		"- file - path=out.txt mode=420 data=\"all of it\"",
		"- left file path=/home/student/out.txt");
	EVENT_LOG_SCOPED *other = TEXT_LOG(START, "t1 exit - status=0",
		"- file - path=out.txt mode=420 data=\"all of it\"",
		"- left file path=/home/student/out.txt", "- left file path=/home/student/lock");
	EVENT_LOG_SCOPED *failed = TEXT_LOG(START, "t1 exit - status=0",
		"- file - path=/dev/shm/x mode=420 data=\"x\"", "- left shm path=/x");
	LAB_FREE char *text = only(other, CLASS_LEAK, "-");

	ck_assert_ptr_null(only(clean, CLASS_NONE, "-"));
	ck_assert_ptr_nonnull(strstr(text, "The file \"lock\" is left behind"));
	ck_assert_ptr_null(strstr(text, "out.txt"));
	free(text);
	text = only(failed, CLASS_LEAK, "-");
	ck_assert_ptr_nonnull(strstr(text, "The shared memory object \"/x\" is left behind"));
}
END_TEST

START_TEST(refused_calls)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG(START,
		"t1 refused io_uring_setup err=EPERM why=\"it cannot be supervised\" @x.c:3:main");
	LAB_FREE char *text = only(log, CLASS_LIMIT, "x.c:3");

	ck_assert_str_eq(text, "count 4711 called io_uring_setup at x.c:3, which the lab does not "
			       "allow (it failed with EPERM): it cannot be supervised.");
}
END_TEST

/* What a program was kept from: a list of its own, in which the same at the same place is one. */
START_TEST(what_the_sandbox_refused)
{
	EVENT_LOG_SCOPED *log = TEXT_LOG(START,
		"t1 denied open what=/etc/shadow why=passwords @x.c:3:main",
		"t1 denied ptrace why=others @x.c:4:main",
		"t1 denied open what=/etc/shadow why=passwords @x.c:3:main",
		"t1 denied kill what=\"-1\" why=all", "t1 call fork ret=-1 err=EAGAIN @x.c:9:main",
		"t1 call write fd=3 ret=-1 err=EFBIG", "t1 deliver SIGXFSZ how=default from=t1",
		"t1 killed SIGXFSZ");
	EVENT_LOG_SCOPED *planned = TEXT_LOG(START, "t1 fault fork n=1 how=EAGAIN",
		"t1 call fork ret=-1 err=EAGAIN @x.c:9:main", "t1 signal SIGXFSZ to=t1 from=t1",
		"t1 killed SIGXFSZ");
	static const struct refusal rows[] = {
		{"open(\"/etc/shadow\")", "passwords", "x.c", 3, NULL, 4},
		{"ptrace()", "others", "x.c", 4, NULL, 2},
		{"kill(-1)", "all", NULL, 0, NULL, 2},
		{"write()", "a file larger than a run may have", NULL, 0, NULL, 2},
		{"fork()", "more processes and threads than a run may have", "x.c", 9, NULL, 2},
	};
	struct refusals all = {0}, none = {0};

	verdict_refusals(log, &all);
	verdict_refusals(log, &all);
	verdict_refusals(planned, &none);
	ck_assert_uint_eq(none.count, 0);
	ck_assert_uint_eq(all.count, sizeof(rows) / sizeof(rows[0]));
	for (size_t i = 0; i < all.count; i++) {
		ck_assert_str_eq(all.list[i].what, rows[i].what);
		ck_assert_str_eq(all.list[i].why, rows[i].why);
		ck_assert_pstr_eq(all.list[i].file, rows[i].file);
		ck_assert_int_eq(all.list[i].line, rows[i].line);
		ck_assert_uint_eq(all.list[i].times, rows[i].times);
	}
	refusals_done(&all);
}
END_TEST

START_TEST(a_clean_run_has_no_findings)
{
	EVENT_LOG_SCOPED *log =
		TEXT_LOG(START, FORK, "t2 exit - status=1", "t1 call waitpid pid=t2 child=t2 ret=0",
			"t2 reaped - by=t1", "t1 exit - status=0", "- end - why=ended status=0");

	ck_assert_ptr_null(only(log, CLASS_NONE, "-"));
}
END_TEST

START_TEST(diffs)
{
	static const struct {
		const char *expected, *actual, *diff;
	} rows[] = {
		{"3\n", "4\n", "  - 3\n  + 4\n"},
		{"3\n", "3", "  - 3\n  + 3   (no newline at the end)\n"},
		{"3\n", "", "  - 3\n"},
		{"", "3\n", "  + 3\n"},
		{"a\n", "a \n", "  - a\n  + a\\x20\n"},
		{"a b\n", "a\tb\r\n", "  - a b\n  + a\\tb\\r\n"},
		{"\xc3\xa9\n", "\xe9\\\n", "  - \xc3\xa9\n  + \\xe9\\\\\n"},
		{"1\n2\n3\n4\n5\n6\n", "1\n2\n3\n5\n6\n",
			"    ... 1 line that agrees\n    2\n    3\n  - 4\n    5\n"},
		{"1\n2\n3\n", "1\nx\n2\n3\n", "    1\n  + x\n    2\n"},
		{"a\nb\nc\nd\n", "a\nB\nc\nD\n", "    a\n  - b\n  + B\n    c\n  - d\n  + D\n"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		BUF_SCOPED b = BUF_INIT;
		LAB_FREE char *whole = lab_xprintf("  (- expected, + yours)\n%s", rows[i].diff);

		verdict_diff(&b, rows[i].expected, strlen(rows[i].expected), rows[i].actual,
			strlen(rows[i].actual));
		ck_assert_str_eq(buf_text(&b), whole);
	}
}
END_TEST

START_TEST(a_flood_makes_a_short_diff)
{
	BUF_SCOPED actual = BUF_INIT, diff = BUF_INIT;
	size_t lines = 0;

	for (int i = 0; i < 200000; i++)
		buf_printf(&actual, "%d\n", i);
	buf_add(&actual, "\0", 1);
	verdict_diff(&diff, "x\n", 2, actual.data, actual.len);
	for (const char *p = buf_text(&diff); *p; p++)
		lines += *p == '\n';
	ck_assert_uint_eq(lines, 18);
	ck_assert_ptr_nonnull(strstr(buf_text(&diff), "    ... 199986 lines more that differ\n"));
}
END_TEST

int main(void)
{
	return RUN_SUITE("verdict", spinning, spinning_is_not_for_all_the_same, budgets, crashes,
		what_the_supervisor_kills_is_no_crash, zombies, survivors_and_objects,
		what_the_judge_has_read_is_not_left_behind, refused_calls, what_the_sandbox_refused,
		a_clean_run_has_no_findings, diffs, a_flood_makes_a_short_diff);
}
