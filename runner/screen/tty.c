/*
 * The terminal, by curses and its panels: see tty.h.
 *
 * newterm() instead of initscr(), which would end the process where the terminal is not known. Keys
 * are read through a pad of their own: reading from a window draws it first, and a frame is drawn
 * in one piece. Which colours there are is the matter of palette.c.
 */
#include "config.h"

#include "runner/screen/tty.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <errno.h>
#include <panel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>
#undef columns /* term.h makes macros of common words */

#include "runner/screen/frame.h"
#include "runner/screen/palette.h"
#include "runner/settings.h"

enum { ESCAPE_MS = 25, RUN_MOST = 512, PRESSES_MOST = 16 };

/* Presses, and their ends: after an event that nobody asked for, curses would wait for another one,
 * nodelay() or not. No clicks: a press and its end would become one. */
#define UP_AND_DOWN(button) \
	NCURSES_MOUSE_MASK(button, NCURSES_BUTTON_PRESSED | NCURSES_BUTTON_RELEASED)
#define MOUSE_EVENTS \
	(UP_AND_DOWN(1) | UP_AND_DOWN(2) | UP_AND_DOWN(3) | UP_AND_DOWN(4) | UP_AND_DOWN(5))

struct pane {
	WINDOW *window;
	PANEL *panel; /* NULL: the base */
};

static SCREEN *screen;
static WINDOW *keys;
static bool left; /* by tty_leave(): curses takes the terminal again with the next frame */
static struct pane base;
static struct tty_point pressed;
static struct press {
	int key;
	struct tty_point at;
} presses[PRESSES_MOST]; /* that were not told of yet, the earliest last */
static int press_count;
static int look[STYLE_COUNT]; /* attributes and colour of each style */

/* ---- set-up ---- */

void tty_signals(sigset_t *set)
{
	static const int list[] = {
		SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH, SIGCHLD};

	sigemptyset(set);
	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		sigaddset(set, list[i]);
}

/* What each style is besides its colour. */
static const int attributes[STYLE_COUNT] = {
	[STYLE_BOLD] = A_BOLD,
	[STYLE_EMPHASIS] = A_UNDERLINE,
	[STYLE_HEADING] = A_BOLD,
	[STYLE_GOOD] = A_BOLD,
	[STYLE_BAD] = A_BOLD,
	[STYLE_ODD] = A_BOLD,
	[STYLE_BAR] = A_REVERSE,
	[STYLE_KEY] = A_REVERSE | A_BOLD,
	[STYLE_SELECTED] = A_REVERSE,
};

static void choose_looks(void)
{
	bool can = has_colors() && start_color() == OK && use_default_colors() == OK;
	int colours = palette_colours(can ? COLORS : 0);
	enum background background = palette_background();

	for (int s = 0; s < STYLE_COUNT; s++) {
		short colour = palette_colour((enum style)s, colours, background);

		look[s] = attributes[s];
		if (colour < 0)
			continue;
		init_pair((short)(s + 1), colour, -1);
		look[s] |= COLOR_PAIR(s + 1);
	}
}

static int refuse(const char *name, const char *why, struct lab_error *e)
{
	return lab_fail(e, LAB_UNSUPPORTED,
		"the terminal \"%s\" %s, so the lab cannot be drawn on it. If it understands what "
		"xterm does, as most do, try: TERM=xterm-256color ipclab",
		name, why);
}

/* Asks the terminal's description before curses does, to say in words what is missing. */
int tty_examine(struct lab_error *e)
{
	const char *name = getenv("TERM");
	const char *move;
	int status;

	if (!name || !*name)
		return refuse("", "has no name: TERM is not set", e);
	if (setupterm(name, STDOUT_FILENO, &status) != OK)
		return refuse(name,
			status < 0 ? "cannot be looked up: there is no database of terminals"
				   : "is not known to this machine",
			e);
	move = tigetstr("cup");
	if (!move || move == (char *)-1)
		status = refuse(name, "cannot move its cursor", e);
	else
		status = 0;
	del_curterm(cur_term);
	return status;
}

/* What keyboards send, whatever the terminal's description leaves out: that of a vt100, which many
 * claim to be, has no Home. */
