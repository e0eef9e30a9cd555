/*
 * lab/verdict: what is wrong with a run, in which words; the wire; diffs.
 *
 * Deadlocks are a golden table: tests/golden/deadlocks/NAME.log and the whole message in NAME.txt.
 * VERDICT_UPDATE=1 in the environment writes the texts anew; read the difference before you commit.
 */
#include "config.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/verdict/verdict.h"
#include "tests/unit/text_log.h"

#define GOLDEN ABS_TOP_SRCDIR "/tests/golden/deadlocks/"

static const struct {
	const char *name;
	const char *phrase; /* what the course promises to say */
} deadlocks[] = {
	{"continued-child", "Parent in waitpid, child running: resumption is reported only with "
			    "WCONTINUED."},
	{"fcntl-lock", "waits for the lock on the file \"seats\""},
	{"fifo-open", "open() waits for a reader"},
	{"fifo-open-order", "a cycle. Open in the same order."},
	{"fifo-removed", "waits for a writer that never comes"},
	{"flock", "has held it since its flock at lock.c:10"},
	{"futex", "nobody is left to call FUTEX_WAKE"},
	{"futex-in-handler", "printf, malloc and the like are not async-signal-safe"},
	{"mq-empty", "waits for a message in /jobs, which is empty"},
	{"mq-full", "You wait for room in /q (10 of 10) and are the only one who could receive."},
	{"mq-restarted", "SIGINT was handled, mq_receive was restarted (SA_RESTART) and the queue "
			 "is empty."},
	{"mq-workers", "2 processes wait on /jobs for ever"},
	{"msgrcv", "nobody is left to send one of the type it wants"},
	{"mutex-cycle", "Cycle: abba 4711 holds mutex #1 waits mutex #2, thread t2"},
	{"pause-after-unblock", "Signal delivered between your unblock and pause(): flag is 1 and "
				"you sleep for ever. Unblock and wait in one step: sigsuspend."},
	{"pause-late", "SIGUSR1 was delivered before pause() was called (event 9)"},
	{"pause-lost", "SIGUSR1 was delivered before pause() was called"},
	{"pause-one-more", "waits for a signal in pause() at waiter.c:20, and nobody is left"},
	{"pipe-after-fork",
		"Parent writes pipe #1, child reads pipe #2: create the pipe before the fork."},
	{"pipe-read-own-end",
		"Reader 4712 waits for EOF on a pipe whose write end it holds itself (fd 4)."},
	{"pipe-read-parent-keeps", "slurp (4712) reads pipe #1; its write end is open in the "
				   "parent, which waits for slurp."},
	{"pipe-write-both-full", "waits on pipe #1 (full), child 4712 on pipe #2 (full)"},
	{"pipe-write-own-end",
		"You hold the read end of the pipe you are writing: it fills and nobody reads."},
	{"poll", "waits in poll(), and nobody is left to wake it"},
	{"sem-both-wait", "neither has been posted"},
	{"sem-cycle", "Cycle: child 4712 holds semaphore #1 waits semaphore #2, child 4713 holds "
		      "semaphore #2 waits semaphore #1."},
	{"sem-dead-holder", "was killed (SIGKILL) holding the semaphore /spool"},
	{"sem-mutex-first", "child 4712 holds it since sem_wait at bbuf.c:30 and waits itself"},
	{"sem-not-shared", "Parent sleeps in sem_wait although the child has posted: pshared=0 "
			   "lets only threads of one process wake each other."},
	{"sem-own-copy", "Child posted its own copy"},
	{"sem-poster-blocked", "who posted it at order.c:13, waits itself"},
	{"sem-taken-twice", "which it took itself in sem_wait at twice.c:10"},
	{"semop", "with SEM_UNDO the kernel gives it back"},
	{"semop-cycle", "Cycle: two 4711 holds semaphore 0 waits semaphore 1"},
	{"sigsuspend", "nobody is left to send one"},
	{"sigsuspend-mask",
		"Waiting in sigsuspend with SIGUSR1 blocked: pass the mask that lets it in."},
	{"socketpair-read", "Reader 4712 waits for EOF on a socket whose write end it holds"},
	{"stopped-alone", "Process 4711 is stopped by SIGSTOP"},
	{"stopped-child", "Parent waits in waitpid, child 4712 is stopped: without WUNTRACED a "
			  "stop is not reported."},
	{"stopped-child-pending",
		"SIGINT is pending on a stopped process: it acts only after SIGCONT."},
	{"wait-for-each-other", "child 4712 still holds its write end (fd 6) and waits itself"},
};

