/*
 * Nothing is left out: each screen is looked at in every size and kind of terminal, its help too,
 * and each key of its table is pressed there by some script. The tables are the lab's own, those
 * that drive the keys; what the scripts do is read in the scripts.
 */
#include "config.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/fd.h"
#include "lab/base/path.h"
#include "runner/screen/screen.h"
#include "runner/screen/tty.h"
#include "tests/screen/kinds.h"
#include "tests/tap.h"

enum { FILE_MOST = 1 << 20, WORDS_MOST = 64 };

static const struct {
	const char *name;
	const struct screen *screen;
} screens[] = {
	{"list", &screen_list},
	{"exercise", &screen_exercise},
	{"lesson", &screen_lesson},
	{"solution", &screen_solution},
	{"difference", &screen_difference},
	{"attempts", &screen_attempts},
	{"attempt", &screen_attempt},
	{"change", &screen_change},
	{"timeline", &screen_timeline},
	{"help", &screen_help},
};
enum { SCREENS = sizeof(screens) / sizeof(screens[0]) };

static char *top, *folder;
static struct buf scripts; /* all of them */

/* Adds the text of each file of DIR whose name ends with END. */
static void read_all(const char *dir, const char *end, struct buf *into)
{
	DIR *d = opendir(dir);

	ck_assert_msg(d != NULL, "%s", dir);
	for (const struct dirent *entry = readdir(d); entry; entry = readdir(d)) {
		LAB_FREE char *path = path_join(dir, entry->d_name);
		BUF_SCOPED text = BUF_INIT;
		struct lab_error e = {0};
		size_t n = strlen(entry->d_name), m = strlen(end);

		if (n < m || strcmp(entry->d_name + n - m, end) != 0)
			continue;
		ck_assert_msg(file_read(path, &text, FILE_MOST, &e) == 0, "%s", e.text);
		buf_printf(into, "%s\n", buf_text(&text));
	}
	closedir(d);
}

static void set_up(void)
{
	const char *source = getenv("abs_top_srcdir");

	top = lab_xstrdup(source ? source : ".");
	folder = lab_xprintf("%s/tests/screen", top);
	read_all(folder, ".keys", &scripts);
}

static void tear_down(void)
{
	free(top);
	free(folder);
	buf_done(&scripts);
}

/* Does a line of a script say COMMAND and FIRST, and among the words then WORD (NULL: any)? */
static bool is_said(const char *command, const char *first, const char *word)
{
	LAB_FREE char *text = lab_xstrdup(buf_text(&scripts));
	char *lines = NULL;

	for (char *l = strtok_r(text, "\n", &lines); l; l = strtok_r(NULL, "\n", &lines)) {
		char *words = NULL, *w = strtok_r(l, " \t", &words);

		if (!w || strcmp(w, command) != 0)
			continue;
		w = strtok_r(NULL, " \t", &words);
		if (!w || strcmp(w, first) != 0)
			continue;
		if (!word)
			return true;
		while ((w = strtok_r(NULL, " \t", &words)))
			if (strcmp(w, word) == 0)
				return true;
	}
	return false;
}

/* ---- screens ---- */

static void has_all_shots(const char *name)
{
	ck_assert_msg(is_said("looks", name, NULL) || is_said("look", name, NULL),
		"no script says: looks %s", name);
	for (int i = 0; i < 2 * KIND_SIZES; i++) {
		LAB_FREE char *shot = kind_shot(name, kind_sizes[i / 2], i % 2 == 1);
		LAB_FREE char *path = lab_xprintf("%s/%s.screen", folder, shot);

		ck_assert_msg(path_is_file(path), "there is no %s", path);
	}
}

START_TEST(is_looked_at)
{
	LAB_FREE char *help = lab_xprintf("help-%s", screens[_i].name);

	if (screens[_i].screen->above) /* it is looked at with each of those below it */
		return;
	has_all_shots(screens[_i].name);
	has_all_shots(help);
}
END_TEST

START_TEST(welcome_is_looked_at)
{
	has_all_shots("welcome");
}
END_TEST

/* A screen more is a row more: here, and in kinds.c. */
START_TEST(all_screens_are_known)
{
	LAB_FREE char *dir = path_join(top, "runner/screen");
	BUF_SCOPED code = BUF_INIT;
	int defined = 0;

	read_all(dir, ".c", &code);
	for (const char *at = code.data; (at = strstr(at, "\nconst struct screen screen_")); at++)
		defined++;
	ck_assert_int_eq(defined, SCREENS);
	for (int i = 0; i < SCREENS; i++) {
		ck_assert_ptr_nonnull(known_screens[i].name);
		ck_assert_str_eq(known_screens[i].name, screens[i].name);
	}
	ck_assert_ptr_null(known_screens[SCREENS].name);
}
END_TEST

/* What no script makes any more is not kept. */
START_TEST(nothing_is_left_over)
{
	LAB_FREE char *gallery = path_join(folder, "gallery");
	DIR *d = opendir(gallery);

	ck_assert_ptr_nonnull(d);
	for (const struct dirent *entry = readdir(d); entry; entry = readdir(d)) {
		LAB_FREE char *name = lab_xstrdup(entry->d_name);
		char *size = name;

		if (*name == '.')
			continue;
		for (char *at = name; (at = strchr(at, '-')); at++)
			if (at[1] >= '0' && at[1] <= '9')
				size = at;
		*size = '\0';
		ck_assert_msg(is_said("looks", name, NULL) || is_said("look", name, NULL),
			"no script looks at %s", entry->d_name);
	}
	closedir(d);
}
END_TEST

/* ---- keys ---- */

/* As scripts call it. */
static void word_of(int key, char word[16])
{
	if (key > 0 && key < ' ' && key != TTY_TAB && key != TTY_ENTER && key != TTY_ESCAPE)
		snprintf(word, 16, "C-%c", key + 'a' - 1);
	else
		snprintf(word, 16, "%s", tty_key_name(key));
}

static void add_unpressed(struct buf *into, const char *screen, const struct screen_key *keys)
{
	for (const struct screen_key *k = keys; k->act; k++)
		for (int i = 0; i < SCREEN_KEYS && k->keys[i]; i++) {
			char word[16];

			word_of(k->keys[i], word);
			if (!is_said("on", screen, word))
				buf_printf(into, " %s", word);
		}
}

START_TEST(each_key_is_pressed)
{
	BUF_SCOPED unpressed = BUF_INIT;

	add_unpressed(&unpressed, screens[_i].name, screens[_i].screen->keys);
	if (!screens[_i].screen->above)
		add_unpressed(&unpressed, screens[_i].name, screen_common_keys);
	ck_assert_msg(unpressed.len == 0, "no script presses, on %s:%s", screens[_i].name,
		buf_text(&unpressed));
}
END_TEST

static TCase *cases(void)
{
	TCase *c = tcase_create("tables");

	tcase_add_checked_fixture(c, set_up, tear_down);
	tcase_set_timeout(c, 60);
	tcase_add_loop_test(c, is_looked_at, 0, SCREENS);
	tcase_add_test(c, welcome_is_looked_at);
	tcase_add_test(c, all_screens_are_known);
	tcase_add_test(c, nothing_is_left_over);
	tcase_add_loop_test(c, each_key_is_pressed, 0, SCREENS);
	return c;
}

int main(void)
{
	Suite *suite = suite_create("tables");

	suite_add_tcase(suite, cases());
	return tap_run(suite);
}
