/*
 * lab/build: submissions that are hostile, odd or no C at all. A row of a table is a file's text
 * and the one diagnostic that must come of it; what wants to be without end comes to one; what only
 * looks odd is built.
 */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/build/build.h"
#include "tests/unit/building.h"

/* count.c -> the error. */
static const struct {
	const char *text;
	int line; /* -1: any */
	const char *part;
} refused[] = {
	/* nothing to build, or not C */
	{"", 0, "count.c is empty"},
	{" \n\t\n", 0, "count.c is empty"},
	{"int main(void)\n{\n\treturn x;\n}\n", 3, "undeclared"},
	{"int f(void) { return 0; }\n", 0, "there is no function main"},
	{"int helper(int);\nint main(void)\n{\n\treturn helper(1);\n}\n", 4,
		"helper is used here, but neither your files nor the C library define it"},
	{"#error \"\033[2J\033]0;title\007\"\n" MAIN, 1, "[2J"},
	{"#error \"\302\233 \342\200\256 \377\"\n" MAIN, 1, ""},
	{"int main(void)\n{\n#line 7 \"/etc/passwd\"\n\treturn x;\n}\n", 4, "undeclared"},
	{"# 1 \"hidden.c\"\nint a = b;\n" MAIN, 2, "undeclared"},
	{"#define puts 1 +\n#include <stdio.h>\n" MAIN, -1, "expected"},
	/* files that are not there for the compiler */
	{"#include \"/etc/shadow\"\n" MAIN, 1, "/etc/shadow"},
	{"#include \"" ABS_TOP_SRCDIR "/configure.ac\"\n" MAIN, 1, "configure.ac"},
	{"__asm__(\".incbin \\\"/etc/shadow\\\"\");\n" MAIN, 0, "/etc/shadow"},
	{"__asm__(\".include \\\"/etc/shadow\\\"\");\n" MAIN, 0, "/etc/shadow"},
	{"#include \"count.c\"\n#include \"count.c\"\n" MAIN, -1, "nested"},
	/* names and sections that are the lab's */
	{"int sem_wait(void *s);\nint sem_wait(void *s)\n{\n\treturn s != 0;\n}\n" MAIN, 3,
		"sem_wait is a name of the library's or the lab's own"},
	{"int sem_post;\n" MAIN, 0, "sem_post is a name of the library's or the lab's own"},
	{"__attribute__((visibility(\"hidden\"))) int pthread_mutex_lock(void *m);\n"
	 "int pthread_mutex_lock(void *m) { return m != 0; }\n" MAIN,
		2, "pthread_mutex_lock is a name"},
	{"int f(void) { return 1; }\n__asm__(\".globl sem_trywait\\n.set sem_trywait, f\");\n" MAIN,
		-1, "sem_trywait is a name"},
	{"void __sanitizer_cov_trace_pc(void);\nvoid __sanitizer_cov_trace_pc(void) {}\n" MAIN, 2,
		"__sanitizer_cov_trace_pc is a name of the lab's own"},
	{"int __wrap_sem_post(void *s);\nint __wrap_sem_post(void *s) { return s != 0; }\n" MAIN, 2,
		"__wrap_sem_post is a name of the lab's own"},
	{"void __tsan_write4(void *p);\nvoid __tsan_write4(void *p) { (void)p; }\n" MAIN, 2,
		"__tsan_write4 is a name"},
	{"int ipclab_count;\n" MAIN, 0, "ipclab_count is a name"},
	{"__attribute__((section(\"ipclab_text\"))) void f(void) {}\n" MAIN, 0,
		"put into the section ipclab_text"},
	{"__asm__(\".section ipclab_text,\\\"ax\\\"\\nsyscall\\nret\\n.text\");\n" MAIN, 0,
		"put into the section ipclab_text"},
};

START_TEST(refused_source)
{
	put("count.c", refused[_i].text);
	build(&one);
	ck_assert(!result.ok);
	expect(BUILD_ERROR, "count.c", refused[_i].line, refused[_i].part);
}
END_TEST

/* Nor where the runtime has those names itself. */
START_TEST(refused_source_of_a_race_build)
{
	struct exercise ex = one;

	ex.races = true;
	put("count.c", refused[_i].text);
	build(&ex);
	ck_assert(!result.ok);
	expect(BUILD_ERROR, "count.c", -1, refused[_i].part);
}
END_TEST

