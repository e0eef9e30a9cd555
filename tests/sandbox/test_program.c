/*
 * Programs in a sandbox: their pids and addresses, what they inherit, how a failed exec is told,
 * how a tracer comes in between.
 */
#include "config.h"

#include "box.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/tap.h"

static const char *const say[] = {"attacks", "say", NULL};

/* ---- programs ----------------------------------------------------------------------------------
 */

START_TEST(pids_are_as_asked)
{
	struct box b;
	struct box_run run;

	box_prepare(&b);
	b.plan.first_pid = 4711;
	box_begin(&b);
	run = BOX_RUN(&b, "say");
	ck_assert_int_eq(run.inside, 4712);
	ck_assert_str_eq(buf_text(&run.output), "pid 4712, parent 4711\n");
	buf_done(&run.output);
	box_stop(&b);
}
END_TEST

START_TEST(a_pid_can_be_chosen)
{
	struct box b;
	struct box_run run;
	const char *const other[] = {"attacks", "say", "9", NULL};
	struct sandbox_command command = {.path = "attacks",
		.argv = say,
		.fds = {-1, -1, SANDBOX_CLOSED},
		.filter = &b.filter,
		.pid = 321};

	box_start(&b);
	ck_assert_int_eq(sandbox_spawn(b.sandbox, &command, &run.outside, &run.inside, &b.e), 0);
	ck_assert_int_eq(run.inside, 321);
	box_finish(&b, &run);
	ck_assert_int_eq(run.status, 0);
	/* The same once more: how the first ended is not how the second did. */
	command.argv = other;
	ck_assert_int_eq(sandbox_spawn(b.sandbox, &command, &run.outside, &run.inside, &b.e), 0);
	ck_assert_int_eq(run.inside, 321);
	box_finish(&b, &run);
	ck_assert_int_eq(run.status, 9 << 8);
	box_stop(&b);
}
END_TEST

START_TEST(addresses_do_not_change)
{
	struct box b;
	struct box_run first, second;

	box_start(&b);
	first = BOX_RUN(&b, "show-addresses");
	second = BOX_RUN(&b, "show-addresses");
	ck_assert_str_eq(buf_text(&first.output), buf_text(&second.output));
	ck_assert_uint_gt(first.output.len, 10);
	buf_done(&first.output);
	buf_done(&second.output);
	box_stop(&b);
}
END_TEST

static const struct {
	const char *path;
	int errnum;
} not_programs[] = {
	{"no-such-program", ENOENT},
	{"/lab/bin/no-such-program", ENOENT},
	{"/etc/passwd", EACCES},
	{"/usr", EACCES},
};

START_TEST(failed_exec_is_told)
{
	struct box b;
	struct box_run run;
	const char *const words[] = {not_programs[_i].path, NULL};

	box_start(&b);
	run = box_run(&b, words);
	buf_done(&run.output);
	ck_assert_int_eq(run.status, 127 << 8);
	ck_assert_int_eq(sandbox_exec_errno(b.sandbox), not_programs[_i].errnum);
	box_stop(&b);
}
END_TEST

START_TEST(exec_errno_is_of_the_program_waited_for)
{
	struct box b;
	struct box_run bad, good;
	const char *const words[] = {"no-such-program", NULL};
	int status;

	box_start(&b);
	bad = box_spawn(&b, words, -1, -1);
	good = box_spawn(&b, say, -1, -1);
	ck_assert_int_eq(sandbox_release(b.sandbox, bad.inside, &b.e), 0);
	ck_assert_int_eq(sandbox_release(b.sandbox, good.inside, &b.e), 0);
	ck_assert_int_eq(sandbox_wait(b.sandbox, bad.inside, 20000, &status, &b.e), 0);
	ck_assert_int_eq(sandbox_exec_errno(b.sandbox), ENOENT);
	ck_assert_int_eq(sandbox_wait(b.sandbox, good.inside, 20000, &status, &b.e), 0);
	ck_assert_int_eq(sandbox_exec_errno(b.sandbox), 0);
	box_stop(&b);
}
END_TEST

START_TEST(too_many_words_are_refused)
{
	struct box b;
	const size_t count = 2000;
	const char **words = lab_xmalloc((count + 1) * sizeof *words);
	const struct sandbox_command command = {
		.path = "attacks", .argv = words, .fds = {-1, -1, -1}};
	pid_t outside, inside;

	for (size_t i = 0; i < count; i++)
		words[i] = "word";
	box_start(&b);
	ck_assert_int_eq(sandbox_spawn(b.sandbox, &command, &outside, &inside, &b.e), -1);
	ck_assert_int_eq(b.e.kind, LAB_USAGE);
	free(words);
	box_stop(&b);
}
END_TEST

