/*
 * The loop: the stack of screens, what they wait for, signals.
 *
 * One poll() waits for keys, signals, saved files and the running check; every wake-up is followed
 * by at most one frame, and without one nothing is drawn. The signals are blocked and read from a
 * descriptor, so that nothing happens between two lines of any other code.
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "lab/base/fd.h"
#include "runner/screen/common.h"
#include "runner/session/edit.h"

enum { SCREENS_MOST = 8, ROWS_LEAST = 12, COLUMNS_LEAST = 40, WHEEL_LINES = 3 };

struct layer {
	const struct screen *screen;
	void *state;
};

struct ui {
	struct session session;
	struct shown_log shown;
	struct layer stack[SCREENS_MOST];
	size_t depth;
	const struct screen *push; /* to be done after the hook that asked for it */
	bool pop, quit, dirty;
	bool turned; /* the top screen, or its size, is another one than was drawn last */
	int status;  /* the exit code */
	int signals;
};

/* ---- what screens call ---- */

struct session *ui_session(struct ui *ui)
{
	return &ui->session;
}

void ui_push(struct ui *ui, const struct screen *screen)
{
	ui->push = screen;
}

void ui_pop(struct ui *ui)
{
	ui->pop = true;
}

void ui_show_log(struct ui *ui, struct shown_log *shown)
{
	shown_log_done(&ui->shown);
	ui->shown = *shown;
	shown_log_prepare(&ui->shown);
	*shown = (struct shown_log){0};
	ui_push(ui, &screen_timeline);
}

struct shown_log *ui_shown_log(struct ui *ui)
{
	return &ui->shown;
}

void ui_quit(struct ui *ui)
{
	ui->quit = true;
}

bool ui_is_top(const struct ui *ui, const struct screen *screen)
{
	return ui->depth > 0 && ui->stack[ui->depth - 1].screen == screen;
}

const struct screen *ui_below(const struct ui *ui)
{
	return ui->stack[ui->depth > 1 ? ui->depth - 2 : 0].screen;
}

void ui_edit(struct ui *ui, size_t failed)
{
	struct session *s = &ui->session;
	struct lab_error e = {0};
	const struct edit_place place = session_place(s, failed);

	tty_leave();
	if (edit_file(&place, &e) < 0)
		session_tell(s, "%s", e.text);
	else if (watch_sees_nothing(&s->watch))
		session_tell(s, "Nothing new is saved. Each save is checked by itself; r checks "
				"the file as it is.");
	tty_enter();
	ui->dirty = ui->turned = true;
}

/* ---- keys that every screen has ---- */

static void key_help(struct ui *ui, void *state, int key)
{
	(void)state;
	(void)key;
	ui_push(ui, &screen_help);
}

static void key_quit(struct ui *ui, void *state, int key)
{
	(void)state;
	(void)key;
	ui_quit(ui);
}

static void key_redraw(struct ui *ui, void *state, int key)
{
	(void)ui;
	(void)state;
	(void)key;
	tty_redraw();
}

const struct screen_key screen_common_keys[] = {
	{{'?'}, "this help", "help", key_help},
	{{'q'}, "leave the lab", "quit", key_quit},
	{{TTY_CTRL('L')}, "draw everything anew", NULL, key_redraw},
	{.act = NULL},
};

/* ---- the stack ---- */

static void push(struct ui *ui, const struct screen *screen)
{
	struct layer *l = &ui->stack[ui->depth];

	if (ui->depth == SCREENS_MOST)
		return;
	*l = (struct layer){screen, lab_xmalloc(screen->size)};
	ui->depth++;
	if (screen->open)
		screen->open(ui, l->state);
}

static void pop(struct ui *ui)
{
	struct layer *l = &ui->stack[--ui->depth];

	if (l->screen->close)
		l->screen->close(ui, l->state);
	free(l->state);
}

/* What a hook asked for. The lowest screen is left by leaving all. */
static void settle(struct ui *ui)
{
	const struct screen *wanted = ui->push;

	ui->push = NULL;
	if (ui->pop && ui->depth > 1)
		pop(ui);
	else if (ui->pop && ui->stack[0].screen != &screen_list)
		ui->quit = true;
	ui->turned |= ui->pop || wanted;
	ui->pop = false;
	if (wanted)
		push(ui, wanted);
}