/* What would be passed over makes that races are not looked for: line 2, if at all. */
static const struct assembly {
	const char *text;
	bool told;
} assembly[] = {
	{"__asm__ volatile(\"lock; incl x(%rip)\");", true},
	{"asm volatile (\n\"inc\"\"l %0\" : \"+m\"(x) : : \"memory\");", true},
	{"__asm(\"\" \"lock; incl x(%rip)\");", true},
	{"/* ' */ char c = '\"'; (void)c; asm(\"incl x(%rip)\"); c = '\\'';", true},
	{"asm volatile(\"\" ::: \"memory\"); __asm__(\"pause\");", false},
	{"/* asm(\"incl x\"); */ // __asm__(\"incl x\")", false},
	{"const char *text = \"\\\" asm(\"; (void)text;", false},
	{"int is_asm = 0, asm_ = is_asm; (void)asm_;", false},
};

START_TEST(assembly_is_not_seen_through)
{
	const struct assembly *row = &assembly[_i];
	LAB_FREE char *text = lab_xprintf("int x; int main(void) {\n%s\nreturn 0; }\n", row->text);
	struct exercise ex = one;

	ex.races = true;
	put("count.c", text);
	build(&ex);
	expect_ok();
	ck_assert_int_eq(result.count, row->told ? 1 : 0);
	if (row->told)
		expect(BUILD_WARNING, "count.c", 2, "looks for no data races");
}
END_TEST

START_TEST(a_source_cannot_ask_which_files_there_are)
{
	put("count.c", "#if __has_include(\"" ABS_TOP_SRCDIR "/configure.ac\")\n" MAIN "#endif\n");
	build(&one);
	if (result.reduced)
		return; /* files are closed then, but not hidden: doctor says so */
	ck_assert(!result.ok);
	expect(BUILD_ERROR, "count.c", 0, "there is no function main");
}
END_TEST

/* What wants to be without end, or to upset those who read the program: refused or, where the
 * compiler finds an end, built; in any case it comes to an end within the limits, and whatever is
 * fetched is of a usual size. */
static const char *const bombs[] = {
	"#include \"/dev/zero\"\n" MAIN,
	"#include \"/dev/ptmx\"\n" MAIN,
	"__asm__(\".incbin \\\"/dev/zero\\\"\");\n" MAIN,
	"__asm__(\".rept 100000000\\n.quad 1\\n.endr\");\n" MAIN,
	"__asm__(\".org 1 << 34\");\n" MAIN,
	"char a[1UL << 33] = {1};\n" MAIN,
	"__asm__(\".section .debug_info\\n.fill 64, 8, 0x4141414141414141\\n.text\");\n" MAIN,
	"__asm__(\".section .debug_abbrev\\n.fill 64, 8, 0x8182838485868788\\n.text\");\n" MAIN,
	"__asm__(\".section .debug_line\\n.fill 9, 1, 0xff\\n.fill 64, 8, 0xf0\\n.text\");\n" MAIN,
	"__asm__(\".section .debug_str\\n.fill 64, 8, -1\\n.text\");\n" MAIN,
	"#define A(x) x x x x x x x x x x\n#define B(x) A(A(A(x)))\nint a[] = "
	"{B(B(B(1,)))};\n" MAIN,
};

START_TEST(bomb)
{
	LAB_FREE char *program = path_join(out, "bin/count");
	struct stat st;

	put("count.c", bombs[_i]);
	build(&one);
	if (result.ok) {
		ck_assert_int_eq(stat(program, &st), 0);
		ck_assert_int_le(st.st_size, 32 << 20);
	} else {
		ck_assert_int_gt((int)result.count, 0);
		ck_assert_str_eq(result.diagnostics[0].file, "count.c");
	}
}
END_TEST

/* What looks odd and is fine. */
static const char *const accepted[] = {
	MAIN,
	"#pragma GCC plugin \"/tmp/evil.so\"\n" MAIN,
	"#include \"/dev/stdin\"\n" MAIN,
	"#include \"/dev/null\"\n" MAIN,
	"#include <semaphore.h>\n#include <pthread.h>\nint main(void) { sem_t s; "
	"pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER; sem_init(&s, 1, 1); sem_wait(&s); "
	"return pthread_mutex_lock(&m) + sem_post(&s); }\n",
	"#line 1000000 \"/etc/passwd\"\n" MAIN,
	"#line 2000000000 \"count.c\"\n" MAIN,
	"#include <stdio.h>\nint main(void) { char s[] = \"\\033[2J\"; return puts(s); }",
	"int wait(int *s);\nint wait(int *s) { return s != 0; }\n" MAIN,
	"\xef\xbb\xbf" MAIN,
};

