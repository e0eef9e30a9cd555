/*
 * lab/exercise: courses are written into a temporary folder, loaded, and looked at. The tables give
 * a file's content and the exact error that it must get.
 */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "lab/exercise/exercise.h"
#include "tests/tap.h"

static char *course;

static void set_up(void)
{
	struct lab_error e;

	course = path_make_temporary("catalogue", &e);
	ck_assert_msg(course != NULL, "%s", e.text);
}

static void tear_down(void)
{
	path_remove_tree(course, NULL);
	free(course);
}

static void put(const char *name, const char *text)
{
	LAB_FREE char *path = path_join(course, name);
	LAB_FREE char *folder = lab_xprintf("%.*s", (int)(path_base(path) - path), path);
	struct lab_error e;

	ck_assert_msg(path_mkdirs(folder, 0755, &e) == 0, "%s", e.text);
	ck_assert_msg(file_write(path, text, strlen(text), 0644, &e) == 0, "%s", e.text);
}

/* A whole README.md in which NEEDS stands. */
static void put_exercise(const char *id, const char *needs)
{
	LAB_FREE char *readme = lab_xprintf("exercises/%s/README.md", id);
	LAB_FREE char *source = lab_xprintf("exercises/%s/count.c", id);
	LAB_FREE char *lesson = lab_xprintf("exercises/%.*s/README.md", (int)strcspn(id, "/"), id);
	LAB_FREE char *text =
		lab_xprintf("---\ntitle: T\nkind: fix\nminutes: 1\nlevel: 1\npoints: 1\n"
			    "needs: [%s]\nprograms: {count: [count.c]}\napi: [pipe(2)]\n"
			    "hints: [h]\n---\nText.\n",
			needs);

	put(lesson, "Lesson.\n");
	put(readme, text);
	put(source, "int main(void) { return 0; }\n");
}

static struct course *load(struct lab_error *e)
{
	*e = (struct lab_error){0};
	return course_load(course, "/judges", e);
}

/* Loading fails, and the error is EXPECTED after the course's folder. */
static void expect_fault(const char *expected)
{
	struct lab_error e;
	struct course *c = load(&e);
	size_t prefix = strlen(course);

	ck_assert_msg(c == NULL, "loaded, expected: %s", expected);
	ck_assert_int_eq(e.kind, LAB_BROKEN);
	ck_assert_msg(strncmp(e.text, course, prefix) == 0, "%s", e.text);
	ck_assert_str_eq(e.text + prefix, expected);
}

#define HEAD  "---\ntitle: T\nkind: fix\nminutes: 1\nlevel: 1\npoints: 1\n"
#define TAIL  "programs: {count: [count.c]}\napi: [pipe(2)]\nhints: [h]\n"
#define END   "---\nText.\n"
#define WHERE "/exercises/04-pipes/02-eof/README.md:"

