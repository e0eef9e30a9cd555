/* What was tried at an exercise: see view.h. */
#include "config.h"

#include <stdlib.h>
#include <time.h>

#include "runner/view/view.h"

enum { TIME_SIZE = sizeof("2026-01-31 23:59"), INDENT = 2 };

/* As the student's clock shows it. */
static const char *time_of(int64_t seconds, char text[TIME_SIZE])
{
	time_t t = (time_t)seconds;
	struct tm parts;

	if (!localtime_r(&t, &parts) || !strftime(text, TIME_SIZE, "%Y-%m-%d %H:%M", &parts))
		return "?";
	return text;
}

/* The first column is free: whoever chooses among them has a mark there. */
void view_attempts(struct text *into, const struct attempts *a)
{
	for (size_t i = a->count; i-- > 0;) {
		const struct attempt *one = &a->list[i];
		struct styled line = STYLED_INIT;
		char when[TIME_SIZE];

		styled_printf(&line, STYLE_PLAIN, "%4zu  ", i + 1);
		styled_put(&line, view_mark_style(one->state), view_mark(one->state));
		styled_pad(&line, STYLE_PLAIN, text_is_utf8() ? 8 : 9);
		styled_printf(&line, STYLE_FAINT, "%s", time_of(one->time, when));
		styled_printf(&line, STYLE_PLAIN, "  %s", one->words);
		styled_cut(&line, into->width);
		text_add(into, &line);
	}
}

void view_attempt_files(struct text *into, const struct submission *files)
{
	for (size_t i = 0; i < files->count; i++) {
		STYLED_SCOPED code = STYLED_INIT;
		STYLED_SCOPED indent = STYLED_INIT;

		text_blank(into);
		text_say(into, STYLE_HEADING, 0, "%s", files->files[i].name);
		text_blank(into);
		styled_put(&code, STYLE_PLAIN, buf_text(&files->files[i].bytes));
		styled_pad(&indent, STYLE_PLAIN, INDENT);
		text_wrap(into, &code, &indent, &indent, TEXT_WORDS);
	}
}
