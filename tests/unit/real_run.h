/*
 * Programs built as submissions and run in the sandbox under the supervisor, for tests of the
 * engine. Header only: each test program has its own copy of what it uses.
 */
#ifndef TESTS_UNIT_REAL_RUN_H
#define TESTS_UNIT_REAL_RUN_H

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/build/build.h"
#include "lab/run/run.h"
#include "tests/tap.h"

#define REAL_UNUSED __attribute__((unused))

/* The source file FROM as the only file of a submission, program NAME; what is built is in
 * FOLDER/NAME (bin/ and lines/). RACES: so that races are found. Caller frees. NULL and E, also
 * where it does not compile. */
REAL_UNUSED static char *real_build_for(
	const char *folder, const char *name, const char *from, bool races, struct lab_error *e)
{
	LAB_FREE char *source = lab_xprintf("%s.c", name);
	LAB_FREE char *submission = lab_xprintf("%s/%s.in", folder, name);
	LAB_FREE char *to = path_join(submission, source);
	LAB_FREE char *out = path_join(folder, name);
	char *files[] = {source, NULL}, *none[] = {NULL};
	struct exercise_program program = {(char *)name, files};
	struct exercise exercise = {.id = (char *)name,
		.programs = &program,
		.program_count = 1,
		.files = files,
		.needs = none,
		.api = none,
		.hints = none,
		.races = races,
		.folder = submission};
	BUF_SCOPED text = BUF_INIT;
	struct build_result result = {0};
	bool built;

	if (file_read(from, &text, BUILD_SOURCE_MAX, e) < 0)
		return NULL;
	if (mkdir(submission, 0755) < 0 || mkdir(out, 0700) < 0) {
		lab_fail_errno(e, LAB_BROKEN, "mkdir \"%s\"", out);
		return NULL;
	}
	if (file_write(to, text.data, text.len, 0644, e) < 0 ||
		build_submission(&exercise, submission, out, NULL, &result, e) < 0)
		return NULL;
	built = result.ok && result.count == 0;
	if (!built)
		lab_fail(e, LAB_BROKEN, "%s: %s", from,
			result.count ? result.diagnostics[0].text : "does not build");
	build_result_done(&result);
	return built ? lab_xstrdup(out) : NULL;
}

REAL_UNUSED static char *real_build(
	const char *folder, const char *name, const char *from, struct lab_error *e)
{
	return real_build_for(folder, name, from, false, e);
}

/* SOURCE_FILE, read into SOURCE and built in FOLDER, which is made; freeing both and removing the
 * folder is the caller's. NULL: it has been said why. */
REAL_UNUSED static char *real_build_source(
	char **folder, const char *name, const char *source_file, bool races, struct buf *source)
{
	struct lab_error e = {0};
	char *built = NULL;

	*folder = path_make_temporary(name, &e);
	if (*folder && file_read(source_file, source, BUILD_SOURCE_MAX, &e) == 0)
		built = real_build_for(*folder, name, source_file, races, &e);
	if (!built)
		fprintf(stderr, "%s\n", e.text);
	buf_putc(source, '\0');
	return built;
}

/* No namespaces, no supervisor: doctor says so, and there is nothing to prove here. */
REAL_UNUSED static bool real_can_run(void)
{
	struct run_request request = {.bin_dir = "/",
		.programs = {{.name = "none"}},
		.program_count = 1,
		.seed = 1,
		.cpu = -1};
	struct lab_error e = {0};
	struct run *run = run_start(&request, &e);

	run_free(run);
	if (run || e.kind != LAB_UNSUPPORTED)
		return true;
	printf("1..0 # SKIP %s\n", e.text);
	return false;
}

/* The first program of what real_build() gave, to its end. */
REAL_UNUSED static struct run *real_run(
	const char *built, const char *name, const char *const *argv, struct run_request request)
{
	LAB_FREE char *bin = path_join(built, "bin");
	LAB_FREE char *lines = path_join(built, "lines");
	struct lab_error e = {0};
	struct run *run;

	request.bin_dir = bin;
	request.lines_dir = lines;
	request.programs[0] = (struct run_program){.name = name, .argv = argv};
	request.program_count = 1;
	request.cpu = -1;
	if (!request.seed)
		request.seed = 1;
	run = run_start(&request, &e);
	ck_assert_msg(run != NULL, "%s", e.text);
	ck_assert_msg(run_until_end(run, &e) != RUN_FAILED, "%s", e.text);
	ck_assert_msg(run_finish(run, &e) == 0, "%s", e.text);
	return run;
}

/* Where LINE of SOURCE begins; NULL: it has no such line. */
REAL_UNUSED static const char *real_line(const char *source, int line)
{
	for (int n = 1; n < line && source; n++) {
		source = strchr(source, '\n');
		source += source != NULL;
	}
	return line > 0 ? source : NULL;
}

/* The first word of the comment at the end of LINE, "-" if there is none. */
REAL_UNUSED static char *real_comment(const char *source, int line)
{
	const char *at = real_line(source, line), *end = at ? strchr(at, '\n') : NULL, *open;

	for (open = end; open && open > at && strncmp(open, "/* ", 3) != 0; open--)
		;
	if (!end || open == at)
		return lab_xstrdup("-");
	return lab_xprintf("%.*s", (int)strcspn(open + 3, " "), open + 3);
}

/* The usual main() of such a test; TCASE has its tests. */
REAL_UNUSED static int real_main(const char *name, TCase *tcase)
{
	Suite *suite = suite_create(name);

	suite_add_tcase(suite, tcase);
	tcase_set_timeout(tcase, 300); /* a net: machines can be slow */
	return tap_run(suite);
}

#endif
