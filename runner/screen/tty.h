/*
 * The terminal: set-up and restoring, keys, colours, and the panes that the screens draw into.
 * Curses stays behind this header.
 *
 * There is one terminal, so its state is this file's own. Between tty_open() and tty_close() the
 * signals of tty_signals() must be blocked: curses' handlers then never run, and the loop reads the
 * signals from a descriptor.
 */
#ifndef RUNNER_SCREEN_TTY_H
#define RUNNER_SCREEN_TTY_H

#include <signal.h>
#include <stdbool.h>

#include "lab/base/error.h"
#include "runner/view/text.h"

/* Keys: a Unicode code point, or one of these. */
enum tty_key {
	TTY_NONE = 0, /* nothing was typed */
	TTY_TAB = '\t',
	TTY_ENTER = '\n',
	TTY_ESCAPE = 0x1b,
	TTY_UP = 0x110000,
	TTY_DOWN,
	TTY_LEFT,
	TTY_RIGHT,
	TTY_PAGE_UP,
	TTY_PAGE_DOWN,
	TTY_HOME,
	TTY_END,
	TTY_BACKSPACE,
	TTY_BACK_TAB,
	TTY_PRESS, /* of the mouse, see tty_mouse() */
	TTY_WHEEL_UP,
	TTY_WHEEL_DOWN,
	TTY_OTHER, /* a key that means nothing here */
	TTY_GONE,  /* the terminal is gone */
};
#define TTY_CTRL(letter) ((letter)&0x1f)

/* "PgUp", "Enter", "j": what a help says. Static storage, overwritten by the next call. */
const char *tty_key_name(int key);

/* Can the lab be drawn on this terminal? -1 and E (LAB_UNSUPPORTED) if it is not known, or cannot
 * move its cursor. */
int tty_examine(struct lab_error *e);
/* Takes the terminal. -1 and E (LAB_UNSUPPORTED): it is not known, or cannot move its cursor. */
int tty_open(struct lab_error *e);
/* Gives it back as it was found. May be called twice. */
void tty_close(void);
/* Gives it back for a while (an editor, job control); takes it again, everything to be redrawn. */
void tty_leave(void);
void tty_enter(void);

void tty_signals(sigset_t *set); /* those that a loop must block and read */
void tty_resized(void);          /* after SIGWINCH */
void tty_redraw(void);           /* the next frame draws every cell */
int tty_rows(void);
int tty_columns(void);
int tty_key(void); /* does not wait */
/* Where the mouse was pressed last. */
struct tty_point {
	int row, column;
};
struct tty_point tty_mouse(void);

/* A rectangle to draw into. The base is the whole screen; others lie above it, the newest on top.
 */
struct pane;
struct pane *tty_base(void);
/* NULL: no room for it. */
struct pane *tty_pane_new(int row, int column, int rows, int columns);
void tty_pane_free(struct pane *p);
int tty_pane_rows(const struct pane *p);
int tty_pane_columns(const struct pane *p);

void tty_clear(struct pane *p);
void tty_box(struct pane *p, const char *title);
/* LINE at ROW, from COLUMN on, cut at COLUMNS columns and filled up to them with its last style (or
 * PLAIN). What lies outside of the pane is left out. */
void tty_put(struct pane *p, int row, int column, int columns, const struct styled *line);
/* A vertical line, ROWS long. */
void tty_rule(struct pane *p, int row, int column, int rows);
/* All panes to the terminal, at once. */
void tty_frame(void);

#endif
