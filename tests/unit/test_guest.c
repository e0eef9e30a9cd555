/*
 * lab/guest: programs built with the runtime, followed system call by system call. What is asked:
 * the markers come in the right order, with the right values, from the runtime's own addresses;
 * and without anybody who listens to them a program does what it would do anyway.
 */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/build/build.h"
#include "lab/guest/markers.h"
#include "lab/run/lines.h"
#include "tests/tap.h"

#define SKIPPED   77
#define MARKS_MAX 4096

static char *folder, *out;
static char *sources[] = {(char *)"prog.c", NULL};
static struct exercise_program program = {(char *)"prog", sources};
static struct exercise exercise = {.kind = EXERCISE_FIX, .programs = &program, .program_count = 1};

/* A marker, or a write(2) to standard output (number SYS_write), in the order in which they came.
 */
struct mark {
	long number, args[4];
	bool ours; /* from the runtime's own addresses */
};

static struct mark marks[MARKS_MAX];
static size_t mark_count;
static int status;

static int build(const char *text, struct lab_error *e)
{
	LAB_FREE char *source = NULL;
	struct build_result result = {0};
	int failed = -1;

	folder = path_make_temporary("guest", e);
	out = path_make_temporary("build", e);
	if (folder == NULL || out == NULL)
		return -1;
	source = path_join(folder, "prog.c");
	if (file_write(source, text, strlen(text), 0644, e) == 0)
		failed = build_submission(&exercise, folder, out, NULL, &result, e);
	if (failed == 0 && !result.ok)
		failed = lab_fail(e, LAB_BROKEN, "%s", result.diagnostics[0].text);
	build_result_done(&result);
	return failed;
}

static void tear_down(void)
{
	path_remove_tree(folder, NULL);
	path_remove_tree(out, NULL);
	free(folder);
	free(out);
	folder = out = NULL;
}

/* Where the program lies: the lowest address that maps it. */
static uint64_t load_base(pid_t pid, const char *path)
{
	LAB_FREE char *name = lab_xprintf("/proc/%d/maps", (int)pid);
	FILE *maps = fopen(name, "re");
	char line[512];
	unsigned long base = 0;

	ck_assert_ptr_nonnull(maps);
	while (base == 0 && fgets(line, sizeof(line), maps) != NULL)
		if (strstr(line, path) != NULL)
			base = strtoul(line, NULL, 16);
	fclose(maps);
	return base;
}

static void note(pid_t pid, const char *path, const struct lines *lines)
{
	struct user_regs_struct regs;
	uint64_t begin, end, base = load_base(pid, path);
	long number;

	ck_assert_int_eq(ptrace(PTRACE_GETREGS, pid, NULL, &regs), 0);
	number = (long)regs.orig_rax;
	if ((number < MARK_FIRST || number > MARK_LAST) && (number != SYS_write || regs.rdi != 1))
		return;
	ck_assert_uint_lt(mark_count, MARKS_MAX);
	lines_runtime(lines, &begin, &end);
	marks[mark_count++] = (struct mark){number,
		{(long)regs.rdi, (long)regs.rsi, (long)regs.rdx, (long)regs.r10},
		regs.rip - base > begin && regs.rip - base <= end};
}

/* Runs the program and follows it. */
static void run(void)
{
	LAB_FREE char *path = path_join(out, "bin/prog");
	LAB_FREE char *table = path_join(out, "lines/prog");
	struct lab_error e;
	struct lines *lines = lines_load(table, &e);
	bool entering = true;
	pid_t pid;

	ck_assert_msg(lines != NULL, "%s", e.text);
	mark_count = 0;
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

		dup2(null, 1);
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execl(path, "prog", (char *)NULL);
		_exit(127);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSTOPPED(status));
	ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	for (long sig = 0;; entering = sig == 0 ? !entering : entering) {
		ck_assert_int_eq(ptrace(PTRACE_SYSCALL, pid, NULL, sig), 0);
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		if (!WIFSTOPPED(status))
			break;
		sig = WSTOPSIG(status) == (SIGTRAP | 0x80) ? 0 : WSTOPSIG(status);
		if (sig == 0 && entering)
			note(pid, path, lines);
	}
	lines_free(lines);
}

