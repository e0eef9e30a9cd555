/* A terminal without a user: see terminal.h. */
#include "config.h"

#include "tests/screen/terminal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <vterm.h>
#include <wchar.h>

#include "lab/base/fd.h"

/* What the shell tells, over a pipe. */
struct report {
	enum terminal_state state;
	int status;
	bool restored;
	pid_t pid;
};

struct terminal {
	VTerm *vterm;
	VTermScreen *screen;
	int master, reports, commands; /* COMMANDS: a byte means fg */
	pid_t shell;
	struct report last;
	bool alternate;
	struct buf output;
};

static void die(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(99);
}

/* ---- the shell, in the child ---- */

static void tell(int fd, struct report report)
{
	if (fd_write_all(fd, &report, sizeof(report)) < 0)
		_exit(99);
}

static bool same_modes(const struct termios *before)
{
	struct termios now;

	return tcgetattr(0, &now) == 0 && now.c_iflag == before->c_iflag &&
	       now.c_oflag == before->c_oflag && now.c_cflag == before->c_cflag &&
	       now.c_lflag == before->c_lflag &&
	       memcmp(now.c_cc, before->c_cc, sizeof(now.c_cc)) == 0;
}

/* As a shell does: whoever started the tests in the background may have these ignored. */
static const int from_terminal[] = {SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU, SIGHUP};

static pid_t begin(const char *file, char *const argv[], char *const environment[])
{
	pid_t pid = fork();

	if (pid == 0) {
		setpgid(0, 0);
		tcsetpgrp(0, getpid());
		for (size_t i = 0; i < sizeof(from_terminal) / sizeof(from_terminal[0]); i++)
			signal(from_terminal[i], SIG_DFL);
		execve(file, argv, environment);
		_exit(127);
	}
	setpgid(pid, pid);
	tcsetpgrp(0, pid);
	return pid;
}

/* Its program has stopped: takes the terminal, waits until it is told to go on. */
static void go_on(pid_t pid, int commands, int reports)
{
	char byte;

	tcsetpgrp(0, getpid());
	if (fd_read_full(commands, &byte, 1) != 1)
		kill(-pid, SIGKILL);
	tcsetpgrp(0, pid);
	tell(reports, (struct report){TERMINAL_RUNNING, 0, false, pid});
	kill(-pid, SIGCONT);
}

static void be_shell(const char *file, char *const argv[], char *const environment[], int reports,
	int commands) __attribute__((noreturn));
static void be_shell(
	const char *file, char *const argv[], char *const environment[], int reports, int commands)
{
	struct termios before;
	int status = 0;
	pid_t pid;

	signal(SIGTTOU, SIG_IGN); /* it takes the terminal from the background */
	signal(SIGHUP, SIG_IGN);  /* it tells how the program takes a hang-up */
	tcgetattr(0, &before);
	pid = begin(file, argv, environment);
	tell(reports, (struct report){TERMINAL_RUNNING, 0, false, pid});
	for (;;) {
		if (waitpid(pid, &status, WUNTRACED) < 0)
			continue;
		if (!WIFSTOPPED(status))
			break;
		tell(reports, (struct report){TERMINAL_STOPPED, 0, same_modes(&before), pid});
		go_on(pid, commands, reports);
	}
	tell(reports, (struct report){TERMINAL_ENDED,
			      WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status),
			      same_modes(&before), pid});
	_exit(0);
}

/* ---- the terminal, in the test ---- */

static int on_property(VTermProp property, VTermValue *value, void *context)
{
	struct terminal *t = context;

	if (property == VTERM_PROP_ALTSCREEN)
		t->alternate = value->boolean;
	return 1;
}

/* What a terminal answers when it is asked. */
static void on_answer(const char *bytes, size_t len, void *context)
{
	const struct terminal *t = context;

	if (t->master >= 0)
		fd_write_all(t->master, bytes, len);
}

static void open_screen(struct terminal *t, struct terminal_size size)
{
	static const VTermScreenCallbacks callbacks = {.settermprop = on_property};

	t->vterm = vterm_new(size.rows, size.columns);
	vterm_set_utf8(t->vterm, 1);
	vterm_output_set_callback(t->vterm, on_answer, t);
	t->screen = vterm_obtain_screen(t->vterm);
	vterm_screen_set_callbacks(t->screen, &callbacks, t);
	vterm_screen_enable_altscreen(t->screen, 1);
	vterm_screen_reset(t->screen, 1);
}

