/* Lines of styled text on a stream: what the commands and the lab without a screen print. */
#ifndef RUNNER_VIEW_TEXT_PRINT_H
#define RUNNER_VIEW_TEXT_PRINT_H

#include <stdbool.h>
#include <stdio.h>

#include "runner/view/text.h"

/* Each line with '\n', without blanks at its end. COLOUR: ANSI, see output.h. */
void text_print(FILE *out, const struct text *text, bool colour);

#endif
