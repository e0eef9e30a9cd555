/*
 * Markdown -> lines of styled text, by md4c: exercise texts and lessons, on the screens
 * (markdown_render) and by commands such as `ipclab lesson` (markdown_print).
 */
#ifndef RUNNER_VIEW_MARKDOWN_H
#define RUNNER_VIEW_MARKDOWN_H

#include <stdbool.h>
#include <stdio.h>

#include "runner/view/text.h"

/* Adds SOURCE to INTO, broken at its width. Headings, paragraphs, lists, quotes, code, tables,
 * emphasis, links; HTML is shown as it stands. */
void markdown_render(struct text *into, const char *source);

/* The same on OUT. COLOUR and WIDTH as output_colour() and output_width() tell them; WIDTH 0: 80
 * columns. */
void markdown_print(FILE *out, const char *source, bool colour, int width);

#endif
