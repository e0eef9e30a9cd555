/*
 * The life of a sandbox: how a program is started and traced, what becomes of the inside when the
 * owner dies, threads, pids, files put in and taken out.
 */
#include "config.h"

#include "box.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"

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
	const struct sandbox_command command = {.path = "attacks",
		.argv = say,
		.fds = {-1, -1, SANDBOX_CLOSED},
		.filter = &b.filter,
		.pid = 321};

	box_start(&b);
	ck_assert_int_eq(sandbox_spawn(b.sandbox, &command, &run.outside, &run.inside, &b.e), 0);
	ck_assert_int_eq(run.inside, 321);
	box_finish(&b, &run);
	ck_assert_int_eq(run.status, 0);
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
	run = box_spawn(&b, words, -1, -1);
	box_finish(&b, &run);
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

/* ---- the end of the owner ----------------------------------------------------------------------
 */

/* In a child: starts a sandbox with a program in it, says the program's pid, and waits. */
static void own_for_ever(int say_to)
{
	struct box b;
	const char *words[] = {"attacks", "wait-for-ever", NULL, NULL};
	struct box_run run;

	box_start(&b);
	words[2] = b.tag;
	run = box_spawn(&b, words, -1, -1);
	if (sandbox_release(b.sandbox, run.inside, &b.e) == 0)
		fd_write_all(say_to, &run.outside, sizeof run.outside);
	for (;;)
		pause();
}

START_TEST(nothing_outlives_a_killed_owner)
{
	int ends[2], pidfd;
	pid_t owner, program;
	struct pollfd gone;

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	owner = fork();
	if (owner == 0)
		own_for_ever(ends[1]);
	close(ends[1]);
	ck_assert_int_eq(fd_read_full(ends[0], &program, sizeof program), sizeof program);
	pidfd = (int)syscall(SYS_pidfd_open, program, 0);
	ck_assert_int_ge(pidfd, 0);
	kill(owner, SIGKILL);
	waitpid(owner, NULL, 0);
	gone = (struct pollfd){.fd = pidfd, .events = POLLIN};
	ck_assert_int_eq(poll(&gone, 1, 20000), 1);
	close(pidfd);
	close(ends[0]);
}
END_TEST

/* ---- owners with threads -----------------------------------------------------------------------
 */

static void *allocate_for_ever(void *stop)
{
	while (!__atomic_load_n((bool *)stop, __ATOMIC_RELAXED))
		free(malloc(100000));
	return NULL;
}

static void *start_and_stop(void *failures)
{
	struct sandbox_plan_storage *storage = lab_xmalloc(sizeof *storage);
	struct sandbox_plan plan;
	struct lab_error e;

	for (int i = 0; i < 10; i++) {
		struct sandbox *s;

		sandbox_plan_program(&plan, storage, box_bin_dir());
		s = sandbox_start(&plan, &e);
		if (!s)
			__atomic_add_fetch((int *)failures, 1, __ATOMIC_RELAXED);
		sandbox_stop(s);
	}
	free(storage);
	return NULL;
}

START_TEST(owners_may_have_threads)
{
	pthread_t busy, owners[2];
	bool stop = false;
	int failures = 0;

	pthread_create(&busy, NULL, allocate_for_ever, &stop);
	for (int i = 0; i < 2; i++)
		pthread_create(&owners[i], NULL, start_and_stop, &failures);
	for (int i = 0; i < 2; i++)
		pthread_join(owners[i], NULL);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	pthread_join(busy, NULL);
	ck_assert_int_eq(failures, 0);
}
END_TEST

/* A sandbox must not hold another one's sockets: then closing would end nothing. */
START_TEST(two_sandboxes_are_apart)
{
	struct box a, b;
	struct box_run run;
	LAB_FREE char *left = NULL;

	box_start(&a);
	box_start(&b);
	run = BOX_RUN(&a, "leave");
	buf_done(&run.output);
	left = box_left(&b);
	ck_assert_str_eq(left, "");
	sandbox_stop(b.sandbox);
	free(b.filter.filter);
	run = BOX_RUN(&a, "say", "2");
	ck_assert_int_eq(run.status, 2 << 8);
	buf_done(&run.output);
	box_stop(&a);
}
END_TEST

/* ---- files -------------------------------------------------------------------------------------
 */

START_TEST(files_go_in_and_out)
{
	struct box b;
	BUF_SCOPED text = BUF_INIT;
	LAB_FREE char *left = NULL;
	FD_SCOPED fd = -1;
	struct stat st;

	box_start(&b);
	ck_assert_int_eq(sandbox_put_file(b.sandbox, "data/in.txt", 0640, "hello", 5, &b.e), 0);
	fd = sandbox_open(b.sandbox, "/home/student/data/in.txt", O_RDONLY, &b.e);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fd_read_to_end(fd, &text, 100), 0);
	ck_assert_str_eq(buf_text(&text), "hello");
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0640);
	left = box_left(&b);
	ck_assert_str_eq(left, "");
	fd_close(&fd);
	box_stop(&b);
}
END_TEST

static const struct {
	const char *path;
	int errnum;
} not_openable[] = {
	{"/home/student/link", ELOOP},
	{"/home/student/none", ENOENT},
	{"/proc/1/root/etc/shadow", ELOOP},
	{"/proc/self/fd/3", ELOOP},
	{"/home/student/sock", ENXIO},
};

