/*
 * lab/build: submissions, honest and hostile, built in the real sandbox. A row of the table is a
 * file's text and the one diagnostic that must come of it; every row also holds for the whole: no
 * control character reaches a diagnostic, files are the submission's own, and what did not build
 * left no program.
 *
 * Skipped as a whole where this machine refuses the sandbox.
 */
#include "config.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/build/build.h"
#include "lab/run/lines.h"
#include "tests/tap.h"

#define SKIPPED 77 /* automake: a test that could not be run */

static char *folder, *out;
static struct build_result result;

static char *count_c[] = {(char *)"count.c", NULL};
static char *two_c[] = {(char *)"two.c", NULL};
static char *show_c[] = {(char *)"show.c", NULL};
static struct exercise_program programs[] = {{(char *)"count", count_c}, {(char *)"two", two_c}};
static struct exercise_program given[] = {{(char *)"show", show_c}};
static struct exercise one = {.kind = EXERCISE_FIX, .programs = programs, .program_count = 1};

static void set_up(void)
{
	struct lab_error e;

	folder = path_make_temporary("submission", &e);
	ck_assert_msg(folder != NULL, "%s", e.text);
	out = path_make_temporary("build", &e);
	ck_assert_msg(out != NULL, "%s", e.text);
	result = (struct build_result){0};
}

static void tear_down(void)
{
	build_result_done(&result);
	path_remove_tree(folder, NULL);
	path_remove_tree(out, NULL);
	free(folder);
	free(out);
}

static void put_bytes(const char *name, const void *bytes, size_t len)
{
	LAB_FREE char *path = path_join(folder, name);
	struct lab_error e;

	ck_assert_msg(file_write(path, bytes, len, 0644, &e) == 0, "%s", e.text);
}

static void put(const char *name, const char *text)
{
	put_bytes(name, text, strlen(text));
}

static int entries(const char *name)
{
	LAB_FREE char *path = path_join(out, name);
	DIR *dir = opendir(path);
	int n = 0;

	ck_assert_ptr_nonnull(dir);
	for (struct dirent *d = readdir(dir); d != NULL; d = readdir(dir))
		n += d->d_name[0] != '.';
	closedir(dir);
	return n;
}

/* Whatever a program's debug information says, its line table can be read. */
static void check_tables(const struct exercise *ex)
{
	for (size_t i = 0; i < ex->program_count; i++) {
		LAB_FREE char *path = lab_xprintf("%s/lines/%s", out, ex->programs[i].name);
		struct lab_error e;
		struct lines *lines = lines_load(path, &e);

		ck_assert_msg(lines != NULL, "%s", e.text);
		lines_free(lines);
	}
}

/* What holds of every result. */
static void check_result(const struct exercise *ex)
{
	for (size_t i = 0; i < result.count; i++) {
		const struct build_diagnostic *d = &result.diagnostics[i];
		LAB_FREE char *own = path_join(folder, d->file);
		const char *texts[] = {d->text, d->file, d->source != NULL ? d->source : ""};
		struct stat st;

		if (strstr(d->text, "missing") == NULL && path_name_is_plain(d->file))
			ck_assert_msg(lstat(own, &st) == 0, "%s is not of the submission", d->file);
		for (size_t t = 0; t < 3; t++)
			for (const char *p = texts[t]; *p != '\0'; p++)
				ck_assert_msg((unsigned char)*p >= ' ' && *p != 0x7f,
					"a control character in \"%s\"", texts[t]);
		if (i > 0 && d->severity == BUILD_ERROR)
			ck_assert_int_ne(result.diagnostics[i - 1].severity, BUILD_WARNING);
	}
	ck_assert_int_eq(
		entries("bin"), result.ok ? (int)(ex->program_count + ex->given_count) : 0);
	if (result.ok)
		check_tables(ex);
}

static void build(const struct exercise *ex)
{
	struct lab_error e;

	ck_assert_msg(build_submission(ex, folder, out, NULL, &result, &e) == 0, "%s", e.text);
	check_result(ex);
}

