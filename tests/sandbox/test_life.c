/*
 * The life of a sandbox: what becomes of the inside when the owner dies, owners with threads, files
 * put in and taken out, plans.
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
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "tests/tap.h"

/* ---- the end of the owner ----------------------------------------------------------------------
 */

static void own_alone(struct box *b, int say_to)
{
	box_start(b);
	box_own_for_ever(b, say_to);
}

START_TEST(nothing_outlives_a_killed_owner)
{
	struct box b;

	box_kill_owner(&b, own_alone);
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

/* The kernel counts those of all of a user's sandboxes together. */
START_TEST(queues_of_one_run_do_not_count_for_the_next)
{
	struct box first, second;
	struct box_run run;
	LAB_FREE char *left = NULL;

	box_start(&first);
	run = BOX_RUN(&first, "message-queues");
	buf_done(&run.output);
	left = box_left(&first);
	ck_assert_ptr_nonnull(strstr(left, "mqueue /q0\n"));
	box_start(&second);
	run = BOX_RUN(&second, "message-queues");
	ck_assert_str_eq(buf_text(&run.output), "mq_open: EMFILE\n");
	buf_done(&run.output);
	sandbox_stop(second.sandbox);
	free(second.filter.filter);
	box_stop(&first);
}
END_TEST

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
	box_stop(&b);
	ck_assert_int_eq(path_remove_tree(dir, &e), 0);
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

static void add_sandbox_tests(TCase *t)
{
	tcase_add_test(t, nothing_outlives_a_killed_owner);
	tcase_add_test(t, owners_may_have_threads);
	tcase_add_test(t, two_sandboxes_are_apart);
	tcase_add_test(t, queues_of_one_run_do_not_count_for_the_next);
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
	TCase *sandboxes = tcase_create("sandboxes");

	box_bin_dir();
	tcase_set_timeout(sandboxes, 60);
	add_sandbox_tests(sandboxes);
	suite_add_tcase(suite, sandboxes);
	return tap_run(suite);
}