/* As long as it may be, through one packet. */
START_TEST(long_arguments_arrive)
{
	struct box b;
	LAB_FREE char *longest = lab_xmalloc(90 * 1024);
	const char *const words[] = {"attacks", "say", "6", longest, NULL};
	struct box_run run;

	memset(longest, 'x', 90 * 1024 - 1);
	box_start(&b);
	run = box_spawn(&b, words, -1, -1);
	box_finish(&b, &run);
	ck_assert_int_eq(run.status, 6 << 8);
	box_stop(&b);
}
END_TEST

START_TEST(dispositions_are_not_inherited)
{
	struct box b;
	struct box_run run;
	sigset_t all;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGCHLD, SIG_IGN); /* its own children would leave no status either */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	umask(077);
	setenv("SECRET", "42", 1);
	box_start(&b);
	run = BOX_RUN(&b, "inherited");
	ck_assert_ptr_eq(strstr(buf_text(&run.output), "signal"), NULL);
	ck_assert_ptr_eq(strstr(buf_text(&run.output), "SECRET"), NULL);
	ck_assert_ptr_ne(strstr(buf_text(&run.output), "umask 022"), NULL);
	buf_done(&run.output);
	box_stop(&b);
}
END_TEST

START_TEST(owner_may_have_closed_its_own)
{
	struct box b;
	struct box_run run;

	close(0);
	close(1);
	close(2);
	box_start(&b);
	run = BOX_RUN(&b, "inherited");
	ck_assert_int_eq(strncmp(buf_text(&run.output), "fd 0\nfd 1\nfd 2\nPATH", 19), 0);
	buf_done(&run.output);
	box_stop(&b);
}
END_TEST

/* ---- tracing -----------------------------------------------------------------------------------
 */

static void follow_to_exec(struct box *b, const struct box_run *run)
{
	int status;

	ck_assert_int_eq(ptrace(PTRACE_SEIZE, run->outside, 0,
				 PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK | PTRACE_O_EXITKILL),
		0);
	ck_assert_int_eq(sandbox_release(b->sandbox, run->inside, &b->e), 0);
	ck_assert_int_eq(waitpid(run->outside, &status, __WALL), run->outside);
	ck_assert_int_eq(status >> 8, SIGTRAP | PTRACE_EVENT_EXEC << 8);
}

START_TEST(a_tracer_sees_the_exec_first)
{
	struct box b;
	struct box_run run;
	int status;

	box_start(&b);
	run = box_spawn(&b, say, -1, -1);
	follow_to_exec(&b, &run);
	ck_assert_int_eq(sandbox_exec_errno(b.sandbox), 0);
	ptrace(PTRACE_CONT, run.outside, 0, 0);
	ck_assert_int_eq(waitpid(run.outside, &status, __WALL), run.outside);
	ck_assert(WIFEXITED(status));
	/* And its parent inside has it too, as natively. */
	ck_assert_int_eq(sandbox_wait(b.sandbox, run.inside, 20000, &status, &b.e), 0);
	ck_assert_int_eq(status, 0);
	box_stop(&b);
}
END_TEST

/* Tracees that nobody has reaped would keep init from ending. */
START_TEST(stop_reaps_tracees)
{
	struct box b;
	struct box_run run;
	const char *words[] = {"attacks", "daemon", NULL, NULL};
	int status;

	box_start(&b);
	words[2] = b.tag;
	run = box_spawn(&b, words, -1, -1);
	follow_to_exec(&b, &run);
	ptrace(PTRACE_CONT, run.outside, 0, 0);
	/* Up to the fork: two tracees, both stopped. */
	ck_assert_int_eq(waitpid(run.outside, &status, __WALL), run.outside);
	ck_assert_int_eq(status >> 8, SIGTRAP | PTRACE_EVENT_FORK << 8);
	box_stop(&b);
}
END_TEST

static void add_program_tests(TCase *t)
{
	tcase_add_test(t, pids_are_as_asked);
	tcase_add_test(t, a_pid_can_be_chosen);
	tcase_add_test(t, addresses_do_not_change);
	tcase_add_loop_test(
		t, failed_exec_is_told, 0, (int)(sizeof not_programs / sizeof *not_programs));
	tcase_add_test(t, exec_errno_is_of_the_program_waited_for);
	tcase_add_test(t, too_many_words_are_refused);
	tcase_add_test(t, long_arguments_arrive);
	tcase_add_test(t, dispositions_are_not_inherited);
	tcase_add_test(t, owner_may_have_closed_its_own);
	tcase_add_test(t, a_tracer_sees_the_exec_first);
	tcase_add_test(t, stop_reaps_tracees);
}

int main(void)
{
	Suite *suite = suite_create("program");
	TCase *programs = tcase_create("programs");

	box_bin_dir();
	tcase_set_timeout(programs, 60);
	add_program_tests(programs);
	suite_add_tcase(suite, programs);
	return tap_run(suite);
}