static void build_and_run(const char *text)
{
	struct lab_error e = {0};

	ck_assert_msg(build(text, &e) == 0, "%s", e.text);
	run();
	for (size_t i = 0; i < mark_count; i++)
		ck_assert(marks[i].ours == (marks[i].number != SYS_write));
}

static void expect_exit(int code)
{
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), code);
}

static void expect_mark(size_t i, long number, long first, long second)
{
	ck_assert_uint_lt(i, mark_count);
	ck_assert_int_eq(marks[i].number, number);
	ck_assert_int_eq(marks[i].args[0], first);
	if (second >= 0)
		ck_assert_int_eq(marks[i].args[1], second);
}

/* Nothing of the student's runs before the marker: not even what is put at the very beginning. */
START_TEST(main_is_announced_once)
{
	build_and_run(
		"#include <unistd.h>\n"
		"static void early(void) { write(1, \"e\", 1); }\n"
		"__attribute__((section(\".preinit_array\"), used)) "
		"static void (*const first)(void) = early;\n"
		"__attribute__((constructor)) static void before(void) { write(1, \"b\", 1); }\n"
		"int main(void) { write(1, \"m\", 1); return 7; }\n");
	expect_exit(7);
	ck_assert_uint_eq(mark_count, 4);
	expect_mark(0, MARK_MAIN, marks[0].args[0], -1);
	ck_assert_int_ne(marks[0].args[0], 0); /* where the flag of handlers is */
	for (size_t i = 1; i < 4; i++)
		expect_mark(i, SYS_write, 1, -1);
}
END_TEST

START_TEST(ticks)
{
	build_and_run("int main(void) { for (volatile long i = 0; i < 10L * 65536; i++) { } return "
		      "0; }\n");
	expect_exit(0);
	ck_assert_uint_ge(mark_count, 1 + 10);
	ck_assert_uint_le(mark_count, 1 + 31); /* a loop has one to three blocks */
	for (size_t i = 1; i < mark_count; i++)
		expect_mark(i, MARK_TICK, MARK_TICK_BLOCKS, -1);
}
END_TEST

START_TEST(ticks_are_the_same_every_time)
{
	size_t first;

	build_and_run(
		"int main(void) { for (volatile long i = 0; i < 1000000; i++) { } return 0; }\n");
	first = mark_count;
	run();
	ck_assert_uint_eq(mark_count, first);
}
END_TEST

/* Calls, results and errno of a semaphore; errno is the program's own all the way. */
START_TEST(semaphore)
{
	build_and_run(
		"#include <errno.h>\n#include <semaphore.h>\nstatic sem_t s;\n"
		"int main(void)\n{\n\tint v = -1;\n\terrno = 99;\n"
		"\tif (sem_init(&s, 1, 1) != 0 || sem_wait(&s) != 0 || errno != 99) return 1;\n"
		"\tif (sem_trywait(&s) != -1 || errno != EAGAIN) return 2;\n"
		"\terrno = 98;\n"
		"\tif (sem_post(&s) != 0 || sem_getvalue(&s, &v) != 0 || v != 1) return 3;\n"
		"\treturn errno == 98 ? 0 : 4;\n}\n");
	expect_exit(0);
	ck_assert_uint_eq(mark_count, 1 + 2 * 5);
	expect_mark(1, MARK_LIB_BEGIN, GUEST_sem_init, -1);
	ck_assert_int_eq(marks[1].args[3], 1); /* the value */
	expect_mark(2, MARK_LIB_END, GUEST_sem_init, 0);
	ck_assert_int_eq(marks[2].args[3], marks[1].args[1]); /* the semaphore */
	expect_mark(3, MARK_LIB_BEGIN, GUEST_sem_wait, marks[1].args[1]);
	expect_mark(4, MARK_LIB_END, GUEST_sem_wait, 0);
	expect_mark(5, MARK_LIB_BEGIN, GUEST_sem_trywait, marks[1].args[1]);
	expect_mark(6, MARK_LIB_END, GUEST_sem_trywait, -1);
	ck_assert_int_eq(marks[6].args[2], EAGAIN);
	expect_mark(7, MARK_LIB_BEGIN, GUEST_sem_post, marks[1].args[1]);
	expect_mark(9, MARK_LIB_BEGIN, GUEST_sem_getvalue, marks[1].args[1]);
}
END_TEST

