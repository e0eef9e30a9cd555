/* What verify complains about, as lines. */
#include "config.h"

#include "runner/verify/problem.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lab/base/buf.h"

void problems_add(struct problems *p, const char *fmt, ...)
{
	BUF_SCOPED raw = BUF_INIT;
	struct buf line = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&raw, fmt, ap);
	va_end(ap);
	for (const char *s = buf_text(&raw); *s;) {
		size_t word = strcspn(s, " \t\n");

		if (line.len && word)
			buf_putc(&line, ' ');
		buf_add(&line, s, word);
		s += word;
		s += strspn(s, " \t\n");
	}
	p->list = lab_xrealloc(p->list, (p->count + 1) * sizeof(*p->list));
	p->list[p->count++] = buf_take(&line);
}

void problems_done(struct problems *p)
{
	for (size_t i = 0; i < p->count; i++)
		free(p->list[i]);
	free(p->list);
	*p = (struct problems){0};
}