START_TEST(open_follows_no_trap)
{
	struct box b;
	struct box_run run;
	FD_SCOPED fd = -1;

	box_start(&b);
	run = BOX_RUN(&b, "leave");
	buf_done(&run.output);
	ck_assert_int_eq(sandbox_open(b.sandbox, not_openable[_i].path, O_RDONLY, &b.e), -1);
	ck_assert_int_eq(b.e.errnum, not_openable[_i].errnum);
	/* A FIFO without a writer would hold init up. */
	fd = sandbox_open(b.sandbox, "/home/student/fifo", O_RDONLY, &b.e);
	ck_assert_int_ge(fd, 0);
	fd_close(&fd);
	box_stop(&b);
}
END_TEST

/* ---- plans -------------------------------------------------------------------------------------
 */

START_TEST(a_hidden_folder_is_empty)
{
	struct box b;
	struct box_run run;

	box_prepare(&b);
	sandbox_plan_hide(&b.plan, &b.storage, "/usr/include");
	box_begin(&b);
	run = BOX_RUN(&b, "read-host", "/usr/include", "/usr/include/stdio.h");
	ck_assert_ptr_ne(strstr(buf_text(&run.output), "hidden: ok\nhidden: ENOENT\n"), NULL);
	buf_done(&run.output);
	box_stop(&b);
}
END_TEST

/* The source lies below the folder that is covered while the new root is built. */
START_TEST(sources_below_tmp_are_bound)
{
	struct box b;
	struct lab_error e;
	LAB_FREE char *dir = path_make_temporary("source", &e);
	LAB_FREE char *file = path_join(dir, "file");
	struct box_run run;

	chmod(dir, 0755);
	ck_assert_int_eq(file_write(file, "text", 4, 0644, &e), 0);
	box_prepare(&b);
	sandbox_plan_add(&b.plan, &b.storage,
		(struct sandbox_op){.kind = SANDBOX_RO_BIND, .source = dir, .target = "/given"});
	sandbox_plan_add(&b.plan, &b.storage,
		(struct sandbox_op){.kind = SANDBOX_COPY,
			.source = file,
			.target = "/home/student/copy",
			.mode = 0644});
	sandbox_plan_add(&b.plan, &b.storage,
		(struct sandbox_op){.kind = SANDBOX_RO_BIND,
			.source = "/no/such/file",
			.target = "/none",
			.optional = true});
	box_begin(&b);
	run = BOX_RUN(&b, "read-host", "/given/file", "/home/student/copy");
	ck_assert_ptr_ne(strstr(buf_text(&run.output), "hidden: ok\nhidden: ok\n"), NULL);
	buf_done(&run.output);
	ck_assert_int_eq(path_remove_tree(dir, &e), 0);
	box_stop(&b);
}
END_TEST

START_TEST(a_missing_source_is_an_error)
{
	struct box b;

	box_prepare(&b);
	sandbox_plan_add(&b.plan, &b.storage,
		(struct sandbox_op){
			.kind = SANDBOX_RO_BIND, .source = "/no/such/file", .target = "/none"});
	ck_assert_ptr_eq(sandbox_start(&b.plan, &b.e), NULL);
	ck_assert_msg(strstr(b.e.text, "/no/such/file") != NULL, "%s", b.e.text);
	free(b.filter.filter);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG | __WALL), -1);
}
END_TEST

START_TEST(a_path_too_long_is_an_error)
{
	struct box b;
	LAB_FREE char *path = lab_xmalloc(5001);

	memset(path, 'x', 5000);
	path[0] = '/';
	box_prepare(&b);
	sandbox_plan_program(&b.plan, &b.storage, path);
	ck_assert_ptr_eq(sandbox_start(&b.plan, &b.e), NULL);
	ck_assert_int_eq(b.e.kind, LAB_USAGE);
	free(b.filter.filter);
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
	tcase_add_test(t, a_tracer_sees_the_exec_first);
	tcase_add_test(t, stop_reaps_tracees);
}

static void add_sandbox_tests(TCase *t)
{
	tcase_add_test(t, nothing_outlives_a_killed_owner);
	tcase_add_test(t, owners_may_have_threads);
	tcase_add_test(t, two_sandboxes_are_apart);
	tcase_add_test(t, files_go_in_and_out);
	tcase_add_loop_test(
		t, open_follows_no_trap, 0, (int)(sizeof not_openable / sizeof *not_openable));
	tcase_add_test(t, a_hidden_folder_is_empty);
	tcase_add_test(t, sources_below_tmp_are_bound);
	tcase_add_test(t, a_missing_source_is_an_error);
	tcase_add_test(t, a_path_too_long_is_an_error);
}

int main(void)
{
	Suite *suite = suite_create("life");
	TCase *programs = tcase_create("programs"), *sandboxes = tcase_create("sandboxes");
	SRunner *runner;
	int failed;

	box_bin_dir();
	tcase_set_timeout(programs, 60);
	tcase_set_timeout(sandboxes, 60);
	add_program_tests(programs);
	add_sandbox_tests(sandboxes);
	suite_add_tcase(suite, programs);
	suite_add_tcase(suite, sandboxes);
	runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}