static void golden(const char *path, const char *text)
{
	BUF_SCOPED saved = BUF_INIT;
	LAB_FREE char *line = lab_xprintf("%s\n", text);
	struct lab_error e = {0};

	if (getenv("VERDICT_UPDATE"))
		ck_assert_int_eq(file_write(path, line, strlen(line), 0644, &e), 0);
	ck_assert_msg(file_read(path, &saved, 1 << 20, &e) == 0, "%s", e.text);
	ck_assert_str_eq(line, buf_text(&saved));
}

START_TEST(deadlocks_are_explained)
{
	for (size_t i = 0; i < sizeof(deadlocks) / sizeof(deadlocks[0]); i++) {
		LAB_FREE char *path = lab_xprintf(GOLDEN "%s.log", deadlocks[i].name);
		LAB_FREE char *text = lab_xprintf(GOLDEN "%s.txt", deadlocks[i].name);
		struct lab_error e = {0};
		EVENT_LOG_SCOPED *log = event_log_load(path, &e);
		struct findings f;

		ck_assert_msg(log != NULL, "%s", e.text);
		verdict_findings(log, &f);
		ck_assert_uint_eq(f.count, 1);
		ck_assert_int_eq(f.list[0].class, CLASS_DEADLOCK);
		ck_assert(f.list[0].fatal);
		ck_assert_ptr_nonnull(f.list[0].place.file);
		ck_assert_msg(strstr(f.list[0].message, deadlocks[i].phrase) != NULL, "%s: %s",
			deadlocks[i].name, f.list[0].message);
		golden(text, f.list[0].message);
		findings_done(&f);
	}
}
END_TEST

/* A log that ends anywhere, or names tasks that never were, is still no reason to fall over. */
START_TEST(deadlocks_of_torn_logs_are_survived)
{
	for (size_t i = 0; i < sizeof(deadlocks) / sizeof(deadlocks[0]); i++) {
		LAB_FREE char *path = lab_xprintf(GOLDEN "%s.log", deadlocks[i].name);
		EVENT_LOG_SCOPED *log = event_log_load(path, NULL);
		size_t all = log->count;
		struct findings f;

		for (log->count = 0; log->count <= all; log->count++) {
			verdict_findings(log, &f);
			findings_done(&f);
			if (log->count == all)
				break;
		}
		/* ... and without its beginning */
		for (size_t skip = 1; skip < all; skip++) {
			struct event_log rest = {
				.events = log->events + skip,
				.count = all - skip,
				.memory = log->memory,
			};

			for (size_t k = 0; k < rest.count; k++)
				rest.events[k]->step = k;
			verdict_findings(&rest, &f);
			findings_done(&f);
		}
	}
}
END_TEST

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

START_TEST(names_go_both_ways)
{
	for (int i = 0; i <= VERDICT_BROKEN; i++) {
		enum verdict v;

		ck_assert(verdict_from_name(verdict_name((enum verdict)i), &v));
		ck_assert_int_eq(v, i);
	}
	for (int i = 0; i < CLASS_COUNT; i++) {
		enum verdict_class c;

		ck_assert(verdict_class_from_name(verdict_class_name((enum verdict_class)i), &c));
		ck_assert_int_eq(c, i);
	}
	ck_assert(!verdict_from_name("passed", &(enum verdict){0}));
	ck_assert(!verdict_from_name(NULL, &(enum verdict){0}));
	ck_assert(!verdict_class_from_name("", &(enum verdict_class){0}));
}
END_TEST

