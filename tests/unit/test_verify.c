/*
 * How an exercise is held to what it claims: headers of known-wrong programs and their phrases,
 * outcomes, strays, programs that are shown, and how a variant's files are laid out.
 */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "runner/verify/grade.h"
#include "runner/verify/header.h"
#include "runner/verify/shown.h"
#include "runner/verify/tree.h"
#include "runner/verify/variant.h"
#include "tests/unit/text_log.h"

START_TEST(header_is_read)
{
	static const struct {
		const char *text, *sentence, *check, *phrase;
	} rows[] = {
		{"/*\n * Does it wrong,\n * twice.\n *\n * check: some_check\n"
		 " * message: five words\n *   and two more\n *\n * Not this.\n */\nint x;\n",
			"Does it wrong, twice.", "some_check", "five words and two more"},
		{"/* Short. */\n/* check: no */\n", "Short.", NULL, NULL},
		{"/*\n * S.\n *\n * check: c\n * message: m n */\n#include <stdio.h>\n", "S.", "c",
			"m n"},
		{"# Guesses.\n#\n# check: answers\n# message: is not what it printed\n\nkey: 1\n",
			"Guesses.", "answers", "is not what it printed"},
		{"\xef\xbb\xbf# From elsewhere.\r\n\r\nkey: 1\r\n", "From elsewhere.", NULL, NULL},
		{"int main;\n", NULL, NULL, NULL},
		{"", NULL, NULL, NULL},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct header h;

		header_parse(&h, rows[i].text);
		ck_assert_pstr_eq(h.sentence, rows[i].sentence);
		ck_assert_pstr_eq(h.check, rows[i].check);
		ck_assert_pstr_eq(h.phrase, rows[i].phrase);
		header_done(&h);
	}
}
END_TEST

