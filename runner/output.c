/* What the commands print on: asks the terminal, never curses. */
#include "config.h"

#include "runner/output.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/report/words.h"
#include "runner/settings.h"

static bool progress_shown;

bool output_colour(int fd)
{
	const char *term = getenv("TERM");

	return !settings_is(SETTING_COLOURS, "none") && term && *term &&
	       strcmp(term, "dumb") != 0 && isatty(fd);
}

int output_width(int fd)
{
	struct winsize size;
	const char *columns = getenv("COLUMNS");

	if (!isatty(fd))
		return 0;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	if (columns && atoi(columns) > 0)
		return atoi(columns);
	return 80;
}

int output_rows(int fd)
{
	struct winsize size;

	return isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}

void output_complain(const char *fmt, ...)
{
	BUF_SCOPED text = BUF_INIT;
	BUF_SCOPED safe = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	words_add(&safe, buf_text(&text), true);
	fflush(stdout);
	fprintf(stderr, "ipclab: %s\n", buf_text(&safe));
}

void output_name(FILE *out, const char *name)
{
	BUF_SCOPED quoted = BUF_INIT;
	BUF_SCOPED safe = BUF_INIT;

	words_quote(&quoted, name);
	words_add(&safe, buf_text(&quoted), true);
	fputs(buf_text(&safe), out);
}

void progress_show(const char *fmt, ...)
{
	BUF_SCOPED line = BUF_INIT;
	int width = output_width(STDERR_FILENO);
	va_list ap;

	if (width < 2)
		return;
	va_start(ap, fmt);
	buf_vprintf(&line, fmt, ap);
	va_end(ap);
	/* never to the last column: some terminals would begin a new line there */
	fprintf(stderr, "\r%.*s\033[K", width - 1, buf_text(&line));
	fflush(stderr);
	progress_shown = true;
}

void progress_erase(void)
{
	if (!progress_shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	progress_shown = false;
}