static const struct {
	const char *text, *fault;
} faults[] = {
	{"", "1:1: no front matter, expected \"---\" in the first line"},
	{"# Title\n", "1:1: no front matter, expected \"---\" in the first line"},
	{"---\ntitle: T\n", "1:1: the front matter does not end, expected a second line \"---\""},
	{"---\n---\nText.\n", "2:1: the front matter is empty, expected \"title: ...\" and more"},
	{"---\n- a\n---\nText.\n",
		"2:1: the front matter is a list, expected \"key: value\" lines"},
	{HEAD TAIL "---\n \n",
		"10:1: nothing follows the front matter, expected the exercise's text"},
	{HEAD "titel: x\n" TAIL END,
		"7:1: unknown key \"titel\", expected title, kind, minutes, level, points, needs, "
		"programs, driver, given, races, api or hints"},
	{HEAD "level: 2\n" TAIL END, "7:1: key \"level\" a second time, expected once"},
	{HEAD "needs:\n\t- a\n" TAIL END, "8:1: a tab, expected spaces: YAML indents with them"},
	{HEAD "needs: a: b\n" TAIL END,
		"7:9: \": \" inside of a text, expected quotes around the text"},
	{HEAD "needs: @a\n" TAIL END,
		"7:8: a text that begins with a sign of YAML's, expected quotes around the text"},
	{HEAD "needs: [a\n" TAIL END, "8:9: did not find expected ',' or ']', expected YAML"},
	{HEAD "needs: a\n" TAIL END, "7:8: needs is \"a\", expected a list"},
	{HEAD "needs: {a: b}\n" TAIL END, "7:8: needs is a mapping, expected a list"},
	{HEAD "needs: [[a]]\n" TAIL END,
		"7:9: needs holds a list, expected an exercise's id such as 04-pipes/01-one-way"},
	{HEAD "needs: [a, b, a]\n" TAIL END, "7:15: needs holds \"a\" twice, expected once"},
	{HEAD "needs: [04-pipes/01-no]\n" TAIL END,
		"7:9: needs \"04-pipes/01-no\", expected the id of an exercise of this course"},
	{HEAD "needs: [04-pipes/02-eof]\n" TAIL END, "7:9: needs go round (04-pipes/02-eof -> "
						     "04-pipes/02-eof), expected an order in which "
						     "they can be done"},
	{HEAD "driver: no.c\n" TAIL END, "7:9: driver is no.c, expected that file in %s"},
	{HEAD "driver: ../x.c\n" TAIL END,
		"7:9: driver is \"../x.c\", expected a source file such as count.c, or null"},
	{HEAD "given: [no.c]\n" TAIL END,
		"7:9: program no is built from no.c, expected that file in %s"},
	{HEAD "given: [count.c]\n" TAIL END,
		"7:9: given has the program \"count\", expected a name that programs has not"},
	{"---\nkind: fix\nminutes: 1\nlevel: 1\npoints: 1\n" TAIL END,
		"2:1: no key \"title\", expected one in the front matter"},
	{"---\ntitle: [T]\n---\nText.\n", "2:8: title is a list, expected one line of text"},
	{"---\ntitle:\n---\nText.\n", "2:7: title is empty, expected one line of text"},
	{"---\ntitle: T\nkind: easy\n---\nText.\n",
		"3:7: kind is \"easy\", expected fill, fix, write, predict, debug or capstone"},
	{"---\nminutes: many\n---\nText.\n",
		"2:10: minutes is \"many\", expected a number from 1 to 600"},
	{"---\nminutes: 0\n---\nText.\n",
		"2:10: minutes is \"0\", expected a number from 1 to 600"},
	{"---\nminutes: -3\n---\nText.\n",
		"2:10: minutes is \"-3\", expected a number from 1 to 600"},
	{"---\nlevel: 6\n---\nText.\n", "2:8: level is \"6\", expected a number from 1 to 5"},
	{"---\npoints: 99999999999\n---\nText.\n",
		"2:9: points is \"99999999999\", expected a number from 1 to 1000"},
	{"---\nraces: yes\n---\nText.\n", "2:8: races is \"yes\", expected true or false"},
	{"---\nprograms: [count.c]\n---\nText.\n",
		"2:11: programs is a list, expected a mapping such as {count: [count.c]}"},
	{"---\nprograms: {count: count.c}\n---\nText.\n",
		"2:19: programs is \"count.c\", expected a list"},
	{"---\nprograms: {count: []}\n---\nText.\n",
		"2:19: program count has no sources, expected at least one"},
	{"---\nprograms: {a/b: [count.c]}\n---\nText.\n",
		"2:12: programs has a program \"a/b\", expected a name of letters, digits, _ . and "
		"-"},
	{"---\nprograms: {a: [x.c], a: [y.c]}\n---\nText.\n",
		"2:22: programs has the program \"a\" twice, expected once"},
	{"---\nprograms: {a: [-x.c]}\n---\nText.\n",
		"2:16: programs holds \"-x.c\", expected a source file such as count.c"},
	{"---\nprograms: {a: [x.h]}\n---\nText.\n",
		"2:16: programs holds \"x.h\", expected a source file such as count.c"},
	{"---\napi: [pipe]\n---\nText.\n",
		"2:7: api holds \"pipe\", expected a manual page such as pipe(2)"},
	{"---\nhints: []\n---\nText.\n", "2:8: hints is empty, expected at least one hint"},
	{"---\nhints: ['']\n---\nText.\n", "2:9: hints holds empty, expected a hint"},
	{HEAD "programs: {other: [other.c]}\napi: [pipe(2)]\nhints: [h]\n" END,
		"7:20: program other is built from other.c, expected that file in %s"},
	{HEAD "programs: {}\napi: [pipe(2)]\nhints: [h]\n" END,
		"1:1: programs is empty, expected a program to be built"},
	{"---\ntitle: T\nkind: predict\nminutes: 1\nlevel: 1\npoints: 1\n" TAIL END,
		"1:1: kind is predict, expected answers.txt in %s"},
	{"---\ntitle: \xff\n---\nText.\n", "2:8: invalid leading UTF-8 octet, expected UTF-8 text"},
};

