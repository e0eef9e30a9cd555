/*
 * Worlds: programs that come one after the other, or beside each other, into one run see the same
 * files, queues and processes, and a saved log answers the same requests again.
 */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/model/model.h"
#include "tests/unit/real_run.h"

#define PROGRAM "toolbox"

static char *built;

static struct run_request request_for(const char *const *argv)
{
	static char *bin, *lines;

	if (!bin) {
		bin = path_join(built, "bin");
		lines = path_join(built, "lines");
	}
	return (struct run_request){
		.bin_dir = bin,
		.lines_dir = lines,
		.programs = {{.name = PROGRAM, .argv = argv}},
		.program_count = 1,
		.cpu = -1,
		.seed = 7,
	};
}

static struct run *start(const char *verb, const char *word)
{
	const char *const argv[] = {PROGRAM, verb, word, NULL};
	struct run_request request = request_for(argv);
	struct lab_error e = {0};
	struct run *run = run_start(&request, &e);

	ck_assert_msg(run != NULL, "%s", e.text);
	ck_assert_msg(run_until_end(run, &e) != RUN_FAILED, "%s", e.text);
	return run;
}

static int launch(struct run *run, const char *verb, const char *word, struct run_launch wanted)
{
	const char *const argv[] = {PROGRAM, verb, word, NULL};
	struct lab_error e = {0};
	int task;

	if (!wanted.program.name)
		wanted.program = (struct run_program){
			.name = PROGRAM, .argv = argv, .env = wanted.program.env};
	task = run_launch(run, &wanted, &e);
	ck_assert_msg(task > 0, "%s", e.text);
	return task;
}

static int status_of(struct run *run, int task)
{
	struct model *model = model_new(run_log(run));
	int status;

	model_go_to(model, run_log(run)->count);
	status = model_task(model, task)->died ? model_task(model, task)->status : INT_MIN;
	model_free(model);
	return status;
}

/* Launches, waits for its end; its status. */
static int then(struct run *run, const char *verb, const char *word)
{
	struct lab_error e = {0};
	int task = launch(run, verb, word, (struct run_launch){.input = NULL});

	ck_assert_msg(run_until_exit(run, task, &e) != RUN_FAILED, "%s", e.text);
	return status_of(run, task);
}

START_TEST(files_and_queues_last)
{
	struct run *run = start("leave", "hello");

	ck_assert_int_eq(then(run, "look", ""), 0);
	ck_assert_str_eq(buf_text(run_output(run, 1)), "note: hello\n");
	ck_assert_int_eq(then(run, "create", "/q"), 0);
	ck_assert_int_eq(then(run, "create", "/q"), 3);
	ck_assert_int_eq(then(run, "unlink", "/q"), 0);
	ck_assert_int_eq(then(run, "unlink", "/q"), 1);
	run_free(run);
}
END_TEST

/* The last event of KIND; NULL. */
static const struct event *last_of(struct run *run, enum event_kind kind)
{
	const struct event_log *log = run_log(run);

	for (size_t i = log->count; i > 0; i--)
		if (log->events[i - 1]->kind == kind)
			return log->events[i - 1];
	return NULL;
}

static bool is_left(struct run *run, const char *kind, const char *path)
{
	const struct event_log *log = run_log(run);

	for (size_t i = 0; i < log->count; i++)
		if (event_is(log->events[i], EVENT_LEFT, kind) &&
			strcmp(event_text(log->events[i], "path"), path) == 0)
			return true;
	return false;
}

START_TEST(objects_in_memory_can_be_read)
{
	struct run *run = start("share", "/kept");
	const char *left[] = {"shm", "sem"};
	struct lab_error e = {0};
	BUF_SCOPED bytes = BUF_INIT;
	const struct event *file;

	ck_assert_int_eq(run_read_file(run, "/dev/shm/none", &bytes, &e), -1);
	ck_assert_int_eq(e.errnum, ENOENT);
	ck_assert_msg(run_read_file(run, "/dev/shm/kept", &bytes, &e) == 0, "%s", e.text);
	ck_assert_uint_eq(bytes.len, 10);
	ck_assert_mem_eq(bytes.data, "\0\0\0\0\0\0\0\0\0\0", 10);
	file = last_of(run, EVENT_FILE);
	ck_assert_int_eq(event_int(file, "mode", 0), 0640);
	ck_assert_uint_eq(event_arg(file, "data")->len, 10);
	ck_assert_int_eq(run_finish(run, &e), 0);
	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++)
		ck_assert_msg(is_left(run, left[i], "/kept"), "%s", left[i]);
	run_free(run);
}
END_TEST

