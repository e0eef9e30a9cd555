/*
 * Commands that look at a screen in every size and kind of terminal, and that press a key on the
 * screen that it is meant for. What they mean stands in test_screens.c.
 */
#include "config.h"

#include "tests/screen/looks.h"

#include <string.h>

#include "tests/screen/commands.h"
#include "tests/screen/kinds.h"
#include "tests/screen/shown.h"

bool do_look(struct test *t, char **words)
{
	LAB_FREE char *shot = kind_shot(words[0], t->size, t->kind->ascii);

	return take_shot(t, shot);
}

/* ---- sizes ---- */

static void resize(struct test *t, struct terminal_size size)
{
	t->size = size;
	terminal_resize(t->terminal, size);
}

static bool is_drawn_anew(struct test *t, const void *before)
{
	return terminal_output(t->terminal)->len > *(const size_t *)before;
}

/* All that such a window can hold is the first sign of what is said of it, and not even that where
 * curses has no way to write into the last cell. */
static bool survives_a_point(struct test *t)
{
	size_t before = terminal_output(t->terminal)->len;

	resize(t, (struct terminal_size){1, 1});
	return wait_until(t, is_drawn_anew, &before) || fail(t, "1x1 is not drawn");
}

/* Some screens have no colour anywhere. */
static bool has_no_colour_too_many(struct test *t)
{
	return t->kind->coloured || !terminal_coloured(t->terminal) ||
	       fail(t, "the screen is coloured");
}

static bool is_ascii(struct test *t)
{
	return !t->kind->ascii || do_ascii(t, NULL);
}

/* Help closes where it has no room: it is not shown 1x1. */
bool do_looks(struct test *t, char **words)
{
	bool above = strncmp(words[0], known_help, strlen(known_help)) == 0;

	for (int i = 0; i < KIND_SIZES; i++) {
		resize(t, kind_sizes[i]);
		if (!do_look(t, words) || !has_no_colour_too_many(t))
			return false;
	}
	if (!above && !survives_a_point(t))
		return false;
	resize(t, kind_sizes[0]);
	return do_look(t, words) && is_ascii(t);
}

/* ---- keys ---- */

static const struct known_screen *known(const char *name)
{
	const struct known_screen *k = known_screens;

	while (k->name && strcmp(k->name, name) != 0)
		k++;
	return k->name ? k : NULL;
}

static bool is_shown(struct test *t, const struct known_screen *k)
{
	BUF_SCOPED screen = BUF_INIT;
	bool shown = false;

	screen_text(t, &screen);
	for (int i = 0; i < KNOWN_MARKS && k->marks[i]; i++)
		shown |= strstr(buf_text(&screen), k->marks[i]) != NULL;
	return shown;
}

static bool has_the_keys(struct test *t, const void *screen)
{
	const struct known_screen *help = known(known_help);

	return is_shown(t, screen) && (screen == help || !is_shown(t, help));
}

bool do_on(struct test *t, char **words)
{
	const struct known_screen *screen = known(words[0]);

	if (!screen)
		return fail(t, "no screen %s", words[0]);
	for (int i = 1; words[i]; i++) {
		if (!wait_until(t, has_the_keys, screen)) {
			fail(t, "\"%s\" did not get the keys", words[0]);
			show_screen(t);
			return false;
		}
		type_word(t, words[i]);
	}
	return true;
}