START_TEST(fault_of_a_readme)
{
	LAB_FREE char *folder = lab_xprintf("%s/exercises/04-pipes/02-eof", course);
	BUF_SCOPED fault = BUF_INIT;
	const char *text = faults[_i].fault, *hole = strstr(text, "%s");

	put_exercise("04-pipes/02-eof", "");
	put("exercises/04-pipes/02-eof/README.md", faults[_i].text);
	buf_puts(&fault, WHERE);
	buf_add(&fault, text, hole != NULL ? (size_t)(hole - text) : strlen(text));
	if (hole != NULL)
		buf_printf(&fault, "%s%s", folder, hole + 2);
	expect_fault(buf_text(&fault));
}
END_TEST

START_TEST(nul_byte)
{
	LAB_FREE char *path = path_join(course, "exercises/04-pipes/02-eof/README.md");
	struct lab_error e;

	put_exercise("04-pipes/02-eof", "");
	ck_assert_int_eq(file_write(path, "---\n\0---\n", 9, 0644, &e), 0);
	expect_fault("/exercises/04-pipes/02-eof/README.md:1:1: a NUL byte, expected text");
}
END_TEST

/* Files and folders that make a course wrong beside one good exercise. A name that ends in '/' is a
 * folder; one that begins with '!' is taken away. */
static const struct {
	const char *name, *fault;
} trees[] = {
	{"exercises/pipes/",
		"/exercises/pipes: bad name, expected two digits and a name, such as 04-pipes"},
	{"exercises/4-pipes/",
		"/exercises/4-pipes: bad name, expected two digits and a name, such as 04-pipes"},
	{"exercises/05-Fifos/",
		"/exercises/05-Fifos: bad name, expected two digits and a name, such as 04-pipes"},
	{"exercises/05--x/",
		"/exercises/05--x: bad name, expected two digits and a name, such as 04-pipes"},
	{"exercises/05-x-/",
		"/exercises/05-x-: bad name, expected two digits and a name, such as 04-pipes"},
	{"exercises/05-fifos/",
		"/exercises/05-fifos/README.md: not there, expected the chapter's lesson"},
	{"!exercises/04-pipes/README.md",
		"/exercises/04-pipes/README.md: not there, expected the chapter's lesson"},
	{"!exercises/04-pipes/02-eof/README.md",
		"/exercises/04-pipes/02-eof/README.md: not there, expected the exercise's text"},
	{"exercises/04-other/",
		"/exercises/04-pipes: the number 04 again (04-other), expected one of its own"},
	{"exercises/04-pipes/02-zoo/", "/exercises/04-pipes/02-zoo: the number 02 again (02-eof), "
				       "expected one of its own"},
	{"exercises/04-pipes/3-x/", "/exercises/04-pipes/3-x: bad name, expected two digits and a "
				    "name, such as 04-one-way"},
	{"exercises/04-pipes/02-eof/a.out", "/exercises/04-pipes/02-eof/a.out: unknown file, "
					    "expected README.md, .c and .h files, "
					    "answers.txt"},
	{"exercises/04-pipes/02-eof/sub/", "/exercises/04-pipes/02-eof/sub: unknown file, expected "
					   "README.md, .c and .h files, "
					   "answers.txt"},
	{"exercises/04-pipes/02-eof/@x.c", "/exercises/04-pipes/02-eof/@x.c: unknown file, "
					   "expected README.md, .c and .h files, "
					   "answers.txt"},
};