static void dump(struct buf *into)
{
	for (size_t i = 0; i < result.count; i++)
		buf_printf(into, "\n%s:%d:%d: %s", result.diagnostics[i].file,
			result.diagnostics[i].line, result.diagnostics[i].column,
			result.diagnostics[i].text);
}

/* A diagnostic of this severity at FILE:LINE (-1: any) whose text has PART in it. */
static const struct build_diagnostic *expect(
	enum build_severity severity, const char *file, int line, const char *part)
{
	BUF_SCOPED all = BUF_INIT;

	for (size_t i = 0; i < result.count; i++) {
		const struct build_diagnostic *d = &result.diagnostics[i];

		if (d->severity == severity && strcmp(d->file, file) == 0 &&
			(line < 0 || d->line == line) && strstr(d->text, part) != NULL)
			return d;
	}
	dump(&all);
	ck_abort_msg("expected %s:%d: %s; got%s", file, line, part, buf_text(&all));
	return NULL;
}

static void expect_ok(void)
{
	BUF_SCOPED all = BUF_INIT;

	dump(&all);
	ck_assert_msg(result.ok, "does not build:%s", buf_text(&all));
}

#define MAIN "int main(void) { return 0; }\n"

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

START_TEST(files_that_play_no_part)
{
	put("count.c", MAIN);
	put("a.out", "junk");
	put("README.md", "junk");
	put(".#count.c", "junk");
	put("count.c~", "junk");
	put("answers.txt", "x: y\n");
	build(&one);
	expect_ok();
	ck_assert_int_eq(entries("src"), 2);
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

START_TEST(warnings_and_errors)
{
	const struct build_diagnostic *d;

	put("count.c", "int *f(void)\n{\n\treturn 1;\n}\nint main(void)\n{\n\treturn x;\n}\n");
	build(&one);
	ck_assert(!result.ok);
	d = expect(BUILD_ERROR, "count.c", 7, "undeclared");
	ck_assert_int_eq(d->column, 9);
	ck_assert_str_eq(d->source, " return x;");
	ck_assert_ptr_eq(d, &result.diagnostics[0]);
	expect(BUILD_WARNING, "count.c", 3, "returning 'int' from a function");
}
END_TEST

START_TEST(warnings_are_not_fatal)
{
	put("count.c", "int main(void)\n{\n\tint unused;\n\treturn 0;\n}\n");
	build(&one);
	expect_ok();
	expect(BUILD_WARNING, "count.c", 3, "unused variable 'unused'");
}
END_TEST

START_TEST(files_of_the_students_own)
{
	put("count.c", "#include \"util.h\"\nint main(void) { return helper(1); }\n");
	put("util.h", "int helper(int x);\n");
	put("util.c", "#include \"util.h\"\nint helper(int x) { return x; }\n");
	build(&one);
	expect_ok();
	ck_assert_int_eq(entries("src"), 3);
}
END_TEST

START_TEST(defined_twice)
{
	put("count.c", "int twice(void) { return 1; }\n" MAIN);
	put("util.c", "\nint twice(void) { return 2; }\n");
	build(&one);
	ck_assert(!result.ok);
	expect(BUILD_ERROR, "util.c", 2, "twice is defined twice in one program");
	expect(BUILD_NOTE, "count.c", 1, "twice was first defined here");
}
END_TEST

/* Two programs, one file for both, a driver and a given program. */
START_TEST(programs_drivers_and_given_ones)
{
	LAB_FREE char *driver = path_join(folder, "lab/driver.c");
	LAB_FREE char *lab = path_join(folder, "lab");
	struct exercise ex = one;

	ck_assert_int_eq(mkdir(lab, 0755), 0);
	ex.program_count = 2;
	ex.given = given;
	ex.given_count = 1;
	ex.driver = driver;
	ex.folder = lab;
	put("lab/driver.c", "int answer(void);\nint main(void) { return answer(); }\n");
	put("lab/show.c", MAIN);
	put("show.c", "the student's copy, which is not built");
	put("driver.c", "nor is this");
	put("count.c", "int shared(void);\nint answer(void) { return shared(); }\n");
	put("two.c", "int shared(void);\nint answer(void) { return shared() + 1; }\n");
	put("both.c", "int shared(void) { return 40; }\n");
	build(&ex);
	expect_ok();
}
END_TEST

START_TEST(predictions)
{
	struct exercise ex = {.kind = EXERCISE_PREDICT};

	build(&ex);
	ck_assert(!result.ok);
	expect(BUILD_ERROR, "answers.txt", 0, "answers.txt is missing");
	build_result_done(&result);
	path_remove_tree(out, NULL);
	ck_assert_int_eq(mkdir(out, 0700), 0);
	put("answers.txt", "a: 1\n");
	build(&ex);
	expect_ok();
}
END_TEST

static void count_compiling(void *context, uint64_t input_hash)
{
	(void)input_hash;
	++*(int *)context;
}

/* Builds EX anew; returns whether a compiler was at work. */
static bool compiled(const struct exercise *ex, struct build_cache *cache)
{
	int times = 0;
	struct build_watch watch = {count_compiling, &times};
	struct build_options options = {&watch, cache};
	struct lab_error e;

	build_result_done(&result);
	path_remove_tree(out, NULL);
	ck_assert_int_eq(mkdir(out, 0700), 0);
	ck_assert_msg(build_submission(ex, folder, out, &options, &result, &e) == 0, "%s", e.text);
	check_result(ex);
	expect_ok();
	return times > 0;
}

static void add_product(struct buf *into, const char *name)
{
	LAB_FREE char *path = path_join(out, name);
	struct lab_error e;
	struct stat st;

	ck_assert_msg(file_read(path, into, 1 << 24, &e) == 0, "%s", e.text);
	ck_assert_int_eq(stat(path, &st), 0);
	buf_printf(into, "%o\n", st.st_mode);
}

/* What an exercise brings is compiled once, and anew where the student has a part in it, the
 * exercise was changed or it is another one. */
START_TEST(given_programs_are_kept)
{
	LAB_FREE char *lab = path_join(folder, "lab");
	LAB_FREE char *other = path_join(folder, "other");
	LAB_FREE char *header = path_join(folder, "stdio.h");
	struct exercise ex = {.kind = EXERCISE_PREDICT, .given = given, .given_count = 1};
	struct build_cache *cache = build_cache_new();
	BUF_SCOPED first = BUF_INIT;
	BUF_SCOPED again = BUF_INIT;

	ex.folder = lab;
	ck_assert_int_eq(mkdir(lab, 0755), 0);
	ck_assert_int_eq(mkdir(other, 0755), 0);
	put("lab/show.c", MAIN);
	put("other/show.c", "int main(void) { return 7; }\n");
	put("answers.txt", "a: 1\n");
	ck_assert(compiled(&ex, cache));
	add_product(&first, "bin/show");
	add_product(&first, "lines/show");
	put("answers.txt", "a: 2\n");
	ck_assert(!compiled(&ex, cache));
	add_product(&again, "bin/show");
	add_product(&again, "lines/show");
	ck_assert_uint_eq(first.len, again.len);
	ck_assert_mem_eq(first.data, again.data, first.len);
	ck_assert(compiled(&ex, NULL));

	put("stdio.h", "#error of the student's\n");
	ck_assert(compiled(&ex, cache));
	ck_assert_int_eq(unlink(header), 0);
	ck_assert(!compiled(&ex, cache));
	put("lab/show.c", "int main(void) { return 1; }\n");
	ck_assert(compiled(&ex, cache));
	ex.folder = other;
	ck_assert(compiled(&ex, cache));
	build_cache_free(cache);
}
END_TEST

static uint64_t hash(const char *text)
{
	uint64_t hash;

	put("count.c", text);
	path_remove_tree(out, NULL);
	ck_assert_int_eq(mkdir(out, 0700), 0);
	build(&one);
	hash = result.input_hash;
	build_result_done(&result);
	return hash;
}

START_TEST(input_hash)
{
	uint64_t first = hash(MAIN);

	ck_assert(hash(MAIN) == first);
	ck_assert(hash("/* */" MAIN) != first);
}
END_TEST

START_TEST(what_a_result_says)
{
	put("count.c", MAIN);
	build(&one);
	ck_assert_ptr_nonnull(strstr(result.libc, "glibc 2."));
	ck_assert(strncmp(result.compiler, "gcc 1", 5) == 0 ||
		  strncmp(result.compiler, "clang 1", 7) == 0);
}
END_TEST

START_TEST(no_compiler)
{
	struct lab_error e;

	put("count.c", MAIN);
	setenv("CC", "no-such-cc", 1);
	ck_assert_int_eq(build_submission(&one, folder, out, NULL, &result, &e), -1);
	ck_assert_int_eq(e.kind, LAB_UNSUPPORTED);
	ck_assert_ptr_nonnull(strstr(e.text, "there is no C compiler \"no-such-cc\""));
	path_remove_tree(out, NULL);
	ck_assert_int_eq(mkdir(out, 0700), 0);
	setenv("CC", "true", 1);
	ck_assert_int_eq(build_submission(&one, folder, out, NULL, &result, &e), -1);
	ck_assert_int_eq(e.kind, LAB_UNSUPPORTED);
	ck_assert_ptr_nonnull(strstr(e.text, "does not answer like gcc or clang"));
}
END_TEST

START_TEST(no_submission)
{
	struct lab_error e;

	ck_assert_int_eq(build_submission(&one, "/nowhere/at/all", out, NULL, &result, &e), -1);
	ck_assert_int_eq(e.kind, LAB_USAGE);
	ck_assert_ptr_nonnull(strstr(e.text, "/nowhere/at/all"));
}
END_TEST

/* The machine's own fault, found before anything is tested: no sandbox, no compiler. Whatever else
 * goes wrong here goes wrong in the tests again. */
static bool can_build(struct lab_error *e)
{
	LAB_FREE char *empty = path_make_temporary("submission", e);
	LAB_FREE char *into = path_make_temporary("build", e);
	LAB_FREE char *source = empty != NULL ? path_join(empty, "count.c") : NULL;
	int failed = -1;

	*e = (struct lab_error){0};
	if (source != NULL && into != NULL && file_write(source, MAIN, strlen(MAIN), 0644, e) == 0)
		failed = build_submission(&one, empty, into, NULL, &result, e);
	build_result_done(&result);
	if (empty != NULL)
		path_remove_tree(empty, NULL);
	if (into != NULL)
		path_remove_tree(into, NULL);
	return failed == 0 || e->kind != LAB_UNSUPPORTED;
}

static TCase *all_tests(void)
{
	TCase *tests = tcase_create("build");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 0);
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
	tcase_add_test(tests, files_that_play_no_part);
	tcase_add_test(tests, too_many_files);
	tcase_add_test(tests, warnings_and_errors);
	tcase_add_test(tests, warnings_are_not_fatal);
	tcase_add_test(tests, files_of_the_students_own);
	tcase_add_test(tests, defined_twice);
	tcase_add_test(tests, programs_drivers_and_given_ones);
	tcase_add_test(tests, predictions);
	tcase_add_test(tests, given_programs_are_kept);
	tcase_add_test(tests, input_hash);
	tcase_add_test(tests, what_a_result_says);
	tcase_add_test(tests, no_compiler);
	tcase_add_test(tests, no_submission);
	return tests;
}

int main(void)
{
	Suite *suite = suite_create("build");
	struct lab_error e;

	if (!can_build(&e)) {
		printf("1..0 # SKIP %s\n", e.text);
		return SKIPPED;
	}
	suite_add_tcase(suite, all_tests());
	return tap_run(suite);
}
