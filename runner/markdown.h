/* Markdown -> lines of styled text: exercise texts and lessons. */
#ifndef RUNNER_MARKDOWN_H
#define RUNNER_MARKDOWN_H

#include "runner/text.h"

/* Adds SOURCE to INTO, broken at its width. Headings, paragraphs, lists, quotes, code, tables,
 * emphasis, links; HTML is shown as it stands. */
void markdown_render(struct text *into, const char *source);

#endif