/* sem_open() with and without the arguments that only O_CREAT has. */
START_TEST(named_semaphore)
{
	LAB_FREE char *text = lab_xprintf(
		"#include <errno.h>\n#include <fcntl.h>\n#include <semaphore.h>\n"
		"#define NAME \"/ipclab-test-%d\"\n"
		"int main(void)\n{\n\tint v;\n"
		"\tsem_t *s = sem_open(NAME, O_CREAT | O_EXCL, 0600, 5);\n"
		"\tif (s == SEM_FAILED) return 1;\n"
		"\tif (sem_open(NAME, 0) != s) return 2;\n"
		"\tif (sem_getvalue(s, &v) != 0 || v != 5) return 3;\n"
		"\tif (sem_close(s) != 0 || sem_unlink(NAME) != 0) return 4;\n"
		"\treturn sem_open(NAME, 0) == SEM_FAILED && errno == ENOENT ? 0 : 5;\n}\n",
		(int)getpid());

	build_and_run(text);
	expect_exit(0);
	expect_mark(1, MARK_LIB_BEGIN, GUEST_sem_open, -1);
	ck_assert_int_eq(marks[1].args[3], 5);
	expect_mark(2, MARK_LIB_END, GUEST_sem_open, -1);
	expect_mark(3, MARK_LIB_BEGIN, GUEST_sem_open, -1);
	ck_assert_int_eq(marks[3].args[3], 0);
	expect_mark(mark_count - 1, MARK_LIB_END, GUEST_sem_open, 0);
	ck_assert_int_eq(marks[mark_count - 1].args[2], ENOENT);
}
END_TEST

START_TEST(mutex)
{
	build_and_run("#include <errno.h>\n#include <pthread.h>\n"
		      "static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;\n"
		      "int main(void)\n{\n\tint (*lock)(pthread_mutex_t *) = pthread_mutex_lock;\n"
		      "\tif (lock(&m) != 0 || pthread_mutex_trylock(&m) != EBUSY) return 1;\n"
		      "\treturn pthread_mutex_unlock(&m);\n}\n");
	expect_exit(0);
	ck_assert_uint_eq(mark_count, 1 + 2 * 3);
	expect_mark(1, MARK_LIB_BEGIN, GUEST_pthread_mutex_lock, -1);
	expect_mark(4, MARK_LIB_END, GUEST_pthread_mutex_trylock, EBUSY);
	expect_mark(6, MARK_LIB_END, GUEST_pthread_mutex_unlock, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("guest");
	TCase *tests = tcase_create("guest");
	struct lab_error e = {0};
	int failed = build("int main(void) { return 0; }\n", &e);

	tear_down();
	if (failed < 0 && e.kind == LAB_UNSUPPORTED) {
		printf("1..0 # SKIP %s\n", e.text);
		return SKIPPED;
	}
	tcase_add_checked_fixture(tests, NULL, tear_down);
	tcase_set_timeout(tests, 0);
	tcase_add_test(tests, main_is_announced_once);
	tcase_add_test(tests, ticks);
	tcase_add_test(tests, ticks_are_the_same_every_time);
	tcase_add_test(tests, semaphore);
	tcase_add_test(tests, named_semaphore);
	tcase_add_test(tests, mutex);
	suite_add_tcase(suite, tests);
	return tap_run(suite);
}