START_TEST(fault_of_a_tree)
{
	const char *name = trees[_i].name + (trees[_i].name[0] == '!');
	LAB_FREE char *path = path_join(course, name);
	size_t len = strlen(path);
	struct lab_error e;

	put_exercise("04-pipes/02-eof", "");
	if (strncmp(name, "exercises/04-other", 18) == 0)
		put("exercises/04-other/README.md", "Lesson.\n");
	if (trees[_i].name[0] == '!') {
		ck_assert_int_eq(unlink(path), 0);
	} else if (path[len - 1] == '/') {
		path[len - 1] = '\0';
		ck_assert_msg(path_mkdirs(path, 0755, &e) == 0, "%s", e.text);
	} else {
		put(name, "x");
	}
	expect_fault(trees[_i].fault);
}
END_TEST

START_TEST(needs_that_go_round)
{
	put_exercise("01-fork/01-a", "01-fork/02-b");
	put_exercise("01-fork/02-b", "01-fork/03-c");
	put_exercise("01-fork/03-c", "01-fork/02-b");
	expect_fault("/exercises/01-fork/03-c/README.md:7:9: needs go round (01-fork/02-b -> "
		     "01-fork/03-c -> 01-fork/02-b), expected an order in which they can be done");
}
END_TEST

START_TEST(no_course)
{
	struct lab_error e;

	ck_assert_ptr_null(load(&e));
	ck_assert_int_eq(e.kind, LAB_USAGE);
	ck_assert_ptr_nonnull(strstr(e.text, "is no course: it has no folder exercises"));
	ck_assert_ptr_null(course_load("/nowhere/at/all", "/judges", &e));
	ck_assert_int_eq(e.kind, LAB_USAGE);
	ck_assert_str_eq(e.text, "course \"/nowhere/at/all\": ENOENT, No such file or directory");
}
END_TEST

static void put_whole(void)
{
	put_exercise("00-base/01-first", "");
	put("exercises/04-pipes/README.md", "Lesson.\n");
	put("exercises/04-pipes/02-eof/README.md",
		"---\ntitle: \"End: of file\"\nkind: debug\nminutes: 8\nlevel: 2\npoints: 3\n"
		"needs: [00-base/01-first]\nprograms: {count: [count.c, util.c], two: [two.c]}\n"
		"driver: drive.c\ngiven: [show.c]\napi: [pipe(2), sem_overview(7), aio(3p)]\n"
		"hints:\n  - Who holds it?\n  - \"fork: copies.\"\n---\n\n# Title\n\n---\nMore.\n");
	put("exercises/04-pipes/02-eof/count.c", "x");
	put("exercises/04-pipes/02-eof/two.c", "x");
	put("exercises/04-pipes/02-eof/util.c", "x");
	put("exercises/04-pipes/02-eof/util.h", "x");
	put("exercises/04-pipes/02-eof/drive.c", "x");
	put("exercises/04-pipes/02-eof/show.c", "x");
	put("exercises/04-pipes/02-eof/.hidden", "x");
	put("solutions/04-pipes/02-eof/count.c", "x");
	put("tests/exercises/04-pipes/02-eof.c", "x");
}

static void expect_list(char **list, const char *joined)
{
	BUF_SCOPED text = BUF_INIT;

	for (size_t i = 0; list[i] != NULL; i++)
		buf_printf(&text, "%s%s", i == 0 ? "" : "|", list[i]);
	ck_assert_str_eq(buf_text(&text), joined);
}

static void expect_path(const char *path, const char *below)
{
	ck_assert_ptr_nonnull(path);
	ck_assert_int_eq(strncmp(path, course, strlen(course)), 0);
	ck_assert_str_eq(path + strlen(course), below);
}

