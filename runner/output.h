/* What the commands print on: colours, width, a progress line. */
#ifndef RUNNER_OUTPUT_H
#define RUNNER_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

/* Only on a terminal that can, and where the settings want some. */
bool output_colour(int fd);
/* Columns of the terminal; 0: FD is none, do not wrap. */
int output_width(int fd);
int output_rows(int fd); /* likewise; 0: unknown */

/* "ipclab: ...\n" on standard error, behind all that standard output was given. Paths are any
 * bytes: they are made safe for a terminal. */
void output_complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A file's name, so that a shell reads it as one word and a terminal as text. */
void output_name(FILE *out, const char *name);

/* One line on standard error, replaced by the next one, if that is a terminal; else nothing. */
void progress_show(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void progress_erase(void);

#endif
