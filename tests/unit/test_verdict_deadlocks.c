/*
 * lab/verdict: deadlocks and their words, a golden table: saved logs
 * tests/golden/deadlocks/NAME.log and the whole message in NAME.txt. (Programs that are run for
 * real: test_deadlocks.c.)
 *
 * VERDICT_UPDATE=1 in the environment writes the texts anew; read the difference before you commit.
 */
#include "config.h"

#include <check.h>
#include <string.h>

#include "lab/verdict/verdict.h"
#include "tests/unit/golden.h"
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

START_TEST(deadlocks_are_explained)
{
	for (size_t i = 0; i < sizeof(deadlocks) / sizeof(deadlocks[0]); i++) {
		LAB_FREE char *path = lab_xprintf(GOLDEN "%s.log", deadlocks[i].name);
		LAB_FREE char *saved = lab_xprintf(GOLDEN "%s.txt", deadlocks[i].name);
		LAB_FREE char *line = NULL;
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
		line = lab_xprintf("%s\n", f.list[0].message);
		expect_saved("VERDICT_UPDATE", saved, line);
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

int main(void)
{
	return RUN_SUITE(
		"verdict-deadlocks", deadlocks_are_explained, deadlocks_of_torn_logs_are_survived);
}