static const struct screen_key *find_key(const struct screen_key *keys, int key)
{
	for (const struct screen_key *k = keys; k->act; k++)
		for (int i = 0; i < SCREEN_KEYS && k->keys[i]; i++)
			if (k->keys[i] == key)
				return k;
	return NULL;
}

static void handle_key(struct ui *ui, int key)
{
	struct layer *top = &ui->stack[ui->depth - 1];
	const struct screen_key *found;

	free(ui->session.notice);
	ui->session.notice = NULL;
	ui->dirty = true;
	if (top->screen->key && top->screen->key(ui, top->state, key))
		return;
	found = find_key(top->screen->keys, key);
	if (!found && !top->screen->above)
		found = find_key(screen_common_keys, key);
	if (found)
		found->act(ui, top->state, key);
	settle(ui);
}

static void handle_press(struct ui *ui, struct tty_point at)
{
	struct layer *top = &ui->stack[ui->depth - 1];
	int key = 0;

	if (at.row == tty_rows() - 1 && !top->screen->above)
		key = common_footer_key(ui, top->screen, at.column);
	if (key) {
		handle_key(ui, key);
		return;
	}
	free(ui->session.notice);
	ui->session.notice = NULL;
	ui->dirty = true;
	if (top->screen->press)
		top->screen->press(ui, top->state, at.row, at.column);
	settle(ui);
}

/* A turn of the wheel is some lines, on whatever screen. */
static void handle_wheel(struct ui *ui, struct tty_point at, int key)
{
	struct layer *top = &ui->stack[ui->depth - 1];

	for (int i = 0; i < WHEEL_LINES; i++)
		if (!top->screen->wheel ||
			!top->screen->wheel(ui, top->state, at.row, at.column, key))
			handle_key(ui, key);
	ui->dirty = true;
}

static void handle_input(struct ui *ui, int key)
{
	if (key == TTY_PRESS)
		handle_press(ui, tty_mouse());
	else if (key == TTY_WHEEL_UP || key == TTY_WHEEL_DOWN)
		handle_wheel(ui, tty_mouse(), key == TTY_WHEEL_UP ? TTY_UP : TTY_DOWN);
	else
		handle_key(ui, key);
}

static void handle_news(struct ui *ui, enum session_news news)
{
	if (news == SESSION_SAME)
		return;
	ui->dirty = true;
	for (size_t i = 0; i < ui->depth; i++)
		if (ui->stack[i].screen->news)
			ui->stack[i].screen->news(ui, ui->stack[i].state, news);
	settle(ui);
}

/* ---- drawing ---- */

static void draw_too_small(void)
{
	struct text text;
	struct scroller s = {0};

	text_init(&text, tty_columns());
	text_say(&text, STYLE_PLAIN, 0,
		"window too small: it has %d columns and %d rows, the lab wants %d and %d. "
		"q leaves; ipclab --plain needs no room.",
		tty_columns(), tty_rows(), COLUMNS_LEAST, ROWS_LEAST);
	s.text = text;
	scroller_draw(&s, 0, 0, tty_rows(), tty_columns());
	scroller_done(&s);
}

static void draw(struct ui *ui)
{
	bool small = tty_rows() < ROWS_LEAST || tty_columns() < COLUMNS_LEAST;
	size_t lowest = ui->depth - 1;

	tty_clear(tty_base());
	while (small && ui->stack[ui->depth - 1].screen->above)
		pop(ui);
	while (!small && lowest > 0 && ui->stack[lowest].screen->above)
		lowest--;
	if (small)
		draw_too_small();
	for (size_t i = lowest; !small && i < ui->depth; i++)
		ui->stack[i].screen->draw(ui, ui->stack[i].state);
	tty_frame();
	ui->dirty = ui->turned = false;
}

/* ---- signals ---- */

/* Ctrl-Z: the shell gets its terminal back; we go on where we were when it lets us. */
static void suspend(struct ui *ui)
{
	struct sigaction before, standard = {.sa_handler = SIG_DFL};
	const struct timespec at_once = {0};
	sigset_t stop, go_on;

	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	sigemptyset(&go_on);
	sigaddset(&go_on, SIGCONT);
	tty_leave();
	sigaction(SIGTSTP, &standard, &before);
	raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stop, NULL); /* here we stop */
	sigprocmask(SIG_BLOCK, &stop, NULL);
	sigaction(SIGTSTP, &before, NULL);
	sigtimedwait(&go_on, NULL, &at_once);
	tty_enter();
	ui->dirty = ui->turned = true;
}