/* What a semaphore's time-out is called, and when it comes, whatever interrupts the waiting. */
START_TEST(time_outs_of_semaphores_are_exact)
{
	struct run *run = start("look", "");
	struct lab_error e = {0};
	int task = launch(run, "late", "/none", (struct run_launch){.input = NULL});
	const struct event *block;

	ck_assert_int_eq(run_until_time(run, RUN_SECOND, &e), RUN_REACHED);
	block = last_of(run, EVENT_BLOCK);
	ck_assert_str_eq(block->name, "sem_timedwait");
	for (int n = 0; n < 2; n++) {
		ck_assert_int_eq(run_signal(run, task, SIGUSR1, &e), 0);
		ck_assert_int_eq(run_until_time(run, (3 + n) * RUN_SECOND / 2, &e), RUN_REACHED);
	}
	ck_assert_int_eq(
		event_int(last_of(run, EVENT_BLOCK), "until", 0), event_int(block, "until", -1));
	ck_assert_int_eq(run_until_exit(run, task, &e), RUN_ENDED);
	ck_assert_int_eq(status_of(run, task), 0);
	ck_assert_str_eq(last_of(run, EVENT_EXPIRE)->name, "sem_timedwait");
	ck_assert_int_eq(last_of(run, EVENT_EXPIRE)->time, event_int(block, "until", -1));
	ck_assert_int_lt(llabs(event_int(block, "until", 0) - 2 * RUN_SECOND), RUN_SECOND / 1000);
	run_free(run);
}
END_TEST

START_TEST(each_reads_its_own_input)
{
	struct run *run = start("echo", "");
	struct lab_error e = {0};
	int task = launch(run, "echo", "", (struct run_launch){.input = "a\nb\n", .input_len = 4});

	run_until_exit(run, task, &e);
	ck_assert_str_eq(buf_text(run_output(run, 1)), "read: a\nread: b\n");
	task = launch(run, "echo", "", (struct run_launch){.input_open = true});
	ck_assert_int_eq(run_until_exit(run, task, &e), RUN_QUIET);
	ck_assert_int_eq(run_write(run, "c\n", 2, &e), 0);
	ck_assert_int_eq(run_close_input(run, &e), 0);
	run_until_exit(run, task, &e);
	ck_assert_str_eq(buf_text(run_output(run, 1)), "read: a\nread: b\nread: c\n");
	run_free(run);
}
END_TEST

START_TEST(environment_is_added_to)
{
	static const char *const env[] = {"COLOUR=blue", "HOME=/elsewhere", NULL};
	struct run *run = start("env", "COLOUR");
	const char *const argv[] = {PROGRAM, "env", "COLOUR", NULL};
	struct lab_error e = {0};
	int task = launch(run, "env", "COLOUR",
		(struct run_launch){
			.program = {.name = PROGRAM, .argv = argv, .env = env},
		});

	run_until_exit(run, task, &e);
	ck_assert_str_eq(buf_text(run_output(run, 1)), "none /home/student\nblue /elsewhere\n");
	run_free(run);
}
END_TEST

/* One of the lab's own programs lives beside those that come and go. */
START_TEST(helpers_live_beside)
{
	const char *const argv[] = {"nap", "60", NULL};
	struct run_request request = request_for(NULL);
	struct lab_error e = {0};
	struct run *run;

	request.programs[0] = (struct run_program){.name = "nap", .argv = argv, .helper = true};
	run = run_start(&request, &e);
	ck_assert_msg(run != NULL, "%s", e.text);

	struct model *model = model_new(run_log(run));

	model_go_to(model, run_log(run)->count);

	LAB_FREE char *pid = lab_xprintf("%ld", (long)model_task(model, 1)->pid);

	model_free(model);
	ck_assert_int_eq(status_of(run, 1), INT_MIN);
	ck_assert_int_eq(then(run, "kill", pid), 0);
	ck_assert_int_eq(run_until_end(run, &e), RUN_ENDED);
	ck_assert_int_eq(status_of(run, 1), -SIGTERM);
	ck_assert_int_lt(run_time(run), 60 * RUN_SECOND);
	run_free(run);
}
END_TEST

START_TEST(faults_count_from_the_launch)
{
	struct run *run = start("create", "/one");
	struct run_fault fault = {.call = "mq_open", .n = 1, .errnum = 28};
	struct lab_error e = {0};
	int task = launch(
		run, "create", "/two", (struct run_launch){.faults = &fault, .fault_count = 1});

	run_until_exit(run, task, &e);
	ck_assert_int_eq(status_of(run, task), 3);
	ck_assert_int_eq(then(run, "create", "/two"), 0);
	run_free(run);
}
END_TEST

START_TEST(faults_end_with_their_program)
{
	struct run *run = start("create", "/one");
	struct run_fault every = {.call = "mq_open", .errnum = 28};
	struct lab_error e = {0};
	int task;

	/* more often than there is room for faults */
	for (int i = 0; i <= RUN_FAULTS_MAX; i++) {
		task = launch(run, "create", "/two",
			(struct run_launch){.faults = &every, .fault_count = 1});
		ck_assert_msg(run_until_exit(run, task, &e) != RUN_FAILED, "%s", e.text);
		ck_assert_int_eq(status_of(run, task), 3);
	}
	ck_assert_int_eq(then(run, "create", "/two"), 0);
	run_free(run);
}
END_TEST

