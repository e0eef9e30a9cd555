/*
 * A terminal without a user: a pseudo-terminal, libvterm behind it that knows what a screen would
 * show, and between it and the program a small shell, which does what a real one does for job
 * control: puts the program in the foreground, learns that it was stopped or has ended, looks
 * whether the terminal is as it was, goes on with it.
 */
#ifndef TESTS_SCREEN_TERMINAL_H
#define TESTS_SCREEN_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "lab/base/buf.h"

struct terminal;

struct terminal_size {
	int rows, columns;
};

/* Starts FILE with ARGV and ENVIRONMENT, both NULL-terminated. Ends the test program on failure. */
struct terminal *terminal_start(
	const char *file, char *const argv[], char *const environment[], struct terminal_size size);
/* Hangs up and waits for everybody. */
void terminal_free(struct terminal *t);

void terminal_type(struct terminal *t, const char *bytes, size_t len);
/* Button 1, or 4 and 5: the wheel up and down. Nothing comes of it unless it is asked for. */
void terminal_press(struct terminal *t, int button, int row, int column);
void terminal_resize(struct terminal *t, struct terminal_size size);
void terminal_hang_up(struct terminal *t);
void terminal_signal(struct terminal *t, int sig); /* to the program */
void terminal_continue(struct terminal *t);        /* fg */

/* How the program is. */
enum terminal_state { TERMINAL_RUNNING, TERMINAL_STOPPED, TERMINAL_ENDED };
enum terminal_state terminal_state(const struct terminal *t);
int terminal_status(const struct terminal *t); /* ENDED: its exit status, or -signal */
/* STOPPED, ENDED: are the terminal's modes what they were before the program began? */
bool terminal_modes_restored(const struct terminal *t);
bool terminal_alternate(const struct terminal *t); /* the alternate screen is shown */
bool terminal_cursor(const struct terminal *t);    /* the cursor is visible */
bool terminal_coloured(struct terminal *t);        /* some cell has a colour */
/* Does the program wait in poll(2) for as long as it takes? Also where that cannot be seen. */
bool terminal_idle(const struct terminal *t);
/* Processes of the terminal's session but the shell. */
size_t terminal_processes(const struct terminal *t);

/* Waits for output or a change of state, at most MS; false: nothing came. */
bool terminal_wait(struct terminal *t, int ms);
/* What is on the screen: a line a row, blanks at the ends of lines and empty last rows left out. */
void terminal_text(struct terminal *t, struct buf *into);
/* Every byte that the program has written since the start. */
const struct buf *terminal_output(const struct terminal *t);

#endif