static void know_usual_keys(void)
{
	static const struct {
		const char *bytes;
		int key;
	} usual[] = {{"\033[A", KEY_UP}, {"\033OA", KEY_UP}, {"\033[B", KEY_DOWN},
		{"\033OB", KEY_DOWN}, {"\033[C", KEY_RIGHT}, {"\033OC", KEY_RIGHT},
		{"\033[D", KEY_LEFT}, {"\033OD", KEY_LEFT}, {"\033[H", KEY_HOME},
		{"\033OH", KEY_HOME}, {"\033[1~", KEY_HOME}, {"\033[F", KEY_END},
		{"\033OF", KEY_END}, {"\033[4~", KEY_END}, {"\033[5~", KEY_PPAGE},
		{"\033[6~", KEY_NPAGE}, {"\033[Z", KEY_BTAB}};

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (key_defined(usual[i].bytes) == 0)
			define_key(usual[i].bytes, usual[i].key);
}

int tty_open(struct lab_error *e)
{
	FILE *out;

	if (tty_examine(e) < 0)
		return -1;
	out = frame_open();
	if (!out)
		return lab_fail_errno(e, LAB_BROKEN, "open the terminal");
	screen = newterm(NULL, out, stdin);
	if (!screen) {
		frame_close();
		return refuse(getenv("TERM"), "cannot be set up", e);
	}
	set_term(screen);
	typeahead(-1); /* a frame is drawn whole, or not begun */
	set_escdelay(ESCAPE_MS);
	mouseinterval(0); /* a press is told at once: there are no clicks to be waited for */
	if (settings_is(SETTING_MOUSE, "yes"))
		mousemask(MOUSE_EVENTS, NULL);
	cbreak();
	noecho();
	curs_set(0);
	choose_looks();
	keys = newpad(1, 1);
	keypad(keys, TRUE);
	know_usual_keys();
	nodelay(keys, TRUE);
	base = (struct pane){stdscr, NULL};
	leaveok(stdscr, TRUE);
	return 0;
}

void tty_close(void)
{
	if (!screen)
		return;
	endwin();
	frame_close();
	delwin(keys);
	screen = NULL; /* no delscreen(): it would lose what the panels have hung on it */
	keys = NULL;
	base = (struct pane){0};
}

void tty_leave(void)
{
	endwin();
	left = true;
	fflush(stdout);
}

void tty_enter(void)
{
	tty_resized();
	clearok(curscr, TRUE);
	curs_set(0);
}

void tty_resized(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
		resize_term(size.ws_row, size.ws_col);
	clearok(curscr, TRUE);
}

void tty_redraw(void)
{
	clearok(curscr, TRUE);
}

int tty_rows(void)
{
	return LINES;
}

int tty_columns(void)
{
	return COLS;
}

/* ---- keys ---- */

static const struct {
	int curses, key;
	const char *name;
} special[] = {
	{KEY_UP, TTY_UP, "Up"},
	{KEY_DOWN, TTY_DOWN, "Down"},
	{KEY_LEFT, TTY_LEFT, "Left"},
	{KEY_RIGHT, TTY_RIGHT, "Right"},
	{KEY_PPAGE, TTY_PAGE_UP, "PgUp"},
	{KEY_NPAGE, TTY_PAGE_DOWN, "PgDn"},
	{KEY_HOME, TTY_HOME, "Home"},
	{KEY_END, TTY_END, "End"},
	{KEY_BACKSPACE, TTY_BACKSPACE, "Backspace"},
	{KEY_BTAB, TTY_BACK_TAB, "Shift-Tab"},
	{KEY_ENTER, TTY_ENTER, "Enter"},
	{0, TTY_TAB, "Tab"},
	{0, TTY_ESCAPE, "Esc"},
	{0, ' ', "Space"},
};

const char *tty_key_name(int key)
{
	static char name[16];

	for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++)
		if (special[i].key == key)
			return special[i].name;
	if (key > 0 && key < ' ')
		snprintf(name, sizeof(name), "Ctrl-%c", key + '@');
	else
		snprintf(name, sizeof(name), "%c", key < 0x7f ? key : '?');
	return name;
}

struct tty_point tty_mouse(void)
{
	return pressed;
}

static int press_of(mmask_t state)
{
	return state & BUTTON1_PRESSED   ? TTY_PRESS
	       : state & BUTTON4_PRESSED ? TTY_WHEEL_UP
	       : state & BUTTON5_PRESSED ? TTY_WHEEL_DOWN
					 : TTY_NONE;
}

