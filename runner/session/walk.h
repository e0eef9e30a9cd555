/* From a command to the timeline: on the screen, as a page, or as lines where there is no screen.
 */
#ifndef RUNNER_SESSION_WALK_H
#define RUNNER_SESSION_WALK_H

#include <stdbool.h>

#include "lab/base/error.h"
#include "lab/event/event.h"

/* Is there a terminal to walk on? If the standard input is something else, the terminal's keys are
 * read all the same. -1 and E: no. */
int walk_prepare(struct lab_error *e);
/* LOG is taken over. The exit code: 0, or 128+N after signal N; or -1 and E. */
int walk_open_log(struct event_log *log, const char *title, struct lab_error *e);

/* The log as a page of HTML in the file PATH; TITLE may be of any bytes. */
int walk_save_page(
	const struct event_log *log, const char *title, const char *path, struct lab_error *e);

/* Of a saved log so many events are walked through: more would take gigabytes, and nobody goes
 * that far step by step. All of them can be printed. */
#define WALK_MOST 1000000
struct event_log *walk_load(const char *path, struct lab_error *e);

/* What of the log is printed: a line an event. */
struct walk_printer {
	int fd;
	bool colour;
	int last; /* the task of the line before */
};
void walk_print_event(struct walk_printer *p, const struct event *event);
void walk_print(const struct event_log *log, int fd);
/* A saved log, which may be of any length. */
int walk_print_file(const char *path, int fd, struct lab_error *e);

#endif
