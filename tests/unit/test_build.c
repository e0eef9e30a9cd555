/*
 * lab/build: what honest submissions come to. What the compiler has to say reaches the student with
 * its place; several files, drivers and given programs become the programs of an exercise; and what
 * an exercise brings itself is compiled only once.
 */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/build/build.h"
#include "tests/unit/building.h"

static char *show_c[] = {(char *)"show.c", NULL};
static struct exercise_program given[] = {{(char *)"show", show_c}};

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

/* A compiler that answers "gcc (x) VERSION", and leaves a line in the submission each time. */
static void put_compiler(const char *name, const char *version)
{
	LAB_FREE char *path = path_join(folder, name);
	LAB_FREE char *text = lab_xprintf(
		"#!/bin/sh\necho asked >>%s/asked\necho 'gcc (x) %s'\n", folder, version);
	struct lab_error e;

	unlink(path);
	ck_assert_msg(file_write(path, text, strlen(text), 0755, &e) == 0, "%s", e.text);
	ck_assert_int_eq(chmod(path, 0755), 0);
	setenv("CC", path, 1);
}

static char *signature_with(const char *version)
{
	struct lab_error e;
	char *text = build_signature(&e);

	ck_assert_msg(text != NULL, "%s", e.text);
	ck_assert_msg(strstr(text, version) != NULL, "%s", text);
	return text;
}

/* Once, as long as it is the same one: the next is another file, the last another name of that. */
START_TEST(the_version_is_asked_for_once)
{
	BUF_SCOPED asked = BUF_INIT;
	LAB_FREE char *log = path_join(folder, "asked");
	LAB_FREE char *first = path_join(folder, "one-gcc");
	LAB_FREE char *second = path_join(folder, "other-gcc");
	struct lab_error e;

	put_compiler("one-gcc", "12.9.1");
	free(signature_with("12.9.1"));
	free(signature_with("12.9.1"));
	put_compiler("one-gcc", "13.9.22");
	free(signature_with("13.9.22"));
	free(signature_with("13.9.22"));
	ck_assert_int_eq(link(first, second), 0);
	setenv("CC", second, 1);
	free(signature_with("13.9.22"));
	ck_assert_int_eq(file_read(log, &asked, 1000, &e), 0);
	ck_assert_str_eq(asked.data, "asked\nasked\nasked\n");
}
END_TEST

/* A refusal is no answer to be kept. */
START_TEST(a_compiler_that_is_too_old_stays_so)
{
	struct lab_error e;

	put_compiler("old-gcc", "4.8.5");
	for (int i = 0; i < 2; i++) {
		ck_assert_ptr_null(build_signature(&e));
		ck_assert_int_eq(e.kind, LAB_UNSUPPORTED);
		ck_assert_ptr_nonnull(strstr(e.text, "gcc 4.8.5 is too old"));
	}
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

static TCase *all_tests(void)
{
	TCase *tests = tcase_create("build");

	tcase_add_test(tests, files_that_play_no_part);
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
	tcase_add_test(tests, the_version_is_asked_for_once);
	tcase_add_test(tests, a_compiler_that_is_too_old_stays_so);
	tcase_add_test(tests, no_submission);
	return tests;
}

int main(void)
{
	return building_main("build", all_tests);
}