/* Curses may have read several presses and their ends before it tells of them, and gives the latest
 * first: they are laid on a heap, from which tty_key() takes the earliest. */
static void take_presses(void)
{
	MEVENT event;

	while (getmouse(&event) == OK) {
		int key = press_of(event.bstate);

		if (key != TTY_NONE && press_count < PRESSES_MOST)
			presses[press_count++] = (struct press){key, {event.y, event.x}};
	}
}

int tty_key(void)
{
	wint_t got;
	int kind;

	if (press_count > 0) {
		pressed = presses[--press_count].at;
		return presses[press_count].key;
	}
	errno = 0;
	kind = wget_wch(keys, &got);
	if (kind == ERR)
		return errno == EIO ? TTY_GONE : TTY_NONE;
	if (kind == OK) {
		if (got == '\r')
			return TTY_ENTER;
		return got == 0x7f || got == '\b' ? TTY_BACKSPACE : (int)got;
	}
	if (got == KEY_MOUSE) {
		take_presses();
		return tty_key();
	}
	for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++)
		if (special[i].curses == (int)got)
			return special[i].key;
	return TTY_OTHER;
}

/* ---- drawing ---- */

struct pane *tty_base(void)
{
	return &base;
}

struct pane *tty_pane_new(int row, int column, int rows, int columns)
{
	struct pane *p;
	WINDOW *window = newwin(rows, columns, row, column);

	if (!window)
		return NULL;
	p = lab_xmalloc(sizeof(*p));
	p->window = window;
	p->panel = new_panel(window);
	leaveok(window, TRUE);
	return p;
}

void tty_pane_free(struct pane *p)
{
	if (!p)
		return;
	del_panel(p->panel);
	delwin(p->window);
	free(p);
}

int tty_pane_rows(const struct pane *p)
{
	return getmaxy(p->window);
}

int tty_pane_columns(const struct pane *p)
{
	return getmaxx(p->window);
}

void tty_clear(struct pane *p)
{
	werase(p->window);
}

void tty_box(struct pane *p, const char *title)
{
	STYLED_SCOPED line = STYLED_INIT;
	int room = tty_pane_columns(p) - 4;

	box(p->window, 0, 0); /* curses' own line drawing: it falls back to ASCII by itself */
	styled_printf(&line, STYLE_BOLD, " %s ", title);
	styled_cut(&line, room);
	tty_put(p, 0, 2, styled_columns(&line), &line);
}

/* Bytes FROM to END, which have one style. */
static void put_run(WINDOW *w, const struct styled *line, size_t from, size_t end)
{
	wchar_t wide[RUN_MOST];

	wattrset(w, look[(int)line->styles.data[from]]);
	while (from < end) {
		int n = 0;

		for (size_t step; from < end && n < RUN_MOST; from += step)
			wide[n++] = (wchar_t)text_decode(line->bytes.data + from, &step);
		waddnwstr(w, wide, n);
	}
}

void tty_put(struct pane *p, int row, int column, int columns, const struct styled *line)
{
	STYLED_SCOPED cut = STYLED_INIT;
	size_t end;

	if (columns > tty_pane_columns(p) - column)
		columns = tty_pane_columns(p) - column;
	if (columns <= 0 || wmove(p->window, row, column) == ERR)
		return;
	styled_add(&cut, line);
	styled_cut(&cut, columns);
	end = cut.styles.len;
	styled_pad(&cut, end ? (enum style)cut.styles.data[end - 1] : STYLE_PLAIN, columns);
	for (size_t at = 0; at < cut.bytes.len; at = end) {
		for (end = at; end < cut.bytes.len && cut.styles.data[end] == cut.styles.data[at];)
			end++;
		put_run(p->window, &cut, at, end);
	}
	wattrset(p->window, A_NORMAL);
}

void tty_rule(struct pane *p, int row, int column, int rows)
{
	wattrset(p->window, look[STYLE_FAINT]);
	mvwvline(p->window, row, column, 0, rows);
	wattrset(p->window, A_NORMAL);
}

void tty_frame(void)
{
	wnoutrefresh(stdscr);
	update_panels();
	if (!left)
		frame_hold();
	doupdate();
	if (!left)
		frame_show();
	left = false;
}
