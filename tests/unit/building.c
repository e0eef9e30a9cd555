/* See building.h. */
#include "config.h"

#include "tests/unit/building.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/run/lines.h"
#include "tests/tap.h"

#define SKIPPED 77 /* automake: a test that could not be run */

char *folder, *out;
struct build_result result;

static char *count_c[] = {(char *)"count.c", NULL};
static char *two_c[] = {(char *)"two.c", NULL};
static struct exercise_program programs[] = {{(char *)"count", count_c}, {(char *)"two", two_c}};
const struct exercise one = {.kind = EXERCISE_FIX, .programs = programs, .program_count = 1};

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

void put_bytes(const char *name, const void *bytes, size_t len)
{
	LAB_FREE char *path = path_join(folder, name);
	struct lab_error e;

	ck_assert_msg(file_write(path, bytes, len, 0644, &e) == 0, "%s", e.text);
}

void put(const char *name, const char *text)
{
	put_bytes(name, text, strlen(text));
}

int entries(const char *name)
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

void check_result(const struct exercise *ex)
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

void build(const struct exercise *ex)
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

const struct build_diagnostic *expect(
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

void expect_ok(void)
{
	BUF_SCOPED all = BUF_INIT;

	dump(&all);
	ck_assert_msg(result.ok, "does not build:%s", buf_text(&all));
}

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

int building_main(const char *name, TCase *(*all_tests)(void))
{
	struct lab_error e;
	Suite *suite;
	TCase *tests;

	if (!can_build(&e)) {
		printf("1..0 # SKIP %s\n", e.text);
		return SKIPPED;
	}
	suite = suite_create(name);
	tests = all_tests();
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 0);
	suite_add_tcase(suite, tests);
	return tap_run(suite);
}
