/*
 * Words of the lab line by line, folded to the width of where they are read.
 */
#include "config.h"

#include "runner/session/plain_say.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lab/base/buf.h"
#include "runner/output.h"
#include "runner/view/text_print.h"

enum { WIDTH_LEAST = 20 };

void plain_begin(struct text *t)
{
	int width = output_width(STDOUT_FILENO);

	text_init(t, width == 0 ? PLAIN_WIDTH : width < WIDTH_LEAST ? WIDTH_LEAST : width);
}

void plain_end(struct text *t)
{
	text_print(stdout, t, output_colour(STDOUT_FILENO));
	text_done(t);
}

void plain_say(const char *fmt, ...)
{
	BUF_SCOPED words = BUF_INIT;
	struct text t;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&words, fmt, ap);
	va_end(ap);
	plain_begin(&t);
	text_say(&t, STYLE_PLAIN, 0, "%s", buf_text(&words));
	plain_end(&t);
}

void plain_notice(struct session *s)
{
	if (s->notice)
		plain_say("%s", s->notice);
	free(s->notice);
	s->notice = NULL;
}