START_TEST(accepted_source)
{
	put("count.c", accepted[_i]);
	build(&one);
	expect_ok();
}
END_TEST

START_TEST(no_regular_file)
{
	LAB_FREE char *path = path_join(folder, "count.c");
	LAB_FREE char *elsewhere = path_join(folder, "elsewhere");
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	FD_SCOPED sock = -1;

	switch (_i) {
	case 0:
		put("elsewhere", MAIN);
		ck_assert_int_eq(symlink(elsewhere, path), 0);
		build(&one);
		expect(BUILD_ERROR, "count.c", 0, "count.c is a symbolic link");
		break;
	case 1:
		ck_assert_int_eq(symlink("/nowhere", path), 0);
		build(&one);
		expect(BUILD_ERROR, "count.c", 0, "count.c is a symbolic link");
		break;
	case 2:
		ck_assert_int_eq(mkfifo(path, 0600), 0);
		build(&one);
		expect(BUILD_ERROR, "count.c", 0, "count.c is a FIFO, not a file with source text");
		break;
	case 3:
		ck_assert_int_eq(mkdir(path, 0700), 0);
		build(&one);
		expect(BUILD_ERROR, "count.c", 0, "count.c is a folder");
		break;
	case 4:
		sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		ck_assert_int_lt(snprintf(name.sun_path, sizeof(name.sun_path), "%s", path),
			(int)sizeof(name.sun_path));
		ck_assert_int_eq(bind(sock, (struct sockaddr *)&name, sizeof(name)), 0);
		build(&one);
		expect(BUILD_ERROR, "count.c", 0, "count.c is a socket");
		break;
	default:
		put("count.c", MAIN);
		ck_assert_int_eq(truncate(path, 100L << 20), 0);
		build(&one);
		expect(BUILD_ERROR, "count.c", 0, "count.c is larger than 1024 KiB");
		break;
	}
	ck_assert(!result.ok);
	ck_assert_int_eq((int)result.count, 1);
}
END_TEST

START_TEST(missing_file)
{
	put("fan.c", MAIN);
	build(&one);
	ck_assert(!result.ok);
	expect(BUILD_ERROR, "count.c", 0, "count.c is missing");
}
END_TEST

START_TEST(nul_byte)
{
	put_bytes("count.c", "int main(void)\n{\0}\n", 19);
	build(&one);
	ck_assert(!result.ok);
	expect(BUILD_ERROR, "count.c", 2, "NUL byte");
}
END_TEST

START_TEST(names_that_a_command_line_could_misread)
{
	static const char *const names[] = {"@x.c", "-o.c", "a b.c", "$(x).c", "\033[2J.c"};

	put("count.c", MAIN);
	put(names[_i], "-fplugin=./evil.c");
	build(&one);
	ck_assert(!result.ok);
	ck_assert_ptr_nonnull(strstr(result.diagnostics[0].text, "Rename it"));
}
END_TEST

START_TEST(too_many_files)
{
	put("count.c", MAIN);
	for (int i = 0; i < BUILD_FILES_MAX; i++) {
		LAB_FREE char *name = lab_xprintf("x%d.h", i);

		put(name, "");
	}
	build(&one);
	ck_assert(!result.ok);
	expect(BUILD_ERROR, "", 0, "more than 64 source files");
}
END_TEST

static TCase *all_tests(void)
{
	TCase *tests = tcase_create("build-hostile");

	tcase_add_loop_test(tests, refused_source, 0, (int)(sizeof(refused) / sizeof(refused[0])));
	tcase_add_loop_test(tests, refused_source_of_a_race_build, 0,
		(int)(sizeof(refused) / sizeof(refused[0])));
	tcase_add_loop_test(tests, assembly_is_not_seen_through, 0,
		(int)(sizeof(assembly) / sizeof(assembly[0])));
	tcase_add_loop_test(
		tests, accepted_source, 0, (int)(sizeof(accepted) / sizeof(accepted[0])));
	tcase_add_loop_test(tests, bomb, 0, (int)(sizeof(bombs) / sizeof(bombs[0])));
	tcase_add_loop_test(tests, no_regular_file, 0, 6);
	tcase_add_test(tests, a_source_cannot_ask_which_files_there_are);
	tcase_add_loop_test(tests, names_that_a_command_line_could_misread, 0, 5);
	tcase_add_test(tests, missing_file);
	tcase_add_test(tests, nul_byte);
	tcase_add_test(tests, too_many_files);
	return tests;
}

int main(void)
{
	return building_main("build-hostile", all_tests);
}