START_TEST(a_fork_is_waited_for_as_a_call)
{
	const char *const argv[] = {PROGRAM, "breed", NULL};
	struct run_request request = request_for(argv);
	struct lab_error e = {0};
	struct run *run = run_start(&request, &e);

	ck_assert_msg(run != NULL, "%s", e.text);
	ck_assert_int_eq(run_until_call(run, "fork", 2, &e), RUN_REACHED);
	ck_assert_str_eq(last_of(run, EVENT_FORK)->name, "vfork");
	ck_assert_int_eq(run_until_call(run, "fork", 1, &e), RUN_ENDED);
	run_free(run);
}
END_TEST

START_TEST(nothing_after_a_deadlock)
{
	struct run *run = start("block", "");
	const char *const argv[] = {PROGRAM, "look", NULL};
	struct run_launch wanted = {.program = {.name = PROGRAM, .argv = argv}};
	struct lab_error e = {0};

	ck_assert_int_eq(run_launch(run, &wanted, &e), -1);
	ck_assert_int_eq(e.kind, LAB_BROKEN);
	run_free(run);
}
END_TEST

/* It has met SIGKILL, and is stopped on its way out: a second SIGKILL would not move it. It does
 * not count as one that was left behind. */
START_TEST(who_is_being_killed_is_let_go)
{
	struct run *run = start("doom", "");
	const struct event_log *log = run_log(run);
	struct lab_error e = {0};

	ck_assert_msg(run_finish(run, &e) == 0, "%s", e.text);
	for (size_t i = 0; i < log->count; i++)
		ck_assert_int_ne(log->events[i]->kind, EVENT_SURVIVOR);
	run_free(run);
}
END_TEST

/* The requests of files_and_queues_last, to a log; DIFFERENT: with another word. */
static void replay(struct event_log *log, bool different)
{
	const char *const argv[] = {PROGRAM, "leave", "hello", NULL};
	const char *const look[] = {PROGRAM, different ? "leave" : "look", NULL};
	struct run_request request = request_for(argv);
	struct run_launch wanted = {.program = {.name = PROGRAM, .argv = look}};
	struct lab_error e = {0};
	struct run *run = run_replay(log, &request, &e);
	int task;

	ck_assert_msg(run != NULL, "%s", e.text);
	ck_assert_int_eq(run_until_end(run, &e), RUN_ENDED);
	task = run_launch(run, &wanted, &e);
	if (different) {
		ck_assert_int_eq(task, -1);
		ck_assert_int_eq(e.kind, LAB_BROKEN);
	} else {
		ck_assert_msg(task == 2, "%d: %s", task, e.text);
		ck_assert_int_eq(run_until_exit(run, task, &e), RUN_ENDED);
		ck_assert_str_eq(buf_text(run_output(run, 1)), "note: hello\n");
		ck_assert_msg(run_finish(run, &e) == 0, "%s", e.text);
	}
	run_free(run);
}

START_TEST(saved_logs_answer_again)
{
	struct run *run = start("leave", "hello");
	LAB_FREE char *path = lab_xprintf("%s/saved.log", built);
	struct lab_error e = {0};

	ck_assert_int_eq(then(run, "look", NULL), 0);
	ck_assert_int_eq(run_finish(run, &e), 0);
	ck_assert_msg(event_log_save(run_log(run), path, &e) == 0, "%s", e.text);
	replay(event_log_load(path, &e), false);
	replay(event_log_load(path, &e), true);
	run_free(run);
}
END_TEST

int main(void)
{
	struct lab_error e = {0};
	TCase *tcase = tcase_create("worlds");
	char *folder;
	int status;

	if (!real_can_run())
		return 0;
	folder = path_make_temporary("test-worlds", &e);
	built = folder ? real_build(folder, PROGRAM,
				 ABS_TOP_SRCDIR "/tests/golden/worlds/" PROGRAM ".c", &e)
		       : NULL;
	if (!built) {
		fprintf(stderr, "%s\n", e.text);
		return 99;
	}
	tcase_add_test(tcase, files_and_queues_last);
	tcase_add_test(tcase, objects_in_memory_can_be_read);
	tcase_add_test(tcase, time_outs_of_semaphores_are_exact);
	tcase_add_test(tcase, each_reads_its_own_input);
	tcase_add_test(tcase, environment_is_added_to);
	tcase_add_test(tcase, helpers_live_beside);
	tcase_add_test(tcase, faults_count_from_the_launch);
	tcase_add_test(tcase, faults_end_with_their_program);
	tcase_add_test(tcase, a_fork_is_waited_for_as_a_call);
	tcase_add_test(tcase, nothing_after_a_deadlock);
	tcase_add_test(tcase, who_is_being_killed_is_let_go);
	tcase_add_test(tcase, saved_logs_answer_again);
	status = real_main("worlds", tcase);
	path_remove_tree(folder, NULL);
	free(folder);
	free(built);
	return status;
}
