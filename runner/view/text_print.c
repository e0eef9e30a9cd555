/*
 * Lines of styled text on a stream: see text_print.h. The eight colours that every terminal has,
 * and no style over the end of a line, so that a pager may begin anywhere.
 */
#include "config.h"

#include "runner/view/text_print.h"

static const char *const codes[STYLE_COUNT] = {
	[STYLE_PLAIN] = NULL,
	[STYLE_BOLD] = "1",
	[STYLE_EMPHASIS] = "4",
	[STYLE_CODE] = "36",
	[STYLE_HEADING] = "1",
	[STYLE_FAINT] = "2",
	[STYLE_GOOD] = "1;32",
	[STYLE_BAD] = "1;31",
	[STYLE_ODD] = "1;35",
	[STYLE_BAR] = "7",
	[STYLE_KEY] = "1;7",
	[STYLE_SELECTED] = "7",
};

static void print_line(FILE *out, const struct styled *line, bool colour)
{
	size_t end = line->bytes.len;
	size_t next;

	while (end > 0 && line->bytes.data[end - 1] == ' ')
		end--;
	for (size_t at = 0; at < end; at = next) {
		const char *code = colour ? codes[(int)line->styles.data[at]] : NULL;

		for (next = at; next < end && line->styles.data[next] == line->styles.data[at];)
			next++;
		if (code)
			fprintf(out, "\033[%sm", code);
		fwrite(line->bytes.data + at, 1, next - at, out);
		if (code)
			fputs("\033[0m", out);
	}
	putc('\n', out);
}

void text_print(FILE *out, const struct text *text, bool colour)
{
	for (size_t i = 0; i < text->count; i++)
		print_line(out, &text->lines[i], colour);
}