START_TEST(phrase_is_found)
{
	static const struct {
		const char *phrase, *text;
		bool matches;
	} rows[] = {
		{"you are PID %d but", "the log: you are PID 4711 but", true},
		{"you are PID %d but", "you are PID x but", false},
		{"line break\there", "a line\n   break here", true},
		{"line break", "linebreak", false},
		{"took %d s", "took -3 s", true},
		{"took %d s", "took 0.5 s", true},
		{"took %d s", "took - s", false},
		{"ends in %d.", "it ends in 5.", true},
		{"printed %s instead", "it printed \"a\" instead", true},
		{"printed %s instead", "it printed instead", false},
		{"(%s) was", "(pipe:1) was", true},
		{"end %s", "the end ", false},
		{"end %s", "the end !", true},
		{"100%", "it is 100% sure", true},
		{"abc", "ab", false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(phrase_matches(rows[i].phrase, rows[i].text) == rows[i].matches,
			"\"%s\" in \"%s\"", rows[i].phrase, rows[i].text);
}
END_TEST

static struct exercise sample = {.id = (char *)"04-pipes/02-eof-or-hang"};

/* The first problem that verify has with V when its one check "c" ended so; "" if none. */
static const char *outcome(enum variant_kind kind, enum verdict verdict, const char *message)
{
	static char text[512];
	struct check_result c = {
		.name = (char *)"c", .verdict = verdict, .message = (char *)message};
	struct grade g = {.exercise = &sample, .verdict = verdict, .checks = &c, .check_count = 1};
	struct variant v = {.exercise = &sample,
		.kind = kind,
		.name = (char *)"it",
		.check = (char *)"c",
		.phrase = (char *)"held by %d for ever"};
	struct problems problems = {0};

	outcome_check(&v, NULL, &g, &problems);
	ck_assert_uint_le(problems.count, 1);
	snprintf(text, sizeof(text), "%s", problems.count ? problems.list[0] : "");
	problems_done(&problems);
	return text;
}

START_TEST(outcomes_are_judged)
{
	ck_assert_str_eq(outcome(VARIANT_STARTER, VERDICT_FAIL, "x"), "");
	ck_assert_ptr_nonnull(strstr(outcome(VARIANT_STARTER, VERDICT_PASS, NULL), "it passes"));
	ck_assert_ptr_nonnull(
		strstr(outcome(VARIANT_STARTER, VERDICT_BROKEN, "x"), "broken: c: x"));
	ck_assert_str_eq(outcome(VARIANT_REFERENCE, VERDICT_PASS, NULL), "");
	ck_assert_str_eq(outcome(VARIANT_RIGHT, VERDICT_PASS, NULL), "");
	ck_assert_ptr_nonnull(strstr(outcome(VARIANT_RIGHT, VERDICT_FAIL, "why"), "c fails"));
	ck_assert_str_eq(outcome(VARIANT_WRONG, VERDICT_FAIL, "pipe held by\n 7 for ever"), "");
	ck_assert_ptr_nonnull(
		strstr(outcome(VARIANT_WRONG, VERDICT_FAIL, "other words"), "does not say"));
	ck_assert_ptr_nonnull(
		strstr(outcome(VARIANT_WRONG, VERDICT_PASS, NULL), "nothing catches it"));
	ck_assert_ptr_nonnull(strstr(outcome(VARIANT_WRONG, VERDICT_BROKEN, "x"), "broken"));
}
END_TEST

START_TEST(wrong_one_caught_by_another_check)
{
	struct check_result checks[] = {
		{.name = (char *)"c", .verdict = VERDICT_PASS},
		{.name = (char *)"d",
			.verdict = VERDICT_FAIL,
			.message = (char *)"held by 7 for ever"},
	};
	struct grade g = {
		.exercise = &sample, .verdict = VERDICT_FAIL, .checks = checks, .check_count = 2};
	struct variant v = {.exercise = &sample,
		.kind = VARIANT_WRONG,
		.name = (char *)"w",
		.check = (char *)"c",
		.phrase = (char *)"held by %d for ever"};
	struct problems problems = {0};

	outcome_check(&v, NULL, &g, &problems);
	v.check = (char *)"no_such";
	outcome_check(&v, NULL, &g, &problems);
	ck_assert_uint_eq(problems.count, 2);
	ck_assert_ptr_nonnull(strstr(problems.list[0], "c does not catch it; d does"));
	ck_assert_ptr_nonnull(strstr(problems.list[1], "no check no_such"));
	problems_done(&problems);
}
END_TEST

static void put(const char *dir, const char *name, const char *text)
{
	LAB_FREE char *path = path_join(dir, name);
	LAB_FREE char *folder = lab_xstrdup(path);
	struct lab_error e = {0};

	*strrchr(folder, '/') = '\0';
	ck_assert_msg(path_mkdirs(folder, 0700, &e) == 0, "%s", e.text);
	ck_assert_msg(file_write(path, text, strlen(text), 0644, &e) == 0, "%s", e.text);
}

static bool has(const struct problems *p, const char *part)
{
	for (size_t i = 0; i < p->count; i++)
		if (strstr(p->list[i], part))
			return true;
	return false;
}

START_TEST(strays_are_found)
{
	struct lab_error e = {0};
	char *dir = path_make_temporary("ipclab-test", &e);
	struct exercise *list[] = {&sample};
	struct course course = {dir, list, 1};
	struct problems p = {0};

	put(dir, "exercises/04-pipes/README.md", "");
	put(dir, "exercises/04-pipes/02-eof-or-hang/count.c", "");
	put(dir, "solutions/04-pipes/02-eof-or-hang/count.c", "");
	put(dir, "tests/exercises/04-pipes/02-eof-or-hang.c", "");
	put(dir, "tests/exercises/Makemodule.am", "");
	put(dir, "tests/exercises/shared.h", "");
	ck_assert_int_eq(tree_check_strays(&course, &p, &e), 0);
	ck_assert_uint_eq(p.count, 0);
	put(dir, "exercises/notes.txt", "");
	put(dir, "exercises/shared.h", "");
	put(dir, "exercises/04-pipes/old/count.c", "");
	put(dir, "solutions/04-pipes/03-unknown/x.c", "");
	put(dir, "solutions/05-none/x/x.c", "");
	put(dir, "tests/exercises/04-pipes/02-eof-or-hang.c~", "");
	put(dir, "tests/exercises/04-pipes/09-gone.c", "");
	ck_assert_int_eq(tree_check_strays(&course, &p, &e), 0);
	ck_assert_uint_eq(p.count, 7);
	ck_assert(has(&p, "exercises/notes.txt is stray"));
	ck_assert(has(&p, "exercises/shared.h is stray"));
	ck_assert(has(&p, "exercises/04-pipes/old is stray"));
	ck_assert(has(&p, "solutions/04-pipes/03-unknown is stray"));
	ck_assert(has(&p, "solutions/05-none is stray"));
	ck_assert(has(&p, "02-eof-or-hang.c~ is stray"));
	ck_assert(has(&p, "09-gone.c is stray"));
	problems_done(&p);
	path_remove_tree(dir, NULL);
	free(dir);
}
END_TEST

/* An exercise on disk that verify has nothing to say against but what a test then breaks. */
static struct exercise whole(const char *dir)
{
	static char *files[] = {(char *)"count.c", NULL};
	static char *hints[] = {(char *)"a", (char *)"b", (char *)"c", NULL};
	static char text[300];
	static const char *const parts[] = {"ex/count.c", "ex/README.md", "sol/count.c",
		"sol/right/a.c", "sol/right/b.c", "sol/wrong/x.c"};

	memset(text, 'x', sizeof(text) - 1);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		put(dir, parts[i], "/* Says it. */\n");
	return (struct exercise){.id = sample.id,
		.files = files,
		.hints = hints,
		.text = text,
		.folder = path_join(dir, "ex"),
		.solution = path_join(dir, "sol"),
		.test_source = (char *)"t.c",
		.judge = (char *)"/bin/true"};
}

START_TEST(exercise_is_checked)
{
	struct lab_error e = {0};
	char *dir = path_make_temporary("ipclab-test", &e);
	struct exercise ex = whole(dir);
	struct problems p = {0};
	struct variants v = {0};

	ck_assert_int_eq(tree_check_exercise(&ex, &p, &e), 0);
	ck_assert_uint_eq(p.count, 0);
	put(dir, "ex/core.1", "");
	put(dir, "sol/extra.c", "");
	put(dir, "sol/right/note.txt", "");
	put(dir, "sol/wrong/y/a.o", "");
	ex.hints[2] = NULL;
	ex.test_source = NULL;
	ex.judge = (char *)"/nowhere";
	ck_assert_int_eq(tree_check_exercise(&ex, &p, &e), 0);
	ex.hints[2] = (char *)"c";
	ck_assert(has(&p, "2 hints"));
	ck_assert(has(&p, "no test source"));
	ck_assert(has(&p, "compiled test is missing"));
	ck_assert(has(&p, "core.1 is stray"));
	ck_assert(has(&p, "extra.c is stray"));
	ck_assert(has(&p, "right/note.txt is stray"));
	ck_assert(has(&p, "wrong/y/a.o is stray"));
	ck_assert_uint_eq(p.count, 7);
	problems_done(&p);
	ck_assert_int_eq(variants_add(&v, &ex, &p, &e), 0);
	ck_assert(has(&p, "wrong/x: its opening comment has no line \"check: NAME_OF_CHECK\""));
	problems_done(&p);
	variants_done(&v);
	path_remove_tree(dir, NULL);
	free(ex.folder);
	free(ex.solution);
	free(dir);
}
END_TEST

START_TEST(shown_programs_are_those_that_run)
{
	struct lab_error e = {0};
	char *dir = path_make_temporary("test-verify", &e);
	char *sources[] = {(char *)"seen.c", NULL};
	char shown[] = "Text.\n\n    int main(void)\n    {\n            return 4;\n    }\n";
	struct exercise_program given = {(char *)"seen", sources};
	struct exercise ex = {.id = sample.id,
		.kind = EXERCISE_PREDICT,
		.given = &given,
		.given_count = 1,
		.folder = dir,
		.text = shown};
	struct problems p = {0};

	put(dir, "seen.c", "/* Four. */\nint main(void)\n{\n\treturn 4;\n}\n");
	ck_assert_int_eq(shown_check(&ex, &p, &e), 0);
	ck_assert_uint_eq(p.count, 0);
	put(dir, "seen.c", "/* Four. */\nint main(void)\n{\n\treturn 5;\n}\n");
	ck_assert_int_eq(shown_check(&ex, &p, &e), 0);
	ck_assert(has(&p, "README.md does not show seen.c as it is"));
	ck_assert_uint_eq(p.count, 1);
	ex.kind = EXERCISE_FIX;
	ck_assert_int_eq(shown_check(&ex, &p, &e), 0);
	ck_assert_uint_eq(p.count, 1);
	problems_done(&p);
	path_remove_tree(dir, NULL);
	free(dir);
}
END_TEST

static void expect_file(const char *dir, const char *name, const char *text)
{
	LAB_FREE char *path = path_join(dir, name);
	BUF_SCOPED bytes = BUF_INIT;
	struct lab_error e = {0};

	ck_assert_msg(file_read(path, &bytes, 1 << 16, &e) == 0, "%s", e.text);
	ck_assert_str_eq(buf_text(&bytes), text);
}

START_TEST(variants_are_staged)
{
	struct lab_error e = {0};
	char *dir = path_make_temporary("ipclab-test", &e);
	struct exercise ex = whole(dir);
	struct problems p = {0};
	struct variants v = {0};

	put(dir, "ex/count.c", "starter");
	put(dir, "sol/count.c", "reference");
	put(dir, "sol/wrong/x.c",
		"/*\n * S.\n *\n * check: c\n * message: one two three four five\n */\n");
	put(dir, "sol/right/b/more.h", "/* More. */\n");
	ck_assert_int_eq(variants_add(&v, &ex, &p, &e), 0);
	ck_assert_uint_eq(p.count, 0);
	ck_assert_uint_eq(v.count, 6);
	for (size_t i = 0; i < v.count; i++) {
		LAB_FREE char *to = lab_xprintf("%s/to%zu", dir, i);

		ck_assert_int_eq(path_mkdirs(to, 0700, &e), 0);
		ck_assert_msg(variant_stage(&v.list[i], to, &e) == 0, "%s", e.text);
		if (v.list[i].kind == VARIANT_STARTER)
			expect_file(to, "count.c", "starter");
		else if (strcmp(v.list[i].name, "right/a") == 0)
			expect_file(to, "count.c", "/* Says it. */\n");
		else if (v.list[i].kind == VARIANT_WRONG)
			ck_assert_str_eq(v.list[i].phrase, "one two three four five");
		else
			continue;
	}
	LAB_FREE char *folder = path_join(dir, "to3"); /* right/b */

	expect_file(folder, "count.c", "reference");
	expect_file(folder, "more.h", "/* More. */\n");
	variants_done(&v);
	path_remove_tree(dir, NULL);
	free(ex.folder);
	free(ex.solution);
	free(dir);
}
END_TEST

int main(void)
{
	return RUN_SUITE("verify", header_is_read, phrase_is_found, outcomes_are_judged,
		wrong_one_caught_by_another_check, strays_are_found, exercise_is_checked,
		shown_programs_are_those_that_run, variants_are_staged);
}