START_TEST(whole_exercise)
{
	struct lab_error e;
	struct course *c;
	const struct exercise *ex;

	put_whole();
	c = load(&e);
	ck_assert_msg(c != NULL, "%s", e.text);
	ck_assert_int_eq((int)c->count, 2);
	ck_assert_str_eq(c->exercises[0]->id, "00-base/01-first");
	ck_assert_ptr_null(c->exercises[0]->solution);
	ck_assert_ptr_null(c->exercises[0]->test_source);
	ck_assert_ptr_null(c->exercises[0]->driver);
	expect_list(c->exercises[0]->needs, "");
	ex = c->exercises[1];
	ck_assert_str_eq(ex->id, "04-pipes/02-eof");
	ck_assert_str_eq(ex->title, "End: of file");
	ck_assert_str_eq(exercise_kind_name(ex->kind), "debug");
	ck_assert_int_eq(ex->minutes, 8);
	ck_assert_int_eq(ex->level, 2);
	ck_assert_int_eq(ex->points, 3);
	ck_assert_int_eq((int)ex->program_count, 2);
	ck_assert_str_eq(ex->programs[0].name, "count");
	expect_list(ex->programs[0].sources, "count.c|util.c");
	ck_assert_int_eq((int)ex->given_count, 1);
	ck_assert_str_eq(ex->given[0].name, "show");
	expect_list(ex->given[0].sources, "show.c");
	expect_list(ex->needs, "00-base/01-first");
	expect_list(ex->api, "pipe(2)|sem_overview(7)|aio(3p)");
	expect_list(ex->hints, "Who holds it?|fork: copies.");
	expect_list(ex->files, "count.c|two.c|util.c|util.h");
	expect_path(ex->driver, "/exercises/04-pipes/02-eof/drive.c");
	expect_path(ex->folder, "/exercises/04-pipes/02-eof");
	expect_path(ex->solution, "/solutions/04-pipes/02-eof");
	expect_path(ex->test_source, "/tests/exercises/04-pipes/02-eof.c");
	ck_assert_str_eq(ex->judge, "/judges/04-pipes/02-eof");
	ck_assert_str_eq(ex->text, "# Title\n\n---\nMore.\n");
	course_free(c);
}
END_TEST

static const struct {
	const char *typed, *id, *fault;
} searches[] = {
	{"04-pipes/02-eof-or-hang", "04-pipes/02-eof-or-hang", NULL},
	{"eof-or-hang", "04-pipes/02-eof-or-hang", NULL},
	{"exercises/04-pipes/02-eof-or-hang/", "04-pipes/02-eof-or-hang", NULL},
	{"04/02", "04-pipes/02-eof-or-hang", NULL},
	{"pipes/eof", "04-pipes/02-eof-or-hang", NULL},
	{"hang", "04-pipes/02-eof-or-hang", NULL},
	{"one-way", "04-pipes/01-one-way", NULL},
	{"way", NULL, "\"way\" can be 2 exercises: 04-pipes/01-one-way, 04-pipes/03-one-way-back"},
	{"04/01-one-way", "04-pipes/01-one-way", NULL},
	{"04-pipes", NULL,
		"\"04-pipes\" can be 3 exercises: 04-pipes/01-one-way, 04-pipes/02-eof-or-hang, "
		"04-pipes/03-one-way-back"},
	{"04/09", NULL,
		"no exercise \"04/09\"; the nearest are 01-fork/01-fan, 04-pipes/01-one-way, "
		"04-pipes/02-eof-or-hang"},
	{"oen-way", NULL,
		"no exercise \"oen-way\"; the nearest are 04-pipes/01-one-way, 01-fork/01-fan, "
		"04-pipes/03-one-way-back"},
	{"", NULL,
		"no exercise \"\"; the nearest are 01-fork/01-fan, 04-pipes/01-one-way, "
		"04-pipes/02-eof-or-hang"},
};

START_TEST(search)
{
	struct lab_error e;
	struct course *c;
	const struct exercise *found;

	put_exercise("01-fork/01-fan", "");
	put_exercise("04-pipes/01-one-way", "");
	put_exercise("04-pipes/02-eof-or-hang", "");
	put_exercise("04-pipes/03-one-way-back", "");
	c = load(&e);
	ck_assert_msg(c != NULL, "%s", e.text);
	found = course_find(c, searches[_i].typed, &e);
	if (searches[_i].id != NULL) {
		ck_assert_msg(found != NULL, "%s", e.text);
		ck_assert_str_eq(found->id, searches[_i].id);
	} else {
		ck_assert_ptr_null(found);
		ck_assert_int_eq(e.kind, LAB_USAGE);
		ck_assert_str_eq(e.text, searches[_i].fault);
	}
	course_free(c);
}
END_TEST

