/*
 * The curses lab: its one door, and what a screen is.
 *
 * A screen is one file (screen_NAME.c) and one const table of hooks. Screens lie on a stack; the
 * top one gets the keys. Adding one: write the file, declare its table at the end of this header,
 * ui_push() it from another screen's key. Help and the line at the bottom are made from the tables
 * of keys; nothing else says what a key does.
 */
#ifndef RUNNER_SCREEN_SCREEN_H
#define RUNNER_SCREEN_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "lab/base/error.h"
#include "lab/event/event.h"
#include "lab/timeline/timeline.h"
#include "lab/verdict/verdict.h"
#include "runner/session/session.h"

/* Opens the lab. Standard input and output are terminals. The exit code, or -1 and E, with the
 * terminal as it was found, and nothing left running. */
int screen_main(const struct session_options *options, struct lab_error *e);

/* A log that is walked through in the timeline. */
struct shown_log {
	struct event_log *log;
	char *title;
	char *file; /* where it went wrong, or NULL */
	int line;
	bool moment; /* begin there, not at the beginning */
	/* what is found out of it, by whoever takes it over */
	struct timeline *timeline;
	struct findings findings;
	struct verdict_link *cycle;
	size_t cycle_length;
};
void shown_log_prepare(struct shown_log *s);
void shown_log_done(struct shown_log *s);
/* Opens nothing but the timeline; takes SHOWN over. The exit code (128+N: by a signal), or -1 and
 * E, as screen_main. */
int screen_timeline_main(struct shown_log *shown, struct lab_error *e);

struct ui; /* the loop's own, see main.c */

enum { SCREEN_KEYS = 6 };

struct screen_key {
	int keys[SCREEN_KEYS]; /* enum tty_key or signs; ends with 0 */
	const char *does;      /* for the help */
	const char *brief;     /* one word for the line at the bottom; NULL: not there */
	void (*act)(struct ui *ui, void *state, int key);
};

struct screen {
	const char *name;
	size_t size;                   /* of its state, which begins zeroed */
	bool above;                    /* the screen below stays visible */
	const struct screen_key *keys; /* ends with a row without act */
	const char *about;             /* what the help says below them; NULL: of the lab */
	/* All but draw may be NULL. */
	void (*open)(struct ui *ui, void *state);
	void (*draw)(struct ui *ui, void *state);
	bool (*key)(struct ui *ui, void *state, int key); /* before the table; true: taken */
	/* The mouse was pressed there, not on the line of keys. */
	void (*press)(struct ui *ui, void *state, int row, int column);
	/* Its wheel was turned there, a line a call: KEY is TTY_UP or TTY_DOWN. False: as if that
	 * key had been pressed. */
	bool (*wheel)(struct ui *ui, void *state, int row, int column, int key);
	void (*news)(struct ui *ui, void *state, enum session_news news);
	void (*close)(struct ui *ui, void *state);
};

struct session *ui_session(struct ui *ui);
/* They take effect after the hook that calls them has returned. */
void ui_push(struct ui *ui, const struct screen *screen);
void ui_pop(struct ui *ui);
/* Pushes the timeline with it; takes it over. */
void ui_show_log(struct ui *ui, struct shown_log *shown);
struct shown_log *ui_shown_log(struct ui *ui);
void ui_quit(struct ui *ui);
bool ui_is_top(const struct ui *ui, const struct screen *screen);
/* The screen below the top one, for its help. */
const struct screen *ui_below(const struct ui *ui);
/* The keys that every screen has. */
extern const struct screen_key screen_common_keys[];
/* Runs the student's editor on the current exercise, at its failed check FAILED, with the terminal
 * to itself. */
void ui_edit(struct ui *ui, size_t failed);

extern const struct screen screen_list, screen_exercise, screen_lesson, screen_solution,
	screen_difference, screen_attempts, screen_attempt, screen_change, screen_help,
	screen_timeline;

#endif