/* What arrives when SEND has written to a pipe. */
static char *through_pipe(int (*send)(int fd, const void *what), const void *what)
{
	struct buf b = BUF_INIT;
	int fds[2];

	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	ck_assert_int_eq(send(fds[1], what), 0);
	close(fds[1]);
	ck_assert_int_eq(fd_read_to_end(fds[0], &b, 1 << 20), 0);
	close(fds[0]);
	return buf_take(&b);
}

static int send_check(int fd, const void *what)
{
	return verdict_send(fd, what, NULL);
}

START_TEST(results_survive_the_wire)
{
	static struct refusal refusal = {(char *)"open(\"\x1b\")", (char *)"why", NULL, 0, NULL, 7};
	static const struct check_result sent = {.name = (char *)"eof",
		.verdict = VERDICT_FAIL,
		.class = CLASS_DEADLOCK,
		.message = (char *)"two\nlines \"\\\xff\x1b[31m \xc3\xa9 \xed\xa0\x80",
		.file = (char *)"count.c",
		.line = 12,
		.schedule = (char *)"random:7",
		.weight = 2,
		.runs = 8,
		.log_sums = (char *)"ab cd",
		.refused = {&refusal, 1}};
	LAB_FREE char *line = through_pipe(send_check, &sent);
	struct check_result got;
	struct lab_error e = {0};

	ck_assert_ptr_eq(strchr(line, '\n'), line + strlen(line) - 1);
	ck_assert_msg(verdict_receive(line, strlen(line), &got, &e) == 0, "%s", e.text);
	ck_assert_str_eq(got.name, "eof");
	ck_assert_int_eq(got.verdict, VERDICT_FAIL);
	ck_assert_int_eq(got.class, CLASS_DEADLOCK);
	ck_assert_str_eq(got.message, "two\nlines \"\\\\xff\\x1b[31m \xc3\xa9 \\xed\\xa0\\x80");
	ck_assert_str_eq(got.file, "count.c");
	ck_assert_int_eq(got.line, 12);
	ck_assert_str_eq(got.schedule, "random:7");
	ck_assert_int_eq(got.weight, 2);
	ck_assert_uint_eq(got.runs, 8);
	ck_assert_str_eq(got.log_sums, "ab cd");
	ck_assert_uint_eq(got.refused.count, 1);
	ck_assert_str_eq(got.refused.list[0].what, "open(\"\\x1b\")");
	ck_assert_str_eq(got.refused.list[0].why, "why");
	ck_assert_uint_eq(got.refused.list[0].times, 7);
	ck_assert_ptr_null(got.refused.list[0].file);
	check_result_done(&got);
	ck_assert_ptr_null(got.name);
}
END_TEST

START_TEST(a_pass_has_no_message)
{
	static const struct check_result sent = {.name = (char *)"eof", .weight = 1};
	LAB_FREE char *line = through_pipe(send_check, &sent);
	struct verdict_line got;

	ck_assert_int_eq(verdict_receive_line(line, strlen(line), &got, NULL), 0);
	ck_assert_int_eq(got.kind, VERDICT_LINE_CHECK);
	ck_assert_int_eq(got.check.verdict, VERDICT_PASS);
	ck_assert_ptr_null(got.check.message);
	ck_assert_ptr_null(got.check.file);
	verdict_line_done(&got);
}
END_TEST

static int send_plan(int fd, const void *what)
{
	return verdict_send_plan(fd, what, 2, NULL);
}

static int send_end(int fd, const void *what)
{
	(void)what;
	return verdict_send_end(fd, NULL);
}

static int send_run(int fd, const void *what)
{
	(void)what;
	return verdict_send_run(fd, 17, 60, NULL);
}