static void read_report(struct terminal *t)
{
	struct report report;

	if (fd_read_full(t->reports, &report, sizeof(report)) == (ssize_t)sizeof(report))
		t->last = report;
	else
		fd_close(&t->reports);
}

struct terminal *terminal_start(
	const char *file, char *const argv[], char *const environment[], struct terminal_size size)
{
	struct terminal *t = lab_xmalloc(sizeof(*t));
	struct winsize window = {
		.ws_row = (unsigned short)size.rows, .ws_col = (unsigned short)size.columns};
	int reports[2], commands[2];

	open_screen(t, size);
	if (pipe2(reports, O_CLOEXEC) < 0 || pipe2(commands, O_CLOEXEC) < 0)
		die("pipe");
	fflush(stdout);
	t->shell = forkpty(&t->master, NULL, NULL, &window);
	if (t->shell < 0)
		die("forkpty");
	if (t->shell == 0) {
		close(reports[0]);
		close(commands[1]);
		be_shell(file, argv, environment, reports[1], commands[0]);
	}
	close(reports[1]);
	close(commands[0]);
	t->reports = reports[0];
	t->commands = commands[1];
	fcntl(t->master, F_SETFD, FD_CLOEXEC);
	fd_nonblock(t->master, true);
	read_report(t);
	return t;
}

void terminal_hang_up(struct terminal *t)
{
	fd_close(&t->master);
}

void terminal_free(struct terminal *t)
{
	terminal_hang_up(t);
	fd_close(&t->commands);
	if (terminal_state(t) != TERMINAL_ENDED)
		kill(-t->last.pid, SIGKILL);
	while (waitpid(t->shell, NULL, 0) < 0 && errno == EINTR)
		;
	fd_close(&t->reports);
	vterm_free(t->vterm);
	buf_done(&t->output);
	free(t);
}

void terminal_type(struct terminal *t, const char *bytes, size_t len)
{
	if (t->master >= 0)
		fd_write_all(t->master, bytes, len);
}

/* What was last said of a mode: libvterm does not see it where several are set at once, and to it
 * the cursor's visibility belongs to what ESC 7 and ESC 8 save. */
static bool is_mode_set(const struct terminal *t, const char *mode, bool at_first)
{
	bool set = at_first;

	for (const char *at = buf_text(&t->output); (at = strstr(at, mode)); at++)
		set = at[strlen(mode)] != 'l';
	return set;
}

void terminal_press(struct terminal *t, int button, int row, int column)
{
	if (!is_mode_set(t, "\033[?1006;1000",
		    false)) /* it was not asked for: a terminal then marks text */
		return;
	vterm_mouse_move(t->vterm, row, column, VTERM_MOD_NONE);
	vterm_mouse_button(t->vterm, button, true, VTERM_MOD_NONE);
	vterm_mouse_button(t->vterm, button, false, VTERM_MOD_NONE);
}

void terminal_resize(struct terminal *t, struct terminal_size size)
{
	struct winsize window = {
		.ws_row = (unsigned short)size.rows, .ws_col = (unsigned short)size.columns};

	vterm_set_size(t->vterm, size.rows, size.columns);
	ioctl(t->master, TIOCSWINSZ, &window);
}

void terminal_signal(struct terminal *t, int sig)
{
	kill(t->last.pid, sig);
}

void terminal_continue(struct terminal *t)
{
	fd_write_all(t->commands, "f", 1);
}

enum terminal_state terminal_state(const struct terminal *t)
{
	return t->last.state;
}

int terminal_status(const struct terminal *t)
{
	return t->last.status;
}

bool terminal_modes_restored(const struct terminal *t)
{
	return t->last.restored;
}

bool terminal_alternate(const struct terminal *t)
{
	return t->alternate;
}

bool terminal_cursor(const struct terminal *t)
{
	return is_mode_set(t, "\033[?25", true);
}