static void handle_signal(struct ui *ui, int sig)
{
	switch (sig) {
	case SIGCHLD:
		jobs_reap(&ui->session.jobs);
		break;
	case SIGWINCH:
		tty_resized();
		ui->dirty = ui->turned = true;
		break;
	case SIGTSTP:
		suspend(ui);
		break;
	case SIGCONT: /* stopped by SIGSTOP: whoever had the terminal since may have changed it */
		tty_leave();
		tty_enter();
		ui->dirty = ui->turned = true;
		break;
	case SIGINT: /* of a check that runs it is the end, else of the lab */
		if (session_cancel(&ui->session)) {
			handle_news(ui, SESSION_PROGRESS);
			break;
		}
		/* fall through */
	default:
		ui->status = 128 + sig;
		ui->quit = true;
		break;
	}
}

static void read_signals(struct ui *ui)
{
	struct signalfd_siginfo info;

	while (read(ui->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
		handle_signal(ui, (int)info.ssi_signo);
}

/* ---- the loop ---- */

/* Keys that were typed ahead find the screen that they were meant for as it is drawn, and of the
 * size that the window had when they were typed. */
static void read_keys(struct ui *ui)
{
	int key;

	while (!ui->quit && (key = tty_key()) != TTY_NONE && key != TTY_GONE) {
		read_signals(ui);
		if (ui->turned && !ui->quit)
			draw(ui);
		if (!ui->quit)
			handle_input(ui, key);
	}
}

static void wait_and_handle(struct ui *ui)
{
	struct session *s = &ui->session;
	struct pollfd fds[] = {
		{STDIN_FILENO, POLLIN, 0},
		{ui->signals, POLLIN, 0},
		{s->watch.fd, POLLIN, 0},
		{s->jobs.results, POLLIN, 0},
	};

	if (poll(fds, sizeof(fds) / sizeof(fds[0]), watch_timeout_ms(&s->watch)) < 0 &&
		errno != EINTR)
		ui->quit = true;
	if (fds[1].revents)
		read_signals(ui);
	if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL)) {
		ui->status = 128 + SIGHUP; /* the terminal is gone */
		ui->quit = true;
	} else if (fds[0].revents) {
		read_keys(ui);
	}
	handle_news(ui, session_listen(s));
}

/* Back to where the student left off; a newcomer begins at the beginning. */
static void begin(struct ui *ui)
{
	struct session *s = &ui->session;
	struct lab_error e = {0};

	if (!s->resumes && !s->options.first_time)
		return;
	if (session_open(s, s->current, &e) < 0)
		session_tell(s, "%s", e.text);
	else
		push(ui, &screen_exercise);
}

static void run(struct ui *ui)
{
	const char *notice;

	if (ui->session.course) {
		push(ui, &screen_list);
		begin(ui);
	} else {
		push(ui, &screen_timeline);
	}
	ui->dirty = true;
	while (!ui->quit) {
		if (ui->dirty)
			draw(ui);
		notice = ui->session.notice;
		session_keep(&ui->session);
		if (ui->session.notice != notice)
			draw(ui);
		wait_and_handle(ui);
	}
	while (ui->depth > 0)
		pop(ui);
}

/* Draws what is in UI. */
static int open_ui(struct ui *ui, struct lab_error *e)
{
	sigset_t signals, before;
	int result = -1;

	signal(SIGCHLD, SIG_DFL); /* if it was ignored, no child could be waited for */
	tty_signals(&signals);
	sigprocmask(SIG_BLOCK, &signals, &before);
	ui->signals = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
	if (ui->signals < 0) {
		lab_fail_errno(e, LAB_BROKEN, "signalfd");
	} else if (tty_open(e) == 0) {
		run(ui);
		tty_close();
		result = ui->status;
	}
	session_end(&ui->session);
	shown_log_done(&ui->shown);
	fd_close(&ui->signals);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return result;
}

int screen_main(const struct session_options *options, struct lab_error *e)
{
	struct ui ui = {.signals = -1};

	if (session_begin(&ui.session, options, e) < 0)
		return -1;
	return open_ui(&ui, e);
}

int screen_timeline_main(struct shown_log *shown, struct lab_error *e)
{
	struct ui ui = {.signals = -1, .shown = *shown};

	shown_log_prepare(&ui.shown); /* that may take its time: not on an empty screen */
	*shown = (struct shown_log){0};
	session_none(&ui.session);
	return open_ui(&ui, e);
}
