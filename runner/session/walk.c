/* See walk.h. */
#include "config.h"

#include "runner/session/walk.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "lab/base/fd.h"
#include "lab/report/report.h"
#include "runner/output.h"
#include "runner/screen/screen.h"
#include "runner/screen/tty.h"

enum { EVENTS_HELD = 4096 }; /* of a file that is printed */

int walk_prepare(struct lab_error *e)
{
	if (!isatty(STDOUT_FILENO))
		return lab_fail(e, LAB_USAGE,
			"the timeline needs a terminal for its output; without --tui it is printed "
			"line by line");
	return tty_examine(e);
}

/* A program may have read its input from a pipe: "echo hello | ipclab trace --tui ./count". */
static int take_keys(struct lab_error *e)
{
	FD_SCOPED terminal = -1;

	if (isatty(STDIN_FILENO))
		return 0;
	terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
	if (terminal < 0 || dup2(terminal, STDIN_FILENO) < 0)
		return lab_fail_errno(e, LAB_USAGE, "open \"/dev/tty\", for the keys");
	return 0;
}

int walk_open_log(struct event_log *log, const char *title, struct lab_error *e)
{
	struct shown_log shown = {.log = log, .title = lab_xstrdup(title)};

	if (take_keys(e) == 0)
		return screen_timeline_main(&shown, e);
	shown_log_done(&shown);
	return -1;
}

int walk_save_page(
	const struct event_log *log, const char *title, const char *path, struct lab_error *e)
{
	BUF_SCOPED page = BUF_INIT;

	report_html(&page, log, title);
	if (file_write(path, page.data, page.len, 0644, e) == 0)
		return 0;
	e->kind = LAB_USAGE;
	return lab_wrap(e, "the page cannot be saved");
}

/* A choice for the one who was at it anyway tells nothing. */
static bool is_no_choice(const struct walk_printer *p, const struct event *event)
{
	return event->kind == EVENT_CHOICE && event_task(event, "picked") == p->last;
}

/* One write for a line, so that it does not mix with what the program prints. */
void walk_print_event(struct walk_printer *p, const struct event *event)
{
	BUF_SCOPED line = BUF_INIT;

	if (is_no_choice(p, event) || !report_event(&line, event, p->colour))
		return;
	if (event->task > 0)
		p->last = event->task;
	buf_putc(&line, '\n');
	/* trace: the program's status counts, not whether somebody reads along */
	(void)!write(p->fd, line.data, line.len);
}

void walk_print(const struct event_log *log, int fd)
{
	struct walk_printer printer = {fd, output_colour(fd), 0};

	for (size_t i = 0; i < log->count; i++)
		walk_print_event(&printer, log->events[i]);
}

int walk_print_file(const char *path, int fd, struct lab_error *e)
{
	struct walk_printer printer = {fd, output_colour(fd), 0};
	EVENT_READER_SCOPED *reader = event_reader_open(path, e);
	EVENT_LOG_SCOPED *log = event_log_new();
	struct event *event;
	int found = -1;

	for (size_t n = 1; reader && (found = event_reader_next(reader, log, &event, e)) > 0; n++) {
		walk_print_event(&printer, event);
		if (n % EVENTS_HELD == 0)
			event_log_clear(log);
	}
	return found;
}

struct event_log *walk_load(const char *path, struct lab_error *e)
{
	return event_log_load_part(path, WALK_MOST, e);
}
