/*
 * Curses, loaded when a terminal is first asked what it can do, and not before: most that is
 * started draws nothing (check, trace, the worker of a class), and each start, and each fork of a
 * sandbox, would pay for the library. So ipclab is not linked with it, as lab/store/sqlite.c has it
 * of SQLite: what tty.c calls stands here under its own name and hands on. A function that is
 * missing here is an error of the linker.
 *
 * The library's variables are copied to ours after each call, which may have changed them; nobody
 * here writes to them.
 */
#include "config.h"

#include "runner/screen/late.h"

#define NCURSES_NOMACROS 1
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <dlfcn.h>
#include <panel.h>
#include <stdio.h>
#include <string.h>
#include <term.h>
#undef columns /* term.h makes macros of common words */

#define LIBRARY "libpanelw.so.6" /* it brings the others */

WINDOW *stdscr, *curscr;
TERMINAL *cur_term;
int COLORS, COLS, LINES;

static void *library;

int late_load(struct lab_error *e)
{
	if (!library)
		library = dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL);
	return library ? 0
		       : lab_fail(e, LAB_UNSUPPORTED,
				 "the library of screens cannot be loaded, %s. ipclab --plain does "
				 "without it",
				 dlerror());
}

static void look(void)
{
	static const struct {
		const char *name;
		void *ours;
		size_t size;
	} variables[] = {
		{"stdscr", &stdscr, sizeof(stdscr)},
		{"curscr", &curscr, sizeof(curscr)},
		{"cur_term", &cur_term, sizeof(cur_term)},
		{"COLORS", &COLORS, sizeof(COLORS)},
		{"COLS", &COLS, sizeof(COLS)},
		{"LINES", &LINES, sizeof(LINES)},
	};
	enum { COUNT = sizeof(variables) / sizeof(variables[0]) };
	static const void *theirs[COUNT];

	for (size_t i = 0; library && i < COUNT; i++) {
		if (!theirs[i])
			theirs[i] = dlsym(library, variables[i].name);
		if (theirs[i])
			memcpy(variables[i].ours, theirs[i], variables[i].size);
	}
}

/* A function with PARAMETERS, called with ARGUMENTS; OTHERWISE what it says without the library. */
#define HAND_ON(type, name, otherwise, parameters, arguments)      \
	type name parameters                                       \
	{                                                          \
		static type(*real) parameters;                     \
		type result;                                       \
                                                                   \
		if (!real && library)                              \
			*(void **)(&real) = dlsym(library, #name); \
		result = real ? real arguments : (otherwise);      \
		look();                                            \
		return result;                                     \
	}

/* The terminal */
HAND_ON(int, setupterm, ERR, (const char *term, int fd, int *status), (term, fd, status))
HAND_ON(char *, tigetstr, NULL, (const char *name), (name))
HAND_ON(int, del_curterm, ERR, (TERMINAL * term), (term))
HAND_ON(SCREEN *, newterm, NULL, (const char *type, FILE *out, FILE *in), (type, out, in))
HAND_ON(SCREEN *, set_term, NULL, (SCREEN * screen), (screen))
HAND_ON(int, endwin, ERR, (void), ())
HAND_ON(int, resize_term, ERR, (int rows, int columns), (rows, columns))
HAND_ON(int, cbreak, ERR, (void), ())
HAND_ON(int, noecho, ERR, (void), ())
HAND_ON(int, typeahead, ERR, (int fd), (fd))
HAND_ON(int, curs_set, ERR, (int visibility), (visibility))
HAND_ON(int, set_escdelay, ERR, (int ms), (ms))
HAND_ON(int, start_color, ERR, (void), ())
HAND_ON(bool, has_colors, FALSE, (void), ())
HAND_ON(int, use_default_colors, ERR, (void), ())
HAND_ON(int, init_pair, ERR, (short pair, short ink, short paper), (pair, ink, paper))

/* Keys and the mouse */
HAND_ON(int, keypad, ERR, (WINDOW * w, bool on), (w, on))
HAND_ON(int, define_key, ERR, (const char *text, int key), (text, key))
HAND_ON(int, key_defined, 0, (const char *text), (text))
HAND_ON(int, nodelay, ERR, (WINDOW * w, bool on), (w, on))
HAND_ON(int, wget_wch, ERR, (WINDOW * w, wint_t *key), (w, key))
HAND_ON(int, getmouse, ERR, (MEVENT * event), (event))
HAND_ON(int, mouseinterval, ERR, (int ms), (ms))
HAND_ON(mmask_t, mousemask, 0, (mmask_t mask, mmask_t *old), (mask, old))

/* Windows */
HAND_ON(WINDOW *, newwin, NULL, (int rows, int columns, int y, int x), (rows, columns, y, x))
HAND_ON(WINDOW *, newpad, NULL, (int rows, int columns), (rows, columns))
HAND_ON(int, delwin, ERR, (WINDOW * w), (w))
HAND_ON(int, leaveok, ERR, (WINDOW * w, bool on), (w, on))
HAND_ON(int, clearok, ERR, (WINDOW * w, bool on), (w, on))
HAND_ON(int, werase, ERR, (WINDOW * w), (w))
HAND_ON(int, wmove, ERR, (WINDOW * w, int y, int x), (w, y, x))
HAND_ON(int, wattrset, ERR, (WINDOW * w, int attributes), (w, attributes))
HAND_ON(int, waddnwstr, ERR, (WINDOW * w, const wchar_t *text, int n), (w, text, n))
HAND_ON(int, wvline, ERR, (WINDOW * w, chtype c, int n), (w, c, n))
HAND_ON(int, wborder, ERR,
	(WINDOW * w, chtype left, chtype right, chtype top, chtype bottom, chtype tl, chtype tr,
		chtype bl, chtype br),
	(w, left, right, top, bottom, tl, tr, bl, br))
HAND_ON(int, wnoutrefresh, ERR, (WINDOW * w), (w))
HAND_ON(int, doupdate, ERR, (void), ())

/* Panels */
HAND_ON(PANEL *, new_panel, NULL, (WINDOW * w), (w))
HAND_ON(int, del_panel, ERR, (PANEL * panel), (panel))

void update_panels(void)
{
	static void (*real)(void);

	if (!real && library)
		*(void **)(&real) = dlsym(library, "update_panels");
	if (real)
		real();
}