/* ---- the man page ---- */

static void read_page(struct buf *into)
{
	const char *top = getenv("abs_top_srcdir");
	LAB_FREE char *path = lab_xprintf("%s/lab/exercise/ipclab-exercise.5", top ? top : ".");
	struct lab_error e = {0};

	ck_assert_msg(file_read(path, into, 1 << 20, &e) == 0, "%s", e.text);
}

/* What stands between FROM and END in PAGE, without the page's own escapes. */
static char *part(const char *page, const char *from, const char *end)
{
	struct buf text = BUF_INIT;
	const char *p = strstr(page, from), *stop = p ? strstr(p + strlen(from), end) : NULL;

	ck_assert_msg(stop != NULL, "the page has no %s", from);
	for (p += strlen(from); p < stop; p++)
		if (*p != '\\')
			buf_putc(&text, *p);
	return buf_take(&text);
}

/* Each key that the reader knows, in its order, and no other. */
START_TEST(page_names_the_keys)
{
	BUF_SCOPED page = BUF_INIT;
	LAB_FREE char *front = NULL;
	const char *key;
	bool required;
	size_t n = 0;

	read_page(&page);
	front = part(buf_text(&page), ".SH FRONT MATTER\n", "\n.SH ");
	for (const char *at = front; (at = strstr(at, "\n.TP\n.B")); at++, n++) {
		LAB_FREE char *entry = NULL;

		key = exercise_key(n, &required);
		ck_assert_msg(key != NULL, "the page has a key that the reader has not: %.40s", at);
		entry = lab_xprintf(
			required ? "\n.TP\n.BR %s \" (required)\"\n" : "\n.TP\n.B %s\n", key);
		ck_assert_msg(
			strncmp(at, entry, strlen(entry)) == 0, "expected %s in %.40s", entry, at);
	}
	key = exercise_key(n, &required);
	ck_assert_msg(key == NULL, "the page lacks the key %s", key);
}
END_TEST

START_TEST(page_names_the_kinds)
{
	BUF_SCOPED page = BUF_INIT;

	read_page(&page);
	for (int kind = EXERCISE_FILL; kind <= EXERCISE_CAPSTONE; kind++) {
		LAB_FREE char *bold =
			lab_xprintf("\n.B %s\n", exercise_kind_name((enum exercise_kind)kind));

		ck_assert_msg(strstr(buf_text(&page), bold) != NULL, "no %s", bold);
	}
}
END_TEST

START_TEST(example_of_the_page_is_right)
{
	BUF_SCOPED page = BUF_INIT;
	LAB_FREE char *example = NULL, *file = NULL, *path = path_join(course, "README.md");
	struct exercise ex = {0};
	struct lab_error e = {0};

	read_page(&page);
	example = part(buf_text(&page), "For example:\n.PP\n.EX\n", ".EE\n");
	file = lab_xprintf("%s# A title\n", example);
	put("README.md", file);
	ck_assert_msg(exercise_parse(path, &ex, &e) == 0, "%s", e.text);
	exercise_done(&ex);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("catalogue");
	TCase *tests = tcase_create("catalogue");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, fault_of_a_readme, 0, (int)(sizeof(faults) / sizeof(faults[0])));
	tcase_add_loop_test(tests, fault_of_a_tree, 0, (int)(sizeof(trees) / sizeof(trees[0])));
	tcase_add_loop_test(tests, search, 0, (int)(sizeof(searches) / sizeof(searches[0])));
	tcase_add_test(tests, nul_byte);
	tcase_add_test(tests, needs_that_go_round);
	tcase_add_test(tests, no_course);
	tcase_add_test(tests, whole_exercise);
	tcase_add_test(tests, page_names_the_keys);
	tcase_add_test(tests, page_names_the_kinds);
	tcase_add_test(tests, example_of_the_page_is_right);
	suite_add_tcase(suite, tests);
	return tap_run(suite);
}
