/*
 * How the student wants the lab: the editor, colours, drawing. Each setting is a row, and can be
 * given on the command line (--NAME=VALUE), in the environment (IPCLAB_NAME) and in the file
 * config.yaml (NAME: VALUE); the first of these that says something holds. What is wrong with one
 * of them costs that one alone.
 *
 * There is one command line, one environment and one file: the state is settings.c's own.
 */
#ifndef RUNNER_SETTINGS_H
#define RUNNER_SETTINGS_H

#include <stdbool.h>
#include <stdio.h>

#include "lab/base/error.h"

enum setting {
	SETTING_EDIT_CMD,
	SETTING_COLOURS,
	SETTING_BACKGROUND,
	SETTING_DRAWING,
	SETTING_MOUSE,
	SETTING_PLAIN,
	SETTING_COUNT
};

struct setting_row {
	const char *name;     /* "colours": --colours=, colours: */
	const char *values;   /* "auto|256|16|8|none", the first one unless given; NULL: any text */
	const char *value;    /* what --help calls it where it is any text */
	const char *variable; /* "IPCLAB_COLOURS" */
	const char *help;
};
extern const struct setting_row setting_rows[SETTING_COUNT];

/* Reads environment and file. What is wrong there is in settings_faults(). */
void settings_read(void);
/* As the command line says. -1 and E (LAB_USAGE). */
int settings_give(enum setting which, const char *value, struct lab_error *e);

/* What holds; NULL: an editor that nobody named. Static until the next settings_give(). */
const char *settings_get(enum setting which);
bool settings_is(enum setting which, const char *value);
/* "the command line", "IPCLAB_COLOURS", "/home/me/.config/ipclab/config.yaml:2"; NULL: nobody said
 * anything. */
const char *settings_from(enum setting which);
/* A line each, "" if there are none. */
const char *settings_faults(void);
/* Where the file is looked for; NULL: nowhere, for HOME is not set. */
const char *settings_path(void);

#endif