START_TEST(plan_and_end_survive_the_wire)
{
	static const char *const names[] = {"one", "two"};
	LAB_FREE char *plan = through_pipe(send_plan, names);
	LAB_FREE char *end = through_pipe(send_end, NULL);
	LAB_FREE char *run = through_pipe(send_run, NULL);
	struct verdict_line got;

	ck_assert_str_eq(plan, "{\"plan\":[\"one\",\"two\"]}\n");
	ck_assert_int_eq(verdict_receive_line(plan, strlen(plan), &got, NULL), 0);
	ck_assert_int_eq(got.kind, VERDICT_LINE_PLAN);
	ck_assert_uint_eq(got.count, 2);
	ck_assert_str_eq(got.names[1], "two");
	verdict_line_done(&got);
	ck_assert_str_eq(run, "{\"run\":17,\"of\":60}\n");
	ck_assert_int_eq(verdict_receive_line(run, strlen(run), &got, NULL), 0);
	ck_assert_int_eq(got.kind, VERDICT_LINE_RUN);
	ck_assert_uint_eq(got.run, 17);
	ck_assert_uint_eq(got.of, 60);
	verdict_line_done(&got);
	ck_assert_str_eq(end, "{\"end\":true}\n");
	ck_assert_int_eq(verdict_receive_line(end, strlen(end), &got, NULL), 0);
	ck_assert_int_eq(got.kind, VERDICT_LINE_END);
	verdict_line_done(&got);
}
END_TEST

START_TEST(nothing_else_is_taken_from_the_wire)
{
	static const char *const lines[] = {
		"",
		"{",
		"[]",
		"3",
		"{}",
		"{\"end\":false}",
		"{\"run\":3}",
		"{\"run\":-1,\"of\":3}",
		"{\"plan\":3}",
		"{\"plan\":[\"a\",3]}",
		"{\"name\":\"a\",\"name\":\"b\"}",
		"{\"name\":\"a\",\"verdict\":\"passed\",\"class\":\"none\",\"line\":0,"
		"\"weight\":1,\"runs\":1,\"schedules\":0,\"all\":false}",
		"{\"name\":\"a\",\"verdict\":\"pass\",\"class\":\"nothing\",\"line\":0,"
		"\"weight\":1,\"runs\":1,\"schedules\":0,\"all\":false}",
		"{\"name\":\"a\",\"verdict\":\"pass\",\"class\":\"none\",\"line\":-1,"
		"\"weight\":1,\"runs\":1,\"schedules\":0,\"all\":false}",
		"{\"name\":\"a\",\"verdict\":\"pass\",\"class\":\"none\",\"line\":0,"
		"\"weight\":\"1\",\"runs\":1,\"schedules\":0,\"all\":false}",
		"{\"verdict\":\"pass\",\"class\":\"none\",\"line\":0,\"weight\":1,\"runs\":1,"
		"\"schedules\":0,\"all\":false}",
		"{\"name\":\"a\",\"message\":3,\"verdict\":\"pass\",\"class\":\"none\","
		"\"line\":0,\"weight\":1,\"runs\":1,\"schedules\":0,\"all\":false}",
		"{\"name\":\"a\",\"verdict\":\"pass\",\"class\":\"none\",\"line\":0,"
		"\"weight\":1,\"runs\":1,\"schedules\":0,\"all\":false} x",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct lab_error e = {0};
		struct verdict_line got;

		ck_assert_msg(verdict_receive_line(lines[i], strlen(lines[i]), &got, &e) == -1,
			"%s", lines[i]);
		ck_assert_int_eq(e.kind, LAB_BROKEN);
		ck_assert_msg(e.text[0] != '\0', "%s", lines[i]);
		verdict_line_done(&got);
	}
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
	return RUN_SUITE("verdict", deadlocks_are_explained, deadlocks_of_torn_logs_are_survived,
		spinning, spinning_is_not_for_all_the_same, budgets, crashes,
		what_the_supervisor_kills_is_no_crash, zombies, survivors_and_objects,
		what_the_judge_has_read_is_not_left_behind, refused_calls, what_the_sandbox_refused,
		a_clean_run_has_no_findings, names_go_both_ways, results_survive_the_wire,
		a_pass_has_no_message, plan_and_end_survive_the_wire,
		nothing_else_is_taken_from_the_wire, diffs, a_flood_makes_a_short_diff);
}