/* A negative number in a stat file's sixth field would be no session: see proc(5). */
/* "7 FDS COUNT TIMEOUT ...", or "running": proc_pid_syscall(5) */
bool terminal_idle(const struct terminal *t)
{
	LAB_FREE char *path = lab_xprintf("/proc/%d/syscall", (int)t->last.pid);
	char text[256] = "";
	long call;
	unsigned long timeout;
	FILE *file = fopen(path, "re");
	size_t n = file ? fread(text, 1, sizeof(text) - 1, file) : 0;

	if (file)
		fclose(file);
	if (n == 0)
		return true;
	return sscanf(text, "%ld %*x %*x %lx", &call, &timeout) == 2 && call == SYS_poll &&
	       (int)timeout == -1;
}

static pid_t session_of(const char *pid)
{
	LAB_FREE char *path = lab_xprintf("/proc/%s/stat", pid);
	BUF_SCOPED text = BUF_INIT;
	FD_SCOPED fd = open(path, O_RDONLY | O_CLOEXEC);
	const char *end;
	int session = 0;
	char state;

	if (fd < 0 || fd_read_to_end(fd, &text, 1 << 16) < 0)
		return 0;
	end = strrchr(buf_text(&text), ')');
	if (!end || sscanf(end + 1, " %c %*d %*d %d", &state, &session) != 2 || state == 'Z')
		return 0;
	return session;
}

size_t terminal_processes(const struct terminal *t)
{
	DIR *dir = opendir("/proc");
	size_t n = 0;

	if (!dir)
		die("/proc");
	for (struct dirent *d = readdir(dir); d; d = readdir(dir))
		if (d->d_name[0] >= '0' && d->d_name[0] <= '9' && atoi(d->d_name) != t->shell &&
			session_of(d->d_name) == t->shell)
			n++;
	closedir(dir);
	return n;
}

/* ---- what is seen ---- */

static bool read_output(struct terminal *t)
{
	size_t before = t->output.len;
	ssize_t n = fd_read_some(t->master, &t->output, 1 << 16);

	if (n > 0)
		vterm_input_write(t->vterm, t->output.data + before, (size_t)n);
	else if (n == 0 || errno != EAGAIN)
		fd_close(&t->master);
	return n > 0;
}

bool terminal_wait(struct terminal *t, int ms)
{
	struct pollfd fds[] = {{t->master, POLLIN, 0}, {t->reports, POLLIN, 0}};

	if (poll(fds, 2, ms) <= 0)
		return false;
	if (fds[0].revents && read_output(t))
		return true;
	if (fds[1].revents)
		read_report(t);
	return true;
}

static void add_cell(struct buf *into, const VTermScreenCell *cell)
{
	char bytes[MB_LEN_MAX];

	if (cell->chars[0] == 0)
		buf_putc(into, ' ');
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i]; i++) {
		mbstate_t state = {0};
		size_t n = wcrtomb(bytes, (wchar_t)cell->chars[i], &state);

		buf_add(into, n == (size_t)-1 ? "?" : bytes, n == (size_t)-1 ? 1 : n);
	}
}

static void trim(struct buf *b, const char *what)
{
	while (b->len > 0 && strchr(what, b->data[b->len - 1]))
		b->data[--b->len] = '\0';
}

void terminal_text(struct terminal *t, struct buf *into)
{
	int rows, columns;

	vterm_get_size(t->vterm, &rows, &columns);
	for (int row = 0; row < rows; row++) {
		BUF_SCOPED line = BUF_INIT;
		VTermScreenCell cell;

		for (int column = 0; column < columns; column += cell.width ? cell.width : 1) {
			if (!vterm_screen_get_cell(t->screen, (VTermPos){row, column}, &cell))
				break;
			add_cell(&line, &cell);
		}
		trim(&line, " ");
		buf_puts(into, buf_text(&line));
		buf_putc(into, '\n');
	}
	trim(into, "\n");
	buf_putc(into, '\n');
}

bool terminal_coloured(struct terminal *t)
{
	int rows, columns;

	vterm_get_size(t->vterm, &rows, &columns);
	for (int row = 0; row < rows; row++)
		for (int column = 0; column < columns; column++) {
			VTermScreenCell cell;

			if (vterm_screen_get_cell(t->screen, (VTermPos){row, column}, &cell) &&
				(!VTERM_COLOR_IS_DEFAULT_FG(&cell.fg) ||
					!VTERM_COLOR_IS_DEFAULT_BG(&cell.bg)))
				return true;
		}
	return false;
}

const struct buf *terminal_output(const struct terminal *t)
{
	return &t->output;
}
